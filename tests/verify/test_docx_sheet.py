"""Sheets, settings and headers of a Word file that hide or turn the text, or let a page lack its status."""

from __future__ import annotations

import pytest

import documents
from publish.diagnostics import Finding
from publish.model import Document
from publish.verify import Artifact, docx_sheet
from verify.docx_bench import Edit, Root, blocked, element, finished, q, spoiled

SETTINGS, STYLES, HEADER = "word/settings.xml", "word/styles.xml", "word/header1.xml"
VML = "urn:schemas-microsoft-com:vml"


def sheet(data: bytes, document: Document) -> list[Finding]:
    mandate = documents.mandate(document, documents.theme())
    facts = docx_sheet.check(Artifact("docx", "x.docx", data), document, mandate)
    return [each for each in facts if isinstance(each, Finding)]


@pytest.mark.parametrize("status", ["draft", "in-review", "approved"])
def test_a_finished_file_has_sane_sheets_and_its_status(status: str) -> None:
    document, data = finished(status)
    assert sheet(data, document) == []


def section(root: Root) -> Root:
    found: Root = root.find(f"{q('body')}/{q('sectPr')}")
    return found


def margins(**measures: int) -> Edit:
    def edit(root: Root) -> None:
        for name, measure in measures.items():
            section(root).find(q("pgMar")).set(q(name), str(measure))

    return edit


def size(wide: int, high: int) -> Edit:
    def edit(root: Root) -> None:
        section(root).find(q("pgSz")).set(q("w"), str(wide))
        section(root).find(q("pgSz")).set(q("h"), str(high))

    return edit


def with_(xml: str) -> Edit:
    """Puts a property on the last section, instead of one of its kind."""

    def edit(root: Root) -> None:
        made = element(xml)
        for old in section(root).findall(made.tag):
            section(root).remove(old)
        section(root).append(made)

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        margins(header=15000),
        margins(footer=15000),
        margins(bottom=12000),
        margins(left=9000),
        margins(gutter=9000),
        margins(gutter=-300),
        margins(top=-1700),
        margins(right=-5),
        size(2000, 16838),
        size(30000, 30000),
        with_('<w:textDirection w:val="btLr"/>'),
        with_('<w:textDirection w:val="lr"/>'),
        with_("<w:bidi/>"),
        with_("<w:rtlGutter/>"),
        with_('<w:cols w:num="12"/>'),
        with_('<w:cols w:num="2" w:space="8000"/>'),
        with_('<w:cols w:num="2" w:equalWidth="0"><w:col w:w="0"/><w:col w:w="8000"/></w:cols>'),
        with_('<w:cols w:num="2" w:equalWidth="0"><w:col w:w="7000" w:space="9000"/><w:col w:w="7000"/></w:cols>'),
        with_('<w:docGrid w:type="linesAndChars" w:linePitch="240" w:charSpace="-9000"/>'),
        with_('<w:docGrid w:type="linesAndChars" w:linePitch="240" w:charSpace="900000"/>'),
        with_('<w:docGrid w:type="lines" w:linePitch="20000"/>'),
        with_('<w:pgBorders w:zOrder="front"><w:top w:val="single" w:sz="9000" w:space="9000"/></w:pgBorders>'),
        with_('<w:footnotePr><w:numStart w:val="5"/></w:footnotePr>'),
    ],
)
def test_a_sheet_without_room_or_turned_is_found(edit: Edit) -> None:
    document, data = finished()
    assert blocked(sheet(spoiled(data, edit), document)) == {"docx.sheet"}


@pytest.mark.parametrize(
    "edit",
    [
        size(16838, 11906),
        with_('<w:cols w:num="2" w:space="500"/>'),
        with_('<w:vAlign w:val="center"/>'),
        with_('<w:pgBorders><w:top w:val="single" w:sz="24" w:space="24"/></w:pgBorders>'),
        with_('<w:paperSrc w:first="7"/>'),
        with_('<w:docGrid w:linePitch="360"/>'),
        with_('<w:textDirection w:val="lrTb"/>'),
        margins(left=900, right=900, header=300),
    ],
)
def test_an_honest_sheet_is_no_fault(edit: Edit) -> None:
    document, data = finished()
    assert sheet(spoiled(data, edit), document) == []


def test_a_header_that_pushes_the_text_out_is_found() -> None:
    document, data = finished()
    tall = '<w:p><w:pPr><w:spacing w:before="12000"/></w:pPr></w:p>'
    row = '<w:tbl><w:tr><w:trPr><w:trHeight w:val="12000"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
    picture = '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9000000"/></wp:inline></w:drawing></w:r></w:p>'
    for xml in (tall, row, picture):
        spoilt = spoiled(data, lambda root, xml=xml: root.append(element(xml)), HEADER)  # type: ignore[misc]
        assert blocked(sheet(spoilt, document)) == {"docx.sheet"}, xml


