"""Whether the safety block's letters are to be seen: the page as it is drawn, against the page without them.

Three pictures a page: as it is, without the block's letters, the letters alone in black. Where a letter alone has ink,
the first two must differ by the contrast demanded, and the second must be plain: then nothing covers, clips, fades or
strikes the letter. Colours are taken apart by the ink's coverage, so thin strokes are judged by their colour too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pypdfium2

from publish.verify._pdf_block import Shown
from publish.verify._pdf_limits import DPI, EM_PIXELS, INK_COVERAGE, INVISIBLE, THIN_COVERAGE
from publish.verify._pdf_read import Drawn, Integers, Numbers, Sheet
from publish.verify._pdf_variants import without_and_alone

Pixels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What the pictures show of each glyph of the block.

    `core` counts the pixels that the letter alone inks; `faint` and `lost` are the parts of them whose contrast is
    under the demand, or nought; `contrast` is that of the letter's colour (WCAG 2) and `ground` the luminance behind;
    `unrest` how much the lightness (0 to 1) behind the letter varies, as a standard deviation.
    """

    core: Numbers
    faint: Numbers
    lost: Numbers
    contrast: Numbers
    ground: Numbers
    unrest: Numbers


class Look(Protocol):
    """A file as something shows it: a screen, or the plates of a press."""

    def draw(self, view: View, number: int) -> Pixels:
        """The picture of a part of a page (from 0), red, green and blue."""

    def close(self) -> None:
        """Let the file go."""


class Screen:
    """A file as a screen shows it, by PDFium."""

    def __init__(self, data: bytes) -> None:
        self._pdf = pypdfium2.PdfDocument(data)

    def draw(self, view: View, number: int) -> Pixels:
        """The picture of a part of a page (from 0), red, green and blue."""
        _, _, wide, high = view.exact
        cut = (view.left, high - view.bottom, wide - view.right, view.top)
        page = self._pdf[number]
        if page.get_rotation():
            page.set_rotation(0)
        bitmap = page.render(
            scale=view.scale, crop=tuple(max(0.0, (each - 0.01) / view.scale) for each in cut), rev_byteorder=True
        )
        picture: Pixels = bitmap.to_numpy()[..., :3].copy()
        page.close()
        return picture

    def close(self) -> None:
        """Let the file go."""
        self._pdf.close()


def ink(
    data: bytes, drawn: Drawn, shown: Shown, demanded: float, resolution: tuple[float, float] = DPI,
    look: Callable[[bytes], Look] = Screen,
) -> Ink:  # fmt: skip
    """Draws the pages that show the glyphs, with at least and at most so many pixels an inch, and measures each."""
    count = len(shown.glyphs)
    found = Ink(*(np.zeros(count) for _ in range(6)))
    varied, pages = without_and_alone(data, drawn, shown.runs)
    as_is, variants = look(data), look(varied)
    try:
        for place, page in enumerate(pages):
            own = np.nonzero(shown.page == page)[0]
            view = _view(drawn.sheets[page], drawn.boxes[shown.glyphs[own]], float(shown.size[own].min()), resolution)
            if view is None:
                continue
            pictures = (
                as_is.draw(view, page), variants.draw(view, place), variants.draw(view, place + len(pages))
            )  # fmt: skip
            _measure(found, own, view, pictures, drawn, shown, demanded)
    finally:
        as_is.close()
        variants.close()
    return found


