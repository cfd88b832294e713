"""The safety block in a finished Word file: whatever removes, alters, hides or shrinks a word of it is found."""

from __future__ import annotations

import copy
import zipfile
from io import BytesIO

import pytest

import documents as d
from publish.formats import Options, docx
from publish.policy import Sighting
from verify.docx_bench import (
    Edit,
    Root,
    blocked,
    element,
    finished,
    on_paragraph,
    on_run,
    on_style,
    paragraph_with,
    proof,
    q,
    run_with,
    says,
    spoiled,
)

ITEM = "exemplinum or any"
LEAD_IN = "Do not take Examplin"
STYLES, HEADER, FOOTNOTES, SETTINGS = "word/styles.xml", "word/header1.xml", "word/footnotes.xml", "word/settings.xml"


@pytest.mark.parametrize("status", ["draft", "in-review", "approved"])
def test_a_finished_file_shows_the_block(status: str) -> None:
    document, data = finished(status)
    findings, sightings = proof(data, document)
    assert not findings
    (sighting,) = sightings
    assert isinstance(sighting, Sighting)
    assert (sighting.page, sighting.box) == (None, None)
    assert sighting.size >= 8 and sighting.contrast >= 4.5
    said = " ".join(each.text for each in d.m.safety_passages(document.safety))
    assert sighting.words == len(said.split())


# --- removed, altered, moved ---


def gone(words: str) -> Edit:
    return lambda root: paragraph_with(root, words).getparent().remove(paragraph_with(root, words))


def no_block(root: Root) -> None:
    control = next(each for each in root.iter(q("sdt")) if each.find(f"{q('sdtPr')}/{q('tag')}") is not None)
    control.getparent().remove(control)


def swapped(root: Root) -> None:
    first, second = paragraph_with(root, "headache"), paragraph_with(root, "redness where")
    second.addnext(first)


def moved_out(root: Root) -> None:
    root.find(q("body")).insert(0, paragraph_with(root, LEAD_IN))


def doubled(root: Root) -> None:
    control = next(root.iter(q("sdt")))
    control.addnext(copy.deepcopy(control))


def altered_copy(root: Root) -> None:
    twin = copy.deepcopy(paragraph_with(root, ITEM))
    for text in twin.iter(q("t")):
        text.text = (text.text or "").replace("any other", "no other")
    root.find(q("body")).insert(3, twin)


