"""Two sequences held against each other: what stays, what pairs up though it changed, what is new, what is gone.

Made for documents: the cost grows with the length, not with its square, as long as most lines are unlike each other.
"""

from __future__ import annotations

import bisect
import difflib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Pair: TypeAlias = tuple[int | None, int | None]
"""Positions in the old and the new sequence; None on the side that has nothing."""

_WINDOW = 48
"""How many changed neighbours are held against each other at once; more are taken in stretches."""

LEAST_ALIKE = 0.4
"""From this share of common words on, two texts are one text that was changed."""


def likeness(one: Counter[str], two: Counter[str]) -> float:
    """The share of words that two texts have in common, 0 to 1."""
    whole = one.total() + two.total()
    return 2 * (one & two).total() / whole if whole else 1.0


def aligned(old: Sequence[Hashable], new: Sequence[Hashable], alike: Callable[[int, int], float]) -> list[Pair]:
    """The steps from old to new, in order: pairs, and positions that only one side has (the old ones first).

    Equal items pair up; in the gaps between them those that are `alike` (0 to 1) by LEAST_ALIKE or more.
    """
    steps: list[Pair] = []
    done_old = done_new = 0
    for at_old, at_new in (*_anchors(old, new, 0, len(old), 0, len(new)), (len(old), len(new))):
        steps += _gap(range(done_old, at_old), range(done_new, at_new), alike)
        if at_old < len(old):
            steps.append((at_old, at_new))
        done_old, done_new = at_old + 1, at_new + 1
    return steps


def _anchors(
    old: Sequence[Hashable], new: Sequence[Hashable], low: int, high: int, left: int, right: int
) -> Iterator[tuple[int, int]]:
    """Equal items that surely belong together: at both ends, and those that stand once on each side (“patience”)."""
    stack = [(low, high, left, right)]
    found: list[tuple[int, int]] = []
    while stack:
        low, high, left, right = stack.pop()
        while low < high and left < right and old[low] == new[left]:
            found.append((low, left))
            low, left = low + 1, left + 1
        while low < high and left < right and old[high - 1] == new[right - 1]:
            high, right = high - 1, right - 1
            found.append((high, right))
        if low == high or left == right:
            continue
        unique = _unique(old, new, low, high, left, right)
        if unique:
            for (a, b), (c, d) in zip([(low - 1, left - 1), *unique], [*unique, (high, right)], strict=True):
                if a >= low:
                    found.append((a, b))
                stack.append((a + 1, c, b + 1, d))
        elif high - low <= _WINDOW * 4 and right - left <= _WINDOW * 4:
            matcher = difflib.SequenceMatcher(None, old[low:high], new[left:right], autojunk=False)
            for block in matcher.get_matching_blocks():
                found += [(low + block.a + step, left + block.b + step) for step in range(block.size)]
    yield from sorted(found)


def _unique(
    old: Sequence[Hashable], new: Sequence[Hashable], low: int, high: int, left: int, right: int
) -> list[tuple[int, int]]:
    """Items that stand once in each stretch, as far as they are in the same order."""
    here, there = Counter(old[low:high]), Counter(new[left:right])
    places = {item: at for at, item in enumerate(new[left:right], left) if there[item] == 1 and here[item] == 1}
    return _in_order([(at, places[item]) for at, item in enumerate(old[low:high], low) if item in places])


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that rises on both sides."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, at) in enumerate(pairs):
        place = bisect.bisect_left(tails, at)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [at]
        ends[place : place + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _gap(old: range, new: range, alike: Callable[[int, int], float]) -> Iterator[Pair]:
    """Changed items paired by likeness; long gaps are taken in stretches of the same share of both."""
    stretches = -(-max(len(old), len(new)) // _WINDOW) or 1
    for number in range(stretches):
        yield from _paired(_share(old, number, stretches), _share(new, number, stretches), alike)


def _share(whole: range, number: int, of: int) -> range:
    return whole[len(whole) * number // of : len(whole) * (number + 1) // of]


def _paired(old: range, new: range, alike: Callable[[int, int], float]) -> Iterator[Pair]:
    """The pairing in order that has the most in common, by dynamic programming."""
    if not old or not new:
        yield from ((at, None) for at in old)
        yield from ((None, at) for at in new)
        return
    gain = [[alike(a, b) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            both = best[i + 1][j + 1] + gain[i][j] if gain[i][j] >= LEAST_ALIKE else -1.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], both)
    i = j = 0
    while i < len(old) and j < len(new):
        if gain[i][j] >= LEAST_ALIKE and best[i][j] == best[i + 1][j + 1] + gain[i][j]:
            yield old[i], new[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield old[i], None
            i += 1
        else:
            yield None, new[j]
            j += 1
    yield from ((at, None) for at in old[i:])
    yield from ((None, at) for at in new[j:])


Stretch: TypeAlias = tuple[range, range, bool]
"""Positions in the old and the new words, and whether they are the same."""


def word_changes(old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
    """What stays and what is replaced between two rows of words, spaces and marks.

    A space between two changes does not count as something that stays: nobody reads a change word by word.
    """
    found: list[Stretch] = []
    for same, a, b in _operations(old, new):
        blank = same and not "".join(old[a.start : a.stop]).strip()
        if found and not found[-1][2] and (not same or blank):
            last_old, last_new, _ = found[-1]
            found[-1] = (range(last_old.start, a.stop), range(last_new.start, b.stop), False)
        else:
            found.append((a, b, same))
    return [piece for stretch in found for piece in _trimmed(old, new, stretch)]


def _operations(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, range, range]]:
    head = _common(zip(old, new, strict=False))
    tail = _common(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    if head:
        yield True, range(head), range(head)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = difflib.SequenceMatcher(None, middle_old, middle_new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        yield kind == "equal", range(head + a, head + b), range(head + c, head + d)
    if tail:
        yield True, range(len(old) - tail, len(old)), range(len(new) - tail, len(new))


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for one, two in pairs:
        if one != two:
            break
        count += 1
    return count


def _trimmed(old: Sequence[str], new: Sequence[str], stretch: Stretch) -> Iterator[Stretch]:
    """A change without the equal words that swallowing spaces has left at its ends."""
    a, b, same = stretch
    if same:
        yield stretch
        return
    head = _common(zip(old[a.start : a.stop], new[b.start : b.stop], strict=False))
    tail = _common(zip(reversed(old[a.start + head : a.stop]), reversed(new[b.start + head : b.stop]), strict=False))
    if head:
        yield a[:head], b[:head], True
    if a[head : len(a) - tail] or b[head : len(b) - tail]:
        yield a[head : len(a) - tail], b[head : len(b) - tail], False
    if tail:
        yield a[len(a) - tail :], b[len(b) - tail :], True
