"""Press files made for tests: a leaflet with as many panels as a fold has, written, measured and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2

import documents as d
from publish import model as m
from publish import verify
from publish.diagnostics import Finding, Place
from publish.formats import Options, furniture, pdf, press
from publish.policy import Mandate, PressProfile, Sighting, load_press_profile, load_profile
from publish.press.folds import FoldedSheet, folded
from publish.theme import Theme
from publish.theme.load import load_theme

MM = 72 / 25.4
HERE = Place("leaflet.md")
BLOCK = replace(
    d.safety(),
    parts=(m.Part("contraindications", (d.p("Do not take Examplin if you are allergic to:"), d.ul("examplinum"))),),
)


@dataclass(frozen=True, eq=False)
class Made:
    """A press file and all that it was made from."""

    document: m.Document
    theme: Theme
    profile: PressProfile
    sheet: FoldedSheet | None
    data: bytes
    said: tuple[Finding, ...]

    @property
    def mandate(self) -> Mandate:
        """What the file must show."""
        demanded = load_profile(self.document.safety.profile)
        fonts = {face.name: face.path for face in self.theme.faces}
        words = furniture(self.document, self.theme, self.profile)
        return Mandate(demanded, fonts, words, self.profile, self.sheet)


def panelled(panels: int, **meta: object) -> m.Document:
    """A leaflet of so many panels: each says which it is, the last holds the safety block."""
    body: list[m.Block] = []
    for number in range(1, panels):
        body += [d.h(f"Section {number}"), d.p(f"These words stand on panel {number}."), m.PanelBreak()]
    return d.document(body, block=BLOCK, subtitle="", **meta)


def made(document: m.Document, look: Theme | None = None, profile: PressProfile | None = None) -> Made:
    """A document's press file, as the build writes it."""
    look, profile = look or d.theme(), profile or load_press_profile("gwg-2022-leaflet")
    sheet = sheet_of(document, look, profile)
    said: list[Finding] = []
    data = press.write(document, look, Options(press=profile, sheet=sheet, report=said.append))
    return Made(document, look, profile, sheet, data, tuple(said))


def reading(of: Made) -> bytes:
    """The same leaflet's PDF to read."""
    return pdf.write(of.document, of.theme, Options(press=of.profile, sheet=of.sheet))


def sheet_of(document: m.Document, look: Theme, profile: PressProfile) -> FoldedSheet | None:
    given = document.meta.press
    if given is None or not given.fold:
        return None
    return folded(given, (look.page.width, look.page.height), profile.compensation, HERE)


def judged(of: Made, *checks: str, data: bytes | None = None) -> tuple[list[Finding], list[Sighting]]:
    """What the checks of a press file (all, or the named ones) find in it, or in `data` in its place."""
    artifact = verify.Artifact("press", "examplin-press.pdf", of.data if data is None else data)
    modules = [verify.load(name) for name in checks] or list(verify.checks_for("press"))
    facts = [fact for module in modules for fact in module.check(artifact, of.document, of.mandate)]
    return [f for f in facts if isinstance(f, Finding)], [s for s in facts if isinstance(s, Sighting)]


def themed(folder: Path, files: Mapping[str, str | bytes], toml: str = "") -> Theme:
    """A theme that differs from `base` by these files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "theme.toml").write_text('extends = "base"\n' + toml, encoding="utf-8")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_theme(f"{folder}/", folder.parent)


def picture(data: bytes, page: int, ppi: float) -> np.ndarray:
    """A page as a screen shows it: height × width × RGB."""
    document = pypdfium2.PdfDocument(data)
    try:
        return document[page].render(scale=ppi / 72).to_numpy()[..., 2::-1].copy()
    finally:
        document.close()


@cache
def letter_tri() -> Made:
    """A letter tri-fold, shared by tests that only look at it."""
    return made(panelled(6, press=m.Press(fold="letter-tri", stock="letter")))