def scattered_copy(root: Root) -> None:
    said = "Report bad effects to an FDA: ring 1-800-FDA-1088 or visit www.fda.gov/medwatch"
    root.find(q("body")).insert(3, element(f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"))


def in_a_text_box(root: Root) -> None:
    box = element("<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent/></v:textbox></v:shape></w:pict></w:r></w:p>")
    paragraph = paragraph_with(root, LEAD_IN)
    paragraph.addprevious(box)
    next(box.iter(q("txbxContent"))).append(paragraph)


def of_another_namespace(root: Root) -> None:
    """A client passes over what it does not know."""
    paragraph_with(root, LEAD_IN).tag = "{urn:example}p"


def deleted(root: Root) -> None:
    run = run_with(root, ITEM)
    made = element('<w:del w:id="901" w:author="A" w:date="2026-11-22T00:00:00Z"/>')
    run.addprevious(made)
    made.append(run)
    for text in run.iter(q("t")):
        text.tag = q("delText")


def inserted(root: Root) -> None:
    run = run_with(root, ITEM)
    made = element('<w:ins w:id="902" w:author="A" w:date="2026-11-22T00:00:00Z"/>')
    run.addprevious(made)
    made.append(run)


def moved_from(root: Root) -> None:
    deleted(root)
    for each in root.iter(q("del")):
        each.tag = q("moveFrom")
    for text in list(root.iter(q("delText"))):
        text.tag = q("t")


def mark_deleted(root: Root) -> None:
    properties = paragraph_with(root, LEAD_IN).find(q("pPr"))
    properties.append(element('<w:rPr><w:del w:id="903" w:author="A" w:date="2026-11-22T00:00:00Z"/></w:rPr>'))


def tracked_hiding(root: Root) -> None:
    on_run(
        ITEM,
        '<w:rPrChange w:id="904" w:author="A" w:date="2026-11-22T00:00:00Z"><w:rPr><w:vanish/></w:rPr></w:rPrChange>',
    )(root)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (no_block, "docx.safety-missing"),
        (gone(ITEM), "docx.safety-missing"),
        (gone("Important Safety"), "docx.safety-missing"),
        (gone("headache"), "docx.safety-missing"),
        (says("exemplinum or any", "exemplinum or an"), "docx.safety-altered"),
        (says("Do not take Examplin", "Do take Examplin"), "docx.safety-altered"),
        (says("Do not take", "Do n\u043et take"), "docx.safety-altered"),
        (says("Do not take", "Do\u200b not take"), "docx.safety-altered"),
        (says("Do not take", "\u202eDo not take"), "docx.safety-altered"),
        (says("Do not take", "Donot take"), "docx.safety-altered"),
        (says("headache", "Headache"), "docx.safety-altered"),
        (says("Report side effects", "Report side effects now"), "docx.safety-altered"),
        (swapped, "docx.safety-order"),
        (moved_out, "docx.safety-order"),
        (doubled, "docx.safety-twice"),
        (altered_copy, "docx.safety-copied"),
        (scattered_copy, "docx.safety-copied"),
        (in_a_text_box, "docx.safety-missing"),
        (of_another_namespace, "docx.safety-missing"),
        (deleted, "docx.safety-missing"),
        (inserted, "docx.safety-missing"),
        (moved_from, "docx.safety-missing"),
        (mark_deleted, "docx.safety-altered"),
        (tracked_hiding, "docx.safety-hidden"),
    ],
)
def test_a_word_less_or_other_is_found(edit: Edit, code: str) -> None:
    document, data = finished()
    assert code in blocked(proof(spoiled(data, edit), document)[0])


def test_the_finding_names_the_words_and_the_odd_letter() -> None:
    document, data = finished()
    (finding,) = proof(spoiled(data, says("Do not take", "Do n\u043et take")), document)[0]
    assert "Do not take Examplin if" in finding.message
    assert "U+043E" in finding.message
    assert "source" in finding.hint


def test_a_tracked_change_is_found_both_ways() -> None:
    document, data = finished()
    (gone_if_accepted,) = proof(spoiled(data, deleted), document)[0]
    (gone_if_rejected,) = proof(spoiled(data, inserted), document)[0]
    assert "with all changes accepted" in gone_if_accepted.message
    assert "with all changes rejected" in gone_if_rejected.message


def test_words_that_stand_only_in_a_header_are_named_there() -> None:
    document, data = finished()
    text = "<w:p><w:r><w:t>headache</w:t></w:r></w:p>"
    changed = spoiled(spoiled(data, gone("headache")), lambda root: root.append(element(text)), HEADER)
    (finding,) = [each for each in proof(changed, document)[0] if each.code == "docx.safety-missing"]
    assert "only in a header" in finding.message


