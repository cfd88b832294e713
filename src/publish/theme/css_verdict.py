"""What a declaration is judged by, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from publish.theme.css_values import MEDIUM, Token, length, within

Role: TypeAlias = Literal["block", "inside", "around"]

HIDES, SHRINKS, RECOLOURS = "css.hides", "css.shrinks", "css.recolours"
ALTERS, COVERS, UNJUDGED = "css.alters", "css.covers", "css.unjudged"

WIDE = frozenset({"inherit", "initial", "unset", "revert", "revert-layer"})
"""Keywords that every property takes."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a declaration reaches: the block, something inside it, or what is around it; or a pseudo-element of it.

    `em` is the smallest font size among them in pt, `tags` their element names, `beside` the other declarations of
    the same rule by name, `rtl` whether the document runs from right to left, `beside_siblings` whether the rule
    reaches several children of one parent, `eaten` the parent's padding in pt that a negative margin may take up.
    """

    role: Role
    pseudo: str = ""
    em: float = MEDIUM
    tags: frozenset[str] = frozenset()
    beside: Mapping[str, tuple[Token, ...]] = field(default_factory=dict)
    rtl: bool = False
    beside_siblings: bool = False
    eaten: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a declaration: the finding's code, and what it does in plain words."""

    code: str
    does: str


Judge: TypeAlias = Callable[[list[Token], Subject], Verdict | None]


def functions(value: list[Token]) -> set[str]:
    """The functions in a value, at any depth."""
    return {token.lower_name for token in within(value) if token.type == "function"}


def longest(subject: Subject, name: str) -> float:
    """The longest length of another declaration in the same rule, in pt; 0 if there is none."""
    tokens = subject.beside.get(name, ())
    return max((found for token in tokens if (found := length(token, subject.em, 300)) is not None), default=0.0)
