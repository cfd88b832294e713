"""`[@key; @key]`: which works are cited, numbered in the order in which readers meet them."""

from __future__ import annotations

import re

from publish.diagnostics import Place, did_you_mean
from publish.model import Citation, Inline, Text
from publish.reader.scope import Scope

_KEY = re.compile(r"@([A-Za-z0-9][\w:.-]*)")


def cited(scope: Scope, content: str, place: Place) -> list[Inline]:
    """What `[content]` cites: one Citation, or nothing, told, when no key of it is known."""
    if scope.prefix == "s":
        message = "a citation may not stand in a safety file"
        scope.tell("source.not-in-safety", message, place, "write the words alone; safety text is not annotated")
        return [Text(f"[{content}]", place=place)]
    scope.account(place.line or 1, content)
    keys: list[str] = []
    for part in content.split(";"):
        found = _KEY.fullmatch(part.strip())
        if not found:
            message = f"“{part.strip()}” is no reference to cite"
            scope.tell("source.citation", message, place, "write [@key], or [@one; @other] for several")
        elif found[1] not in scope.works:
            hint = did_you_mean(found[1], scope.works)
            scope.tell("source.reference-unknown", f"there is no reference “{found[1]}”", place, hint)
        elif found[1] not in keys:
            keys.append(found[1])
    return [_numbered(scope, keys, place)] if keys else []


def _numbered(scope: Scope, keys: list[str], place: Place) -> Citation:
    for key in keys:
        scope.cited.setdefault(key, len(scope.cited) + 1)
    ordered = sorted(keys, key=lambda key: scope.cited[key])
    return Citation(tuple(ordered), tuple(scope.cited[key] for key in ordered), place=place)
