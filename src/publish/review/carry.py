"""A returned copy carried into the source it was made from: the new text, and what could not be carried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from publish.diagnostics import Finding, Place
from publish.model import Document
from publish.reader import admission
from publish.review import outline as outlines
from publish.review.atoms import Names
from publish.review.emit import Writer
from publish.review.front import retitled
from publish.review.inscribe import Pen
from publish.review.match import Matching, matched
from publish.review.nodes import Node
from publish.review.outline import Outline
from publish.review.pieces import Piece, pieces_of
from publish.review.regrow import Branch, grown
from publish.review.returned import Line, Returned
from publish.review.runs import OBJECT, Char
from publish.review.sheet import Sheet
from publish.review.sorting import Sorted, is_anchored, sorted_lines
from publish.review.wording import Ways

_HINTS = {
    "review.variable-edited": "change the value in the product's file (source/products), or write the words into the "
    "source in place of the variable",
    "review.citation-edited": "numbers follow the order of the citations: add or delete a [@key] in the source",
    "review.picture": "put the file into the leaflet's images/ and add a :::{figure} to the source",
    "review.break-in-cell": "a cell is one line in the source: write two rows, or one sentence",
    "review.looks-lost": "the words are carried; mark them in the source by hand if it matters",
    "review.not-patchable": "make this change in the source by hand",
    "review.paragraph-in-title": "write the second part into the text below",
    "review.beside-picture": "write it into the caption, or into a paragraph of its own",
    "review.elsewhere": "make this change there; it shows in every leaflet that uses it",
    "review.cells-merged": "repeat the words in each of the cells",
    "review.paragraphs-in-cell": "they were joined by a space; part them into rows if that is wrong",
    "review.link-lost": "link to a heading by its #anchor in the source",
    "review.hidden-character": "type the sign itself, or leave it out",
    "review.row-empty": "fill its cells if it was meant",
    "review.alt-empty": "the old words stay; write others if they were wrong",
}


@dataclass(slots=True)
class Carried:
    """The new text of the leaflet's source; findings about what stayed behind; which line each paragraph came from.

    `places` are those of the copy's main part, `noted` those of its notes.
    """

    text: str
    findings: list[Finding]
    places: dict[int, int]
    sorted: Sorted
    anchored: bool
    pieces: list[Piece] = field(default_factory=list)
    notes: dict[int, list[Piece]] = field(default_factory=dict)
    noted: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    outline: Outline
    file: str
    findings: list[Finding] = field(default_factory=list)

    def tell(self, code: str, message: str, about: Node | None) -> None:
        place = Place(self.file, about.first + 1) if about is not None else Place(self.file)
        finding = Finding(code, message, place, _HINTS.get(code, ""))
        if finding not in self.findings:
            self.findings.append(finding)


def carried(text: str, document: Document, file: str, returned: Returned) -> Carried:
    """The source `text` (that became `document`) with the copy's changes in it."""
    outline = outlines.read(text, document, file)
    work = _Work(outline, file)
    heaps = sorted_lines(returned, document)
    numbers, fresh = _note_numbers(returned, outline)
    labels = {f"note:{number}": note.label for number, note in outline.notes.items()} | fresh
    for line in [*returned.lines, *(line for note in returned.notes.values() for line in note)]:
        line.chars = [_named(char, numbers) for char in line.chars]
    anchored = is_anchored(returned)
    ways = Ways(labels, admission.Rules(document.meta.language.split("-")[0]))
    leaves = [leaf for leaf in outline.root.leaves() if leaf.anchor or leaf.kind == "rule"]
    matching = matched(leaves, heaps.body, use_anchors=anchored)
    pieces = pieces_of(leaves, heaps.body, matching, ways, work.tell)
    root = grown(outline.root, pieces)
    notes = _notes(outline, returned, numbers, ways, work)
    grafted = {number: grown(outline.notes[number], each) for number, each in notes.items() if number in outline.notes}
    marked = {char.object for line in heaps.body for char in line.chars}  # not those of the safety block
    added = [
        (label, _new_note(notes[int(name.partition(":")[2])]))
        for name, label in fresh.items()
        if name in marked and int(name.partition(":")[2]) in notes
    ]
    pen = Pen(outline, _with_notes(outline.names, labels), _with_notes(outline.note_names, labels), work.tell)
    new = Writer(Sheet(outline), pen, grafted).file(root, added)
    new = retitled(new, outline, document, heaps, ways)
    places = _places(heaps.body, leaves, matching)
    for key, lines in (("title", heaps.title), ("subtitle", heaps.subtitle)):
        at = next((number for number, each in enumerate(outline.lines, 1) if each.startswith(f"{key}:")), 1)
        places.update({line.order: at for line in lines})
    noted = {
        line.order: outline.notes[numbers[key]].first + 1
        for key, lines in returned.notes.items()
        if numbers.get(key) in outline.notes
        for line in lines
    }
    return Carried(new, work.findings, places, heaps, anchored, pieces, notes, noted)


