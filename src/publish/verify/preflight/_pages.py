"""The pages of a PDF as sheets: their boxes in points, and where something stands in mm as one looks at the page.

ISO 32000-1, 7.7.3.4 (inherited entries) and 14.11.2 (boxes). Points here are real points: UserUnit is counted in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

Box = tuple[float, float, float, float]
MM = 72 / 25.4
_LETTER: Box = (0.0, 0.0, 612.0, 792.0)
_HIGHEST = 50
"""Levels of the page tree that are climbed: a tree that is its own parent ends here."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page, `number` from 1. `stated` are the boxes that the file states, by their PDF names; the four boxes are
    those in force: an art box stands for a trim box that is not there (PDF/X allows either). `turn` is how far a
    viewer turns the page, in degrees clockwise; `unit` the points of one unit.
    """

    number: int
    media: Box
    crop: Box
    bleed: Box
    trim: Box
    turn: int
    unit: float
    stated: frozenset[str]

    def mm(self, box: Box) -> Box:
        """Left, top, right, bottom in mm from the top left of the trimmed page, as it is looked at."""
        x0, y0, x1, y1 = self.trim
        left, bottom, right, top = box
        seen = {
            90: (bottom - y0, left - x0, top - y0, right - x0),
            180: (x1 - right, bottom - y0, x1 - left, top - y0),
            270: (y1 - top, x1 - right, y1 - bottom, x1 - left),
        }.get(self.turn, (left - x0, y1 - top, right - x0, y1 - bottom))
        a, b, c, d = (round(each / MM, 2) + 0.0 for each in seen)
        return a, b, c, d

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the trimmed page in mm, as it is looked at."""
        width, height = (self.trim[2] - self.trim[0]) / MM, (self.trim[3] - self.trim[1]) / MM
        return (height, width) if self.turn in (90, 270) else (width, height)


def read_leaf(page: Any, number: int) -> Leaf:
    """The sheet of a page dictionary. Boxes that cannot be read are as if they were not stated."""
    unit = _unit(page)
    media = _box(inherited(page, "/MediaBox"), unit) or _LETTER
    stated = {"/MediaBox"} if _box(inherited(page, "/MediaBox"), unit) else set()
    crop = _box(inherited(page, "/CropBox"), unit)
    bleed, trim, art = (_box(page.get(name), unit) for name in ("/BleedBox", "/TrimBox", "/ArtBox"))
    boxes = {"/CropBox": crop, "/BleedBox": bleed, "/TrimBox": trim, "/ArtBox": art}
    stated |= {name for name, box in boxes.items() if box is not None}
    inside = overlap(crop, media) or media if crop else media
    turn = inherited(page, "/Rotate")
    return Leaf(
        number,
        media,
        inside,
        bleed or inside,
        trim or art or inside,
        int(turn) % 360 if isinstance(turn, int) and turn % 90 == 0 else 0,
        unit,
        frozenset(stated),
    )


def leaves(pdf: pikepdf.Pdf) -> list[Leaf]:
    """The sheets of all pages."""
    return [read_leaf(page, number) for number, page in enumerate(page_objects(pdf), 1)]


def inherited(page: Any, key: str) -> Any:
    """An entry of a page, or of the page tree above it."""
    for _ in range(_HIGHEST):
        if not isinstance(page, pikepdf.Dictionary):
            return None
        if key in page:
            return page[key]
        page = page.get("/Parent")
    return None


def overlap(one: Box, other: Box) -> Box | None:
    """What two boxes share; None when nothing. Boxes that only touch share their edge."""
    left, bottom, right, top = (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )
    return (left, bottom, right, top) if left <= right and bottom <= top else None


def page_objects(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The page dictionaries one after another; ends where the page tree is broken."""
    try:
        for page in pdf.pages:
            yield page.obj
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        return


def _unit(page: Any) -> float:
    try:
        unit = float(page.get("/UserUnit", 1))
    except (TypeError, ValueError):
        return 1.0
    return unit if 0 < unit <= 75_000 else 1.0


def _box(said: Any, unit: float) -> Box | None:
    try:
        numbers = [float(each) * unit for each in said]
    except (TypeError, ValueError):
        return None
    if len(numbers) != 4 or not all(abs(number) < 1e7 for number in numbers):
        return None
    xs, ys = sorted(numbers[::2]), sorted(numbers[1::2])
    return (xs[0], ys[0], xs[1], ys[1]) if xs[0] < xs[1] and ys[0] < ys[1] else None
