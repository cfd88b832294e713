"""Every colour is one of the press's: CMYK, grey, or a named spot; nothing that a program would have to convert.

Sources: the vendor prints CMYK and spots; PDF/X-4 (ISO 15930-7:2010) allows calibrated colours, which a rip converts,
and black text then comes out in four inks. That GWG 2022 wants the CMYK variants free of RGB is second-hand. What is
behind a colour counts as well: the colours of Indexed and Pattern, a spot's alternate, the space in which a
transparency group is mixed. What is only read and never printed does not count: soft masks, hidden layers, what is
clipped away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publish.diagnostics import Finding
from publish.policy import PressProfile
from publish.press.folds import FoldedSheet
from publish.verify.preflight._colors import Space
from publish.verify.preflight._painted import WORDS, Painted
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together

RULES = ("colour-space", "calibrated-colour")
CODES = ("preflight.colour-space", "preflight.calibrated-colour")

_PRINTED = ("printed", "in the slug")
_CALIBRATED = ("CalGray", "ICCBased")


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about the colour spaces of everything that is painted on the sheet, its slug included."""
    painted = [each for each in scene.objects if each.seen in _PRINTED]
    if rule := profile.rules.get("colour-space"):
        yield from together(
            "preflight.colour-space",
            _breaches(painted, _foreign),
            scene.name,
            "name the colour in CMYK or as a spot, and convert images to the vendor's CMYK before they are placed",
            rule,
        )
    if rule := profile.rules.get("calibrated-colour"):
        yield from together(
            "preflight.calibrated-colour",
            _breaches([each for each in painted if each.kind != "group"], _calibrated),
            scene.name,
            "write it in plain CMYK or grey; a profile of its own has it converted, and black text gets four inks",
            rule,
        )


def _breaches(painted: list[Painted], wrong: Callable[[Space], bool]) -> Iterator[Breach]:
    for each in painted:
        for space in each.color.space.within():
            if wrong(space):
                yield Breach(each, f"{named(each)} {_painted_in(each, space)}", f"{WORDS[each.kind]} {space}")
                break


def _painted_in(painted: Painted, space: Space) -> str:
    whole = painted.color.space
    shown = "a colour space that the file does not explain" if space.family == "unknown" else str(space)
    if painted.kind == "group":
        return f"mixes its colours in {shown}"
    if space is whole:
        return f"is painted in {shown}; a press prints CMYK and named spots"
    if whole.family in ("Separation", "DeviceN"):
        return f"is painted in the spot {', '.join(whole.colorants)}, which is stated in {shown}, not in CMYK"
    how = {"Indexed": "from a table of colours", "Pattern": "with a pattern or a gradient"}.get(whole.family, "")
    return f"is painted {how} in {shown}; a press prints CMYK and named spots"


def _foreign(space: Space) -> bool:
    return space.family in ("DeviceRGB", "CalRGB", "Lab", "unknown") or space.icc in ("RGB", "Lab", "unknown")


def _calibrated(space: Space) -> bool:
    return space.family in _CALIBRATED and not _foreign(space)
