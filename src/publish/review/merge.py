"""Three-way: two texts that were made from one. Changes that do not touch are joined, those that do are conflicts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publish.review.alignment import opcodes
from publish.review.match import longest_rising

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Hunk:
    """The characters [start, end) of the base give way to `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed, as whole lines: what it was, and what each made of it. `line` counts from 1."""

    line: int
    base: str
    ours: str
    theirs: str


def hunks(base: str, other: str) -> list[Hunk]:
    """What was changed, word by word within lines that were changed."""
    if base == other:
        return []
    old, new = base.splitlines(keepends=True), other.splitlines(keepends=True)
    offsets = _offsets(old)
    found: list[Hunk] = []
    for tag, i1, i2, j1, j2 in _line_opcodes(old, new):
        if tag == "equal":
            continue
        start = offsets[i1]
        before, after = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "replace":
            found.extend(Hunk(start + each.start, start + each.end, each.text) for each in _words(before, after))
        else:
            found.append(Hunk(start, start + len(before), after))
    return found


def _line_opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """difflib's, between lines that both texts have once: empty lines, which are many, would cost it their square."""
    once_old, once_new = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if once_new[line] == 1}
    pairs = [(at, places[line]) for at, line in enumerate(old) if once_old[line] == 1 and line in places]
    kept = [pairs[index] for index in longest_rising([two for _, two in pairs])]
    i = j = 0
    for one, two in [*kept, (len(old), len(new))]:
        for tag, i1, i2, j1, j2 in opcodes(old[i:one], new[j:two]):
            if i1 != i2 or j1 != j2:
                yield tag, i1 + i, i2 + i, j1 + j, j2 + j
        if one < len(old):
            yield "equal", one, one + 1, two, two + 1
        i, j = one + 1, two + 1


def by_line(base: str, other: str) -> list[Hunk]:
    """What was changed, as pieces that somebody may take or leave one by one: within a line, or lines as a whole."""
    old, new = base.splitlines(keepends=True), other.splitlines(keepends=True)
    offsets = _offsets(old)
    found: list[Hunk] = []
    for tag, i1, i2, j1, j2 in _line_opcodes(old, new):
        if tag == "equal":
            continue
        if i2 - i1 == j2 - j1:
            pairs = [(offsets[i], old[i], new[j]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        else:
            pairs = [(offsets[i1], "".join(old[i1:i2]), "".join(new[j1:j2]))]
        for start, before, after in pairs:
            parts = list(_words(before, after))
            if parts:
                first, last = parts[0].start, parts[-1].end
                moved = [Hunk(each.start - first, each.end - first, each.text) for each in parts]
                found.append(Hunk(start + first, start + last, apply(before[first:last], moved)))
    return found


def _words(before: str, after: str) -> Iterator[Hunk]:
    a, b = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(a) * len(b) > 4_000_000:
        yield Hunk(0, len(before), after)
        return
    at = _offsets(a)
    for tag, i1, i2, j1, j2 in opcodes(a, b):
        if tag != "equal":
            yield Hunk(at[i1], at[i2], "".join(b[j1:j2]))


def _offsets(pieces: Sequence[str]) -> list[int]:
    found = [0]
    for piece in pieces:
        found.append(found[-1] + len(piece))
    return found


def merged(base: str, ours: str, theirs: str) -> tuple[str, list[Conflict]]:
    """Ours with what theirs changed; where both changed the same place, ours stays and a Conflict tells it."""
    if ours == base:
        return theirs, []
    if theirs in (base, ours):
        return ours, []
    mine, others = hunks(base, ours), hunks(base, theirs)
    taken: list[Hunk] = []
    conflicts: list[Conflict] = []
    for group_mine, group_others in _groups(base, mine, others):
        if group_mine and group_others and _applied(base, group_mine) != _applied(base, group_others):
            conflicts.append(_conflict(base, group_mine, group_others))
            taken += group_mine
        else:
            taken += group_mine or group_others
    return apply(base, taken), conflicts


def apply(base: str, changes: Sequence[Hunk]) -> str:
    """The base with hunks that do not overlap."""
    made, at = [], 0
    for each in sorted(changes, key=lambda hunk: (hunk.start, hunk.end)):
        made += [base[at : each.start], each.text]
        at = each.end
    return "".join([*made, base[at:]])


def _groups(base: str, mine: list[Hunk], others: list[Hunk]) -> Iterator[tuple[list[Hunk], list[Hunk]]]:
    """Hunks of both sides that touch each other: that overlap, or have no word between them."""
    queue = sorted([(each, 0) for each in mine] + [(each, 1) for each in others], key=lambda e: (e[0].start, e[0].end))
    group: tuple[list[Hunk], list[Hunk]] = ([], [])
    reach = -1
    sides: set[int] = set()
    for each, side in queue:
        touching = reach >= 0 and (each.start < reach or not re.search(r"\w", base[reach : each.start]))
        if not (touching and (sides - {side} or each.start < reach)):
            if group[0] or group[1]:
                yield group
            group, sides = ([], []), set()
        group[side].append(each)
        sides.add(side)
        reach = max(reach, each.end)
    if group[0] or group[1]:
        yield group


def _applied(base: str, changes: list[Hunk]) -> tuple[int, int, str]:
    start, end = min(each.start for each in changes), max(each.end for each in changes)
    moved = [Hunk(each.start - start, each.end - start, each.text) for each in changes]
    return start, end, apply(base[start:end], moved)


def _conflict(base: str, mine: list[Hunk], others: list[Hunk]) -> Conflict:
    both = [*mine, *others]
    start = base.rfind("\n", 0, min(each.start for each in both)) + 1
    end = base.find("\n", max(each.end for each in both))
    end = len(base) if end < 0 else end

    def side(changes: list[Hunk]) -> str:
        return apply(base[start:end], [Hunk(each.start - start, each.end - start, each.text) for each in changes])

    return Conflict(base.count("\n", 0, start) + 1, base[start:end], side(mine), side(others))
