"""Codes that machines read on the sheet: pharmacode, Data Matrix, GS1 DataMatrix and QR, as black rectangles in mm."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from publish.diagnostics import Finding, Place, Refused, refuse
from publish.model import NOWHERE, Press, PressCode

if TYPE_CHECKING:
    from publish.press._matrices import Rows

Bar = tuple[float, float, float, float]
"""A black rectangle: left, top, width, height in mm from the symbol's top left."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in mm."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code as it is drawn, in mm. `quiet` are the zones around it that stay free: left, top, right, bottom.

    `module` is the width of the smallest element, `says` what a reader must say of it. Neighbouring bars touch: fill
    them as one path, or a coarse screen shows seams.
    """

    kind: str
    says: str
    width: float
    height: float
    module: float
    quiet: tuple[float, float, float, float]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a code stands: the panel in reading order from 1, and the symbol's top left in mm from the panel's."""

    code: PressCode
    symbol: Symbol
    panel: int
    x: float
    y: float

    @property
    def clear(self) -> Box:
        """The symbol with its quiet zone: left, top, right, bottom in mm on the panel."""
        left, top, right, bottom = self.symbol.quiet
        return (
            self.x - left, self.y - top, self.x + self.symbol.width + right, self.y + self.symbol.height + bottom
        )  # fmt: skip


def symbol(code: PressCode, place: Place) -> Symbol:
    """The code as rectangles. Raises Refused when it cannot be made; `place` is where the front matter says it."""
    kind = code_data(code.kind)
    module = code.module or float(kind["module-mm"])
    if module < kind["least-module-mm"]:
        raise refuse(
            "press.code-module",
            f"a module of {module:g} mm is too fine for a {kind['title']}: ink fills the gaps on the paper of leaflets",
            place,
            f"give at least {kind['least-module-mm']:g} mm, or take `module` out for {kind['module-mm']:g} mm",
        )
    if code.kind == "pharmacode":
        return _pharmacode(code.value, module, kind, place)
    says, rows = _said(code, place)
    left, top, right, bottom = (each * module for each in kind["quiet-modules"])
    from publish.press._matrices import merged  # only here: what draws codes loads slowly, and few leaflets have one

    bars = tuple((x * module, y * module, w * module, h * module) for x, y, w, h in merged(rows))
    return Symbol(
        code.kind, says, len(rows[0]) * module, len(rows) * module, module, (left, top, right, bottom), bars
    )  # fmt: skip


def spot(
    code: PressCode, symbol: Symbol, panel_width: float, panel_height: float, margin: float
) -> tuple[float, float]:
    """The symbol's top left in mm from the panel's: in its corner, its quiet zone `margin` mm from the edges."""
    left, top, right, bottom = symbol.quiet
    upper, _, side = code.corner.partition("-")
    x = margin + left if side == "left" else panel_width - margin - right - symbol.width
    y = margin + top if upper == "top" else panel_height - margin - bottom - symbol.height
    return x, y


def room(symbol: Symbol, margin: float) -> float:
    """The height in mm of the strip along the panel's upper or lower edge that the code takes, margin included."""
    _, top, _, bottom = symbol.quiet
    return margin + top + symbol.height + bottom


def standing(
    codes: Sequence[PressCode], panels: Sequence[tuple[float, float]], margin: float, place: Place
) -> tuple[Standing, ...]:
    """Where each code stands. `panels` are width and height in mm, in reading order.

    Raises Refused when a code cannot be made, its panel is not there or has no room for it, or two stand in one place.
    """
    found: list[Standing] = []
    for code in codes:
        at = written(code, place)
        number = _panel(code, len(panels), at)
        drawn = symbol(code, at)
        width, height = panels[number - 1]
        one = Standing(code, drawn, number, *spot(code, drawn, width, height, margin))
        _fits(one, width, height, margin, at)
        for other in found:
            if other.panel == number and _overlap(one.clear, other.clear):
                raise refuse(
                    "press.code-room",
                    f"on panel {number} the {_title(code)} in the {code.corner} and the {_title(other.code)} in the "
                    f"{other.code.corner} stand in each other's quiet zone; no machine could read them",
                    at,
                    "give one of them another `panel` or `corner`",
                )
        found.append(one)
    return tuple(found)


