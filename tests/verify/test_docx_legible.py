"""Words outside of the safety block that nobody could read, and tricks of styles and markup that reach the block."""

from __future__ import annotations

import copy
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

import documents as d
from publish.formats import Options, docx
from verify.docx_bench import (
    MAIN,
    NAMES,
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
    spoiled,
    tree,
    words,
)

STYLES, NUMBERING, SETTINGS, FONTS = (f"word/{name}.xml" for name in ("styles", "numbering", "settings", "fontTable"))
HEADER, FOOTNOTES, THEME = "word/header1.xml", "word/footnotes.xml", "word/theme/theme1.xml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
BLOCK = "SafetyText"

HIDDEN, ILLEGIBLE = "docx.words-hidden", "docx.words-illegible"


@pytest.mark.parametrize("style", ["BodyText", "Title", "Heading1", "Reference", "TableText", "FootnoteText"])
@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ("<w:vanish/>", HIDDEN),
        ('<w:color w:val="FFFFFF"/>', ILLEGIBLE),
        ('<w:sz w:val="2"/>', ILLEGIBLE),
    ],
)
def test_a_style_that_hides_words_is_found(style: str, properties: str, code: str) -> None:
    document, data = finished()
    assert code in blocked(words(spoiled(data, on_style(style, "rPr", properties), STYLES), document))


@pytest.mark.parametrize(
    "properties",
    [
        '<w:color w:val="F2F2F2"/>',
        '<w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>',
        '<w:shd w:val="pct90" w:color="auto" w:fill="FFFFFF"/>',
        '<w:highlight w:val="black"/>',
        '<w:sz w:val="600"/>',
        '<w:w w:val="30"/>',
        '<w:spacing w:val="-60"/>',
        '<w:spacing w:val="1500"/>',
        '<w:position w:val="400"/>',
        "<w:strike/>",
        "<w:dstrike/>",
        "<w:rtl/>",
        '<w:fitText w:val="20"/>',
        '<w:eastAsianLayout w:combine="1"/>',
        '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>',
        "<w14:textFill><w14:noFill/></w14:textFill>",
        '<w14:textOutline w14:w="90000"/>',
        "<w14:props3d/>",
        '<w14:glow w14:rad="900000"/>',
    ],
)
def test_a_run_that_cannot_be_read_is_found(properties: str) -> None:
    document, data = finished()
    assert ILLEGIBLE in blocked(words(spoiled(data, on_run("one thing comes first", properties)), document))


@pytest.mark.parametrize(
    "properties",
    [
        '<w:ind w:left="-9000"/>',
        '<w:ind w:left="8800"/>',
        '<w:ind w:leftChars="9000"/>',
        '<w:ind w:startChars="-2000"/>',
        '<w:ind w:right="0" w:rightChars="9000"/>',
        '<w:ind w:left="0" w:hanging="9000"/>',
        '<w:ind w:firstLineChars="9000"/>',
        '<w:spacing w:before="0" w:beforeLines="90000"/>',
        '<w:spacing w:after="30000"/>',
        '<w:spacing w:line="40" w:lineRule="exact"/>',
        '<w:textDirection w:val="btLr"/>',
        "<w:bidi/>",
        '<w:pBdr><w:left w:val="single" w:sz="4" w:space="31000"/></w:pBdr>',
    ],
)
def test_a_paragraph_out_of_sight_is_found(properties: str) -> None:
    document, data = finished()
    assert ILLEGIBLE in blocked(words(spoiled(data, on_paragraph("one thing comes first", properties)), document))


@pytest.mark.parametrize(
    ("style", "kind", "properties"),
    [
        ("BodyText", "rPr", '<w:color w:val="5A5A5A"/>'),
        ("BodyText", "rPr", '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia"/>'),
        ("Title", "rPr", '<w:sz w:val="96"/>'),
        ("Heading1", "rPr", '<w:spacing w:val="40"/>'),
        ("Heading1", "rPr", "<w:caps/>"),
        ("Heading2", "pPr", '<w:ind w:left="-600"/>'),
        ("BodyText", "pPr", '<w:spacing w:line="200" w:lineRule="exact"/>'),
        ("BodyText", "pPr", '<w:ind w:left="0" w:leftChars="0"/>'),
        ("Quote", "pPr", '<w:ind w:left="1400" w:right="1400"/>'),
    ],
)
def test_an_honest_restyling_passes(style: str, kind: str, properties: str) -> None:
    document, data = finished()
    restyled = spoiled(data, on_style(style, kind, properties), STYLES)
    assert words(restyled, document) == []
    assert proof(restyled, document)[0] == []


def test_white_letters_on_a_dark_ground_pass() -> None:
    document, data = finished()
    dark = on_style("Title", "pPr", '<w:shd w:val="clear" w:color="auto" w:fill="10284A"/>')
    light = on_style("Title", "rPr", '<w:color w:val="FFFFFF"/>')
    assert words(spoiled(spoiled(data, dark, STYLES), light, STYLES), document) == []


# --- list marks ---


