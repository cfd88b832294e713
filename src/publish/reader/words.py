"""No text may vanish: every word of the source lines must stand in the model, or be accounted for as a name or option.

The count is independent of the Markdown parser: it looks at the lines as they are. A parser drops what is nested too
deep, defined twice or stands in a surplus table cell without a word; here it is missed.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from publish.diagnostics import Place
from publish.model import Code, CodeBlock, Text
from publish.reader.scope import Scope

# Letters and digits, and the signs that carry meaning in a dose; Markdown's own signs are no words.
_WORD = re.compile(r"[^\W_]+|[%‰±×÷≤≥≠≈°€£¥®™©]")
_MARKERS = re.compile(r"(?:[ \t>]*(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$))+")
_ENTITY = re.compile(r"(?<!\\)&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MOST_TOLD = 10


def tell_lost(scope: Scope, nodes: Iterable[Any]) -> None:
    """A finding for each line whose words stand neither in the nodes nor among those accounted for."""
    obeyed = ((line, decoded(value)) for line, value in scope.accounted)
    said = (*_shown(nodes, scope.file), *obeyed)
    pool = Counter([(line, word.casefold()) for line, value in said for word in _WORD.findall(value)])
    missing = list(_unmatched(scope.lines, pool))
    rest: Counter[str] = Counter()
    for (_, word), count in pool.items():
        rest[word] += count
    told = 0
    for line, words in missing:
        lost = [word for word in words if not _taken(rest, word)]
        if lost and told < _MOST_TOLD:
            told += 1
            scope.tell(
                "source.words-lost",
                f"these words would not be printed: “{' '.join(lost)[:200]}”",
                Place(scope.file, line),
                "look for a list nested too deep, an address or note defined twice or never used, a surplus table "
                "cell, or words behind the name of a directive or code; write them as plain text",
            )


def _unmatched(lines: list[str], pool: Counter[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """By line, the words that the pool does not hold for that very line; those it holds are taken from it."""
    for number, raw in enumerate(lines, 1):
        absent = []
        for word in _WORD.findall(decoded(_MARKERS.sub("", raw, count=1) if _MARKERS.match(raw) else raw)):
            if pool[number, word.casefold()] > 0:
                pool[number, word.casefold()] -= 1
            else:
                absent.append(word)
        if absent:
            yield number, absent


def decoded(line: str) -> str:
    """The text with its entities replaced by what they stand for; a backslash before one keeps it."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), line)


def _taken(rest: Counter[str], word: str) -> bool:
    if rest[word.casefold()] > 0:
        rest[word.casefold()] -= 1
        return True
    return False


def _shown(nodes: Iterable[Any], file: str) -> Iterator[tuple[int, str]]:
    """Each text that the model shows, with the line where it stands; an own walk, by fields."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, Text | Code | CodeBlock):
            if node.place.file == file:
                # Entities are not decoded inside code, but the scan of the lines cannot know what is code.
                shown = node.value if isinstance(node, Text) else decoded(node.value)
                for offset, value in enumerate(shown.split("\n")):
                    yield (node.place.line or 0) + offset + isinstance(node, CodeBlock), value
        else:
            kind: Any = type(node)
            stack.extend(getattr(node, name) for name in _fields_of(kind))


@cache
def _fields_of(kind: Any) -> tuple[str, ...]:
    if issubclass(kind, Place) or not is_dataclass(kind):
        return ()
    return tuple(each.name for each in fields(kind))
