"""Whether words outside the safety block can be read at all: size, shape, direction, room and contrast.

Far weaker than what is asked of the safety block, so that any honest design passes: nobody reads less than this.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from publish.diagnostics import Finding, Place
from publish.verify._pdf_block import Shown
from publish.verify._pdf_geometry import Flags, line_breaks
from publish.verify._pdf_limits import (
    CONTRAST_ROUNDING,
    LEAST_CONTRAST,
    LEAST_MARK_PT,
    LEAST_PT,
    MARK_LETTERS,
    NARROWEST,
    SIZE_PT,
    STACKED_LETTERS,
    STEEPEST,
    UNSEEN_LETTERS,
)
from publish.verify._pdf_measure import Ink
from publish.verify._pdf_read import Drawn, Integers

_PIXELS = 3
"""Pixels a pt of the grid on which boxes of letters are laid over each other."""


def illegible(name: str, drawn: Drawn, shown: Shown, asked: Flags, seen: Ink) -> Iterator[Finding]:
    """One finding for each thing that keeps a reader from the words of the glyphs `asked` for."""
    told = np.zeros(len(shown.glyphs), dtype=bool)
    for found, least, what, hint in _faults(drawn, shown, seen):
        places: Flags = found & asked & ~told
        told |= found
        if int(places.sum()) > least:
            yield Finding(
                "pdf.words-illegible",
                f"{shown.words(places)} cannot be read: {what}",
                Place(name, page=int(shown.page[np.nonzero(places)[0][0]]) + 1),
                hint,
            )


def _faults(drawn: Drawn, shown: Shown, seen: Ink) -> Iterator[tuple[Flags, int, str, str]]:
    """What is wrong, with how many letters may be so, what to say of it and what to do; the plainest cause first."""
    small = _small(drawn, shown)
    size = shown.size[small].min() if small.any() else 0.0
    scaled = "look in the theme for a `font-size`, `zoom` or `transform: scale()` that makes them so small"
    yield (
        small,
        0,
        f"drawn at {size:.2g} pt; {LEAST_PT:g} pt is the least, {LEAST_MARK_PT:g} pt for raised marks",
        scaled,
    )
    em = drawn.matrices[drawn.run[shown.glyphs]]
    mirrored: Flags = em[:, 0] * em[:, 3] - em[:, 1] * em[:, 2] < 0
    yield mirrored, 0, "mirrored", "take the mirroring `transform` away"
    angle = np.degrees(np.arctan2(shown.along[:, 1], shown.along[:, 0]))
    turns = np.array([sheet.turn for sheet in drawn.sheets])[shown.page]
    upside_down: Flags = np.abs((angle - turns + 180) % 360 - 180) > 135
    yield upside_down, 0, "upside down", "take the `transform: rotate()` away, or turn by 90 degrees at most"
    ratio = shown.width / np.maximum(shown.size, 1e-9)
    narrow: Flags = ratio < NARROWEST
    part = 100 * ratio[narrow].min() if narrow.any() else 0.0
    yield narrow, 0, f"squeezed to {part:.0f} % of their width", "take the `transform: scaleX()` away"
    slant = np.abs(em[:, 2] * shown.along[:, 0] + em[:, 3] * shown.along[:, 1]) / np.maximum(shown.size, 1e-9)
    yield slant > STEEPEST, 0, "slanted too steeply", "take the `transform: skew()` away"
    stacked = "letters stand on top of each other"
    spacing = "look in the theme for negative `letter-spacing` or margins, a low `line-height`, and positions"
    yield _stacked(drawn, shown), STACKED_LETTERS, stacked, spacing
    pale: Flags = (seen.core > 0) & (seen.contrast < LEAST_CONTRAST * CONTRAST_ROUNDING)
    ratio_told = (
        f"the contrast is {seen.contrast[pale].min() if pale.any() else 1:.1f}:1; {LEAST_CONTRAST:g}:1 is the least"
    )
    yield pale, UNSEEN_LETTERS, ratio_told, "give the text a darker colour, or a lighter one on a dark ground"


def _small(drawn: Drawn, shown: Shown) -> Flags:
    """The glyphs under the least size. A few that stand in a line beside larger ones are marks: theirs is lower."""
    small: Flags = shown.size < LEAST_PT - SIZE_PT
    if not small.any() or len(small) < 2:
        return small
    breaks, _, _ = line_breaks(drawn, shown)
    starts = np.concatenate([[0], np.nonzero(breaks | (np.diff(small.astype(int)) != 0))[0] + 1, [len(small)]])
    for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        beside = (start > 0 and not breaks[start - 1]) or (end < len(small) and not breaks[end - 1])
        mark = end - start <= MARK_LETTERS and beside and shown.size[start:end].min() >= LEAST_MARK_PT - SIZE_PT
        if small[start] and mark:
            small[start:end] = False
    return small


def _stacked(drawn: Drawn, shown: Shown) -> Flags:
    """The glyphs in the middle of which another letter stands."""
    boxes = drawn.boxes[shown.glyphs]
    found = np.zeros(len(boxes), dtype=bool)
    for page in np.unique(shown.page).tolist():
        left, bottom, right, top = drawn.sheets[page].visible
        own = np.nonzero(shown.page == page)[0]
        edges = ((boxes[own] - np.array([left, bottom, left, bottom])) * _PIXELS).round().astype(int)
        wide, high = int((right - left) * _PIXELS) + 1, int((top - bottom) * _PIXELS) + 1
        within = (edges[:, :2] >= 0).all(axis=1) & (edges[:, 2] < wide) & (edges[:, 3] < high)
        own, edges = own[within], edges[within]
        found[own] = _boxes_over(edges, (edges[:, :2] + edges[:, 2:]) // 2) > 1
    return found


def _boxes_over(boxes: Integers, points: Integers) -> Integers:
    """How many of the boxes (left, bottom, right, top, all in them) each point lies in."""
    counts = np.zeros(len(points), dtype=np.int64)
    boxes = boxes[np.argsort(boxes[:, 1])]
    bottoms, tallest = boxes[:, 1], (boxes[:, 3] - boxes[:, 1]).max(initial=0)
    order = np.argsort(points[:, 1], kind="stable")
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        x, y = points[some, :1], points[some, 1:]
        near = boxes[np.searchsorted(bottoms, y.min() - tallest) : np.searchsorted(bottoms, y.max(), side="right")]
        counts[some] = (
            (near[:, 0] <= x) & (x <= near[:, 2]) & (near[:, 1] <= y) & (y <= near[:, 3])
        ).sum(axis=1)  # fmt: skip
    return counts


_AT_ONCE = 128
"""Points held against the boxes at a time: a line or two, so that few boxes are near."""