def on_levels(*properties: str) -> Edit:
    def edit(root: Root) -> None:
        for level in root.iter(q("lvl")):
            for old in level.findall(q("rPr")):
                level.remove(old)
            level.append(element(f"<w:rPr>{''.join(properties)}</w:rPr>"))

    return edit


@pytest.mark.parametrize("properties", ["<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'])
def test_marks_of_list_items_that_are_not_seen_are_found(properties: str) -> None:
    document, data = finished()
    spoilt = spoiled(data, on_levels(properties), NUMBERING)
    assert blocked(words(spoilt, document)) & {HIDDEN, ILLEGIBLE}
    assert blocked(proof(spoilt, document)[0]) & {"docx.safety-hidden", "docx.safety-effect"}


def test_a_picture_instead_of_a_bullet_is_found() -> None:
    document, data = finished()

    def edit(root: Root) -> None:
        for level in root.iter(q("lvl")):
            level.append(element('<w:lvlPicBulletId w:val="0"/>'))

    assert blocked(words(spoiled(data, edit, NUMBERING), document)) == {"docx.list-number"}


def test_a_tab_stop_that_takes_the_words_off_the_sheet_is_found() -> None:
    document, data = finished()

    def edit(root: Root) -> None:
        for each in root.iter(q("lvl")):
            each.find(q("pPr")).append(element('<w:tabs><w:tab w:val="left" w:pos="20000"/></w:tabs>'))

    spoilt = spoiled(data, edit, NUMBERING)
    assert ILLEGIBLE in blocked(words(spoilt, document))
    assert blocked(proof(spoilt, document)[0]) == {"docx.safety-displaced"}


# --- what reaches the safety block ---


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("pPr", "<w15:collapsed/>"),
        ("pPr", '<w:ind w:left="240" w:leftChars="9000"/>'),
        ("pPr", '<w:ind w:left="240" w:startChars="-9000"/>'),
        ("pPr", '<w:ind w:right="240" w:rightChars="9000"/>'),
        ("pPr", '<w:spacing w:before="0" w:beforeLines="90000"/>'),
        ("pPr", '<w:spacing w:after="0" w:afterLines="90000"/>'),
        ("pPr", '<w:pBdr><w:left w:val="single" w:sz="4" w:space="31000"/></w:pBdr>'),
        ("pPr", '<w:pBdr><w:between w:val="single" w:sz="9000" w:space="0"/></w:pBdr>'),
        ("pPr", '<w:framePr w:w="2000" w:x="1" w:y="1"/>'),
        ("pPr", '<w:textDirection w:val="lr"/>'),
        ("rPr", '<w:shd w:val="pct90" w:color="auto" w:fill="FFFFFF"/>'),
        ("rPr", '<w:highlight w:val="black"/>'),
        ("rPr", "<w14:textFill><w14:noFill/></w14:textFill>"),
        ("rPr", '<w:color w:val="000000" w:themeColor="background1"/>'),
        ("rPr", '<w:color w:val="000000" w:themeColor="text1" w:themeTint="08"/>'),
    ],
)
def test_the_style_of_the_block_must_show_it(kind: str, properties: str) -> None:
    document, data = finished()
    findings, sightings = proof(spoiled(data, on_style(BLOCK, kind, properties), STYLES), document)
    assert any(code.startswith("docx.safety-") for code in blocked(findings))
    assert not sightings


def test_a_heading_that_is_folded_by_its_style_is_found() -> None:
    document, data = finished()
    folded = spoiled(data, on_style("Heading1", "pPr", "<w15:collapsed/>"), STYLES)
    assert blocked(proof(folded, document)[0]) == {"docx.safety-hidden"}


@pytest.mark.parametrize(
    ("style", "kind", "properties"),
    [
        ("BodyText", "pPr", '<w:framePr w:w="9000" w:hAnchor="page" w:x="1" w:vAnchor="page" w:y="9000"/>'),
        ("Remarks", "rPr", '<w:position w:val="900"/>'),
        ("Header", "rPr", '<w:position w:val="-900"/>'),
        ("Header", "pPr", '<w:spacing w:line="20" w:lineRule="exact"/>'),
    ],
)
def test_words_that_may_be_drawn_over_the_block_are_found(style: str, kind: str, properties: str) -> None:
    document, data = finished("in-review")
    found = blocked(proof(spoiled(data, on_style(style, kind, properties), STYLES), document)[0])
    assert "docx.safety-covered" in found


def test_a_font_that_stands_in_for_the_pinned_one_is_found() -> None:
    document, data = finished()
    family = next(iter(d.theme().families.values()))

    def renamed(root: Root) -> None:
        root.append(element(f'<w:font w:name="{family}"><w:altName w:val="Wingdings"/></w:font>'))

    def signs(root: Root) -> None:
        root.append(element(f'<w:font w:name="{family}"><w:charset w:val="02"/></w:font>'))

    for edit in (renamed, signs):
        assert blocked(proof(spoiled(data, edit, FONTS), document)[0]) == {"docx.safety-font"}


# --- tables ---


