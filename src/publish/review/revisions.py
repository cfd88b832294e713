"""Tracked changes of a Word part: listed one by one, and resolved, all of them or those that somebody chose.

The kinds are those of ECMA-376 Part 1, 17.13.5: text inserted, deleted and moved; paragraph marks; rows and cells;
properties of runs, paragraphs, tables, rows, cells and sections. They may stand inside each other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

Element = etree._Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _q(*names: str) -> frozenset[str]:
    return frozenset(f"{{{W}}}{name}" for name in names)


def _one(name: str) -> str:
    return f"{{{W}}}{name}"


_ADDING = _q("ins", "moveTo")
_TAKING = _q("del", "moveFrom")
_CELLS = _q("cellIns", "cellDel", "cellMerge")
_PROPERTIES = _q(
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tblPrExChange", "trPrChange",
    "tcPrChange", "numberingChange",
)  # fmt: skip
_REVISIONS = _ADDING | _TAKING | _CELLS | _PROPERTIES
_RANGES = _q(
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "customXmlMoveFromRangeStart",
    "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
)  # fmt: skip
_ANCHORS = _q(
    "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference", "permStart", "permEnd",
    "proofErr",
)  # fmt: skip
_SHOWN = _q(
    "t", "delText", "tab", "br", "cr", "drawing", "pict", "object", "footnoteReference", "endnoteReference", "sym",
    "noBreakHyphen", "fldChar", "instrText", "delInstrText", "ptab",
)  # fmt: skip
_HOLDERS = _q("rPr", "trPr", "numPr")
_WORDS = {
    _one("tab"): "\t",
    _one("br"): "\n",
    _one("cr"): "\n",
    _one("noBreakHyphen"): "\u2011",
    _one("footnoteReference"): "[note]",
    _one("drawing"): "[picture]",
}
_KEPT_BESIDE = {
    _one("pPrChange"): _q("rPr", "sectPr"),
    _one("sectPrChange"): _q("headerReference", "footerReference"),
    _one("rPrChange"): _ADDING | _TAKING,
    _one("trPrChange"): _ADDING | _TAKING,
    _one("tcPrChange"): _CELLS,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change as its author made it. `numbers` are its revisions in their part, counted from 0 in document order.

    `kind` is one of: insertion, deletion, move, split, merge, formatting, row inserted, row deleted, cell inserted,
    cell deleted, cells merged. `date` is as written in the file, which may be no date at all. `paragraph` counts the
    paragraphs of the part from 0, as it is with all changes in it.
    """

    kind: str
    author: str
    date: str
    text: str
    numbers: tuple[int, ...]
    paragraph: int = 0


def revisions(root: Element) -> Iterator[Element]:
    """Every revision of a part, in document order: by this count a choice names them."""
    return root.iter(*_REVISIONS)


def resolved(root: Element, accept: bool | Callable[[int], bool]) -> Element:
    """A copy of a part without tracked changes. `accept` says it for all, or for each by its number."""
    made = copy.deepcopy(root)
    found = list(revisions(made))
    given = [accept if isinstance(accept, bool) else accept(number) for number in range(len(found))]
    verdict = dict(zip(found, given, strict=True))
    _properties(made, verdict)
    _rows(made, verdict)
    _cells(made, verdict)
    joined = _marks(made, verdict)
    _runs(made, verdict, accept if isinstance(accept, bool) else True)
    for paragraph, taken in reversed(joined):
        _join(paragraph, taken)
    for table in [each for each in made.iter(_one("tbl")) if each.find(f".//{_one('tr')}") is None]:
        _drop(table)
    for marker in list(made.iter(*_RANGES)):
        _remove(marker)
    return made


def _gone(element: Element, verdict: dict[Element, bool]) -> bool:
    return (element.tag in _TAKING) == verdict[element]


def _properties(root: Element, verdict: dict[Element, bool]) -> None:
    """Changed properties: the old ones stand inside the change."""
    for change in list(root.iter(*_PROPERTIES)):
        holder = change.getparent()
        if holder is None:
            continue
        holder.remove(change)
        if verdict[change] or change.tag == _one("numberingChange") or not len(change):
            continue
        kept = [child for child in holder if child.tag in _KEPT_BESIDE.get(change.tag, ())]
        old = [child for child in change[0] if child.tag not in _KEPT_BESIDE.get(change.tag, ())]
        first = change.tag == _one("sectPrChange")
        holder[:] = [*kept, *old] if first else [*old, *kept]


def _rows(root: Element, verdict: dict[Element, bool]) -> None:
    for row in list(root.iter(_one("tr"))):
        properties = row.find(_one("trPr"))
        for mark in [child for child in properties if child in verdict] if properties is not None else []:
            _remove(mark)
            if _gone(mark, verdict):
                _drop(row)


