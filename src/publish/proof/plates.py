"""A press file's plates as pictures, each in its ink's colour, and where how much ink lies on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from publish.diagnostics import Failure
from publish.policy import PressProfile
from publish.press.colors import PROCESS
from publish.press.separations import Plates, plates
from publish.proof.pictures import MM, Box, data_address
from publish.theme import Color

PPI = 50.0
SMOOTH = 2
"""Fit for a picture on a screen; preflight measures on plates of its own, which are finer."""

SQUARE_MM = 15.0
"""Total ink is judged as the mean of squares of this size within the bleed (GWG 2022, R0025 and R0026)."""

MAX_INK = 400
_SAME = 1.0
"""Per cent of ink by which a square that reaches into the bleed must exceed one within the trim to be named instead."""

_LEVELS = 32
_TOTAL_INK = "total-ink"
_INKS = {"Cyan": (0, 139, 194), "Magenta": (206, 0, 112), "Yellow": (240, 204, 0), "Black": (26, 26, 26)}
_UNKNOWN_INK = (110, 110, 110)

_HEAT = (
    (0, (255, 255, 255)),
    (40, (211, 228, 238)),
    (100, (132, 184, 208)),
    (180, (64, 118, 170)),
    (240, (92, 66, 150)),
    (300, (158, 32, 110)),
    (340, (200, 16, 46)),
    (400, (70, 0, 20)),
)
"""The ink map's colours by total ink in per cent, darker where there is more and red where it is too much for most
presses; between two they mix."""

LEGEND = tuple(range(0, MAX_INK + 1, 50))


@dataclass(frozen=True, slots=True)
class Plate:
    """One ink of one sheet side: its picture, how much of the trimmed area it covers (per cent), if it is printed.

    What is not printed is a line for the machine that cuts, folds or creases.
    """

    ink: str
    address: str
    share: float
    printed: bool


@dataclass(frozen=True, slots=True)
class Separations:
    """The plates of one sheet side, drawn to the bleed: `width` and `height` in mm, those that print first.

    `empty` names the inks of which there is none here. `hottest` is the square of SQUARE_MM with the most ink, in mm
    from the trim's top left, with `most` per cent in the mean; `limit` is what the press profile allows, if it says
    so. `trim` is where on the pictures the sheet is cut.
    """

    page: int
    width: float
    height: float
    trim: Box
    plates: tuple[Plate, ...]
    empty: tuple[str, ...]
    heat: str
    hottest: Box
    most: float
    limit: float | None


def separations(
    data: bytes, trims: Mapping[int, Box], colors: Mapping[str, Color], profile: PressProfile | None
) -> tuple[Separations, ...] | str:
    """The plates of each page, or why there are none: a sentence.

    `trims` are the pages' trim boxes by number, in mm from the top left of their bleed boxes; `colors` are the theme's,
    of which those with a `spot` say what that ink looks like.
    """
    try:
        drawn = plates(data, PPI, box="bleed", smooth=SMOOTH)
    except Failure as failure:
        finding = failure.findings[0]
        return f"{finding.message} ({finding.hint})" if finding.hint else finding.message
    spots = {color.spot: _rgb(color.rgb) for color in colors.values() if color.spot}
    return tuple(_side(each, trims[each.page], spots, total_ink_limit(profile)) for each in drawn)


def total_ink_limit(profile: PressProfile | None) -> float | None:
    """The ink in per cent from which on the profile complains, if it has a rule of total ink."""
    rule = profile.rules.get(_TOTAL_INK) if profile else None
    return min(rule.limits.values(), default=None) if rule else None


def _side(drawn: Plates, trim: Box, spots: Mapping[str, tuple[int, ...]], limit: float | None) -> Separations:
    scale = drawn.ppi / 25.4
    rows, columns = (slice(round(trim[at] * scale), round(trim[at + 2] * scale)) for at in (1, 0))
    total = np.zeros((drawn.height, drawn.width), dtype=np.float32)
    made, empty = [], []
    for ink, plate in drawn.inks.items():
        printed = ink in PROCESS or ink in spots
        if printed:
            total += plate * np.float32(100 / 255)
        if not plate.any():
            empty.append(ink)
            continue
        share = float(plate[rows, columns].mean()) / 2.55
        tinted = _tinted(plate if printed else _thickened(plate), _INKS.get(ink) or spots.get(ink, _UNKNOWN_INK))
        made.append(Plate(ink, tinted, share, printed))
    hottest, most = _hottest(total[rows, columns], scale)
    (left, top, right, bottom), beyond = _hottest(total, scale)
    if beyond > most + _SAME:
        hottest, most = (left - trim[0], top - trim[1], right - trim[0], bottom - trim[1]), beyond
    return Separations(
        page=drawn.page,
        width=(drawn.box[2] - drawn.box[0]) / MM,
        height=(drawn.box[3] - drawn.box[1]) / MM,
        trim=trim,
        plates=tuple(sorted(made, key=lambda plate: not plate.printed)),
        empty=tuple(empty),
        heat=_mapped(total),
        hottest=hottest,
        most=most,
        limit=limit,
    )


def _hottest(total: npt.NDArray[np.float32], scale: float) -> tuple[Box, float]:
    """The square with the most ink, in mm from the picture's top left, and how much: its mean in per cent."""
    height, width = total.shape
    side = max(1, min(int(SQUARE_MM * scale), height, width))  # whole pixels, none of them beyond the square
    sums = np.zeros((height + 1, width + 1), dtype=np.float64)
    sums[1:, 1:] = total.cumsum(0, dtype=np.float64).cumsum(1)
    means = (sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]) / side**2
    row, column = (int(each) for each in np.unravel_index(int(means.argmax()), means.shape))
    left, top = column / scale, row / scale
    return (left, top, left + SQUARE_MM, top + SQUARE_MM), float(means[row, column])


# --- pictures ---


def _tinted(plate: npt.NDArray[np.uint8], ink: tuple[int, ...]) -> str:
    """A plate in its ink's colour on white."""
    steps = [_mixed((255, 255, 255), ink, level / (_LEVELS - 1)) for level in range(_LEVELS)]
    return _indexed(np.round(plate * ((_LEVELS - 1) / 255)).astype(np.uint8), steps)


def _thickened(plate: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Lines for a machine are hairs; here they are to be seen."""
    return np.asarray(Image.fromarray((plate > 0).astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(3)))


def _mapped(total: npt.NDArray[np.float32]) -> str:
    """Total ink as a map of colours, a step each 10 per cent."""
    steps = [heat(per_cent) for per_cent in range(0, MAX_INK + 1, 10)]
    return _indexed(np.clip(np.round(total / 10), 0, len(steps) - 1).astype(np.uint8), steps)


def heat(per_cent: float) -> tuple[int, ...]:
    """The ink map's colour for so much ink."""
    for (low, cool), (high, warm) in pairwise(_HEAT):
        if per_cent <= high:
            return _mixed(cool, warm, (per_cent - low) / (high - low))
    return _HEAT[-1][1]


def _mixed(one: tuple[int, ...], other: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))


def _indexed(levels: npt.NDArray[np.uint8], steps: list[tuple[int, ...]]) -> str:
    image = Image.fromarray(levels, "P")
    image.putpalette([part for color in steps for part in color])
    return data_address(image)


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color.removeprefix("#")))
