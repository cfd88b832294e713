"""The proof sheet: one HTML file that shows a build to people, as build.json tells it to programs.

`sheet.write` draws it from a Subject. It is made last, of files that are proven already, and proves nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from publish.diagnostics import Finding
from publish.model import Document
from publish.policy import PressProfile, Profile, Sighting
from publish.press.folds import FoldedSheet
from publish.theme import Theme

FILE_NAME = "proof.html"
"""Its name beside the finished files of a leaflet."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished, proven file: its name, its format's name, its bytes, and where it shows the safety block."""

    name: str
    format: str
    data: bytes
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a proof sheet tells of: a leaflet, its theme, the judged findings, and the files of this build.

    `profile` is what the law asks of the block, `press` what the print vendor asks, `sheet` how the piece is folded.
    """

    document: Document
    theme: Theme
    findings: tuple[Finding, ...]
    files: tuple[Finished, ...]
    profile: Profile
    press: PressProfile | None = None
    sheet: FoldedSheet | None = None
