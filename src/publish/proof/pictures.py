"""Pages of a finished PDF as pictures fit for a screen, and where on them trim, bleed and safety block are."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image, ImageChops, ImageStat

from publish.policy import Sighting
from publish.proof.outline import around

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in mm from the top left of the picture."""

MM = 72 / 25.4
"""Points a millimetre."""

MAX_PPI = 112.0
MAX_SIDE_PX = 1400
MAX_PIXELS = 9_000_000
"""Of all pages of one file: beyond that each is drawn smaller."""

MAX_PAGES = 48
"""Of one file; a leaflet has fewer."""

_FAST = 3
"""Level of deflate: a sixth more bytes than level 6, for a third of its work."""

_COLORS = 96
_PALETTE_ERROR = 2.0
"""Mean difference in levels (of 255) from which a palette is no longer true to a page: it holds photographs."""

_ASKED = 120_000
"""Pixels that a palette is made of, and asked whether it is true."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: `page` counts from 1, `width` and `height` in mm, `address` a data: URL.

    `outlines` are drawn around the parts of the safety block in such a way that they cross no letter; `sightings` say
    what each holds: one a page, or one a panel of a sheet.
    """

    page: int
    address: str
    width: float
    height: float
    trim: Box
    bleed: Box
    outlines: tuple[Box, ...] = ()
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """Pictures of a file's pages, the first MAX_PAGES of `count`."""

    pictures: tuple[Picture, ...]
    count: int


def pages(data: bytes, sightings: tuple[Sighting, ...]) -> Pages:
    """Each page as a picture, the safety block's outline by its sightings."""
    opened = pypdfium2.PdfDocument(data)
    try:
        shown = [opened[number] for number in range(min(len(opened), MAX_PAGES))]
        scale = _scale(shown)
        drawn = tuple(
            _picture(page, number, scale, tuple(each for each in sightings if each.page == number))
            for number, page in enumerate(shown, 1)
        )
        return Pages(drawn, len(opened))
    finally:
        opened.close()


def data_address(image: Image.Image) -> str:
    """A picture as a data: URL: PNG of a palette, or JPEG where a palette would falsify it.

    Sheets are made with each build, so that a few more bytes are taken for a fraction of the work.
    """
    if image.mode == "P":
        return _address(image, "PNG", compress_level=_FAST)
    few = _sample(image)
    palette = few.quantize(_COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    if not _is_true(palette, few):
        return _address(image, "JPEG", quality=85, subsampling=0)
    return _address(image.quantize(palette=palette, dither=Image.Dither.NONE), "PNG", compress_level=_FAST)


def _sample(image: Image.Image) -> Image.Image:
    """A few of a picture's pixels, of which its palette is made, for to make one is dear. In each row others are taken,
    so that a line is not missed however it runs."""
    step = max(1, image.width * image.height // _ASKED)
    step += image.width % step in (0, 1, step - 1)
    return Image.fromarray(np.asarray(image).reshape(1, -1, 3)[:, ::step])


def _is_true(palette: Image.Image, image: Image.Image) -> bool:
    """Whether a picture in colours of a palette shows it as it is."""
    means = ImageStat.Stat(ImageChops.difference(palette.convert("RGB"), image)).mean
    return sum(means) / len(means) <= _PALETTE_ERROR


def _address(image: Image.Image, kind: str, **options: Any) -> str:
    written = BytesIO()
    image.save(written, kind, **options)
    return f"data:image/{kind.lower()};base64,{b64encode(written.getvalue()).decode()}"


def _scale(shown: list[Any]) -> float:
    """Pixels a point: the same for all pages, so that they can be compared."""
    sizes = [page.get_size() for page in shown] or [(1.0, 1.0)]
    longest = max(max(size) for size in sizes)
    area = sum(width * height for width, height in sizes)
    return float(min(MAX_PPI / 72, MAX_SIDE_PX / longest, (MAX_PIXELS / area) ** 0.5))


def _picture(page: Any, number: int, scale: float, sightings: tuple[Sighting, ...]) -> Picture:
    page.set_rotation(0)  # boxes are told of the page as it is written, not as it is turned
    image = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False).to_pil()  # red, green, blue
    paper = page.get_cropbox()
    trim = _box(page.get_trimbox(), paper)
    grey: npt.NDArray[np.uint8] = np.asarray(image.convert("L"))
    outlines = []
    for left, top, right, bottom in (sighting.box for sighting in sightings if sighting.box):
        block = (left + trim[0], top + trim[1], right + trim[0], bottom + trim[1])
        outlines.append(around(grey, block, scale * MM))
    return Picture(
        page=number,
        address=data_address(image),
        width=(paper[2] - paper[0]) / MM,
        height=(paper[3] - paper[1]) / MM,
        trim=trim,
        bleed=_box(page.get_bleedbox(), paper),
        outlines=tuple(outlines),
        sightings=sightings,
    )


def _box(box: Box, paper: Box) -> Box:
    """A box of a PDF (pt, from the lower left) in mm from the picture's top left."""
    left, bottom, right, top = box
    return ((left - paper[0]) / MM, (paper[3] - top) / MM, (right - paper[0]) / MM, (paper[3] - bottom) / MM)


def boxes_differ(one: Box, other: Box) -> bool:
    """Whether two boxes part by more than a tenth of a millimetre anywhere."""
    return any(abs(a - b) > 0.1 for a, b in zip(one, other, strict=True))