def check_codes(press: Press, place: Place, panels: int | None = None) -> Iterator[Finding]:
    """What is wrong with the codes of the front matter, all of it, before anything is drawn.

    `panels`: how many the piece has on both sides together, or how many pages; None where that is not known yet.
    """
    taken: dict[tuple[int | None, str], PressCode] = {}
    for code in press.codes:
        at = written(code, place)
        try:
            symbol(code, at)
            number = _panel(code, panels, at) if panels is not None else code.panel
        except Refused as error:
            yield from error.findings
            continue
        other = taken.setdefault((number, code.corner), code)
        if other is not code:
            yield Finding(
                "press.code-room",
                f"the {_title(other)} and the {_title(code)} stand in one corner, {code.corner}, of one panel",
                at,
                "give one of them another `panel` or `corner`",
            )


def written(code: PressCode, otherwise: Place) -> Place:
    """Where the front matter says a code; `otherwise` for one that stands in none."""
    return code.place if code.place != NOWHERE else otherwise


@cache
def _data() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("publish").joinpath("press", "codes.toml").read_text(encoding="utf-8"))


def code_data(kind: str) -> Mapping[str, Any]:
    """What is known of a kind of code: codes.toml."""
    return _data()[kind]


def _title(code: PressCode) -> str:
    return str(code_data(code.kind)["title"])


def _panel(code: PressCode, panels: int | None, place: Place) -> int:
    number = code.panel or panels or 1
    if panels is not None and number > panels:
        raise refuse(
            "press.code-panel",
            f"the {_title(code)} is to stand on panel {number}; there are {panels}",
            place,
            "count the panels in reading order from 1, the front cover; without `panel` it is the last",
        )
    return number


def _fits(one: Standing, width: float, height: float, margin: float, place: Place) -> None:
    left, top, right, bottom = one.clear
    across, down = right - left + 2 * margin, bottom - top + 2 * margin
    if across <= width and down <= height:
        return
    asked, there = (across, width) if across > width else (down, height)
    raise refuse(
        "press.code-room",
        f"the {_title(one.code)} takes {asked:.1f} mm with its quiet zone and the margin; "
        f"panel {one.panel} is {there:.1f} mm {'wide' if across > width else 'high'}",
        place,
        f"say less in it, or give a `module` smaller than {one.symbol.module:g} mm",
    )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _said(code: PressCode, place: Place) -> tuple[str, Rows]:
    """What a reader says of a code of modules, and the modules."""
    from publish.press._matrices import data_matrix, gs1_data_matrix, qr

    if code.kind == "gs1-data-matrix":
        return gs1_data_matrix(code.value, place)
    return code.value, qr(code.value, place) if code.kind == "qr" else data_matrix(code.value, place)


def _pharmacode(value: str, module: float, kind: Mapping[str, Any], place: Place) -> Symbol:
    """Thin and thick bars, read from the left; the right one weighs 1 or 2, each further left twice as much."""
    least, most = kind["least"], kind["most"]
    if not re.fullmatch(r"[1-9][0-9]{0,9}", value) or not least <= int(value) <= most:
        raise refuse(
            "press.code-value",
            f"“{value}” is no pharmacode: it is a whole number from {least} to {most}",
            place,
            "write the number that the packer gave, in digits only and without zeros in front",
        )
    number = int(value)
    thick: list[bool] = []
    while number:
        thick.insert(0, number % 2 == 0)
        number = (number - 2) // 2 if thick[0] else (number - 1) // 2
    bars, x = [], 0.0
    for each in thick:
        width = module * (kind["thick-modules"] if each else 1)
        bars.append((x, 0.0, width, float(kind["height-mm"])))
        x += width + module * kind["gap-modules"]
    left, top, right, bottom = (float(each) for each in kind["quiet-mm"])
    end = x - module * kind["gap-modules"]
    return Symbol("pharmacode", value, end, float(kind["height-mm"]), module, (left, top, right, bottom), tuple(bars))
