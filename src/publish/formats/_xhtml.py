"""The one XHTML body of PDF and EPUB: model in, markup out, and the theme's template filled with it.

The markup is well-formed XML. For the EPUB it carries `epub:type`; roles stand in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from io import BytesIO
from typing import Literal

from publish import model
from publish.model import Asset, Block, Document, Inline

Target = Literal["pdf", "epub"]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the markup depends on besides the model: its target, and where pictures are found."""

    document: Document
    target: Target
    pictures: str

    def typed(self, epub_type: str, role: str = "") -> str:
        """The attributes that say what a thing is: `epub:type` in the EPUB, the ARIA role in both."""
        said = f' epub:type="{epub_type}"' if self.target == "epub" else ""
        return said + (f' role="{role}"' if role else "")

    @property
    def has_glossary(self) -> bool:
        return any(isinstance(block, model.Glossary) for block in self.document.body)


def body_html(document: Document, target: Target, pictures: str) -> str:
    """The body, with notes and references behind it. `pictures` goes before each picture's name in its address."""
    setting = _Setting(document, target, pictures)
    return _sections(setting, document.body) + _notes(setting) + _references(setting)


def safety_html(document: Document, target: Target) -> str:
    """The safety block, whole: `<section id="safety" class="safety">`.

    Its parts stand in one box of their own, so that a theme that lays out `.safety` as a row or grid moves the block
    and not its parts.
    """
    setting = _Setting(document, target, "")
    block = document.safety
    parts = "".join(
        f'<div class="part part-{escape(part.name)}">\n{_blocks(setting, part.blocks, 2, lead_ins=True)}</div>\n'
        for part in block.parts
    )
    return (
        f'<section id="safety" class="safety"{setting.typed("notice", "doc-notice")} aria-labelledby="safety-title">\n'
        f'<div class="safety-text">\n<h2 id="safety-title" class="safety-title">{escape(block.title)}</h2>\n'
        f"{parts}</div>\n</section>"
    )


def pictures(document: Document) -> Mapping[str, Asset]:
    """Every picture that the body shows: the document's own and the stories' QR codes."""
    found = dict(document.assets)
    for block in model.blocks_within(document.body):
        if isinstance(block, model.Story):
            asset = _qr_code(block.url)
            found[asset.name] = asset
    return found


def _qr_code(url: str) -> Asset:
    """The QR code (ISO/IEC 18004) of an address as SVG, error correction M, quiet zone of 4 modules."""
    import segno  # only here, for few leaflets have a code

    code = segno.make(url, error="m", micro=False)
    written = BytesIO()
    code.save(written, kind="svg", border=4, svgclass=None, lineclass=None, omitsize=False, xmldecl=False, nl=False)
    width, height = code.symbol_size(border=4)
    return Asset(_qr_name(url), "image/svg+xml", written.getvalue(), int(width), int(height))


def _qr_name(url: str) -> str:
    return f"qr-{sha256(url.encode()).hexdigest()[:12]}.svg"


# --- blocks ---


def _sections(setting: _Setting, blocks: Iterable[Block]) -> str:
    """Each heading of level 1 opens a section, which holds all up to the next."""
    pieces: list[str] = []
    is_open = False
    for block in blocks:
        opens = isinstance(block, model.Heading) and block.level == 1
        stands_alone = isinstance(block, model.Glossary | model.Resources)
        if (opens or stands_alone) and is_open:
            pieces.append("</section>\n")
            is_open = False
        if opens and isinstance(block, model.Heading):
            pieces.append(f'<section class="section" aria-labelledby="{block.anchor}">\n')
            is_open = True
        pieces.append(_block(setting, block, 1))
    return "".join(pieces) + ("</section>\n" if is_open else "")


def _blocks(setting: _Setting, blocks: Iterable[Block], shift: int, lead_ins: bool = False) -> str:
    """Blocks one after the other. With `lead_ins`, what announces a list is marked, to be kept with it."""
    siblings = list(blocks)
    pieces: list[str] = []
    for index, block in enumerate(siblings):
        announces = index + 1 < len(siblings) and isinstance(siblings[index + 1], model.List)
        if lead_ins and announces and isinstance(block, model.Paragraph):
            pieces.append(f'<p class="lead-in">{_inlines(setting, block.inlines)}</p>\n')
        else:
            pieces.append(_block(setting, block, shift))
    return "".join(pieces)


