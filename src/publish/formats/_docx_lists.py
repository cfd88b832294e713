"""Lists: one w:num a list with its own start, so that no list continues another's numbers."""

from __future__ import annotations

from copy import deepcopy

from publish.diagnostics import refuse
from publish.formats._docx_copy import Copy
from publish.formats._docx_xml import Element, child, q, w

_LEVELS = 9
"""How many levels a list of Word has; deeper ones begin again at the first of another list."""


def new_list(copy: Copy, ordered: bool, start: int, depth: int) -> int:
    """A new w:num, at a depth from 0, of the template's decimal or bullet kind.

    Every abstractNum stays before every num (ECMA-376 Part 1, 17.9.17).
    """
    numbering = copy.package.part.numbering_part.element
    number = max((int(num.get(q("numId"), "0")) for num in numbering.findall(q("num"))), default=0) + 1
    override = w("lvlOverride", w("startOverride", val=start), ilvl=depth % _LEVELS) if ordered else None
    kind = _abstract(numbering, ordered, depth // _LEVELS)
    numbering.append(w("num", w("abstractNumId", val=kind), override, numId=number))
    return number


def number_properties(number: int, depth: int) -> Element:
    """The `w:numPr` of a paragraph that opens a list item."""
    return w("numPr", w("ilvl", val=depth % _LEVELS), w("numId", val=number))


def _abstract(numbering: Element, ordered: bool, storey: int) -> str:
    """The abstractNum of a kind; one of its own for each nine levels, since those of one count together."""
    wanted = "decimal" if ordered else "bullet"
    abstracts = numbering.findall(q("abstractNum"))
    of_kind = [each for each in abstracts if _top_format(each) == wanted]
    if not of_kind:
        raise refuse(
            "theme.docx-part-missing",
            f"the theme's review.docx has no list of the kind “{wanted}”",
            hint="start from the base theme's review.docx and restyle what is there",
        )
    if not storey:
        return str(of_kind[0].get(q("abstractNumId")))
    mark = f"{wanted} {storey}"
    for each in of_kind:
        if each.find(f"{q('name')}[@{q('val')}='{mark}']") is not None:
            return str(each.get(q("abstractNumId")))
    made = deepcopy(of_kind[0])
    for old in [*made.findall(q("nsid")), *made.findall(q("name")), *made.findall(q("tmpl"))]:
        made.remove(old)
    number = str(max(int(each.get(q("abstractNumId"), "0")) for each in abstracts) + 1)
    made.set(q("abstractNumId"), number)
    child(made, "multiLevelType").addnext(w("name", val=mark))
    abstracts[-1].addnext(made)
    return number


def _top_format(abstract: Element) -> str:
    kind = abstract.find(f"{q('lvl')}/{q('numFmt')}")
    return kind.get(q("val"), "") if kind is not None else ""
