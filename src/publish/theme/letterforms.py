"""What a letter looks like: a glyph held against this and every other letter of the faces that ship with publish."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
from fontTools.ttLib import TTFont

from publish.inputs import shipped_themes
from publish.theme.outlines import Floats, Outline, Outlines, fill

CHARACTERS = string.ascii_letters + string.digits + ".,:;-%<>≤≥/()+=±×µ°?!"
"""What a dose, a warning or an address is written with: these glyphs are compared."""

_CHECKED = ((0x21, 0x17F), (0x218, 0x21B), (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x491), (0x1E9E, 0x1E9E))
"""Latin, Greek and Cyrillic letters of the languages in use, with the common signs."""
_SIGNS = "–—‘’‚“”„•…‹›€≤≥−"

_ALIKE = (
    *("oO0°", "lI1|i!Jj/", "cC(", "sS5", "vVyYu", "wW", "xX×", "zZ2", "pP", "kK", "uUµ", ".,:;", "-–", "tf+±"),
    *("OQ", "gq", "lf", "lt", "µp", "vp"),
)
"""Letters that honest fonts draw so much alike that taking one for the other proves no trick."""

_SIDE = 20
_SOFTENINGS = 4
_NARROWEST = 0.5
_ZONE, _ASPECT = 0.5, 0.35
_DIGITS_APART, _LETTERS_APART, _KINDS_APART = 0.1, 0.135, 0.24
"""How much nearer to another letter than to itself a glyph must be to be refused: least for digits, for a dose hangs on
them; most for a small letter that looks like a capital or a sign. Tuned on 150 faces of 18 families."""
_FARTHEST = 0.95
"""How far from each drawing of its own letter a glyph may be; the oddest of those 150 faces reaches 0.85."""


class Forms:
    """The letterforms of one font, on the scale of its own x-height. `slant` as in `post`, in degrees."""

    def __init__(self, outlines: Outlines) -> None:
        self._outlines = outlines
        self._vectors: dict[str, Floats] = {}
        self.x_height = x_height(outlines)
        self._slant = max(-25.0, min(0.0, float(outlines.font["post"].italicAngle)))

    def vector(self, glyph: str) -> Floats:
        """The glyph as a point in space; the distance of two points tells how unlike the glyphs look."""
        if glyph not in self._vectors:
            self._vectors[glyph] = vector(self._outlines.glyph(glyph).upright(self._slant), self.x_height)
        return self._vectors[glyph]

    def misread(self, glyphs: Mapping[str, str], lenient: bool = False) -> dict[str, str]:
        """The letters whose glyph (`glyphs` maps letter to glyph) looks like another one: letter to that other one.

        The other one is empty if the glyph looks like none. `lenient` doubles the margin.
        """
        letters = [letter for letter in glyphs if letter in CHARACTERS]
        if not letters or self.x_height <= 0:
            return {}
        apart = distances(np.array([self.vector(glyphs[letter]) for letter in letters]))
        found = {}
        for letter, row in zip(letters, apart, strict=True):
            own = row[CHARACTERS.index(letter)]
            excess = own - row - margins(letter) * (2 if lenient else 1)
            if excess.max() > 0:
                found[letter] = CHARACTERS[int(excess.argmax())]
            elif own > _FARTHEST and not lenient:
                found[letter] = ""
        return found


def checked_letters(outlines: Outlines) -> dict[str, str]:
    """The letters, digits and signs that are checked, with the glyph of each."""
    wanted = [chr(code) for start, end in _CHECKED for code in range(start, end + 1)] + list(_SIGNS)
    return {
        letter: outlines.cmap[ord(letter)]
        for letter in wanted
        if ord(letter) in outlines.cmap and unicodedata.category(letter)[0] in "LNPS"
    }


def alike(one: str, other: str) -> bool:
    """Whether honest fonts draw the two letters much alike."""
    return one == other or any(one in group and other in group for group in _ALIKE)


def vector(outline: Outline, x_height: float) -> Floats:
    """The ink stretched to a square and softened, then where it stands and how wide it is, in x-heights."""
    left, bottom, right, top = outline.box
    soft = fill(outline, _frame(outline.box), _SIDE, _SIDE)
    for _ in range(_SOFTENINGS):
        soft = _soften(soft)
    length = float(np.linalg.norm(soft)) or 1.0
    aspect = float(np.log(max(right - left, 1e-3) / max(top - bottom, 1e-3)))
    place = [_ZONE * bottom / x_height, _ZONE * top / x_height, _ASPECT * aspect]
    return np.concatenate([soft.ravel() / length, place])


def x_height(outlines: Outlines) -> float:
    """The measured height of the small letters without ascender, in em: the median of several, for one may lie."""
    tops = [outline.box[3] for letter in "xzvwuaemnrs" if (outline := outlines.letter(letter)) and not outline.empty]
    return float(np.median(tops)) if tops else 0.0


def distances(vectors: Floats) -> Floats:
    """For each vector (a row) its distance to the nearest drawing of each of CHARACTERS (a column)."""
    drawings, starts = _references()
    squares = (vectors**2).sum(1)[:, None] + (drawings**2).sum(1) - 2 * vectors @ drawings.T
    return np.asarray(np.minimum.reduceat(np.sqrt(np.maximum(squares, 0)), starts, axis=1), dtype=np.float64)


@cache
def margins(letter: str) -> Floats:
    """How much nearer to each of CHARACTERS than to `letter` a glyph for `letter` must be before it is refused."""
    return np.array([_margin(letter, other) for other in CHARACTERS])


def _margin(one: str, other: str) -> float:
    if alike(one, other):
        return float("inf")
    if one.isdigit() and other.isdigit():
        return _DIGITS_APART
    return _LETTERS_APART if _kind(one) == _kind(other) else _KINDS_APART


def _kind(letter: str) -> str:
    return "small" if letter.islower() else "capital" if letter.isupper() else "digit" if letter.isdigit() else "sign"


@cache
def _references() -> tuple[Floats, npt.NDArray[np.intp]]:
    """Every drawing of CHARACTERS in the shipped faces, in this order, and where those of each character begin."""
    drawn: list[tuple[int, Floats]] = [
        (CHARACTERS.index("1"), vector(_footless_one(stroke), 1.0)) for stroke in (0.1, 0.2, 0.35)
    ]
    for path in sorted((shipped_themes() / "base" / "fonts").glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            outlines = Outlines(font)
            forms = Forms(outlines)
            drawn += [
                (column, forms.vector(outlines.cmap[ord(letter)]))
                for column, letter in enumerate(CHARACTERS)
                if ord(letter) in outlines.cmap
            ]
    drawn.sort(key=lambda each: each[0])
    columns = np.array([column for column, _ in drawn])
    return np.array([each for _, each in drawn]), np.searchsorted(columns, np.arange(len(CHARACTERS)))


def _footless_one(stroke: float) -> Outline:
    """A 1 of a stem and a flag, in x-heights: many a sans serif has it so, but the shipped ones give theirs a foot."""
    top, reach, drop = 1.4, 0.38, 0.3
    stem = [(0.0, 0.0), (stroke, 0.0), (stroke, top), (0.0, top)]
    flag = [(-reach, top - drop), (-reach, top - drop - stroke), (0.0, top - stroke * 1.2)]
    corners = stem + flag
    edges = [(*here, *there) for here, there in zip(corners, corners[1:] + corners[:1], strict=True)]
    return Outline(np.array(edges, dtype=np.float64), stroke + reach)


def _frame(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The box, made wider or higher where it is so narrow that stretching it to a square would blow up its serifs."""
    left, bottom, right, top = box
    wider = max(0.0, _NARROWEST * (top - bottom) - (right - left)) / 2
    higher = max(0.0, _NARROWEST * (right - left) - (top - bottom)) / 2
    return (left - wider, bottom - higher, right + wider, top + higher)


def _soften(ink: Floats) -> Floats:
    """Each pixel mixed with its neighbours, so that a stroke a little to the side still counts as near."""
    wide = np.pad(ink, 1)
    down = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    return np.asarray((down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 16, dtype=np.float64)
