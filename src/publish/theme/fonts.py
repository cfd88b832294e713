"""Whether a theme's fonts draw what the text says: a doctored font would show other words than every check reads."""

from __future__ import annotations

import io
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont

from publish import inputs
from publish.theme.font_features import substitutions, tightest_pairs
from publish.theme.letterforms import CHARACTERS, Forms, alike, checked_letters
from publish.theme.outlines import Outlines

_SPACES = " \u00a0\u2009\u202f"

_LEAST_INK = {"letter": 0.007, "sign": 0.0008}
"""Inked part of an em²; the lightest hairline faces have 0.012 for a letter and 0.002 for a full stop."""
_X_HEIGHT, _CAP_HEIGHT = (0.33, 0.68), (0.5, 0.95)
_DIGIT_TO_X = (0.85, 2.3)
_SX_TOLERANCE = 0.06
_OUTSIDE = 0.4
"""How far (em) the ink of a letter may reach out of its advance: swashes do, a letter printed over others does more."""
_TIGHTEST = -0.35

_HINT = "take the font from its maker anew, or use another font"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a font file, whatever theme it stands in."""

    code: str
    what: str
    hint: str = _HINT


@cache
def faults(path: Path, digest: str) -> tuple[Fault, ...]:
    """What is wrong with the font file at `path`; the answer holds for the content of this `digest`."""
    try:
        with TTFont(io.BytesIO(inputs.read(path)), lazy=True) as font:
            outlines = Outlines(font)
            return tuple(fault for check in _CHECKS for fault in check(font, outlines))
    except Exception as error:  # fontTools raises whatever a broken table happens to cause; each means: unusable
        return (Fault("theme.font-broken", f"its glyphs cannot be read: {error or type(error).__name__}"),)


def _tables(font: TTFont, _: Outlines) -> Iterator[Fault]:
    colour = sorted({"COLR", "SVG ", "CBDT", "sbix"} & set(font.keys()))
    if colour:
        yield Fault(
            "theme.font-colour",
            f"it brings pictures of its letters beside the outlines (table {', '.join(colour)}); readers show either",
            "use the font's version without colour",
        )
    other = sorted({"morx", "mort", "kerx", "trak", "Silf"} & set(font.keys()))
    if other:
        yield Fault(
            "theme.font-alters",
            f"it has rules that only some readers follow (table {', '.join(other)}): letters may differ",
            "use the font's OpenType version, or have these tables taken out",
        )
    maps = [table.cmap for table in font["cmap"].tables if table.isUnicode() and table.format != 14]
    differing = [chr(code) for code in range(0x21, 0x250) if len({each[code] for each in maps if code in each}) > 1]
    if differing:
        yield Fault(
            "theme.font-alters", f"its tables of characters disagree on {_shown(differing)}; readers would show either"
        )


def _ink(_: TTFont, outlines: Outlines) -> Iterator[Fault]:
    letters = checked_letters(outlines)
    bare = [letter for letter, glyph in letters.items() if _bare(letter, glyph, outlines)]
    if bare:
        yield Fault("theme.font-blank", f"it draws (nearly) nothing for {_shown(bare)}")
    inked = [space for space in _SPACES if (drawn := outlines.letter(space)) and not drawn.empty]
    if inked:
        yield Fault("theme.font-extra", "it draws something where the text has a space")
    narrow = [letter for letter, glyph in letters.items() if letter.isalnum() and outlines.advance(glyph) < 0.05]
    narrow += [letter for letter in ".,:;-%<>≤≥/–−" if letter in letters and outlines.advance(letters[letter]) < 0.05]
    if (space := outlines.letter(" ")) is not None and space.advance < 0.1:
        narrow.append(" ")
    if narrow:
        yield Fault("theme.font-width", f"it gives no room to {_shown(narrow)}, so letters stand over one another")
    outside = [letter for letter, glyph in letters.items() if letter in CHARACTERS and _outside(glyph, outlines)]
    if outside:
        yield Fault("theme.font-width", f"it draws {_shown(outside)} far outside the room of the letter")


def _bare(letter: str, glyph: str, outlines: Outlines) -> bool:
    kind = unicodedata.category(letter)
    least = _LEAST_INK["letter" if letter.isalnum() and kind not in ("Lm", "No", "Lo") else "sign"]
    parts = outlines.parts(glyph) or (glyph,)
    return not any(outlines.glyph(part).inked(least) for part in parts)


def _outside(glyph: str, outlines: Outlines) -> bool:
    outline = outlines.glyph(glyph)
    left, _, right, _ = outline.box
    return left < -_OUTSIDE or right > outline.advance + _OUTSIDE


def _proportions(font: TTFont, outlines: Outlines) -> Iterator[Fault]:
    x_height = Forms(outlines).x_height
    capitals = _median_height(outlines, "HEITLZNMKXFD")
    digits = _median_height(outlines, "0123456789")
    for name, value, (least, most) in (
        ("small letters", x_height, _X_HEIGHT),
        ("capitals", capitals, _CAP_HEIGHT),
        ("digits", digits, (_DIGIT_TO_X[0] * x_height, _DIGIT_TO_X[1] * x_height)),
    ):
        if not least <= value <= most:
            yield Fault(
                "theme.font-proportions",
                f"its {name} are {value:.2f} of the type size high, where {least:.2f} to {most:.2f} are usual: "
                "the sizes in pt would say nothing about how large the text is",
            )
    stated = getattr(font["OS/2"], "sxHeight", 0) / font["head"].unitsPerEm if "OS/2" in font else 0
    if stated and abs(stated - x_height) > _SX_TOLERANCE:
        yield Fault(
            "theme.font-proportions",
            f"it states an x-height of {stated:.2f} em, but its small letters are {x_height:.2f} em high",
        )


def _median_height(outlines: Outlines, letters: str) -> float:
    tops = [outline.box[3] for letter in letters if (outline := outlines.letter(letter)) and not outline.empty]
    return float(np.median(tops)) if tops else 0.0


def _letterforms(_: TTFont, outlines: Outlines) -> Iterator[Fault]:
    glyphs = {each: outlines.cmap[ord(each)] for each in CHARACTERS if ord(each) in outlines.cmap}
    drawn = {letter: glyph for letter, glyph in glyphs.items() if not outlines.glyph(glyph).empty}
    misread = Forms(outlines).misread(drawn)
    first: dict[bytes, str] = {}
    for letter, glyph in drawn.items():
        other = first.setdefault(outlines.glyph(glyph).edges.tobytes(), letter)
        if not alike(letter, other) and letter.lower() != other.lower():
            misread.setdefault(letter, other)
    misread |= _wrong_bases(outlines)
    other_letter = [f"“{letter}” (like “{other}”)" for letter, other in misread.items() if other]
    if other_letter:
        yield Fault("theme.font-misdrawn", f"it draws a letter as another one: {', '.join(other_letter[:12])}")
    no_letter = [letter for letter, other in misread.items() if not other]
    if no_letter:
        yield Fault("theme.font-misdrawn", f"nobody would recognise its {_shown(no_letter)}")


def _wrong_bases(outlines: Outlines) -> dict[str, str]:
    """Letters with an accent that are put together from another letter and the accent."""
    letters = {outlines.cmap[ord(each)]: each for each in string.ascii_letters if ord(each) in outlines.cmap}
    wrong = {}
    for letter, glyph in checked_letters(outlines).items():
        base = unicodedata.normalize("NFD", letter)[0]
        held = [letters[part] for part in outlines.parts(glyph) if part in letters]
        if base != letter and base in string.ascii_letters and held and not any(alike(base, each) for each in held):
            wrong[letter] = held[0]
    return wrong


def _features(font: TTFont, outlines: Outlines) -> Iterator[Fault]:
    altered = list(dict.fromkeys(substitutions(font, outlines)))
    if altered:
        yield Fault(
            "theme.font-alters",
            f"it shows other letters than the text has: {'; '.join(altered[:6])}",
            "use the font as its maker publishes it, or have the substitution (GSUB) taken out",
        )


def _spacing(font: TTFont, outlines: Outlines) -> Iterator[Fault]:
    closest, where = tightest_pairs(font, frozenset(checked_letters(outlines).values()) | {outlines.cmap.get(32, "")})
    if closest < _TIGHTEST:
        yield Fault("theme.font-overlap", f"it moves {where} by {closest:.2f} em, so that letters cover one another")


def _shown(letters: Iterable[str]) -> str:
    every = list(letters)
    more = f" and {len(every) - 12} more" if len(every) > 12 else ""
    return ", ".join("the space" if letter.isspace() else f"“{letter}”" for letter in every[:12]) + more


_CHECKS: tuple[Callable[[TTFont, Outlines], Iterator[Fault]], ...] = (
    _tables,
    _ink,
    _proportions,
    _letterforms,
    _features,
    _spacing,
)
