"""The plain way: one script on markdown-it, WeasyPrint, python-docx and EbookLib, as one would write it in a day.

    python -m benchmarks.plain FILE.md FOLDER LEAFLET.css BOOK.css

It proves nothing, tags little and knows no theme; it is what publish is measured against.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from docx.shared import Mm
from ebooklib import epub
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.superscript import superscript_plugin
from weasyprint import HTML

_DIVS = ("main", "callout", "figure", "glossary", "resources", "story", "safety", "part")


def read(file: Path) -> tuple[dict[str, Any], MarkdownIt, list[Token]]:
    """The front matter, the parser, and the tokens of a Markdown file."""
    _, head, body = file.read_text("utf-8").split("---\n", 2)
    parser = (
        MarkdownIt("commonmark", {"xhtmlOut": True})
        .enable("table")
        .use(deflist_plugin)
        .use(footnote_plugin)
        .use(attrs_plugin)
    )
    parser.use(superscript_plugin)
    for name in _DIVS:
        parser.use(container_plugin, name)
    return yaml.safe_load(head), parser, parser.parse(body)


def html(meta: dict[str, Any], parser: MarkdownIt, tokens: list[Token]) -> str:
    """One HTML page, well-formed as XHTML."""
    body = parser.renderer.render(tokens, parser.options, {})
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml" lang="{meta["lang"]}"><head><title>{meta["title"]}</title></head>'
        f'<body><header><h1 class="title">{meta["title"]}</h1><p class="subtitle">{meta["subtitle"]}</p></header>'
        f"{body}</body></html>"
    )


def pdf(page: str, folder: Path, css: Path) -> bytes:
    """The PDF by WeasyPrint."""
    return bytes(HTML(string=page, base_url=str(folder) + "/").write_pdf(stylesheets=[str(css)]))


def book(meta: dict[str, Any], page: str, folder: Path, css: Path, out: Path) -> None:
    """The EPUB by EbookLib."""
    made = epub.EpubBook()
    made.set_identifier(meta["title"])
    made.set_title(meta["title"])
    made.set_language(meta["lang"])
    style = epub.EpubItem("style", "style.css", "text/css", css.read_text("utf-8"))
    chapter = epub.EpubHtml(title=meta["title"], file_name="leaflet.xhtml", lang=meta["lang"], content=page)
    chapter.add_item(style)
    made.add_item(style)
    made.add_item(chapter)
    for picture in sorted((folder / "images").iterdir()):
        kind = {".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml"}[picture.suffix]
        made.add_item(epub.EpubItem(picture.stem, f"images/{picture.name}", kind, picture.read_bytes()))
    made.toc = (chapter,)
    made.spine = ["nav", chapter]
    made.add_item(epub.EpubNcx())
    made.add_item(epub.EpubNav())
    epub.write_epub(str(out), made)


def word(meta: dict[str, Any], tokens: list[Token], folder: Path, out: Path) -> None:
    """The Word file by python-docx."""
    made = Document()
    made.add_heading(meta["title"], 0)
    made.add_paragraph(meta["subtitle"], "Subtitle")
    _blocks(made, tokens, folder)
    made.save(str(out))


def _blocks(made: Any, tokens: list[Token], folder: Path) -> None:
    style, rows, level = "Normal", list[list[Token]](), 0
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "bullet_list_open":
                style = "List Bullet"
            case "ordered_list_open":
                style = "List Number"
            case "blockquote_open":
                style = "Quote"
            case "bullet_list_close" | "ordered_list_close" | "blockquote_close":
                style = "Normal"
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "table_close":
                _table(made, rows)
                rows = []
            case "inline" if rows:
                rows[-1].append(token)
            case "inline":
                paragraph = made.add_heading("", level) if level else made.add_paragraph("", style)
                _runs(paragraph, token.children or (), made, folder)
                level = 0


def _table(made: Any, rows: list[list[Token]]) -> None:
    table = made.add_table(len(rows), len(rows[0]), "Light Grid Accent 1")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, inline in zip(row.cells, cells, strict=True):
            _runs(cell.paragraphs[0], inline.children or (), made, Path())


def _runs(paragraph: Any, inlines: Iterable[Token], made: Any, folder: Path) -> None:
    bold = italic = False
    for token in inlines:
        match token.type:
            case "strong_open" | "strong_close":
                bold = token.nesting == 1
            case "em_open" | "em_close":
                italic = token.nesting == 1
            case "image":
                picture = folder / str(token.attrs["src"])
                if picture.suffix != ".svg":  # Word knows none; a rendering would be more work yet
                    made.add_picture(str(picture), width=Mm(90))
                paragraph.add_run(token.content)
            case _ if token.content:
                run = paragraph.add_run(token.content)
                run.bold, run.italic = bold or None, italic or None


def write(file: Path, folder: Path, css: Path, book_css: Path) -> None:
    """All three files of one leaflet."""
    meta, parser, tokens = read(file)
    page = html(meta, parser, tokens)
    (folder / f"{file.stem}.pdf").write_bytes(pdf(page, file.parent, css))
    word(meta, tokens, file.parent, folder / f"{file.stem}.docx")
    book(meta, page, file.parent, book_css, folder / f"{file.stem}.epub")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:5]))
