"""The shapes in font files: those that a theme pins and those that a PDF embeds."""

from __future__ import annotations

import io
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.tables._g_l_y_f import Glyph

from publish.inputs import ByContent, Contents
from publish.verify._once import once

Outline: TypeAlias = tuple[Any, ...]

_SHAPING = frozenset(
    "ccmp locl rlig rclt calt liga clig dlig isol init medi fina lnum onum pnum tnum zero case".split()
    + [f"ss{number:02}" for number in range(1, 21)]
    + [f"cv{number:02}" for number in range(1, 100)]
)
"""OpenType features that change a letter's form and leave it the same letter. Not small capitals: mg is not MG."""

_RAISING = frozenset("sups subs sinf ordn numr dnom".split())
"""Features that set letters as superscripts: right only where the source has one."""

_LIGATURES = frozenset({"liga"})
"""What most text has of all these. A font is read for them at once; to read it for all takes long."""


class Shapes:
    """One font file. Shapes are compared point by point; sizes are in em."""

    def __init__(self, font: TTFont) -> None:
        self._font = font
        if "glyf" in font:  # where glyphs are known by number, so that names need not be read, which takes long
            font.setGlyphOrder([f"glyph{number}" for number in range(font["maxp"].numGlyphs)])
        self._order: list[str] = font.getGlyphOrder()
        self._em = float(font["head"].unitsPerEm)
        self._set: Any = None
        self._outlines: dict[str, Outline] = {}
        self._alternates: dict[frozenset[str], _Alternates] = {}
        self._glyf: bytes = font.reader["glyf"] if "glyf" in font else b""
        self.name = str(font["name"].getDebugName(6) or "") if "name" in font else ""

    @cached_property
    def characters(self) -> dict[int, str]:
        """The name of each character's plain glyph."""
        return self._font.getBestCmap() or {} if "cmap" in self._font else {}

    def _stored(self, number: int) -> bytes:
        """A glyph as it stands in the font's `glyf` table (OpenType, glyf)."""
        places = self._font["loca"].locations
        return self._glyf[places[number] : places[number + 1]]

    @property
    def x_height(self) -> float:
        """The height of a small x in em, as designed (OS/2 sxHeight) or as drawn."""
        stated = float(getattr(self._font["OS/2"], "sxHeight", 0) or 0) if "OS/2" in self._font else 0.0
        if stated > 0:
            return stated / self._em
        name = self.characters.get(ord("x"))
        return self.bounds(self._order.index(name))[3] if name else 0.5

    def glyph(self, number: int) -> str | None:
        """The name of the glyph with this number."""
        return self._order[number] if number < len(self._order) else None

    def outline(self, name: str) -> Outline:
        """A glyph's points, and the instructions that may move them, in 1000ths of an em; () when it has no ink."""
        if name not in self._outlines:
            self._outlines[name] = self._traced(name)
        return self._outlines[name]

    def _traced(self, name: str) -> Outline:
        factor = 1000 / self._em
        if "glyf" in self._font:
            stored = self._stored(self._font.getGlyphID(name))
            if len(stored) > 10 and stored[0] < 128:
                return _simple(stored, factor)
            whole = self._with_parts(stored)
            return _COMPOSED.of(
                Contents(b"".join(whole)),
                lambda _: _pointed(self._font["glyf"][name], self._font["glyf"], factor),
                (factor, *map(len, whole)),
            )
        self._set = self._set or self._font.getGlyphSet()
        pen = DecomposingRecordingPen(self._set)
        self._set[name].draw(pen)
        return tuple(
            (how, tuple((round(x * factor, 2), round(y * factor, 2)) for x, y in points)) for how, points in pen.value
        )

    def _with_parts(self, stored: bytes, depth: int = 0) -> list[bytes]:
        """A glyph and all those that it is made of, as they are stored. Raises ValueError if that has no end."""
        if depth > _DEEPEST:
            raise ValueError("a font's glyph is made of itself")
        found = [stored]
        for _, number in _components(stored):
            found += self._with_parts(self._stored(number), depth + 1)
        return found

    def programmed(self, name: str) -> bool:
        """Whether a glyph carries instructions: with them a file may draw another shape than its points say."""
        if "glyf" not in self._font:
            return False
        stored = self._stored(self._font.getGlyphID(name))
        if len(stored) > 10 and stored[0] < 128:
            at = 10 + 2 * int.from_bytes(stored[:2], "big")
            return any(stored[at : at + 2])
        if not any(flags & _INSTRUCTED for flags, _ in _components(stored)):
            return False
        program = getattr(self._font["glyf"][name], "program", None)
        return bool(program and program.getBytecode())

    def instructions(self, name: str) -> bytes:
        """A glyph's instructions and those of the font that they may call."""
        own = self._font["glyf"][name].program.getBytecode()
        shared = [self._font[tag].program.getBytecode() for tag in ("fpgm", "prep") if tag in self._font]
        return b"\0".join([own, *shared])

    def bounds(self, number: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a glyph's ink in em; all 0 when it has none."""
        name = self.glyph(number)
        if name is None:
            return 0.0, 0.0, 0.0, 0.0
        if "glyf" in self._font:
            stored = self._stored(number)
            contours, *box = struct.unpack(">5h", stored[:10]) if len(stored) >= 10 else (0, 0, 0, 0, 0)
            if contours == 0:
                return 0.0, 0.0, 0.0, 0.0
        else:
            self._set = self._set or self._font.getGlyphSet()
            pen = BoundsPen(self._set)
            self._set[name].draw(pen)
            if pen.bounds is None:
                return 0.0, 0.0, 0.0, 0.0
            box = pen.bounds
        left, bottom, right, top = (float(each) / self._em for each in box)
        return left, bottom, right, top

    def names_for(self, text: str, raised: bool) -> Iterator[str]:
        """The glyphs of this font that may stand for a text: its letters, their ligatures, their other forms.

        The likely ones come first, and once more among all others.
        """
        letters = [self.characters.get(ord(letter)) for letter in text]
        parts = [self.characters.get(ord(letter)) for letter in unicodedata.normalize("NFD", text)]
        start = {name for name in letters if name} if len(text) == 1 else set()
        for features in (_LIGATURES, _SHAPING | _RAISING if raised else _SHAPING):
            if features not in self._alternates:
                self._alternates[features] = _Alternates(self._font, features)
            yield from self._alternates[features].of(start, [letters, parts])

    def name_for(self, letter: str) -> str | None:
        """The plain glyph of one letter."""
        return self.characters.get(ord(letter))


_COMPOSED = ByContent[Outline](2048)
"""The outlines of glyphs that are made of others, by the bytes of all of them."""

_DEEPEST = 8
"""Glyphs within glyphs that are followed: an accented letter has two."""

_WORDS, _SCALED, _MORE, _SCALED_TWICE, _TURNED, _INSTRUCTED = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100


def _components(stored: bytes) -> Iterator[tuple[int, int]]:
    """The flags and the glyph number of each part of a glyph, if it is made of others (OpenType, glyf)."""
    at, more = 10, stored[:1] >= b"\x80"
    while more and at + 4 <= len(stored):
        flags, number = struct.unpack_from(">2H", stored, at)
        yield flags, number
        more = bool(flags & _MORE)
        at += 8 if flags & _WORDS else 6
        at += 2 if flags & _SCALED else 4 if flags & _SCALED_TWICE else 8 if flags & _TURNED else 0


@lru_cache(maxsize=4096)
def _simple(stored: bytes, factor: float) -> Outline:
    """The outline of a glyph that is made of no others, by its bytes: those of a font's subsets are all the same."""
    return _pointed(Glyph(stored), None, factor)


def _pointed(glyph: Any, table: Any, factor: float) -> Outline:
    glyph.expand(table)
    if glyph.numberOfContours == 0:
        return ()
    points, ends, flags = glyph.getCoordinates(table)
    rounded = tuple((round(x * factor, 2), round(y * factor, 2)) for x, y in points)
    return rounded, tuple(ends), tuple(flag & 1 for flag in flags)


class _Alternates:
    """What a font's substitutions (GSUB) make of glyphs, by the given features."""

    def __init__(self, font: TTFont, features: frozenset[str]) -> None:
        self.single: dict[str, set[str]] = {}
        self.ligatures: dict[tuple[str, ...], set[str]] = {}
        table = font["GSUB"].table if "GSUB" in font else None
        if table is None or table.LookupList is None:
            return
        wanted = {
            index
            for record in (table.FeatureList.FeatureRecord if table.FeatureList else ())
            if record.FeatureTag in features
            for index in record.Feature.LookupListIndex
        }
        lookups = table.LookupList.Lookup
        for index in sorted(_reached(lookups, wanted)):
            for subtable in _subtables(lookups[index]):
                self._learn(subtable)

    def _learn(self, subtable: Any) -> None:
        if hasattr(subtable, "ligatures"):
            for first, ligatures in subtable.ligatures.items():
                for ligature in ligatures:
                    self.ligatures.setdefault((first, *ligature.Component), set()).add(ligature.LigGlyph)
        elif hasattr(subtable, "alternates"):
            for name, others in subtable.alternates.items():
                self.single.setdefault(name, set()).update(others)
        elif hasattr(subtable, "mapping"):
            for name, other in subtable.mapping.items():
                self.single.setdefault(name, set()).update([other] if isinstance(other, str) else other)

    def of(self, start: Iterable[str], sequences: Iterable[list[str | None]]) -> frozenset[str]:
        found = set(start)
        for sequence in sequences:
            if len(sequence) > 1 and None not in sequence:
                found |= self.ligatures.get(tuple(str(name) for name in sequence), set())
        for _ in range(3):
            found |= {other for name in found for other in self.single.get(name, ())}
        return frozenset(found)


def _subtables(lookup: Any) -> Iterator[Any]:
    for subtable in lookup.SubTable:
        yield getattr(subtable, "ExtSubTable", subtable)


def _reached(lookups: Any, wanted: set[int]) -> set[int]:
    """The lookups of the features and those that their contextual ones call."""
    reached: set[int] = set()
    waiting = list(wanted)
    while waiting:
        index = waiting.pop()
        if index in reached or index >= len(lookups):
            continue
        reached.add(index)
        for subtable in _subtables(lookups[index]):
            waiting += list(_called(subtable))
    return reached


def _called(subtable: Any) -> Iterator[int]:
    records = list(getattr(subtable, "SubstLookupRecord", None) or ())
    sets = [name for name in vars(subtable) if name.endswith(("RuleSet", "ClassSet"))]
    for name in sets:
        for group in getattr(subtable, name) or ():
            for rules in vars(group).values() if group is not None else ():
                for rule in rules if isinstance(rules, list) else ():
                    records += getattr(rule, "SubstLookupRecord", None) or []
    for record in records:
        yield record.LookupListIndex


@once(16)
def shapes_of(program: bytes) -> Shapes | None:
    """The shapes of an embedded font file, or None when it cannot be read."""
    if not program:
        return None
    try:
        return Shapes(TTFont(io.BytesIO(program), lazy=True))
    except (TTLibError, KeyError, ValueError, OSError, AssertionError):
        return None


def pinned(path: Path) -> Shapes:
    """The shapes of a font file that a theme pins; read again when the file has changed."""
    return _pinned(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _pinned(path: Path, _: int) -> Shapes:
    return Shapes(TTFont(path, lazy=True))
