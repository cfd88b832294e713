"""The mandate: what a safety block must hold, what every finished file must show, and which findings block.

This is the one place that knows. Thresholds are data. Checks state facts; `judge` weighs them, and a code that no
table lists weighs as an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publish.policy.content import check_audience, check_safety, text_hash
from publish.policy.press import PressProfile, PressRule, load_press_profile, press_profile_names
from publish.policy.profiles import FlagRule, PartRule, Profile, load_profile, profile_names
from publish.policy.weights import blocks, judge, known_codes, severity
from publish.press.folds import FoldedSheet

__all__ = [
    "FlagRule",
    "Mandate",
    "PartRule",
    "PressProfile",
    "PressRule",
    "Profile",
    "Sighting",
    "blocks",
    "check_audience",
    "check_safety",
    "judge",
    "known_codes",
    "load_press_profile",
    "load_profile",
    "press_profile_names",
    "profile_names",
    "severity",
    "text_hash",
]


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a finished file must show; the build puts it together from profile, theme and document.

    `fonts` are the pinned font files by PostScript name. `furniture` are the words that the theme itself sets
    (its templates' own text, labels, page numbers' words): the only ones a file may hold besides the document's.
    `press` is what the print vendor demands, and `sheet` how the piece is folded, where it is.
    """

    profile: Profile
    fonts: Mapping[str, Path]
    furniture: frozenset[str]
    press: PressProfile | None = None
    sheet: FoldedSheet | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a finished file shows the safety block: once a page, or once a panel of a folded sheet.

    `box` is left, top, right, bottom in mm from the page's top left as it is trimmed; `page` counts from 1. Both are
    None in formats without pages. `size` is the smallest in pt, `contrast` the least.
    """

    page: int | None
    box: tuple[float, float, float, float] | None
    size: float
    contrast: float
    words: int
