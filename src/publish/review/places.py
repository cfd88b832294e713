"""Where in a file's lines the words of a block stand: paragraphs, options of directives, cells of a table."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it.token import Token

from publish.review.atoms import Atom, Names, NotReversible
from publish.review.nodes import Span

_OPTION = re.compile(r"[ \t>]*:([A-Za-z][\w-]*):[ \t]*(.*?)[ \t]*$")


def plain_atoms(words: str, names: Names) -> list[Atom]:
    """The atoms of a text without marks, variables and escapes resolved."""
    found = []
    for each in re.finditer(r"\{\{[ \t]*([A-Za-z][\w.-]*)[ \t]*\}\}|\\([!-/:-@\[-`{-~])|.", words, re.DOTALL):
        if each[1]:
            found.append(Atom(names.variables.get(each[1], each[0]), each[0], (), f"variable:{each[1]}"))
        else:
            found.append(Atom(each[2] or each[0], each[0]))
    return found


def options_of(lines: list[str], token: Token) -> list[tuple[str, Span]]:
    """The options of a directive and where their values stand."""
    found = []
    for key, _, line in token.meta["options"]:
        match = _OPTION.match(lines[line])
        if match:
            found.append((key, Span(line, match.start(2), match.end(2))))
    return found


def spans_of(lines: list[str], token: Token) -> list[Span]:
    """Where each line of an inline token's content stands in the file."""
    found = []
    content = token.content.split("\n")
    first = token.map[0] if token.map else 0
    for offset, words in enumerate(content):
        line = lines[first + offset]
        bare = line.rstrip() if offset == len(content) - 1 else line
        start = len(bare) - len(words) if bare.endswith(words) else line.rfind(words)
        if start < 0:
            raise NotReversible("its words are not found in the line")
        found.append(Span(first + offset, start, start + len(words)))
    return found


def cells_of(line: str, number: int) -> list[Span]:
    """Where the cells of a table's row stand in its line, without the white space around them."""
    bounds = [at.start() for at in re.finditer(r"(?<!\\)\|", line)]
    stripped = line.strip(" \t>")
    if not stripped.startswith("|"):
        bounds.insert(0, len(line) - len(line.lstrip(" \t>")) - 1)
    if not line.rstrip().endswith("|") or line.rstrip().endswith("\\|"):
        bounds.append(len(line))
    found = []
    for left, right in pairwise(bounds):
        inner = line[left + 1 : right]
        start = left + 1 + len(inner) - len(inner.lstrip())
        found.append(Span(number, min(start, right), max(min(start, right), left + 1 + len(inner.rstrip()))))
    return found
