"""How the safety block's letters stand on the page: size, shape, direction, place, gaps, lines, order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from publish.policy import Profile
from publish.verify._pdf_block import APART, JOINED, Shown
from publish.verify._pdf_limits import (
    CONDENSED,
    EDGE_PT,
    LETTER_GAP_EM,
    LETTER_OVERLAP_EM,
    LINE_PITCH_EM,
    MM,
    SIZE_PT,
    SKEW,
    SMALL_FACTOR,
    SPREAD_PAIRS,
    STRETCHED,
    TURN_DEGREES,
    WORD_GAP_EM,
    WORD_SPREAD_EM,
)
from publish.verify._pdf_read import Drawn, Integers, Numbers

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with marked glyphs: the finding's code, what it is, and what to do in the theme."""

    code: str
    what: str
    hint: str
    places: Flags


def faults(drawn: Drawn, shown: Shown, profile: Profile, x_heights: Numbers) -> Iterator[Fault]:
    """All that is wrong with the geometry. `x_heights` are in em, by glyph of the block."""
    yield from _sizes(shown, profile, x_heights)
    yield from _shapes(drawn, shown)
    yield from _places(drawn, shown)
    yield from _gaps(drawn, shown)
    yield from _lines(drawn, shown, profile)


def _sizes(shown: Shown, profile: Profile, x_heights: Numbers) -> Iterator[Fault]:
    factor = np.where(shown.raised, SMALL_FACTOR, 1.0)
    small = shown.size < profile.min_size * factor - SIZE_PT
    if small.any():
        yield Fault(
            "pdf.safety-small",
            f"drawn at {shown.size[small].min():.1f} pt; {profile.title} asks for {profile.min_size:g} pt",
            "raise the theme's size `safety`, and look for a `font-size`, `zoom` or `transform: scale()` on the block",
            small,
        )
    heights = x_heights * shown.size / MM
    low = (heights < profile.min_x_height * factor - SIZE_PT / MM) & ~small
    if profile.min_x_height and low.any():
        yield Fault(
            "pdf.safety-small",
            f"its small letters are {heights[low].min():.2f} mm high; {profile.title} asks for an x-height of "
            f"{profile.min_x_height:g} mm",
            "raise the theme's size `safety`, or choose a face with taller small letters",
            low,
        )


def _shapes(drawn: Drawn, shown: Shown) -> Iterator[Fault]:
    em = drawn.matrices[drawn.run[shown.glyphs]]
    ratio = shown.width / np.maximum(shown.size, 1e-9)
    narrow, broad = ratio < CONDENSED, ratio > STRETCHED
    if narrow.any() or broad.any():
        places = narrow | broad
        yield Fault(
            "pdf.safety-condensed",
            f"its letters are scaled to {100 * ratio[places][0]:.0f} % of their width",
            "take `transform: scale()` away from the block; letters must stand as their face was designed",
            places,
        )
    slant = np.abs(em[:, 2] * shown.along[:, 0] + em[:, 3] * shown.along[:, 1]) / np.maximum(shown.size, 1e-9)
    if (slant > SKEW).any():
        yield Fault("pdf.safety-turned", "slanted", "take `transform: skew()` away from the block", slant > SKEW)
    mirrored: Flags = em[:, 0] * em[:, 3] - em[:, 1] * em[:, 2] < 0
    if mirrored.any():
        yield Fault("pdf.safety-mirrored", "mirrored", "take the mirroring `transform` away from the block", mirrored)
    angle = np.degrees(np.arctan2(shown.along[:, 1], shown.along[:, 0]))
    turns = np.array([sheet.turn for sheet in drawn.sheets])[shown.page]
    seen = (angle - turns + 45) % 360 - 45
    straight = np.zeros(len(seen), dtype=bool)
    for upright in (0.0, 90.0, 270.0):
        straight |= np.abs(seen - upright) <= TURN_DEGREES
    uneven = np.abs((angle - np.median(angle) + 180) % 360 - 180) > TURN_DEGREES
    turned: Flags = np.asarray((~straight | uneven) & ~mirrored)
    if turned.any():
        yield Fault(
            "pdf.safety-turned",
            f"turned by {seen[turned][0]:.0f}°; the whole block may stand upright or at a quarter turn",
            "take `transform: rotate()` away from the block or from parts of it",
            turned,
        )


