"""Reading a document: what is shown of inlines, leaf texts in order, and the segments that each output must hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from publish.diagnostics import Place
from publish.model.kinds import (
    NOWHERE,
    Block,
    Callout,
    Citation,
    Code,
    CodeBlock,
    DefinitionList,
    Document,
    Figure,
    Glossary,
    Heading,
    Inline,
    LineBreak,
    List,
    Note,
    NoteMark,
    PanelBreak,
    Paragraph,
    Quote,
    Resources,
    Rule,
    SafetyBlock,
    Story,
    Table,
    Text,
    Variable,
)

_MARKS = "*†‡§"


def note_mark(number: int) -> str:
    """The mark of note `number` (from 1): *, †, ‡, §, then doubled, as Word's `chicago` numbering does."""
    return _MARKS[(number - 1) % len(_MARKS)] * ((number - 1) // len(_MARKS) + 1)


def citation_mark(numbers: Iterable[int]) -> str:
    """What a citation shows: 1,3."""
    return ",".join(str(number) for number in numbers)


def text(inlines: Iterable[Inline]) -> str:
    """What a reader sees of inlines, the same in every format. A hard line break is a newline."""
    return "".join(_shown(inline) for inline in inlines)


def _shown(inline: Inline) -> str:
    match inline:
        case Text(value=value) | Variable(value=value) | Code(value=value):
            return value
        case LineBreak():
            return "\n"
        case Citation(numbers=numbers):
            return citation_mark(numbers)
        case NoteMark(number=number):
            return note_mark(number)
        case _:
            return text(inline.children)


def inlines_within(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Every inline, parents before children, in reading order."""
    for inline in inlines:
        yield inline
        match inline:
            case Text() | Variable() | Code() | LineBreak() | Citation() | NoteMark():
                pass
            case _:
                yield from inlines_within(inline.children)


def blocks_within(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, parents before children, in reading order (table cells and definition terms are no blocks)."""
    for block in blocks:
        yield block
        match block:
            case List(items=items):
                for item in items:
                    yield from blocks_within(item.blocks)
            case Quote(blocks=inner) | Callout(blocks=inner) | Story(blocks=inner) | Resources(blocks=inner):
                yield from blocks_within(inner)
            case DefinitionList(items=definitions):
                for definition in definitions:
                    for detail in definition.details:
                        yield from blocks_within(detail)
            case _:
                pass


@dataclass(frozen=True, slots=True)
class Passage:
    """The shown text of one leaf block, the unit that a proof looks for. `id` is the leaf's, "" if it has none."""

    id: str
    text: str
    place: Place = NOWHERE


def passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    """The leaf texts of blocks in reading order. List numbers and bullets are not text; they are proven apart."""
    for block in blocks:
        place = block.place
        match block:
            case Heading(id=id_, inlines=inlines) | Paragraph(id=id_, inlines=inlines):
                yield Passage(id_, text(inlines), place)
            case CodeBlock(id=id_, value=value):
                yield Passage(id_, value, place)
            case List(items=items):
                for item in items:
                    yield from passages(item.blocks)
            case Table(head=head, rows=rows):
                for row in (head, *rows):
                    for cell in row:
                        yield Passage(cell.id, text(cell.inlines), cell.place)
            case Quote(blocks=inner):
                yield from passages(inner)
            case DefinitionList(items=definitions):
                for definition in definitions:
                    yield Passage(definition.id, text(definition.term), definition.place)
                    for detail in definition.details:
                        yield from passages(detail)
            case Callout(id=id_, title=title, blocks=inner):
                if title:
                    yield Passage(id_, text(title), place)
                yield from passages(inner)
            case Figure(id=id_, caption=caption):
                if caption:
                    yield Passage(id_, text(caption), place)
            case Story(id=id_, title=title, label=label, blocks=inner):
                if title:
                    yield Passage(id_, text(title), place)
                yield from passages(inner)
                yield Passage("", label, place)
            case Glossary(title=title, entries=entries):
                if title:
                    yield Passage("", text(title), place)
                for entry in entries:
                    yield Passage("", entry.term, entry.place)
                    yield Passage(entry.id, text(entry.definition), entry.place)
            case Resources(title=title, blocks=inner):
                if title:
                    yield Passage("", text(title), place)
                yield from passages(inner)
            case Rule() | PanelBreak():
                pass


def safety_passages(block: SafetyBlock) -> tuple[Passage, ...]:
    """The safety block as the texts that must stand in each output, word for word, in this order."""
    return (
        Passage("", block.title, block.place),
        *(passage for part in block.parts for passage in passages(part.blocks)),
    )


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the document that stands in one piece in every output; a theme may only choose where it stands."""

    name: Literal["title", "subtitle", "body", "notes", "references", "safety"]
    passages: tuple[Passage, ...]


def segments(document: Document) -> tuple[Segment, ...]:
    """Everything that must stand in each output. Headings such as “Notes” are labels, not part of a segment.

    A note begins with its mark (`* text`); a reference's number is a list number and not text.
    """
    meta = document.meta
    found = [Segment("title", (Passage("", meta.title),))]
    if meta.subtitle:
        found.append(Segment("subtitle", (Passage("", meta.subtitle),)))
    found.append(Segment("body", tuple(passages(document.body))))
    if document.notes:
        found.append(Segment("notes", tuple(_note_passages(document.notes))))
    if document.references:
        found.append(Segment("references", tuple(Passage(r.id, r.text, r.place) for r in document.references)))
    found.append(Segment("safety", safety_passages(document.safety)))
    return tuple(found)


def _note_passages(notes: Iterable[Note]) -> Iterator[Passage]:
    for note in notes:
        first, *rest = passages(note.blocks)
        yield Passage(first.id, f"{note_mark(note.number)} {first.text}", first.place)
        yield from rest
