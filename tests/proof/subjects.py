"""Subjects of proof sheets: a small leaflet with real pages, and findings of each weight."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import documents
from publish import model as m
from publish import verify
from publish.diagnostics import Finding, Place, Severity
from publish.formats import Options, pdf
from publish.policy import Sighting, load_profile, text_hash
from publish.proof import Finished, Subject

WORDS = 96
PROFILE = load_profile("us-patient")

NOTE = Finding(
    "safety.not-approved", "nobody approved it", Place("source/safety/x.md", 1), "get it approved", Severity.NOTE
)
WARNING = Finding(
    "preflight.one-page",
    "the file has 2 pages",
    Place("examplin-press.pdf", page=2, box=(1.0, 2.0, 3.5, 4.0)),
    "deliver each side as a file",
    Severity.WARNING,
    "GWG 2022, R0006",
)


def approved(until: date = date(2027, 11, 21)) -> m.SafetyBlock:
    """The small leaflet's safety text, approved as it stands."""
    block = replace(documents.safety(), status="approved")
    return replace(block, approval=m.Approval("Ada Example", date(2026, 11, 21), until, text_hash(block)))


@cache
def finished() -> Finished:
    """The reading PDF of the small leaflet, proven."""
    given, theme = documents.document(), documents.theme()
    data = pdf.write(given, theme, Options())
    artifact = verify.Artifact("pdf", "examplin.pdf", data)
    facts = verify.load("pdf_safety").check(artifact, given, documents.mandate(given, theme))
    return Finished("examplin.pdf", "pdf", data, tuple(fact for fact in facts if isinstance(fact, Sighting)))


def without_pages() -> tuple[Finished, ...]:
    """Word and EPUB files as far as a proof sheet looks into them: not at all."""
    return (
        Finished("examplin.docx", "docx", b"PK word", (Sighting(None, None, 9.5, 12.25, WORDS),)),
        Finished("examplin.epub", "epub", b"PK epub", (Sighting(None, None, 12.0, 21.0, WORDS),)),
    )


def subject(
    *files: Finished,
    findings: tuple[Finding, ...] = (NOTE, WARNING),
    block: m.SafetyBlock | None = None,
    **meta: object,
) -> Subject:
    """The small leaflet in these files, else in three, with judged findings; keywords change its front matter."""
    given = documents.document(block=block, **meta)
    given = replace(given, sources=(m.SourceFile("source/leaflets/examplin/leaflet.md", "5e" * 32),))
    return Subject(given, documents.theme(), findings, files or (finished(), *without_pages()), PROFILE)
