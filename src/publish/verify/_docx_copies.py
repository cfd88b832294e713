"""Second copies of the safety block, altered or not, found by stretches of words that only the block has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from publish import model
from publish.model import Document
from publish.verify._docx_text import Paragraph

_LENGTH = 6
_SHORTEST = 4
_LIKE = 0.7


def copies(document: Document, paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, str]]:
    """Where paragraphs outside the block repeat it, and what they say.

    A stretch of six words counts, and so does a paragraph whose words are mostly those of one passage in their
    order. Words that the document itself says elsewhere are no copy.
    """
    passages = [_words(each.text) for each in model.safety_passages(document.safety)]
    others = [
        _words(each.text)
        for segment in model.segments(document)
        if segment.name != "safety"
        for each in segment.passages
    ]
    others.append(_words(document.meta.title))
    own = _stretches(_joined(passages))
    legitimate = {stretch for other in others for stretch in _stretches(other)} | set(_stretches(_joined(others)))
    telling = set(own) - legitimate
    said_elsewhere = {tuple(other) for other in others}
    for paragraph in paragraphs:
        words = _words(paragraph.text)
        if tuple(words) in said_elsewhere:
            continue
        repeated = [stretch for stretch in _stretches(words) if stretch in telling]
        if repeated:
            yield paragraph.story, " ".join(repeated[0])
        elif any(_follows(words, passage) for passage in passages):
            yield paragraph.story, paragraph.text


def _follows(words: list[str], passage: list[str]) -> bool:
    """Whether a paragraph is a passage of the block with words changed or left out."""
    if len(words) < _SHORTEST or not 0.5 < len(words) / max(len(passage), 1) < 2:
        return False
    matcher = SequenceMatcher(None, words, passage, autojunk=False)
    return matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _joined(passages: Iterable[list[str]]) -> list[str]:
    return [word for passage in passages for word in passage]


def _stretches(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[index : index + _LENGTH]) for index in range(len(words) - _LENGTH + 1)]
