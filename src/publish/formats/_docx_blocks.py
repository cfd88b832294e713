"""Blocks to paragraphs and tables in the template's named styles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from publish import model
from publish.formats import _docx_pictures as pictures
from publish.formats._docx_copy import Copy, Spot, block_bookmark, bookmarked
from publish.formats._docx_inlines import inlines, link
from publish.formats._docx_lists import new_list, number_properties
from publish.formats._docx_styles import frame, own_indent
from publish.formats._docx_tables import table
from publish.formats._docx_xml import Element, paragraph, q, run, w
from publish.model import Block, anchors

STEP = 360
"""How far a list item stands in from its list, in twips."""

_NARROWEST = 2400
"""The least width of text in twips, however deep it is nested."""

_LIST_STYLES = {"BodyText": "ListParagraph", "SafetyText": "SafetyList"}
_PANELS = ("CalloutText", "StoryText", "SafetyText")


def blocks(copy: Copy, spot: Spot, given: Iterable[Block]) -> Iterator[Element]:
    """The paragraphs and tables of blocks, one after the other. What announces a list is kept with it."""
    siblings = list(given)
    for block, after in zip_longest(siblings, siblings[1:]):
        yield from _block(copy, spot, block, announces=isinstance(after, model.List))


def spacer() -> Element:
    """A little air, and what keeps two tables from growing into one."""
    return paragraph("Spacer")


def _block(copy: Copy, spot: Spot, block: Block, announces: bool) -> Iterator[Element]:
    match block:
        case model.Paragraph(id=id_):
            content = inlines(copy, spot, block.inlines)
            yield leaf(copy, spot, spot.style, id_, content, keep=announces)
        case model.Heading():
            yield _heading(copy, spot, block)
        case model.List():
            yield from _list(copy, spot, block)
        case model.Table():
            yield from (table(copy, spot, block), spacer())
        case model.Quote(blocks=inner):
            yield from blocks(copy, _inside(copy, spot, "Quote"), inner)
        case model.CodeBlock(id=id_, value=value):
            yield leaf(copy, spot, "CodeBlock", id_, (run(value, w("rStyle", val="CodeText")),))
        case model.Rule():
            yield leaf(copy, spot, "ThematicBreak", "", ())
        case model.DefinitionList(items=items):
            for item in items:
                yield leaf(copy, spot, "DefinitionTerm", item.id, inlines(copy, spot, item.term))
                for detail in item.details:
                    yield from blocks(copy, _inside(copy, spot, "DefinitionText"), detail)
        case model.Callout(id=id_, title=title, blocks=inner):
            inside = _inside(copy, spot, "CalloutText")
            if title:
                yield leaf(copy, inside, "CalloutTitle", id_, inlines(copy, inside, title))
            yield from (*blocks(copy, inside, inner), spacer())
        case model.Figure():
            yield from _figure(copy, spot, block)
        case model.Story():
            yield from (*_story(copy, _inside(copy, spot, "StoryText"), block), spacer())
        case model.Glossary():
            yield from _glossary(copy, spot, block)
        case model.Resources(title=title, anchor=anchor, blocks=inner):
            if title:
                yield _titled(copy, spot, anchor, inlines(copy, spot, title))
            yield from blocks(copy, spot, inner)
        case model.PanelBreak():
            pass


def leaf(
    copy: Copy,
    spot: Spot,
    style: str,
    id_: str,
    content: Iterable[Element],
    *,
    keep: bool = False,
    number: Element | None = None,
    outline: int | None = None,
    bookmark: str = "",
) -> Element:
    """One paragraph, bookmarked, in its style, with the frame and indent of where it stands."""
    border, shade = (None, None) if _of_panel(spot, style) else frame(copy.styles, spot.style)
    left, right = own_indent(copy.styles, style if spot.style == "BodyText" else spot.style)
    indent = None
    if spot.indent or number is not None or own_indent(copy.styles, style)[0] != left:
        indent = w("ind", left=min(spot.indent + left, copy.width - _NARROWEST), right=right)
        if number is not None:
            indent.set(q("hanging"), str(STEP))
    return paragraph(
        style,
        bookmarked(copy, bookmark or block_bookmark(id_), content),
        w("keepNext") if keep else None,
        number,
        border,
        shade,
        indent,
        w("contextualSpacing") if number is not None and spot.tight else None,
        w("outlineLvl", val=outline) if outline is not None else None,
    )


def _of_panel(spot: Spot, style: str) -> bool:
    """Whether a style belongs to the container's own and draws its frame by itself."""
    return spot.style not in _PANELS or style[:5] == spot.style[:5]


