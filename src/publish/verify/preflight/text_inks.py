"""Text that a press can hold: white text not too small, small text in one ink, black text not too rich.

GWG 2022 R0015, R0016 and R0017. Text in several inks shows coloured rims when the plates are off register; white text
fills up; black in four inks dries badly. Sizes are those of one em on the page, in pt. A gradient has
the inks that it lays anywhere, letters filled with a pattern those of each of its parts. The inks of calibrated
colours and of meshes cannot be told, and such text is not judged here; colors.py tells of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publish.diagnostics import Finding, Severity
from publish.policy import PressProfile, PressRule
from publish.press.folds import FoldedSheet
from publish.verify.preflight._painted import Painted
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together, weight_below
from publish.verify.preflight._white_black import black_share, ink_count, said, total, white

RULES = ("rich-black-text", "white-text-size", "multi-ink-text-size")
CODES = ("preflight.rich-black-text", "preflight.white-text-size", "preflight.multi-ink-text-size")


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about text, its size and its inks."""
    texts = [each for each in scene.printed if each.kind == "text"]
    if rule := profile.rules.get("rich-black-text"):
        hint = "set black text in 100 % black alone"
        yield from together("preflight.rich-black-text", _rich(texts, rule), scene.name, hint, rule)
    if rule := profile.rules.get("white-text-size"):
        hint = "set white text larger, or dark on light: ink closes small white letters"
        breaches = _small(texts, rule, white, lambda each: "white text")
        yield from together("preflight.white-text-size", breaches, scene.name, hint, rule)
    if rule := profile.rules.get("multi-ink-text-size"):
        hint = "set small text in one ink: 100 % black or one spot"
        breaches = _small(texts, rule, lambda each: ink_count(each) > 1, _several)
        yield from together("preflight.multi-ink-text-size", breaches, scene.name, hint, rule)


def _rich(texts: list[Painted], rule: PressRule) -> Iterator[Breach]:
    """R0015: at least so much black, and more than so much of all inks together, in percent."""
    least, most = rule.values["black-percent"], rule.values["sum-percent"]
    for each in texts:
        if round(black_share(each), 2) >= least and round(total(each), 2) > most:
            what = (
                f"{named(each)} is a rich black, {said(each)}, {total(each):.0f} % of ink; at most {most:g} % is meant"
            )
            yield Breach(each, what, badness=total(each))


def _small(
    texts: list[Painted], rule: PressRule, concerns: Callable[[Painted], bool], what: Callable[[Painted], str]
) -> Iterator[Breach]:
    for each in texts:
        if not concerns(each):
            continue
        size = round(each.size, 1)
        weight: Severity | None = weight_below(rule, size)
        if weight:
            message = f"{named(each)} is {what(each)} of {size:g} pt; the least is {rule.limits[weight]:g} pt"
            yield Breach(each, message, weight=weight, badness=-size)


def _several(painted: Painted) -> str:
    return f"printed in {ink_count(painted)} inks ({said(painted)}), with letters"
