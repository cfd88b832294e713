"""Sentences for made-up leaflets: tables of words in each language, and a hand that draws from them by a seed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")

_SLOT = re.compile(r"<([a-z]+)(?::(\d+)(?:-(\d+))?)?>")
_OPTION = re.compile(r":(?!label)[a-z-]+: .*")


@cache
def table(language: str) -> Mapping[str, Any]:
    """The words of a language, `words/<language>.toml`; en.toml says how they are written."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


class Hand:
    """Draws words from the bank of a language. The same seed draws the same; none twice before all came once."""

    def __init__(self, language: str, seed: str, fixed: Mapping[str, str]) -> None:
        self.words = table(language)
        self.random = Random(seed)
        self.fixed = fixed
        self._decks: dict[str, list[str]] = {}

    def fill(self, template: str) -> str:
        """The template with each <slot> filled."""
        return _SLOT.sub(self._drawn, template)

    def one(self, name: str, entries: list[str]) -> str:
        """One of the entries, filled; `name` is the deck they are drawn from."""
        return self.fill(self._card(name, entries))

    def some(self, name: str, entries: list[str], count: int) -> list[str]:
        """So many of the entries, filled."""
        return [self.one(name, entries) for _ in range(count)]

    def _card(self, name: str, entries: list[str]) -> str:
        deck = self._decks.setdefault(name, [])
        if not deck:
            deck += self.random.sample(entries, len(entries))
        return deck.pop()

    def _drawn(self, slot: re.Match[str]) -> str:
        name, first, last = slot.groups()
        if name == "n":
            return str(self.random.randint(int(first), int(last)))
        if name in self.fixed:
            return self.fixed[name]
        drawn = [self._card(name, self.words["bank"][name]) for _ in range(int(first or 1))]
        return ", ".join(drawn[:-1]) + f" {self.words['and']} {drawn[-1]}" if len(drawn) > 1 else drawn[0]


def count(source: str) -> int:
    """The words that a piece of leaflet source (no front matter) will show."""
    shown = []
    for line in source.splitlines():
        if line == ":::" or _OPTION.fullmatch(line) or re.fullmatch(r"[|:\- ]+", line):
            continue
        line = re.sub(r"^(:::\{(part|figure)\} .*|:::\{\w+\}|:label: |#+ |- |\d+\. |: |> )", "", line)
        line = re.sub(r"^\[\^[\w-]+\]: ", "x ", line)  # a note shows its mark
        line = re.sub(r"\[\^[\w-]+\]|\[@[\w-]+\]|\{[a-z]+(=[\w-]+)?\}|\]\([^)]*\)|[\[\]*]", "", line)
        line = line.replace("|", " ")
        shown += line.split()
    return len(shown)
