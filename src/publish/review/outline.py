"""A leaflet's source as a tree of lines: which lines each block has, and what of it stands where in the Word copy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt

from publish import model
from publish.model import Document, anchors
from publish.reader import grammar
from publish.review.atoms import Names
from publish.review.nodes import Node
from publish.review.planting import Known, Maker, nodes_of

_FENCE = re.compile(r"^---[ \t]*$")


@dataclass(slots=True)
class Outline:
    """A source file: its lines, the tree of its body, its notes by number, and what names in it mean."""

    text: str
    lines: list[str]
    root: Node
    notes: dict[int, Node]
    names: Names
    note_names: Names
    md: MarkdownIt
    env: dict[str, Any]
    head: int
    style_of: dict[str, str] = field(default_factory=dict)

    def names_in(self, node: Node) -> Names:
        return self.note_names if any(each.kind == "note" for each in node.path()) else self.names


def names_of(document: Document) -> Names:
    """What the names that a leaflet's source may hold stand for in its copy."""
    variables = dict(document.product.values)
    targets: dict[str, str] = {}
    terms: dict[str, str] = {}
    words: dict[str, str] = {}
    for node in nodes_of(document):
        match node:
            case model.Variable(key=key, value=value):
                variables[key] = value
            case model.Heading(id=id_, anchor=anchor):
                targets[anchor] = anchors.of_block(id_)
            case model.Glossary(anchor=anchor, entries=entries):
                targets[anchor] = anchors.of_title(anchor)
                for entry in entries:
                    targets[entry.anchor] = anchors.of_block(entry.id)
                    terms[entry.key] = f"#{anchors.of_block(entry.id)}"
                    words[entry.term.casefold()] = entry.key
            case model.Resources(anchor=anchor):
                targets[anchor] = anchors.of_title(anchor)
            case _:
                pass
    notes = {note.label: note.number for note in document.notes}
    works = {work.key: work.number for work in document.references}
    return Names(variables, notes, works, terms, targets, words)


def read(text: str, document: Document, file: str, *, parts: bool = False) -> Outline:
    """The outline of the leaflet's source `text`, which has become `document`; `file` is its name in Places.

    With `parts` it is a safety file, whose text stands in named parts.
    """
    lines = text.split("\n")
    head = next((at for at, line in enumerate(lines[1:], 1) if _FENCE.match(line)), 0) + 1
    body = "\n" * head + "\n".join(lines[head:])
    md = grammar.parser().disable("text_join")
    env: dict[str, Any] = {}
    tokens = md.parse(body, env)
    names = names_of(document)
    in_note = Names(names.variables, names.notes, names.works, names.terms, names.targets, names.words, in_note=True)
    maker = Maker(lines, Known.of(document, file), names, in_note)
    style = "safety text" if parts else "body text"
    root = Node("root", head, len(lines), style=style)
    maker.fill(root, tokens, style, 0)
    notes = {}
    for number, note in enumerate(document.notes, 1):
        made = maker.notes.get(note.label)
        if made:
            notes[number] = made
    return Outline(text, lines, root, notes, names, in_note, md, env, head)