def _named(char: Char, numbers: Mapping[str, int]) -> Char:
    """A mark of a note by the number of its note, whatever the copy's programs have called it."""
    kind, _, name = char.object.partition(":")
    if kind == "mark":
        return replace(char, object=f"note:{name}", looks=frozenset(), link="")
    if kind == "note":
        return replace(char, object=f"note:{numbers.get(name, 0)}", looks=frozenset(), link="")
    return replace(char, looks=frozenset(), link="") if char.text == OBJECT else char


def _note_numbers(returned: Returned, outline: Outline) -> tuple[dict[str, int], dict[str, str]]:
    """The number in the source of each footnote of the copy, and the labels of those that are new."""
    numbers: dict[str, int] = {}
    left: list[str] = []
    order = [char.object.partition(":")[2] for line in returned.lines for char in line.chars if "note:" in char.object]
    for key in sorted(
        returned.notes, key=lambda each: each not in order
    ):  # a note that was moved leaves an unmarked one
        known = [
            number
            for number, note in outline.notes.items()
            if any(
                leaf.anchor and leaf.anchor in line.anchors for line in returned.notes[key] for leaf in note.leaves()
            )
        ]
        free = [number for number in known if number not in numbers.values()]
        if free and (key in order or not known):
            numbers[key] = free[0]
        elif key in order:
            left.append(key)
    for key in list(left):
        said = " ".join(line.text.strip() for line in returned.notes[key])
        for number, note in outline.notes.items():
            words = " ".join(leaf.text.strip() for leaf in note.leaves())
            if number not in numbers.values() and words.split() == said.split():
                numbers[key] = number
                left.remove(key)
                break
    fresh: dict[str, str] = {}
    taken = {note.label for note in outline.notes.values()}
    for key in sorted(left, key=lambda each: order.index(each) if each in order else len(order)):
        numbers[key] = max([*numbers.values(), *outline.notes, 0]) + 1
        label = _label(taken)
        taken.add(label)
        fresh[f"note:{numbers[key]}"] = label
    return numbers, fresh


def _label(taken: set[str]) -> str:
    """A label that is free: a number where labels are numbers, else `note-1` and so on."""
    plain = not taken or any(label.isdigit() for label in taken)
    number = 1
    while (str(number) if plain else f"note-{number}") in taken:
        number += 1
    return str(number) if plain else f"note-{number}"


def _with_notes(names: Names, labels: Mapping[str, str]) -> Names:
    return replace(names, notes={label: int(name.partition(":")[2]) for name, label in labels.items()})


def _notes(
    outline: Outline, returned: Returned, numbers: Mapping[str, int], ways: Ways, work: _Work
) -> dict[int, list[Piece]]:
    """The pieces of each note that still has its mark."""
    marked = {char.object for line in returned.lines for char in line.chars if char.object.startswith("note:")}
    marked |= {char.object for note in returned.notes.values() for line in note for char in line.chars if char.object}
    found: dict[int, list[Piece]] = {}
    for key, lines in returned.notes.items():
        number = numbers.get(key)
        if number is None or f"note:{number}" not in marked:
            continue
        note = outline.notes.get(number)
        leaves = [leaf for leaf in note.leaves() if leaf.anchor] if note is not None else []
        shown = [line for line in lines if line.text.strip() or line.cell]
        for line in shown[:1]:
            while line.chars and line.chars[0].text.isspace():
                line.chars.pop(0)
        found[number] = pieces_of(leaves, shown, matched(leaves, shown), ways, work.tell)
    for number, note in outline.notes.items():
        if number not in found and f"note:{number}" in marked:  # its first mark went, but another refers to it
            found[number] = [Piece("text", leaf, level=leaf.level, item=leaf.item) for leaf in note.leaves()]
    return found


def _new_note(pieces: list[Piece]) -> Branch:
    for piece in pieces:
        piece.family = "body"
    return grown(Node("note", 0, 0), pieces)


def _places(lines: list[Line], leaves: list[Node], matching: Matching) -> dict[int, int]:
    """For each paragraph of the copy, by its number, the line of the source (from 1) where it stands or would stand."""
    found: dict[int, int] = {}
    last = leaves[0].first + 1 if leaves else 1
    for at, line in enumerate(lines):
        known = matching.leaves_of.get(at)
        if known:
            last = leaves[known[0]].first + 1
        found[line.order] = last
    return found
