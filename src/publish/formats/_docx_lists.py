"""Lists: one w:num a list with its own start, so that no list continues another's numbers."""

from __future__ import annotations

from publish.diagnostics import refuse
from publish.formats._docx_copy import Copy
from publish.formats._docx_xml import Element, q, w

_DEEPEST = 8


def new_list(copy: Copy, ordered: bool, start: int, depth: int) -> int:
    """A new w:num, at a depth from 0, of the template's decimal or bullet kind.

    Every abstractNum stays before every num (ECMA-376 Part 1, 17.9.17).
    """
    numbering = copy.package.part.numbering_part.element
    level = min(depth, _DEEPEST)
    number = max((int(num.get(q("numId"), "0")) for num in numbering.findall(q("num"))), default=0) + 1
    override = w("lvlOverride", w("startOverride", val=start), ilvl=level) if ordered else None
    numbering.append(w("num", w("abstractNumId", val=_abstract(numbering, ordered)), override, numId=number))
    return number


def _abstract(numbering: Element, ordered: bool) -> str:
    """The first abstractNum whose top level is of the kind."""
    wanted = "decimal" if ordered else "bullet"
    for abstract in numbering.findall(q("abstractNum")):
        kind = abstract.find(f"{q('lvl')}/{q('numFmt')}")
        if kind is not None and kind.get(q("val")) == wanted:
            return str(abstract.get(q("abstractNumId")))
    raise refuse(
        "theme.docx-part-missing",
        f"the theme's review.docx has no list of the kind “{wanted}”",
        hint="start from the base theme's review.docx and restyle what is there",
    )


def number_properties(number: int, depth: int) -> Element:
    """The `w:numPr` of a paragraph that opens a list item."""
    return w("numPr", w("ilvl", val=min(depth, _DEEPEST)), w("numId", val=number))