@pytest.mark.parametrize("part", [HEADER, FOOTNOTES])
def test_a_copy_beside_the_text_is_found(part: str) -> None:
    document, data = finished()
    said = "Do not take Examplin if you are allergic to nothing"

    def add(root: Root) -> None:
        holder = root if part == HEADER else root[-1]
        holder.append(element(f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"))

    assert "docx.safety-copied" in blocked(proof(spoiled(data, add, part), document)[0])


# --- hidden, shrunk, drowned ---

HIDDEN, EFFECT, SMALL = "docx.safety-hidden", "docx.safety-effect", "docx.safety-small"
CONTRAST, FONT, DISPLACED = "docx.safety-contrast", "docx.safety-font", "docx.safety-displaced"
COVERED, REPLACED = "docx.safety-covered", "docx.safety-replaced"


def in_field(instruction: str) -> Edit:
    def edit(root: Root) -> None:
        run = run_with(root, ITEM)
        for xml in (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
            f"<w:r><w:instrText>{instruction}</w:instrText></w:r>",
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        ):
            run.addprevious(element(xml))
        run.addnext(element('<w:r><w:fldChar w:fldCharType="end"/></w:r>'))

    return edit


def in_field_code(root: Root) -> None:
    run = run_with(root, ITEM)
    run.addprevious(element('<w:r><w:fldChar w:fldCharType="begin"/></w:r>'))
    run.addnext(element('<w:r><w:fldChar w:fldCharType="end"/></w:r>'))


def bound(root: Root) -> None:
    properties = next(root.iter(q("sdtPr")))
    properties.append(element('<w:dataBinding w:xpath="/a" w:storeItemID="{0}"/>'))


def in_cell(row: str = "", properties: str = "", table: str = "") -> Edit:
    def edit(root: Root) -> None:
        paragraph = paragraph_with(root, ITEM)
        made = element(
            f"<w:tbl><w:tblPr>{table}</w:tblPr><w:tr><w:trPr>{row}</w:trPr><w:tc><w:tcPr>{properties}</w:tcPr></w:tc>"
            "</w:tr></w:tbl>"
        )
        paragraph.addprevious(made)
        next(made.iter(q("tc"))).append(paragraph)

    return edit


def drawing(xml: str) -> Edit:
    return lambda root: root.find(q("body"))[0].append(element(f"<w:r>{xml}</w:r>"))


def collapsed(root: Root) -> None:
    root.find(q("body"))[0].find(q("pPr")).append(element("<w15:collapsed/>"))


def page_color(root: Root) -> None:
    root.insert(0, element('<w:background w:color="203040"/>'))
    for shade in list(paragraph_with(root, ITEM).iter(q("shd"))):
        shade.getparent().remove(shade)
    paragraph_with(root, ITEM).find(q("pPr")).append(element('<w:shd w:val="nil"/>'))


def sheet(**attributes: str) -> Edit:
    def edit(root: Root) -> None:
        size = next(root.iter(q("pgSz")))
        for name, value in attributes.items():
            size.set(q(name), value)

    return edit


def section(xml: str) -> Edit:
    def edit(root: Root) -> None:
        (properties,) = root.iter(q("sectPr"))
        made = element(xml)
        for old in properties.findall(made.tag):
            properties.remove(old)
        properties.append(made)

    return edit


def frame_with_fill(root: Root) -> None:
    frame = '<w:framePr w:w="9000" w:h="9000" w:x="0" w:y="0" w:vAnchor="page"/><w:shd w:val="clear" w:fill="FFFFFF"/>'
    root.find(q("body")).insert(0, element(f"<w:p><w:pPr>{frame}</w:pPr></w:p>"))


def empty_lines(root: Root) -> None:
    for _ in range(60):
        paragraph_with(root, ITEM).addprevious(element("<w:p/>"))


def broken_lines(root: Root) -> None:
    run_with(root, ITEM).append(element("<w:br/>"))
    run_with(root, ITEM).extend([element('<w:br w:type="page"/>'), element("<w:t>any other</w:t>")])
    text = run_with(root, ITEM).find(q("t"))
    text.text = "exemplinum or "
    run_with(root, ITEM)[-1].text = "any other ingredient of Examplin"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (on_run(ITEM, "<w:vanish/>"), HIDDEN),
        (on_run(ITEM, '<w:vanish w:val="1"/>'), HIDDEN),
        (on_run(ITEM, "<w:webHidden/>"), HIDDEN),
        (on_run(ITEM, "<w:specVanish/>"), HIDDEN),
        (on_paragraph(ITEM, "<w:rPr><w:vanish/></w:rPr>"), HIDDEN),
        (in_field_code, HIDDEN),
        (in_cell(row="<w:hidden/>"), HIDDEN),
        (in_cell(row='<w:trHeight w:val="20" w:hRule="exact"/>'), HIDDEN),
        (in_cell(properties="<w:vMerge/>"), HIDDEN),
        (collapsed, HIDDEN),
        (on_run(ITEM, '<w:sz w:val="2"/>'), SMALL),
        (on_run(ITEM, '<w:sz w:val="0"/>'), SMALL),
        (on_run(ITEM, '<w:sz w:val="15"/>'), SMALL),
        (on_run(ITEM, "<w:caps/>"), EFFECT),
        (on_run(ITEM, "<w:smallCaps/>"), EFFECT),
        (on_run(ITEM, "<w:strike/>"), EFFECT),
        (on_run(ITEM, "<w:dstrike/>"), EFFECT),
        (on_run(ITEM, "<w:outline/>"), EFFECT),
        (on_run(ITEM, "<w:emboss/>"), EFFECT),
        (on_run(ITEM, "<w:imprint/>"), EFFECT),
        (on_run(ITEM, '<w:vertAlign w:val="superscript"/>'), EFFECT),
        (on_run(ITEM, '<w:spacing w:val="-30"/>'), EFFECT),
        (on_run(ITEM, '<w:spacing w:val="120"/>'), EFFECT),
        (on_run(ITEM, '<w:w w:val="40"/>'), EFFECT),
        (on_run(ITEM, '<w:position w:val="60"/>'), EFFECT),
        (on_run(ITEM, '<w:fitText w:val="300"/>'), EFFECT),
        (on_run(ITEM, "<w:rtl/>"), EFFECT),
        (on_run(ITEM, "<w14:textFill><w14:noFill/></w14:textFill>"), EFFECT),
        (on_paragraph(ITEM, "<w:bidi/>"), EFFECT),
        (on_paragraph(ITEM, '<w:spacing w:line="60" w:lineRule="exact"/>'), EFFECT),
        (on_paragraph(ITEM, '<w:spacing w:line="120" w:lineRule="auto"/>'), EFFECT),
        (on_run(ITEM, '<w:color w:val="FFFFFF"/>'), CONTRAST),
        (on_run(ITEM, '<w:color w:val="EFEAE0"/>'), CONTRAST),
        (on_run(ITEM, '<w:color w:val="17262D" w:themeColor="background1"/>'), CONTRAST),
        (on_run(ITEM, '<w:color w:val="17262D" w:themeColor="accent1" w:themeTint="33"/>'), CONTRAST),
        (on_run(ITEM, '<w:highlight w:val="black"/>'), CONTRAST),
        (on_run(ITEM, '<w:shd w:val="clear" w:fill="17262D"/>'), CONTRAST),
        (on_paragraph(ITEM, '<w:shd w:val="solid" w:color="101010" w:fill="FFFFFF"/>'), CONTRAST),
        (on_paragraph(ITEM, '<w:shd w:val="clear" w:fill="2A2A2A"/>'), CONTRAST),
        (page_color, CONTRAST),
        (on_run(ITEM, '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), FONT),
        (on_run(ITEM, '<w:rFonts w:ascii="Comic Sans MS"/>'), FONT),
        (on_paragraph(ITEM, '<w:framePr w:w="10" w:h="10" w:x="-9000" w:y="1"/>'), DISPLACED),
        (on_paragraph(ITEM, '<w:ind w:left="-6000"/>'), DISPLACED),
        (on_paragraph(ITEM, '<w:ind w:left="9000"/>'), DISPLACED),
        (on_paragraph(ITEM, '<w:ind w:right="-6000"/>'), DISPLACED),
        (on_paragraph(ITEM, '<w:ind w:left="0" w:hanging="4000"/>'), DISPLACED),
        (on_paragraph(ITEM, '<w:textDirection w:val="btLr"/>'), DISPLACED),
        (in_cell(properties='<w:textDirection w:val="tbRl"/>'), DISPLACED),
        (in_cell(properties='<w:tcW w:w="200" w:type="dxa"/>'), DISPLACED),
        (in_cell(table='<w:tblpPr w:tblpX="-20000"/>'), DISPLACED),
        (sheet(w="900"), DISPLACED),
        (sheet(h="900"), DISPLACED),
        (drawing('<w:drawing><wp:anchor behindDoc="0"><wp:wrapNone/></wp:anchor></w:drawing>'), COVERED),
        (drawing('<w:pict><v:rect style="position:absolute;z-index:5" fillcolor="white"/></w:pict>'), COVERED),
        (drawing('<w:pict><v:rect style="position:absolute;z-index:-5" fillcolor="black"/></w:pict>'), COVERED),
        (frame_with_fill, COVERED),
        (on_run(ITEM, '<w:sz w:val="900"/>'), EFFECT),
        (on_run(ITEM, '<w:rFonts w:hint="eastAsia" w:eastAsia="Wingdings"/>'), FONT),
        (on_paragraph(ITEM, '<w:spacing w:before="20000"/>'), DISPLACED),
        (on_paragraph(ITEM, "<w:pageBreakBefore/>"), DISPLACED),
        (in_cell(table='<w:tblW w:w="50" w:type="pct"/>'), DISPLACED),
        (section('<w:cols w:num="6"/>'), DISPLACED),
        (section('<w:docGrid w:type="linesAndChars" w:charSpace="-30000"/>'), EFFECT),
        (empty_lines, DISPLACED),
        (broken_lines, DISPLACED),
        (in_field("INCLUDETEXT other.docx"), REPLACED),
        (in_field("DOCPROPERTY x"), REPLACED),
        (bound, REPLACED),
    ],
)
def test_a_word_that_is_not_plainly_legible_is_found(edit: Edit, code: str) -> None:
    document, data = finished()
    findings, sightings = proof(spoiled(data, edit), document)
    assert code in blocked(findings)
    assert not sightings


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (on_style("SafetyText", "rPr", "<w:vanish/>"), HIDDEN),
        (on_style("Normal", "rPr", "<w:vanish/>"), HIDDEN),
        (on_style("SafetyText", "rPr", '<w:sz w:val="8"/>'), SMALL),
        (on_style("SafetyList", "rPr", '<w:color w:val="FAF7F1"/>'), CONTRAST),
        (on_style("SafetyTitle", "rPr", '<w:rFonts w:asciiTheme="minorHAnsi" w:ascii="Webdings"/>'), ""),
        (on_style("SafetyHeading", "rPr", "<w:caps/>"), EFFECT),
        (on_style("SafetyText", "pPr", '<w:spacing w:line="100" w:lineRule="exact"/>'), EFFECT),
        (on_style("SafetyText", "pPr", '<w:framePr w:x="-9999"/>'), DISPLACED),
    ],
)
def test_styles_are_followed_to_their_end(edit: Edit, code: str) -> None:
    document, data = finished()
    assert ({code} if code else set()) <= blocked(proof(spoiled(data, edit, STYLES), document)[0])