def _cells(root: Element, verdict: dict[Element, bool]) -> None:
    for mark in list(root.iter(*_CELLS)):
        properties = mark.getparent()
        cell = properties.getparent() if properties is not None else None
        _remove(mark)
        if cell is None or properties is None:
            continue
        if mark.tag == _one("cellMerge"):
            _merge(properties, mark.get(_one("vMerge" if verdict[mark] else "vMergeOrig"), ""))
        elif (mark.tag == _one("cellDel")) == verdict[mark]:
            _drop(cell)


def _merge(properties: Element, how: str) -> None:
    for old in properties.findall(_one("vMerge")):
        properties.remove(old)
    if how:
        merged = etree.SubElement(properties, _one("vMerge"))
        merged.set(_one("val"), "restart" if how == "rest" else "continue")


def _marks(root: Element, verdict: dict[Element, bool]) -> list[tuple[Element, bool]]:
    """The paragraphs whose marks are gone, and whether by a deletion; all revisions of marks are taken away."""
    found = []
    for paragraph in root.iter(_one("p")):
        properties = paragraph.find(f"{_one('pPr')}/{_one('rPr')}")
        marks = [child for child in properties if child in verdict] if properties is not None else []
        gone = [mark for mark in marks if _gone(mark, verdict)]
        if gone:
            found.append((paragraph, all(mark.tag in _TAKING for mark in gone)))
        for mark in marks:
            _remove(mark)
    return found


def _runs(root: Element, verdict: dict[Element, bool], default: bool) -> None:
    stray = [each for each in root.iter(*_q("delText", "delInstrText")) if not _within(each, _TAKING)]
    for element in stray if default else ():
        _remove(element)
    for element in list(root.iter(*(_ADDING | _TAKING))):
        parent = element.getparent()
        if parent is None or element not in verdict:
            continue
        if parent.tag == _one("numPr"):
            _remove(element)
            if _gone(element, verdict):
                _remove(parent)
        elif parent.tag in _HOLDERS or not len(element):
            _remove(element)
        elif _gone(element, verdict):
            _drop(element)
        else:
            _unwrap(element)
    for name, shown in (("delText", "t"), ("delInstrText", "instrText")):
        for element in list(root.iter(_one(name))):
            element.tag = _one(shown)


def _within(element: Element, tags: frozenset[str]) -> bool:
    return any(above.tag in tags for above in element.iterancestors())


def _join(paragraph: Element, taken: bool) -> None:
    """A paragraph whose mark is gone runs on into the next.

    The rest of a deletion keeps the look of where it begins, as Word and LibreOffice show it; an insertion taken back
    gives the look of the mark that was there before.
    """
    parent = paragraph.getparent()
    if parent is None:
        return
    following = _next_paragraph(paragraph)
    shown = any(True for _ in paragraph.iter(*_SHOWN))
    if following is None:
        alone = parent.tag == _one("tc") and len(parent.findall(_one("p"))) == 1
        if not shown and not alone:
            _drop(paragraph)
        return
    own, other = paragraph.find(_one("pPr")), following.find(_one("pPr"))
    content = [child for child in paragraph if child.tag != _one("pPr")]
    if taken and shown and any(True for _ in following.iter(*_SHOWN)):
        if other is not None:
            following.remove(other)
        if own is not None:
            following.insert(0, own)
    at = 1 if following.find(_one("pPr")) is not None else 0
    following[at:at] = content
    _remove(paragraph)


def _next_paragraph(paragraph: Element) -> Element | None:
    following = paragraph.getnext()
    while following is not None and (following.tag in _ANCHORS | _RANGES or not isinstance(following.tag, str)):
        following = following.getnext()
    if following is not None and following.tag == _one("sdt"):
        return next(iter(following.iter(_one("p"))), None)
    return following if following is not None and following.tag == _one("p") else None


def _unwrap(element: Element) -> None:
    for child in list(element):
        element.addprevious(child)
    _remove(element)


