"""What the rules mean by white, black, several inks and overprinting: GWG 2022, GWG2015 (3.10 to 3.15) before it.

Confirmed: what overprint parameters do to each colour space (ISO 32000-1, 8.6.7 and table 148; Ghostscript's plates
agree). Second-hand: that sizes of text are compared with one decimal, resolutions with none, and line widths with
three (GWG2015, 3.15). Unconfirmed, for the workbook's own wording could not be read: that white is every colour that
lays no ink, and black 100 % of black alone, in whatever space they are written.
"""

from __future__ import annotations

from publish.verify.preflight._colors import ALL, Space, is_black, is_white, laid
from publish.verify.preflight._painted import Painted

EVERY_PLATE = 4
"""The plates that `/Separation /All` prints on, at least."""


def overprints(painted: Painted) -> bool:
    """Whether what lies below stays on the other plates.

    A spot leaves the others alone. DeviceCMYK does so only in overprint mode 1, and only for its own inks of 0 %.
    DeviceGray and ICC-based spaces knock the process inks out, whatever the parameter says.
    """
    if not painted.overprint:
        return False
    space = _painted_in(painted.color.space)
    if space.family in ("Separation", "DeviceN"):
        return True
    return space.family == "DeviceCMYK" and painted.overprint_mode == 1


def _painted_in(space: Space) -> Space:
    return space.base if space.family in ("Indexed", "Pattern") and space.base is not None else space


def white(painted: Painted) -> bool:
    """Whether it is paper: a colour that lays no ink."""
    return is_white(painted.inks)


def black(painted: Painted) -> bool:
    """Whether it is 100 % of black and nothing else, all over: no gradient is."""
    return painted.color.gradient is None and is_black(painted.inks)


def ink_count(painted: Painted) -> int:
    """On how many plates it is printed; 0 where that cannot be told."""
    inks = laid(painted.inks)
    return EVERY_PLATE if ALL in inks else len(inks)


def total(painted: Painted) -> float:
    """The sum of its tints in percent."""
    inks = laid(painted.inks)
    return 100 * (EVERY_PLATE * inks[ALL] if ALL in inks else sum(inks.values()))


def black_share(painted: Painted) -> float:
    """Its tint of black in percent."""
    inks = laid(painted.inks)
    return 100 * inks.get("Black", inks.get(ALL, 0.0))


def said(painted: Painted) -> str:
    """“Cyan 40 % + Black 100 %”."""
    inks = laid(painted.inks)
    return " + ".join(f"{'every plate' if name == ALL else name} {100 * tint:.0f} %" for name, tint in inks.items())
