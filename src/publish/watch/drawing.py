"""What the watch's two hands do, each in a warm process: one draws pictures, the other proves what was drawn.

Both call what `publish build` calls. Work that nobody wants any more ends at its next stage: its ticket, an empty
file, has been taken away.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from publish import build, formats
from publish.build import Made, Request
from publish.watch.pages import Page, draw_pages
from publish.worker import Tell


@dataclass(frozen=True, slots=True)
class Order:
    """A leaflet to draw or to prove. `folder` takes what is made; the work is wanted while `ticket` exists."""

    request: Request
    folder: Path
    ticket: Path


@dataclass(frozen=True, slots=True)
class Sketch:
    """A leaflet drawn, and not proven. Without `pages` it could not be drawn, or must not be; `made` says why.

    `pdf` is the name of the file that the pictures show, `count` how many pages it has.
    """

    made: Made
    title: str = ""
    pdf: str = ""
    pdf_sha256: str = ""
    pages: tuple[Page, ...] = ()
    count: int = 0


class _Unwanted(Exception):
    """The ticket is gone."""


def draw(tell: Tell, order: Order) -> Sketch | None:
    """Draw the reading PDF and its pages as pictures; None when they are no longer wanted."""
    try:
        tell = _while_wanted(tell, order)
        drawn = build.draw(tell, order.request)
        if drawn.pdf is None:
            return Sketch(drawn.made, drawn.title)
        order.folder.mkdir(parents=True, exist_ok=True)
        pages, count = draw_pages(drawn.pdf, order.folder, tell)
        tell("done")
        name = order.request.name + formats.load("pdf").SUFFIX
        return Sketch(drawn.made, drawn.title, name, sha256(drawn.pdf).hexdigest(), pages, count)
    except _Unwanted:
        return None


def prove(tell: Tell, order: Order) -> Made | None:
    """Build the leaflet in all formats, with every proof, and throw the files away; None when no longer wanted."""
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        return build.make(_while_wanted(tell, order), order.request, order.folder)
    except _Unwanted:
        return None
    finally:
        shutil.rmtree(order.folder, ignore_errors=True)


def _while_wanted(tell: Tell, order: Order) -> Callable[[str], None]:
    def told(stage: str) -> None:
        if not order.ticket.exists():
            raise _Unwanted
        tell(stage)

    return told
