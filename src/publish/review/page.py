"""A redline as one page for the browser: self-contained, readable aloud, good to print. What Word shows, it shows."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from itertools import groupby

from publish.model import Document
from publish.review.markup import Story
from publish.theme import Theme
from publish.wordfile import Element, open_word_file, q, value

_HEADINGS = {"Title": 1, "LabelHeading": 2, "SafetyTitle": 2, "SafetyHeading": 3, "CalloutTitle": 4, "StoryTitle": 4}
_PANELS = {"Callout": "callout", "Story": "story", "Safety": "safety"}
_COLORS = {
    "ink": "#1a1a1a", "paper": "#ffffff", "brand": "#0b5563", "muted": "#555555", "tint": "#eef3f4", "rule": "#c3cdd0",
}  # fmt: skip
"""The theme's colours that the page takes, and what stands in for those that it has not."""


def page(data: bytes, document: Document, theme: Theme, old: str, new: str, count: int) -> str:
    """The page of a finished redline. `old` and `new` name the versions, `count` is how many changes it shows."""
    word = open_word_file(data)
    story = Story(word, word.main)
    body = "".join(_blocks(story, list(story.paragraphs())))
    notes = "".join(_notes(story))
    meta, many = document.meta, "1 change" if count == 1 else f"{count} changes"
    style = files("publish.review") / "page.css"
    found = _COLORS | {name: theme.colors[name].rgb for name in _COLORS if name in theme.colors}
    colors = "".join(f"--{name}:{color};" for name, color in found.items())
    head = f"{escape(meta.title)}: {escape(old)} → {escape(new)}"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(meta.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{head}</title>\n<style>:root{{{colors}}}\n{style.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f'<header lang="en"><p class="what">Redline · {escape(meta.job_code)} · version {escape(meta.version)}</p>'
        f"<p>{many} from <b>{escape(old)}</b> to <b>{escape(new)}</b>.</p>"
        '<ul class="legend"><li><ins>put in</ins></li><li><del>taken out</del></li>'
        '<li><span class="restyled">looks other than before</span></li></ul></header>\n'
        f"<main>\n{body}{notes}</main>\n</body>\n</html>\n"
    )


def _blocks(story: Story, given: list[tuple[Element, bool]]) -> Iterator[str]:
    """Paragraphs and tables; those that follow each other in a panel or list stand in one."""
    for panel, group in groupby(given, key=lambda each: _panel(each[0], each[1])):
        inside = "".join(_listed(story, [element for element, _ in group]))
        if panel == "safety":
            yield f'<section class="safety" aria-label="Safety information">\n{inside}</section>\n'
        else:
            yield f'<div class="{panel}">\n{inside}</div>\n' if panel else inside


def _panel(element: Element, safety: bool) -> str:
    if safety:
        return "safety"
    style = _style(element)
    return next((panel for name, panel in _PANELS.items() if style.startswith(name) and style != "SafetyLabel"), "")


def _style(element: Element) -> str:
    return value(element.find(f"{q('pPr')}/{q('pStyle')}"))


def _listed(story: Story, given: list[Element]) -> Iterator[str]:
    """List items in lists: one list element a depth, each item with the number that Word shows."""
    open_: list[str] = []
    for element in given:
        item = story.item(element) if element.tag == q("p") else None
        depth = item.depth + 1 if item else 0
        kind = ("ol" if item.ordered else "ul") if item else ""
        while len(open_) > depth or (item and len(open_) == depth and open_[-1] != kind):
            yield f"</li></{open_.pop()}>\n"
        if item is None:
            yield _table(story, element) if element.tag == q("tbl") else _paragraph(story, element)
            continue
        fresh = len(open_) < depth
        while len(open_) < depth:
            open_.append(kind)
            yield f"<{kind}>" + ("<li>" if len(open_) < depth else "")
        number = f' value="{item.number}"' if item.ordered else ""
        yield f"{'' if fresh else '</li>'}<li{number}{story.mark(element)}>{story.words(element)}"
    while open_:
        yield f"</li></{open_.pop()}>\n"


def _paragraph(story: Story, element: Element) -> str:
    said, style = story.words(element), _style(element)
    if not said:
        return ""
    level = _HEADINGS.get(style) or (int(style[-1]) + 1 if style.startswith("Heading") and style[-1].isdigit() else 0)
    if level:  # one that skipped a level would mislead those who go from heading to heading
        level = story.level = min(level, story.level + 1, 6)
    tag = f"h{level}" if level else {"Quote": "blockquote", "CodeBlock": "pre"}.get(style, "p")
    return f'<{tag} class="{escape(style)}"{story.mark(element)}>{said}</{tag}>\n'


def _table(story: Story, table: Element) -> str:
    style = value(table.find(f"{q('tblPr')}/{q('tblStyle')}"))
    rows = "".join(_row(story, row) for row in table.iter(q("tr")))
    return f'<div class="table"><table class="{escape(style)}">\n{rows}</table></div>\n'


def _row(story: Story, row: Element) -> str:
    tag = "th" if row.find(f"{q('trPr')}/{q('tblHeader')}") is not None else "td"
    scope = ' scope="col"' if tag == "th" else ""
    cells = (f"<{tag}{scope}{_align(cell)}>{_cell(story, cell)}</{tag}>" for cell in row.iter(q("tc")))
    return f"<tr{story.row_mark(row)}>{''.join(cells)}</tr>\n"


def _cell(story: Story, cell: Element) -> str:
    return "<br>".join(story.words(each) for each in cell.iter(q("p")))


def _align(cell: Element) -> str:
    side = value(cell.find(f".//{q('jc')}"))
    return f' class="{side}"' if side in ("center", "right") else ""


def _notes(story: Story) -> Iterator[str]:
    if not story.notes:
        return
    yield '<section class="notes" aria-label="Notes">\n<ol>\n'
    for number, inner in enumerate(story.notes, 1):
        said = "".join(f"<p>{inner.words(each)}</p>" for each, _ in inner.paragraphs())
        yield f'<li id="note-{number}">{said} <a href="#mark-{number}" lang="en" aria-label="back">↩</a></li>\n'
    yield "</ol>\n</section>\n"
