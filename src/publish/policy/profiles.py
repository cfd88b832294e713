"""Rule profiles: what the law of a market demands of a safety block for an audience."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from publish.diagnostics import did_you_mean, refuse


@dataclass(frozen=True, slots=True)
class PartRule:
    """One part of a safety block. `items`: it must hold a list. A part `common-ra` fulfils the rule `common`.

    `headings` gives, by language, a regular expression that the part's first heading must match.
    """

    name: str
    required: bool
    items: bool
    source: str
    headings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FlagRule:
    """What a product's flag (`boxed-warning`, `additional-monitoring`) demands: a part, or a sentence by language."""

    name: str
    part: str
    verbatim: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a market and audience demand. Sizes: `min_size` in pt; `min_x_height`, `min_leading` in mm (0: no demand).

    `min_contrast` is the WCAG 2 contrast ratio. `gates` are regular expressions, by language, of statements that turn
    this audience away. `verbatim` are sentences, by language, that must stand word for word.
    """

    id: str
    title: str
    market: str
    audience: str
    min_size: float
    min_x_height: float
    min_leading: float
    min_contrast: float
    ordered: bool
    parts: tuple[PartRule, ...]
    verbatim: Mapping[str, tuple[str, ...]]
    flags: tuple[FlagRule, ...]
    gates: Mapping[str, tuple[str, ...]]


def profile_names() -> tuple[str, ...]:
    """The rule profiles that ship with publish."""
    return tuple(
        sorted(path.name.removesuffix(".toml") for path in rules_folder().iterdir() if path.name.endswith(".toml"))
    )


@cache
def load_profile(name: str) -> Profile:
    """The rule profile called `name`; Refused names the nearest when there is none."""
    if name not in profile_names():
        raise refuse(
            "safety.profile-unknown", f"there is no rule profile “{name}”", hint=did_you_mean(name, profile_names())
        )
    data = tomllib.loads((rules_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    show = data["show"]
    return Profile(
        id=name,
        title=data["title"],
        market=data["market"],
        audience=data["audience"],
        min_size=float(show["min-size-pt"]),
        min_x_height=float(show.get("min-x-height-mm", 0)),
        min_leading=float(show.get("min-leading-mm", 0)),
        min_contrast=float(show["min-contrast"]),
        ordered=bool(data.get("ordered", False)),
        parts=tuple(
            PartRule(
                name=part["name"],
                required=part.get("required", True),
                items=part.get("items", False),
                source=part.get("source", ""),
                headings=part.get("headings", {}),
            )
            for part in data["part"]
        ),
        verbatim={language: tuple(texts) for language, texts in data.get("verbatim", {}).items()},
        flags=tuple(
            FlagRule(flag["name"], flag.get("part", ""), flag.get("verbatim", {}), flag["source"])
            for flag in data.get("flag", ())
        ),
        gates={language: tuple(patterns) for language, patterns in data.get("gates", {}).items()},
    )


def rules_folder() -> Any:
    """Where the rules' data files are."""
    return files("publish") / "rules"
