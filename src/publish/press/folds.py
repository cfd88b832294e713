"""Fold formats: which panels a folded sheet has, how wide each is, and where it stands on the flat sheet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from publish.diagnostics import Place, did_you_mean, refuse
from publish.model import Press

STOCKS_MM: Mapping[str, tuple[float, float]] = {
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "tabloid": (279.4, 431.8),
    "a3": (297.0, 420.0),
    "a4": (210.0, 297.0),
    "a5": (148.0, 210.0),
    "dl": (99.0, 210.0),
}
"""Flat sheets by name, width × height in mm, upright (ISO 216; ANSI/ASME Y14.1; DL is a third of A4)."""

FEWEST, MOST = 2, 12
"""The panels a side that a roll or an accordion may have."""

NARROWEST_MM = 40.0
"""A narrower panel holds no line of text that can be read."""

WIDEST_MM = 1500.0
"""The longer side of the largest sheets that presses take is 1.4 m."""

_ROUNDING_MM = 0.05


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of one side. `number` counts in reading order from 1; `left` is its edge on the flat side, in mm."""

    number: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the flat sheet, its panels from left to right as one looks at it: `outside` or `inside`."""

    name: str
    panels: tuple[Panel, ...]

    @property
    def folds(self) -> tuple[float, ...]:
        """Where the sheet is folded, in mm from the left edge of this side."""
        return tuple(panel.left for panel in self.panels[1:])


@dataclass(frozen=True, slots=True)
class FoldedSheet:
    """A folded piece: the flat sheet's width and height in mm and its two sides, the one with the cover first."""

    fold: str
    title: str
    width: float
    height: float
    sides: tuple[Side, ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels in reading order."""
        return tuple(sorted((p for side in self.sides for p in side.panels), key=lambda panel: panel.number))


def fold_names() -> tuple[str, ...]:
    """The fold formats there are."""
    return tuple(_folds())


def folded(press: Press, page: tuple[float, float], compensation: Mapping[str, float], place: Place) -> FoldedSheet:
    """The sheet that the front matter asks for. `page`: the theme's page in mm, the stock where none is named.

    `compensation` by fold in mm, where the press profile has its own. Raises Refused when fold, stock and panels do
    not fit together; `place` is where the front matter says so.
    """
    fold = _folds().get(press.fold)
    if fold is None:
        raise refuse(
            "press.fold-unknown",
            f"there is no fold “{press.fold}”",
            press.place("fold", place),
            did_you_mean(press.fold, _folds()),
        )
    count = _count(press, fold, place)
    width, height = _stock(press, page, count, place)
    outside, inside = _orders(fold, count)
    own = compensation.get(press.fold, float(fold.get("compensation", 0)))
    widths = _given(press, fold, width, count, place) if press.widths else _widths(fold, count, width, own)
    if min(widths) < NARROWEST_MM:
        raise refuse(
            "press.fold-size",
            f"a {fold['title']} of {count} panels on {width:g} mm makes a panel of {min(widths):.1f} mm; "
            f"no text can be read on less than {NARROWEST_MM:g} mm",
            press.place("widths" if press.widths else "stock", place),
            "take a wider `stock`, or fewer panels",
        )
    sides = (_side("outside", outside, widths[::-1]), _side("inside", inside, widths))
    return FoldedSheet(press.fold, str(fold["title"]), width, height, sides)


def refuse_sheet(press: Press, place: Place) -> None:
    """Raise Refused when the front matter says what only a folded sheet has, and no fold."""
    said = [key for key in ("stock", "panels", "widths") if getattr(press, key)]
    if said:
        raise refuse(
            "press.fold-missing",
            f"`{said[0]}` is given, but no `fold`; without a fold the pages are the theme's",
            press.place(said[0], place),
            "write `fold: single-sheet`, or another fold, beside it; or take it out",
        )


@cache
def _folds() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("publish").joinpath("press", "folds.toml").read_text(encoding="utf-8"))


def _count(press: Press, fold: Mapping[str, Any], place: Place) -> int:
    """How many panels a side has."""
    if not fold.get("open"):
        count = len(fold["inside"])
        if press.panels not in (None, count):
            raise refuse(
                "press.fold-panels",
                f"a {fold['title']} has {count} panels a side, not {press.panels}",
                press.place("panels", place),
                "take `panels` out, or choose `roll` or `accordion`, which have as many as you say",
            )
        return count
    count = press.panels or len(press.widths)
    if not FEWEST <= count <= MOST:
        raise refuse(
            "press.fold-panels",
            f"a {fold['title']} has {FEWEST} to {MOST} panels a side; the front matter says {count or 'nothing'}",
            press.place("panels", place),
            "write how many the sheet is folded into, such as `panels: 4`",
        )
    return count


def _stock(press: Press, page: tuple[float, float], count: int, place: Place) -> tuple[float, float]:
    """The flat sheet's width and height: what is folded lies crosswise, what is not stands upright."""
    name, _, turn = press.stock.strip().lower().partition(" ")
    free = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)(?:\s*mm)?", press.stock.strip().lower())
    if free:
        return _free(float(free[1]), float(free[2]), press.place("stock", place))
    if name and (name not in STOCKS_MM or turn not in ("", "portrait", "landscape")):
        raise refuse(
            "press.stock-unknown",
            f"there is no stock “{press.stock}”",
            press.place("stock", place),
            did_you_mean(name, STOCKS_MM) + "; “a4 portrait” turns it; “300 x 210” is any size in mm",
        )
    short, long = sorted(STOCKS_MM[name] if name else page)
    upright = turn == "portrait" or (not turn and count == 1)
    if not name and count == 1:
        return page
    return (short, long) if upright else (long, short)


