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

    def cost(offset: float) -> float:
        middle = (edge + way * offset) * scale
        half = LINE_MM / 2 * scale
        band = grey[max(0, int(middle - half)) : int(middle + half) + 1, first:last].astype(np.int16)
        if not band.size:
            return 1.0
        crossed = float((np.abs(band - np.median(band)) > _ROUGH).mean())
        return crossed + _FAR * abs(offset - BEST_MM)

    return min(candidates, key=cost)


def _offsets() -> Iterator[float]:
    steps = round((FARTHEST_MM - NEAREST_MM) / _STEP_MM)
    yield from (NEAREST_MM + step * _STEP_MM for step in range(steps + 1))
