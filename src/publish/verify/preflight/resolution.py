"""Images with enough samples for the size they are printed at: GWG 2022 R0031 (colour and grey) and R0032 (1 bit).

The effective resolution is that after all scaling, the lower of the two directions, in ppi without decimals (GWG2015,
3.15, second-hand). Image masks count as 1-bit images (unconfirmed). Images of a few samples are left alone, for they
are areas of one colour, not pictures (GWG2015, 4.26, second-hand: 16 pixels in either direction).
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Finding
from publish.policy import PressProfile, PressRule
from publish.press.folds import FoldedSheet
from publish.verify.preflight._painted import Painted
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together, weight_up_to

RULES = ("image-resolution", "one-bit-resolution")
CODES = ("preflight.image-resolution", "preflight.one-bit-resolution")

_HINT = "place it smaller, or take one with more pixels; enlarging it in a program adds none"


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about the resolution of images."""
    images = [each for each in scene.printed if each.ppi is not None and each.pixels is not None]
    if rule := profile.rules.get("image-resolution"):
        breaches = _coarse([each for each in images if not _one_bit(each)], rule)
        yield from together("preflight.image-resolution", breaches, scene.name, _HINT, rule)
    if rule := profile.rules.get("one-bit-resolution"):
        breaches = _coarse([each for each in images if _one_bit(each)], rule)
        yield from together("preflight.one-bit-resolution", breaches, scene.name, _HINT, rule)


def _one_bit(painted: Painted) -> bool:
    return painted.kind == "mask" or (painted.bits == 1 and painted.color.space.components == 1)


def _coarse(images: list[Painted], rule: PressRule) -> Iterator[Breach]:
    for each in images:
        assert each.ppi is not None and each.pixels is not None
        ppi = round(min(each.ppi))
        weight = weight_up_to(rule, ppi)
        if weight is None or min(each.pixels) <= rule.values.get("smallest-px", 0):
            continue
        across, down = each.pixels
        limit = rule.limits[weight]
        what = f"{named(each)} of {across} × {down} pixels is printed at {ppi} ppi; more than {limit:g} ppi is asked"
        yield Breach(each, what, each.kind, weight, -ppi)
