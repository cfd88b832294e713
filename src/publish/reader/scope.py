"""What is known while one source file becomes blocks: names to resolve, numbers given so far, and places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it.token import Token

from publish.diagnostics import Place
from publish.model import Asset
from publish.reader.admission import Rules
from publish.reader.catalogue import Word, Work
from publish.reader.ledger import Ledger

# Anchors that the outputs use themselves.
_RESERVED = frozenset({"safety", "notes", "references", "cover", "contents", "title", "body", "toc", "landmarks"})
_LIGATURES = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "Æ": "ae", "Œ": "oe", "Ø": "o"})


def reserved(anchor: str) -> bool:
    """Whether an output may use this anchor itself."""
    return anchor in _RESERVED or re.fullmatch(r"[bsngr]\d{4}.*|blk.*", anchor) is not None


@dataclass(slots=True)
class Scope:
    """One file's reading. `prefix` begins the ids of its blocks: `b` for a leaflet, `s` for safety text."""

    ledger: Ledger
    file: str
    lines: list[str]
    rules: Rules
    prefix: str
    folder: Path
    variables: Mapping[str, str]
    conditions: Mapping[str, str]
    glossary: Mapping[str, Word]
    works: Mapping[str, Work]
    labels: Mapping[str, str]
    sure: bool = True  # whether `variables` is whole; if not, an unknown one may be known once the rest is mended
    defined: set[str] = field(default_factory=set)
    notes: dict[str, int] = field(default_factory=dict)
    cited: dict[str, int] = field(default_factory=dict)
    terms: dict[str, Place] = field(default_factory=dict)
    anchors: dict[str, Place] = field(default_factory=dict)
    claims: dict[str, Place] = field(default_factory=dict)
    targets: list[tuple[str, Place]] = field(default_factory=list)
    assets: dict[str, Asset] = field(default_factory=dict)
    accounted: list[tuple[int, str]] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    glossary_place: Place | None = None
    glossary_count: int = 0
    level: int = 0
    count: int = 0
    depth: int = 0

    def place(self, line: int | None, column: int | None = None) -> Place:
        """A place in this file; line and column from 1."""
        return Place(self.file, line, column)

    def tell(self, code: str, message: str, place: Place, hint: str = "") -> None:
        """State a finding about this file."""
        self.ledger.tell(code, message, place, hint)

    def next_id(self) -> str:
        """The next block id of this file, such as `b0007`."""
        self.count += 1
        return f"{self.prefix}{self.count:04d}"

    def account(self, line: int, text: str) -> None:
        """Words of the source that are obeyed, not shown: names, options, what a condition leaves out."""
        self.accounted.append((line, text))

    def account_lines(self, tokens: Iterable[Token]) -> None:
        """The words of paragraphs that are told to be left out, so that they are not told twice."""
        for token in tokens:
            if token.content and token.map:
                for offset, line in enumerate(token.content.split("\n")):
                    self.account(token.map[0] + 1 + offset, line)

    def anchor(self, words: str, place: Place, fallback: str = "section") -> str:
        """A new anchor made of words: ASCII, unique, never beginning with a digit."""
        flat = unicodedata.normalize("NFKD", words.translate(_LIGATURES)).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", flat).strip("-")[:60].rstrip("-")
        if not slug or not slug[0].isalpha() or reserved(slug):
            slug = f"{fallback}-{slug}" if slug else fallback
        anchor, number = slug, 1
        while anchor in self.anchors or anchor in self.claims:
            number += 1
            anchor = f"{slug}-{number}"
        self.anchors[anchor] = place
        return anchor
