"""Pictures of pages: true to the page, bounded, and the line around the block where it hides nothing."""

from __future__ import annotations

import io
from base64 import b64decode

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageChops

from proof import sheets
from proof.subjects import finished
from publish.policy import Sighting
from publish.proof import pictures
from publish.proof.outline import LINE_MM, around

MM = 72 / 25.4


def opened(address: str) -> Image.Image:
    return Image.open(io.BytesIO(b64decode(address.split(",", 1)[1]))).convert("RGB")


def blank(count: int, width: float = 100, height: float = 200) -> bytes:
    """Empty pages of this size in mm."""
    pdf, made = pikepdf.new(), io.BytesIO()
    for _ in range(count):
        pdf.add_blank_page(page_size=(width * MM, height * MM))
    pdf.save(made)
    return made.getvalue()


def test_a_picture_is_the_page(render_pdf) -> None:
    file = finished()
    shown = pictures.pages(file.data, file.sightings)
    drawn = render_pdf(file.data, pictures.MAX_PPI)
    assert [picture.page for picture in shown.pictures] == list(range(1, len(drawn) + 1))
    for picture, page in zip(shown.pictures, drawn, strict=True):
        image = opened(picture.address)
        assert image.size == page.size
        assert np.asarray(ImageChops.difference(image, page)).mean() < 2
        assert image.getpixel((2, image.height // 2)) == page.getpixel((2, page.height // 2)), "paper stays paper"
        assert picture.width == pytest.approx(page.width / pictures.MAX_PPI * 25.4, abs=0.3)


def test_a_photograph_is_not_forced_into_a_palette() -> None:
    sky = Image.merge("RGB", [Image.radial_gradient("L").resize((600, 600)).rotate(turn) for turn in (0, 30, 200)])
    sky.putalpha(255)
    noise = Image.effect_noise((600, 600), 90).convert("RGB")
    mixed = Image.blend(sky.convert("RGB"), noise, 0.3)
    address = pictures.data_address(mixed)
    assert address.startswith("data:image/jpeg;")
    assert np.asarray(ImageChops.difference(opened(address), mixed)).mean() < 12


@pytest.mark.parametrize(
    ("count", "width", "height"), [(1, 4000, 300), (48, 210, 297), (200, 210, 297)], ids=["long", "many", "endless"]
)
def test_pictures_are_bounded(count: int, width: float, height: float) -> None:
    shown = pictures.pages(blank(count, width, height), ())
    sizes = [opened(picture.address).size for picture in shown.pictures]
    assert shown.count == count
    assert len(sizes) == min(count, pictures.MAX_PAGES)
    assert max(max(size) for size in sizes) <= pictures.MAX_SIDE_PX + 1
    assert sum(width * height for width, height in sizes) <= pictures.MAX_PIXELS * 1.02


def test_boxes_are_told_from_the_pictures_corner() -> None:
    folded = sheets.sheet()
    shown = pictures.pages(sheets.flat_pdf(folded), ())
    slug, bleed = sheets.SLUG_MM, sheets.SLUG_MM - sheets.BLEED_MM
    for picture in shown.pictures:
        assert picture.trim == pytest.approx((slug, slug, slug + folded.width, slug + folded.height), abs=0.01)
        assert picture.bleed[:2] == pytest.approx((bleed, bleed), abs=0.01)


# --- the line around the block ---


def letters(block: tuple[float, float, float, float], *others: tuple[float, float, float, float]) -> np.ndarray:
    """A white sheet of 100 × 100 mm at 4 pixels a mm, with boxes of stripes, as text looks from afar."""
    page = np.full((400, 400), 255, dtype=np.uint8)
    for left, top, right, bottom in (block, *others):
        page[int(top * 4) : int(bottom * 4), int(left * 4) : int(right * 4) : 3] = 20
    return page


def crossed(page: np.ndarray, line: tuple[float, float, float, float]) -> int:
    """How many dark pixels the line around a box covers."""
    left, top, right, bottom = (round(edge * 4) for edge in line)
    half = max(1, round(LINE_MM * 2))
    mask = np.zeros(page.shape, dtype=bool)
    mask[max(0, top - half) : bottom + half, max(0, left - half) : right + half] = True
    mask[top + half : bottom - half, left + half : right - half] = False
    return int((page[mask] < 128).sum())


BLOCK = (30.0, 30.0, 70.0, 60.0)


def test_around_a_block_that_stands_alone_the_line_keeps_its_distance() -> None:
    line = around(letters(BLOCK), BLOCK, 4.0)
    assert line == pytest.approx((28.6, 28.6, 71.4, 61.4), abs=0.11)


@pytest.mark.parametrize(
    "other",
    [(30, 25.0, 70, 28.0), (20, 30, 28.2, 60), (71.8, 30, 80, 60), (30, 62.5, 70, 66), (30, 61.6, 70, 64)],
    ids=["above", "left", "right", "below", "close below"],
)
def test_the_line_goes_between_the_block_and_what_stands_near(other: tuple[float, float, float, float]) -> None:
    page = letters(BLOCK, other)
    line = around(page, BLOCK, 4.0)
    assert line[0] < BLOCK[0] and line[1] < BLOCK[1] and line[2] > BLOCK[2] and line[3] > BLOCK[3]
    assert crossed(page, line) == 0


def test_at_the_edge_of_the_page_the_line_stays_on_it() -> None:
    block = (0.5, 0.2, 99.8, 99.9)
    line = around(letters(block), block, 4.0)
    assert line[0] >= 0 and line[1] >= 0 and line[2] <= 100 and line[3] <= 100


def test_the_line_of_a_real_page_encloses_the_blocks_letters_and_crosses_none() -> None:
    file = finished()
    for picture in pictures.pages(file.data, file.sightings).pictures:
        if not picture.sightings:
            assert not picture.outlines
            continue
        (inner,), (outer,) = [each.box for each in picture.sightings], picture.outlines
        assert inner is not None
        assert outer[0] < inner[0] and outer[1] < inner[1] and outer[2] > inner[2] and outer[3] > inner[3]
        image = np.asarray(opened(picture.address).convert("L"))
        scale = image.shape[1] / picture.width
        left, top, right, bottom = (round(edge * scale) for edge in outer)
        for band in (
            image[top, left:right],
            image[bottom, left:right],
            image[top:bottom, left],
            image[top:bottom, right],
        ):
            assert np.ptp(band) < 40, "the line runs over plain ground"


def test_on_a_press_sheet_the_line_counts_from_the_trim() -> None:
    folded = sheets.sheet()
    seen = Sighting(1, (100.0, 50.0, 180.0, 150.0), 9.0, 12.0, 50)
    picture = pictures.pages(sheets.flat_pdf(folded), (seen,)).pictures[0]
    (outline,) = picture.outlines
    expected = (112.0, 62.0, 192.0, 162.0)
    assert all(abs(have - want) < 3.5 for have, want in zip(outline, expected, strict=True))
    assert outline[0] < 112 and outline[3] > 162
