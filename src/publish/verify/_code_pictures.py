"""Pictures of parts of a press sheet, drawn by pdfium, with places in mm from the top left of the trimmed page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from publish.verify._code_limits import DARK, MOST_TILES, OVERLAP_MM, STAINED, TILE_MM
from publish.verify._pdf_limits import MM

Box = tuple[float, float, float, float]
Mask = npt.NDArray[np.bool_]
Gray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where the pixels of a picture lie: its top left in mm, pixels a mm, and its size in pixels."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    def window(self, box: Box) -> tuple[slice, slice]:
        """Rows and columns whose middles a box in mm covers, cut to the picture; may be empty."""
        left, right = (round((edge - self.left) * self.scale) for edge in (box[0], box[2]))
        top, bottom = (round((edge - self.top) * self.scale) for edge in (box[1], box[3]))
        return (
            slice(min(max(top, 0), self.height), min(max(bottom, 0), self.height)),
            slice(min(max(left, 0), self.width), min(max(right, 0), self.width)),
        )

    def mask(self, boxes: Iterator[Box]) -> Mask:
        """The pixels that boxes in mm cover."""
        covered = np.zeros((self.height, self.width), dtype=bool)
        for box in boxes:
            covered[self.window(box)] = True
        return covered


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A part of a page, red, green and blue."""

    grid: Grid
    pixels: npt.NDArray[np.uint8]

    @property
    def dark(self) -> Mask:
        """The pixels that are ink to a reader, by their luminance (ITU-R BT.601)."""
        red, green, blue = (self.pixels[..., channel].astype(np.uint16) for channel in range(3))
        dark: Mask = 77 * red + 150 * green + 29 * blue < 256 * DARK
        return dark

    @property
    def stained(self) -> Mask:
        """The pixels on which there is ink of any colour."""
        red, green, blue = (self.pixels[..., channel] for channel in range(3))
        least: Mask = np.minimum(np.minimum(red, green), blue) < STAINED
        return least


def trim_size(page: Any) -> tuple[float, float]:
    """Width and height of a page as it is trimmed, in mm."""
    left, bottom, right, top = page.get_trimbox()
    return (right - left) / MM, (top - bottom) / MM


def picture(page: Any, box: Box, scale: float) -> Picture | None:
    """What a page shows within a box in mm, at `scale` pixels a mm; None when the box is not on the page."""
    seen, trim = page.get_cropbox(), page.get_trimbox()
    if not all(map(math.isfinite, (*seen, *trim))) or seen[2] - seen[0] < 1 or seen[3] - seen[1] < 1:
        return None
    wide, high = (math.ceil((seen[axis + 2] - seen[axis]) * scale / MM) for axis in (0, 1))
    across, down = wide / (seen[2] - seen[0]) * MM, high / (seen[3] - seen[1]) * MM
    from_left, from_top = (trim[0] - seen[0]) / MM, (seen[3] - trim[3]) / MM
    left = max(0, math.floor((box[0] + from_left) * across))
    right = min(wide, math.ceil((box[2] + from_left) * across))
    top = max(0, math.floor((box[1] + from_top) * down))
    bottom = min(high, math.ceil((box[3] + from_top) * down))
    if right - left < 2 or bottom - top < 2:
        return None
    if page.get_rotation():
        page.set_rotation(0)
    cut = (left, high - bottom, wide - right, top)
    drawn = page.render(
        scale=scale / MM, crop=tuple(max(0.0, (each - 0.01) / (scale / MM)) for each in cut), rev_byteorder=True
    )
    pixels = drawn.to_numpy()[..., :3].copy()
    grid = Grid(left / across - from_left, top / down - from_top, across, pixels.shape[1], pixels.shape[0])
    return Picture(grid, pixels)


def tiles(pages: Sequence[Any], scale: float) -> Iterator[tuple[int, Picture]]:
    """Each page as it is trimmed, in pieces that overlap: the page's number from 1, and its picture."""
    left = MOST_TILES
    for number, page in enumerate(pages, 1):
        width, height = trim_size(page)
        for y in _starts(height):
            for x in _starts(width):
                if (left := left - 1) < 0:
                    return
                drawn = picture(page, (x, y, min(width, x + TILE_MM), min(height, y + TILE_MM)), scale)
                if drawn is not None:
                    yield number, drawn


def _starts(length: float) -> list[float]:
    step = TILE_MM - OVERLAP_MM
    return [index * step for index in range(min(MOST_TILES, max(1, math.ceil((length - OVERLAP_MM) / step))))]
