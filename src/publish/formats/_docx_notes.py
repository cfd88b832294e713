"""Notes as Word's own footnotes, in the part that the template brings."""

from __future__ import annotations

from docx.document import Document as Package
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart

from publish import model
from publish.diagnostics import refuse
from publish.formats._docx_blocks import blocks
from publish.formats._docx_copy import Copy, Spot
from publish.formats._docx_xml import Element, paragraph, parse, q, run, w


def open_notes(package: Package) -> XmlPart:
    """The footnotes part as a tree; python-docx itself keeps it as bytes. Notes of the template's own are dropped."""
    relation = next(each for each in package.part.rels.values() if each.reltype == RT.FOOTNOTES)
    plain = relation.target_part
    opened = XmlPart(plain.partname, plain.content_type, parse(plain.blob), plain.package)  # type: ignore[arg-type]
    opened.rels.update(plain.rels)
    relation._target = opened
    for note in opened.element.findall(q("footnote")):
        if note.get(q("type"), "normal") == "normal":
            opened.element.remove(note)
    return opened


def footnotes(copy: Copy, part: XmlPart) -> dict[int, Element]:
    """Every note of the document by its number. Call it when the text is written, so that each mark has its place."""
    found: dict[int, Element] = {}
    for note in copy.document.notes:
        if f"note {note.number}" not in copy.counts:
            raise refuse(
                "docx.note-unmarked",
                f"the note “{note.label}” has no mark in the text, and Word shows a note only below its mark",
                note.place,
                f"put `[^{note.label}]` where the note belongs, or delete the note",
            )
        found[note.number] = _footnote(copy, part, note)
    return found


def _footnote(copy: Copy, part: XmlPart, note: model.Note) -> Element:
    made = w("footnote", id=note.number)
    made.extend(blocks(copy, Spot(part, style="FootnoteText", note=True), note.blocks))
    first = made[0] if len(made) else None
    if first is None or first.tag != q("p") or first.find(f"{q('pPr')}/{q('numPr')}") is not None:
        first = paragraph("FootnoteText")
        made.insert(0, first)
    mark = _mark(copy, note.number)
    opening = first.find(q("bookmarkStart"))
    if opening is not None:
        opening.addprevious(mark)
    else:
        first.insert(1, mark)
    mark.addnext(run(" "))
    return made


def _mark(copy: Copy, number: int) -> Element:
    properties = w("rStyle", val="FootnoteReference")
    if f"written mark {number}" in copy.counts:
        return run(model.note_mark(number), properties)
    return w("r", w("rPr", properties), w("footnoteRef"))
