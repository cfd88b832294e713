"""The proof sheet in Chromium: accessible by day and night, on desk, phone and paper; it asks for nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image

from clients.axe import axe
from proof.subjects import NOTE, WARNING, finished, subject
from proof.test_press import pressed
from publish import model as m
from publish.diagnostics import Finding, Place
from publish.policy import judge
from publish.proof import Subject, sheet

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.client

SIZES = {"desk": (1280, 900), "phone": (360, 740)}


def full() -> Subject:
    """Everything that a sheet can hold: pages, a folded press sheet, plates, findings of each weight, a waiver."""
    waiver = m.Waiver(WARNING.code, "the vendor takes two pages", "Ada Example")
    waived = judge((WARNING,), "draft", (waiver,))
    error = Finding("pdf.safety-small", "a-word-as-long-as-a-hash-" + "0123456789abcdef" * 4, Place("x.pdf"), "mend it")
    warning = replace(WARNING, code="css.unknown-property")
    given = subject(findings=(error, warning, NOTE, *waived), waivers=(waiver,))
    press = pressed()
    return replace(given, files=(*given.files, *press.files), theme=press.theme, press=press.press, sheet=press.sheet)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("proof") / "proof.html"
    path.write_bytes(sheet.write(full()))
    return path


@contextmanager
def opened(browser: Browser, file: Path, size: str = "desk", scheme: str = "light") -> Iterator[Page]:
    """The sheet in a window. What it asks for or complains of fails the test."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        yield page
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
        assert said == []
    finally:
        context.close()


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_it_is_accessible(browser: Browser, file: Path, size: str, scheme: str) -> None:
    with opened(browser, file, size, scheme) as page:
        assert axe(page) == []


@pytest.mark.parametrize("size", SIZES)
def test_nothing_reaches_over_the_side(browser: Browser, file: Path, size: str) -> None:
    with opened(browser, file, size) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_it_follows_the_readers_colours(browser: Browser, file: Path) -> None:
    lights = []
    for scheme in ("light", "dark"):
        with opened(browser, file, scheme=scheme) as page:
            corner = Image.open(io.BytesIO(page.screenshot(clip={"x": 0, "y": 400, "width": 8, "height": 8})))
            lights.append(np.asarray(corner.convert("L")).mean())
    assert lights[0] > 230 and lights[1] < 40


def test_a_keyboard_reaches_each_link_and_sees_where_it_is(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        count = page.evaluate("document.querySelectorAll('a').length")
        for _ in range(count):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") == "A"
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert page.evaluate("[...document.querySelectorAll('a')].every(a => document.querySelector(a.hash))")


def test_the_outline_stands_around_the_block_on_the_picture(browser: Browser, file: Path) -> None:
    """Measured on the screen: the line's pixels enclose the box that the proof found, and are of the mark's colour."""
    seen = [sighting for sighting in finished().sightings if sighting.box]
    assert seen
    with opened(browser, file) as page:
        for sighting in seen:
            picture = page.locator("svg.page").nth((sighting.page or 1) - 1)
            image = np.asarray(Image.open(io.BytesIO(picture.screenshot())).convert("RGB")).astype(int)
            marked = (image[..., 0] > 170) & (image[..., 1] < 110) & (abs(image[..., 2] - 111) < 60)
            rows, columns = np.nonzero(marked.sum(axis=1) > 60)[0], np.nonzero(marked.sum(axis=0) > 20)[0]
            width = float(picture.get_attribute("viewBox").split()[2])  # type: ignore[union-attr]
            scale = image.shape[1] / width
            line = [each / scale for each in (columns[0], rows[0], columns[-1], rows[-1])]
            left, top, right, bottom = sighting.box or (0, 0, 0, 0)
            assert left - 4 < line[0] < left and top - 4 < line[1] < top
            assert right < line[2] < right + 4 and bottom < line[3] < bottom + 4


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_printing_cuts_no_picture(browser: Browser, file: Path, paper: str) -> None:
    """Each picture is on one sheet of paper, whole. A panel's picture is a window on its sheet's: that is wider."""
    with opened(browser, file, scheme="dark") as page:
        pictures, panels = (page.locator(f"svg {name}").count() for name in ("image", "use"))
        printed = pypdfium2.PdfDocument(page.pdf(format=paper, prefer_css_page_size=False))
    within, windows = 0, 0
    try:
        for leaf in printed:
            width, height = leaf.get_size()
            for item in leaf.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=9):
                left, bottom, right, top = item.get_bounds()
                assert bottom > 0 and top < height, "cut by the foot or the head of a page"
                whole = left > 0 and right < width
                within, windows = within + whole, windows + (not whole)
            corner = leaf.render(scale=0.5).to_pil().convert("L").getpixel((3, 3))
            assert corner == 255, "paper is white, whatever the screen's colours are"
    finally:
        printed.close()
    assert within + windows == pictures + panels
    assert windows <= panels
