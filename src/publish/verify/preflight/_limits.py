"""How much of a file preflight looks at before it says that it will look at no more. Each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`pages`: sheet sides looked at; a leaflet has two. `smallest_mm` and `largest_mm` are of a page with all its
    margins: a press sheet has up to 1.6 m. `instructions` and `objects` count over the whole file, so
    that forms which call each other without end come to an end. `depth` is of forms, patterns and letters within each
    other, `saved` of `q` without `Q`. `bytes` and `tokens` are of one content stream, unpacked; pikepdf needs about
    400 bytes of memory for each instruction. `seconds` is the time for all pages together.
    """

    pages: int = 200
    smallest_mm: float = 10.0
    largest_mm: float = 2500.0
    instructions: int = 2_000_000
    objects: int = 250_000
    depth: int = 16
    saved: int = 2_000
    bytes: int = 24 * _MIB
    tokens: int = 4_000_000
    kept: int = 200_000
    seconds: float = 45.0


LIMITS = Limits()

LARGEST = 1e9
"""Numbers beyond are no lengths on any page: 350 km in points."""
