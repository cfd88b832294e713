"""Where the line around the safety block runs: outside its box, on ground that is plain, so that it hides no letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Box: TypeAlias = tuple[float, float, float, float]

NEAREST_MM, BEST_MM, FARTHEST_MM = 0.7, 1.4, 3.4
"""How far from the block's letters the middle of the line may run, and where it runs when all is plain."""

LINE_MM = 0.7
"""The line's width with its pale edges."""

_STEP_MM = 0.1
_ROUGH = 20
"""Levels (of 255) by which a pixel differs from the ground around it when something is drawn there."""

_FAR = 0.002
"""What a millimetre away from BEST_MM costs, as a share of pixels crossed."""


def around(grey: npt.NDArray[np.uint8], block: Box, scale: float) -> Box:
    """The line's middle around `block` (mm from the picture's top left); `scale` in pixels a millimetre.

    Each side goes where it crosses least, but never off the picture and never into the block.
    """
    height, width = grey.shape[0] / scale, grey.shape[1] / scale
    left, top, right, bottom = block
    rows, columns = _span(top, bottom, height), _span(left, right, width)
    sideways = grey.T
    return (
        left - _offset(sideways, left, -1, rows, scale, left),
        top - _offset(grey, top, -1, columns, scale, top),
        right + _offset(sideways, right, 1, rows, scale, width - right),
        bottom + _offset(grey, bottom, 1, columns, scale, height - bottom),
    )


def _span(first: float, last: float, length: float) -> tuple[float, float]:
    return max(0.0, first - FARTHEST_MM), min(length, last + FARTHEST_MM)


def _offset(
    grey: npt.NDArray[np.uint8], edge: float, way: int, across: tuple[float, float], scale: float, room: float
) -> float:
    """How far from `edge` (a row of `grey`, in mm) the line runs best."""
    candidates = [offset for offset in _offsets() if offset + LINE_MM / 2 <= room]
    if not candidates:
        return max(0.0, min(NEAREST_MM, room - LINE_MM / 2))
    first, last = (round(each * scale) for each in across)
    bands = []
    for offset in candidates:
        middle, half = (edge + way * offset) * scale, LINE_MM / 2 * scale
        bands.append((max(0, int(middle - half)), int(middle + half) + 1))
    crossed = _crossed(grey[:, first:last], bands)
    return min(zip(candidates, crossed, strict=True), key=lambda each: each[1] + _FAR * abs(each[0] - BEST_MM))[0]


def _crossed(grey: npt.NDArray[np.uint8], bands: list[tuple[int, int]]) -> list[float]:
    """Which share of the pixels in each band of rows differs from the band's median; 1 where there are none.

    Bands overlap, so that the pixels are counted by level once a row, and bands are told from sums of these counts.
    """
    rows = slice(min(first for first, _ in bands), max(last for _, last in bands))
    lines = grey[rows]
    if not lines.size:
        return [1.0] * len(bands)
    levels = np.arange(256)
    counts = np.zeros((len(lines) + 1, 256), dtype=np.int64)
    numbered = lines + np.arange(len(lines), dtype=np.intp)[:, None] * 256
    counts[1:] = np.bincount(numbered.ravel(), minlength=len(lines) * 256).reshape(len(lines), 256)
    np.cumsum(counts, axis=0, out=counts)
    shares = []
    for first, last in bands:
        ends = (min(each - rows.start, len(lines)) for each in (last, first))
        band = counts[next(ends)] - counts[next(ends)]
        size, upto = int(band.sum()), np.cumsum(band)
        if not size:
            shares.append(1.0)
            continue
        middle = np.searchsorted(upto, [(size - 1) // 2 + 1, size // 2 + 1])
        shares.append(float(band[np.abs(levels - middle.mean()) > _ROUGH].sum() / size))
    return shares


def _offsets() -> Iterator[float]:
    steps = round((FARTHEST_MM - NEAREST_MM) / _STEP_MM)
    yield from (NEAREST_MM + step * _STEP_MM for step in range(steps + 1))
