"""A small project to write into and read from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publish.diagnostics import Finding
from publish.model import Document
from publish.project import open_project
from publish.reader import read_leaflet

FRONT = """\
---
title: About Examplin
product: examplin
safety: examplin-us
market: us
audience: patient
language: en-US
status: draft
version: "0.3"
job-code: EX-2026-1
prepared: 2026-11-22
---
"""
SAFETY = """\
---
title: Important safety information
product: examplin
market: us
audience: patient
language: en-US
profile: us-patient
label-version: 2026-01
status: draft
---

:::{part} contraindications
Do not take {{ product.name }} if you are allergic to:

- examplinum
:::
"""
PRODUCT = """\
name = "Examplin"
generic-name = "examplinum"
company = "Example Pharma"
label-version = "2026-01"
site = "https://www.example.org/"

[contacts]
phone = "+1 800 555 0100"
"""
GLOSSARY = """\
[cytokine]
term = "Cytokine"
definition = "A small protein that {{ product.name }} blocks."

[il-1]
term = "Interleukin-1"
definition = "A cytokine."
[il-1.de]
term = "Interleukin 1"
definition = "Ein Botenstoff."
"""
REFERENCES = """\
[smith]
text = "Smith J. On fever. 2020."
url = "https://www.example.org/smith"

[jones]
text = "Jones K. On rash. 2021."
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a leaflet."""

    document: Document | None
    findings: tuple[Finding, ...]

    @property
    def codes(self) -> list[str]:
        return sorted({finding.code for finding in self.findings})

    def one(self, code: str) -> Finding:
        """The only finding with this code."""
        (finding,) = (each for each in self.findings if each.code == code)
        return finding


@dataclass(slots=True)
class Desk:
    """A project folder to write into and read from."""

    root: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, name: str = "about") -> Reading:
        return Reading(*read_leaflet(open_project(self.root), name))

    def body(self, markdown: str) -> Reading:
        """Read a leaflet with sound front matter (12 lines) and this body."""
        self.write("leaflets/about/leaflet.md", FRONT + markdown)
        return self.read()

    def front(self, change: Callable[[str], str]) -> Reading:
        """Read a leaflet whose front matter was changed."""
        self.write("leaflets/about/leaflet.md", change(FRONT) + "\n# Fever\n\nText.\n")
        return self.read()

    def safety(self, content: str | bytes) -> Reading:
        """Read the sound leaflet with this safety file."""
        self.write("safety/examplin-us.md", content)
        return self.read()


def laid_out(root: Path) -> Desk:
    """A sound project in `root`."""
    root.mkdir()
    (root / "publish.toml").touch()
    desk = Desk(root)
    desk.write("leaflets/about/leaflet.md", FRONT + "\n# Fever\n\nText.\n")
    desk.write("safety/examplin-us.md", SAFETY)
    desk.write("products/examplin.toml", PRODUCT)
    desk.write("glossary.toml", GLOSSARY)
    desk.write("references.toml", REFERENCES)
    return desk
