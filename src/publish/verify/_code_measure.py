"""Whether a code is drawn as it should be: its bars and modules, the free zone around it, and the one ink it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from publish.press.codes import Standing, code_data
from publish.verify._code_limits import (
    COLOURED,
    EDGE_MODULES,
    FREE_OF_INK,
    FULL_INK,
    HEIGHT_MM,
    OTHER_SHARE,
    PALE,
    PLACE_MM,
    RING_MODULES,
    SOME_INK,
    STRAY_SHARE,
    WIDTH_MODULES,
)
from publish.verify._code_pictures import Box, Gray, Grid, Mask, Picture
from publish.verify._code_reading import Stroke


@dataclass(frozen=True, slots=True)
class Expected:
    """A code that the front matter asks for: its page from 1, and where the symbol stands on it, in mm."""

    standing: Standing
    page: int
    box: Box

    @property
    def title(self) -> str:
        """Its kind and what it must say."""
        return f"{code_data(self.standing.code.kind)['title']} “{self.standing.code.value}”"

    @property
    def clear(self) -> Box:
        """The symbol with its quiet zone."""
        left, top, right, bottom = self.standing.symbol.quiet
        return self.box[0] - left, self.box[1] - top, self.box[2] + right, self.box[3] + bottom

    def bars(self) -> Iterator[Box]:
        """The dark rectangles on the page."""
        x, y = self.box[:2]
        for left, top, width, height in self.standing.symbol.bars:
            yield x + left, y + top, x + left + width, y + top + height


# --- form ---


def deviations(found: Sequence[Stroke], expected: Expected) -> Iterator[str]:
    """What is wrong with a pharmacode's bars, each in words, in the order of reading."""
    module, wanted = expected.standing.symbol.module, list(expected.bars())
    tolerance = WIDTH_MODULES * module
    for number, (bar, right) in enumerate(zip(found, wanted, strict=True), 1):
        width, demanded = bar.right - bar.left, right[2] - right[0]
        if abs(width - demanded) > tolerance:
            yield f"bar {number} is {width:.2f} mm wide instead of {demanded:.2f} mm"
    for number, (one, other) in enumerate(pairwise(found), 1):
        gap = wanted[number][0] - wanted[number - 1][2]
        if abs(other.left - one.right - gap) > tolerance:
            yield f"the gap after bar {number} is {other.left - one.right:.2f} mm instead of {gap:.2f} mm"
    height = expected.box[3] - expected.box[1]
    for number, bar in enumerate(found, 1):
        if abs(bar.bottom - bar.top - height) > HEIGHT_MM:
            yield f"bar {number} is {bar.bottom - bar.top:.1f} mm high instead of {height:.1f} mm"
        elif abs(bar.top - expected.box[1]) > PLACE_MM:
            yield f"bar {number} stands {abs(bar.top - expected.box[1]):.1f} mm too high or too low"
    if abs(found[0].left - expected.box[0]) > PLACE_MM:
        yield f"it stands {abs(found[0].left - expected.box[0]):.1f} mm beside its place"


@dataclass(frozen=True, slots=True)
class Form:
    """How a code's modules differ from those asked for, as parts of its ink: `lost` is not there, `stray` too much."""

    lost: float
    stray: float

    @property
    def another(self) -> bool:
        """It is another code, or this one mirrored or turned."""
        return max(self.lost, self.stray) > OTHER_SHARE

    @property
    def spoiled(self) -> bool:
        """Modules are wider, narrower, broken or stand elsewhere."""
        return max(self.lost, self.stray) > STRAY_SHARE


def form(drawn: Picture, expected: Expected) -> Form:
    """A code of modules held against the rectangles that the front matter asks for."""
    grid = drawn.grid
    asked, there = grid.mask(expected.bars()), drawn.dark
    slack = max(1, round(EDGE_MODULES * expected.standing.symbol.module * grid.scale))
    ring = RING_MODULES * expected.standing.symbol.module
    stray = there & grid.mask(iter([_wider(expected.box, ring)])) & ~_grown(asked, slack)
    lost = ~there & ~_grown(~asked, slack)
    whole = max(1, int(asked.sum()))
    return Form(int(lost.sum()) / whole, int(stray.sum()) / whole)


