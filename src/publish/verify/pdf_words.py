"""All words of the document in the finished PDF, in order, once, in one piece a segment; and no others but the theme's.

Read is the tagged order, which is what a screen reader says. What stands outside the tag tree (page headers and
footers) may hold the theme's own words, figures, and headings that it repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from publish.diagnostics import Finding, Place, Refused
from publish.model import Document, Figure, Segment, blocks_within, segments
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._pdf_block import all_shown, numbers_of_lists
from publish.verify._pdf_ink import ink
from publish.verify._pdf_legible import illegible
from publish.verify._pdf_limits import BODY_DPI, EDGE_PT, INVISIBLE, MOSTLY, UNSEEN_LETTERS
from publish.verify._pdf_lost import first_difference, right_to_left, unproven
from publish.verify._pdf_match import (
    Letters,
    as_text,
    drawn_letters,
    place_of,
    read_letters,
    source_letters,
    words_around,
    wrong_hyphens,
)
from publish.verify._pdf_numbers import wrong_numbers
from publish.verify._pdf_read import Drawn, Integers, read_pdf

APPLIES_TO = ("pdf", "press")
CODES = (
    "pdf.right-to-left",
    "pdf.words-missing",
    "pdf.words-added",
    "pdf.words-off-page",
    "pdf.words-hidden",
    "pdf.words-illegible",
    "pdf.list-number",
    "pdf.alt-missing",
)

_WHOLE = "the PDF must say what the source says, word for word"


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """The first word that differs, a word nobody wrote, text that runs off the page, a picture without its words."""
    try:
        drawn = read_pdf(artifact.data, artifact.name)
    except Refused:
        return  # pdf_safety tells why
    if any(right_to_left(said.text) for segment in segments(document) for said in segment.passages):
        yield unproven(artifact.name)
        return
    shown = read_letters(drawn)
    used = np.zeros(len(shown), dtype=bool)
    block = used.copy()
    whole = True
    for segment in sorted(segments(document), key=lambda each: -sum(len(said.text) for said in each.passages)):
        before = used.copy()
        found = _take(artifact.name, drawn, shown, used, segment)
        whole = whole and found is None
        own = used & ~before
        if segment.name == "safety":
            block = own
        yield from _numbers(artifact.name, drawn, shown, own, segment.name, document)
        if found is not None and segment.name != "safety":  # pdf_safety tells of the block
            yield found
    if whole:
        furniture = frozenset(word.casefold() for word in mandate.furniture)
        yield from _added(artifact.name, drawn, shown, used, furniture)
        yield from _added_in_margins(artifact.name, drawn, document, furniture)
    yield from _off_page(artifact.name, drawn, beside=artifact.format == "press")
    if used.any():
        yield from _hidden(artifact, drawn, shown, used, used & ~block)
    yield from _alternatives(artifact.name, drawn, document)


def _take(name: str, drawn: Drawn, shown: Letters, used: npt.NDArray[np.bool_], segment: Segment) -> Finding | None:
    """Marks the letters that show a segment, or says what is wrong with it."""
    wanted = source_letters(passage.text for passage in segment.passages)
    if not len(wanted):
        return None
    # a theme may set headings in capitals, but not the block: mg, MG
    places, as_written = place_of(wanted, shown, used, capitals=segment.name != "safety")
    if places is None:
        where, message = first_difference(wanted, shown)
        page = int(drawn.page[shown.where[where]]) + 1 if 0 <= where < len(shown) else None
        return Finding(
            "pdf.words-missing",
            f"the {segment.name} is not shown word for word: {message}; {_WHOLE}",
            Place(name, page=page),
            "look in the theme for hidden elements, generated `content`, `text-transform` or a changed order",
        )
    used[places] = True
    if not as_written:
        return None
    at = int(places[0])
    wrong = wrong_hyphens(wanted, shown, at, drawn)
    if not wrong:
        return None
    return Finding(
        "pdf.words-missing",
        f"a hyphen is lost or added in “{words_around(wanted, wrong[0], 12, 16)}”; {_WHOLE}",
        Place(name, page=int(drawn.page[shown.where[at + wrong[0]]]) + 1),
        "let the theme neither add hyphens inside a line nor take the text's own away",
    )


def _numbers(
    name: str, drawn: Drawn, shown: Letters, own: npt.NDArray[np.bool_], segment: str, document: Document
) -> Iterator[Finding]:
    """The numbers of the body's lists and of the references are those that the text speaks of."""
    expected = {
        "body": lambda: list(numbers_of_lists(document.body)),
        "references": lambda: [reference.number for reference in document.references],
    }.get(segment)
    if expected is None or not own.any():
        return
    glyphs = shown.where[own]
    if wrong := wrong_numbers(drawn, np.unique(drawn.run[glyphs]).tolist(), expected()):
        yield Finding(
            "pdf.list-number",
            f"the numbers of the {segment}'s lists are not the source's: {wrong}",
            Place(name, page=int(drawn.page[glyphs[0]]) + 1),
            "take `counter-reset`, `counter-increment` and `counter-set` of `list-item` out of the theme",
        )


