"""Proof that a Word file's sheets, settings and headers let readers see the text, and its status on each page.

What a theme's template says itself, in its headers and around its content controls, is furniture by design: this
proof does not judge the sense of such words, though they might say that what follows is void.
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Finding, Place
from publish.model import Document
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._docx_reading import opened
from publish.verify._docx_sections import sheet_faults
from publish.verify._docx_settings import setting_faults
from publish.verify._docx_status import status_faults

APPLIES_TO = ("docx",)
CODES = ("docx.sheet", "docx.setting", "docx.status-mark")


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """What about the sheets, the settings and the headers hides or turns the text, or lets a page lack its status."""
    place = Place(artifact.name)
    found: dict[Finding, None] = {}
    for mode, reading in opened(artifact):
        for reason in sheet_faults(reading):
            hint = "set a common sheet and margins in the theme's review.docx (Layout, Page Setup)"
            found[Finding("docx.sheet", f"a section {reason}{mode}", place, hint)] = None
        for reason in setting_faults(reading.word.related_tree("settings")):
            hint = "switch it off in the theme's review.docx, and save it"
            found[Finding("docx.setting", f"the file {reason}", place, hint)] = None
        for reason in status_faults(reading, document):
            hint = "give each section of the theme's review.docx a plain header; the status is written into it"
            found[Finding("docx.status-mark", f"{reason}{mode}", place, hint)] = None
    yield from found