def _grown(mask: Mask, by: int) -> Mask:
    """A mask whose areas reach `by` pixels further on all sides."""
    grown = mask
    for axis in (0, 1):
        line = grown.copy()
        for shift in range(1, by + 1):
            near, far = [slice(None)] * 2, [slice(None)] * 2
            near[axis], far[axis] = slice(shift, None), slice(None, -shift)
            line[tuple(near)] |= grown[tuple(far)]
            line[tuple(far)] |= grown[tuple(near)]
        grown = line
    return grown


def _wider(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


# --- quiet zone ---


def intruder(drawn: Picture, expected: Expected, reach: Box) -> tuple[Box, float] | None:
    """The ink that stands in the quiet zone: its bounds in mm, and how near it comes to the code.

    `reach` is what the code itself takes, as it is measured.
    """
    grid = drawn.grid
    ring = max(1.5 / grid.scale, RING_MODULES * expected.standing.symbol.module)
    own = grid.mask(iter([_wider(reach, ring)]))
    zone = grid.mask(iter([expected.clear])) & ~own
    rows, columns = np.nonzero(drawn.stained & zone)
    if not rows.size:
        return None
    x, y = grid.left + (columns + 0.5) / grid.scale, grid.top + (rows + 0.5) / grid.scale
    beside = np.maximum(np.maximum(reach[0] - x, x - reach[2]), 0)
    over = np.maximum(np.maximum(reach[1] - y, y - reach[3]), 0)
    half = 0.5 / grid.scale
    bounds = tuple(float(each) for each in (x.min() - half, y.min() - half, x.max() + half, y.max() + half))
    return bounds, float(np.hypot(beside, over).min())  # type: ignore[return-value]


# --- ink ---


def coloured_ground(drawn: Picture, expected: Expected) -> bool:
    """Whether there is ink between the bars, of whatever colour."""
    between = drawn.grid.mask(iter([expected.box])) & ~_grown(drawn.dark, 2)
    return int((drawn.stained & between).sum()) > STRAY_SHARE * max(1, int(between.sum()))


def wrong_colour(drawn: Picture, expected: Expected) -> list[str]:
    """What colour the code is, where it is not black alone; judged by the eye of a screen."""
    bars = drawn.pixels[_heart(drawn.stained, drawn.grid, expected)]
    if not bars.size:
        return []
    brightest = float(np.percentile(bars.max(axis=1), 99))
    spread = float(np.percentile(bars.max(axis=1) - bars.min(axis=1), 99))
    if brightest <= PALE and spread <= COLOURED:
        return []
    red, green, blue = np.median(bars, axis=0)
    what = "it is coloured" if spread > COLOURED else "it is too pale"
    return [f"{what}; its bars show as red {red:.0f}, green {green:.0f}, blue {blue:.0f} of 255"]


def wrong_inks(inks: Mapping[str, Gray], grid: Grid, expected: Expected) -> Iterator[str]:
    """What is wrong with a code on the plates: not full on the black one, or on another one too."""
    most = np.maximum.reduce(list(inks.values()))
    bars = _heart(most > SOME_INK, grid, expected)
    if not bars.any():
        return
    least = int(np.percentile(inks["Black"][bars], 1))
    if least < FULL_INK:
        yield f"it has only {least / 2.55:.0f} % of black"
    for name, plate in inks.items():
        most_of_it = 0 if name == "Black" else int(np.percentile(plate[bars], 99))
        if most_of_it > FREE_OF_INK:
            yield f"it stands on the plate {name} too, with {most_of_it / 2.55:.0f} %"


def _heart(inked: Mask, grid: Grid, expected: Expected) -> Mask:
    """The pixels of a code that lie wholly within its ink, whatever form that has."""
    heart: Mask = ~_grown(~inked, 1) & grid.mask(iter([expected.box]))
    return heart
