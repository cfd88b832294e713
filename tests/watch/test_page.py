"""The preview's page in Chromium, opened from the disk: it follows, says how far it can be trusted, and asks nobody."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from clients.axe import axe
from publish.build import Made
from publish.diagnostics import Finding, Place, Severity
from publish.watch.drawing import Sketch
from publish.watch.pages import Page
from publish.watch.preview import Preview

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.client

ERROR = Finding(
    "safety.lead-in-empty", "<img src=x onerror=alert(1)> lost its list", Place("source/safety/x.md", 22, 1), "mend it"
)
WARNING = Finding("pdf.css-ignored", "nothing is seen of “a”", Place("themes/own/leaflet.css"), "", Severity.WARNING)
RED, GREEN, AMBER, GREY = (176, 23, 43), (23, 99, 58), (138, 75, 0), (63, 74, 87)


def sketch(staged: Path, colors: list[str]) -> Sketch:
    """Pages of one colour each, staged."""
    staged.mkdir(exist_ok=True)
    pages = []
    for number, color in enumerate(colors, 1):
        path = staged / f"page-{number}.jpg"
        Image.new("RGB", (595, 842), color).save(path)
        pages.append(Page(path.name, 595, 842, 210, 297, f"{number}{color}" * 8))
    return Sketch(Made("nomid"), "About NOMID", "nomid.pdf", "", tuple(pages), len(pages))


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    made = Preview(tmp_path / "preview", "nomid")
    made.hold()
    alive(tmp_path / "preview", for_seconds=3600)
    yield made
    made.end()


def alive(folder: Path, for_seconds: float) -> None:
    """A sign of life that lasts."""
    (folder / "_beat.js").write_text(f"beat({int((time.time() + for_seconds) * 1000)});\n")


@contextmanager
def opened(browser: Browser, preview: Preview, width: int = 1280, scheme: str = "light") -> Iterator[Tab]:
    """The page in a window. What it complains of, or asks for elsewhere, fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        tab = context.new_page()
        asked: list[str] = []
        said: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto((preview.folder / "index.html").as_uri())
        yield tab
        around = preview.folder.parent.as_uri()
        assert all(url.startswith(around) for url in asked)
        assert said == []
    finally:
        context.close()


def says(tab: Tab, words: str) -> None:
    tab.get_by_text(words).first.wait_for(timeout=10_000)


def bar(tab: Tab) -> tuple[int, ...]:
    """The verdict's colour, as it is seen."""
    picture = Image.open(io.BytesIO(tab.locator("#verdict").screenshot())).convert("RGB")
    color: tuple[int, ...] = picture.getpixel((3, 3))  # type: ignore[assignment]
    return color


def shown(tab: Tab, number: int) -> tuple[int, ...]:
    image = tab.locator("figure img").nth(number - 1)
    picture = Image.open(io.BytesIO(image.screenshot())).convert("RGB")
    color: tuple[int, ...] = picture.getpixel((200, 600))  # type: ignore[assignment]
    return color


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


def until_shown(tab: Tab, number: int, color: tuple[int, ...]) -> None:
    end = time.monotonic() + 10
    while not near(shown(tab, number), color):
        assert time.monotonic() < end, shown(tab, number)
        time.sleep(0.05)


def test_it_follows_from_not_proven_to_proven_to_a_new_picture(
    browser: Browser, preview: Preview, tmp_path: Path
) -> None:
    preview.show(sketch(tmp_path / "staged", ["#ffff00", "#00ffff"]), tmp_path / "staged", [WARNING])
    with opened(browser, preview) as tab:
        says(tab, "Not proven yet")
        says(tab, "PREVIEW, NOT PROVEN")
        assert near(bar(tab), GREY)
        until_shown(tab, 2, (0, 255, 255))
        preview.judge([WARNING], proven=True)
        says(tab, "Proven: the safety block stands whole")
        assert near(bar(tab), GREEN)
        assert tab.get_by_text("finished files come from publish build").is_visible()
        preview.drawing()
        says(tab, "Not proven yet")
        preview.show(sketch(tmp_path / "staged", ["#ff00ff"]), tmp_path / "staged", [])
        until_shown(tab, 1, (255, 0, 255))
        assert tab.locator("figure").count() == 1
        assert tab.evaluate("document.scripts.length") < 8, "what was loaded is taken away again"


