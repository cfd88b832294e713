"""Inlines to runs: emphasis, links, terms, claims, citations and the marks of notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from docx.opc.constants import RELATIONSHIP_TYPE as RT

from publish import model
from publish.diagnostics import refuse
from publish.formats._docx_claims import comment_on
from publish.formats._docx_copy import Copy, Spot, bookmarked
from publish.formats._docx_styles import safety_ink
from publish.formats._docx_xml import Element, R, field, q, run, text_nodes, w
from publish.model import Inline

_COLORED = ("Hyperlink", "Term", "Citation", "CodeText")
_SAFETY_INK = "accent5"


@dataclass(frozen=True, slots=True)
class _Look:
    """How a run differs from its paragraph. `linked`: it stands in a hyperlink, which cannot hold another.

    `ink` (#-less hex) is the safety block's: its ground may be one on which no other colour can be read.
    """

    style: str = ""
    bold: bool = False
    italic: bool = False
    lifted: str = ""
    linked: bool = False
    ink: str = ""

    def properties(self) -> tuple[Element, ...]:
        """The children of `w:rPr`, in schema order."""
        found = (
            w("rStyle", val=self.style) if self.style else None,
            w("b") if self.bold else None,
            w("bCs") if self.bold else None,
            w("i") if self.italic else None,
            w("iCs") if self.italic else None,
            w("color", val=self.ink, themeColor=_SAFETY_INK) if self.ink and self.style in _COLORED else None,
            w("vertAlign", val=self.lifted) if self.lifted else None,
        )
        return tuple(each for each in found if each is not None)


def inlines(copy: Copy, spot: Spot, given: Iterable[Inline]) -> Iterator[Element]:
    """The runs of inlines, links and comment ranges included."""
    yield from _all(copy, spot, given, _Look(ink=safety_ink(copy.theme) if spot.style == "SafetyText" else ""))


def link(copy: Copy, spot: Spot, target: str, words: str) -> Element:
    """A hyperlink to an address outside the leaflet."""
    return _outward(spot, target, "", (run(words, w("rStyle", val="Hyperlink")),))


def _all(copy: Copy, spot: Spot, given: Iterable[Inline], look: _Look) -> Iterator[Element]:
    for inline in given:
        yield from _one(copy, spot, inline, look)


def _one(copy: Copy, spot: Spot, inline: Inline, look: _Look) -> Iterator[Element]:
    match inline:
        case model.Text(value=value) | model.Variable(value=value):
            if value:
                yield run(value, *look.properties())
        case model.Code(value=value):
            yield run(value, *replace(look, style=look.style or "CodeText").properties())
        case model.LineBreak():
            yield run("\n", *look.properties())
        case model.Emphasis(children=children):
            yield from _all(copy, spot, children, replace(look, italic=True))
        case model.Strong(children=children):
            yield from _all(copy, spot, children, replace(look, bold=True))
        case model.Superscript(children=children):
            yield from _all(copy, spot, children, replace(look, lifted="superscript"))
        case model.Subscript(children=children):
            yield from _all(copy, spot, children, replace(look, lifted="subscript"))
        case model.Link():
            yield from _link(copy, spot, inline, look)
        case model.Term(entry=entry, children=children):
            yield from _inward(copy, spot, copy.entries.get(entry, ""), children, replace(look, style="Term"), look)
        case model.Claim():
            inner = _all(copy, spot, inline.children, replace(look, style=look.style or "Claim"))
            yield from comment_on(copy, inline, inner) if copy.commented and not spot.note else inner
        case model.Citation(numbers=numbers):
            yield from _citation(copy, numbers, look)
        case model.NoteMark(number=number):
            yield from _note_mark(copy, spot, inline, number, look)


def _link(copy: Copy, spot: Spot, link: model.Link, look: _Look) -> Iterator[Element]:
    inner = replace(look, style="Hyperlink")
    if link.target.startswith("#"):
        yield from _inward(copy, spot, copy.targets.get(link.target[1:], ""), link.children, inner, look)
    elif look.linked:
        yield from _all(copy, spot, link.children, inner)
    else:
        content = tuple(_all(copy, spot, link.children, replace(inner, linked=True)))
        yield _outward(spot, link.target, link.title, content)


def _outward(spot: Spot, target: str, title: str, content: Iterable[Element]) -> Element:
    made = w("hyperlink")
    made.set(f"{{{R}}}id", spot.part.relate_to(target, RT.HYPERLINK, is_external=True))
    if title:
        made.set(q("tooltip"), title)
    made.set(q("history"), "1")
    made.extend(content)
    return made


def _inward(
    copy: Copy, spot: Spot, bookmark: str, children: Iterable[Inline], inner: _Look, outer: _Look
) -> Iterator[Element]:
    """A link inside the document, or only its look where there is no target or a link stands around it."""
    if not bookmark or outer.linked:
        yield from _all(copy, spot, children, inner)
        return
    made = w("hyperlink", anchor=bookmark, history=1)
    made.extend(_all(copy, spot, children, replace(inner, linked=True)))
    yield made


def _citation(copy: Copy, numbers: tuple[int, ...], look: _Look) -> Iterator[Element]:
    """The numbers as `model.citation_mark` shows them, each a link to its reference."""
    cited = replace(look, style="Citation", lifted="").properties
    for index, number in enumerate(numbers):
        if index:
            yield run(",", *cited())
        shown = run(str(number), *cited())
        target = copy.references.get(number)
        yield w("hyperlink", shown, anchor=target, history=1) if target and not look.linked else shown


def _note_mark(copy: Copy, spot: Spot, mark: model.NoteMark, number: int, look: _Look) -> Iterator[Element]:
    """The first mark of a note is Word's own; a later one is a cross-reference to it, as Word would make it.

    Word numbers by position. Where a theme sets the safety block before the body the numbers of its notes would be
    others than the document's, so such a mark is written out.
    """
    properties = replace(look, style="FootnoteReference", lifted="").properties()
    shown = model.note_mark(number)
    first = f"note {number}" not in copy.counts
    if spot.note:
        if first:
            raise refuse(
                "docx.note-in-note",
                f"the note “{mark.label}” is marked only inside another note, and Word has no notes in notes",
                mark.place,
                "mark the note in the text itself, or write its words into the other note",
            )
        yield run(shown, *properties)
    elif not first:
        yield from field(f"NOTEREF mark_{number} \\f \\h", shown, *properties)
    else:
        copy.next(f"note {number}")
        if copy.counts.get("automatic mark", 0) + 1 == number:
            copy.next("automatic mark")
            reference = w("r", w("rPr", *properties), w("footnoteReference", id=number))
        else:
            copy.next(f"written mark {number}")
            reference = w("r", w("rPr", *properties), w("footnoteReference", customMarkFollows=1, id=number))
            reference.extend(text_nodes(shown))
        yield from bookmarked(copy, f"mark_{number}", (reference,))