@dataclass(frozen=True, slots=True)
class View:
    """A part of a page to draw: its visible box in pt, pixels a pt, and left, top, right, bottom in pixels."""

    sheet: Sheet
    scale: float
    left: int
    top: int
    right: int
    bottom: int

    @property
    def exact(self) -> tuple[float, float, int, int]:
        """Pixels a pt across and down, after the page is stretched to whole pixels, and its size in pixels."""
        left, bottom, right, top = self.sheet.visible
        wide, high = math.ceil((right - left) * self.scale), math.ceil((top - bottom) * self.scale)
        return wide / (right - left), high / (top - bottom), wide, high

    def pixels(self, boxes: Numbers) -> Numbers:
        """Boxes in pt on the page as left, top, right, bottom in pixels of this view."""
        across, down, _, _ = self.exact
        left, _, _, top = self.sheet.visible
        return np.stack(
            [
                (boxes[:, 0] - left) * across - self.left,
                (top - boxes[:, 3]) * down - self.top,
                (boxes[:, 2] - left) * across - self.left,
                (top - boxes[:, 1]) * down - self.top,
            ],
            axis=1,
        )


def _view(sheet: Sheet, boxes: Numbers, size: float, resolution: tuple[float, float]) -> View | None:
    scale = min(max(EM_PIXELS / max(size, 1.0) * 72, resolution[0]), resolution[1]) / 72
    whole = View(sheet, scale, 0, 0, 0, 0)
    _, _, wide, high = whole.exact
    edges = whole.pixels(boxes)
    left, top = (max(0, math.floor(edge) - 3) for edge in (edges[:, 0].min(), edges[:, 1].min()))
    right = min(wide, math.ceil(edges[:, 2].max()) + 3)
    bottom = min(high, math.ceil(edges[:, 3].max()) + 3)
    if right - left < 2 or bottom - top < 2:
        return None
    return View(sheet, scale, left, top, right, bottom)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


_LINEAR = np.array([_linear(value / 255) for value in range(256)], dtype=np.float32)
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def luminance(pixels: Pixels) -> Plane:
    """Relative luminance (WCAG 2) of sRGB pixels."""
    weighted: Plane = _LINEAR[pixels] @ _WEIGHTS
    return weighted


def _measure(
    found: Ink, own: Integers, view: View, pictures: tuple[Pixels, Pixels, Pixels], drawn: Drawn, shown: Shown,
    demanded: float,
) -> None:  # fmt: skip
    as_is, without, alone = pictures
    coverage = 1 - alone[..., 1].astype(np.float32) / 255
    boxes = view.pixels(drawn.boxes[shown.glyphs[own]])
    upper = _painted(coverage.shape, _trunks(view, drawn, shown, own, boxes), 1.0)
    text, ground = _colors(as_is, without, coverage, upper, len(own))
    found.ground[own] = luminance(ground)
    found.contrast[own] = _contrast(luminance(text), luminance(ground))

    owners = _painted(coverage.shape, boxes, 0.5)
    sure = _sure(coverage)
    size = len(own) + 1
    inked = (sure >= INK_COVERAGE) & (owners > 0)
    thin = np.bincount(owners[inked], minlength=size) == 0
    rows, columns = np.nonzero(inked | (thin[owners] & (owners > 0) & (sure >= THIN_COVERAGE)))
    label = owners[rows, columns]
    behind = without[rows, columns].astype(np.float32)
    full = behind + (as_is[rows, columns].astype(np.float32) - behind) / sure[rows, columns, None]
    seen = luminance(_rounded(full))
    contrast = _contrast(seen, luminance(without[rows, columns]))
    beside = np.where(upper[rows, columns] > 0, 0, _contrast(seen, found.ground[own][label - 1]))
    core = np.bincount(label, minlength=size)[1:]
    found.core[own] = core
    for target, bad in ((found.faint, (contrast < demanded) & ~thin[label]), (found.lost, contrast < INVISIBLE)):
        target[own] = np.bincount(label, weights=bad & (beside < demanded), minlength=size)[1:] / np.maximum(core, 1)
    found.unrest[own] = _unrest(without, view, own, drawn, shown)


