"""Tracked changes resolved: the document as it is when all are accepted, or when all are rejected."""

from __future__ import annotations

import copy

from publish.wordfile import Element, local, q

_MARKERS = ("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd")
_GONE = {True: ("del", "moveFrom"), False: ("ins", "moveTo")}
_KEPT = {True: ("ins", "moveTo"), False: ("del", "moveFrom")}
_ANCHORS = ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")


def has_revisions(root: Element) -> bool:
    """Whether anything in a part is tracked."""
    names = {q(name) for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge")}
    return any(element.tag in names or local(element).endswith("Change") for element in root.iter())


def resolved(root: Element, accept: bool) -> Element:
    """A copy of a part without tracked changes, all of them accepted or all rejected."""
    made = copy.deepcopy(root)
    _properties(made, accept)
    _rows_and_cells(made, accept)
    paragraphs = [paragraph for paragraph in made.iter(q("p")) if _mark_is_gone(paragraph, accept)]
    _runs(made, accept)
    for paragraph in reversed(paragraphs):
        _join_with_next(paragraph)
    for name in _MARKERS:
        for marker in list(made.iter(q(name))):
            _remove(marker)
    return made


def _properties(root: Element, accept: bool) -> None:
    """Formatting changes: the old properties stand inside of the change."""
    for change in [element for element in root.iter() if local(element).endswith("Change")]:
        holder = change.getparent()
        if holder is None:
            continue
        holder.remove(change)
        if not accept and len(change):
            kept = [child for child in holder if local(child) in ("rPr", "sectPr", "ins", "del", "moveFrom", "moveTo")]
            holder[:] = [*change[0], *(child for child in kept if holder.tag == q("pPr") or local(child) != "rPr")]


def _rows_and_cells(root: Element, accept: bool) -> None:
    for row in list(root.iter(q("tr"))):
        if any(row.find(f"{q('trPr')}/{q(name)}") is not None for name in _GONE[accept]):
            _remove(row)
    gone = "cellDel" if accept else "cellIns"
    for cell in list(root.iter(q("tc"))):
        if cell.find(f"{q('tcPr')}/{q(gone)}") is not None:
            _remove(cell)


def _mark_is_gone(paragraph: Element, accept: bool) -> bool:
    mark = f"{q('pPr')}/{q('rPr')}/"
    return any(paragraph.find(mark + q(name)) is not None for name in _GONE[accept])


def _runs(root: Element, accept: bool) -> None:
    for name in _GONE[accept]:
        for element in list(root.iter(q(name))):
            parent = element.getparent()
            if parent is not None and local(parent) not in ("rPr", "trPr"):
                for anchor in [child for child in element.iter() if local(child) in _ANCHORS]:
                    element.addprevious(anchor)
                _remove(element)
    for name in _KEPT[accept]:
        for element in list(root.iter(q(name))):
            parent = element.getparent()
            if parent is not None and local(parent) not in ("rPr", "trPr"):
                for child in list(element):
                    element.addprevious(child)
                _remove(element)
    for deleted, shown in (("delText", "t"), ("delInstrText", "instrText")):
        for element in list(root.iter(q(deleted))):
            if accept:
                _remove(element)
            else:
                element.tag = q(shown)


def _join_with_next(paragraph: Element) -> None:
    """A paragraph whose mark is gone runs on into the next one, and takes that one's properties."""
    following = paragraph.getnext()
    while following is not None and following.tag != q("p") and local(following) in (*_ANCHORS, *_MARKERS, ""):
        following = following.getnext()
    content = [child for child in paragraph if child.tag != q("pPr")]
    if following is None or following.tag != q("p"):
        if not content:
            _remove(paragraph)
        return
    at = 1 if len(following) and following[0].tag == q("pPr") else 0
    following[at:at] = content
    _remove(paragraph)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
