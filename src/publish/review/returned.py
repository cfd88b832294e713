"""A Word copy, all its changes resolved, as the lines that a source is made of: paragraphs with anchors and kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from publish.review.revisions import resolved
from publish.review.runs import Char, Picture, Reader, Styles, read_styles
from publish.wordfile import Element, WordFile, number, q, value, word_name

_COPY = re.compile(r"_Copy_\d+$")
_HEADING = re.compile(r"heading ([1-9])")
_LIST_STYLE = re.compile(r"list (bullet|number)(?: (\d))?")
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in which table a paragraph stands; all counted from 0. `head`: its row is repeated on each page."""

    table: int
    row: int
    column: int
    columns: int
    align: str = ""
    merged: bool = False


@dataclass(slots=True)
class Line:
    """One paragraph of the copy. `anchors`: the bookmarks over it, and how many of its characters each covers.

    `level` is that of a heading, 0 for others; `item` says of a list item whether it is numbered, and its depth from 0.
    `order` counts the paragraphs of its part as they are with all changes in it.
    """

    style: str
    level: int
    item: tuple[bool, int] | None
    indent: int
    anchors: dict[str, int]
    chars: list[Char]
    pictures: list[Picture]
    cell: Cell | None = None
    order: int = 0
    controlled: bool = False
    behind_deleted: bool = False

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)


@dataclass(slots=True)
class Returned:
    """A whole copy: the lines of its body, those of each footnote by id, and what is in it that no source can say."""

    lines: list[Line]
    notes: dict[str, list[Line]]
    odd: list[str]
    fancy: list[tuple[str, str]]
    properties: dict[str, str]


def properties(word: WordFile) -> dict[str, str]:
    """The custom properties: which source and leaflet the copy was made from."""
    found: dict[str, str] = {}
    for relation in word.relations(""):
        if relation.kind == "custom-properties" and not relation.external and relation.target in word.parts:
            for each in word.tree(relation.target).iter(_CUSTOM):
                found[each.get("name", "")] = "".join(str(words) for words in each.itertext()).strip()
    return found


def read(word: WordFile, accept: Callable[[str], bool | Callable[[int], bool]]) -> Returned:
    """The copy with each part's changes resolved as `accept(part)` says: see `revisions.resolved`."""
    styles = read_styles(word.related_tree("styles"))
    formats = _numbering(word.related_tree("numbering"))
    root = resolved(_numbered(word.tree(word.main)), accept(word.main))
    walk = _Walk(styles, formats, _reader(word, word.main, styles, note=False), _ends(root))
    body = root.find(q("body"))
    walk.blocks(body if body is not None else root, None, False)
    odd, fancy = walk.reader.odd, walk.reader.fancy
    notes: dict[str, list[Line]] = {}
    for name in word.related("footnotes")[:1]:
        part = resolved(_numbered(word.tree(name)), accept(name))
        for note in part.iter(q("footnote")):
            if value(note, "type", "normal") == "normal":
                inner = _Walk(styles, formats, _reader(word, name, styles, note=True), _ends(part))
                inner.blocks(note, None, False)
                notes[value(note, "id")] = inner.lines
                odd += inner.reader.odd
                fancy += inner.reader.fancy
    return Returned(walk.lines, notes, odd, fancy, properties(word))


_ORDER = "{urn:publish}order"
_BEHIND = "{urn:publish}behind"


def _numbered(root: Element) -> Element:
    """The part with each paragraph's number in it, so that changes find the lines that they are in."""
    gone = False
    for order, paragraph in enumerate(root.iter(q("p"))):
        paragraph.set(_ORDER, str(order))
        if gone:
            paragraph.set(_BEHIND, "1")
        mark = paragraph.find(f"{q('pPr')}/{q('rPr')}")
        gone = mark is not None and any(mark.find(q(name)) is not None for name in ("del", "moveFrom"))
    return root


def _ends(root: Element) -> set[str]:
    return {value(each, "id") for each in root.iter(q("bookmarkEnd"))}


def _reader(word: WordFile, part: str, styles: Styles, note: bool) -> Reader:
    relations = word.relations(part)
    targets = {each.id: each.target for each in relations if each.external and each.kind == "hyperlink"}
    images = {each.id: each.target for each in relations if not each.external and each.kind == "image"}
    return Reader(styles, targets, note, images=images)


def _numbering(root: Element | None) -> dict[str, dict[int, str]]:
    """By list, what stands before the items of each level: `bullet`, `decimal` …"""
    if root is None:
        return {}
    kinds: dict[str, dict[int, str]] = {}
    for abstract in root.iter(q("abstractNum")):
        kinds[value(abstract, "abstractNumId")] = _levels(abstract)
    found: dict[str, dict[int, str]] = {}
    for each in root.iter(q("num")):
        own = dict(kinds.get(value(each.find(q("abstractNumId"))), {}))
        for override in each.iter(q("lvlOverride")):
            own.update(_levels(override))
        found[value(each, "numId")] = own
    return found


