"""An EPUB opened in foliate-js, the engine of a widely used reader, in Chromium."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Frame, Page

from clients import not_checked
from publish import programs

SECONDS = 30

DESK = """<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<style>html, body { margin: 0; height: 100% } foliate-view { display: block; width: 100vw; height: 100vh }</style>
<script type="module">
import "/foliate/view.js"
const view = document.createElement("foliate-view")
document.body.append(view)
const told = await fetch("/book.epub")
await view.open(new File([await told.blob()], "book.epub", { type: "application/epub+zip" }))
view.renderer.setAttribute("flow", "scrolled")
await view.renderer.next()
window.reading = view
</script>"""


@dataclass
class Reading:
    """An open book. `landmarks` and `pages` are what the reader understood of the navigation document.

    `asked` lists every address outside the book that it tried to load; it must stay empty.
    """

    page: Page
    landmarks: dict[str, str] = field(default_factory=dict)
    pages: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, target: str) -> None:
        """Turn to an address inside the book, as `landmarks` and `pages` give it."""
        self.page.evaluate("target => window.reading.goTo(target)", target)

    def frame(self, selector: str) -> Frame:
        """The frame of the chapter that is open and holds an element."""
        held = [frame for frame in self.page.frames if frame.query_selector(selector)]
        assert held, f"no open chapter holds {selector}"
        return held[-1]

    def text(self, selector: str) -> str:
        """The words of an element as they are rendered: hidden ones are not among them."""
        return self.frame(selector).inner_text(selector)

    def picture(self, selector: str) -> Image.Image:
        """An element as the reader sees it."""
        stored = self.frame(selector).locator(selector).first.screenshot(timeout=SECONDS * 1000)
        return Image.open(io.BytesIO(stored)).convert("RGB")


def _serve(book: bytes, engine: Path) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 for the desk, the book and the engine's modules."""

    class Shelf(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            module = (engine / path.removeprefix("/foliate/")).resolve()
            if path == "/":
                self._give(DESK.encode(), "text/html; charset=utf-8")
            elif path == "/book.epub":
                self._give(book, "application/epub+zip")
            elif path.startswith("/foliate/") and module.is_relative_to(engine) and module.is_file():
                self._give(module.read_bytes(), "text/javascript; charset=utf-8")
            else:
                self.send_error(404)

        def _give(self, data: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def opened(
    browser: Browser, engine: Path, book: bytes, scheme: str = "light", width: int = 390, height: int = 844
) -> Iterator[Reading]:
    """A book, open; `scheme` is `light` or `dark`, the window in CSS pixels. The whole chapter scrolls."""
    if not engine.is_dir():
        not_checked(programs.ACE)
    server = _serve(book, engine.resolve())
    home = f"http://127.0.0.1:{server.server_port}/"
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    try:
        reading = Reading(context.new_page())
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((home, "blob:", "data:", "about:"))
                else reading.asked.append(request.url)
            ),
        )
        reading.page.goto(home)
        reading.page.wait_for_function("window.reading", timeout=SECONDS * 1000)
        reading.landmarks = dict(
            reading.page.evaluate("(reading.book.landmarks ?? []).flatMap(each => each.type.map(t => [t, each.href]))")
        )
        reading.pages = [
            (label, target)
            for label, target in reading.page.evaluate("(reading.book.pageList ?? []).map(p => [p.label, p.href])")
        ]
        yield reading
    finally:
        context.close()
        server.shutdown()
        server.server_close()
