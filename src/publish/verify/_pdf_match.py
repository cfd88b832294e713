"""Words of the source held against letters that are drawn: word for word, with a stated few equivalences.

Equal are: any white space (a no-break space and a gap too), the line end and a space, canonically equal letters (NFC),
the hyphens `- ‐`, the micro signs `µ μ` (faces draw each group with one glyph, so a file cannot tell them apart), and a
hyphen that the typesetter adds at a line end. Nothing else: no NFKC, since 10² is not 102.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from publish.verify._once import once
from publish.verify._pdf_read import Drawn, Integers

Flags = npt.NDArray[np.bool_]

HYPHEN = "-"
_TWINS = str.maketrans({"\u2010": HYPHEN, "\u2011": HYPHEN, "\u00ad": HYPHEN, "\u00b5": "\u03bc"})
_UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """A text without its white space and hyphens. For each letter: `where` it comes from, and before it, how many
    hyphens (`hyphens`, with one more entry for the end) and whether white space (`spaced`) stands."""

    solid: str
    where: Integers
    hyphens: Integers
    spaced: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.solid)


def letters(pieces: Iterable[tuple[str, int]]) -> Letters:
    """The letters of pieces of text, each with the number of where it comes from."""
    listed = list(pieces)
    text = "".join([piece for piece, _ in listed])
    kinds = text.translate(_KINDS)
    if _ODD in kinds:
        return _one_by_one(listed)
    kind = np.frombuffer(kinds.encode("ascii"), dtype=np.uint8)
    at = np.nonzero(kind == ord(_LETTER))[0]
    dashes, spaces = (np.cumsum(kind == ord(each), dtype=np.int64) for each in (HYPHEN, " "))
    origins = np.repeat(np.array([origin for _, origin in listed], np.int64), [len(piece) for piece, _ in listed])
    before = np.concatenate([[0], dashes[at], [dashes[-1] if text else 0]]).astype(np.int64)
    return Letters(
        text.translate(_FOLDED),
        origins[at],
        before[1:] - before[:-1],
        tuple((np.diff(spaces[at], prepend=-1) > 0).tolist()),
    )


_LETTER, _UNTOLD, _ODD = "l", "u", "o"


class _Table(dict[int, str]):
    """What `str.translate` makes of a letter, found out when the letter is first met: a leaflet has some hundred."""

    def __init__(self, found: Callable[[str], str]) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, code: int) -> str:
        became = self._found(chr(code))
        if len(self) < _MOST_KNOWN:
            self[code] = became
        return became


_MOST_KNOWN = 4096


def _kind(letter: str) -> str:
    """White space, a hyphen, a letter, or not seen at all; odd is what may join the letter before it, or come apart."""
    if letter.isspace():
        return " "
    if letter in _UNSEEN:
        return _UNTOLD
    folded = letter.translate(_TWINS)
    if folded == HYPHEN:
        return HYPHEN
    return _ODD if unicodedata.combining(letter) or len(unicodedata.normalize("NFC", folded)) != 1 else _LETTER


def _folded(letter: str) -> str:
    return unicodedata.normalize("NFC", letter.translate(_TWINS)) if _kind(letter) == _LETTER else ""


_KINDS, _FOLDED = _Table(_kind), _Table(_folded)


def _one_by_one(pieces: Iterable[tuple[str, int]]) -> Letters:
    """The same for text in which letters are joined from several code points, or become several."""
    solid: list[str] = []
    where: list[int] = []
    hyphens: list[int] = []
    spaced: list[bool] = []
    dashes, space = 0, True
    for piece, origin in pieces:
        for letter in piece:
            if letter.isspace():
                space = True
            elif letter in _UNSEEN:
                continue
            elif (folded := letter.translate(_TWINS)) == HYPHEN:
                dashes += 1
            elif solid and unicodedata.combining(letter) and not dashes:
                solid[-1] = unicodedata.normalize("NFC", solid[-1] + letter)
            else:
                solid.append(unicodedata.normalize("NFC", folded))
                where.append(origin)
                hyphens.append(dashes)
                spaced.append(space)
                dashes, space = 0, False
    return _aligned(solid, where, [*hyphens, dashes], spaced)


def _aligned(solid: list[str], where: list[int], hyphens: list[int], spaced: list[bool]) -> Letters:
    """One letter, one place: what NFC leaves as several code points is spread over as many entries."""
    if any(len(letter) != 1 for letter in solid):
        lengths = [len(letter) for letter in solid]
        starts = set(accumulate(lengths[:-1], initial=0))
        where = [each for each, n in zip(where, lengths, strict=True) for _ in range(n)]
        hyphens = [
            *(c if k == 0 else 0 for c, n in zip(hyphens, lengths, strict=False) for k in range(n)),
            hyphens[-1],
        ]
        spread = [each for each, n in zip(spaced, lengths, strict=True) for _ in range(n)]
        spaced = [each and at in starts for at, each in enumerate(spread)]
    return Letters("".join(solid), np.array(where, dtype=np.int64), np.array(hyphens, dtype=np.int64), tuple(spaced))


def drawn_letters(drawn: Drawn, order: Integers) -> Letters:
    """The letters that a file draws, in the given order of glyphs. A new line is white space."""
    glyphs = order.tolist()
    said = [drawn.texts[glyph] for glyph in glyphs]
    turns = np.nonzero(np.diff(drawn.run[order]))[0]
    for place in (turns[_break(drawn, order[turns], order[turns + 1])] + 1).tolist():
        said[place] = " " + said[place]
    return letters(zip(said, glyphs, strict=True))


@once()
def read_letters(drawn: Drawn) -> Letters:
    """The letters of a file in the order in which it is read, found once for all its proofs."""
    return drawn_letters(drawn, drawn.reading)


def source_letters(texts: Iterable[str]) -> Letters:
    """The letters of source texts, numbered by text; a new text begins a new word."""
    return _source_letters(tuple(texts))


@once(1024)
def _source_letters(texts: tuple[str, ...]) -> Letters:
    return letters([(" " + text, number) for number, text in enumerate(texts)])


def find_capitals(wanted: Letters, shown: Letters) -> Iterator[Integers]:
    """The same for letters that may be shown as capitals (ß as SS): the indices in `shown`, for each place."""
    own, there = _casefolded(wanted), _casefolded(shown)
    for at in find(own, there):
        places = there.where[at : at + len(own)]
        pairs = zip(own.where.tolist(), places.tolist(), strict=True)
        if all(shown.solid[n] in (wanted.solid[m], shown.solid[n].upper()) for m, n in pairs):
            yield places


def place_of(wanted: Letters, shown: Letters, used: Flags, capitals: bool) -> tuple[Integers | None, bool]:
    """The indices of the wanted letters where they first stand and are not used; and whether as they were written."""
    size = len(wanted)
    for at in find(wanted, shown):
        if not used[at : at + size].any():
            return np.arange(at, at + size), True
    if capitals:
        return next((places for places in find_capitals(wanted, shown) if not used[places].any()), None), False
    return None, True


def _casefolded(texts: Letters) -> Letters:
    """Letters without their case. `where` is the index of each in the text before."""
    whole = texts.solid.casefold()
    if len(whole) == len(texts):
        return Letters(whole, np.arange(len(texts)), texts.hyphens, texts.spaced)
    folded = [letter.casefold() for letter in texts.solid]
    return _aligned(folded, list(range(len(texts))), texts.hyphens.tolist(), list(texts.spaced))


def find(wanted: Letters, shown: Letters) -> Iterator[int]:
    """Where all wanted letters stand in one piece: the first letter's index in `shown`, for each place."""
    at = shown.solid.find(wanted.solid) if wanted.solid else -1
    while at >= 0:
        yield at
        at = shown.solid.find(wanted.solid, at + len(wanted.solid))


