"""The pages of a PDF as JPEG pictures, sharp on a screen of high density."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pypdfium2

PPI = 144.0
MAX_SIDE_PX = 3000
MAX_PAGES = 48
"""Of one leaflet; the rest is counted only."""

_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Page:
    """A page's picture: its file's name, the picture's size in px, the page's in mm, and its hash in hex."""

    file: str
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    sha256: str


def draw_pages(pdf: bytes, folder: Path, tell: Callable[[str], None]) -> tuple[tuple[Page, ...], int]:
    """Write `page-1.jpg` and so on into `folder`; the pictures, and how many pages the file has."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for number in range(1, min(len(opened), MAX_PAGES) + 1):
            tell(f"taking a picture of page {number}")
            pages.append(_drawn(opened[number - 1], folder / f"page-{number}.jpg"))
        return tuple(pages), len(opened)
    finally:
        opened.close()


def _drawn(page: pypdfium2.PdfPage, path: Path) -> Page:
    width, height = page.get_size()
    scale = min(PPI / 72, MAX_SIDE_PX / max(width, height))
    image = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False).to_pil().convert("RGB")
    written = io.BytesIO()
    image.save(
        written, "JPEG", quality=_QUALITY, subsampling=0
    )  # coloured letters would blur with fewer colour samples
    data = written.getvalue()
    path.write_bytes(data)
    mm = 25.4 / 72
    return Page(path.name, image.width, image.height, width * mm, height * mm, sha256(data).hexdigest())