def test_a_proof_that_fails_is_said_in_red_with_its_finding(browser: Browser, preview: Preview, tmp_path: Path) -> None:
    preview.show(sketch(tmp_path / "staged", ["#ffffff"]), tmp_path / "staged", [])
    preview.judge([WARNING, ERROR], proven=False)
    with opened(browser, preview) as tab:
        says(tab, "This leaflet cannot go out: 1 error")
        assert near(bar(tab), RED)
        first = tab.locator("#errors li").first
        assert first.text_content() == (
            "source/safety/x.md:22:1 · error safety.lead-in-empty<img src=x onerror=alert(1)> lost its listmend it"
        )
        assert tab.locator(".findings img").count() == 0, "what a finding says is text"
        says(tab, "PREVIEW, CANNOT GO OUT")
        assert tab.locator("#remarks li").count() == 1, "what weighs less stands below the pages"


def test_stale_pictures_are_pale_and_called_so(browser: Browser, preview: Preview, tmp_path: Path) -> None:
    preview.show(sketch(tmp_path / "staged", ["#000000"]), tmp_path / "staged", [])
    preview.keep("About NOMID", [ERROR])
    with opened(browser, preview) as tab:
        says(tab, "These pictures are stale")
        says(tab, "STALE PREVIEW")
        assert near(bar(tab), RED)
        assert sum(shown(tab, 1)) > 250, "a picture in full black would look fresh"


def test_a_leaflet_that_never_could_be_shown_says_why(browser: Browser, preview: Preview) -> None:
    preview.keep("", [ERROR])
    with opened(browser, preview) as tab:
        says(tab, "There is nothing to show yet (1 error)")
        assert tab.locator("figure").count() == 0


@pytest.mark.parametrize("how", ["ended", "killed"])
def test_it_says_when_nobody_watches_any_more(browser: Browser, preview: Preview, tmp_path: Path, how: str) -> None:
    preview.show(sketch(tmp_path / "staged", ["#ffffff"]), tmp_path / "staged", [])
    preview.judge([], proven=True)
    if how == "ended":
        preview.end()
    else:
        alive(tmp_path / "preview", for_seconds=-60)
    with opened(browser, preview) as tab:
        says(tab, "Nobody watches this leaflet now")
        assert near(bar(tab), AMBER)


@pytest.mark.parametrize(("width", "scheme", "spoilt"), [(1280, "light", False), (360, "dark", True)])
def test_it_is_accessible_and_fits(
    browser: Browser, preview: Preview, tmp_path: Path, width: int, scheme: str, spoilt: bool
) -> None:
    preview.show(sketch(tmp_path / "staged", ["#ffffff", "#ffffff"]), tmp_path / "staged", [])
    long = Finding("pdf.safety-small", "a-word-as-long-as-a-hash-" + "0123456789abcdef" * 4, Place("x.pdf", page=1))
    preview.judge([ERROR, WARNING, long] if spoilt else [WARNING], proven=not spoilt)
    with opened(browser, preview, width, scheme) as tab:
        tab.locator("figure img[width]").nth(1).wait_for()
        assert axe(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_picture_is_old_or_new_never_half(preview: Preview, tmp_path: Path) -> None:
    """Read again and again while it is put into place: it can always be opened."""
    import threading

    stop = threading.Event()
    broken: list[str] = []

    def read() -> None:
        while not stop.is_set():
            data = (preview.folder / "page-1.jpg").read_bytes()
            if not data.endswith(b"\xff\xd9"):
                broken.append(f"{len(data)} bytes")
            if not (preview.folder / "state.js").read_text().endswith(");\n"):
                broken.append("state")

    preview.show(sketch(tmp_path / "staged", ["#ffffff"]), tmp_path / "staged", [])
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        preview.show(sketch(tmp_path / "staged", [f"#{number:02x}{number:02x}00"]), tmp_path / "staged", [])
    stop.set()
    reader.join()
    assert broken == []
    assert sorted(path.name for path in preview.folder.iterdir()) == ["index.html", "page-1.jpg", "state.js"]
