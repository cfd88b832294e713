"""The ways in which a file is read, and which rules take part in each: @media, @supports, @container."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publish.theme.css_values import Token, significant, split


@dataclass(frozen=True, slots=True)
class Environment:
    """A way of reading. `assume` is the answer to every condition that cannot be known."""

    medium: str
    dark: bool
    assume: bool

    @property
    def name(self) -> str:
        """In words, for messages."""
        return "on paper" if self.medium == "print" else "on a dark screen" if self.dark else "on a light screen"


ENVIRONMENTS = tuple(
    Environment(medium, dark, assume)
    for medium, dark in (("screen", False), ("screen", True), ("print", False))
    for assume in (True, False)
)


def applies(conditions: tuple[tuple[str, tuple[Token, ...]], ...], env: Environment) -> bool:
    """Whether rules under these at-rules take part in an environment."""
    for keyword, prelude in conditions:
        if keyword == "media" and not media(prelude, env):
            return False
        if keyword in ("supports", "container", "document", "-moz-document", "when", "else") and not env.assume:
            return False
    return True


def media(prelude: Sequence[Token], env: Environment) -> bool:
    """Whether a media query list holds; what cannot be known is `env.assume` (Media Queries 4)."""
    queries = split(prelude, ",")
    return not prelude or any(_query(query, env) for query in queries)


def _query(query: list[Token], env: Environment) -> bool:
    names = [token.lower_value for token in query if token.type == "ident"]
    if any(name == "or" for name in names) or any(_complex(token) for token in query):
        return env.assume
    negated = names[:1] == ["not"]
    kinds = [name for name in names if name not in ("and", "not", "only")]
    answers = [{"all": True, "screen": env.medium == "screen", "print": env.medium == "print"}.get(k) for k in kinds]
    answers += [_feature(token, env) for token in query if token.type == "() block"]
    if any(answer is False for answer in answers):
        return negated
    if any(answer is None for answer in answers):
        return env.assume
    return not negated


def _complex(token: Token) -> bool:
    return token.type == "() block" and any(inner.type == "() block" for inner in token.content)


def _feature(token: Token, env: Environment) -> bool | None:
    inside = [each.lower_value for each in significant(token.content) if each.type == "ident"]
    if inside[:1] == ["prefers-color-scheme"] and len(inside) == 2:
        return bool(inside[1] == ("dark" if env.dark else "light"))
    return None
