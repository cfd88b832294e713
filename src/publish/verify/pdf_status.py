"""Each page of a draft, and of a leaflet in review, says so to whom it may come; and none says that it is approved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress

import numpy as np

from publish.diagnostics import Finding, Place, Refused
from publish.model import Document, segments
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._pdf_block import glyphs_shown
from publish.verify._pdf_ink import ink
from publish.verify._pdf_limits import BAD_CORE, CONTRAST_ROUNDING, MARK_CONTRAST, MARK_PT, SIZE_PT
from publish.verify._pdf_match import (
    Flags,
    Letters,
    drawn_letters,
    find_capitals,
    letters,
    place_of,
    read_letters,
    source_letters,
)
from publish.verify._pdf_read import Drawn, Integers, read_pdf

APPLIES_TO = ("pdf", "press")
CODES = ("pdf.status-mark",)

_HINT = (
    "let the theme's template show {{ labels[meta.status] }} in the head of every page, and its style sheet leave it"
)


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """The first page on which the mark is not to be seen, and the first that bears the mark of an approved leaflet."""
    status = document.meta.status
    if status == "approved":
        return
    try:
        drawn = read_pdf(artifact.data, artifact.name)
    except Refused:
        return  # pdf_safety tells why
    label = document.labels[status]
    furniture = _furniture(drawn, document)
    marks = [
        (page, glyphs)
        for page in range(len(drawn.sheets))
        for glyphs in _places(drawn, furniture[drawn.page[furniture] == page], label)
    ]
    seen = _pages_that_show(artifact.data, drawn, marks)
    unmarked = next((page for page in range(len(drawn.sheets)) if page not in seen), None)
    if unmarked is not None:
        stands = any(page == unmarked for page, _ in marks)
        yield Finding(
            "pdf.status-mark",
            f"the leaflet is not approved, and this page does not {'show' if stands else 'hold'} the word “{label}”"
            + (f" at {MARK_PT:g} pt or more, uncovered, with a contrast of {MARK_CONTRAST:g}:1" if stands else "")
            + "; who gets it would take it for a finished leaflet",
            Place(artifact.name, page=unmarked + 1),
            _HINT,
        )
    yield from _called_approved(artifact.name, drawn, furniture, document)


def _furniture(drawn: Drawn, document: Document) -> Integers:
    """The glyphs that show nothing of the document's text, in the order in which they are painted."""
    shown = read_letters(drawn)
    used = np.zeros(len(shown), dtype=bool)
    for segment in sorted(segments(document), key=lambda each: -sum(len(said.text) for said in each.passages)):
        places, _ = place_of(source_letters(said.text for said in segment.passages), shown, used, capitals=True)
        if places is not None:
            used[places] = True
    return np.setdiff1d(np.arange(len(drawn.texts)), shown.where[used])


def _places(drawn: Drawn, glyphs: Integers, label: str) -> Iterator[Integers]:
    """The glyphs of each place where the label stands."""
    shown: Letters = drawn_letters(drawn, glyphs)
    for places in find_capitals(source_letters([label]), shown):
        yield np.unique(shown.where[places])


def _pages_that_show(data: bytes, drawn: Drawn, marks: list[tuple[int, Integers]]) -> set[int]:
    """The pages (from 0) on which at least one of the marks is to be seen, whole."""
    if not marks:
        return set()
    shown = glyphs_shown(drawn, np.unique(np.concatenate([glyphs for _, glyphs in marks])))
    seen = ink(data, drawn, shown, MARK_CONTRAST * CONTRAST_ROUNDING)
    trims = np.array([sheet.trim for sheet in drawn.sheets])[shown.page]
    boxes = drawn.boxes[shown.glyphs]
    within = (boxes[:, :2] >= trims[:, :2]).all(axis=1) & (boxes[:, 2:] <= trims[:, 2:]).all(axis=1)
    contrast = (seen.contrast >= MARK_CONTRAST * CONTRAST_ROUNDING) & (seen.core > 0) & (seen.lost <= BAD_CORE)
    clear: Flags = within & contrast & (shown.size >= MARK_PT - SIZE_PT) & (shown.width >= MARK_PT / 2)
    return {page for page, glyphs in marks if clear[np.isin(shown.glyphs, glyphs)].all()}


def _called_approved(name: str, drawn: Drawn, furniture: Integers, document: Document) -> Iterator[Finding]:
    """Alone in its line, the word is a mark; within a sentence (“not yet approved”) it may say the contrary."""
    label = _alphanumeric(source_letters([document.labels["approved"]]))
    free = np.zeros(len(drawn.texts), dtype=bool)
    free[furniture] = True
    lines: dict[str, int] = {}  # what stands in each line, and where first: most say nothing but a space
    for run in np.unique(drawn.run[furniture]).tolist():
        glyphs = drawn.glyphs_of(run)
        shown = free[glyphs.start : glyphs.stop].tolist()
        lines.setdefault("".join(compress(drawn.texts[glyphs.start : glyphs.stop], shown)), run)
    for line, run in lines.items():
        if _alphanumeric(letters([(line, 0)])) == label:
            yield Finding(
                "pdf.status-mark",
                f"the page says “{document.labels['approved']}”, and the leaflet's status is {document.meta.status}",
                Place(name, page=int(drawn.run_pages[run]) + 1),
                _HINT,
            )
            return


def _alphanumeric(said: Letters) -> str:
    return "".join(filter(str.isalnum, said.solid)).casefold()
