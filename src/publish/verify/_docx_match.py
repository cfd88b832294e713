"""Finds a segment's passages among a file's paragraphs, and says where the two first differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from publish.model import Passage

_AROUND = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """The passages of a segment that say anything, white space squeezed."""

    name: str
    texts: tuple[str, ...]


def wanted(name: str, passages: Sequence[Passage]) -> Wanted:
    """A segment as it is looked for."""
    return Wanted(name, tuple(text for passage in passages if (text := squeezed(passage.text))))


def squeezed(text: str) -> str:
    """Text with each stretch of white space as one space."""
    return " ".join(text.split())


def places(segment: Wanted, paragraphs: Sequence[str], taken: set[int]) -> list[tuple[int, ...]]:
    """Every stretch of paragraphs that is the segment, among those not taken. Empty paragraphs do not count."""
    filled = [index for index, text in enumerate(paragraphs) if text]
    length = len(segment.texts)
    found = []
    for at in range(len(filled) - length + 1) if length else ():
        stretch = filled[at : at + length]
        matches = zip(stretch, segment.texts, strict=True)
        if all(index not in taken and paragraphs[index] == text for index, text in matches):
            found.append(tuple(stretch))
    return found


def first_difference(segment: Wanted, paragraphs: Sequence[str], taken: set[int]) -> tuple[str, str]:
    """What the document says and what the file says where they first part, a few words around it.

    The file's side is empty when the passage is not there at all, the document's when the file says more.
    """
    free = [text for index, text in enumerate(paragraphs) if text and index not in taken]
    matcher = SequenceMatcher(None, segment.texts, free, autojunk=False)
    for tag, a1, _, b1, b2 in matcher.get_opcodes():
        if tag == "insert" and 0 < a1 < len(segment.texts):
            return (segment.texts[a1] if free[b1] in segment.texts else ""), free[b1]
        if tag in ("replace", "delete"):
            lacking = segment.texts[a1]
            return differing_words(lacking, nearest(lacking, free[b1:b2]) or nearest(lacking, free))
    return segment.texts[0], ""


def nearest(text: str, among: Sequence[str]) -> str:
    """The paragraph most like a text, or nothing when none is like it."""
    words = text.split()
    best, found = 0.6, ""
    for other in among:
        matcher = SequenceMatcher(None, words, other.split(), autojunk=False)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, found = ratio, other
    if not found:
        for other in among:
            matcher = SequenceMatcher(None, text, other, autojunk=False)
            if matcher.real_quick_ratio() > 0.75 and matcher.quick_ratio() > 0.75 and matcher.ratio() > 0.75:
                return other
    return found


def differing_words(expected: str, found: str) -> tuple[str, str]:
    """Both sides where they first differ, with a few words before and behind."""
    if not found:
        return expected, ""
    left, right = expected.split(), found.split()
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            before = max(a1 - _AROUND, 0), max(b1 - _AROUND, 0)
            return " ".join(left[before[0] : a2 + _AROUND]), " ".join(right[before[1] : b2 + _AROUND])
    return expected, found


def shortened(text: str, most: int = 120) -> str:
    """A text for a message, cut in the middle when it is long."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"
