"""How much ink stands on one page: the fullest square, and ink that is cut off at the trim instead of bleeding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from publish.press.separations import Plates
from publish.verify.preflight._pages import MM, Box, Leaf

Ink = npt.NDArray[np.float32]

_TRACE = 4.0
"""Percent of ink, all plates together, below which a pixel is bare paper."""

_FULL = 250
"""Of 255, for ink that is full but for rounding."""

_LOOSE_MM = 1.0
"""How far along the edge ink in the bleed may stand from ink at the trim and still be the same shape going on."""


def total(plates: Plates, sheet: Leaf) -> Ink:
    """All inks of each pixel together in percent, from 0 to 100 a plate.

    Marks for registration lie outside the trim on all plates alike (/All): they are no ink of the piece.
    """
    summed = np.zeros((plates.height, plates.width), dtype=np.float32)
    for plate in plates.inks.values():
        summed += plate
    marks = np.ones(summed.shape, dtype=np.bool_)
    for plate in plates.inks.values():
        marks &= plate >= _FULL
    rows, columns = plates.window(raw(sheet.trim, sheet))
    marks[rows, columns] = False
    summed[marks] = 0
    return summed / np.float32(2.55)


def raw(box: Box, sheet: Leaf) -> Box:
    """A box of points in the page's own units, in which plates are framed."""
    left, bottom, right, top = (edge / sheet.unit for edge in box)
    return left, bottom, right, top


def fullest_square(ink: Ink, plates: Plates, sheet: Leaf, side_mm: float) -> tuple[float, Box]:
    """The greatest mean of ink in any square within the bleed, in percent, and where it is (pt).

    Every position is tried, by sums over all rectangles from the corner. A page smaller than the square is one square.
    """
    rows, columns = plates.window(raw(sheet.bleed, sheet))
    inside = ink[rows, columns].astype(np.float64)
    if not inside.size:
        return 0.0, sheet.bleed
    pixels = side_mm * MM * plates.ppi / 72 / sheet.unit
    high, wide = (max(1, min(round(pixels), length)) for length in inside.shape)
    sums = np.pad(inside.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    means = (sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]) / (high * wide)
    row, column = divmod(int(means.argmax()), means.shape[1])
    return float(means[row, column]), _pt(plates, sheet, rows.start + row, columns.start + column, high, wide)


def cut_off(
    ink: Ink, plates: Plates, sheet: Leaf, bleed_mm: float, least_mm: float
) -> Iterator[tuple[str, float, Box]]:
    """Sides on which ink reaches the trim and does not go on to the edge of the bleed: side, mm of edge, place (pt)."""
    scale = plates.ppi / 72 / sheet.unit
    rows, columns = plates.window(raw(sheet.trim, sheet))
    if rows.stop - rows.start < 3 or columns.stop - columns.start < 3:
        return
    reach = round(bleed_mm * MM * scale)
    loose = max(1, round(_LOOSE_MM * MM * scale))
    for side, turned, start, along in (
        ("top", ink, rows.start, columns),
        ("bottom", ink[::-1], ink.shape[0] - rows.stop, columns),
        ("left", ink.T, columns.start, rows),
        ("right", ink.T[::-1], ink.shape[1] - columns.stop, rows),
    ):
        within = turned[start + 1, along] > _TRACE
        outer = turned[max(start - reach, 0) : max(start - reach, 0) + max(reach // 4, 1), along]
        beyond = outer.max(axis=0) > _TRACE if start > 0 and outer.size else np.zeros_like(within)
        lost = within & ~_widened(beyond, loose)
        length = float(lost.sum()) / scale / MM
        if length >= least_mm:
            yield side, length, _edge(side, lost, plates, sheet, rows, columns)


def _widened(marks: npt.NDArray[np.bool_], by: int) -> npt.NDArray[np.bool_]:
    return np.convolve(marks.astype(np.int32), np.ones(2 * by + 1, dtype=np.int32), mode="same") > 0


def _edge(side: str, lost: npt.NDArray[np.bool_], plates: Plates, sheet: Leaf, rows: slice, columns: slice) -> Box:
    """The stretch of the trim's edge where ink is cut off, in pt."""
    found = np.flatnonzero(lost)
    first, length = int(found[0]), int(found[-1] - found[0]) + 1
    if side in ("top", "bottom"):
        row = rows.start if side == "top" else rows.stop - 1
        return _pt(plates, sheet, row, columns.start + first, 1, length)
    column = columns.start if side == "left" else columns.stop - 1
    return _pt(plates, sheet, rows.start + first, column, length, 1)


def _pt(plates: Plates, sheet: Leaf, row: int, column: int, high: int, wide: int) -> Box:
    """A window of pixels as a box in pt."""
    step = 72 / plates.ppi
    left, bottom = plates.box[0] + column * step, plates.box[1] + (plates.height - row - high) * step
    x0, y0, x1, y1 = (each * sheet.unit for each in (left, bottom, left + wide * step, bottom + high * step))
    return x0, y0, x1, y1


def changed(shown: Plates, hidden: Plates) -> Iterator[tuple[str, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """Each ink that differs between two drawings of a page: where it gains, and where it loses."""
    for name in sorted({*shown.inks, *hidden.inks}):
        bare = np.zeros((shown.height, shown.width), dtype=np.uint8)
        one, other = shown.inks.get(name, bare), hidden.inks.get(name, bare)
        gains, loses = one > other, one < other
        if gains.any() or loses.any():
            yield name, gains, loses


def place_of(marks: npt.NDArray[np.bool_], plates: Plates, sheet: Leaf) -> Box:
    """The box in pt around all marked pixels."""
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    row, column = int(rows[0]), int(columns[0])
    return _pt(plates, sheet, row, column, int(rows[-1]) - row + 1, int(columns[-1]) - column + 1)
