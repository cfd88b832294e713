"""The old lines of a source, with what changes within them: read as they are, or under another prefix."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from publish.review.nodes import Node
from publish.review.outline import Outline

MARKER = re.compile(r"(?:[-+*]|(\d{1,9})([.)]))(?:[ \t]+|$)")
"""What begins a list item."""

_OPTION = re.compile(r"[ \t>]*:[A-Za-z][\w-]*:(?:[ \t]|$)")


@dataclass(slots=True)
class Sheet:
    """The lines of an outline. `splices` are changes within single lines, `behind` are lines that follow one."""

    outline: Outline
    splices: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    behind: dict[int, list[str]] = field(default_factory=dict)

    def splice(self, line: int, start: int, end: int, words: str) -> None:
        """Register a change within a line, by its old characters."""
        self.splices.setdefault(line, []).append((start, end, words))

    def line(self, number: int) -> str:
        """A line with the changes within it."""
        line = self.outline.lines[number]
        for start, end, words in sorted(self.splices.get(number, ()), reverse=True):
            line = line[:start] + words + line[end:]
        return line

    def raw(self, first: int, last: int) -> list[str]:
        """Lines as they stand, with what follows them."""
        found = []
        for number in range(first, last):
            found.append(self.line(number))
            found.extend(self.behind.get(number, ()))
        return found

    def moved(self, node: Node, first: int, last: int, pre: str, rest: str, column: int | None = None) -> list[str]:
        """Old lines under another prefix. `column`: where the words of the first line begin."""
        found = []
        old = prefix_of(node, self.outline)
        for number in range(first, last):
            line = self.line(number)
            bare = line[column:] if number == first and column is not None else stripped(line, old)
            found.append(
                ((pre if number == first else rest) + bare).rstrip()
                if not bare.strip()
                else (pre if number == first else rest) + bare
            )
            found.extend(rest + each for each in self.behind.get(number, ()))
        return found

    def frame(self, node: Node) -> tuple[int, int]:
        """The line behind a directive's head and options, and the line that closes it."""
        head = node.first + 1
        while head < node.last and _OPTION.match(self.outline.lines[head]):
            head += 1
        closed = node.last > head and not self.outline.lines[node.last - 1].strip(" \t:>")
        return head, node.last - 1 if closed and ":" in self.outline.lines[node.last - 1] else node.last

    def blank_from(self, line: int, end: int) -> int:
        """The first line from `line` on that is not empty."""
        while line < end and not self.outline.lines[line].strip(" \t>"):
            line += 1
        return line


def prefix_of(node: Node, outline: Outline) -> str:
    """What stands before the lines of a block because of the containers around it."""
    made = ""
    for above in node.path():
        if above.kind == "quote":
            made += "> "
        elif above.kind == "item":
            found = MARKER.search(outline.lines[above.first], len(made))
            made += " " * (len(found[0]) if found else 2)
        elif above.kind == "details":
            made += "  "
        elif above.kind == "note":
            made += "    "
    return made


def stripped(line: str, prefix: str) -> str:
    """A line without the prefix of its containers, as far as it has it."""
    at = 0
    for sign in prefix:
        if at < len(line) and line[at] == sign:
            at += 1
        elif sign == ">" and line[at:].lstrip(" ").startswith(">"):
            at = line.index(">", at) + 1
    return line[at:]
