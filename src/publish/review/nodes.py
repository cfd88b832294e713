"""The blocks of a source as nodes of a tree: which lines each has, and how it looks in a copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from publish.review.atoms import Atom


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of the file: line from 0, first and last character."""

    line: int
    start: int
    end: int


@dataclass(slots=True, eq=False)
class Node:
    """A block or container: its lines [first, last) counted from 0, and how it looks in the copy.

    Kinds of containers: root, list, item, quote, callout, story, resources, panel, only, deflist, definition, details,
    table, row, figure, part, note. Kinds of leaves: paragraph, heading, cell, title, term, picture, caption, code,
    rule, label, and `opaque`, which the copy does not show, and `foreign`, whose words stand in another file.
    """

    kind: str
    first: int
    last: int
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None
    id: str = ""
    anchor: str = ""
    style: str = ""
    item: tuple[bool, int] | None = None
    level: int = 0
    spans: list[Span] = field(default_factory=list)
    content: str = ""
    atoms: list[Atom] = field(default_factory=list)
    why: str = ""
    ordered: bool = False
    start: int = 1
    tight: bool = True
    label: str = ""
    origin: str = ""
    aligns: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(atom.text for atom in self.atoms)

    def leaves(self) -> Iterator[Node]:
        """The leaves below, or the node itself, in the order of the copy. Notes stand apart."""
        if not self.children:
            yield self
        for child in self.children:
            if child.kind != "note":
                yield from child.leaves()

    def path(self) -> list[Node]:
        """The containers around, outermost first."""
        found: list[Node] = []
        above = self.parent
        while above is not None:
            found.insert(0, above)
            above = above.parent
        return found
