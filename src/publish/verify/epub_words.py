"""The whole text in the finished EPUB: every word of the source in order, and none that nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish import model
from publish.diagnostics import Finding, Place
from publish.model import Document
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._epub_read import XHTML, Book, Unreadable, open_book, unreadable
from publish.verify._epub_text import first_difference, nearest, place_of, squeezed, words

APPLIES_TO = ("epub",)
CODES = (
    "epub.unreadable",
    "epub.words-missing",
    "epub.words-extra",
    "epub.alt-missing",
    "epub.picture-changed",
)

_AGAIN = "build the leaflet again; if it stays, the theme's template loses or adds words"


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """The first difference between the words of the source and those of the book's reading order."""
    try:
        book = open_book(artifact)
    except Unreadable as error:
        yield unreadable(artifact, error)
        return
    shown = _shown(book)
    left = list(shown)
    place = Place(artifact.name)
    for segment in sorted(model.segments(document), key=lambda each: -sum(len(p.text) for p in each.passages)):
        wanted = squeezed(passage.text for passage in segment.passages)
        at = place_of(wanted, left)
        if at is None:
            start = nearest(wanted, left)
            difference = first_difference(wanted, left[start : start + len(wanted)])
            yield Finding(
                "epub.words-missing",
                f"the {segment.name} of the leaflet is not whole in the EPUB: {difference or 'it is not there'}",
                place,
                _AGAIN,
            )
            return
        left[at : at + len(wanted)] = ["\0"]
    yield from _extra(left, mandate, place)
    yield from _pictures(book, document)


def _shown(book: Book) -> list[str]:
    """The words of every document in the reading order, and of none besides: the rest is navigation."""
    found: list[str] = []
    for step in book.spine:
        root = book.documents.get(step.item.path)
        body = root.find(f"{XHTML}body") if root is not None else None
        if body is not None:
            found += words(body)
    return found


def _extra(left: list[str], mandate: Mandate, place: Place) -> Iterator[Finding]:
    for index, word in enumerate(left):
        if word == "\0" or _is_furniture(word, mandate.furniture):
            continue
        around = " ".join(each for each in left[max(0, index - 3) : index + 6] if each != "\0")
        yield Finding(
            "epub.words-extra",
            f"the EPUB says “{word}” (in “{around}”), which neither the source nor the theme holds",
            place,
            _AGAIN,
        )
        return


def _is_furniture(word: str, furniture: frozenset[str]) -> bool:
    pieces = re.findall(r"\w+", word)
    return word in furniture or (all(piece in furniture for piece in pieces) if pieces else len(word) == 1)


def _pictures(book: Book, document: Document) -> Iterator[Finding]:
    """Each figure with its own picture and its own words for those who do not see it."""
    shown = [
        (path, image, book.resolved(image.get("src") or "", path)[0])
        for path, root in book.documents.items()
        for image in root.iter(f"{XHTML}img")
    ]
    for block in model.blocks_within(document.body):
        if not isinstance(block, model.Figure):
            continue
        same = [(path, image, target) for path, image, target in shown if image.get("alt") == block.alt]
        if not same:
            yield Finding(
                "epub.alt-missing",
                f"the picture “{block.asset}” has lost the words that stand for it: “{block.alt[:60]}”",
                block.place,
                _AGAIN,
            )
        elif not any(book.files.get(target) == document.assets[block.asset].data for _, _, target in same):
            yield Finding(
                "epub.picture-changed",
                f"the book shows another picture than “{block.asset}”",
                book.place(same[0][0], same[0][1]),
                _AGAIN,
            )
