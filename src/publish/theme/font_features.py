"""What a font does to letters unasked: substitutions (GSUB) and shifts (GPOS, kern) that every reader applies.

Terms and lookup types as in the OpenType specification 1.9.1, chapters GSUB and GPOS.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont

from publish.theme.letterforms import CHARACTERS, Forms, checked_letters, vector
from publish.theme.outlines import Outlines, side_by_side

_ALTERING = frozenset(
    "liga clig rlig calt rclt ccmp locl rvrn rand init medi fina isol frac numr dnom Harf Buzz".split()
)
_ASKED = frozenset("frac numr dnom".split())
"""On by default only around a fraction slash, where letters do not stand and digits may shrink."""
_MOVING = frozenset("kern dist curs abvm blwm mark mkmk".split())
_CUSTOMARY = frozenset("th tt ti tf ty ct st sp ij ch ck tz ij tti ae oe nr. l·l".split())
"""What languages and printers join; besides, whatever begins with f and has at most three letters."""
_DOTTED = str.maketrans("ıіϳјȷƒ", "iijjjf")
"""Letters that differ by their dot or hook only: marks above take the place of a dot."""
_ROUNDS = 3
_THINNEST_LIGATURE, _FATTEST_LIGATURE = 0.6, 1.5
_UNLIKE_LIGATURE = 0.62
"""Distance of a ligature from its letters set side by side; honest ones reach 0.5."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One substitution: these glyphs in a row become those."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def substitutions(font: TTFont, outlines: Outlines) -> Iterator[str]:
    """Each substitution that applies unasked and shows something else than the letters that stand in the text."""
    if "GSUB" not in font:
        return
    rules = list(chain.from_iterable(map(_rules, _lookups(font["GSUB"].table, _ALTERING - _ASKED))))
    judge = _Judge(font, outlines, rules)
    if judge.blind:
        return
    for rule in rules:
        for text in judge.texts_of(rule):
            wrong = judge.wrong(text, rule)
            if wrong:
                yield wrong


def tightest_pairs(font: TTFont, glyphs: frozenset[str]) -> tuple[float, str]:
    """The strongest pull (em, negative) that the font gives to one of `glyphs` unasked, and what it pulls."""
    em = font["head"].unitsPerEm
    pulls: list[tuple[float, str]] = [(0.0, "")]
    if "GPOS" in font:
        for lookup in _lookups(font["GPOS"].table, _MOVING):
            for table in _subtables(lookup):
                pulls += _pulls(table, glyphs)
    if "kern" in font:
        for table in font["kern"].kernTables:
            pairs = getattr(table, "kernTable", {}).items()
            pulls += [(value, f"“{one}” and “{two}”") for (one, two), value in pairs if {one, two} <= glyphs]
    if "GDEF" in font and getattr(font["GDEF"].table, "GlyphClassDef", None):
        classes = font["GDEF"].table.GlyphClassDef.classDefs
        # Shapers give a mark no width of its own, whatever hmtx says.
        pulls += [(-float(em), f"“{glyph}”, which it calls a mark,") for glyph in glyphs if classes.get(glyph) == 3]
    value, where = min(pulls)
    return value / em, where


def _lookups(table: Any, wanted: Iterable[str]) -> list[Any]:
    """The lookups that the features named `wanted` (and required ones) reach, those called by contexts included."""
    if table.FeatureList is None or table.LookupList is None:
        return []
    records = table.FeatureList.FeatureRecord
    reached: set[int] = set()
    required = set(_required(table))
    chosen = [index for index, record in enumerate(records) if record.FeatureTag in wanted or index in required]
    todo = [number for index in chosen for number in records[index].Feature.LookupListIndex]
    variations = getattr(table, "FeatureVariations", None)
    for variation in variations.FeatureVariationRecord if variations else ():
        for swapped in variation.FeatureTableSubstitution.SubstitutionRecord:
            if swapped.FeatureIndex in chosen:
                todo += swapped.Feature.LookupListIndex
    lookups = table.LookupList.Lookup
    while todo:
        number = todo.pop()
        if number not in reached and number < len(lookups):
            reached.add(number)
            for subtable in _subtables(lookups[number]):
                todo += _called(subtable)
    return [lookups[number] for number in sorted(reached)]


