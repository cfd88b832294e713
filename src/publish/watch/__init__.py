"""Leaflets under the eye of whoever writes them: a save, and the pages' pictures are fresh; what is wrong is told.

`session.Session` does it and tells what happened as the events below, newest last. A picture is a preview: it is drawn
by the very function that draws the finished PDF, and called proven only when the proofs of that PDF have passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from publish.diagnostics import Finding

FOLDER = Path(".publish") / "preview"
"""Where the pictures stand, in a folder for each leaflet, below the project's root."""


@dataclass(frozen=True, slots=True)
class Watching:
    """The watch has begun: of which leaflets, and in which folder each has its `index.html` and pictures."""

    names: tuple[str, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Came:
    """A leaflet has come into being and is watched from now on."""

    name: str


@dataclass(frozen=True, slots=True)
class Went:
    """A leaflet's leaflet.md is gone. Its last pictures stay; it is watched for in case it comes back."""

    name: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that the leaflet is made of has changed. `files` by the names of `inputs.name_of`."""

    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Working:
    """What is being done for a leaflet just now."""

    name: str
    stage: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures are fresh. `pages` of the file have `files`, in order; there are none beyond `pages.MAX_PAGES`.

    `pdf_sha256` is the hash of the PDF that they show; `seconds` have passed since the change was noticed.
    """

    name: str
    files: tuple[Path, ...]
    pages: int
    pdf_sha256: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Kept:
    """The leaflet as it is now cannot be drawn, or must not be shown: the last good pictures stay, marked as stale.

    `shown`: whether there are any.
    """

    name: str
    shown: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong now. `new` has not been told before, `mended` was wrong when it was last told and is no more.

    `proven`: the file in the pictures and its siblings in all formats passed every proof. None: not known yet, and
    `wrong` is what the drawing alone has found.
    """

    name: str
    wrong: tuple[Finding, ...]
    new: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    proven: bool | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Noted:
    """Something about the watch itself that somebody should know."""

    finding: Finding


Event: TypeAlias = Watching | Came | Went | Changed | Working | Pictures | Kept | Found | Noted
