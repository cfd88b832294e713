"""The Word copy in LibreOffice: it opens, shows the pages, and keeps every word when it is stored again."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops

from clients.office import Office
from publish import model as m
from verify.docx_bench import finished, proof, tree, words

pytestmark = pytest.mark.client

MARKS = "*†‡§"


def bare(words: str) -> str:
    """Words without white space and marks of notes, which are automatic in one place and written in another."""
    return "".join(words.split()).translate(str.maketrans("", "", MARKS))


def pages(pdf: bytes) -> str:
    """The text of all pages; line ends may part words anywhere, so white space is taken out."""
    opened = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range() for page in opened).split())


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_every_passage_is_on_the_pages(office: Office, status: str) -> None:
    document, data = finished(status)
    shown = pages(office(data, "pdf")).replace("\ufffe", "-")
    lost = [
        passage.text
        for segment in m.segments(document)
        for passage in segment.passages
        if "".join(passage.text.strip(MARKS + " ").split()) not in shown
    ]
    assert lost == []


def test_the_pages_are_a4_and_in_the_brand_colour(office: Office) -> None:
    opened = pypdfium2.PdfDocument(office(finished()[1], "pdf"))
    assert [round(side) for side in opened[0].get_size()] == [595, 842]
    shown = opened[0].render(scale=1.5).to_pil().convert("RGB")
    brand = Image.new("RGB", shown.size, "#0b5563")
    near = ImageChops.difference(shown, brand).convert("L").point(lambda value: 255 if value < 12 else 0)
    assert near.getbbox() is not None


@pytest.mark.parametrize("status", ["in-review", "approved"])
def test_a_stored_copy_still_passes_both_proofs(office: Office, status: str) -> None:
    document, data = finished(status)
    stored = office(data, "docx")
    findings, sightings = proof(stored, document)
    assert findings == []
    assert sightings
    assert words(stored, document) == []


@pytest.mark.parametrize("status", ["draft", "in-review", "approved"])
def test_every_word_survives_a_storing(office: Office, status: str) -> None:
    document, data = finished(status)
    stored = office(data, "docx")
    said = "".join(tree(stored).itertext("{*}t"))
    notes = "".join(tree(stored, "word/footnotes.xml").itertext("{*}t"))
    for segment in m.segments(document):
        for passage in segment.passages:
            assert bare(passage.text) in bare(notes if segment.name == "notes" else said), passage.text
    assert BytesIO(stored).read(2) == b"PK"
