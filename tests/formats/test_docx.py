"""The Word copy as written: its structure, what it says of itself, and that it is the same each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator
from PIL import Image

import documents as d
from publish import model as m
from publish.diagnostics import Refused
from publish.formats import Options, docx, furniture, load, names
from publish.theme import Color, Theme
from publish.verify import Artifact, docx_words
from verify.docx_bench import NAMES, Root, element, finished, paragraph_with, q, spoiled, tree, words

HEADER, FOOTER, SETTINGS, STYLES = "word/header1.xml", "word/footer1.xml", "word/settings.xml", "word/styles.xml"


def written(document: m.Document, look: Theme | None = None) -> bytes:
    return docx.write(document, look or d.theme(), Options())


def said(root: Root) -> str:
    return "".join(root.itertext(q("t")))


def path(root: Root, way: str) -> list[Root]:
    return list(root.xpath(way, namespaces=NAMES))


def errors(data: bytes, folder: Path) -> list[str]:
    """What a validator of the Open XML schemas finds."""
    file = folder / "written.docx"
    file.write_bytes(data)
    return [str(error) for error in OpenXmlValidator().validate(str(file)).errors]


def test_it_is_a_format_among_the_formats() -> None:
    assert "docx" in names()
    assert (load("docx").SUFFIX, load("docx").NAME) == (".docx", "docx")


@pytest.mark.parametrize("status", ["draft", "in-review", "approved"])
def test_it_is_valid(status: str, tmp_path: Path) -> None:
    assert errors(finished(status)[1], tmp_path) == []


def test_the_smallest_document_is_valid(tmp_path: Path) -> None:
    assert errors(written(d.document(subtitle="")), tmp_path) == []


def test_another_theme_is_valid_and_looks_different(tmp_path: Path) -> None:
    data = written(finished()[0], d.theme("clinic"))
    assert errors(data, tmp_path) == []
    heading = "w:style[@w:styleId='Heading1']/w:rPr/w:color/@w:val"
    assert path(tree(data, STYLES), heading) != path(tree(finished()[1], STYLES), heading)


# --- the theme's tokens ---


def test_one_changed_colour_changes_styles_and_scheme() -> None:
    look = replace(d.theme(), colors={**d.theme().colors, "brand": Color("#7a1f5c")})
    data = written(d.document((d.h("A"), d.ul("b"))), look)
    assert path(tree(data, STYLES), "w:style[@w:styleId='Heading1']/w:rPr/w:color/@w:val") == ["7A1F5C"]
    assert b"7A1F5C" in zipfile.ZipFile(BytesIO(data)).read("word/theme/theme1.xml")


def test_sizes_leading_and_families_are_the_themes() -> None:
    look = replace(d.theme(), sizes={**d.theme().sizes, "body": 12.0, "h1": 20.0}, leading=1.5)
    styles = tree(written(d.document(), look), STYLES)
    assert path(styles, "w:style[@w:styleId='Normal']/w:rPr/w:sz/@w:val") == ["24"]
    assert path(styles, "w:style[@w:styleId='Normal']/w:pPr/w:spacing/@w:line") == ["360"]
    assert path(styles, "w:style[@w:styleId='Heading1']/w:rPr/w:sz/@w:val") == ["40"]
    assert path(styles, "w:style[@w:styleId='Heading1']/w:rPr/w:rFonts/@w:ascii") == [look.families["heading"]]


def test_a_theme_with_fewer_colours_is_set_too() -> None:
    few = {name: color for name, color in d.theme().colors.items() if name in ("ink", "paper", "brand")}
    document = d.document()
    assert words(written(document, replace(d.theme(), colors=few)), document) == []


@pytest.mark.parametrize(("width", "sheet"), [(210.0, "11906"), (215.9, "12240"), (99.0, "11906")])
def test_reviewers_get_a4_or_letter(width: float, sheet: str) -> None:
    look = replace(d.theme(), page=replace(d.theme().page, width=width))
    assert path(tree(written(d.document(), look)), "//w:pgSz/@w:w") == [sheet]


def test_the_fonts_are_inside() -> None:
    fonts = tree(finished()[1], "word/fontTable.xml")
    assert set(path(fonts, "w:font/@w:name")) == set(d.theme().families.values())
    assert len(path(fonts, "w:font/w:embedRegular")) == 2


# --- what stands where ---


def test_headings_have_real_styles() -> None:
    root = tree(finished()[1])
    styled = {said(each): path(each, "w:pPr/w:pStyle/@w:val")[0] for each in root.iter(q("p")) if path(each, "w:pPr")}
    assert styled["About Examplin"] == "Title"
    assert styled["What is Examplin?"] == "Heading1"
    assert styled["How it works"] == "Heading2"
    assert styled["In figures"] == "Heading3"
    assert styled["Who should not take Examplin?"] == "SafetyHeading"


def test_each_list_has_numbers_of_its_own_behind_every_kind() -> None:
    numbering = tree(finished()[1], "word/numbering.xml")
    kinds = [etree.QName(child).localname for child in numbering]
    assert kinds == sorted(kinds)  # every abstractNum before every num
    starts = path(numbering, "w:num/w:lvlOverride/w:startOverride/@w:val")
    assert starts == ["3", "7", "1", "1", "1"]
    used = path(tree(finished()[1]), "//w:numPr/w:numId/@w:val")
    assert set(used) == set(path(numbering, "w:num/@w:numId"))


def test_tables_repeat_their_head_and_keep_rows_whole() -> None:
    (table,) = [each for each in tree(finished()[1]).iter(q("tbl")) if "How often" in said(each)]
    assert len(path(table, "w:tr/w:trPr/w:cantSplit")) == 3
    assert len(path(table, "w:tr[1]/w:trPr/w:tblHeader")) == 1
    assert not path(table, "w:tr[2]/w:trPr/w:tblHeader")
    assert path(table, "w:tr[2]/w:tc/w:p/w:pPr/w:jc/@w:val") == ["center", "right"]


def test_pictures_are_described_and_fine_enough() -> None:
    data = finished()[1]
    described = [each.get("descr") for each in tree(data).iter() if etree.QName(each).localname == "docPr"]
    assert described[:2] == ["A grey gradient that grows lighter", "A cell drawn as a circle"]
    assert "https://example.org/quinn" in (described[2] or "")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sizes = [Image.open(archive.open(name)).size for name in archive.namelist() if name.endswith(".png")]
    drawn = max(width for width, _ in sizes)
    extent = max(int(each.get("cx", "0")) for each in tree(data).iter() if etree.QName(each).localname == "extent")
    assert drawn / (extent / 914400) >= 299


def test_links_are_hyperlinks_outside_and_inside() -> None:
    data = finished()[1]
    relations = tree(data, "word/_rels/document.xml.rels")
    targets = {each.get("Target") for each in relations if each.get("TargetMode") == "External"}
    assert {"https://example.org/a?b=c&d=e", "mailto:help@example.org", "https://example.org/pi"} <= targets
    names_ = set(path(tree(data), "//w:bookmarkStart/@w:name"))
    assert set(path(tree(data), "//w:hyperlink/@w:anchor")) <= names_
    assert "blk_g1" in path(tree(data), "//w:hyperlink/@w:anchor")


def test_each_block_has_its_bookmark() -> None:
    document, data = finished()
    ids = {passage.id for segment in m.segments(document) for passage in segment.passages if passage.id}
    names_ = path(tree(data), "//w:bookmarkStart/@w:name") + path(
        tree(data, "word/footnotes.xml"), "//w:bookmarkStart/@w:name"
    )
    assert {f"blk_{each}" for each in ids} <= set(names_)
    assert len(names_) == len(set(names_))
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", each) for each in names_)


def test_what_has_no_id_of_its_own_has_an_anchor_too() -> None:
    root = tree(finished()[1])
    marked = {path(each, "w:bookmarkStart/@w:name")[0]: said(each) for each in path(root, "//w:p[w:bookmarkStart]")}
    assert marked["meta_title"] == "About Examplin"
    assert marked["meta_subtitle"] == "An invented medicine, explained for patients"
    assert marked["safety_title"].startswith("Important Safety Information")
    assert marked["url_story1"] == "Watch the film"
    assert (marked["ttl_glossary"], marked["ttl_resources"]) == ("Glossary", "Where to read on")
    assert (marked["trm_g1"], marked["blk_g1"]) == ("Gene", "A part of the body’s building plan.")
    drawn = {each.get("name"): each.get("descr") for each in root.iter() if etree.QName(each).localname == "docPr"}
    assert drawn["alt_fig1"] == "A grey gradient that grows lighter"


def test_a_long_or_odd_id_still_gets_a_bookmark_that_word_takes() -> None:
    document = d.document((d.p("a", "an-id"), d.p("b", "ä" * 60), d.p("c", "x" * 60)))
    names_ = path(tree(written(document)), "//w:bookmarkStart/@w:name")
    assert len(set(names_)) == len(names_)
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", each, re.ASCII) for each in names_)


def test_notes_are_words_own_footnotes() -> None:
    data = finished()[1]
    assert path(tree(data), "//w:footnoteReference/@w:id") == ["1", "2"]
    assert path(tree(data, "word/footnotes.xml"), "w:footnote[not(@w:type)]/@w:id") == ["1", "2"]
    assert path(tree(data), "//w:sectPr/w:footnotePr/w:numFmt/@w:val") == ["chicago"]
    assert any("NOTEREF mark_1" in (each.text or "") for each in tree(data).iter(q("instrText")))


def test_the_block_is_labelled_and_locked_in_its_control() -> None:
    document, data = finished()
    (control,) = tree(data).iter(q("sdt"))
    assert path(control, "w:sdtPr/w:tag/@w:val") == ["safety-block"]
    assert path(control, "w:sdtPr/w:lock/@w:val") == ["sdtContentLocked"]
    assert said(control.getprevious()) == document.labels["safety-notice"]


def test_header_and_footer_say_what_it_is() -> None:
    data = finished()[1]
    assert said(tree(data, HEADER)).replace("\t", "") == "About ExamplinEXA-2026-001   ·   Version 0.3   ·   Draft"
    footer = said(tree(written(d.document(expires=date(2027, 11, 22))), FOOTER))
    assert footer.startswith("Label version November 2026   ·   US, Patients   ·   Expires 2027-11-22Page ")
    codes = "".join(each.text or "" for each in tree(data, FOOTER).iter(q("instrText")))
    assert "PAGE" in codes and "NUMPAGES" in codes
    assert path(tree(data), "//w:sectPr/w:lnNumType/@w:restart") == ["continuous"]


@pytest.mark.parametrize(("status", "marked"), [("draft", True), ("in-review", False), ("approved", False)])
def test_only_drafts_carry_the_watermark(status: str, marked: bool) -> None:
    header = etree.tostring(tree(finished(status)[1], HEADER)).decode()
    assert ('string="DRAFT"' in header) is marked


def test_it_says_from_which_source_it_was_built() -> None:
    document, data = finished()
    entries = {each.get("name"): each[0].text for each in tree(data, "docProps/custom.xml")}
    assert entries == {
        "build-id": document.source_sha256[:16],
        "publish-source": document.source_sha256,
        "publish-leaflet": "examplin",
        "status": "draft",
        "version": "0.3",
        "label-version": "November 2026",
    }
    core = etree.tostring(tree(data, "docProps/core.xml")).decode()
    assert "2026-11-22T00:00:00Z" in core and "About Examplin" in core and "en-US" in core


def test_the_language_is_the_documents() -> None:
    data = written(d.document(language="de-AT"))
    assert path(tree(data, STYLES), "w:docDefaults/w:rPrDefault/w:rPr/w:lang/@w:val") == ["de-AT"]


# --- for review ---


def test_a_copy_for_review_tracks_and_says_what_each_claim_rests_on() -> None:
    document, data = finished("in-review")
    settings = tree(data, SETTINGS)
    assert path(settings, "w:trackRevisions") and path(settings, "w:documentProtection[@w:edit='trackedChanges']")
    (comment,) = tree(data, "word/comments.xml").iter(q("comment"))
    assert "claim-genes" in said(comment) and "[1] Examplin prescribing information." in said(comment)
    assert comment.get(q("date")) == "2026-11-22T00:00:00Z"
    assert document.labels["claims"] in said(tree(data))
    assert said(next(tree(data).iter(q("sdt"))).getnext()) == document.labels["remarks"]


def test_a_copy_for_review_tells_its_history_and_its_source(tmp_path: Path) -> None:
    history = (
        m.Edition("0.1", date(2026, 9, 1), "Ann Author", "First draft from the label."),
        m.Edition("0.3", date(2026, 11, 22), "Ben Author", "The table of doses is right now."),
    )
    document = d.everything(status="in-review", history=history)
    data = written(document)
    (table,) = [each for each in tree(data).iter(q("tbl")) if "What changed" in said(each)]
    rows = [[said(cell) for cell in row.iter(q("tc"))] for row in table.iter(q("tr"))]
    assert rows == [
        ["Version", "Date", "Author", "What changed"],
        ["0.1", "2026-09-01", "Ann Author", "First draft from the label."],
        ["0.3", "2026-11-22", "Ben Author", "The table of doses is right now."],
    ]
    assert document.source_sha256 in said(tree(data))
    assert words(data, document) == []
    assert errors(data, tmp_path) == []


def test_words_that_only_the_history_holds_are_strange_elsewhere() -> None:
    document = d.everything(status="in-review", history=(m.Edition("1", date(2026, 9, 1), "Ann", "Doses doubled."),))
    data = spoiled(written(document), lambda root: setattr(next(root.iter(q("t"))), "text", "doubled"), HEADER)
    assert [each.code for each in words(data, document)] == ["docx.words-added"]


@pytest.mark.parametrize("status", ["draft", "approved"])
def test_other_copies_carry_none_of_it(status: str) -> None:
    document, data = finished(status)
    assert not path(tree(data, SETTINGS), "w:trackRevisions")
    assert not path(tree(data), "//w:commentReference")
    assert document.labels["claims"] not in said(tree(data))
    assert document.labels["history"] not in said(tree(data))


# --- what cannot be set ---


def test_a_note_inside_a_note_only_is_refused() -> None:
    inner = m.Note("n2", "b", 2, (d.p("inner"),))
    outer = m.Note("n1", "a", 1, (d.p((m.Text("outer"), m.NoteMark("b", 2))),))
    body = (d.p((m.Text("see"), m.NoteMark("a", 1))),)
    with pytest.raises(Refused, match=r"docx\.note-in-note"):
        written(d.document(body, notes=(outer, inner)))


def test_a_note_without_a_mark_is_refused() -> None:
    with pytest.raises(Refused, match=r"docx\.note-unmarked"):
        written(d.document(notes=(m.Note("n1", "a", 1, (d.p("lost"),)),)))


def test_a_control_character_is_refused_with_its_number() -> None:
    with pytest.raises(Refused, match="U\\+000B"):
        written(d.document((d.p("a\x0bb"),)))


def test_a_table_wider_than_word_can_show_is_refused() -> None:
    row = tuple(m.Cell(f"c{number}", d.t("x")) for number in range(64))
    with pytest.raises(Refused, match=r"docx\.table-wide"):
        written(d.document((m.Table(row, ()),)))


def test_a_picture_of_any_jpeg_kind_is_taken() -> None:
    made = BytesIO()
    Image.new("CMYK", (40, 30)).save(made, "JPEG")
    bare = made.getvalue()
    start = bare.index(b"\xff\xdb")
    data = b"\xff\xd8" + bare[start:]  # neither JFIF nor Exif header
    document = d.document(
        (m.Figure("f", "a.jpg", "A picture", ()), m.Figure("g", "a.jpg", "Again", ())),
        assets={"a.jpg": m.Asset("a.jpg", "image/jpeg", data, 40, 30)},
    )
    with zipfile.ZipFile(BytesIO(written(document))) as archive:
        assert [archive.read(name) for name in archive.namelist() if name.endswith(".jpeg")] == [data]


def test_a_missing_label_is_refused_by_name() -> None:
    document = replace(d.document(), labels={})
    with pytest.raises(Refused, match="job-code"):
        written(document)


def test_notes_keep_their_marks_where_the_block_comes_first(tmp_path: Path) -> None:
    def first(root: Root) -> None:
        title, block = (paragraph_with(root, words).getparent().getparent() for words in ("Title", "Safety block"))
        title.addnext(block)

    (tmp_path / "review.docx").write_bytes(spoiled((d.ROOT / "themes/base/review.docx").read_bytes(), first))
    look = replace(d.theme(), folders=(tmp_path, *d.theme().folders))
    block = d.safety(d.p((m.Text("see the second"), m.NoteMark("b", 2))))
    notes = (m.Note("n1", "a", 1, (d.p("one"),)), m.Note("n2", "b", 2, (d.p("two"),)))
    document = d.document((d.p((m.Text("see the first"), m.NoteMark("a", 1))),), notes=notes, block=block)
    data = written(document, look)
    assert "customMarkFollows" in etree.tostring(tree(data)).decode()
    assert words(data, document) == []


def test_the_templates_own_words_stay(tmp_path: Path) -> None:
    def letterhead(root: Root) -> None:
        root.insert(0, element("<w:p><w:r><w:t>Letterhead of a house</w:t></w:r></w:p>"))

    (tmp_path / "review.docx").write_bytes(
        spoiled((d.ROOT / "themes/base/review.docx").read_bytes(), letterhead, HEADER)
    )
    look = replace(d.theme(), name="letterhead", folders=(tmp_path, *d.theme().folders))
    document = d.document()
    data = written(document, look)
    assert said(tree(data, HEADER)).startswith("Letterhead of a house")
    known = replace(d.mandate(document, d.theme()), furniture=furniture(document, look))
    assert list(docx_words.check(Artifact("docx", "x.docx", data), document, known)) == []
    assert [each.code for each in words(data, document)] == ["docx.words-added"]


# --- the same each time ---

SCRIPT = """
import sys, hashlib
sys.path[:0] = sys.argv[1:]
import documents as d
from publish.formats import docx, Options
for status in ("draft", "in-review"):
    print(hashlib.sha256(docx.write(d.everything(status=status), d.theme(), Options())).hexdigest())
"""


def test_the_same_bytes_in_any_process_time_zone_and_hash_seed(tmp_path: Path) -> None:
    script = tmp_path / "write.py"
    script.write_text(SCRIPT)
    outcomes = set()
    for seed, zone in (("0", "UTC"), ("4711", "Pacific/Auckland")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, str(script), str(d.ROOT / "tests"), str(d.ROOT / "src")]
        outcomes.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(outcomes) == 1


def test_a_long_document_is_written_in_little_time() -> None:
    import time

    table = m.Table(
        (d.cell("a"), d.cell("b"), d.cell("c"), d.cell("d")),
        tuple(tuple(m.Cell(f"c{row}_{column}", d.t("word")) for column in range(4)) for row in range(400)),
    )
    start = time.perf_counter()
    written(d.document((table, *(d.p(f"paragraph {number}") for number in range(1000)))))
    assert time.perf_counter() - start < 5
