"""Redlines in LibreOffice: all changes accepted give the new version's words, all rejected the old one's."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

import documents as d
from clients.office import Office
from publish import model as m
from publish.formats import Options, docx
from publish.review.redline import redline
from review.test_redline import CASES
from review.versions import pairs, plain_theme, version
from verify.docx_bench import q

pytestmark = pytest.mark.client

_WORDS = {q("tab"): "\t", q("br"): "\n", q("noBreakHyphen"): "\u2011"}


def texts(data: bytes) -> list[str]:
    """What the paragraphs of the text and of the notes say. LibreOffice leaves an empty one where all of it is gone."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [name for name in ("word/document.xml", "word/footnotes.xml") if name in archive.namelist()]
        return [said for name in parts for said in _paragraphs(etree.fromstring(archive.read(name))) if said.strip()]


def _paragraphs(root: etree._Element) -> Iterator[str]:
    for paragraph in root.iter(q("p")):
        pieces = paragraph.xpath(".//w:r/*", namespaces={"w": q("p")[1:-2]})
        yield "".join(_WORDS.get(each.tag, each.text or "") if _says(each) else "" for each in pieces).strip()


def _says(element: etree._Element) -> bool:
    return element.tag == q("t") or element.tag in _WORDS


def check(office: Office, old: m.Document, new: m.Document) -> None:
    data = redline(old, new, plain_theme(), "Ann Author", datetime(2026, 11, 22))
    review = new.meta.status == "in-review"
    for command, document in (("accepted", new), ("rejected", old)):
        plain = docx.write(document, plain_theme(), Options(for_review=review))
        assert texts(office(data, command)) == texts(plain), command


def test_every_kind_of_change_at_once(office: Office) -> None:
    """The cases of tests/review/test_redline.py as one long leaflet, each below a heading of its own."""
    old, new = (
        [block for name, case in CASES.items() for block in (d.h(f"Case: {name}", 1), *case[side])] for side in (0, 1)
    )
    check(office, version(*old), version(*new, version="0.9", title="Quite another title"))


def test_notes_that_come_go_and_change_places(office: Office) -> None:
    def leaflet(*labels: str, status: str) -> m.Document:
        marks = [
            d.p((m.Text(f"Paragraph {number}"), m.NoteMark(label, number))) for number, label in enumerate(labels, 1)
        ]
        notes = (m.Note(f"n{at}", each, at, (d.p(f"The note {each}."),)) for at, each in enumerate(labels, 1))
        return version(*marks, notes=tuple(notes), status=status)

    check(office, leaflet("a", "b", "c", "d", status="draft"), leaflet("c", "x", "a", "d", status="in-review"))


def test_random_versions(office: Office) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(pairs())
    def one(pair: tuple[m.Document, m.Document]) -> None:
        check(office, *pair)

    one()
