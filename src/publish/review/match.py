"""Which line of a copy is which block of the source: by anchors, then by text, then by likeness where they stand."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from publish.review.nodes import Node
from publish.review.returned import Line

_NEAR, _FAR = 0.45, 0.75
_MOST = 4000  # pairs of a gap that are compared for likeness


@dataclass(slots=True)
class Matching:
    """By leaf its lines, by line its leaves, all by index; and how many were found by their anchors."""

    lines_of: dict[int, list[int]] = field(default_factory=dict)
    leaves_of: dict[int, list[int]] = field(default_factory=dict)
    anchored: int = 0

    def join(self, leaf: int, line: int) -> None:
        self.lines_of.setdefault(leaf, []).append(line)
        self.leaves_of.setdefault(line, []).append(leaf)

    def groups(self) -> Iterator[tuple[list[int], list[int]]]:
        """Leaves and lines that belong together, in the order of the lines."""
        seen: set[int] = set()
        for line in sorted(self.leaves_of):
            if line in seen:
                continue
            leaves, lines, queue = set[int](), set[int](), [line]
            while queue:
                each = queue.pop()
                if each in lines:
                    continue
                lines.add(each)
                for leaf in self.leaves_of[each]:
                    leaves.add(leaf)
                    queue.extend(self.lines_of[leaf])
            seen |= lines
            yield sorted(leaves), sorted(lines)


def matched(leaves: Sequence[Node], lines: Sequence[Line], *, use_anchors: bool = True) -> Matching:
    """The matching of a source's leaves, in the order of the copy, with the lines of a copy."""
    found = Matching()
    _by_picture(leaves, lines, found)
    if use_anchors:
        _by_anchor(leaves, lines, found)
    found.anchored = len(found.lines_of)
    _by_text(leaves, lines, found)
    _by_likeness(leaves, lines, found)
    return found


def _words(text: str) -> Counter[str]:
    return Counter(text.casefold().split())


def _share(leaf: Node, line: Line) -> float:
    """How much of a leaf's words a line holds."""
    own = _words(leaf.text)
    if not own:
        return 1.0 if not line.text.strip() or leaf.kind == "picture" else 0.0
    return sum((own & _words(line.text)).values()) / sum(own.values())


def _by_picture(leaves: Sequence[Node], lines: Sequence[Line], found: Matching) -> None:
    """Drawings: by their names, then by the words that stand for them, then by their order."""
    left = {index: leaf for index, leaf in enumerate(leaves) if leaf.kind == "picture"}
    right = {at: line for at, line in enumerate(lines) if line.pictures}
    ways: tuple[Callable[[Node, Line], bool], ...] = (
        lambda leaf, line: any(picture.name == leaf.anchor for picture in line.pictures),
        lambda leaf, line: any(leaf.parent and picture.words == leaf.parent.label for picture in line.pictures),
    )
    for fits in ways:
        for index, leaf in list(left.items()):
            at = next((at for at, line in right.items() if fits(leaf, line)), None)
            if at is not None:
                found.join(index, at)
                del left[index], right[at]
    strange = {at: line for at, line in right.items() if not any(p.name.startswith("alt_") for p in line.pictures)}
    if len(left) == len(strange):
        for index, at in zip(left, strange, strict=True):
            found.join(index, at)


def _by_anchor(leaves: Sequence[Node], lines: Sequence[Line], found: Matching) -> None:
    known = {leaf.anchor: index for index, leaf in enumerate(leaves) if leaf.anchor}
    candidates: dict[int, list[tuple[int, int]]] = {}
    for at, line in enumerate(lines):
        for anchor, covered in line.anchors.items():
            leaf = known.get(anchor)
            if leaf is not None and _fits(leaves[leaf], line):
                candidates.setdefault(leaf, []).append((at, covered))
    alone = Counter(at for places in candidates.values() for at, covered in places if covered)
    for leaf, places in candidates.items():
        full = [at for at, count in places if count]
        if not full:
            at = places[0][0]
            if not alone[at] and (leaves[leaf].text == lines[at].text or _share(leaves[leaf], lines[at]) >= 0.5):
                found.join(leaf, at)
            continue
        best = max(full, key=lambda at, own=leaves[leaf]: (_share(own, lines[at]), -at))  # type: ignore[misc]
        for at in full:
            if at == best or alone[at] == 1 or _part_of(leaves[leaf], lines[at]):
                found.join(leaf, at)
    _part_strangers(leaves, lines, found)


def _part_of(leaf: Node, line: Line) -> bool:
    """Whether a line that is another leaf's as well holds a real part of this one."""
    said = _words(line.text)
    both = sum((said & _words(leaf.text)).values())
    return both > 0 and both >= 0.5 * min(sum(said.values()), sum(_words(leaf.text).values()))


def _part_strangers(leaves: Sequence[Node], lines: Sequence[Line], found: Matching) -> None:
    """A leaf whose anchor has only slid into another's line is not merged into it."""
    for at, several in list(found.leaves_of.items()):
        if len(several) < 2:
            continue
        best = max(several, key=lambda leaf: _share(leaves[leaf], lines[at]))
        for leaf in several.copy():
            if leaf != best and _share(leaves[leaf], lines[at]) < 0.5:
                several.remove(leaf)
                found.lines_of[leaf].remove(at)
                if not found.lines_of[leaf]:
                    del found.lines_of[leaf]


