"""Source text -> model: a leaflet's Markdown, its safety file and all that it names, in one Document.

Nothing is repaired in silence and nothing is thrown: whatever is wrong becomes a Finding with its place, all of them in
one run. `read_leaflet` is the door; the rooms behind it are one subject each.
"""

from __future__ import annotations

import re

from publish.diagnostics import Finding, Refused
from publish.model import Document
from publish.project import LEAFLET_FILE, Project, leaflet_folder, shown
from publish.reader import leaflet
from publish.reader.ledger import Ledger


def read_leaflet(project: Project, name: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document of the leaflet `name`, and every finding about its sources, in the order of the files' places.

    Never raises for bad input. The document is None when its front matter, product or safety text cannot be used.
    Findings carry no weight yet; `policy.judge` gives it.
    """
    try:
        folder = leaflet_folder(project, name)
    except Refused as refused:
        return None, refused.findings
    ledger = Ledger(project)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        message = f"the leaflet's folder “{name}” is not plainly named; the outputs are named after it"
        hint = "rename it with letters, digits and hyphens, such as “about-nomid”"
        ledger.tell("project.leaflet-name", message, leaflet.whole(shown(folder, project.root)), hint)
    try:
        document = leaflet.read(ledger, folder, name)
    except RecursionError:
        document = None
        place = shown(folder / LEAFLET_FILE, project.root)
        ledger.tell(
            "source.nesting",
            "the text is nested too deep to be read",
            leaflet.whole(place),
            "look for long rows of brackets, quote marks or list marks, and write flatter text",
        )
    order = {finding: number for number, finding in enumerate(ledger.findings)}
    findings = sorted(ledger.findings, key=lambda finding: (*_position(finding), order[finding]))
    return document, tuple(findings)


def _position(finding: Finding) -> tuple[str, int, int]:
    place = finding.place
    return (place.file, place.line or 0, place.column or 0) if place else ("", 0, 0)
