"""A Word file's stories as paragraphs of spans: what each run says, how it looks, and in what it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publish.model import note_mark
from publish.verify._docx_styles import Properties, Styles
from publish.wordfile import WP, Element, V, WordFile, local, q, value, word_name

_TRANSPARENT = ("smartTag", "customXml", "ins", "moveTo", "proofErr")
_ANONYMOUS_TEXT = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MADE_UP = "dayShort dayLong monthShort monthLong yearShort yearLong pgNum".split()


@dataclass(frozen=True, slots=True)
class Span:
    """The text of a run, its own properties, and what is peculiar about where it stands (`field:REF`, `rtl` …)."""

    text: str
    properties: Element | None
    around: frozenset[str]


@dataclass(slots=True)
class Paragraph:
    """A paragraph. `cells` are the table cells around it, innermost first; `controls` the content controls."""

    story: str
    element: Element
    style: str
    effective: Properties
    spans: list[Span] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    cells: tuple[Element, ...] = ()
    controls: tuple[Element, ...] = ()
    label: str = ""
    label_run: Element | None = None
    level: int = -1
    section: Element | None = None

    @property
    def raw(self) -> str:
        """What the paragraph says with all its white space."""
        return "".join(span.text for span in self.spans)

    @property
    def text(self) -> str:
        """What the paragraph says, white space squeezed."""
        return " ".join(self.raw.split())


@dataclass(slots=True)
class Reading:
    """A whole file, read: its main text, and the other stories (notes, headers, text boxes, comments) by name."""

    word: WordFile
    styles: Styles
    body: list[Paragraph]
    notes: list[Paragraph]
    others: list[Paragraph]
    sections: list[Element]
    troubles: list[str]


@dataclass(slots=True)
class _Reader:
    """The walk through one story. `fields` are the open fields: instruction and whether the result has begun."""

    story: str
    styles: Styles
    numbering: Mapping[tuple[str, int], Properties]
    marks: dict[str, str]
    mark_format: str
    boxes: list[Paragraph]
    troubles: list[str]
    paragraphs: list[Paragraph] = field(default_factory=list)
    fields: list[list[str]] = field(default_factory=list)
    note_order: list[str] = field(default_factory=list)
    note_id: str = ""
    open_bookmarks: dict[str, str] = field(default_factory=dict)

    def blocks(self, parent: Element, cells: tuple[Element, ...], controls: tuple[Element, ...]) -> None:
        for child in parent:
            name = word_name(child)
            if name == "p":
                self.paragraph(child, cells, controls)
            elif name == "tbl":
                for row in child.iter(q("tr")):
                    if next(row.iterancestors(q("tbl"))) is child:
                        self._row(row, cells, controls)
            elif name == "sdt":
                content = child.find(q("sdtContent"))
                if content is not None:
                    self.blocks(content, cells, (child, *controls))
            elif name in _TRANSPARENT:
                self.blocks(child, cells, controls)
            elif name in ("altChunk", "subDoc"):
                self.troubles.append(f"text of another file is drawn in by {name}")
            elif name == "bookmarkStart":
                self._opened(child)
            elif name == "bookmarkEnd":
                self.open_bookmarks.pop(value(child, "id"), None)

    def _row(self, row: Element, cells: tuple[Element, ...], controls: tuple[Element, ...]) -> None:
        for cell in row.iter(q("tc")):
            if next(cell.iterancestors(q("tr"))) is row:
                self.blocks(cell, (cell, *cells), controls)

    def paragraph(self, element: Element, cells: tuple[Element, ...], controls: tuple[Element, ...]) -> None:
        direct = element.find(q("pPr"))
        style = value(direct.find(q("pStyle")) if direct is not None else None) or self.styles.defaults.get(
            "paragraph", ""
        )
        unnumbered = self.styles.paragraph(style, direct, {})
        numbered = unnumbered.get("numPr")
        number, level = "", -1
        if numbered is not None:
            number = value(numbered.find(q("numId")))
            level = int(value(numbered.find(q("ilvl")), default="0") or 0)
        effective = self.styles.paragraph(style, direct, self.numbering.get((number, level), {}))
        made = Paragraph(self.story, element, style, effective, cells=cells, controls=controls, level=level)
        made.label = number
        self.paragraphs.append(made)
        self._inlines(made, element, frozenset())

    def _inlines(self, into: Paragraph, parent: Element, around: frozenset[str]) -> None:
        for child in parent:
            name = word_name(child)
            if name == "r":
                self._run(into, child, around)
            elif name in ("bdo", "dir"):
                self._inlines(into, child, around | {f"direction:{value(child)}"})
            elif name == "fldSimple":
                self._inlines(into, child, around | {_field_name(value(child, "instr"))})
            elif name == "sdt":
                into.controls = (child, *into.controls)
                content = child.find(q("sdtContent"))
                if content is not None:
                    self._inlines(into, content, around)
            elif name in ("hyperlink", *_TRANSPARENT):
                self._inlines(into, child, around)
            elif name == "bookmarkStart":
                self._opened(child)
                into.bookmarks.append(value(child, "name"))
            elif name == "bookmarkEnd":
                self.open_bookmarks.pop(value(child, "id"), None)
            elif name in ("oMath", "oMathPara"):
                said = "".join(part.text or "" for part in child.iter() if local(part) == "t")
                into.spans.append(Span(said, None, around | {"mathematics"}))

    def _opened(self, start: Element) -> None:
        self.open_bookmarks[value(start, "id")] = value(start, "name")

    def _run(self, into: Paragraph, run: Element, around: frozenset[str]) -> None:
        own = run.find(q("rPr"))
        pieces: list[str] = []
        custom = any(
            value(each, "customMarkFollows") in ("1", "true", "on") for each in run.iter(q("footnoteReference"))
        )

        def flush() -> None:
            if pieces:
                into.spans.append(Span("".join(pieces), own, around | self._in_fields()))
                pieces.clear()

        for child in run:
            name = word_name(child)
            if name == "t":
                said = child.text or ""
                pieces.append(said if child.get(_SPACE) == "preserve" else said.strip())
            elif name in _ANONYMOUS_TEXT:
                pieces.append(_ANONYMOUS_TEXT[name])
            elif name == "sym":
                pieces.append(_symbol(child))
            elif name in ("footnoteReference", "endnoteReference"):
                pieces.append(self._reference(value(child, "id"), custom, name))
            elif name == "footnoteRef":
                pieces.append(self.marks.get(self.note_id, "?"))
            elif name == "fldChar":
                flush()
                self._field(value(child, "fldCharType"))
            elif name == "instrText" and self.fields:
                self.fields[-1][0] += child.text or ""
            elif name == "ruby":
                flush()
                for base in child.findall(f"{q('rubyBase')}/{q('r')}"):
                    self._run(into, base, around | {"ruby"})
            elif name in _MADE_UP:
                pieces.append("�")
            elif name in ("pict", "drawing", "object", "AlternateContent"):
                self._boxes(child)
        flush()

    def _reference(self, note: str, custom: bool, kind: str) -> str:
        if kind == "endnoteReference":
            self.troubles.append("there is an endnote, and the document has none")
            return "�"
        self.note_order.append(note)
        if custom:
            return ""
        automatic = sum(1 for mark in self.marks.values() if mark) + 1
        self.marks[note] = _mark(automatic, self.mark_format)
        return self.marks[note]

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(["", ""])
        elif kind == "separate" and self.fields:
            self.fields[-1][1] = "result"
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _in_fields(self) -> frozenset[str]:
        return frozenset(_field_name(instruction) if shown else "field code" for instruction, shown in self.fields)

    def _boxes(self, drawing: Element) -> None:
        """Text boxes are stories of their own. Alternate content says the same twice; both are read."""
        for content in drawing.iter(q("txbxContent")):
            inner = _Reader("a text box", self.styles, self.numbering, {}, "decimal", self.boxes, self.troubles)
            inner.blocks(content, (), ())
            self.boxes.extend(inner.paragraphs)


def _field_name(instruction: str) -> str:
    words = instruction.split()
    return f"field:{words[0].upper()}" if words else "field:"


def _symbol(element: Element) -> str:
    try:
        return chr(int(value(element, "char"), 16))
    except (ValueError, OverflowError):
        return "�"


def _mark(number: int, number_format: str) -> str:
    return note_mark(number) if number_format == "chicago" else str(number)


def read(word: WordFile, styles: Styles, main: Element, numbering: Mapping[tuple[str, int], Properties]) -> Reading:
    """A file whose main part is `main` (tracked changes resolved). `numbering` gives each list level's properties."""
    troubles: list[str] = []
    boxes: list[Paragraph] = []
    body = main.find(q("body"))
    marks: dict[str, str] = {}
    sections = list(main.iter(q("sectPr")))
    reader = _Reader("the text", styles, numbering, marks, _mark_format(word, sections), boxes, troubles)
    if body is not None:
        reader.blocks(body, (), ())
    _give_sections(reader.paragraphs, sections)
    if reader.fields:
        troubles.append("a field is never closed")
    troubles += [f"the bookmark “{name}” is never closed" for name in reader.open_bookmarks.values()]
    notes = _read_notes(word, reader)
    others = [*boxes]
    for kind in _STORIES:
        for name in word.related(kind):
            inner = _Reader(_STORIES[kind], styles, numbering, {}, "decimal", others, troubles)
            for holder in _holders(word.tree(name), kind):
                inner.blocks(holder, (), ())
            others += inner.paragraphs
    return Reading(word, styles, reader.paragraphs, notes, others, sections, troubles)


