"""The test bench itself: each client must see what is wrong, or its silence elsewhere says nothing."""

from __future__ import annotations

import io
import zipfile

import docx
import pikepdf
import pytest

pytestmark = pytest.mark.client

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""

PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:example:1</dc:identifier>
<dc:title>A book</dc:title><dc:language>en</dc:language><meta property="dcterms:modified">2026-11-22T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Plain text.</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
<spine><itemref idref="nav"/></spine></package>"""

NAV = """<?xml version="1.0"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>A book</title></head><body><h1>A book</h1>{extra}
<nav epub:type="toc" role="doc-toc" aria-label="Contents"><ol><li><a href="nav.xhtml">A book</a></li></ol></nav>
<nav epub:type="landmarks" aria-label="Landmarks" hidden=""><ol>
<li><a epub:type="toc" href="nav.xhtml">Contents</a></li></ol></nav>
</body></html>"""


def book(extra: str = "") -> bytes:
    """A small EPUB with `extra` in its only page."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("book.opf", PACKAGE)
        archive.writestr("nav.xhtml", NAV.format(extra=extra))
    return made.getvalue()


def letter(*paragraphs: str) -> bytes:
    """A Word document of these paragraphs."""
    made, document = io.BytesIO(), docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    document.save(made)
    return made.getvalue()


def test_epubcheck_passes_a_sound_book(epubcheck):
    assert [message for message in epubcheck(book()) if message.bad] == []


def test_epubcheck_names_a_missing_picture(epubcheck):
    told = [message for message in epubcheck(book('<p><img src="lost.png" alt="lost"/></p>')) if message.bad]
    assert [(message.severity, message.code) for message in told] == [("ERROR", "RSC-007")]
    assert told[0].place.startswith("nav.xhtml:")


def test_epubcheck_says_that_a_text_is_no_book(epubcheck):
    assert any(message.bad for message in epubcheck(b"not a book"))


def test_verapdf_names_what_an_untagged_file_breaks(verapdf):
    blank, stored = pikepdf.new(), io.BytesIO()
    blank.add_blank_page()
    blank.save(stored)
    clauses = {failed.clause for failed in verapdf(stored.getvalue(), "PDFUA-1")}
    assert "7.1-8" in clauses, "no metadata stream: ISO 14289-1, 7.1"


def test_ace_passes_a_sound_book(ace):
    assert ace(book()) == []


def test_ace_names_a_picture_without_alternative_text(ace):
    picture = '<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="/></p>'
    assert "image-alt" in {violation.rule for violation in ace(book(picture))}


def test_office_opens_a_document_and_stores_it_as_pdf(office, render_pdf):
    pages = render_pdf(office(letter("Read this."), "pdf"))
    assert len(pages) == 1
    assert pages[0].convert("L").getextrema()[0] < 64, "the page must show its words"


def test_office_stores_the_words_as_text(office):
    assert "Zweite Zeile" in office(letter("Erste Zeile", "Zweite Zeile"), "txt").decode("utf-8-sig")


def test_the_browser_reaches_nothing_but_this_machine(browser):
    page = browser.new_page()
    try:
        page.set_content("<p id=words>shown</p>")
        assert page.inner_text("#words") == "shown"
        with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
            page.goto("http://example.com/")
    finally:
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_shows_a_book(foliate, scheme):
    with foliate(book("<p id='words'>Read <span style='display:none'>not</span>this.</p>"), scheme=scheme) as reading:
        assert list(reading.landmarks) == ["toc"]
        reading.go(reading.landmarks["toc"])
        assert reading.text("#words") == "Read this."
        darkest, lightest = reading.picture("#words").convert("L").getextrema()
        assert lightest - darkest > 150
        assert reading.asked == []


def test_a_reader_tells_what_a_book_tried_to_load(foliate):
    with foliate(book("<p id='words'><img src='http://example.com/spy.png' alt='spy'/></p>")) as reading:
        reading.go(reading.landmarks["toc"])
        reading.page.wait_for_timeout(300)
        assert reading.asked == ["http://example.com/spy.png"]
