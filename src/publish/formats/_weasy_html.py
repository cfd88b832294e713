"""HTML read with each pattern compiled once: tinyhtml5 keeps its patterns under a name by which it never finds them."""

from __future__ import annotations

import re

from tinyhtml5 import inputstream


class _Patterns(dict[tuple[str | tuple[str, ...] | frozenset[str], bool], re.Pattern[str]]):
    """What the reader runs over, by the characters at which it stops, or over which alone it runs."""

    def __missing__(self, key: tuple[str | tuple[str, ...] | frozenset[str], bool]) -> re.Pattern[str]:
        characters, only = key
        listed = "".join(f"\\x{ord(character):02x}" for character in characters)
        made = self[key] = re.compile(f"[{listed}]+" if only else f"[^{listed}]+")
        return made


def patterns_once() -> None:
    """Patterns are found again from now on. There are as many as the reader's program names."""
    inputstream.characters_until_regex = _Patterns()