_STORIES = {
    "header": "a header",
    "footer": "a footer",
    "comments": "a comment",
    "endnotes": "an endnote",
    "footnotes": "the line above the notes",
}


def _holders(root: Element, kind: str) -> Iterator[Element]:
    if kind in ("header", "footer"):
        yield root
    elif kind == "footnotes":
        yield from (each for each in root if value(each, "type", "normal") != "normal")
    else:
        yield from root


def _mark_format(word: WordFile, sections: list[Element]) -> str:
    """The number format of notes: the section's own, or the document's (17.11.17, 17.11.18)."""
    settings = word.related_tree("settings")
    for holder in (*sections, *([settings] if settings is not None else [])):
        found = holder.find(f"{q('footnotePr')}/{q('numFmt')}")
        if found is not None:
            return value(found)
    return "decimal"


def _read_notes(word: WordFile, reader: _Reader) -> list[Paragraph]:
    """The notes' paragraphs. Each stands below its mark, so their order is that of the part, not that of the marks."""
    root = word.related_tree("footnotes")
    notes = {value(note, "id"): note for note in root if local(note) == "footnote"} if root is not None else {}
    found: list[Paragraph] = []
    for note in reader.note_order:
        if note not in notes:
            reader.troubles.append(f"the mark of note {note} leads to no note")
    for note, element in notes.items():
        if value(element, "type", "normal") != "normal":
            continue
        if note not in reader.note_order:
            reader.troubles.append(f"the note {note} has no mark, and so is not shown")
            continue
        inner = _Reader(
            "a note", reader.styles, reader.numbering, reader.marks, reader.mark_format, reader.boxes, reader.troubles
        )
        inner.note_id = note
        inner.blocks(element, (), ())
        found += inner.paragraphs
    return found


def _give_sections(paragraphs: list[Paragraph], sections: list[Element]) -> None:
    """Each paragraph's section: the next sectPr at or after it (17.6.18)."""
    inside = {section.getparent(): section for section in sections}
    current = sections[-1] if sections else None
    for paragraph in reversed(paragraphs):
        direct = paragraph.element.find(q("pPr"))
        current = inside.get(direct, current) if direct is not None else current
        paragraph.section = current


def floating_shapes(root: Element) -> Iterator[Element]:
    """Drawings that do not stand in the line of text: anchored DrawingML, and VML shapes placed absolutely."""
    yield from root.iter(f"{{{WP}}}anchor")
    for element in root.iter():
        is_shape = isinstance(element.tag, str) and element.tag.startswith(f"{{{V}}}")
        if is_shape and re.search(r"position\s*:\s*(absolute|relative)", element.get("style", "")):
            yield element
