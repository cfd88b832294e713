"""Redlines in LibreOffice: all changes accepted give the new version's words, all rejected the old one's."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
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

REPEATABLE: dict[str, Any] = {"deadline": None, "derandomize": True, "database": None}
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


A, B = "Take one small tablet of it each morning", "eat a lot of fruit on each evening of the week"
ENDS = {
    "an end and a whole paragraph": ((A,), (A + " with tea", "Another.")),
    "another end and a whole paragraph": ((A + " with milk",), (A + " with tea", "Another.")),
    "an end and a beginning": ((A, B), (A + " with tea", "Please " + B)),
    "another end and a beginning": ((A + " with milk", B), (A + " with tea", "Please " + B)),
    "another end and another beginning": ((A + " with milk", "You " + B), (A + " with tea", "Please " + B)),
    "an end, and a whole paragraph in place of another": ((A, "Old."), (A + " with tea", "Something else.")),
}


@pytest.mark.parametrize(("old", "new"), ENDS.values(), ids=ENDS)
def test_changes_on_both_sides_of_a_paragraphs_end(office: Office, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """LibreOffice takes insertions that meet across a paragraph's end for one, and the end along when rejecting."""
    one, two = (version(*(m.Paragraph("", d.t(words)) for words in each)) for each in (old, new))
    check(office, one, two)
    check(office, two, one)


def test_notes_that_come_go_and_change_places(office: Office) -> None:
    def leaflet(*labels: str, status: str) -> m.Document:
        marks = [
            d.p((m.Text(f"Paragraph {number}"), m.NoteMark(label, number))) for number, label in enumerate(labels, 1)
        ]
        notes = (m.Note(f"n{at}", each, at, (d.p(f"The note {each}."),)) for at, each in enumerate(labels, 1))
        return version(*marks, notes=tuple(notes), status=status)

    check(office, leaflet("a", "b", "c", "d", status="draft"), leaflet("c", "x", "a", "d", status="in-review"))


@pytest.mark.timeout(900)
def test_random_versions(office: Office) -> None:
    """Both ways through an editor; REDLINE_PAIRS asks for more than the few that every run tries."""

    @settings(
        max_examples=int(os.environ.get("REDLINE_PAIRS", "12")),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        **REPEATABLE,
    )
    @given(pairs())
    def one(pair: tuple[m.Document, m.Document]) -> None:
        check(office, *pair)

    one()
