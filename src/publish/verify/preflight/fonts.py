"""Every font that text is set in is in the file, or the press's computer takes another one.

PDF/X-4 (ISO 15930-7:2010) wants all fonts embedded that are used for rendering, the standard 14 too. Text in render
mode 3 is not rendered; its font is asked for all the same, for a rip may be told to draw it (ours, unconfirmed).
A Type 3 font holds its letters itself; without them it is not embedded.
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Finding
from publish.policy import PressProfile
from publish.press.folds import FoldedSheet
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together

RULES = ("fonts-embedded",)
CODES = ("preflight.fonts-embedded",)


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about fonts that text on the pages is set in."""
    rule = profile.rules.get("fonts-embedded")
    if rule is None:
        return
    breaches = [
        Breach(
            each, f"the font {each.face.name or 'without a name'} is not in the file ({named(each)})", each.face.name
        )
        for each in scene.objects
        if each.face is not None and not each.face.embedded
    ]
    yield from together(
        "preflight.fonts-embedded", breaches, scene.name, "export the PDF again with all fonts embedded", rule
    )
