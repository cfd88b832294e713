"""Old words and new ones, aligned: which characters stayed, and which stretches stand for one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from publish.review.atoms import Atom
from publish.review.runs import Char
from publish.review.shown import CITED


@dataclass(frozen=True, slots=True)
class Unit:
    """One character or object: by what it is compared, the atom or character that it is of, and where in it."""

    key: str
    index: int
    offset: int


def units_of_atoms(atoms: Sequence[Atom]) -> list[Unit]:
    """The characters and objects of a source."""
    units = []
    for index, atom in enumerate(atoms):
        if atom.object.startswith("note:"):
            units += [Unit(atom.object, index, 0)] if atom.text else []
            continue
        prefix = "\ue000" if atom.object.startswith("citation:") else ""
        units += [Unit(prefix + char, index, offset) for offset, char in enumerate(atom.text)]
    return units


def units_of_chars(chars: Sequence[Char]) -> list[Unit]:
    """The characters and objects of a copy."""
    return [
        Unit(char.object or ("\ue000" + char.text if char.link == CITED else char.text), index, 0)
        for index, char in enumerate(chars)
    ]


def _tokens(units: Sequence[Unit]) -> tuple[list[str], list[int]]:
    """Words, signs and objects, and where each begins among the units."""
    tokens: list[str] = []
    starts: list[int] = []
    word = False
    for at, unit in enumerate(units):
        letter = len(unit.key) == 1 and (unit.key.isalnum() or unit.key == "_")
        if letter and word:
            tokens[-1] += unit.key
        else:
            tokens.append(unit.key)
            starts.append(at)
        word = letter
    return tokens, [*starts, len(units)]


@dataclass(slots=True)
class Alignment:
    """For each new unit the old one that it is, or None; and the stretches of each that stand for one another."""

    mapped: list[int | None]
    swapped: list[tuple[range, range]]


def opcodes(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """difflib's, but the same beginning and end are not searched for: most of a paragraph stays as it was."""
    shorter, head, tail = min(len(a), len(b)), 0, 0
    while head < shorter and a[head] == b[head]:
        head += 1
    while tail < shorter - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    if head:
        yield "equal", 0, head, 0, head
    middle = SequenceMatcher(None, a[head : len(a) - tail], b[head : len(b) - tail], autojunk=False)
    for tag, i1, i2, j1, j2 in middle.get_opcodes():
        yield tag, i1 + head, i2 + head, j1 + head, j2 + head
    if tail:
        yield "equal", len(a) - tail, len(a), len(b) - tail, len(b)


def aligned(old: Sequence[Unit], new: Sequence[Unit]) -> Alignment:
    """Old and new, word by word; within words that were replaced, by their beginnings and ends."""
    a, at_a = _tokens(old)
    b, at_b = _tokens(new)
    mapped: list[int | None] = [None] * len(new)
    swapped = []
    for tag, i1, i2, j1, j2 in opcodes(a, b):
        left, right = range(at_a[i1], at_a[i2]), range(at_b[j1], at_b[j2])
        if tag == "equal":
            for one, two in zip(left, right, strict=True):
                mapped[two] = one
        elif tag == "replace":
            swapped.append((left, right))
            _refine(old, new, left, right, mapped)
    return Alignment(mapped, swapped)


def _refine(old: Sequence[Unit], new: Sequence[Unit], left: range, right: range, mapped: list[int | None]) -> None:
    """Within a stretch that was replaced, the same beginning and end keep their source."""
    shorter = min(len(left), len(right))
    head = 0
    while head < shorter and old[left[head]].key == new[right[head]].key:
        mapped[right[head]] = left[head]
        head += 1
    tail = 0
    while tail < shorter - head and old[left[-1 - tail]].key == new[right[-1 - tail]].key:
        mapped[right[-1 - tail]] = left[-1 - tail]
        tail += 1