def _block(setting: _Setting, block: Block, shift: int) -> str:
    """One block. `shift` is added to heading levels: the leaflet's title is h1, its sections are h2."""
    match block:
        case model.Heading():
            tag = f"h{min(block.level + shift, 6)}"
            return f'<{tag} id="{block.anchor}">{_inlines(setting, block.inlines)}</{tag}>\n'
        case model.Paragraph():
            return f"<p>{_inlines(setting, block.inlines)}</p>\n"
        case model.List():
            return _list(setting, block, shift)
        case model.Table():
            return _table(setting, block)
        case model.Quote():
            return f"<blockquote>\n{_blocks(setting, block.blocks, shift)}</blockquote>\n"
        case model.CodeBlock():
            return f"<pre><code>{escape(block.value)}</code></pre>\n"
        case model.Rule():
            return "<hr/>\n"
        case model.DefinitionList():
            return _definitions(setting, block, shift)
        case model.Callout():
            return _callout(setting, block, shift)
        case model.Figure():
            return _figure(setting, block)
        case model.Story():
            return _story(setting, block, shift)
        case model.Glossary():
            return _glossary(setting, block)
        case model.Resources():
            title = f'<h2 id="{block.anchor}">{_inlines(setting, block.title)}</h2>\n' if block.title else ""
            named = f' aria-labelledby="{block.anchor}"' if block.title else ""
            return f'<section class="resources"{named}>\n{title}{_blocks(setting, block.blocks, 1)}</section>\n'
        case model.PanelBreak():
            return '<div class="panel-break"></div>\n' if setting.target == "pdf" else ""


def _list(setting: _Setting, block: model.List, shift: int) -> str:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    items = []
    for item in block.items:
        first = item.blocks[0] if item.blocks else None
        if block.tight and isinstance(first, model.Paragraph):
            inner = _inlines(setting, first.inlines) + "\n" + _blocks(setting, item.blocks[1:], shift)
        else:
            inner = "\n" + _blocks(setting, item.blocks, shift)
        items.append(f"<li>{inner}</li>\n")
    return f"<{tag}{start}>\n{''.join(items)}</{tag}>\n"


_LONG_TABLE = 14
"""Rows from which a table may run over a column's or page's end; a shorter one is better kept whole."""


def _table(setting: _Setting, block: model.Table) -> str:
    def cell(tag: str, each: model.Cell, scope: str = "") -> str:
        aligned = f' class="align-{each.align}"' if each.align else ""
        return f"<{tag}{scope}{aligned}>{_inlines(setting, each.inlines)}</{tag}>"

    head = "".join(cell("th", each, ' scope="col"') for each in block.head)
    rows = "".join("<tr>" + "".join(cell("td", each) for each in row) + "</tr>\n" for row in block.rows)
    body = f"<tbody>\n{rows}</tbody>\n" if rows else ""
    long = ' class="long"' if len(block.rows) > _LONG_TABLE else ""
    return f"<table{long}>\n<thead><tr>{head}</tr></thead>\n{body}</table>\n"


def _definitions(setting: _Setting, block: model.DefinitionList, shift: int) -> str:
    pieces = []
    for item in block.items:
        pieces.append(f"<dt>{_inlines(setting, item.term)}</dt>\n")
        pieces += [f"<dd>{_blocks(setting, detail, shift)}</dd>\n" for detail in item.details]
    return f"<dl>\n{''.join(pieces)}</dl>\n"


def _callout(setting: _Setting, block: model.Callout, shift: int) -> str:
    title = f'<p class="callout-title">{_inlines(setting, block.title)}</p>\n' if block.title else ""
    inner = _blocks(setting, block.blocks, shift)
    return f'<div class="callout callout-{escape(block.kind)}">\n{title}{inner}</div>\n'


def _figure(setting: _Setting, block: model.Figure) -> str:
    address = escape(setting.pictures + block.asset)
    picture = f'<img src="{address}" alt="{escape(block.alt)}"/>'
    caption = f"<figcaption>{_inlines(setting, block.caption)}</figcaption>" if block.caption else ""
    return f'<figure class="figure">{picture}{caption}</figure>\n'


def _story(setting: _Setting, block: model.Story, shift: int) -> str:
    title = f'<p class="story-title">{_inlines(setting, block.title)}</p>\n' if block.title else ""
    link = f'<p class="story-link"><a href="{escape(block.url)}">{escape(block.label)}</a></p>\n'
    alt = escape(f"{setting.document.labels['scan']}: {block.url}")
    code = f'<p class="story-code"><img class="qr" src="{setting.pictures}{_qr_name(block.url)}" alt="{alt}"/></p>\n'
    words = f"{title}{_blocks(setting, block.blocks, shift)}{link}"
    return f'<div class="story">\n<div class="story-words">\n{words}</div>\n{code}</div>\n'