def _words(drawn: Drawn, shown: Letters, free: npt.NDArray[np.bool_]) -> Iterator[tuple[str, int]]:
    """The words of the free letters, each with its first letter. A word ends with white space, and with a new line."""
    if not len(shown):
        return
    runs = drawn.run[shown.where]
    ends = np.array(shown.spaced[1:], dtype=bool) | (free[1:] != free[:-1]) | (runs[1:] != runs[:-1])
    for start, end in pairwise([0, *(np.nonzero(ends)[0] + 1).tolist(), len(shown)]):
        if free[start]:
            yield as_text(shown, start, end), start


def _known(word: str, furniture: frozenset[str]) -> bool:
    folded = word.casefold()
    return folded in furniture or all(part in furniture for part in re.findall(r"\w+", folded))


def _added(
    name: str, drawn: Drawn, shown: Letters, used: npt.NDArray[np.bool_], furniture: frozenset[str]
) -> Iterator[Finding]:
    strange = [(word, at) for word, at in _words(drawn, shown, ~used) if not _known(word, furniture)]
    if strange:
        at = strange[0][1]
        yield Finding(
            "pdf.words-added",
            f"“{' '.join(word for word, _ in strange[:8])}” stands in the file, near “{words_around(shown, at)}”, and "
            f"neither the source nor the theme's templates say it; {_WHOLE}",
            Place(name, page=int(drawn.page[shown.where[at]]) + 1),
            "take generated `content` out of the theme's style sheet, or write the words in the source",
        )


def _added_in_margins(name: str, drawn: Drawn, document: Document, furniture: frozenset[str]) -> Iterator[Finding]:
    """Page headers and footers: the theme's words, numbers, and what the document says, repeated as it stands."""
    passages = [
        source_letters([passage.text]).solid.casefold()
        for segment in segments(document)
        for passage in segment.passages
    ]
    for run in np.unique(drawn.run[drawn.loose]).tolist():
        shown = drawn_letters(drawn, np.array(drawn.glyphs_of(run), dtype=np.int64))
        solid = shown.solid.casefold()
        if not len(shown) or any(solid == said or (len(shown) > 3 and solid in said) for said in passages):
            continue
        everything = np.ones(len(shown), dtype=bool)
        for word, _ in _words(drawn, shown, everything):
            if not (_known(word, furniture) or _known(re.sub(r"\d+", "", word), furniture)):
                yield Finding(
                    "pdf.words-added",
                    f"“{as_text(shown, 0, min(len(shown), 60))}” stands in a page's margin, and neither the source nor "
                    f"the theme's templates say it; {_WHOLE}",
                    Place(name, page=int(drawn.run_pages[run]) + 1),
                    "take the words out of the style sheet's margin boxes, or write them in the template",
                )
                return


