"""Whether the safety block's letters are to be seen: the page as it is drawn, against the page without them.

Three pictures a page: as it is, without the block's letters, the letters alone in black. Where a letter alone has ink,
the first two must differ by the contrast demanded, and the second must be plain: then nothing covers, clips, fades or
strikes the letter. What the pictures tell of each letter is measured in `_pdf_measure`.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from publish.verify._once import once
from publish.verify._pdf_block import Shown
from publish.verify._pdf_limits import BAD_CORE, CLOSER, DPI, EM_PIXELS
from publish.verify._pdf_measure import Ink, Pixels, View, colors_at, measure, nothing, touched
from publish.verify._pdf_read import Drawn, Numbers, Sheet
from publish.verify._pdf_variants import without_and_alone
from publish.verify._planes import plane


class Look(Protocol):
    """A file as something shows it: a screen, or the plates of a press."""

    def draw(self, view: View, number: int) -> Pixels:
        """The picture of a part of a page (from 0): red, green, blue, and perhaps a byte that says nothing.

        The next picture may be drawn over it.
        """


class Screen:
    """A file as a screen shows it, by PDFium."""

    def __init__(self, data: bytes) -> None:
        self._pdf = pypdfium2.PdfDocument(data)
        self._page = lru_cache(maxsize=_MOST_PAGES)(self._pdf.get_page)

    def draw(self, view: View, number: int) -> Pixels:
        """The picture of a part of a page (from 0): red, green, blue, and a byte that says nothing. The next one is
        drawn over it."""
        page = self._page(number)
        if page.get_rotation():
            page.set_rotation(0)
        wide, high = (math.ceil(size * view.scale) for size in page.get_size())
        _, _, right, bottom = view.exact
        columns, rows = wide - view.left - (right - view.right), high - view.top - (bottom - view.bottom)
        picture: Pixels = plane("picture", (rows, columns, 4), np.uint8, 255)
        bitmap = pdfium.FPDFBitmap_CreateEx(
            columns, rows, pdfium.FPDFBitmap_BGRx, ctypes.c_void_p(picture.ctypes.data), columns * 4
        )
        pdfium.FPDF_RenderPageBitmap(bitmap, page, -view.left, -view.top, wide, high, 0, _HOW)
        pdfium.FPDFBitmap_Destroy(bitmap)
        return picture


_MOST_PAGES = 4
"""Pages that are kept open between two proofs: more than a leaflet has."""

_HOW = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER


@once()
def on_screen(data: bytes) -> Screen:
    """The file as a screen shows it, opened once for all its proofs; let go when another file is looked at."""
    return Screen(data)


def ink(
    data: bytes, drawn: Drawn, shown: Shown, demanded: float, resolution: tuple[float, float] = DPI,
    look: Callable[[bytes], Look] | None = None, grounds: bool = False, doubt: float = BAD_CORE,
) -> Ink:  # fmt: skip
    """Draws the pages that show the glyphs, with at least and at most so many pixels an inch, and measures each.

    `grounds`: measures too how plain the ground behind each glyph is. A glyph that lacks contrast, or lacks it in more
    than the part `doubt` of its core, is drawn once more, a little larger, and what is seen then holds: a line whose
    place is half a pixel is drawn a pixel higher in one picture than in the other, for a difference in the last bit.
    """
    found = nothing(len(shown.glyphs))
    varied, pages = without_and_alone(data, drawn, shown.runs)
    as_is, variants = (on_screen(data), Screen(varied)) if look is None else (look(data), look(varied))
    for place, page in enumerate(pages):
        own = np.nonzero(shown.page == page)[0]
        scale = _scale(float(shown.size[own].min()), resolution)
        for closer in (1.0, CLOSER):
            view = _view(drawn.sheets[page], drawn.boxes[shown.glyphs[own]], closer * scale)
            if view is None:
                break
            alone = touched(variants.draw(view, place + len(pages)))
            seen = colors_at(as_is.draw(view, page), alone.at)
            without = variants.draw(view, place)
            measure(found, own, view, (alone, seen, without), drawn, shown, demanded, grounds)
            own = own[(np.maximum(found.faint, found.lost)[own] > doubt) | (found.contrast[own] < demanded)]
            if not len(own):
                break
    return found


def _scale(size: float, resolution: tuple[float, float]) -> float:
    """Pixels a pt for letters of this size (pt)."""
    return min(max(EM_PIXELS / max(size, 1.0) * 72, resolution[0]), resolution[1]) / 72


def _view(sheet: Sheet, boxes: Numbers, scale: float) -> View | None:
    whole = View(sheet, scale, 0, 0, 0, 0)
    _, _, wide, high = whole.exact
    edges = whole.pixels(boxes)
    left, top = (max(0, math.floor(edge) - 3) for edge in (edges[:, 0].min(), edges[:, 1].min()))
    right = min(wide, math.ceil(edges[:, 2].max()) + 3)
    bottom = min(high, math.ceil(edges[:, 3].max()) + 3)
    if right - left < 2 or bottom - top < 2:
        return None
    return View(sheet, scale, left, top, right, bottom)
