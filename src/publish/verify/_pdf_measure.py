"""What pictures of a page tell of each letter: its ink, its contrast, the ground behind it, and how plain that is.

Three pictures: the page as it is, without the letters, and the letters alone in black on white. Colours are taken apart
by the ink's coverage, so thin strokes are judged by their colour too. Looked at are only the pixels that a letter inks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from publish.verify._pdf_block import Shown
from publish.verify._pdf_limits import INK_COVERAGE, INVISIBLE, THIN_COVERAGE
from publish.verify._pdf_read import Drawn, Integers, Numbers, Sheet
from publish.verify._planes import plane

Pixels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.floating[Any]]
Colors = npt.NDArray[np.uint32]
Labels = npt.NDArray[np.unsignedinteger[Any]]


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


def nothing(count: int) -> Ink:
    """For so many glyphs, before anything is measured."""
    return Ink(*(np.zeros(count) for _ in range(6)))


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


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


_LINEAR = np.array([_linear(value / 255) for value in range(256)], dtype=np.float32)
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
_COVERAGE = 1 - np.arange(256).astype(np.float32) / 255
"""The part of a pixel that is inked, by what is left of its white."""

_TOUCHED = 0.02
"""The least part of a pixel that is inked and tells of a letter's colour."""


def luminance(pixels: Pixels) -> Plane:
    """Relative luminance (WCAG 2) of sRGB pixels."""
    weighted: Plane = _LINEAR[pixels] @ _WEIGHTS
    return weighted


@dataclass(frozen=True, slots=True, eq=False)
class Touched:
    """The pixels of a view that letters alone touch: their numbers `at`, row by row; how much of each is inked, and
    how much surely: what it keeps when the letter is shifted by half a pixel, as it may be in a group (opacity)."""

    shape: tuple[int, int]
    at: Integers
    inked: Plane
    sure: Plane