def test_document_defaults_and_theme_fonts_are_followed() -> None:
    document, data = finished()

    def small(root: Root) -> None:
        for style in root.iter(q("style")):
            for name in ("sz", "szCs"):
                for size in list(style.iter(q(name))):
                    size.getparent().remove(size)
        next(root.iter(q("rPrDefault"))).find(q("rPr")).find(q("sz")).set(q("val"), "6")

    def foreign(root: Root) -> None:
        for latin in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}latin"):
            latin.set("typeface", "Wingdings")

    assert SMALL in blocked(proof(spoiled(data, small, STYLES), document)[0])
    assert FONT in blocked(proof(spoiled(data, foreign, "word/theme/theme1.xml"), document)[0])


def test_a_foreign_font_under_a_known_name_is_found() -> None:
    document, data = finished()
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as given, zipfile.ZipFile(made, "w") as archive:
        for name in given.namelist():
            content = given.read(name)
            archive.writestr(name, content[:-1] + b"x" if name.endswith(".odttf") else content)
    assert FONT in blocked(proof(made.getvalue(), document)[0])


def test_styles_of_another_file_are_not_drawn_in() -> None:
    document, data = finished()
    changed = spoiled(data, lambda root: root.insert(0, element("<w:linkStyles/>")), SETTINGS)
    assert REPLACED in blocked(proof(changed, document)[0])