def _free(width: float, height: float, place: Place) -> tuple[float, float]:
    if not NARROWEST_MM <= min(width, height) <= max(width, height) <= WIDEST_MM:
        raise refuse(
            "press.fold-size",
            f"a sheet of {width:g} × {height:g} mm cannot be printed as a leaflet: "
            f"each side must be {NARROWEST_MM:g} to {WIDEST_MM:g} mm long",
            place,
            "give the flat sheet's width and height in mm, such as “300 x 210”",
        )
    return width, height


def _orders(fold: Mapping[str, Any], count: int) -> tuple[list[int], list[int]]:
    """The panels' numbers on the outside and the inside, from left to right."""
    if not fold.get("open"):
        return list(fold["outside"]), list(fold["inside"])
    return [*range(count + 2, 2 * count + 1), 1], list(range(2, count + 2))


def _widths(fold: Mapping[str, Any], count: int, width: float, compensation: float) -> list[float]:
    """The inside's panels from left to right, which together are as wide as the sheet."""
    shares, steps = _shape(fold, count)
    unit = (width - compensation * sum(steps)) / sum(shares)
    return [unit * share + compensation * step for share, step in zip(shares, steps, strict=True)]


def _shape(fold: Mapping[str, Any], count: int) -> tuple[list[int], list[int]]:
    """Each panel's share of the sheet, and how many compensations it is wider or narrower."""
    steps = fold.get("steps", [0] * count)
    if steps == "rolled":
        steps = [0, *(-index for index in range(count - 1))]
    return fold.get("shares", [1] * count), steps


def _given(press: Press, fold: Mapping[str, Any], width: float, count: int, place: Place) -> list[float]:
    """The widths that the front matter gives, held against fold and stock."""
    place = press.place("widths", place)
    if len(press.widths) != count:
        raise refuse(
            "press.fold-panels",
            f"`widths` names {len(press.widths)} panels; this fold has {count} a side",
            place,
            "give the width in mm of each panel of the inside, from left to right",
        )
    if abs(sum(press.widths) - width) > _ROUNDING_MM:
        raise refuse(
            "press.fold-size",
            f"the panels are together {sum(press.widths):g} mm wide, the stock is {width:g} mm",
            place,
            f"make them {abs(sum(press.widths) - width):.2f} mm "
            f"{'wider' if sum(press.widths) < width else 'narrower'} in all, or name another `stock`",
        )
    _refuse_jam(press.widths, fold, count, place)
    return list(press.widths)


def _refuse_jam(widths: Sequence[float], fold: Mapping[str, Any], count: int, place: Place) -> None:
    """A panel that is folded in must be shorter than those around it, or it is crushed in their crease."""
    shares, steps = _shape(fold, count)
    for inner in range(count):
        room = min((widths[each] / shares[each] for each in range(count) if steps[each] > steps[inner]), default=None)
        if room is not None and widths[inner] / shares[inner] >= room:
            raise refuse(
                "press.fold-size",
                f"panel {inner + 1} of the inside is folded in: its {widths[inner]:g} mm do not go into {room:g} mm",
                place,
                f"make it narrower than its room by {fold['compensation']:g} mm or more, or take `widths` out",
            )


def _side(name: str, numbers: list[int], widths: list[float]) -> Side:
    panels, left = [], 0.0
    for number, width in zip(numbers, widths, strict=True):
        panels.append(Panel(number, left, width))
        left += width
    return Side(name, tuple(panels))