def set_to(xml: str) -> Edit:
    return lambda root: root.insert(0, element(xml))


@pytest.mark.parametrize(
    "xml",
    [
        '<w:mailMerge><w:mainDocumentType w:val="formLetters"/></w:mailMerge>',
        '<w:view w:val="outline"/>',
        '<w:view w:val="masterPages"/>',
        '<w:documentProtection w:edit="forms" w:enforcement="1"/>',
        '<w:documentProtection w:edit="readOnly" w:enforcement="on"/>',
        "<w:printFormsData/>",
        "<w:printTwoOnOne/>",
        "<w:bookFoldRevPrinting/>",
        "<w:saveThroughXslt/>",
        '<w:writeProtection w:recommended="1"/>',
        '<w:revisionView w:markup="0"/>',
    ],
)
def test_a_setting_that_changes_what_is_seen_is_found(xml: str) -> None:
    document, data = finished()
    assert blocked(sheet(spoiled(data, set_to(xml), SETTINGS), document)) == {"docx.setting"}


@pytest.mark.parametrize(
    "xml",
    [
        '<w:view w:val="print"/>',
        '<w:view w:val="web"/>',
        "<w:doNotDisplayPageBoundaries/>",
        "<w:hideSpellingErrors/>",
        "<w:removePersonalInformation/>",
        '<w:printFormsData w:val="0"/>',
        '<w:documentProtection w:edit="trackedChanges" w:enforcement="1"/>',
        '<w:documentProtection w:edit="forms" w:enforcement="0"/>',
    ],
)
def test_a_harmless_setting_is_no_fault(xml: str) -> None:
    document, data = finished()
    assert sheet(spoiled(data, set_to(xml), SETTINGS), document) == []


# --- the status ---


def other_status(root: Root) -> None:
    for text in root.iter(q("t")):
        text.text = (text.text or "").replace("Draft", "Final")


def on_header_runs(xml: str) -> Edit:
    def edit(root: Root) -> None:
        for run in root.iter(q("r")):
            if run.find(q("t")) is not None:
                run.insert(0, element(f"<w:rPr>{xml}</w:rPr>"))

    return edit


def mark(**attributes: str) -> Edit:
    def edit(root: Root) -> None:
        for path in root.iter(f"{{{VML}}}textpath"):
            for name, given in attributes.items():
                if path.get("string"):
                    path.getparent().set(name, given)

    return edit


def no_mark(root: Root) -> None:
    for picture in list(root.iter(q("pict"))):
        picture.getparent().remove(picture)


def faint(root: Root) -> None:
    for fill in root.iter(f"{{{VML}}}fill"):
        fill.set("opacity", "655f")


@pytest.mark.parametrize(
    "edit",
    [
        other_status,
        on_header_runs("<w:vanish/>"),
        on_header_runs('<w:color w:val="FFFFFF"/>'),
        on_header_runs('<w:sz w:val="2"/>'),
        no_mark,
        mark(fillcolor="white"),
        mark(style="position:absolute;width:380pt;height:95pt;z-index:-2;visibility:hidden"),
        mark(style="position:absolute;width:0;height:95pt;z-index:-2"),
        mark(filled="f"),
        faint,
    ],
)
def test_a_header_without_the_status_or_its_mark_is_found(edit: Edit) -> None:
    document, data = finished()
    assert "docx.status-mark" in blocked(sheet(spoiled(data, edit, HEADER), document))


def test_a_page_without_header_is_found() -> None:
    document, data = finished()

    def even(root: Root) -> None:
        root.append(element("<w:evenAndOddHeaders/>"))

    def no_header(root: Root) -> None:
        for each in section(root).findall(q("headerReference")):
            section(root).remove(each)

    for spoilt in (
        spoiled(data, with_("<w:titlePg/>")),
        spoiled(data, even, SETTINGS),
        spoiled(data, no_header),
    ):
        assert blocked(sheet(spoilt, document)) == {"docx.status-mark"}


def test_the_watermark_is_for_drafts_only() -> None:
    document, data = finished("in-review")
    assert sheet(spoiled(data, no_mark, HEADER), document) == []
    assert "docx.status-mark" in blocked(
        sheet(spoiled(data, lambda root: [root.remove(each) for each in list(root)], HEADER), document)
    )
