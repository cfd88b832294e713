"""The PDF: conformance by an independent checker, tags, metadata, and nothing read or fetched from outside."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint.pdf.tags
from weasyprint.urls import FatalURLFetchingError

import documents as d
from publish import model as m
from publish import verify
from publish.diagnostics import Finding, Refused
from publish.formats import Options, pdf
from publish.formats._pdf_culprit import Sheet, culprit
from publish.formats._pdf_fetch import PICTURES, ThemeFetcher
from publish.theme import Theme
from publish.theme.load import load_theme


def findings(document: m.Document, look: Theme) -> list[str]:
    """What the checks of the PDF find in the document as it is written."""
    artifact = verify.Artifact("pdf", "x.pdf", pdf.write(document, look, Options()))
    facts = [
        fact
        for check in verify.checks_for("pdf")
        for fact in check.check(artifact, document, d.mandate(document, look))
    ]
    return [str(fact) for fact in facts if isinstance(fact, Finding)]


def tried(folder: Path, **files: str) -> Theme:
    folder.mkdir()
    (folder / "theme.toml").write_text('extends = "base"\n')
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    return load_theme(f"{folder}/", folder.parent)


# --- conformance ---


@pytest.mark.client
@pytest.mark.parametrize("look", ["base", "clinic"])
def test_every_kind_of_block_conforms_to_pdf_ua(verapdf: Callable[..., list[Any]], look: str) -> None:
    data = pdf.write(d.everything(), d.theme(look), Options())
    assert verapdf(data, "PDFUA-1") == []


@pytest.mark.client
def test_a_table_over_several_pages_conforms_and_is_read_once(verapdf: Callable[..., list[Any]]) -> None:
    rows = tuple((d.cell(f"Row {number}"), d.cell("some words"), d.cell("mg")) for number in range(120))
    table = m.Table((d.cell("Name"), d.cell("Value"), d.cell("mg")), rows)
    document = d.document((d.h("A long table"), table, d.p("After it.")))
    look = d.theme()
    data = pdf.write(document, look, Options())
    assert len(pikepdf.Pdf.open(BytesIO(data)).pages) > 1
    assert verapdf(data, "PDFUA-1") == []
    assert findings(document, look) == []


def test_the_function_that_completes_the_tags_is_where_it_was() -> None:
    """WeasyPrint has no hook for tags. When this fails, look into formats/_pdf_tags.py before the version is raised."""
    assert weasyprint.__version__ == "70.0"
    pdf.complete_tags()
    inner = inspect.getclosurevars(weasyprint.pdf.tags._build_box_tree).nonlocals["build"]
    names = list(inspect.signature(inner).parameters)
    assert names == ["box", "parent", "pdf", "page_number", "nums", "annotations", "tags"]


def test_headers_have_a_scope_and_lists_a_numbering() -> None:
    opened = pikepdf.Pdf.open(BytesIO(pdf.write(d.everything(), d.theme(), Options())))
    kinds: dict[str, list[Any]] = {}
    for item in opened.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem":
            kinds.setdefault(str(item.S), []).append(item)
    assert all(str(cell.A.Scope) == "/Column" for cell in kinds["/TH"])
    numberings = {str(each.A.ListNumbering) for each in kinds["/L"]}
    assert numberings >= {"/Disc", "/Decimal"}


def test_language_title_dates_and_bookmarks_come_from_the_source() -> None:
    document = d.everything()
    opened = pikepdf.Pdf.open(BytesIO(pdf.write(document, d.theme(), Options())))
    assert str(opened.Root.Lang) == document.meta.language
    assert str(opened.docinfo["/Title"]) == document.meta.title
    assert document.meta.prepared.strftime("%Y%m%d") in str(opened.docinfo["/CreationDate"])
    with opened.open_outline() as outline:
        top = outline.root[0]
        assert top.title == document.meta.title
        titles = [child.title for child in top.children]
    assert document.safety.title in titles


# --- what the writer may read ---


def test_only_pictures_of_the_document_and_files_of_the_theme_are_read(tmp_path: Path, no_network: Any) -> None:
    look = tried(tmp_path / "theme")
    (tmp_path / "secret.png").write_bytes(d.png())
    (tmp_path / "theme" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "theme" / "own.png").write_bytes(d.png())
    (tmp_path / "theme" / "empty.png").touch()
    (tmp_path / "theme" / "folder.png").mkdir()
    (tmp_path / "theme" / "notes.txt").write_text("x")
    os.mkfifo(tmp_path / "theme" / "pipe.png")
    fetcher = ThemeFetcher(look, {"a.png": m.Asset("a.png", "image/png", d.png(), 9, 5)})
    root = (tmp_path / "theme").as_uri()
    assert fetcher.fetch(f"{PICTURES}a.png").read()
    assert fetcher.fetch(f"{root}/own.png").read()
    for address in (
        f"{PICTURES}b.png",
        f"{PICTURES}../a.png",
        f"{root}/link.png",
        f"{root}/empty.png",
        f"{root}/folder.png",
        f"{root}/notes.txt",
        f"{root}/pipe.png",
        f"{root}/nowhere.png",
        f"{root}/../secret.png",
        f"{root}/%2e%2e/secret.png",
        (tmp_path / "secret.png").as_uri(),
        "file:///etc/passwd",
        "file://host/etc/passwd",
        f"{no_network.url}/x.png",
        "ftp://127.0.0.1/x.png",
        "//127.0.0.1/x.png",
        "data:text/html,<p>x",
        "data:image/png;base64," + "A" * 300_000,
    ):
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(address)


@pytest.mark.parametrize(
    "css",
    [
        "body { background: url(file:///etc/passwd) }",
        "body { background: url(../../../etc/passwd) }",
        "@import url(http://127.0.0.1:9/x.css);",
        "@font-face { font-family: Z; src: url(http://127.0.0.1:9/z.ttf) } body { font-family: Z }",
        "p::after { content: url(/etc/passwd) }",
        "@color-profile --x { src: url(file:///etc/passwd); components: a }",
        "li { list-style-image: url(missing.png) }",
    ],
)
def test_a_style_sheet_that_reaches_outside_or_nowhere_is_told(tmp_path: Path, css: str) -> None:
    look = tried(tmp_path / "theme", leaflet__css=css)
    told: list[Finding] = []
    try:
        pdf.write(d.everything(), look, Options(report=told.append))
    except Refused as refused:
        told += refused.findings
    assert {finding.code for finding in told} & {"theme.outside", "pdf.library", "pdf.css-ignored"}, told


def test_what_the_renderer_ignores_is_told_with_the_declaration(tmp_path: Path) -> None:
    look = tried(tmp_path / "theme", leaflet__css="h1 { clip-path: inset(5%) }")
    told: list[Finding] = []
    pdf.write(d.document((d.p("x"),)), look, Options(report=told.append))
    assert [finding.code for finding in told] == ["pdf.css-ignored"]
    assert "clip-path" in told[0].message


# --- text that strains ---


def test_a_word_without_end_breaks_and_nothing_of_it_is_lost() -> None:
    document = d.document((d.p("x" * 30_000), d.p("https://example.org/" + "path/" * 60)))
    assert findings(document, d.theme()) == []


def test_markup_in_the_words_is_words() -> None:
    document = d.document((d.p("a < b & c > d “<script>alert(1)</script>” {{ 7*7 }} {% raw %}"),))
    assert findings(replace(document, meta=replace(document.meta, title="T & <b>")), d.theme()) == []


# --- lists ---


def test_lists_count_from_the_sources_first_number() -> None:
    numbers = (0, 1, 3, 10)
    blocks = [each for n in numbers for each in (d.p(f"From {n}:"), d.ul("one", "two", ordered=True, start=n))]
    nested = d.ul((d.p("with a list"), d.ul("three", "four", ordered=True, start=3)), "next", ordered=True, start=5)
    assert findings(d.document((*blocks, d.p("Within:"), nested)), d.theme()) == []


def test_a_theme_that_counts_anew_is_found(tmp_path: Path) -> None:
    look = tried(tmp_path / "theme", leaflet__css="main ol[start] { counter-reset: list-item }")
    document = d.document((d.p("From 3:"), d.ul("one", "two", ordered=True, start=3)))
    artifact = verify.Artifact("pdf", "x.pdf", pdf.write(document, look, Options()))
    told = list(verify.load("pdf_words").check(artifact, document, d.mandate(document, d.theme())))
    assert [fact.code for fact in told if isinstance(fact, Finding)] == ["pdf.list-number"]


# --- styles that the renderer cannot lay out ---

HARMLESS = "h2 { color: #123456 }\n" * 40


@pytest.mark.parametrize(
    ("css", "line", "rule"),
    [
        ("main p::first-letter { float: left; font-size: 30pt }", 1, "main p::first-letter"),
        (
            f"{HARMLESS}main p::first-letter {{ float: left; font-size: 30pt }}\n{HARMLESS}",
            41,
            "main p::first-letter",
        ),
    ],
)
def test_a_rule_that_the_renderer_stumbles_over_is_named(tmp_path: Path, css: str, line: int, rule: str) -> None:
    look = tried(tmp_path / "theme", leaflet__css=css)
    with pytest.raises(Refused) as refused:
        pdf.write(d.document((d.h("One"), d.p("A first word."))), look, Options())
    (finding,) = refused.value.findings
    assert finding.code == "pdf.layout-failed"
    assert finding.place is not None
    assert finding.place.line == line
    assert f"“{rule}”" in finding.message
    assert rule in finding.hint


def test_a_fault_without_a_rule_to_blame_is_told_as_one() -> None:
    assert culprit(Sheet("", "h1 { color: red }"), lambda sheet: True) is None
    assert culprit(Sheet("", ""), lambda sheet: True) is None


@pytest.mark.parametrize("guilty", [0, 1, 7, 63])
def test_the_guilty_rule_is_found_in_few_tries(guilty: int) -> None:
    tries = []

    def fails(sheet: Sheet) -> bool:
        tries.append(sheet)
        return f".rule{guilty} " in sheet.css

    css = "\n".join(f".rule{number} {{ margin: 0 }}" for number in range(64))
    assert culprit(Sheet("", css), fails) == (guilty + 1, f".rule{guilty}")
    assert len(tries) <= 8


def test_at_rules_are_named_too() -> None:
    css = "h1 { color: red }\n@media print {\n p { float: left }\n}"
    assert culprit(Sheet("", css), lambda sheet: "float" in sheet.css) == (2, "@media print")
