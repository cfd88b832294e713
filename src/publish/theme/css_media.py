"""The ways in which a file is read, and which rules take part in each: @media, @supports, @container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from tinycss2 import serialize

from publish.theme.css_values import Token, significant, split

Condition = tuple[str, tuple[Token, ...]]
"""An at-rule around a rule: its keyword and what stands before its braces."""

MOST_CONDITIONS = 8
"""So many conditions that cannot be known may reach the block; more of them nobody can hold against one another."""
_ALL_WAYS_UP_TO = 4


@dataclass(frozen=True, slots=True)
class Environment:
    """A way of reading. `met` are those conditions that cannot be known and are taken as true."""

    medium: str
    dark: bool
    met: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """In words, for messages."""
        return "on paper" if self.medium == "print" else "on a dark screen" if self.dark else "on a light screen"


DAY = Environment("screen", False)


def environments(conditions: Iterable[tuple[Condition, ...]]) -> tuple[Environment, ...]:
    """The ways of reading for rules under these conditions: those that cannot be known are met one without the other.

    Up to four of them in every combination; more of them none, one, two, all but one, and all at a time.
    """
    unknown = sorted({name for each in conditions for name in _unknown(each)})
    return tuple(
        Environment(medium, dark, frozenset(met))
        for medium, dark in (("screen", False), ("screen", True), ("print", False))
        for met in dict.fromkeys(_met(unknown))
    )


def _met(unknown: Sequence[str]) -> Iterator[tuple[str, ...]]:
    count = len(unknown)
    few = {0, 1, 2, count - 1, count} if count <= MOST_CONDITIONS else {0, 1, count}
    for size in range(count + 1) if count <= _ALL_WAYS_UP_TO else sorted(few):
        yield from combinations(unknown, size)


def _unknown(conditions: tuple[Condition, ...]) -> Iterator[str]:
    """The conditions that no environment answers, as `met` names them."""
    for keyword, prelude in conditions:
        if keyword == "media":
            for query in split(prelude, ","):
                if any(_answer(query, env) is None for env in _PLAIN):
                    yield serialize(query).strip()
        elif keyword in _ASKING:
            yield _name(keyword, prelude)


def too_many(conditions: Iterable[tuple[Condition, ...]]) -> bool:
    """Whether more conditions are named than can be held against one another."""
    return len({name for each in conditions for name in _unknown(each)}) > MOST_CONDITIONS


_PLAIN = (DAY, Environment("screen", True), Environment("print", False))
_ASKING = frozenset({"supports", "container", "document", "-moz-document", "when", "else"})


def _name(keyword: str, prelude: Sequence[Token]) -> str:
    return f"@{keyword} {serialize(prelude).strip()}"


def applies(conditions: tuple[Condition, ...], env: Environment) -> bool:
    """Whether rules under these at-rules take part in an environment."""
    for keyword, prelude in conditions:
        if keyword == "media" and not media(prelude, env):
            return False
        if keyword in _ASKING and _name(keyword, prelude) not in env.met:
            return False
    return True


def media(prelude: Sequence[Token], env: Environment) -> bool:
    """Whether a media query list holds; what cannot be known is in `env.met` or not (Media Queries 4)."""
    queries = split(prelude, ",")
    return not prelude or any(_query(query, env) for query in queries)


def _query(query: list[Token], env: Environment) -> bool:
    answer = _answer(query, env)
    return serialize(query).strip() in env.met if answer is None else answer


def _answer(query: list[Token], env: Environment) -> bool | None:
    names = [token.lower_value for token in query if token.type == "ident"]
    if any(name == "or" for name in names) or any(_complex(token) for token in query):
        return None
    negated = names[:1] == ["not"]
    kinds = [name for name in names if name not in ("and", "not", "only")]
    answers = [{"all": True, "screen": env.medium == "screen", "print": env.medium == "print"}.get(k) for k in kinds]
    answers += [_feature(token, env) for token in query if token.type == "() block"]
    if any(answer is False for answer in answers):
        return negated
    if any(answer is None for answer in answers):
        return None
    return not negated


def _complex(token: Token) -> bool:
    return token.type == "() block" and any(inner.type == "() block" for inner in token.content)


def _feature(token: Token, env: Environment) -> bool | None:
    inside = [each.lower_value for each in significant(token.content) if each.type == "ident"]
    if inside[:1] == ["prefers-color-scheme"] and len(inside) == 2:
        return bool(inside[1] == ("dark" if env.dark else "light"))
    return None
