"""Fixtures for all rooms: projects to build, real programs kept warm, and two guards (logs, network)."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import Image

import projects
from guards import no_network, no_stray_logs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from clients.ace import Violation
    from clients.foliate import Reading
    from clients.java import EpubCheck, VeraPdf
    from clients.office import Office

__all__ = ["no_network", "no_stray_logs"]

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".tools" / "tests"

# In the background, or with nohup, these are ignored: and by all that the tests start, too, which are to hear them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


# --- projects ---


@pytest.fixture
def sample_project(tmp_path: Path) -> Path:
    """A folder with the repository's own leaflets and themes, to build from and to spoil."""
    folder = tmp_path / "sample"
    folder.mkdir()
    return projects.sample(folder)


@pytest.fixture
def tiny_project(tmp_path: Path) -> Path:
    """A folder with the smallest valid project; its texts are in tests/projects.py."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    return projects.tiny(folder)


# --- real programs; they start when the first test asks for them ---


@pytest.fixture(scope="session")
def epubcheck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EpubCheck]:
    """`epubcheck(book) -> list[Message]`."""
    from clients.java import EpubCheck

    validator = EpubCheck(tmp_path_factory.mktemp("epubcheck"), CACHE)
    yield validator
    validator.close()


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VeraPdf]:
    """`verapdf(pdf, "PDFUA-1") -> list[Failed]`."""
    from clients.java import VeraPdf

    validator = VeraPdf(tmp_path_factory.mktemp("verapdf"), CACHE)
    yield validator
    validator.close()


@pytest.fixture(scope="session")
def ace() -> Callable[[bytes], list[Violation]]:
    """`ace(book) -> list[Violation]`; about 5 s a call."""
    from clients.ace import ace

    return ace


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """`office(docx, "pdf") -> bytes`."""
    from clients.office import Office

    program = Office(tmp_path_factory.mktemp("office"))
    yield program
    program.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Playwright's Browser on the system's Chromium. Close the contexts and pages you open."""
    from clients.browser import chromium

    with chromium() as opened:
        yield opened


@pytest.fixture
def foliate(browser: Browser) -> Callable[..., AbstractContextManager[Reading]]:
    """`with foliate(book, scheme="dark") as reading:` a book open in a reader; see tests/clients/foliate.py."""
    from clients.foliate import opened

    return partial(opened, browser, ROOT / "node_modules" / "foliate-js")


@pytest.fixture(scope="session")
def render_pdf() -> Callable[..., list[Image.Image]]:
    """`render_pdf(pdf, ppi=96) -> list[PIL.Image.Image]`, one a page; `image.save(path)` makes a PNG to look at."""

    def render(data: bytes, ppi: float = 96) -> list[Image.Image]:
        document = pypdfium2.PdfDocument(data)
        try:
            return [page.render(scale=ppi / 72).to_pil().convert("RGB") for page in document]
        finally:
            document.close()

    return render
