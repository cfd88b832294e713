"""`:::{only}`: what does not apply to this leaflet is left out before anything else is read."""

from __future__ import annotations

import re

from markdown_it.token import Token

from publish.diagnostics import Place, did_you_mean
from publish.reader.scope import Scope

_CONDITION = re.compile(r"([a-z-]+)=([A-Za-z0-9][\w-]*(?:,[A-Za-z0-9][\w-]*)*)")
_VALUES = {
    "audience": ("patient", "professional"),
    "status": ("draft", "in-review", "approved"),
}
_KEYS = ("market", "audience", "language", "status")


def pruned(scope: Scope, tokens: list[Token]) -> list[Token]:
    """The tokens that apply; what a condition leaves out is accounted for by its lines."""
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.type != "directive_open" or token.meta["name"] != "only" or token.meta["form"] != "braces":
            kept.append(token)
            continue
        start, level = index, 1
        while level and index < len(tokens):
            level += tokens[index].nesting
            index += 1
        inner = tokens[start : index - (0 if level else 1)]
        if _applies(scope, token):
            kept.extend(pruned(scope, inner))
        else:
            _leave_out(scope, token, inner)
    return kept


def _applies(scope: Scope, token: Token) -> bool:
    first, meta = token.map[0] if token.map else 0, token.meta
    place = scope.place(first + 1, 1)
    scope.account(first + 1, f"only {meta['argument']}")
    for key, value, line in meta["options"]:
        scope.account(line + 1, f"{key} {value}")
        hint = "write the condition behind the name, as in :::{only} market=us"
        scope.tell("source.option-unknown", "“only” has no options", scope.place(line + 1, 1), hint)
    if not meta["closed"]:
        scope.tell("source.directive-open", "the directive “only” is never closed", place, "put a line ::: behind it")
    parts = meta["argument"].split()
    if not parts:
        hint = "write one such as market=us or audience=patient,professional"
        scope.tell("source.condition", "“only” has no condition", place, hint)
    held = [_holds(scope, part, place) for part in parts]  # all of them, so that each fault is told
    return all(held)


def _holds(scope: Scope, part: str, place: Place) -> bool:
    found = _CONDITION.fullmatch(part)
    if not found:
        hint = "write key=value, several values with commas: market=us,eu"
        scope.tell("source.condition", f"“{part}” is no condition", place, hint)
        return True
    key, values = found[1], found[2].split(",")
    if key not in _KEYS:
        scope.tell("source.condition", f"there is no condition “{key}”", place, did_you_mean(key, _KEYS))
        return True
    for value in values:
        if value not in _VALUES.get(key, (value,)):
            hint = did_you_mean(value, _VALUES[key])
            scope.tell("source.condition", f"“{value}” is no {key}", place, hint)
    given = scope.conditions.get(key, "")
    if key == "language":
        return any((given + "-").lower().startswith(value.lower() + "-") for value in values)
    return given in values


def _leave_out(scope: Scope, token: Token, inner: list[Token]) -> None:
    first, last = token.map or (0, 0)
    for line in range(first + 1, last):
        scope.account(line + 1, scope.lines[line])
    for each in inner:
        for child in each.children or ():
            if child.type == "footnote_ref":
                scope.left_out.add(child.meta["label"])
