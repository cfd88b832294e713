"""Text keeps away from where the sheet is cut and folded, for a knife and a folder are off by a millimetre or so.

The distances are the vendor's (3 mm is usual, second-hand): `safety-margin-mm` and `fold-margin-mm` of the press
profile. Measured from the ink of the letters, where their shapes can be read, else from a usual letter's height. Folds
are known only of a sheet that is handed in; page 1 is its first side, page 2 its second.
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Finding, Severity
from publish.policy import PressProfile
from publish.press.folds import FoldedSheet
from publish.verify.preflight._pages import Leaf
from publish.verify.preflight._painted import Painted
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together

RULES = ("safety-distance", "fold-distance")
CODES = ("preflight.safety-distance", "preflight.fold-distance")

_ROUNDING_MM = 0.02
_OTHER_SIZE_MM = 1.0
"""A page that differs from the sheet by more is no side of it."""


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about text near the edges of the trimmed page and near its folds."""
    texts = [each for each in scene.printed if each.kind == "text"]
    if rule := profile.rules.get("safety-distance"):
        hint = f"keep text {profile.safety_margin:g} mm from the edge"
        breaches = _near_trim(texts, profile.safety_margin)
        yield from together("preflight.safety-distance", breaches, scene.name, hint, rule)
    if (rule := profile.rules.get("fold-distance")) and sheet is not None:
        hint = f"keep text {profile.fold_margin:g} mm from each fold; widen the panels' margins"
        breaches = _near_folds(texts, sheet, profile.fold_margin)
        yield from together("preflight.fold-distance", breaches, scene.name, hint, rule)


def _near_trim(texts: list[Painted], margin: float) -> Iterator[Breach]:
    for each in texts:
        left, top, right, bottom = each.leaf.mm(each.box)
        width, height = each.leaf.size
        distance = min(left, top, width - right, height - bottom)
        if distance < -_ROUNDING_MM:
            what = f"{named(each)} reaches {-distance:.1f} mm over the edge, where the sheet is cut"
            yield Breach(each, what, "cut", Severity.ERROR, -distance)
        elif distance < margin - _ROUNDING_MM:
            what = f"{named(each)} is {distance:.1f} mm from the edge; {margin:g} mm is asked"
            yield Breach(each, what, badness=-distance)


def _near_folds(texts: list[Painted], sheet: FoldedSheet, margin: float) -> Iterator[Breach]:
    for each in texts:
        left, _, right, _ = each.leaf.mm(each.box)
        for fold in _folds(each.leaf, sheet):
            distance = max(left - fold, fold - right)
            if distance < -_ROUNDING_MM:
                yield Breach(each, f"{named(each)} runs over the fold at {fold:.1f} mm", badness=-distance)
            elif distance < margin - _ROUNDING_MM:
                what = f"{named(each)} is {distance:.1f} mm from the fold at {fold:.1f} mm; {margin:g} mm is asked"
                yield Breach(each, what, badness=-distance)


def _folds(leaf: Leaf, sheet: FoldedSheet) -> tuple[float, ...]:
    if leaf.number > len(sheet.sides) or abs(leaf.size[0] - sheet.width) > _OTHER_SIZE_MM:
        return ()
    return sheet.sides[leaf.number - 1].folds