def _drop(element: Element) -> None:
    """Take an element away, but not the anchors that stand in it."""
    if element.getparent() is None:
        return
    for anchor in list(element.iter(*_ANCHORS)):
        if anchor.tag != _one("commentReference"):
            element.addprevious(anchor)
    _remove(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


# --- listed ---


def changes(root: Element) -> tuple[Change, ...]:
    """The changes of a part in reading order. Revisions of one author that follow each other at once are one change."""
    order = {element: number for number, element in enumerate(revisions(root))}
    paragraphs = {element: number for number, element in enumerate(root.iter(_one("p")))}
    found: list[Change] = []
    open_: Change | None = None
    for element, kind in _events(root):
        if not kind:
            open_ = None
            continue
        around = _paragraph_of(element)
        where = paragraphs[around] if around is not None else 0
        made = Change(
            kind,
            element.get(_one("author"), ""),
            element.get(_one("date"), ""),
            _text(element),
            (order[element],),
            where,
        )
        joined = _joined(open_, made) if open_ else None
        if joined:
            found[-1] = joined
        else:
            found.append(made)
        open_ = found[-1]
    return tuple(_with_rows(found, list(order)))


def _with_rows(found: list[Change], elements: list[Element]) -> list[Change]:
    """What goes or comes with a whole row is the row's change."""
    rows = {}
    for change in found:
        if change.kind in ("row inserted", "row deleted"):
            rows.update({_row_of(elements[number]): change for number in change.numbers})
    made: dict[int, Change] = {id(change): change for change in found}
    for change in found:
        above = rows.get(_row_of(elements[change.numbers[0]]))
        if above is None or above is change or change.author != above.author:
            continue
        if _OF_ROW.get(change.kind) == above.kind:
            old = made[id(above)]
            made[id(above)] = replace(old, numbers=(*old.numbers, *change.numbers))
            del made[id(change)]
    return list(made.values())


_OF_ROW = {
    "insertion": "row inserted", "split": "row inserted", "deletion": "row deleted", "merge": "row deleted",
}  # fmt: skip


def _paragraph_of(element: Element) -> Element | None:
    """The paragraph that a revision stands in; the first one in a row or cell."""
    above = next((each for each in element.iterancestors() if each.tag in _q("p", "tr", "tc")), None)
    return above if above is None or above.tag == _one("p") else next(iter(above.iter(_one("p"))), None)


def _row_of(element: Element) -> Element | None:
    return next((above for above in element.iterancestors() if above.tag == _one("tr")), None)


_FLOWING = ("insertion", "deletion", "move")
_OF_MARK = {"insertion": "split", "deletion": "merge", "move": "move"}


def _joined(one: Change, two: Change) -> Change | None:
    if (one.author, one.date) != (two.author, two.date):
        return None
    marks = {mark: flow for flow, mark in _OF_MARK.items()}
    first, second = marks.get(one.kind, one.kind), marks.get(two.kind, two.kind)
    if first != second or first not in (*_FLOWING, "formatting"):
        return None
    kind = one.kind if one.kind == two.kind else first
    return Change(kind, one.author, one.date, one.text + two.text, (*one.numbers, *two.numbers), one.paragraph)


def _events(element: Element) -> Iterator[tuple[Element, str]]:
    """Revisions with their kinds as a reader meets them; what is not revised comes with an empty kind."""
    if element.tag == _one("p"):
        yield from _of_paragraph(element)
        return
    if element.tag in _REVISIONS:
        yield element, _kind(element)
        if element.tag in _PROPERTIES:
            return
    elif element.tag in _SHOWN and not _within(element, _ADDING | _TAKING):
        yield element, ""
    for child in element:
        yield from _events(child)


def _of_paragraph(paragraph: Element) -> Iterator[tuple[Element, str]]:
    properties = paragraph.find(_one("pPr"))
    mark = properties.find(_one("rPr")) if properties is not None else None
    marks = [child for child in mark if child.tag in _REVISIONS] if mark is not None else []
    for revision in properties.iter(*_REVISIONS) if properties is not None else ():
        if revision not in marks and not _within_change(revision, paragraph):
            yield revision, _kind(revision)
    for child in paragraph:
        if child is not properties:
            yield from _events(child)
    flowing = [each for each in marks if each.tag in _ADDING | _TAKING]
    for revision in marks:
        yield revision, _OF_MARK.get(_kind(revision), _kind(revision))
    if not flowing:
        yield paragraph, ""


def _within_change(element: Element, top: Element) -> bool:
    return any(above.tag in _PROPERTIES for above in element.iterancestors() if above is not top)


_KINDS = {
    "ins": "insertion", "del": "deletion", "moveFrom": "move", "moveTo": "move", "cellIns": "cell inserted",
    "cellDel": "cell deleted", "cellMerge": "cells merged",
}  # fmt: skip


def _kind(element: Element) -> str:
    name = etree.QName(element).localname
    parent = element.getparent()
    if parent is not None and parent.tag == _one("trPr") and name in ("ins", "del"):
        return "row inserted" if name == "ins" else "row deleted"
    return _KINDS.get(name, "formatting")


def _text(element: Element) -> str:
    """The words of a revision itself: of a row all its words, of a mark none."""
    parent = element.getparent()
    scope: Iterable[Element] = [element]
    if parent is not None and parent.tag == _one("trPr"):
        row = parent.getparent()
        scope = [row] if row is not None else []
    elif element.tag == _one("rPrChange") and parent is not None:
        run = parent.getparent()
        scope = [run] if run is not None and run.tag == _one("r") else []
    elif element.tag in _PROPERTIES | _CELLS:
        scope = []
    return "".join(_words(part) for each in scope for part in each.iter(*_q("t", "delText"), *_WORDS))


def _words(element: Element) -> str:
    parent = element.getparent()
    if parent is None or parent.tag != _one("r"):  # a tab stop has the name of a tab
        return ""
    return _WORDS.get(str(element.tag), element.text or "")
