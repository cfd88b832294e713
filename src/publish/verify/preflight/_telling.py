"""How preflight tells what it found: with the profile's weight and the rule's source."""

from __future__ import annotations

from collections.abc import Callable

from publish.diagnostics import Finding, Place, Severity
from publish.policy import PressRule


def told(code: str, message: str, place: Place, hint: str, rule: PressRule, weight: Severity | None = None) -> Finding:
    """A finding by a rule of the profile. `weight` where the rule knows degrees, else the rule's own."""
    return Finding(code, message, place, hint, weight or rule.weight, source_of(rule))


def source_of(rule: PressRule) -> str:
    """“GWG 2022, Label & Leaflet, R0007”."""
    return ", ".join(part for part in (rule.source, rule.id) if part)


def weight_below(rule: PressRule, value: float, tolerance: float = 0.0) -> Severity | None:
    """The gravest weight whose limit `value` stays under; None when it stays under none."""
    return _gravest(rule, lambda limit: value < limit - tolerance)


def weight_up_to(rule: PressRule, value: float) -> Severity | None:
    """The gravest weight whose limit `value` does not exceed (“≤ 199 ppi”)."""
    return _gravest(rule, lambda limit: value <= limit)


def weight_above(rule: PressRule, value: float, tolerance: float = 0.0) -> Severity | None:
    """The gravest weight whose limit `value` exceeds."""
    return _gravest(rule, lambda limit: value > limit + tolerance)


def _gravest(rule: PressRule, broken: Callable[[float], bool]) -> Severity | None:
    return next((weight for weight in Severity if weight in rule.limits and broken(rule.limits[weight])), None)