def _places(drawn: Drawn, shown: Shown) -> Iterator[Fault]:
    boxes = drawn.boxes[shown.glyphs]
    trims = np.array([sheet.trim for sheet in drawn.sheets])[shown.page]
    low, high = boxes[:, :2] < trims[:, :2] - EDGE_PT, boxes[:, 2:] > trims[:, 2:] + EDGE_PT
    outside: Flags = np.asarray(low.any(axis=1) | high.any(axis=1), dtype=bool)
    if outside.any():
        yield Fault(
            "pdf.safety-off-page",
            "stands outside the page as it is trimmed",
            "look for positions, negative margins, fixed widths or `white-space: nowrap` on the block; let it break "
            "over pages",
            outside,
        )


def line_breaks(drawn: Drawn, shown: Shown) -> tuple[Flags, Numbers, Numbers]:
    """For each glyph but the first: whether it begins a line, and how far along and up it is from the one before."""
    x, y = drawn.x[shown.glyphs], drawn.y[shown.glyphs]
    dx, dy = np.diff(x), np.diff(y)
    along = dx * shown.along[:-1, 0] + dy * shown.along[:-1, 1]
    up = dx * shown.up[:-1, 0] + dy * shown.up[:-1, 1]
    size = np.maximum(shown.size[:-1], shown.size[1:])
    least = np.maximum(0.6 * np.minimum(shown.size[:-1], shown.size[1:]), 0.4 * size)
    breaks = (np.diff(shown.leaf) != 0) | (np.abs(up) >= least) | (along < -0.5 * size - shown.width[:-1])
    return breaks, along, up


def _gaps(drawn: Drawn, shown: Shown) -> Iterator[Fault]:
    if len(shown.glyphs) < 2:
        return
    breaks, along, _ = line_breaks(drawn, shown)
    em = np.minimum(shown.width[:-1], shown.width[1:])
    gap = (along - drawn.advance[shown.glyphs[:-1]]) / np.maximum(em, 1e-9)
    inside, want = ~breaks, shown.gaps[1:]
    same_text = np.diff(shown.wanted.where[shown.letter]) == 0
    yield from _gap_faults(inside & (want == JOINED) & (gap < -LETTER_OVERLAP_EM), 0, _CROWDED)
    yield from _gap_faults(inside & (want == APART) & (gap < -LETTER_OVERLAP_EM), 0, _CROWDED)
    letter_gaps = gap[inside & (want == JOINED)]
    usual = max(0.0, float(np.median(letter_gaps))) if len(letter_gaps) else 0.0
    tight = inside & (want == APART) & (gap >= -LETTER_OVERLAP_EM) & (gap < WORD_GAP_EM + usual)
    yield from _gap_faults(tight, 0, _RUN_TOGETHER)
    yield from _gap_faults(inside & (want == JOINED) & (gap > LETTER_GAP_EM), SPREAD_PAIRS, _SPREAD)
    yield from _gap_faults(inside & same_text & (want == APART) & (gap > WORD_SPREAD_EM), SPREAD_PAIRS, _SCATTERED)


_CROWDED = (
    "its letters stand on top of each other",
    "take the negative `letter-spacing` or `word-spacing`, or the zero width, away from the block",
)
_RUN_TOGETHER = (
    "its words run together, with no gap where the source has a space",
    "take the negative `word-spacing` away from the block",
)
_SPREAD = (
    "its letters stand so far apart that they make no words",
    "set the block's `letter-spacing` to 0.2em or less",
)
_SCATTERED = ("its words are scattered far apart", "take the `word-spacing` away from the block")


