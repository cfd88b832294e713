"""The page list: where each page of the PDF begins in the EPUB's text, found by its first words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2
from lxml import etree

from publish.theme import Page
from publish.theme.markup import EPUB, XHTML

_MM = 72 / 25.4
_FLOW = frozenset("section div body main header article li dd td figure blockquote".split())
_STARTING = frozenset("p h1 h2 h3 h4 h5 h6 figcaption".split())
_NO_PLACE = frozenset("dl ol ul table thead tbody tr".split())
_LENGTHS = (48, 32, 22)
_FURTHEST_SKIP = 600


@dataclass(frozen=True, slots=True)
class _Spot:
    """A character of the text: the element it belongs to, in its text or its tail, at which offset."""

    element: etree._Element
    in_tail: bool
    offset: int


def mark_pages(root: etree._Element, pdf: bytes, sheet: Page) -> Mapping[int, str]:
    """Put a page break where each PDF page begins; page numbers with the ids of their breaks, in reading order.

    A page whose words are not found in this order is left out.
    """
    body = root.find(f"{{{XHTML}}}body")
    if body is None:
        return {}
    stream = _Stream(body)
    found: dict[int, int] = {}
    for number, words in _pages(pdf, sheet):
        at = 0 if number == 1 else _search(stream.letters, words)
        if at is not None and stream.letters:
            found[number] = at
    for number, at in sorted(found.items(), key=lambda each: (each[1], each[0]), reverse=True):
        _insert(stream.spot(at), number)
    return {number: f"page-{number}" for number in sorted(found, key=lambda each: (found[each], each))}


def _squeezed(text: str) -> str:
    """Only what is certain to be equal in both files: letters without white space, hyphens and ligatures."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text))


_NO_LETTERS = re.compile("[\\s\u00ad\u200b\\-\u2010\u2011\ufffe]+")
_letters = lru_cache(maxsize=2_000)(_squeezed)
"""The same for single characters, most of which come again and again."""


def _pages(pdf: bytes, sheet: Page) -> Iterator[tuple[int, str]]:
    """The words of each page inside its margins, where no running header stands."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        top, _, bottom, _ = (margin * _MM for margin in sheet.margins)
        for index in range(len(opened)):
            page = opened[index]
            width, height = page.get_size()
            text = page.get_textpage().get_text_bounded(0, bottom - 1, width, height - top + 1)
            yield index + 1, _squeezed(text)
    finally:
        opened.close()


def _search(stream: str, words: str) -> int | None:
    """Where a page's words begin in the text; words at its head that stand nowhere are skipped."""
    for skip in range(0, min(_FURTHEST_SKIP, max(1, len(words) - _LENGTHS[-1])), 4):
        for length in _LENGTHS:
            at = stream.find(words[skip : skip + length])
            if at >= 0 and len(words) >= skip + length:
                return at
        if skip == 0 and 0 < len(words) < _LENGTHS[-1] and (at := stream.find(words)) >= 0:
            return at
    return None


class _Stream:
    """The letters of a text in one row, and the way back from each to its place."""

    def __init__(self, body: etree._Element) -> None:
        pieces: list[str] = []
        self._starts: list[int] = []
        self._runs: list[tuple[etree._Element, bool, str]] = []
        length = 0
        for event, element in etree.iterwalk(body, events=("start", "end")):
            in_tail = event == "end"
            text = (None if element is body else element.tail) if in_tail else element.text
            if text and (letters := "".join(map(_letters, text))):
                self._starts.append(length)
                self._runs.append((element, in_tail, text))
                pieces.append(letters)
                length += len(letters)
        self.letters = "".join(pieces)

    def spot(self, at: int) -> _Spot:
        """The place of a letter."""
        index = bisect_right(self._starts, at) - 1
        element, in_tail, text = self._runs[index]
        left = at - self._starts[index]
        for offset, character in enumerate(text):
            left -= len(_letters(character))
            if left < 0:
                return _Spot(element, in_tail, offset)
        raise IndexError(at)


def _insert(spot: _Spot, number: int) -> None:
    mark = etree.Element(f"{{{XHTML}}}span")
    mark.set(f"{{{EPUB}}}type", "pagebreak")
    mark.set("role", "doc-pagebreak")
    mark.set("id", f"page-{number}")
    mark.set("aria-label", str(number))
    element, parent = spot.element, spot.element.getparent()
    if spot.in_tail:
        tail = element.tail or ""
        element.tail, mark.tail = tail[: spot.offset] or None, tail[spot.offset :]
        if parent is not None:
            parent.insert(parent.index(element) + 1, mark)
            element.tail, mark.tail = tail[: spot.offset] or None, tail[spot.offset :]
        return
    text = element.text or ""
    block = _block_that_starts_here(element) if not text[: spot.offset].strip() else None
    if block is not None and (around := block.getparent()) is not None:
        around.insert(around.index(block), mark)
        return
    element.text, mark.tail = text[: spot.offset] or None, text[spot.offset :]
    element.insert(0, mark)


def _block_that_starts_here(element: etree._Element) -> etree._Element | None:
    """The paragraph or heading whose first words these are: the break goes before it, not into its name."""
    while True:
        parent = element.getparent()
        if parent is None:
            return None
        if etree.QName(element).localname in _STARTING and etree.QName(parent).localname in _FLOW:
            return element
        first = parent.index(element) == 0 and not (parent.text or "").strip()
        if not first or etree.QName(parent).localname in _FLOW | _NO_PLACE:
            return None
        element = parent