def _required(table: Any) -> Iterator[int]:
    for script in table.ScriptList.ScriptRecord if table.ScriptList else ():
        systems = [script.Script.DefaultLangSys, *(each.LangSys for each in script.Script.LangSysRecord)]
        yield from (system.ReqFeatureIndex for system in systems if system and system.ReqFeatureIndex != 0xFFFF)


def _subtables(lookup: Any) -> Iterator[Any]:
    for table in lookup.SubTable:
        yield getattr(table, "ExtSubTable", table)


def _called(table: Any) -> Iterator[int]:
    """The lookups that a contextual subtable calls, in whichever of its formats."""
    for attribute, value in list(vars(table).items()):
        if attribute in ("SubstLookupRecord", "PosLookupRecord"):
            yield from (record.LookupListIndex for record in value)
        elif "Rule" in attribute or "ClassSet" in attribute:
            for each in value if isinstance(value, list) else [value]:
                if hasattr(each, "__dict__"):
                    if hasattr(each, "ensureDecompiled"):
                        each.ensureDecompiled()
                    yield from _called(each)


def _rules(lookup: Any) -> Iterator[Rule]:
    """What the lookup replaces by what, contexts left aside: a context only narrows where it happens."""
    for table in _subtables(lookup):
        mapping: Mapping[str, Any] = getattr(table, "mapping", None) or {}
        for glyph, after in mapping.items():
            yield Rule((glyph,), (after,) if isinstance(after, str) else tuple(after))
        for glyph, others in (getattr(table, "alternates", None) or {}).items():
            yield from (Rule((glyph,), (other,)) for other in others)
        for first, ligatures in (getattr(table, "ligatures", None) or {}).items():
            yield from (Rule((first, *each.Component), (each.LigGlyph,)) for each in ligatures)
        if type(table).__name__ == "ReverseChainSingleSubst":
            for glyph, other in zip(table.Coverage.glyphs, table.Substitute, strict=False):
                yield Rule((glyph,), (other,))


