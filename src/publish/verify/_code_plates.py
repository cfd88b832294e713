"""The codes on the plates: only their own small pieces of the sheet are separated, so that it takes no time."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Name

from publish.diagnostics import Refused
from publish.press.separations import plates
from publish.programs import GHOSTSCRIPT
from publish.verify._code_limits import PLATE_MODULE_PIXELS, PLATE_PPI
from publish.verify._code_measure import Expected, wrong_inks
from publish.verify._code_pictures import Grid
from publish.verify._pdf_limits import MM

_BOXES = ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox")


def ink_faults(data: bytes, expected: Sequence[Expected]) -> list[list[str]] | None:
    """For each code what is wrong with its inks. None when there are no plates to look at."""
    if not expected or GHOSTSCRIPT.probe() is None:
        return None
    finest = min(each.standing.symbol.module for each in expected)
    ppi = min(max(PLATE_MODULE_PIXELS / finest * 25.4, PLATE_PPI[0]), PLATE_PPI[1])
    try:
        pieces, corners = _pieces(data, expected)
        separated = plates(pieces, ppi)
    except (pikepdf.PdfError, Refused, ValueError, TypeError, KeyError, IndexError):
        return None
    faults = []
    for each, plate, (left, top) in zip(expected, separated, corners, strict=True):
        above = plate.height * 72 / plate.ppi - (plate.box[3] - plate.box[1])
        grid = Grid(left, top - above / MM, plate.ppi / 25.4, plate.width, plate.height)
        faults.append(list(wrong_inks(dict(plate.inks), grid, each)))
    return faults


def _pieces(data: bytes, expected: Sequence[Expected]) -> tuple[bytes, list[tuple[float, float]]]:
    """A file with one page a code that shows it and its quiet zone, and the top left of each on its sheet in mm."""
    corners = []
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        count = len(pdf.pages)
        for each in expected:
            source = pdf.pages[each.page - 1]
            trim = [float(edge) for edge in source.trimbox]
            left, top, right, bottom = each.clear
            frame = [trim[0] + left * MM, trim[3] - bottom * MM, trim[0] + right * MM, trim[3] - top * MM]
            pdf.pages.append(source)
            page = pdf.pages[-1].obj
            for name in _BOXES:
                if name in page:
                    del page[name]
            page[Name.MediaBox] = pikepdf.Array([round(edge, 4) for edge in frame])
            corners.append((left, top))
        del pdf.pages[:count]
        made = io.BytesIO()
        pdf.save(made, compress_streams=False)
    return made.getvalue(), corners