def touched(alone: Pixels) -> Touched:
    """What letters touch, from their picture in black on white."""
    high, wide = alone.shape[:2]
    framed = plane("framed", (high + 2, wide + 2), np.uint8, 255)
    framed[1:-1, 1:-1] = alone[..., 1]
    white = framed.ravel()
    middle = np.flatnonzero(white < _LEAST_WHITE)
    inked = _COVERAGE[white[middle]]
    step = wide + 2
    sides = np.maximum.reduce([white[middle + side] for side in (-1, 1, -step, step)])
    sure: Plane = np.minimum(inked, (inked + _COVERAGE[sides]) / 2)
    return Touched((high, wide), middle - 2 * (middle // step) - step + 1, inked, sure)


def measure(
    found: Ink, own: Integers, view: View, pictures: tuple[Touched, Colors, Pixels], drawn: Drawn, shown: Shown,
    demanded: float, grounds: bool,
) -> None:  # fmt: skip
    """Puts into `found` what a view tells of the glyphs `own`: what they touch alone, the colours seen there, and the
    whole picture without them."""
    alone, seen, without = pictures
    inked, sure = alone.inked, alone.sure
    behind = colors_at(without, alone.at)
    boxes = view.pixels(drawn.boxes[shown.glyphs[own]])
    trunk = _painted(alone.shape, _trunks(view, drawn, shown, own, boxes), 1.0).ravel()[alone.at].astype(np.intp)
    text, ground = _colors(seen, behind, inked, trunk, len(own))
    found.ground[own] = luminance(ground)
    found.contrast[own] = _contrast(luminance(text), luminance(ground))

    owner = _painted(alone.shape, boxes, 0.5).ravel()[alone.at].astype(np.intp)
    size = len(own) + 1
    solid = (sure >= INK_COVERAGE) & (owner > 0)
    thin = np.bincount(owner[solid], minlength=size) == 0
    core = np.flatnonzero(solid | (thin[owner] & (owner > 0) & (sure >= THIN_COVERAGE)))
    label = owner[core]
    light, under = _lights(seen[core], behind[core], sure[core])
    contrast = _contrast(light, under)
    count = np.bincount(label, minlength=size)[1:]
    found.core[own] = count
    poor = np.flatnonzero(contrast < max(demanded, INVISIBLE))  # few, and of these alone more is asked
    label, contrast = label[poor], contrast[poor]
    beside = np.where(trunk[core[poor]] > 0, 0, _contrast(light[poor], found.ground[own][label - 1]))
    for target, bad in ((found.faint, (contrast < demanded) & ~thin[label]), (found.lost, contrast < INVISIBLE)):
        target[own] = np.bincount(label, weights=bad & (beside < demanded), minlength=size)[1:] / np.maximum(count, 1)
    if grounds:
        found.unrest[own] = _unrest(without, view, own, drawn, shown)


_LEAST_WHITE = int(np.argmax(_COVERAGE <= _TOUCHED))
"""From this much white on, a pixel is not touched by ink."""


def colors_at(picture: Pixels, at: Integers) -> Colors:
    """The colours of the pixels numbered `at`, each as one number: red in its lowest byte, then green and blue."""
    if picture.shape[2] == 4:
        return picture.view(np.uint32).ravel()[at]
    rows = np.zeros((len(at), 4), dtype=np.uint8)
    rows[:, :3] = picture.reshape(-1, 3)[at]
    return rows.view(np.uint32).ravel()


def _channel(colors: Colors, channel: int) -> Pixels:
    """Red (0), green (1) or blue (2) of each colour."""
    return np.ascontiguousarray(colors.view(np.uint8)[channel::4])


def _grey(colors: Colors) -> bool:
    """Whether red, green and blue are the same in all: text in black and grey is."""
    return not ((colors ^ colors >> 8) & 0xFFFF).any()


def _told_once(colors: Colors) -> Colors:
    """One colour, if all are the same: the ground behind letters mostly is."""
    return colors[:1] if len(colors) and (colors == colors[0]).all() else colors


def _lights(seen: Colors, behind: Colors, coverage: Plane) -> tuple[Plane, Plane]:
    """The luminance of each pixel's ink, taken apart from the ground behind it; and that of the ground, once if it is
    the same behind all."""
    behind = _told_once(behind)
    grey = _grey(seen) and _grey(behind)
    light: Plane = np.zeros(len(seen), dtype=np.float32)
    ground: Plane = np.zeros(len(behind), dtype=np.float32)
    for channel, weight in enumerate(_WEIGHTS):
        if not (grey and channel):
            under = _channel(behind, channel)
            base = under.astype(np.float32)
            full = _LINEAR[_rounded(base + (_channel(seen, channel) - base) / coverage)]
            base = _LINEAR[under]
        light += weight * full
        ground += weight * base
    return light, ground


def _contrast(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The contrast ratio of two luminances (WCAG 2.2, contrast ratio)."""
    ratio: npt.NDArray[Any] = (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
    return ratio


def _rounded(values: npt.NDArray[Any]) -> Pixels:
    whole: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return whole


def _colors(seen: Colors, behind: Colors, coverage: Plane, labels: Integers, count: int) -> tuple[Pixels, Pixels]:
    """The colour of each letter and of the ground behind it, from all its ink together: no shift can blur that."""
    weight = coverage.astype(np.float64)
    covered = np.bincount(labels, weights=weight, minlength=count + 1)[1:]
    total = np.maximum(covered, 1e-6)
    behind = _told_once(behind)
    plain = len(behind) == 1
    text, ground = np.zeros((count, 3)), np.zeros((count, 3))
    grey = _grey(seen) and _grey(behind)
    for channel in range(3):
        if grey and channel:
            ground[:, channel], text[:, channel] = ground[:, 0], text[:, 0]
            continue
        under = _channel(behind, channel).astype(np.float64)
        change = _channel(seen, channel) - under
        all_under = under * covered if plain else np.bincount(labels, weights=under * weight, minlength=count + 1)[1:]
        ground[:, channel] = all_under / total
        text[:, channel] = ground[:, channel] + np.bincount(labels, weights=change, minlength=count + 1)[1:] / total
    return _rounded(text), _rounded(ground)


def _painted(shape: tuple[int, ...], boxes: Numbers, margin: float) -> Labels:
    """A plane on which each box is filled with its number from 1. The next one is painted over it."""
    numbers: Labels = plane("numbers", shape, np.uint16 if len(boxes) < 2**16 else np.uint32, 0)
    low = np.floor(boxes[:, :2] - margin).astype(int).clip(0)
    high = np.ceil(boxes[:, 2:] + margin).astype(int).clip(0)
    for number, (x0, y0, x1, y1) in enumerate(np.concatenate([low, high], axis=1).tolist(), 1):
        numbers[y0:y1, x0:x1].fill(number)
    return numbers


def _unrest(without: Pixels, view: View, own: Integers, drawn: Drawn, shown: Shown) -> Numbers:
    """How the lightness behind each letter varies between its base line and its top: an underline stands below.

    Most of a ground has one colour: only the pixels that have another are looked at.
    """
    quiet = np.zeros(len(own))
    packed = _packed(without)
    sample, often = np.unique(packed[:: max(1, len(packed) // _SAMPLE)], return_counts=True)
    usual = sample[often.argmax()]
    other = np.flatnonzero(packed != usual)
    if not len(other):
        return quiet
    zones = view.pixels(_upper(drawn, shown, own, drawn.boxes[shown.glyphs[own]], 0.06))
    labels = _painted(without.shape[:2], zones, -0.75).ravel()
    label = labels[other]
    inside = label > 0
    if not inside.any():
        return quiet
    label, size = label[inside], len(own) + 1
    first = int(np.argmax(packed == usual))
    colors = colors_at(without, np.append(other[inside], first))
    lightness = np.cbrt(luminance(colors.view(np.uint8).reshape(-1, 4)[:, :3])).astype(np.float64)
    change = lightness[:-1] - lightness[-1]
    count = np.maximum(np.bincount(labels, minlength=size), 1)
    mean = np.bincount(label, weights=change, minlength=size) / count
    square = np.bincount(label, weights=change**2, minlength=size) / count
    return np.sqrt(np.maximum(square - mean**2, 0))[1:]


def _packed(picture: Pixels) -> npt.NDArray[np.uint32]:
    """Each pixel as one number."""
    if picture.shape[2] == 4:
        return picture.view(np.uint32).ravel()
    return np.pad(picture, ((0, 0), (0, 0), (0, 1))).view(np.uint32).ravel()


_SAMPLE = 1000
"""Pixels looked at to guess the ground's colour."""


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
