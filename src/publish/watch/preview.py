"""A leaflet's preview on disk: its pages' pictures, `index.html` that shows them, and `state.js` that it reads.

Each file is old or new, never half. The page works when it is opened from the disk: it asks for the state as a script,
which a browser allows where it forbids to read a file.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from publish.diagnostics import Finding, Place, Refused, Severity, refuse
from publish.watch.drawing import Sketch
from publish.watch.pages import Page

BEAT_SECONDS = 2.0
"""How often a running watch gives a sign of life; a page that hears none for some time says that nobody watches."""

_BEAT = "_beat.js"
_PICTURE = re.compile(r"page-\d+\.jpg")


@dataclass(slots=True)
class _Told:
    """What the page knows. `pictures` says how fresh they are, `proof` what is known of the file that they show."""

    name: str
    title: str = ""
    pictures: Literal["none", "drawing", "fresh", "kept"] = "none"
    proof: Literal["pending", "proven", "blocked"] = "pending"
    drawn: str = ""
    pages: tuple[Page, ...] = ()
    count: int = 0
    findings: tuple[Finding, ...] = ()
    ended: bool = False
    beat_ms: int = field(default=int(BEAT_SECONDS * 1000))


class Preview:
    """The folder of one leaflet's preview, held by one watch at a time."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / name
        self._told = _Told(name)
        self._held: int | None = None

    def hold(self) -> None:
        """Take the folder. Raises Refused when another watch has it, or it cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._held = os.open(self.folder, os.O_RDONLY)
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            write(self.folder / "index.html", _page())
        except BlockingIOError:
            self.let_go()
            raise refuse(
                "watch.busy",
                f"“{self._told.name}” is watched by another `publish watch` already",
                Place(str(self.folder)),
                "look at its pictures there, or end the other watch",
            ) from None
        except OSError as error:
            self.let_go()
            raise unwritable(self.folder, error) from None

    def drawing(self) -> None:
        """The pictures that are there are no longer of the newest state; new ones are on their way."""
        self._told.pictures = "drawing"
        self._tell()

    def show(self, sketch: Sketch, staged: Path, findings: Iterable[Finding]) -> tuple[Path, ...]:
        """Put fresh pictures, staged on the same file system, into place; their paths. They are not proven yet."""
        self._hold_again()
        before = {page.file: page.sha256 for page in self._told.pages}
        for page in sketch.pages:
            if before.get(page.file) != page.sha256 or not (self.folder / page.file).exists():
                self._replace(staged / page.file, self.folder / page.file)
        told = self._told
        told.title, told.pages, told.count = sketch.title, sketch.pages, sketch.count
        told.pictures = "fresh"
        told.drawn = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.judge(findings, proven=None)
        self._clear(keep={page.file for page in sketch.pages})
        return tuple(self.folder / page.file for page in sketch.pages)

    def keep(self, title: str, findings: Iterable[Finding]) -> bool:
        """The leaflet as it is now gives no pictures: the last good ones, if any, stay and are called stale."""
        self._told.pictures = "kept" if self._told.pages else "none"
        self._told.title = title or self._told.title
        self.judge(findings, proven=False)
        return bool(self._told.pages)

    def judge(self, findings: Iterable[Finding], proven: bool | None) -> None:
        """What is wrong, and whether the proofs have passed; None while they are under way."""
        order = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
        self._told.findings = tuple(sorted(findings, key=lambda each: order.index(each.severity)))
        blocked = any(each.severity is Severity.ERROR for each in self._told.findings)
        self._told.proof = "proven" if proven else "blocked" if blocked or proven is False else "pending"
        self._tell()

    def end(self) -> None:
        """Nobody watches any more; the page says so."""
        self._told.ended = True
        with contextlib.suppress(Refused):
            self._tell()
        self.let_go()

    def let_go(self) -> None:
        """Another watch may have the folder."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _hold_again(self) -> None:
        """Begin the folder anew when somebody has thrown it away."""
        if self._held is not None and not os.fstat(self._held).st_nlink:
            self.let_go()
            self.hold()

    def _tell(self) -> None:
        self._hold_again()
        told: dict[str, Any] = {**asdict(self._told), "findings": [each.as_json() for each in self._told.findings]}
        write(self.folder / "state.js", f"told({json.dumps(told)});\n".encode())

    def _replace(self, source: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)  # noqa: PTH105
        except OSError as error:
            raise unwritable(self.folder, error) from None

    def _clear(self, keep: set[str]) -> None:
        for path in self.folder.iterdir():
            if _PICTURE.fullmatch(path.name) and path.name not in keep:
                path.unlink(missing_ok=True)


def beat(folder: Path) -> None:
    """A sign of life for all pages below `folder`."""
    write(folder / _BEAT, f"beat({int(datetime.now(UTC).timestamp() * 1000)});\n".encode())


def write(path: Path, data: bytes) -> None:
    """Write a small file whole. Raises Refused."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        os.replace(part, path)  # noqa: PTH105
    except OSError as error:
        raise unwritable(path.parent, error) from None


def unwritable(folder: Path, error: OSError) -> Refused:
    """The pictures have no place."""
    return refuse(
        "watch.cannot-write",
        f"the pictures cannot be written: {error.strerror or error}",
        Place(str(folder)),
        "make room, or give yourself the right to write there",
    )


@cache
def _page() -> bytes:
    """`index.html` with its style and its script inside."""
    kept = files("publish").joinpath("watch")
    page, style, script = (kept.joinpath(f"preview.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    return page.replace("/* style */", style).replace("/* script */", script).encode()