def _contrast(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The contrast ratio of two luminances (WCAG 2.2, contrast ratio)."""
    ratio: npt.NDArray[Any] = (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
    return ratio


def _rounded(values: npt.NDArray[Any]) -> Pixels:
    whole: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return whole


def _sure(coverage: Plane) -> Plane:
    """The coverage that a pixel keeps when the letter is shifted by half a pixel, as it may be in a group (opacity)."""
    padded = np.pad(coverage, 1)
    sides = (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:])
    least: Plane = np.minimum(coverage, (coverage + np.minimum.reduce(sides)) / 2)
    return least


def _colors(as_is: Pixels, without: Pixels, coverage: Plane, labels: Integers, count: int) -> tuple[Pixels, Pixels]:
    """The colour of each letter and of the ground behind it, from all its ink together: no shift can blur that."""
    rows, columns = np.nonzero((labels > 0) & (coverage > 0.02))
    label, weight = labels[rows, columns], coverage[rows, columns].astype(np.float64)
    total = np.maximum(np.bincount(label, weights=weight, minlength=count + 1)[1:], 1e-6)
    text, ground = np.zeros((count, 3)), np.zeros((count, 3))
    for channel in range(3):
        behind = without[rows, columns, channel].astype(np.float64)
        change = as_is[rows, columns, channel] - behind
        ground[:, channel] = np.bincount(label, weights=behind * weight, minlength=count + 1)[1:] / total
        text[:, channel] = ground[:, channel] + np.bincount(label, weights=change, minlength=count + 1)[1:] / total
    return _rounded(text), _rounded(ground)


def _painted(shape: tuple[int, ...], boxes: Numbers, margin: float) -> Integers:
    """A plane on which each box is filled with its number from 1."""
    plane = np.zeros(shape, dtype=np.int64)
    low = np.floor(boxes[:, :2] - margin).astype(int).clip(0)
    high = np.ceil(boxes[:, 2:] + margin).astype(int).clip(0)
    for number, (x0, y0, x1, y1) in enumerate(np.concatenate([low, high], axis=1).tolist(), 1):
        plane[y0:y1, x0:x1] = number
    return plane


def _unrest(without: Pixels, view: View, own: Integers, drawn: Drawn, shown: Shown) -> Numbers:
    """How the lightness behind each letter varies between its base line and its top: an underline stands below."""
    glyphs = shown.glyphs[own]
    zones = view.pixels(_upper(drawn, shown, own, drawn.boxes[glyphs], 0.06))
    labels = _painted(without.shape[:2], zones, -0.75)
    rows, columns = np.nonzero(labels)
    label = labels[rows, columns]
    lightness = np.cbrt(luminance(without[rows, columns]))
    size = len(own) + 1
    count = np.maximum(np.bincount(label, minlength=size), 1)
    mean = np.bincount(label, weights=lightness, minlength=size) / count
    square = np.bincount(label, weights=lightness.astype(np.float64) ** 2, minlength=size) / count
    return np.sqrt(np.maximum(square - mean**2, 0))[1:]


def _trunks(view: View, drawn: Drawn, shown: Shown, own: Integers, boxes: Numbers) -> Numbers:
    """The letters' boxes in pixels down to the base line, where no underline is; whole if they hang below it."""
    trunks = view.pixels(_upper(drawn, shown, own, drawn.boxes[shown.glyphs[own]], -0.02))
    thin = (trunks[:, 2:] - trunks[:, :2] < 1.5).any(axis=1)
    trunks[thin] = boxes[thin]
    return trunks


def _upper(drawn: Drawn, shown: Shown, own: Integers, boxes: Numbers, lift: float) -> Numbers:
    """The parts of boxes from `lift` em above the base line up to the ink's top, whichever way is up."""
    size = shown.size[own]
    origin = np.stack([drawn.x[shown.glyphs[own]], drawn.y[shown.glyphs[own]]], axis=1)
    foot = origin + shown.up[own] * (lift * size)[:, None]
    zones = boxes.copy()
    for axis in (0, 1):
        upward, downward = shown.up[own, axis] > 0.5, shown.up[own, axis] < -0.5
        zones[upward, axis] = np.maximum(zones[upward, axis], foot[upward, axis])
        zones[downward, axis + 2] = np.minimum(zones[downward, axis + 2], foot[downward, axis])
    return zones
