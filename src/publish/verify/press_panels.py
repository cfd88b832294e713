"""The panels on the sheet: read in the order in which the piece is opened, the text goes on from its beginning."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from publish.diagnostics import Finding, Place, Refused
from publish.model import Document, segments
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._pdf_match import place_of, read_letters, source_letters
from publish.verify._pdf_read import Drawn, on_panels, read_pdf

APPLIES_TO = ("press",)
CODES = ("press.panel-order",)


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """Panels that do not stand where the fold wants them."""
    if mandate.sheet is None:
        return
    try:
        drawn = on_panels(read_pdf(artifact.data, artifact.name), mandate.sheet)
    except Refused:
        return  # pdf_safety tells why
    order = _order(drawn, document)
    wanted = sorted(order)
    if order == wanted:
        return
    wrong = next(panel for panel, due in zip(order, wanted, strict=True) if panel != due)
    yield Finding(
        "press.panel-order",
        f"the text runs over the panels in the order {', '.join(map(str, order))}; who opens the folded piece "
        f"({mandate.sheet.title}) would read it out of order",
        Place(artifact.name, page=_page_of(drawn, wrong)),
        "build the press file again, and let no other program impose it; its panels lie as the fold wants them",
    )


def _order(drawn: Drawn, document: Document) -> list[int]:
    """The panels that hold words of the leaflet, in the order in which its text comes to them.

    Where most of a panel's words stand in the text counts: a note or a picture may be carried over to the next one.
    """
    shown = read_letters(drawn)
    used = np.zeros(len(shown), dtype=bool)
    for segment in sorted(segments(document), key=lambda each: -sum(len(said.text) for said in each.passages)):
        places, _ = place_of(source_letters(said.text for said in segment.passages), shown, used, capitals=True)
        if places is not None:
            used[places] = True
    at = np.nonzero(used)[0]
    leaves = drawn.leaf[shown.where[at]]
    return sorted(map(int, np.unique(leaves)), key=lambda panel: float(np.median(at[leaves == panel])))


def _page_of(drawn: Drawn, panel: int) -> int:
    return int(drawn.page[drawn.leaf == panel][0]) + 1
