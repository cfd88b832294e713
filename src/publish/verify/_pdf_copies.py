"""Whether parts of the safety block stand a second time in a PDF, the same or altered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from publish.diagnostics import Finding, Place
from publish.model import Document, Heading, blocks_within, segments, text
from publish.verify._pdf_block import Shown
from publish.verify._pdf_limits import COPY_GRAM, COPY_LETTERS, COPY_SHARE
from publish.verify._pdf_match import Letters, as_text, drawn_letters, source_letters
from publish.verify._pdf_read import Drawn


def copies(name: str, drawn: Drawn, shown: Shown, document: Document) -> Iterator[Finding]:
    """A finding for the first sentence that the file shows again, wholly or for the most part, outside the block.

    What the document itself says in its body counts for no copy; nor does a heading that a page header repeats as it
    stands. Sentences of a few words are left alone: they stand in any text.
    """
    own = np.isin(drawn.run, shown.runs)
    rest = np.nonzero(~own)[0]
    outside = drawn_letters(drawn, rest)
    if len(outside) < COPY_LETTERS:
        return
    grams = _grams(outside.solid)
    elsewhere: set[str] = set()
    headings = {document.safety.title}
    for segment in segments(document):
        if segment.name != "safety":
            # one after another, as they stand: a heading and the words below it are no copy of what they make together
            elsewhere.update(_grams(source_letters([said.text for said in segment.passages]).solid))
    for part in document.safety.parts:
        headings |= {text(block.inlines) for block in blocks_within(part.blocks) if isinstance(block, Heading)}
    repeated = {source_letters([heading]).solid for heading in headings}
    for sentence in _sentences(shown.wanted):
        wanted = _grams(sentence.solid)
        if (
            len(sentence) < COPY_LETTERS
            or not wanted
            or (sentence.solid in repeated and sentence.solid in outside.solid)
        ):
            continue
        telling = {gram: at for gram, at in wanted.items() if gram not in elsewhere}
        found = [grams[gram] for gram in telling if gram in grams]
        if len(telling) >= COPY_LETTERS // 2 and len(found) >= COPY_SHARE * len(telling):
            first = int(outside.where[min(found)])
            yield Finding(
                "pdf.safety-copy",
                f"“{as_text(sentence, 0, min(len(sentence), 60))}” stands a second time outside the safety block, "
                f"{'as it is' if sentence.solid in outside.solid else 'altered'}",
                Place(name, page=int(drawn.page[first]) + 1),
                "let the theme show the block once, and its text in no header, footer or generated content",
            )
            return


def _sentences(wanted: Letters) -> Iterator[Letters]:
    """The block's sentences; a heading and a list item are one too."""
    ends = [
        at
        for at in range(1, len(wanted))
        if wanted.where[at] != wanted.where[at - 1] or (wanted.spaced[at] and wanted.solid[at - 1] in ".!?;:")
    ]
    for start, end in pairwise([0, *ends, len(wanted)]):
        yield Letters(
            wanted.solid[start:end], wanted.where[start:end], wanted.hyphens[start : end + 1], wanted.spaced[start:end]
        )


def _grams(solid: str) -> dict[str, int]:
    return {solid[at : at + COPY_GRAM]: at for at in range(len(solid) - COPY_GRAM + 1)}
