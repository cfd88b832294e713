"""How preflight tells what it found: with the profile's weight and the rule's source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from publish.diagnostics import Finding, Place, Severity
from publish.policy import PressRule
from publish.verify.preflight._painted import WORDS, Painted

_TOLD_PLACES = 3
"""Further places that are named, of breaches that are told together."""


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


@dataclass(frozen=True, slots=True)
class Breach:
    """One object that breaks a rule. `said` is the message about it; breaches that are `like` each other are told
    together, the worst (by `badness`) first."""

    painted: Painted
    said: str
    like: str = ""
    weight: Severity | None = None
    badness: float = 0.0


def together(code: str, breaches: Iterable[Breach], name: str, hint: str, rule: PressRule) -> Iterator[Finding]:
    """One finding for like breaches on a page: the worst, how many more there are, and where the next ones are."""
    groups: dict[tuple[int, str, Severity], list[Breach]] = {}
    for breach in breaches:
        weight = breach.weight or rule.weight
        groups.setdefault((breach.painted.page, breach.like, weight), []).append(breach)
    for (page, _, weight), alike in sorted(groups.items(), key=lambda item: item[0][0]):
        worst = max(alike, key=lambda breach: breach.badness)
        others = [each for each in alike if each is not worst]
        place = Place(name, page=page, box=worst.painted.leaf.mm(worst.painted.box))
        yield told(code, worst.said + _more(others), place, hint, rule, weight)


def _more(others: list[Breach]) -> str:
    if not others:
        return ""
    places = [each.painted.leaf.mm(each.painted.box) for each in others[:_TOLD_PLACES]]
    at = "; ".join(f"{left:.1f} mm from the left, {top:.1f} mm from the top" for left, top, _, _ in places)
    return f" ({len(others)} more like it on this page: {at}{' …' if len(others) > _TOLD_PLACES else ''})"


def named(painted: Painted) -> str:
    """“text “Do not take”” or “an area”, with what it stands in."""
    said = f"text “{painted.text.strip()}”" if painted.text.strip() else WORDS[painted.kind]
    return said + {"pattern": " in a pattern", "annotation": " in an annotation"}.get(painted.inside, "")