def _fits(leaf: Node, line: Line) -> bool:
    """Cells are cells; a drawing's line has a drawing."""
    return (leaf.kind == "cell") == (line.cell is not None)


def _free(leaves: Sequence[Node], lines: Sequence[Line], found: Matching) -> tuple[list[int], list[int]]:
    left = [index for index in range(len(leaves)) if index not in found.lines_of and leaves[index].kind != "opaque"]
    right = [
        at
        for at, line in enumerate(lines)
        if at not in found.leaves_of and (line.text.strip() or line.cell or line.style == "thematic break")
    ]
    return left, right


def _key(leaf: Node | Line) -> str:
    if isinstance(leaf, Node):
        return f"{'cell ' if leaf.kind == 'cell' else ''}{'-' if leaf.kind == 'rule' else ' '.join(leaf.text.split())}"
    said = " ".join(leaf.text.split())
    rule = leaf.style == "thematic break" and not said
    return f"{'cell ' if leaf.cell else ''}{'-' if rule else said}"


def _by_text(leaves: Sequence[Node], lines: Sequence[Line], found: Matching) -> None:
    """The same words, in the same order first; then wherever they are, if that can only mean one."""
    for left, right in _gaps(leaves, lines, found):
        a, b = [_key(leaves[index]) for index in left], [_key(lines[at]) for at in right]
        for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
            for offset in range(block.size):
                found.join(left[block.a + offset], right[block.b + offset])
    left, right = _free(leaves, lines, found)
    ones = Counter(_key(leaves[index]) for index in left)
    twos = Counter(_key(lines[at]) for at in right)
    there = {_key(lines[at]): at for at in right}
    for index in left:
        key = _key(leaves[index])
        if ones[key] == 1 and twos[key] == 1 and len(leaves[index].text) > 3:
            found.join(index, there[key])


def _gaps(leaves: Sequence[Node], lines: Sequence[Line], found: Matching) -> Iterator[tuple[list[int], list[int]]]:
    """Free leaves and free lines that stand between the same matched neighbours."""
    left, right = _free(leaves, lines, found)
    pairs = sorted((leaf, at[0]) for leaf, at in found.lines_of.items())
    keep = longest_rising([at for _, at in pairs])
    bounds = [(-1, -1), *(pairs[index] for index in keep), (len(leaves), len(lines))]
    i = j = 0
    for (_, _), (leaf, line) in itertools.pairwise(bounds):
        one, two = [], []
        while i < len(left) and left[i] < leaf:
            one.append(left[i])
            i += 1
        while j < len(right) and right[j] < line:
            two.append(right[j])
            j += 1
        if one and two:
            yield one, two


def longest_rising(values: Sequence[int]) -> list[int]:
    """The indices of a longest strictly rising subsequence."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect.bisect_left(tails, value)
        before.append(at[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            at.append(index)
        else:
            tails[place], at[place] = value, index
    found: list[int] = []
    index = at[-1] if at else -1
    while index >= 0:
        found.append(index)
        index = before[index]
    return found[::-1]


def _alike(leaf: Node, line: Line) -> float:
    if not _fits(leaf, line) or not leaf.text or not line.text:
        return 0.0
    a, b = leaf.text.casefold(), line.text.casefold()
    words = SequenceMatcher(None, a.split(), b.split(), autojunk=False).ratio()
    return words if words > 0.6 or len(a) + len(b) > 2000 else 0.5 * words + 0.5 * SequenceMatcher(None, a, b).ratio()


def _by_likeness(leaves: Sequence[Node], lines: Sequence[Line], found: Matching) -> None:
    for left, right in list(_gaps(leaves, lines, found)):
        if len(left) * len(right) <= _MOST:
            _take_alike(leaves, lines, found, left, right, _NEAR)
    left, right = _free(leaves, lines, found)
    if len(left) * len(right) <= _MOST:
        _take_alike(leaves, lines, found, left, right, _FAR)
    for left, right in list(_gaps(leaves, lines, found)):
        one = [index for index in left if leaves[index].kind not in ("picture", "foreign", "rule")]
        two = [at for at in right if lines[at].text.strip()]
        if len(one) == 1 and len(two) == 1 and _same_kind(leaves[one[0]], lines[two[0]]):
            found.join(one[0], two[0])


def _same_kind(leaf: Node, line: Line) -> bool:
    return _fits(leaf, line) and leaf.level == line.level and (leaf.item is None) == (line.item is None)


def _take_alike(
    leaves: Sequence[Node],
    lines: Sequence[Line],
    found: Matching,
    left: Sequence[int],
    right: Sequence[int],
    least: float,
) -> None:
    scored = [(_alike(leaves[index], lines[at]), index, at) for index in left for at in right]
    for score, index, at in sorted(scored, key=lambda each: (-each[0], each[1], each[2])):
        if score >= least and index not in found.lines_of and at not in found.leaves_of:
            found.join(index, at)