def test_european_leaflets_have_a_least_x_height_and_leading() -> None:
    document, data = finished()
    fine, _ = proof(data, document, "eu-leaflet")
    small, _ = proof(spoiled(data, on_run(ITEM, '<w:sz w:val="16"/>')), document, "eu-leaflet")
    tight = on_paragraph(ITEM, '<w:spacing w:line="164" w:lineRule="exact"/>')
    close, _ = proof(spoiled(spoiled(data, on_run(ITEM, '<w:sz w:val="16"/>')), tight), document, "eu-leaflet")
    assert not fine
    assert any("x-height" in each.message for each in small)
    assert any("line to line" in each.message for each in close)


# --- honest design ---


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        (on_run(ITEM, "<w:b/>"), "word/document.xml"),
        (on_run(ITEM, "<w:i/>", '<w:u w:val="single"/>'), "word/document.xml"),
        (on_run(ITEM, '<w:sz w:val="28"/>'), "word/document.xml"),
        (on_run(ITEM, '<w:vanish w:val="0"/>', '<w:caps w:val="false"/>'), "word/document.xml"),
        (on_run(ITEM, '<w:color w:val="8B0000"/>'), "word/document.xml"),
        (on_run(ITEM, '<w:highlight w:val="yellow"/>'), "word/document.xml"),
        (on_run(ITEM, '<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:fill="203040"/>'), "word/document.xml"),
        (on_run(ITEM, '<w:spacing w:val="4"/>', '<w:kern w:val="16"/>'), "word/document.xml"),
        (on_run(ITEM, '<w14:ligatures w14:val="standard"/>'), "word/document.xml"),
        (on_paragraph(ITEM, '<w:shd w:val="clear" w:fill="FFFFFF"/>'), "word/document.xml"),
        (on_paragraph(ITEM, '<w:ind w:left="720" w:hanging="360"/>'), "word/document.xml"),
        (on_paragraph(ITEM, '<w:spacing w:line="300" w:lineRule="exact"/>'), "word/document.xml"),
        (on_paragraph(ITEM, '<w:jc w:val="both"/>'), "word/document.xml"),
        (in_cell(), "word/document.xml"),
        (
            in_cell(properties='<w:tcW w:w="8000" w:type="dxa"/><w:shd w:val="clear" w:fill="FFFBEA"/>'),
            "word/document.xml",
        ),
        (on_style("SafetyText", "pPr", '<w:jc w:val="left"/>'), STYLES),
        (on_style("SafetyText", "rPr", '<w:color w:val="222222"/>'), STYLES),
        (on_style("SafetyHeading", "rPr", '<w:color w:val="000000" w:themeColor="text1"/>'), STYLES),
        (on_style("BodyText", "rPr", '<w:sz w:val="10"/>'), STYLES),
        (sheet(w="12240", h="15840"), "word/document.xml"),
        (section('<w:cols w:num="2" w:space="400"/>'), "word/document.xml"),
        (on_paragraph(ITEM, '<w:spacing w:before="240" w:after="240"/>'), "word/document.xml"),
    ],
)
def test_honest_restyling_is_not_blocked(edit: Edit, part: str) -> None:
    document, data = finished()
    findings, sightings = proof(spoiled(data, edit, part), document)
    assert not findings
    assert sightings


def test_superscripts_of_the_text_itself_are_not_blocked() -> None:
    block = d.safety(d.p((d.m.Text("more than 10"), d.m.Superscript(d.t("3")), d.m.Text(" cells"))))
    document = d.document(block=block)
    findings, _ = proof(docx.write(document, d.theme(), Options()), document)
    assert not findings


def test_words_that_the_text_shares_with_the_block_are_no_copy() -> None:
    said = "Report side effects to the FDA: call 1-800-FDA-1088 or visit www.fda.gov/medwatch."
    document = d.document((d.h("What now?"), d.p(said)))
    findings, sightings = proof(docx.write(document, d.theme(), Options()), document)
    assert not findings and sightings


def test_a_reviewed_copy_with_changes_elsewhere_still_shows_the_block() -> None:
    document, data = finished("in-review")

    def change(root: Root) -> None:
        run = run_with(root, "The last words")
        made = element('<w:del w:id="905" w:author="A" w:date="2026-11-22T00:00:00Z"/>')
        run.addprevious(made)
        made.append(run)
        for text in run.iter(q("t")):
            text.tag = q("delText")

    findings, sightings = proof(spoiled(data, change), document)
    assert not findings and sightings
