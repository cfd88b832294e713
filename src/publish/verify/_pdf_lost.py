"""Why a text is not found in a PDF: gone, partly gone, or altered; and the first words that differ."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from publish.diagnostics import Finding, Place
from publish.verify._pdf_match import Letters, as_text, longest_beginning, words_around
from publish.verify._pdf_read import Drawn

_GRAM = 12


def lost(name: str, drawn: Drawn, wanted: Letters, tagged: Letters, painted: Letters) -> Iterator[Finding]:
    """One finding for a safety block that does not stand word for word in the file."""
    present = share(wanted, painted)
    if present < 0.2:
        yield Finding(
            "pdf.safety-missing",
            "the safety block is not in the file",
            Place(name),
            "look in the theme for `display: none`, `visibility`, a zero `font-size`, `position: running()` or "
            "positions off the page; and see that the template holds {{ safety_html }} once",
        )
        return
    if moved := _out_of_order(wanted, painted):
        yield Finding(
            "pdf.safety-order",
            f"the whole safety block is in the file, but in another order: “{moved}” stands before what comes ahead of "
            "it in the source",
            Place(name),
            "take `order`, `row-reverse`, `column-reverse`, floats and grid placement away from the block",
        )
        return
    shown = tagged if share(wanted, tagged) >= present else painted
    where, message = first_difference(wanted, shown)
    page = int(drawn.page[shown.where[where]]) + 1 if 0 <= where < len(shown) else None
    capitals = wanted.solid.casefold() in shown.solid.casefold()
    yield Finding(
        "pdf.safety-altered",
        f"the safety block is not shown word for word: {message}",
        Place(name, page=page),
        "take `text-transform` away from the block: capitals are other letters (mg, MG)"
        if capitals
        else "look in the theme for generated `content`, `text-overflow`, `::first-letter` or parts moved away",
    )


def _out_of_order(wanted: Letters, shown: Letters) -> str:
    """The first passage that stands whole, but before the passage ahead of it; "" if a passage is not whole."""
    edges = [0, *(np.nonzero(np.diff(wanted.where))[0] + 1).tolist(), len(wanted)]
    places = [shown.solid.find(wanted.solid[start:end]) for start, end in pairwise(edges)]
    if min(places) < 0:
        return ""
    late = next((k for k in range(1, len(places)) if places[k] < places[k - 1]), None)
    return "" if late is None else as_text(wanted, edges[late], min(edges[late + 1], edges[late] + 60))


def right_to_left(said: str) -> bool:
    """Whether a text holds letters of a right-to-left script."""
    return not said.isascii() and any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in set(said))


def unproven(name: str) -> Finding:
    """A PDF holds such a line as it is seen, not as it is read: one picture fits several texts, so none is proven."""
    return Finding(
        "pdf.right-to-left",
        "the text holds a right-to-left script; the order of its words in a PDF cannot be proven yet",
        Place(name),
        "deliver this leaflet as EPUB or Word, whose text is proven as it is read",
    )


def share(wanted: Letters, shown: Letters) -> float:
    """The part of the wanted groups of twelve letters that stand anywhere in what is shown."""
    solid = wanted.solid
    step = max(1, len(solid) // 400)
    starts = range(0, max(1, len(solid) - _GRAM + 1), step)
    folded = shown.solid.casefold()
    return sum(solid[start : start + _GRAM].casefold() in folded for start in starts) / len(starts)


def first_difference(wanted: Letters, shown: Letters) -> tuple[int, str]:
    """Where in `shown` the wanted text first ends, and a sentence that says what stands there instead."""
    start = 0
    size, place = longest_beginning(wanted, shown)
    if size < min(8, len(wanted)):
        start = _first_found(wanted, shown)
        if start:
            words = words_around(wanted, 0, 0, min(start, 40))
            return int(longest_beginning(wanted, shown, start)[1]), f"“{words}” is missing"
    at, end = start + size, place + size
    expected = words_around(wanted, min(at, len(wanted) - 1))
    found = words_around(shown, min(end, len(shown) - 1)) if len(shown) else ""
    return min(end, len(shown) - 1), f"where the source has “… {expected} …” the file shows “… {found} …”"


def _first_found(wanted: Letters, shown: Letters) -> int:
    """The first letter of the wanted text from which at least some words stand in what is shown."""
    for start in range(len(wanted) - _GRAM + 1):
        if wanted.solid[start : start + _GRAM] in shown.solid:
            return start
    return 0