def _glossary(setting: _Setting, block: model.Glossary) -> str:
    kind = setting.typed("glossary", "doc-glossary")
    title = f'<h2 id="{block.anchor}">{_inlines(setting, block.title)}</h2>\n' if block.title else ""
    named = f' aria-labelledby="{block.anchor}"' if block.title else ""
    entries = "".join(
        f'<dt id="{entry.anchor}"{setting.typed("glossterm")}><dfn>{escape(entry.term)}</dfn></dt>\n'
        f"<dd{setting.typed('glossdef')}>{_inlines(setting, entry.definition)}</dd>\n"
        for entry in block.entries
    )
    return f'<section class="glossary"{kind}{named}>\n{title}<dl>\n{entries}</dl>\n</section>\n'


def _notes(setting: _Setting) -> str:
    document = setting.document
    if not document.notes:
        return ""
    items = []
    for note in document.notes:
        mark = f'<span class="mark">{model.note_mark(note.number)}</span> '
        first, *rest = note.blocks
        if isinstance(first, model.Paragraph):
            start = f"<p>{mark}{_inlines(setting, first.inlines)}</p>\n"
        else:
            start = f"{mark}{_block(setting, first, 1)}"
        items.append(f'<li id="note-{note.number}">{start}{_blocks(setting, rest, 1)}</li>\n')
    kind = setting.typed("endnotes", "doc-endnotes")
    return (
        f'<section class="notes"{kind} aria-labelledby="notes-title">\n'
        f'<h2 id="notes-title">{escape(document.labels["notes"])}</h2>\n'
        f'<ol class="marked">\n{"".join(items)}</ol>\n</section>\n'
    )


def _references(setting: _Setting) -> str:
    document = setting.document
    if not document.references:
        return ""
    items = []
    for reference in document.references:
        said = escape(reference.text)
        if reference.url:
            said = f'<a href="{escape(reference.url)}">{said}</a>'
        items.append(f'<li id="ref-{reference.number}">{said}</li>\n')
    kind = setting.typed("bibliography", "doc-bibliography")
    return (
        f'<section class="references"{kind} aria-labelledby="references-title">\n'
        f'<h2 id="references-title">{escape(document.labels["references"])}</h2>\n'
        f"<ol>\n{''.join(items)}</ol>\n</section>\n"
    )


# --- inlines ---


def _inlines(setting: _Setting, inlines: Iterable[Inline]) -> str:
    return "".join(_inline(setting, inline) for inline in inlines)


def _inline(setting: _Setting, inline: Inline) -> str:
    match inline:
        case model.Text(value=value) | model.Variable(value=value):
            return _words(setting, value)
        case model.Emphasis(children=children):
            return f"<em>{_inlines(setting, children)}</em>"
        case model.Strong(children=children):
            return f"<strong>{_inlines(setting, children)}</strong>"
        case model.Superscript(children=children):
            return f"<sup>{_inlines(setting, children)}</sup>"
        case model.Subscript(children=children):
            return f"<sub>{_inlines(setting, children)}</sub>"
        case model.Code(value=value):
            return f"<code>{escape(value)}</code>"
        case model.LineBreak():
            return "<br/>"
        case model.Link():
            title = f' title="{escape(inline.title)}"' if inline.title else ""
            return f'<a href="{escape(inline.target)}"{title}>{_inlines(setting, inline.children)}</a>'
        case model.Term():
            return _term(setting, inline)
        case model.Claim():
            return f'<span class="claim" id="claim-{escape(inline.id)}">{_inlines(setting, inline.children)}</span>'
        case model.Citation(numbers=numbers):
            role = setting.typed("biblioref", "doc-biblioref")
            links = ",".join(f'<a href="#ref-{number}"{role}>{number}</a>' for number in numbers)
            return f'<sup class="citation">{links}</sup>'
        case model.NoteMark(number=number):
            role = setting.typed("noteref", "doc-noteref")
            return f'<sup class="note"><a href="#note-{number}"{role}>{model.note_mark(number)}</a></sup>'


_ENDLESS_WORD = re.compile(r"(\S{120,})")
_BREAK_EVERY = 60


def _words(setting: _Setting, value: str) -> str:
    """Text, with places to break in words longer than any language's: laying them out whole takes quadratic time."""
    if setting.target == "epub":
        return escape(value)
    parts = _ENDLESS_WORD.split(value)
    return "".join(_broken(part) if index % 2 else escape(part) for index, part in enumerate(parts))


def _broken(word: str) -> str:
    return "<wbr/>".join(escape(word[at : at + _BREAK_EVERY]) for at in range(0, len(word), _BREAK_EVERY))


def _term(setting: _Setting, term: model.Term) -> str:
    words = _inlines(setting, term.children)
    for block in setting.document.body:
        if isinstance(block, model.Glossary):
            for entry in block.entries:
                if entry.key == term.entry:
                    role = setting.typed("glossref", "doc-glossref")
                    return f'<a class="term" href="#{entry.anchor}"{role}>{words}</a>'
    return f'<span class="term">{words}</span>'