def _inside(copy: Copy, spot: Spot, style: str) -> Spot:
    """Where a container's blocks are written. A panel in a panel stays the outer one, set in."""
    if spot.style in _PANELS:
        return replace(spot, indent=spot.indent + STEP)
    return replace(spot, style=style, indent=spot.indent + own_indent(copy.styles, spot.style)[0], tight=False)


def _heading(copy: Copy, spot: Spot, block: model.Heading) -> Element:
    content = inlines(copy, spot, block.inlines)
    if spot.style == "SafetyText":
        return leaf(copy, spot, "SafetyHeading", block.id, content, outline=min(max(block.level - 1, 1), 8))
    return leaf(copy, spot, f"Heading{min(block.level, 6)}", block.id, content)


def _titled(copy: Copy, spot: Spot, anchor: str, content: Iterable[Element]) -> Element:
    """The title of a section that is no heading block but reads as one."""
    return leaf(copy, spot, "Heading1", "", content, bookmark=copy.targets.get(anchor, ""))


def _list(copy: Copy, spot: Spot, block: model.List) -> Iterator[Element]:
    number = new_list(copy, block.ordered, block.start, spot.depth)
    item_spot = replace(spot, depth=spot.depth + 1, indent=spot.indent + STEP, tight=block.tight)
    style = _LIST_STYLES.get(spot.style, spot.style)
    for item in block.items:
        marker = number_properties(number, spot.depth)
        first, rest = (item.blocks[0] if item.blocks else None), item.blocks[1:]
        announces = bool(rest) and isinstance(rest[0], model.List)
        match first:
            case model.Paragraph(id=id_, inlines=words):
                yield leaf(copy, item_spot, style, id_, inlines(copy, spot, words), keep=announces, number=marker)
            case model.Heading(id=id_, inlines=words):
                outline = first.level - 1
                content = inlines(copy, spot, words)
                yield leaf(copy, item_spot, style, id_, content, keep=True, number=marker, outline=outline)
            case _:  # a marker needs a paragraph of its own before a table, a picture or another list
                yield leaf(copy, item_spot, style, "", (), keep=first is not None, number=marker)
                rest = item.blocks
        yield from blocks(copy, item_spot, rest)


def _figure(copy: Copy, spot: Spot, block: model.Figure) -> Iterator[Element]:
    indent = spot.indent + sum(own_indent(copy.styles, spot.style))
    picture = pictures.figure(copy, spot, block, copy.width - indent)
    if not block.caption:
        yield leaf(copy, spot, "Figure", block.id, (picture,))
        return
    yield leaf(copy, spot, "Figure", "", (picture,), keep=True)
    yield leaf(copy, spot, "Caption", block.id, inlines(copy, spot, block.caption))


def _story(copy: Copy, spot: Spot, block: model.Story) -> Iterator[Element]:
    if block.title:
        yield leaf(copy, spot, "StoryTitle", block.id, inlines(copy, spot, block.title))
    yield from blocks(copy, spot, block.blocks)
    address = anchors.of_address(block.id)
    invitation = (link(copy, spot, block.url, block.label),)
    yield leaf(copy, spot, "StoryText", "", invitation, keep=True, bookmark=address)
    code = pictures.qr_code(copy, spot, block.url, f"{copy.label('scan')}: {block.url}")
    yield leaf(copy, spot, "StoryText", "" if block.title else block.id, (code,))


def _glossary(copy: Copy, spot: Spot, block: model.Glossary) -> Iterator[Element]:
    if block.title:
        yield _titled(copy, spot, block.anchor, inlines(copy, spot, block.title))
    inside = _inside(copy, spot, "DefinitionText")
    for entry in block.entries:
        yield leaf(copy, spot, "DefinitionTerm", "", (run(entry.term),), bookmark=anchors.of_term(entry.id))
        yield leaf(copy, inside, "DefinitionText", entry.id, inlines(copy, inside, entry.definition))
