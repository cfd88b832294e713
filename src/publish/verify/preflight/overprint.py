"""White knocks out, black overprints: text and lines as GWG 2022 R0007, R0008, R0009 and R0010 want them.

White that overprints is not printed at all: it leaves what lies below as it is. With DeviceCMYK in overprint mode 0,
and with DeviceGray, it still clears the process inks and lets only spots show through; such a colour is told too, for
the rules speak of overprinting white and make no exception (unconfirmed). Small black text and thin black lines that
knock out leave a white rim when the plates are off register by a tenth of a millimetre. Whether they overprint is
asked of the effect, not of the parameter: DeviceGray black knocks out the process inks in spite of it (ISO 32000-1,
table 148). A filled bar counts as a line. What belongs to a processing step is not printed and not judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Finding
from publish.policy import PressProfile, PressRule
from publish.press.folds import FoldedSheet
from publish.verify.preflight._painted import Painted
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together, weight_below
from publish.verify.preflight._white_black import black, overprints, white

RULES = ("white-text-overprint", "white-path-overprint", "black-text-overprint", "black-line-overprint")
CODES = (
    "preflight.white-text-overprint",
    "preflight.white-path-overprint",
    "preflight.black-text-overprint",
    "preflight.black-line-overprint",
)

_PATHS = ("fill", "stroke", "mask")
_KNOCK_OUT = "switch overprint off for white objects (`op` and `OP` false)"
_OVERPRINT = "set it in 100 % black as CMYK or as the spot Black, with overprint on and overprint mode 1"


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about white and black that overprint or knock out."""
    printed = list(scene.printed)
    texts = [each for each in printed if each.kind == "text"]
    if rule := profile.rules.get("white-text-overprint"):
        breaches = _white(texts)
        yield from together("preflight.white-text-overprint", breaches, scene.name, _KNOCK_OUT, rule)
    if rule := profile.rules.get("white-path-overprint"):
        breaches = _white([each for each in printed if each.kind in _PATHS])
        yield from together("preflight.white-path-overprint", breaches, scene.name, _KNOCK_OUT, rule)
    if rule := profile.rules.get("black-text-overprint"):
        breaches = _black(texts, rule)
        yield from together("preflight.black-text-overprint", breaches, scene.name, _OVERPRINT, rule)
    if rule := profile.rules.get("black-line-overprint"):
        breaches = _black([each for each in printed if each.kind in ("stroke", "fill")], rule)
        yield from together("preflight.black-line-overprint", breaches, scene.name, _OVERPRINT, rule)


def _white(painted: list[Painted]) -> Iterator[Breach]:
    for each in painted:
        if each.overprint and white(each):
            effect = "it is not printed at all" if overprints(each) else "spot inks below it show through"
            yield Breach(each, f"{named(each)} is white and overprints: {effect}", each.kind)


def _black(painted: list[Painted], rule: PressRule) -> Iterator[Breach]:
    """Text by its size, lines by their width; both in pt, as the rule's limits are."""
    for each in painted:
        measure = round(each.size, 1) if each.kind == "text" else each.width
        if measure is None or not black(each) or overprints(each):
            continue
        measure = round(measure, 3)
        weight = weight_below(rule, measure)
        if weight:
            how = "does not overprint" if not each.overprint else f"does not overprint in {each.color.space}"
            less = f"below {rule.limits[weight]:g} pt it should"
            said = f"{named(each)}, {measure:g} pt, is black and {how}; {less}"
            yield Breach(each, said, each.kind, weight, -measure)