class _Judge:
    """Knows which letters each glyph may stand for, and whether a glyph still shows them."""

    def __init__(self, font: TTFont, outlines: Outlines, rules: list[Rule]) -> None:
        self._outlines = outlines
        self._forms = Forms(outlines)
        marks = getattr(font["GDEF"].table, "GlyphClassDef", None) if "GDEF" in font else None
        self._classes: Mapping[str, int] = marks.classDefs if marks else {}
        self._combining = {glyph for code, glyph in outlines.cmap.items() if unicodedata.combining(chr(code))}
        self._own: dict[str, str] = {}
        for letter, glyph in chain(checked_letters(outlines).items(), [(" ", outlines.cmap.get(0x20, ""))]):
            self._own.setdefault(glyph, letter)
        self._texts = {glyph: {letter} for glyph, letter in self._own.items()}
        for _ in range(_ROUNDS):
            for rule in rules:
                if len(rule.before) == len(rule.after) == 1 and rule.before[0] in self._texts:
                    self._texts.setdefault(rule.after[0], set()).update(self._texts[rule.before[0]])
        self._reached = {glyph: sorted(texts) for glyph, texts in self._texts.items()}

    @property
    def blind(self) -> bool:
        """There is no small letter to measure others by; the check of proportions says so."""
        return self._forms.x_height <= 0

    def texts_of(self, rule: Rule) -> list[str]:
        """What may stand in the text where the rule applies; marks are left out. Empty if no letter is concerned."""
        letters = [self._reached.get(glyph, []) for glyph in rule.before if not self._mark(glyph)]
        if not letters or not all(letters):
            return []
        if len(letters) > 1:
            letters = [each[:3] for each in letters]
        return ["".join(each) for each in product(*letters)]

    def wrong(self, text: str, rule: Rule) -> str:
        """Why the rule shows something else than `text`, or nothing."""
        said = f"“{text}” "
        base = [glyph for glyph in rule.after if not self._mark(glyph)]
        if not base:
            return f"{said}vanishes" if any(not letter.isspace() for letter in text) else ""
        if len(text) > 1:
            return self._wrong_ligature(text, rule, base)
        if len(base) > max(1, len(unicodedata.normalize("NFKD", text))):
            return f"{said}becomes {len(base)} signs"
        if len(rule.before) > 1 or (len(rule.after) > 1 and _base(text) not in CHARACTERS):
            return "" if self._area(base) >= 0.5 * self._area(self._glyphs(text)) else f"{said}nearly vanishes"
        if len(rule.after) > 1:
            return self._wrong_single(_base(text), base[0])
        return self._wrong_single(text, base[0])

    def _wrong_single(self, letter: str, glyph: str) -> str:
        if letter.isspace():
            return "" if self._outlines.glyph(glyph).empty else "the space is drawn as something"
        before = self._area(self._glyphs(letter))
        if before and self._area([glyph]) < 0.4 * before:
            return f"“{letter}” (nearly) vanishes"
        if letter in CHARACTERS:
            other = self._forms.misread({letter: glyph}, lenient=True).get(letter)
            return f"“{letter}” is shown like “{other}”" if other else ""
        other = self._own.get(glyph, letter)
        return f"“{letter}” is shown as “{other}”" if letter.isalnum() and _base(other) != _base(letter) else ""

    def _wrong_ligature(self, text: str, rule: Rule, base: list[str]) -> str:
        joined = side_by_side([self._outlines.glyph(glyph) for glyph in rule.before if not self._mark(glyph)])
        drawn = side_by_side([self._outlines.glyph(glyph) for glyph in base])
        if not joined.area:
            return "" if drawn.empty else f"“{text}” is drawn as something"
        if drawn.area < _THINNEST_LIGATURE * joined.area:
            return f"“{text}” (nearly) vanishes"
        if not any(letter.isalnum() for letter in text):
            return ""
        plain = "".join(_base(letter) for letter in text).lower()
        if plain not in _CUSTOMARY and not (plain[0] == "f" and len(plain) <= 3 and plain.isalpha()):
            return f"“{text}” becomes one sign, which no language writes so"
        apart = vector(joined, self._forms.x_height) - vector(drawn, self._forms.x_height)
        if drawn.area > _FATTEST_LIGATURE * joined.area or np.linalg.norm(apart) > _UNLIKE_LIGATURE:
            return f"“{text}” becomes a sign that does not look like it"
        return ""

    def _mark(self, glyph: str) -> bool:
        return glyph not in self._own and (self._classes.get(glyph) == 3 or glyph in self._combining)

    def _glyphs(self, text: str) -> list[str]:
        return [self._outlines.cmap[ord(letter)] for letter in text if ord(letter) in self._outlines.cmap]

    def _area(self, glyphs: list[str]) -> float:
        return sum(self._outlines.glyph(glyph).area for glyph in glyphs)


def _base(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)[0].translate(_DOTTED)


def _pulls(table: Any, glyphs: frozenset[str]) -> Iterator[tuple[float, str]]:
    """How far a positioning subtable pulls each of `glyphs` to the left, or off the line, in the font's units."""
    kind = type(table).__name__
    if kind == "SinglePos":
        values = table.Value if isinstance(table.Value, list) else [table.Value] * len(table.Coverage.glyphs)
        for glyph, value in zip(table.Coverage.glyphs, values, strict=False):
            if glyph in glyphs:
                yield _pull(value), f"“{glyph}”"
    elif kind == "PairPos" and table.Format == 1:
        for first, pairs in zip(table.Coverage.glyphs, table.PairSet, strict=False):
            if first in glyphs:
                for pair in pairs.PairValueRecord:
                    if pair.SecondGlyph in glyphs:
                        yield _pull(pair.Value1, pair.Value2), f"“{first}” and “{pair.SecondGlyph}”"
    elif kind == "PairPos":
        seconds = {table.ClassDef2.classDefs.get(glyph, 0): glyph for glyph in glyphs}
        covered = set(table.Coverage.glyphs) & glyphs
        for number, first in {table.ClassDef1.classDefs.get(glyph, 0): glyph for glyph in covered}.items():
            records = table.Class1Record[number].Class2Record
            for other, second in seconds.items():
                if other < len(records):
                    yield _pull(records[other].Value1, records[other].Value2), f"“{first}” and “{second}”"


def _pull(*values: Any) -> float:
    """The strongest shift to the left, or off the line, among value records."""
    worst = 0.0
    for value in values:
        if value is not None:
            fields = vars(value)
            worst = min(
                worst,
                fields.get("XAdvance", 0),
                fields.get("XPlacement", 0),
                -abs(fields.get("YPlacement", 0)),
            )
    return worst