def wrong_hyphens(wanted: Letters, shown: Letters, at: int, drawn: Drawn) -> list[int]:
    """The wanted letters before which hyphens are lost or added; one at a line end may be added."""
    size = len(wanted)
    shown_before = shown.hyphens[at : at + size]
    different = np.nonzero(shown_before != wanted.hyphens[:size])[0]
    wrong = []
    for index in different.tolist():
        more = int(shown_before[index] - wanted.hyphens[index])
        if index == 0:
            if more < 0:
                wrong.append(0)
        elif more != 1 or not _break(drawn, shown.where[at + index - 1, None], shown.where[at + index, None])[0]:
            wrong.append(index)
    if shown.hyphens[at + size] < wanted.hyphens[size]:
        wrong.append(size - 1)
    return wrong


def _break(drawn: Drawn, before: Integers, after: Integers) -> Flags:
    """Whether a line ends between glyphs and those after them."""
    em = drawn.matrices[drawn.run[before]]
    size, breadth = np.hypot(em[:, 2], em[:, 3]), np.hypot(em[:, 0], em[:, 1])
    size[size == 0] = breadth[breadth == 0] = 1.0
    dx, dy = drawn.x[after] - drawn.x[before], drawn.y[after] - drawn.y[before]
    across = (dx * em[:, 2] + dy * em[:, 3]) / size
    along = (dx * em[:, 0] + dy * em[:, 1]) / breadth
    apart: Flags = (drawn.page[before] != drawn.page[after]) | (np.abs(across) > 0.5 * size) | (along < 0)
    return apart


def longest_beginning(wanted: Letters, shown: Letters, start: int = 0) -> tuple[int, int]:
    """How many of the wanted letters from `start` on stand in one piece somewhere, and where that piece begins."""
    low, high, place = 0, len(wanted) - start, -1
    while low < high:
        middle = (low + high + 1) // 2
        at = shown.solid.find(wanted.solid[start : start + middle])
        if at >= 0:
            low, place = middle, at
        else:
            high = middle - 1
    return low, place


def words_around(texts: Letters, index: int, before: int = 24, after: int = 32) -> str:
    """The words around a letter, with the white space put back, cut at word ends."""
    start, end = max(0, index - before), min(len(texts), index + after)
    while start > 0 and not texts.spaced[start] and index - start < before + 16:
        start -= 1
    while end < len(texts) and not texts.spaced[end] and end - index < after + 16:
        end += 1
    return as_text(texts, start, end)


def as_text(texts: Letters, start: int, end: int) -> str:
    """Letters from `start` to `end` as one line of readable text."""
    parts = []
    for at in range(start, end):
        parts.append(" " if texts.spaced[at] and at > start else "")
        parts.append(HYPHEN * int(texts.hyphens[at]) if at > start else "")
        parts.append(texts.solid[at])
    return "".join(parts)