def on_table_style(style: str, xml: str) -> Edit:
    def edit(root: Root) -> None:
        (found,) = root.xpath(f"w:style[@w:styleId='{style}']", namespaces=NAMES)
        found.append(element(xml))

    return edit


@pytest.mark.parametrize(
    "xml",
    [
        '<w:tcPr><w:shd w:val="clear" w:fill="000000"/></w:tcPr>',
        '<w:tblStylePr w:type="band1Horz"><w:tcPr><w:shd w:val="solid" w:color="000000"/></w:tcPr></w:tblStylePr>',
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:vanish/></w:rPr></w:tblStylePr>',
        '<w:tblStylePr w:type="firstRow"><w:trPr><w:hidden/></w:trPr></w:tblStylePr>',
        '<w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr>',
        '<w:pPr><w:ind w:left="-9000"/></w:pPr>',
    ],
)
def test_a_table_style_that_hides_its_words_is_found(xml: str) -> None:
    document, data = finished()
    assert blocked(words(spoiled(data, on_table_style("LeafletTable", xml), STYLES), document)) & {HIDDEN, ILLEGIBLE}


# --- markup that clients read in different ways ---


def alternative(root: Root) -> None:
    run = run_with(root, "one thing comes first")
    run.append(
        etree.fromstring(
            f'<mc:AlternateContent xmlns:mc="{MC}" xmlns:w="{NAMES["w"]}"><mc:Choice Requires="w14"><w:t> not</w:t>'
            "</mc:Choice><mc:Fallback/></mc:AlternateContent>"
        )
    )


def alternative_property(root: Root) -> None:
    own = paragraph_with(root, "one thing comes first").find(q("pPr"))
    own.append(
        etree.fromstring(
            f'<mc:AlternateContent xmlns:mc="{MC}" xmlns:w="{NAMES["w"]}"><mc:Choice Requires="w14"><w:framePr/>'
            "</mc:Choice><mc:Fallback/></mc:AlternateContent>"
        )
    )


def passed_over(root: Root) -> None:
    root.set(f"{{{MC}}}Ignorable", "w")


def processed(root: Root) -> None:
    root.set(f"{{{MC}}}ProcessContent", "x:y")


@pytest.mark.parametrize("edit", [alternative, alternative_property, passed_over, processed])
def test_ambiguous_markup_is_found(edit: Edit) -> None:
    document, data = finished()
    assert "docx.damaged" in blocked(words(spoiled(data, edit), document))


def test_two_styles_of_one_id_and_computed_colours_are_found() -> None:
    document, data = finished()

    def twin(root: Root) -> None:
        root.append(copy.deepcopy(root.find(q("style"))))

    def computed(root: Root) -> None:
        for hue in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}srgbClr"):
            etree.SubElement(hue, hue.tag.replace("srgbClr", "lumOff"), val="100000")

    assert "docx.damaged" in blocked(words(spoiled(data, twin, STYLES), document))
    assert "docx.damaged" in blocked(words(spoiled(data, computed, THEME), document))


@pytest.mark.parametrize("instruction", ["ADVANCE \\d 300", 'QUOTE "no risks"', "EQ \\o(a,b)", "DOCVARIABLE x", ""])
def test_a_field_that_makes_or_moves_words_is_found(instruction: str) -> None:
    document, data = finished()
    simple = element(f"<w:fldSimple w:instr='{instruction}'/>")
    parts = "".join(
        f"<w:r>{each}</w:r>"
        for each in (
            '<w:fldChar w:fldCharType="begin"/>',
            f"<w:instrText>{instruction}</w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    spoilt = spoiled(data, lambda root: paragraph_with(root, "one thing comes first").append(copy.deepcopy(simple)))
    assert "docx.active" in blocked(words(spoilt, document))
    for part in (MAIN, HEADER):
        spoilt = spoiled(data, lambda root: next(root.iter(q("p"))).extend(element(f"<w:p>{parts}</w:p>")), part)
        assert "docx.active" in blocked(words(spoilt, document))


def test_words_above_the_notes_are_read() -> None:
    document, data = finished()

    def edit(root: Root) -> None:
        for note in root:
            if note.get(q("type")) == "separator":
                note.append(element("<w:p><w:r><w:t>All above is void</w:t></w:r></w:p>"))

    assert "docx.words-added" in blocked(words(spoiled(data, edit, FOOTNOTES), document))


# --- what the writer makes of a template ---


def test_a_template_with_a_first_page_of_its_own_shows_the_status_there(tmp_path: Path) -> None:
    def first_page(root: Root) -> None:
        root.find(f"{q('body')}/{q('sectPr')}").append(element("<w:titlePg/>"))

    template = (d.ROOT / "themes" / "base" / "review.docx").read_bytes()
    (tmp_path / "review.docx").write_bytes(spoiled(template, first_page))
    look = replace(d.theme(), folders=(tmp_path, *d.theme().folders))
    data = docx.write(d.document(), look, Options())
    kinds = {each.get(q("type")) for each in tree(data).iter(q("headerReference"))}
    assert kinds == {"default", "first"}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        headers = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/header")]
    assert len(headers) == 2
    assert all("Draft" in each for each in headers)
