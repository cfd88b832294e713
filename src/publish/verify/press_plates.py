"""The safety block on the plates: what a screen shows is not what a press prints.

A letter may be seen on a screen and missing on paper: white that overprints, a spot that no plate gets, a colour that
knocks it out. So the page is separated as a plate setter does it, and the block is looked for in what those plates
print, with and without its letters, as the proof of the reading file does it on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf

from publish.diagnostics import ComponentMissing, Finding, Place, Refused
from publish.model import Document, safety_passages
from publish.policy import Mandate, Sighting
from publish.press.colors import PROCESS, Cmyk, Plate, simulated
from publish.press.separations import Plates, plates
from publish.verify import Artifact
from publish.verify._pdf_block import Shown, raised_letters, shown_at
from publish.verify._pdf_ink import ink
from publish.verify._pdf_limits import CONTRAST_ROUNDING, PLATE_DPI, PLATE_LOST
from publish.verify._pdf_match import find, read_letters, source_letters
from publish.verify._pdf_measure import Ink, Pixels, View
from publish.verify._pdf_read import Drawn, Numbers, on_panels, read_pdf

APPLIES_TO = ("press",)
CODES = ("press.safety-plates", "press.not-checked")


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """Letters of the block that the plates do not print, or print without contrast."""
    try:
        drawn = on_panels(read_pdf(artifact.data, artifact.name), mandate.sheet)
    except Refused:
        return  # pdf_safety tells why
    shown = _block(drawn, document)
    if shown is None:
        return
    demanded = mandate.profile.min_contrast * CONTRAST_ROUNDING
    look = partial(_Printed, colors=_stand_ins(drawn.pdf))
    try:
        seen = ink(artifact.data, drawn, shown, demanded, PLATE_DPI, look, doubt=PLATE_LOST)
    except (ComponentMissing, Refused) as failure:
        told = failure.findings[0]
        yield Finding(
            "press.not-checked",
            f"whether the safety block stands on the plates was not checked: {told.message}",
            Place(artifact.name),
            told.hint,
        )
        return
    yield from _lost(artifact.name, drawn, shown, seen, demanded)


def _block(drawn: Drawn, document: Document) -> Shown | None:
    wanted = source_letters(passage.text for passage in safety_passages(document.safety))
    letters = read_letters(drawn)
    at = next(iter(find(wanted, letters)), None)
    if at is None:
        return None
    return shown_at(drawn, drawn.reading, letters, wanted, at, raised_letters(document.safety))


def _lost(name: str, drawn: Drawn, shown: Shown, seen: Ink, demanded: float) -> Iterator[Finding]:
    """One finding for all letters that are not printed: the first words, and where they stand."""
    inked = drawn.boxes[shown.glyphs, 2] - drawn.boxes[shown.glyphs, 0] > 0.2
    absent = inked & ((seen.core == 0) | _told(seen.lost, seen.core))
    pale = inked & ~absent & (_told(seen.faint, seen.core) | (seen.contrast < demanded))
    for places, said in ((absent, "do not come off the press"), (pale, "come off the press without contrast")):
        if places.any():
            yield Finding(
                "press.safety-plates",
                f"the safety block's {shown.words(places)}: these letters {said}, whatever a screen shows; nobody "
                "gets a leaflet whose safety block is not whole and legible",
                Place(name, page=int(shown.page[np.nonzero(places)[0][0]]) + 1),
                "print the block with black alone, on paper or a light tint; look for overprint, white ink and spots "
                "without a plate",
            )


def _told(part: Numbers, core: Numbers) -> npt.NDArray[np.bool_]:
    """Whether so great a part of each letter's pixels is a fault. One pixel of few is none: where a page has
    transparency, Ghostscript rounds the edges of thin strokes another way.
    """
    told: npt.NDArray[np.bool_] = (part > PLATE_LOST) & ((part * core > 1.5) | (part == 1))
    return told


class _Printed:
    """A file as its plates print it (Ghostscript), for the proof that looks at pixels."""

    def __init__(self, data: bytes, colors: Mapping[str, Cmyk]) -> None:
        self._data, self._colors = data, colors
        self._plates: dict[float, list[Plates]] = {}

    def draw(self, view: View, number: int) -> Pixels:
        """The picture of a part of a page (from 0) as it is printed, red, green and blue."""
        ppi = view.scale * 72
        if ppi not in self._plates:
            self._plates[ppi] = plates(self._data, ppi, steps=False)
        printed = self._plates[ppi][number]
        rows, columns = slice(view.top, view.bottom), slice(view.left, view.right)
        inks = {
            name: _whole(plate[rows, columns], view.bottom - view.top, view.right - view.left)
            for name, plate in printed.inks.items()
            if name in PROCESS or name in self._colors
        }
        return simulated(inks, self._colors)


def _whole(plate: Plate, high: int, wide: int) -> Plate:
    """The part of a plate, filled up with bare paper where the view is a pixel larger than the plate."""
    return np.pad(plate, ((0, high - plate.shape[0]), (0, wide - plate.shape[1])))


def _stand_ins(pdf: pikepdf.Pdf) -> dict[str, Cmyk]:
    """The CMYK that the file gives for each spot (ISO 32000-1, 8.6.6.4). A spot without one is no ink that is known,
    and prints nothing here.
    """
    found: dict[str, Cmyk] = {}
    for thing in pdf.objects:
        holder = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        for table in _color_spaces(holder):
            for space in table.values():
                if isinstance(space, pikepdf.Array) and len(space) == 4 and space[0] == "/Separation":
                    name, cmyk = str(space[1]).lstrip("/"), _full(space)
                    if cmyk is not None:
                        found.setdefault(name, cmyk)
    return found


def _color_spaces(holder: Any) -> Iterator[Any]:
    if not isinstance(holder, pikepdf.Dictionary):
        return
    for table in (holder, holder.get("/Resources")):
        spaces = table.get("/ColorSpace") if isinstance(table, pikepdf.Dictionary) else None
        if isinstance(spaces, pikepdf.Dictionary):
            yield spaces


def _full(space: Any) -> Cmyk | None:
    """The colour at full tint, where a function of one step says so."""
    function = space[3]
    if space[2] != "/DeviceCMYK" or not isinstance(function, pikepdf.Dictionary) or "/C1" not in function:
        return None
    c, m, y, k = (float(part) for part in function["/C1"])
    return c, m, y, k