def _levels(parent: Element) -> dict[int, str]:
    return {
        int(number(each, "ilvl")): value(each.find(q("numFmt")), default="decimal") for each in parent.iter(q("lvl"))
    }


@dataclass(slots=True)
class _Walk:
    styles: Styles
    formats: dict[str, dict[int, str]]
    reader: Reader
    ends: set[str]
    lines: list[Line] = field(default_factory=list)
    tables: int = 0

    def blocks(self, parent: Element, cell: Cell | None, controlled: bool) -> None:
        for child in parent:
            name = word_name(child)
            if name == "p":
                self._paragraph(child, cell, controlled)
            elif name == "tbl":
                self._table(child, cell, controlled)
            elif name == "sdt":
                content = child.find(q("sdtContent"))
                if content is not None:
                    safety = value(child.find(f"{q('sdtPr')}/{q('tag')}")) == "safety-block"
                    self.blocks(content, cell, controlled or safety)
            elif name in ("customXml", "smartTag", "ins", "moveTo"):
                self.blocks(child, cell, controlled)
            elif name == "bookmarkStart":
                self.reader.begin(child)
            elif name == "bookmarkEnd":
                self.reader.open.pop(value(child, "id"), None)
            elif name in ("altChunk", "subDoc"):
                self.reader.odd.append("text drawn in from another file")

    def _table(self, table: Element, outer: Cell | None, controlled: bool) -> None:
        if outer is not None:
            self.reader.odd.append("a table in a table")
        index, self.tables = self.tables, self.tables + 1
        rows = [row for row in table.iter(q("tr")) if next(row.iterancestors(q("tbl"))) is table]
        for at, row in enumerate(rows):
            cells = [cell for cell in row.iter(q("tc")) if next(cell.iterancestors(q("tr"))) is row]
            for column, cell in enumerate(cells):
                spans = cell.find(f"{q('tcPr')}/{q('gridSpan')}"), cell.find(f"{q('tcPr')}/{q('vMerge')}")
                merged = number(spans[0], default=1) > 1 or spans[1] is not None
                place = outer or Cell(index, at, column, len(cells), _aligned(cell), merged)
                self.blocks(cell, place, controlled)

    def _paragraph(self, element: Element, cell: Cell | None, controlled: bool) -> None:
        look = element.find(q("pPr"))
        style = value(look.find(q("pStyle")) if look is not None else None)
        name = self.styles.names.get(style, style.lower() or "normal")
        self.reader.paragraph(element)
        heading = _HEADING.fullmatch(name)
        line = Line(
            style=name,
            level=int(heading[1]) if heading else 0,
            item=None if heading else self._item(look, style, name),
            indent=int(number(look.find(q("ind")) if look is not None else None, "left")),
            anchors={},
            chars=list(self.reader.chars),
            pictures=list(self.reader.pictures),
            cell=cell,
            order=int(element.get(_ORDER, "0")),
            controlled=controlled,
            behind_deleted=_BEHIND in element.attrib and element.find(f"{q('pPr')}/{q('pPrChange')}") is None,
        )
        for anchor, covered in self.reader.covered.items():
            if covered or anchor in self.reader.started:
                plain = _COPY.sub("", anchor)
                if plain == anchor or self.reader.note:
                    line.anchors[plain] = covered
        self.lines.append(line)
        self._close_stray()

    def _close_stray(self) -> None:
        """A bookmark without an end ends with its paragraph: LibreOffice leaves such after a split."""
        for key in [key for key in self.reader.open if key not in self.ends]:
            del self.reader.open[key]

    def _item(self, look: Element | None, style: str, name: str) -> tuple[bool, int] | None:
        candidates = [look, *(each.find(q("pPr")) for each in self.styles.ancestry(style))]
        for properties_ in candidates:
            marks = properties_.find(q("numPr")) if properties_ is not None else None
            if marks is None:
                continue
            key, level = value(marks.find(q("numId"))), int(number(marks.find(q("ilvl"))))
            if key in ("", "0"):
                return None
            kind = self.formats.get(key, {}).get(level, "bullet")
            return None if kind == "none" else (kind != "bullet", level)
        found = _LIST_STYLE.fullmatch(name)
        return (found[1] == "number", int(found[2] or 1) - 1) if found else None


def _aligned(cell: Element) -> str:
    how = value(cell.find(f".//{q('jc')}"))
    return {"center": "center", "right": "right", "end": "right"}.get(how, "")


def shown_lines(lines: list[Line]) -> Iterator[Line]:
    """The lines that say something."""
    return (line for line in lines if line.text.strip() or line.pictures)
