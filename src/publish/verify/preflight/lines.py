"""Lines that a press can hold: white and multi-ink lines not too thin, and no hairlines.

GWG 2022 R0018 and R0019; the hairline rule is usual among vendors (second-hand). A width is what is left of it on the
page, the least in any direction, in pt. A width of 0 is drawn as thin as the device can (ISO 32000-1, 8.4.3.2), and on
a plate setter that is invisible. A filled bar counts as a line, for many programs draw rules so; that GWG means those
as well is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publish.diagnostics import Finding
from publish.policy import PressProfile, PressRule
from publish.press.folds import FoldedSheet
from publish.verify.preflight._painted import Painted
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together, weight_below
from publish.verify.preflight._white_black import ink_count, said, white

RULES = ("white-line-width", "multi-ink-line-width", "hairline")
CODES = ("preflight.white-line-width", "preflight.multi-ink-line-width", "preflight.hairline")

_THICKER = "draw it thicker"


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about lines, their widths and their inks. Outlined text counts where only its outline is drawn."""
    lines = [each for each in scene.printed if each.width is not None and each.kind in ("stroke", "fill")]
    if rule := profile.rules.get("white-line-width"):
        breaches = _thin(lines, rule, white, lambda each: "is white")
        yield from together("preflight.white-line-width", breaches, scene.name, _THICKER, rule)
    if rule := profile.rules.get("multi-ink-line-width"):
        hint = f"{_THICKER}, or in one ink"
        breaches = _thin(lines, rule, lambda each: ink_count(each) > 1, _several)
        yield from together("preflight.multi-ink-line-width", breaches, scene.name, hint, rule)
    if rule := profile.rules.get("hairline"):
        breaches = _thin(lines, rule, lambda each: not white(each), lambda each: "is drawn")
        yield from together("preflight.hairline", breaches, scene.name, _THICKER, rule)


def _thin(
    lines: list[Painted], rule: PressRule, concerns: Callable[[Painted], bool], what: Callable[[Painted], str]
) -> Iterator[Breach]:
    for each in lines:
        width = round(each.width or 0.0, 3)
        weight = weight_below(rule, width)
        if weight and concerns(each):
            name = "a bar" if each.kind == "fill" else named(each)
            told = f"{width:g} pt thick" if width else "as thin as the device can draw (width 0)"
            yield Breach(
                each, f"{name} {what(each)} and {told}; the least is {rule.limits[weight]:g} pt", "", weight, -width
            )


def _several(painted: Painted) -> str:
    return f"is printed in {ink_count(painted)} inks ({said(painted)})"
