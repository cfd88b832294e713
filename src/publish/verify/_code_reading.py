"""Readers of codes that share nothing with those who write them: zxing-cpp, and one of our own for pharmacodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import zxingcpp

from publish.verify._code_limits import UNKNOWN_BARS, UNKNOWN_HEIGHT_MM, UNKNOWN_QUIET_GAPS, UNKNOWN_TOLERANCE
from publish.verify._code_pictures import Box, Grid, Mask

_FORMATS = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.MicroQRCode,
        zxingcpp.BarcodeFormat.Aztec,
        zxingcpp.BarcodeFormat.PDF417,
        zxingcpp.BarcodeFormat.EAN13,
        zxingcpp.BarcodeFormat.UPCA,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.DataBar,
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A code that was read: its kind as the front matter names it (or the reader's own), what it says, where, in mm."""

    kind: str
    says: str
    box: Box
    turned: int = 0


def shown(reading: Reading) -> str:
    """What a reading says, fit for a message."""
    return "".join(each if each.isprintable() else f"<{ord(each):02X}>" for each in reading.says[:60])


def read_matrices(dark: Mask, grid: Grid, inverted: bool = False) -> list[Reading]:
    """Every code of modules, and every bar code with a check digit, that a picture shows."""
    image = np.where(dark ^ inverted, 0, 255).astype(np.uint8)
    found = zxingcpp.read_barcodes(
        image,
        formats=_FORMATS,
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=zxingcpp.Binarizer.FixedThreshold,
    )
    return [_reading(each, grid) for each in found if each.valid]


def _reading(found: zxingcpp.Barcode, grid: Grid) -> Reading:
    kind = {"DataMatrix": "data-matrix", "QRCode": "qr"}.get(found.format.name, str(found.format))
    if kind == "data-matrix" and found.content_type == zxingcpp.ContentType.GS1:
        kind = "gs1-data-matrix"
    at = found.position
    corners = np.array([(each.x, each.y) for each in (at.top_left, at.top_right, at.bottom_left, at.bottom_right)])
    low, high = corners.min(axis=0) / grid.scale, corners.max(axis=0) / grid.scale
    box = (grid.left + low[0], grid.top + low[1], grid.left + high[0], grid.top + high[1])
    return Reading(kind, found.text, tuple(float(each) for each in box), found.orientation)  # type: ignore[arg-type]


# --- pharmacode ---


@dataclass(frozen=True, slots=True)
class Stroke:
    """One bar of a pharmacode as it is measured: left, top, right, bottom in mm."""

    left: float
    top: float
    right: float
    bottom: float


def strokes(dark: Mask, grid: Grid, box: Box, core: Box) -> list[Stroke] | None:
    """The upright bars that cross the middle half of a box in mm; None when something blurs those in its `core`."""
    middle = (box[0], box[1] + (box[3] - box[1]) * 0.25, box[2], box[3] - (box[3] - box[1]) * 0.25)
    rows, columns = grid.window(middle)
    share = dark[rows, columns].mean(axis=0) if dark[rows, columns].size else np.zeros(0)
    blurred = np.flatnonzero((share > 0.02) & (share < 0.98)) + columns.start
    own = grid.window(core)[1]
    if np.count_nonzero((blurred >= own.start) & (blurred < own.stop)) > 2:
        return None
    found = []
    for start, end in _runs(share > 0.5):
        upright = dark[:, columns.start + start : columns.start + end].mean(axis=1) > 0.5
        centre = (rows.start + rows.stop) // 2
        above, below = np.nonzero(~upright[:centre])[0], np.nonzero(~upright[centre:])[0]
        top = int(above[-1]) + 1 if above.size else 0
        bottom = centre + int(below[0]) if below.size else len(upright)
        left = grid.left + (columns.start + start) / grid.scale
        right = grid.left + (columns.start + end) / grid.scale
        found.append(Stroke(left, grid.top + top / grid.scale, right, grid.top + bottom / grid.scale))
    return found


def value(widths: Sequence[float], module: float) -> int:
    """What bars of these widths say, from left to right: 1 or 2 for thin or thick, weighed by powers of two."""
    number = 0
    for width in widths:
        number = 2 * number + (2 if width > 2 * module else 1)
    return number


def find_pharmacodes(dark: Mask, grid: Grid) -> Iterator[Reading]:
    """What looks like a pharmacode of any size: bars and gaps in its proportions, the same over some height."""
    step = max(1, round(grid.scale))
    growing: dict[tuple[int, ...], int] = {}
    for row in range(0, grid.height + step, step):
        rows = set(_sequences(dark[row], grid)) if row < grid.height else set()
        for runs in [each for each in growing if each not in rows]:
            start = growing.pop(runs)
            if (row - start) / grid.scale >= UNKNOWN_HEIGHT_MM:
                yield _unasked(runs, start, row, grid)
        for runs in rows:
            growing.setdefault(runs, row)


def _sequences(row: Mask, grid: Grid) -> Iterator[tuple[int, ...]]:
    """The edges of bars in one row of pixels that stand as a pharmacode's do, with nothing close by on either side."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8))).tolist()
    lengths = [end - start for start, end in pairwise(edges)]
    start = 0
    while start + 2 * UNKNOWN_BARS - 1 <= len(lengths):
        end = start
        gap = lengths[start + 1]
        while _bar(lengths[end], gap) and end + 2 < len(lengths) and _like(lengths[end + 1], gap):
            end += 2
        bars = (end - start) // 2 + 1
        before = lengths[start - 1] if start else len(row)
        after = lengths[end + 1] if end + 1 < len(lengths) else len(row)
        alone = min(before, after) > UNKNOWN_QUIET_GAPS * gap
        if bars >= UNKNOWN_BARS and _bar(lengths[end], gap) and alone and gap > grid.scale / 2:
            yield tuple(edges[start : end + 2])
        start = end + 2 if end > start else start + 2


def _like(length: int, wanted: float) -> bool:
    return abs(length - wanted) <= max(1.5, UNKNOWN_TOLERANCE * wanted)


def _bar(length: int, gap: int) -> bool:
    return _like(length, gap / 2) or _like(length, gap * 1.5)


def _unasked(runs: tuple[int, ...], top: int, bottom: int, grid: Grid) -> Reading:
    widths = [float(end - start) for start, end in zip(runs[::2], runs[1::2], strict=True)]
    says = value(widths, (runs[2] - runs[1]) / 2)
    box = (runs[0], top, runs[-1], bottom)
    left, upper, right, lower = (each / grid.scale for each in box)
    return Reading("pharmacode", str(says), (grid.left + left, grid.top + upper, grid.left + right, grid.top + lower))


def _runs(line: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
