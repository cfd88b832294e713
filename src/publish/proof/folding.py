"""How a folded piece folds, as a drawing from above, and which panel is where, in reading order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from publish.press.folds import FoldedSheet, Panel, Side

Point: TypeAlias = tuple[float, float]

WIDTH, HEIGHT = 420.0, 240.0
"""The drawing's size in its own units, as large as it may be; wider where there are many panels, so that there is room
for their numbers."""

_MARGIN = 24.0
_APART = 13.5
"""How far from the paper the panels' numbers stand."""

_ROOM = 54.0
"""The width that a panel's numbers need."""

_TURNS: dict[str, tuple[float, ...]] = {
    "single-sheet": (),
    "half": (105,),
    "letter-tri": (104, 104),
    "z": (115, -115),
    "gate": (104, 104),
    "double-gate": (100, 60, 100),
    "double-parallel": (95, 125, -95),
}
"""By how many degrees the paper turns towards its inside (-: its outside) at each fold when it is half open."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One panel's paper seen from above: its line, and where the numbers of its two sides stand beside it."""

    start: Point
    end: Point
    inside: int
    outside: int
    inside_at: Point
    outside_at: Point


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole piece, half open."""

    leaves: tuple[Leaf, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A panel in reading order: on which side (from 0), how wide it is, and where that is in words."""

    panel: Panel
    side: int
    where: str


def drawing(sheet: FoldedSheet) -> Drawing:
    """The piece from above, its inside panels from left to right."""
    outside, inside = sheet.sides
    points = _fitted(_points([panel.width for panel in inside.panels], turns(sheet)))
    leaves = []
    for at, panel in enumerate(inside.panels):
        start, end = points[at], points[at + 1]
        back = outside.panels[len(outside.panels) - 1 - at]
        leaves.append(Leaf(start, end, panel.number, back.number, *_beside(start, end)))
    width, height = (max(point[way] for point in points) + _MARGIN for way in (0, 1))
    return Drawing(tuple(leaves), width, height)


def turns(sheet: FoldedSheet) -> tuple[float, ...]:
    """How the paper turns at each fold; a fold without an entry of its own rolls up or goes to and fro."""
    folds = len(sheet.sides[1].folds)
    known = _TURNS.get(sheet.fold, ())
    if len(known) == folds:
        return known
    if sheet.fold == "accordion":
        return tuple(115.0 * (-1) ** at for at in range(folds))
    return (min(104.0, 250.0 / folds),) * folds


def in_order(sheet: FoldedSheet) -> tuple[Spot, ...]:
    """All panels in reading order."""
    spots = [_spot(panel, at, number, side) for number, side in enumerate(sheet.sides) for at, panel in _along(side)]
    return tuple(sorted(spots, key=lambda spot: spot.panel.number))


def _along(side: Side) -> list[tuple[int, Panel]]:
    return list(enumerate(side.panels))


def _spot(panel: Panel, at: int, number: int, side: Side) -> Spot:
    count = len(side.panels)
    if count == 1:
        return Spot(panel, number, side.name)
    ends = {0: "left", count - 1: "right"} | ({1: "middle"} if count == 3 else {})
    return Spot(panel, number, f"{side.name}, {ends.get(at, f'{_ORDINALS[at]} from the left')}")


_ORDINALS = ("1st", "2nd", "3rd", *(f"{number}th" for number in range(4, 21)))


def _points(widths: list[float], angles: tuple[float, ...]) -> list[Point]:
    """The ends of the panels, seen from above, the inside below the line; the middle of its directions lies level."""
    headings = [0.0]
    for angle in angles:
        headings.append(headings[-1] + angle)
    level = (max(headings) + min(headings)) / 2
    points: list[Point] = [(0.0, 0.0)]
    for width, heading in zip(widths, headings, strict=True):
        turn = math.radians(heading - level)
        x, y = points[-1]
        points.append((x + width * math.cos(turn), y + width * math.sin(turn)))
    return points


def _fitted(points: list[Point]) -> list[Point]:
    """The points as large as there is room for, the least of them _MARGIN from the corner."""
    (left, wide), (top, high) = (_extent([point[way] for point in points]) for way in (0, 1))
    room = max(WIDTH, _ROOM * (len(points) - 1)) - 2 * _MARGIN
    scale = min(room / max(wide, 1.0), (HEIGHT - 2 * _MARGIN) / max(high, 1.0))
    return [((x - left) * scale + _MARGIN, (y - top) * scale + _MARGIN) for x, y in points]


def _extent(values: list[float]) -> tuple[float, float]:
    """Where they begin, and how far they reach from there."""
    return min(values), max(values) - min(values)


def _beside(start: Point, end: Point) -> tuple[Point, Point]:
    """Beside the middle of a line: on its inside (to the right as one walks it), and on its outside."""
    length = math.dist(start, end) or 1.0
    across = (-(end[1] - start[1]) / length * _APART, (end[0] - start[0]) / length * _APART)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return (middle[0] + across[0], middle[1] + across[1]), (middle[0] - across[0], middle[1] - across[1])