def _gap_faults(pairs: Flags, passed: int, says: tuple[str, str]) -> Iterator[Fault]:
    if int(pairs.sum()) > passed:
        yield Fault("pdf.safety-spacing", *says, np.concatenate([[False], pairs]))


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Lines as arrays: the first glyph of each, page, extent along the base line, height of the base line, size."""

    first: Integers
    page: Integers
    left: Numbers
    right: Numbers
    base: Numbers
    size: Numbers


def _lines(drawn: Drawn, shown: Shown, profile: Profile) -> Iterator[Fault]:
    if len(shown.glyphs) < 2:
        return
    breaks, _, _ = line_breaks(drawn, shown)
    first = np.concatenate([[0], np.nonzero(breaks)[0] + 1])
    lines = _measured(drawn, shown, first)
    count = len(shown.glyphs)
    step = np.diff(lines.page) == 0
    over = np.minimum(lines.right[1:], lines.right[:-1]) - np.maximum(lines.left[1:], lines.left[:-1])
    size = np.minimum(lines.size[1:], lines.size[:-1])
    above = step & (over > 0.5 * size)
    pitch = lines.base[:-1] - lines.base[1:]
    passage = shown.wanted.where[shown.letter[first]]
    onward = (pitch > 0.3 * size) | (lines.left[1:] > lines.right[:-1] - 0.5 * size)
    backward = (np.diff(lines.page) < 0) | (above & (pitch < -0.3 * size))
    backward |= step & (np.diff(passage) == 0) & ~onward
    if backward.any():
        yield Fault(
            "pdf.safety-order",
            "stands above the words that come before it in the source",
            "take `order`, `flex-direction: column-reverse`, grid placement or absolute positions away from the block",
            _from(lines, np.concatenate([[False], backward]), count),
        )
    stacked = above & (pitch > 0)
    close = stacked & (pitch < LINE_PITCH_EM * size)
    if close.any():
        yield Fault(
            "pdf.safety-spacing",
            f"its lines are {pitch[close].min():.1f} pt apart and run into each other",
            "set the block's `line-height` to 1.2 or more",
            _from(lines, np.concatenate([[False], close]), count),
        )
    tight = stacked & (pitch < profile.min_leading * MM - SIZE_PT) & ~close
    if profile.min_leading and tight.any():
        yield Fault(
            "pdf.safety-leading",
            f"its lines are {pitch[tight].min() / MM:.2f} mm apart; {profile.title} asks for "
            f"{profile.min_leading:g} mm from base line to base line",
            "raise the theme's leading or the block's `line-height`",
            _from(lines, np.concatenate([[False], tight]), count),
        )
    crossed = _crossed(lines)
    crossed[1:] &= ~close
    if crossed.any():
        yield Fault(
            "pdf.safety-spacing",
            "other lines of the block are drawn over it",
            "look for positions, negative margins or a zero `line-height` on parts of the block",
            _from(lines, crossed, count),
        )


def _measured(drawn: Drawn, shown: Shown, first: Integers) -> _Line:
    """Lengths are taken along the direction of the block's first glyph; pages of one block are set alike."""
    along, up = shown.along[0], shown.up[0]
    boxes = drawn.boxes[shown.glyphs]
    ends = np.stack([boxes[:, :2] @ along, boxes[:, 2:] @ along])
    base = np.stack([drawn.x[shown.glyphs], drawn.y[shown.glyphs]], axis=1) @ up
    biggest = np.maximum.reduceat(shown.size, first)
    group = np.repeat(np.arange(len(first)), np.diff(np.concatenate([first, [len(base)]])))
    largest = np.lexsort((-shown.size, group))[first]
    return _Line(
        first,
        shown.leaf[first],
        np.minimum.reduceat(ends.min(axis=0), first),
        np.maximum.reduceat(ends.max(axis=0), first),
        base[largest],
        biggest,
    )


def _crossed(lines: _Line) -> Flags:
    """The lines whose small letters meet those of another line of the block, page by page."""
    found = np.zeros(len(lines.first), dtype=bool)
    for page in np.unique(lines.page):
        own = np.nonzero(lines.page == page)[0]
        for start in range(0, len(own), 500):
            some = own[start : start + 500]
            wide = np.minimum(lines.right[some, None], lines.right[None, own]) - np.maximum(
                lines.left[some, None], lines.left[None, own]
            )
            tops = lines.base + 0.42 * lines.size
            high = np.minimum(tops[some, None], tops[None, own]) - np.maximum(
                lines.base[some, None], lines.base[None, own]
            )
            least = np.minimum(lines.size[some, None], lines.size[None, own])
            meets = (wide > 0.1 * least) & (high > 0.1 * least) & (some[:, None] != own[None, :])
            found[some] |= meets.any(axis=1)
    return found


def _from(lines: _Line, chosen: Flags, count: int) -> Flags:
    """The glyphs of the chosen lines."""
    lengths = np.diff(np.concatenate([lines.first, [count]]))
    return np.repeat(chosen, lengths)
