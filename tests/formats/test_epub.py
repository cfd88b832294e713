"""The EPUB that is written: valid, accessible, the same every time, with a cover, navigation and the PDF's pages."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from lxml import etree
from PIL import Image

import books
from books import CONTENT, NAV, PACKAGE, entries, entry, finished
from publish.diagnostics import Finding, Refused
from publish.formats import Options, epub
from publish.model import Paragraph, Text
from publish.theme.load import load_theme

X = {"x": "http://www.w3.org/1999/xhtml", "o": "http://www.idpf.org/2007/opf", "e": "http://www.idpf.org/2007/ops"}
TYPE = "{http://www.idpf.org/2007/ops}type"


def tree(book: bytes, path: str) -> etree._Element:
    return etree.fromstring(entries(book)[path])


def content() -> etree._Element:
    return tree(finished(with_pdf=True), CONTENT)


# --- the container and the package ---


def test_the_container_is_as_the_standard_has_it() -> None:
    with ZipFile(BytesIO(finished())) as archive:
        infos = archive.infolist()
    assert (infos[0].filename, infos[0].compress_type, infos[0].extra) == ("mimetype", ZIP_STORED, b"")
    assert {info.date_time for info in infos} == {(2026, 11, 22, 0, 0, 0)}
    assert {info.create_system for info in infos} == {3}


def test_the_package_says_what_the_leaflet_is() -> None:
    package = entry(finished(with_pdf=True), PACKAGE)
    for said in (
        "<dc:title>About Examplin</dc:title>",
        "<dc:language>en-US</dc:language>",
        "<dc:publisher>Example Company</dc:publisher>",
        ">2026-11-22T00:00:00Z</meta>",
        '<meta property="schema:accessMode">textual</meta>',
        '<meta property="schema:accessibilityFeature">pageBreakMarkers</meta>',
        '<meta property="schema:accessibilityHazard">none</meta>',
    ):
        assert said in package
    assert "generator" not in package and "toc=" not in package and "Ebook" not in package


def test_the_identifier_follows_name_and_version() -> None:
    document = books.leaflet()
    again, later = books.leaflet(), replace(document, meta=replace(document.meta, version="0.4"))
    assert epub.identifier(document) == epub.identifier(again) != epub.identifier(later)


def test_the_order_of_reading_is_cover_then_leaflet() -> None:
    package = tree(finished(), PACKAGE)
    assert package.xpath("//o:itemref/@idref", namespaces=X) == ["i-cover-xhtml", "i-leaflet-xhtml"]
    assert package.xpath("//o:itemref/@linear", namespaces=X) == []


# --- the text ---


def test_the_safety_block_comes_first_after_the_title_and_is_a_notice() -> None:
    root = content()
    (block,) = root.xpath("//*[@id='safety']")
    assert block.tag == f"{{{X['x']}}}section" and block.get("class") == "safety"
    assert block.get(TYPE) == "notice" and block.get("role") == "doc-notice"
    before = " ".join(
        "".join(str(text) for text in block.xpath("preceding::text()[ancestor::x:body]", namespaces=X)).split()
    )
    assert before == "Draft Examplin (exemplinum) About Examplin A leaflet for examples"


def test_glossary_notes_and_references_say_what_they_are() -> None:
    root = content()
    for kind, role in (
        ("glossary", "doc-glossary"),
        ("endnotes", "doc-endnotes"),
        ("bibliography", "doc-bibliography"),
    ):
        (section,) = root.xpath(f"//x:section[@role='{role}']", namespaces=X)
        assert kind in section.get(TYPE).split()


def test_a_draft_says_so_and_an_approved_leaflet_does_not() -> None:
    assert ">Draft<" in entry(finished("draft"), CONTENT)
    assert ">In review<" in entry(finished("in-review"), CONTENT)
    assert ">Draft<" not in entry(finished("approved"), CONTENT)


def test_style_sheets_leave_the_block_its_readers_colours() -> None:
    sheet = entry(finished(), books.SHEET)
    rules = [line for line in sheet.splitlines() if line.startswith(".safety")]
    assert rules and not any("background" in rule or " color:" in rule for rule in rules)
    assert "prefers-color-scheme: dark" in entry(finished(), "EPUB/styles/tokens.css")


def test_fonts_are_the_themes_own_files_and_none_too_many() -> None:
    written = {data for name, data in entries(finished()).items() if name.endswith(".ttf")}
    assert written == {face.path.read_bytes() for face in books.base().faces}
    clinic = load_theme("clinic", books.ROOT / "themes")
    names = {
        Path(name).name for name in entries(epub.write(books.leaflet(), clinic, Options())) if name.endswith(".ttf")
    }
    assert names == {face.path.name for face in clinic.faces if face.family in clinic.families.values()}


def test_pictures_have_names_fit_for_an_address() -> None:
    assert content().xpath("//x:img/@src", namespaces=X)[0] == "images/two_20cells.png"
    assert entries(finished())["EPUB/images/two_20cells.png"] == books.leaflet().assets["two cells.png"].data


def test_a_story_has_a_link_and_a_code_with_words() -> None:
    (code,) = content().xpath("//x:img[@class='qr']", namespaces=X)
    assert code.get("src").endswith(".svg") and "https://www.example.org/quinn" in code.get("alt")
    assert content().xpath("//x:a[@href='https://www.example.org/quinn']/text()", namespaces=X) == [
        "Watch Quinn’s story"
    ]


# --- navigation ---


def _links(kind: str) -> list[tuple[str, str]]:
    (nav,) = [each for each in tree(finished(with_pdf=True), NAV).iter(f"{{{X['x']}}}nav") if each.get(TYPE) == kind]
    return [(link.get("href") or "", "".join(map(str, link.itertext()))) for link in nav.iter(f"{{{X['x']}}}a")]


def test_the_contents_follow_the_headings_and_name_the_safety_block() -> None:
    assert _links("toc") == [
        ("leaflet.xhtml", "About Examplin"),
        ("leaflet.xhtml#safety", "Important Safety Information about Examplin"),
        ("leaflet.xhtml#what-examplin-is-used-for", "What Examplin is used for"),
        ("leaflet.xhtml#possible-side-effects", "Possible side effects"),
        ("leaflet.xhtml#what-is-examplin?", "What is Examplin?"),
        ("leaflet.xhtml#how-does-it-work?", "How does it work?"),
        ("leaflet.xhtml#words-to-know", "Words to know"),
        ("leaflet.xhtml#read-on", "Read on"),
        ("leaflet.xhtml#notes-title", "Notes"),
        ("leaflet.xhtml#references-title", "References"),
    ]


def test_the_landmarks_lead_to_the_notice() -> None:
    assert [said for _, said in _links("landmarks")] == [
        "Cover", "Important Safety Information about Examplin", "About Examplin", "Glossary", "Notes", "References",
    ]  # fmt: skip
    assert _links("landmarks")[1][0] == "leaflet.xhtml#safety"


def test_the_pages_of_the_pdf_are_marked_where_they_begin() -> None:
    """Page 2 begins with a word that stands nowhere else, so its mark must stand right before that word."""
    from publish.formats import load

    filler = tuple(Paragraph("", (Text(f"Line {number} of many lines that fill pages. " * 6),)) for number in range(60))
    document, theme = books.leaflet(blocks=filler), books.base()
    pdf = load("pdf").write(document, theme, Options())
    told: list[Finding] = []
    book = epub.write(document, theme, Options(pdf=pdf, report=told.append))
    root = tree(book, CONTENT)
    marks = root.xpath("//x:span[@role='doc-pagebreak']", namespaces=X)
    assert len(marks) >= 3 and told == []
    assert [mark.get("id") for mark in marks] == [f"page-{number}" for number in range(1, len(marks) + 1)]
    assert "".join(map(str, tree(epub.write(document, theme, Options()), CONTENT).itertext())) == "".join(
        map(str, root.itertext())
    )


# --- the cover ---


def test_the_cover_shows_the_pdfs_first_page() -> None:
    (name,) = [each for each in entries(finished(with_pdf=True)) if each.startswith("EPUB/images/cover")]
    image = Image.open(BytesIO(entries(finished(with_pdf=True))[name]))
    assert image.width == 1200 and image.height == pytest.approx(1697, abs=2)
    assert 'alt="Cover: About Examplin (Draft)"' in entry(finished(with_pdf=True), "EPUB/cover.xhtml")


def test_without_a_pdf_the_cover_is_set_in_the_themes_colours() -> None:
    image = Image.open(BytesIO(entries(finished())["EPUB/images/cover.png"])).convert("RGB")
    assert "#{:02x}{:02x}{:02x}".format(*image.getpixel((20, 20))) == books.base().colors["brand"].rgb  # type: ignore[misc]


# --- what a theme may bring ---


def _theme(folder: Path, css: str) -> Path:
    (folder / "tried").mkdir()
    (folder / "tried" / "theme.toml").write_text('extends = "base"\n')
    (folder / "tried" / "book.css").write_text(css)
    return folder


def test_pictures_of_a_style_sheet_come_along(tmp_path: Path) -> None:
    themes = _theme(tmp_path, ".masthead { background: url(img/wave.png) }")
    (tmp_path / "tried" / "img").mkdir()
    (tmp_path / "tried" / "img" / "wave.png").write_bytes(b"\x89PNG wave")
    book = epub.write(books.leaflet(), load_theme("tried", themes), Options())
    assert entries(book)["EPUB/styles/2-tried/img/wave.png"] == b"\x89PNG wave"


@pytest.mark.parametrize(
    "address", ["../secret.png", "none.png", "/etc/hostname", "file:///etc/hostname", "theme.toml"]
)
def test_a_style_sheet_reaches_nothing_outside_the_theme(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"\x89PNG")
    themes = _theme(tmp_path, f".masthead {{ background: url({address}) }}")
    with pytest.raises(Refused, match="no picture or font in the theme's folder"):
        epub.write(books.leaflet(), load_theme("tried", themes), Options())


def test_a_link_out_of_the_theme_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"\x89PNG")
    themes = _theme(tmp_path, ".masthead { background: url(wave.png) }")
    (tmp_path / "tried" / "wave.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(Refused):
        epub.write(books.leaflet(), load_theme("tried", themes), Options())


# --- the same bytes ---

_AGAIN = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import books
print(hashlib.sha256(books.finished()).hexdigest())
"""


@pytest.mark.parametrize(("zone", "seed"), [("Pacific/Kiritimati", "1"), ("America/Los_Angeles", "31337")])
def test_another_process_writes_the_same_bytes(zone: str, seed: str) -> None:
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", f"import os; os.umask(0o077)\n{_AGAIN}", str(Path(books.__file__).parent)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert ran.stdout.strip() == hashlib.sha256(finished()).hexdigest()


# --- validators ---


@pytest.mark.client
@pytest.mark.parametrize(("status", "with_pdf"), [("draft", True), ("draft", False), ("approved", True)])
def test_epubcheck_finds_nothing(epubcheck: Callable[[bytes], list[object]], status: str, with_pdf: bool) -> None:
    assert [each for each in epubcheck(finished(status, with_pdf)) if each.bad] == []  # type: ignore[attr-defined]


@pytest.mark.client
def test_ace_finds_nothing(ace: Callable[[bytes], list[object]]) -> None:
    assert ace(finished(with_pdf=True)) == []
