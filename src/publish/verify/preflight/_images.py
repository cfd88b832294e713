"""Pictures of a PDF: how many samples they have, of how many bits, and in which colour space."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import pikepdf

from publish.verify.preflight._colors import CMYK, GRAY, RGB, UNKNOWN, Space
from publish.verify.preflight._spaces import Spaces

_ENUMERATED = {12: CMYK, 16: RGB, 17: GRAY, 18: RGB}
"""Colour spaces that a JPEG 2000 file names by a number (ISO 15444-1, I.5.3.3)."""

_HEADER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """`mask`: it is a stencil through which the current colour is painted (8.9.6.2)."""

    width: int
    height: int
    bits: int
    mask: bool
    space: Space


def read_picture(said: Any, resources: Any, spaces: Spaces) -> Picture:
    """A picture's dictionary, an XObject's or an inline one's with whole keys. Raises ValueError without size."""
    width, height = int(said.get("/Width", 0)), int(said.get("/Height", 0))
    if width <= 0 or height <= 0:
        raise ValueError("a picture without size")
    mask = bool(said.get("/ImageMask", False))
    bits = 1 if mask else int(said.get("/BitsPerComponent", 8))
    space = said.get("/ColorSpace")
    if mask:
        found = GRAY
    elif space is None and "JPXDecode" in str(said.get("/Filter", "")):
        found = _jpeg_2000(said)
    else:
        found = spaces.read(space, resources)
    return Picture(width, height, bits, mask, found)


def _jpeg_2000(said: Any) -> Space:
    """The space that a JPEG 2000 file states in its own header: box `colr`, by number or by ICC profile."""
    try:
        data = said.read_raw_bytes()[:_HEADER]
    except pikepdf.PdfError:
        return UNKNOWN
    at = data.find(b"colr")
    if at < 0 or len(data) < at + 11:
        return UNKNOWN
    if data[at + 4] == 1:
        return _ENUMERATED.get(struct.unpack(">I", data[at + 7 : at + 11])[0], UNKNOWN)
    kind = {b"GRAY": ("gray", 1), b"RGB ": ("RGB", 3), b"CMYK": ("CMYK", 4), b"Lab ": ("Lab", 3)}.get(
        data[at + 7 + 16 : at + 7 + 20]
    )
    return Space("ICCBased", kind[1], icc=kind[0]) if kind else UNKNOWN
