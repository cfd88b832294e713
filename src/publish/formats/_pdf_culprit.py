"""Which rule of a style sheet the PDF renderer stumbles over, found by laying out with ever fewer of the rules."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import tinycss2

_TRIES = 9
_SECONDS = 10.0
"""A hint is worth a little waiting, not more."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet's text, and the address from which its own addresses count."""

    address: str
    css: str


def culprit(sheet: Sheet, fails: Callable[[Sheet], bool]) -> tuple[int, str] | None:
    """The line and the selector of the rule from which on the sheet fails; None when it fails without any, or late."""
    rules = tinycss2.parse_stylesheet(sheet.css, skip_comments=True, skip_whitespace=True)
    until = time.monotonic() + _SECONDS

    def fails_with(count: int) -> bool:
        return fails(Sheet(sheet.address, tinycss2.serialize(rules[:count])))

    if not rules or fails_with(0):
        return None
    good, bad = 0, len(rules)
    for _ in range(_TRIES):
        if bad - good == 1:
            rule = rules[bad - 1]
            name = f"@{rule.at_keyword} " if rule.type == "at-rule" else ""
            prelude = tinycss2.serialize(getattr(rule, "prelude", None) or [])
            return rule.source_line, " ".join((name + prelude).split())[:120]
        if time.monotonic() > until:
            return None
        middle = (good + bad) // 2
        if fails_with(middle):
            bad = middle
        else:
            good = middle
    return None
