"""Fixtures for all rooms: projects to build, real programs kept warm, and two guards (logs, network)."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import Image

import projects

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from clients.ace import Violation
    from clients.java import EpubCheck, VeraPdf
    from clients.office import Office

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".tools" / "tests"


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


@pytest.fixture(scope="session")
def foliate() -> Path:
    """The folder of the foliate-js reader, for a page that imports its modules."""
    from clients import not_checked
    from publish import programs

    folder = ROOT / "node_modules" / "foliate-js"
    if not folder.is_dir():
        not_checked(programs.ACE)
    return folder


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


# --- guards ---


@pytest.fixture(autouse=True)
def no_stray_logs(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An unexpected WARNING or worse of any library fails the test, for a library's log is often its only complaint.

    Tests that make a library complain on purpose carry `@pytest.mark.expects_logs`.
    """
    yield
    if request.node.get_closest_marker("expects_logs"):
        return
    stray = [
        f"{record.name}: {record.levelname}: {record.getMessage()}"
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)  # type: ignore[arg-type]
        if record.levelno >= logging.WARNING
    ]
    if stray:
        pytest.fail("unexpected log records:\n" + "\n".join(stray), pytrace=False)


class Listener:
    """A server on 127.0.0.1 that must never be asked; `url` is where it waits, `hits` counts who came."""

    def __init__(self) -> None:
        self.hits = 0
        self._open = True
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            last = not self._open
            try:
                caller, _ = self._socket.accept()
            except TimeoutError:
                if last:
                    return
                continue
            self.hits += 1
            caller.close()

    def close(self) -> None:
        """Stop listening once nobody waits, so that `hits` is final."""
        self._open = False
        self._thread.join()
        self._socket.close()


@pytest.fixture
def no_network() -> Iterator[Listener]:
    """Put `no_network.url` into an input: the test fails at its end if anything asked there."""
    listener = Listener()
    yield listener
    listener.close()
    assert listener.hits == 0, f"{listener.url} was asked {listener.hits} times"