def _off_page(name: str, drawn: Drawn, beside: bool) -> Iterator[Finding]:
    """WeasyPrint never says that text overflows: the boxes of the letters do.

    `beside`: words that nobody reads may stand wholly outside the sheet as it is trimmed, as a slug line does.
    """
    trims = np.array([sheet.trim for sheet in drawn.sheets])[drawn.page]
    boxes = drawn.boxes
    low = (boxes[:, :2] < trims[:, :2] - EDGE_PT).any(axis=1)
    high = (boxes[:, 2:] > trims[:, 2:] + EDGE_PT).any(axis=1)
    seen = ~drawn.blank
    if beside:
        away = np.asarray((boxes[:, 2:] < trims[:, :2]).any(axis=1) | (boxes[:, :2] > trims[:, 2:]).any(axis=1))
        seen[drawn.loose] &= ~away[drawn.loose]
    outside: Integers = np.nonzero((low | high) & seen)[0]
    if len(outside):
        first = int(outside[0])
        letters = drawn_letters(drawn, np.array(drawn.glyphs_of(int(drawn.run[first])), dtype=np.int64))
        yield Finding(
            "pdf.words-off-page",
            f"“{as_text(letters, 0, min(len(letters), 60))}” reaches outside the page as it is trimmed; it would be "
            "cut off",
            Place(name, page=int(drawn.page[first]) + 1),
            "shorten the word, let it break (`overflow-wrap: anywhere`), or give it more room",
        )


def _hidden(
    artifact: Artifact, drawn: Drawn, shown: Letters, used: npt.NDArray[np.bool_], to_read: npt.NDArray[np.bool_]
) -> Iterator[Finding]:
    """Words that are in the file and not to be seen (covered, clipped, in the colour of their ground) or not to be
    read, which is asked of the letters `to_read`: pdf_safety asks more of the block's."""
    block = all_shown(drawn, shown)
    seen = ink(artifact.data, drawn, block, INVISIBLE, BODY_DPI, doubt=MOSTLY)
    trims = np.array([sheet.trim for sheet in drawn.sheets])[block.page]
    boxes = drawn.boxes[block.glyphs]
    on_page = (boxes[:, 2:] > trims[:, :2]).all(axis=1) & (boxes[:, :2] < trims[:, 2:]).all(axis=1)
    asked = np.isin(block.glyphs, shown.where[used])
    unseen = on_page & asked & (boxes[:, 2] - boxes[:, 0] > 0.2) & (seen.lost > MOSTLY)
    if int(unseen.sum()) > UNSEEN_LETTERS:
        yield Finding(
            "pdf.words-hidden",
            f"{block.words(unseen)} cannot be seen: something covers or cuts it, or it has the colour of its ground",
            Place(artifact.name, page=int(block.page[np.nonzero(unseen)[0][0]]) + 1),
            "look in the theme for boxes over the text, for `overflow: hidden`, and for text without contrast",
        )
    asked = np.isin(block.glyphs, shown.where[to_read])
    yield from illegible(artifact.name, drawn, block, asked & on_page & ~unseen, seen)


def _alternatives(name: str, drawn: Drawn, document: Document) -> Iterator[Finding]:
    """Each figure's words stand in the tag tree, in order (ISO 14289-1, 7.3)."""
    shown = [element for element in (drawn.tags.elements if drawn.tags else ()) if element.kind == "Figure"]
    at = 0
    for block in blocks_within(document.body):
        if not isinstance(block, Figure):
            continue
        place = next((i for i in range(at, len(shown)) if _squeezed(shown[i].alt) == _squeezed(block.alt)), None)
        if place is None:
            yield Finding(
                "pdf.alt-missing",
                f"the picture “{block.asset}” does not carry its words: “{block.alt}”",
                Place(name),
                "let the theme show the picture as an image with its alt text, not as a background",
            )
            return
        at = place + 1


def _squeezed(words: str | None) -> str:
    return " ".join((words or "").split())
