"""What a page paints can be read: no torn content, no missing fonts, no form that draws itself. Ours, no standard's.

A viewer passes over what it cannot read, so a page may look complete on one computer and not on the press's.
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Finding, Place
from publish.policy import PressProfile
from publish.press.folds import FoldedSheet
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import told

RULES = ("sound-content",)
CODES = ("preflight.sound-content",)


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """What of the pages' content could not be read."""
    rule = profile.rules.get("sound-content")
    if rule is None:
        return
    for page, what in scene.damage:
        yield told(
            "preflight.sound-content",
            f"the page holds {what}; each viewer makes something else of it",
            Place(scene.name, page=page),
            "export the PDF again from the program that made it",
            rule,
        )
