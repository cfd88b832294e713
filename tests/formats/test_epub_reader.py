"""The EPUB in a real reader, foliate-js in Chromium: opened at the notice by day and by night, measured in pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeAlias

import pytest
from PIL import Image

import books
from publish import model
from publish.formats import Options, epub
from publish.theme.load import load_theme

if TYPE_CHECKING:
    from clients.foliate import Reading

    Foliate: TypeAlias = Callable[..., AbstractContextManager[Reading]]

WORDS = "#safety :is(h2, h3, p, li)"


def contrast(image: Image.Image) -> float:
    """The contrast of the commonest colour, the page, with the one that differs most from it and is no stray pixel."""
    counted = Counter({color: count for count, color in image.getcolors(1 << 24) or ()})
    ground = _luminance(counted.most_common(1)[0][0])
    least = max(3, image.width * image.height * 2e-5)
    lights = [_luminance(color) for color, count in counted.items() if count >= least]
    return max((max(ground, each) + 0.05) / (min(ground, each) + 0.05) for each in lights)


def _luminance(color: tuple[int, int, int]) -> float:
    parts = [value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.client
@pytest.mark.parametrize(("scheme", "width", "height"), [("light", 390, 844), ("dark", 390, 844), ("light", 820, 1180)])
@pytest.mark.parametrize("theme", ["base", "clinic"])
def test_a_reader_shows_the_notice(foliate: Foliate, theme: str, scheme: str, width: int, height: int) -> None:
    document = books.leaflet()
    book = epub.write(document, load_theme(theme, books.ROOT / "themes"), Options())
    with foliate(book, scheme=scheme, width=width, height=height) as reading:
        reading.go(reading.landmarks["notice"])
        shown = " ".join(reading.text("#safety").split())
        for passage in model.safety_passages(document.safety):
            assert " ".join(passage.text.split()) in shown
        frame = reading.frame("#safety")
        sizes = frame.eval_on_selector_all(WORDS, "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))")
        assert min(sizes) >= 12  # CSS pixels: 9 pt
        for part in ("#safety .safety-title", "#safety li", "#safety .part:last-child p"):
            assert contrast(reading.picture(part)) >= 4.5
        assert reading.asked == []


@pytest.mark.client
def test_a_reader_turns_to_the_pdfs_pages(foliate: Foliate) -> None:
    with foliate(books.finished(with_pdf=True)) as reading:
        assert reading.pages[0][0] == "1"
        reading.go(reading.pages[-1][1])
        assert reading.frame(f"#{reading.pages[-1][1].split('#')[1]}")


@pytest.mark.client
@pytest.mark.parametrize(
    "css",
    [
        ".safety p { font-size: 4px; color: #fff }",
        ".safety p { clip-path: inset(50%) }",
        "@media (prefers-color-scheme: light) { .safety { opacity: .05 } }",
        ".safety { position: relative } .safety::after { content: ''; position: absolute; inset: 0; background: #fff }",
    ],
)
def test_what_the_proof_blocks_is_truly_unseen(foliate: Foliate, css: str) -> None:
    """The cases of the proof are no straw men: in a reader, each really hides the words."""
    with foliate(books.restyled(books.finished(), css)) as reading:
        reading.go(reading.landmarks["notice"])
        assert contrast(reading.picture("#safety .part:last-child p")) < 4.5
