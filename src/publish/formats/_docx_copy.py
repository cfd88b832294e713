"""The review copy while it is being made: the package, its counters, and where links lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from docx.document import Document as Package
from docx.opc.part import Part

from publish import model
from publish.diagnostics import refuse
from publish.formats._docx_xml import Element, w
from publish.model import Block, Document, anchors
from publish.theme import Theme


@dataclass(slots=True)
class Copy:
    """All that the writer's modules share. `width` is that of the text in twips; `targets` anchor -> bookmark."""

    document: Document
    theme: Theme
    package: Package
    styles: Mapping[str, Element]
    width: int
    targets: Mapping[str, str]
    entries: Mapping[str, str]
    references: Mapping[int, str]
    commented: bool
    counts: dict[str, int] = field(default_factory=dict)
    media: dict[str, Part] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        """The next number of its kind, from 1: bookmarks, pictures, w:num, content controls."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]

    def label(self, key: str) -> str:
        """One of the document's own words. Raises Refused when its language has none for `key`."""
        if key not in self.document.labels:
            raise refuse(
                "docx.label-missing",
                f"the review copy needs the label “{key}” in “{self.document.meta.language}”, and there is none",
                hint="add the label to the language's table of labels",
            )
        return self.document.labels[key]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where blocks are written: the part, the container's style, left indent in twips, list depth, in a note or not."""

    part: Part
    style: str = "BodyText"
    indent: int = 0
    depth: int = 0
    tight: bool = False
    note: bool = False


def bookmarked(copy: Copy, name: str, content: Iterable[Element]) -> Iterator[Element]:
    """Content with a bookmark around it; without, when `name` is empty."""
    if not name:
        yield from content
        return
    number = copy.next("bookmark") - 1
    yield w("bookmarkStart", id=number, name=name)
    yield from content
    yield w("bookmarkEnd", id=number)


def block_bookmark(id_: str) -> str:
    """The bookmark of a block that has an id, or nothing."""
    return anchors.of_block(id_) if id_ else ""


def link_targets(document: Document) -> dict[str, str]:
    """Each anchor of the document and the bookmark that stands there."""
    everywhere: list[Block] = [*document.body]
    everywhere += [block for note in document.notes for block in note.blocks]
    everywhere += [block for part in document.safety.parts for block in part.blocks]
    found: dict[str, str] = {}
    for block in model.blocks_within(everywhere):
        match block:
            case model.Heading(id=id_, anchor=anchor):
                found[anchor] = block_bookmark(id_)
            case model.Glossary(anchor=anchor, entries=entries):
                found[anchor] = anchors.of_title(anchor)
                found |= {entry.anchor: block_bookmark(entry.id) for entry in entries}
            case model.Resources(anchor=anchor):
                found[anchor] = anchors.of_title(anchor)
            case _:
                pass
    return {anchor: name for anchor, name in found.items() if anchor and name}


def reference_targets(document: Document) -> dict[int, str]:
    """Each reference's number and the bookmark of its entry."""
    return {each.number: block_bookmark(each.id or f"ref-{each.number}") for each in document.references}


def glossary_targets(document: Document) -> dict[str, str]:
    """Each glossary key and the bookmark of its definition."""
    return {
        entry.key: block_bookmark(entry.id)
        for block in model.blocks_within(document.body)
        if isinstance(block, model.Glossary)
        for entry in block.entries
        if entry.id
    }
