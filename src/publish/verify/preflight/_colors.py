"""Colour spaces, with what stands behind them, and the inks that a colour lays on paper.

ISO 32000-1, 8.6. What an ink is can only be told of subtractive spaces; the others answer None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
ALL = "All"
"""The colorant of `/Separation /All`: every plate there is (ISO 32000-1, 8.6.6.4)."""

NOTHING = "None"
"""The colorant that marks nothing at all."""

LEAST_TINT = 0.0005
"""Smaller tints are rounding: a press does not hold even 1 %."""


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space. `family` is its PDF name; “unknown” when it cannot be resolved.

    `colorants` are the inks of Separation and DeviceN. `base` is what stands behind Indexed, Pattern (where the file
    says it), and Separation and DeviceN (their alternate). `icc` is the kind of an ICC profile's colours: gray, RGB,
    CMYK, Lab. `table` holds the colours of Indexed, `recipe` a fingerprint of how a spot becomes its alternate.
    """

    family: str
    components: int = 0
    colorants: tuple[str, ...] = ()
    base: Space | None = None
    icc: str = ""
    table: bytes = b""
    recipe: str = ""

    def within(self) -> Iterator[Space]:
        """This space and all that stand behind it."""
        yield self
        if self.base is not None:
            yield from self.base.within()

    def __str__(self) -> str:
        if self.family == "ICCBased":
            return f"ICC-based {self.icc}"
        if self.family in ("Separation", "DeviceN"):
            return f"{self.family} ({', '.join(self.colorants)})"
        return self.family

    @property
    def initial(self) -> tuple[float, ...]:
        """The colour that `cs` sets (ISO 32000-1, 8.6.8)."""
        if self.family == "DeviceCMYK":
            return 0.0, 0.0, 0.0, 1.0
        return (1.0 if self.family in ("Separation", "DeviceN") else 0.0,) * self.components


GRAY = Space("DeviceGray", 1)
RGB = Space("DeviceRGB", 3)
CMYK = Space("DeviceCMYK", 4)
PATTERN = Space("Pattern")
UNKNOWN = Space("unknown")


@dataclass(frozen=True, slots=True)
class Color:
    """A colour in force. `pattern` is the pattern's dictionary, where one is painted with; `values` are then those of
    an uncoloured pattern. `gradient` is the most of each ink that a gradient lays."""

    space: Space
    values: tuple[float, ...] = ()
    pattern: Any = field(default=None, compare=False)
    gradient: Mapping[str, float] | None = field(default=None, compare=False)

    @property
    def inks(self) -> Mapping[str, float] | None:
        """Each ink with its tint, 0 to 1; None where it cannot be told. Inks named with a tint of 0 are in it."""
        return self.gradient if self.gradient is not None else _inks(self.space, self.values)

    @property
    def nothing(self) -> bool:
        """Whether it paints nothing at all, on any plate."""
        return bool(self.space.colorants) and set(self.space.colorants) == {NOTHING}


BLACK = Color(GRAY, (0.0,))


def laid(inks: Mapping[str, float] | None) -> dict[str, float]:
    """The inks that are really laid on paper."""
    return {name: tint for name, tint in (inks or {}).items() if tint > LEAST_TINT}


def is_white(inks: Mapping[str, float] | None) -> bool:
    """White is paper: a colour that is known and lays no ink."""
    return inks is not None and not laid(inks)


def is_black(inks: Mapping[str, float] | None) -> bool:
    """100 % of black and of nothing else, whether as DeviceGray, DeviceCMYK, or a separation called Black."""
    return list(laid(inks)) == ["Black"] and laid(inks)["Black"] > 1 - LEAST_TINT


def _inks(space: Space, values: tuple[float, ...]) -> Mapping[str, float] | None:
    if space.family not in ("Lab", "Indexed"):
        values = tuple(min(max(value, 0.0), 1.0) for value in values)
    if space.family == "Pattern":
        return _inks(space.base, values) if space.base is not None and values else None
    if len(values) != space.components:
        return None
    if space.family == "DeviceGray":
        return {"Black": 1 - values[0]}
    if space.family == "DeviceCMYK" or space.icc == "CMYK":
        return dict(zip(PROCESS, values, strict=True))
    if space.family in ("Separation", "DeviceN"):
        pairs = zip(space.colorants, values, strict=False)
        return {name: tint for name, tint in pairs if name != NOTHING}
    if space.family == "Indexed" and space.base is not None:
        return _inks(space.base, _looked_up(space, values[0]))
    if space.family == "Lab":
        return {} if values[0] >= 100 and not any(values[1:]) else None
    return {} if values and min(values) > 1 - LEAST_TINT else None  # white stays white; all else is converted first


def _looked_up(space: Space, index: float) -> tuple[float, ...]:
    assert space.base is not None
    if space.base.family == "Lab":
        return ()  # its range is not 0 to 1; nobody asks for its inks
    size = space.base.components
    entry = space.table[int(index) * size : int(index) * size + size]
    return tuple(each / 255 for each in entry)
