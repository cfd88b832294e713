"""Every word of a document in its Word file, once and in order; list numbers; what is broken in a file."""

from __future__ import annotations

import copy
import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import documents as d
from publish import model as m
from publish.formats import Options, docx
from verify.docx_bench import (
    Edit,
    Root,
    blocked,
    element,
    finished,
    on_paragraph,
    on_run,
    paragraph_with,
    proof,
    q,
    run_with,
    says,
    spoiled,
    words,
)

NUMBERING, FOOTNOTES, HEADER = "word/numbering.xml", "word/footnotes.xml", "word/header1.xml"
COMMENTS = "word/comments.xml"


@pytest.mark.parametrize("status", ["draft", "in-review", "approved"])
def test_a_finished_file_says_it_all(status: str) -> None:
    document, data = finished(status)
    assert words(data, document) == []


def gone(words: str) -> Edit:
    return lambda root: paragraph_with(root, words).getparent().remove(paragraph_with(root, words))


def swapped(root: Root) -> None:
    paragraph_with(root, "another comes second").addnext(paragraph_with(root, "one thing comes first"))


def added(said: str) -> Edit:
    return lambda root: root.find(q("body")).insert(9, element(f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"))


def doubled(root: Root) -> None:
    twin = copy.deepcopy(paragraph_with(root, "one thing comes first"))
    for mark in [*twin.iter(q("bookmarkStart")), *twin.iter(q("bookmarkEnd"))]:
        mark.getparent().remove(mark)
    paragraph_with(root, "The last words").addnext(twin)


def unbroken(root: Root) -> None:
    """`xml:space` gone: Word drops the space at the end of the run."""
    text = run_with(root, "Examplin is an ").find(q("t"))
    del text.attrib["{http://www.w3.org/XML/1998/namespace}space"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (gone("one thing comes first"), "docx.words-missing"),
        (gone("About Examplin"), "docx.words-missing"),
        (gone("An invented medicine, explained"), "docx.words-missing"),
        (gone("Nobody A, Somebody B."), "docx.words-missing"),
        (gone("common"), "docx.words-missing"),
        (says("one thing comes first", "one thing comes fist"), "docx.words-missing"),
        (unbroken, "docx.words-missing"),
        (swapped, "docx.words-missing"),
        (added("Buy now"), "docx.words-added"),
        (doubled, "docx.words-added"),
        (on_run("one thing comes", "<w:vanish/>"), "docx.words-hidden"),
    ],
)
def test_a_difference_is_found(edit: Edit, code: str) -> None:
    document, data = finished()
    assert code in blocked(words(spoiled(data, edit), document))


def test_a_note_less_or_other_is_found() -> None:
    document, data = finished()
    for edit in (gone("In two paragraphs"), says("Invented for tests.", "Invented for rests.")):
        assert "docx.words-missing" in blocked(words(spoiled(data, edit, FOOTNOTES), document))


def test_a_note_whose_mark_is_another_is_found() -> None:
    document, data = finished()

    def arabic(root: Root) -> None:
        for each in root.iter(q("numFmt")):
            each.set(q("val"), "decimal")

    assert "docx.words-missing" in blocked(words(spoiled(data, arabic), document))


def test_words_in_header_and_watermark_must_be_known() -> None:
    document, data = finished()
    header = spoiled(data, lambda root: root.append(element("<w:p><w:r><w:t>Cures all</w:t></w:r></w:p>")), HEADER)

    def watermark(root: Root) -> None:
        for path in root.iter("{urn:schemas-microsoft-com:vml}textpath"):
            path.set("string", "APPROVAL PENDING")

    assert "docx.words-added" in blocked(words(header, document))
    assert "docx.words-added" in blocked(words(spoiled(data, watermark, HEADER), document))


def test_the_first_difference_is_named_with_the_words_around_it() -> None:
    document, data = finished()
    (finding,) = words(spoiled(data, says("Quinn was born in spring", "Quinn was born in autumn")), document)
    assert finding.code == "docx.words-missing"
    assert "“Quinn was born in spring.”" in finding.message
    assert "“Quinn was born in autumn.”" in finding.message


# --- lists ---


def list_of(root: Root, number: str) -> Root:
    (found,) = [each for each in root.iter(q("num")) if each.get(q("numId")) == number]
    return found


def no_restart(root: Root) -> None:
    for override in list(root.iter(q("lvlOverride"))):
        override.getparent().remove(override)


def wordy_bullet(root: Root) -> None:
    for text in root.iter(q("lvlText")):
        if text.get(q("val")) == "•":
            text.set(q("val"), "Do not")


def roman(root: Root) -> None:
    for kind in root.iter(q("numFmt")):
        if kind.get(q("val")) == "decimal":
            kind.set(q("val"), "upperRoman")


@pytest.mark.parametrize("edit", [no_restart, wordy_bullet, roman])
def test_a_list_that_counts_otherwise_is_found(edit: Edit) -> None:
    document, data = finished()
    assert "docx.list-number" in blocked(words(spoiled(data, edit, NUMBERING), document))


@pytest.mark.parametrize("depth", [8, 9, 10, 21])
def test_lists_may_be_nested_deeper_than_word_counts(depth: int) -> None:
    block: m.Block = d.p("innermost")
    for level in range(depth):
        block = m.List(True, 3, True, (m.ListItem((d.p(f"level {level}"), block)), m.ListItem((d.p(f"next {level}"),))))
    document = d.document((block,))
    assert words(docx.write(document, d.theme(), Options()), document) == []


def test_an_item_without_its_marker_is_found() -> None:
    document, data = finished()
    changed = spoiled(data, on_paragraph("and on", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'))
    (finding,) = words(changed, document)
    assert finding.code == "docx.list-number"
    assert "“8.”" in finding.message


# --- bookmarks, pictures, faults ---


def without(name: str) -> Edit:
    def edit(root: Root) -> None:
        for each in list(root.iter(q(name))):
            each.getparent().remove(each)

    return edit


def same_ids(root: Root) -> None:
    for each in list(root.iter(q("bookmarkStart")))[:2]:
        each.set(q("id"), "0")


def same_names(root: Root) -> None:
    for each in list(root.iter(q("bookmarkStart")))[:2]:
        each.set(q("name"), "blk_twin")


def not_described(root: Root) -> None:
    for each in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"):
        each.set("descr", "")


def text_in_deletion(root: Root) -> None:
    made = element('<w:del w:id="1" w:author="A"><w:r><w:t>x</w:t></w:r></w:del>')
    paragraph_with(root, "The last words").append(made)


def open_field(root: Root) -> None:
    paragraph_with(root, "The last words").append(element('<w:r><w:fldChar w:fldCharType="begin"/></w:r>'))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (without("bookmarkStart"), "docx.bookmark-missing"),
        (without("bookmarkEnd"), "docx.damaged"),
        (same_ids, "docx.damaged"),
        (same_names, "docx.damaged"),
        (not_described, "docx.alt-missing"),
        (text_in_deletion, "docx.damaged"),
        (open_field, "docx.damaged"),
        (lambda root: root.find(q("body")).insert(0, element("<w:altChunk/>")), "docx.damaged"),
    ],
)
def test_faults_are_found(edit: Edit, code: str) -> None:
    document, data = finished()
    assert code in blocked(words(spoiled(data, edit), document))


def rezipped(data: bytes, **changes: bytes | None) -> bytes:
    """The file with parts replaced, or taken out where the new content is None."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as given, zipfile.ZipFile(made, "w") as archive:
        for name in given.namelist():
            content = changes.get(name, given.read(name))
            if content is not None:
                archive.writestr(name, content)
    return made.getvalue()


def doubled_part(data: bytes) -> bytes:
    made = BytesIO(data)
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<x/>")
    return made.getvalue()


BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="x">&b;</w:document>'


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"not a Word file",
        lambda data: data[: len(data) // 2],
        lambda data: data + b"<html>",
        lambda data: rezipped(data, **{"[Content_Types].xml": None}),
        lambda data: b"#!/bin/sh\n" + data,
        doubled_part,
        lambda data: rezipped(data, **{"word/document.xml": None}),
        lambda data: rezipped(data, **{"_rels/.rels": None}),
        lambda data: rezipped(data, **{"word/document.xml": b"<open>"}),
        lambda data: rezipped(data, **{"word/document.xml": b"<html/>"}),
        lambda data: rezipped(data, **{"word/document.xml": BOMB}),
        lambda data: rezipped(data, **{"word/styles.xml": b"\xff\xfe"}),
        lambda data: rezipped(data, **{"word/document.xml": b"<a>" * 5000 + b"</a>" * 5000}),
    ],
)
def test_what_is_no_word_file_is_one_finding_and_never_an_exception(spoil: object) -> None:
    document, data = finished()
    given = spoil(data)  # type: ignore[operator]
    findings = words(given, document)
    assert [each.code for each in findings] == ["docx.unreadable"]
    assert proof(given, document) == ([], [])


RELATIONS = "word/_rels/document.xml.rels"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@pytest.mark.parametrize(
    ("kind", "target", "mode"),
    [
        ("attachedTemplate", "http://127.0.0.1/evil.dotm", "External"),
        ("image", "http://127.0.0.1/pixel.png", "External"),
        ("hyperlink", "javascript:alert(1)", "External"),
        ("hyperlink", "file:///etc/passwd", "External"),
        ("vbaProject", "styles.xml", "Internal"),
        ("oleObject", "styles.xml", "Internal"),
    ],
)
def test_what_runs_or_is_fetched_on_opening_is_found(kind: str, target: str, mode: str) -> None:
    document, data = finished()
    relation = f'<Relationship Id="rId900" Type="{KINDS}{kind}" Target="{target}" TargetMode="{mode}"/>'

    def edit(root: Root) -> None:
        root.append(etree.fromstring(relation.replace("<Relationship", f'<Relationship xmlns="{root.nsmap[None]}"')))

    assert "docx.active" in blocked(words(spoiled(data, edit, RELATIONS), document))


# --- any document ---

WORDS = st.text(st.sampled_from("abcde fghij\t\n éßΩ中€“”—-*_<>&\"'®½\u00a0"), min_size=1, max_size=30).filter(
    lambda said: said.strip() != ""
)
INLINES = st.recursive(
    st.one_of(WORDS.map(m.Text), WORDS.map(m.Code), st.just(m.LineBreak())),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda each: m.Emphasis(tuple(each))),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: m.Strong(tuple(each))),
        st.lists(inner, min_size=1, max_size=2).map(lambda each: m.Superscript(tuple(each))),
        st.lists(inner, min_size=1, max_size=2).map(lambda each: m.Link("https://example.org", tuple(each))),
        st.lists(inner, min_size=1, max_size=2).map(lambda each: m.Claim("c", tuple(each), ())),
    ),
    max_leaves=4,
)
SAID = st.lists(INLINES, min_size=1, max_size=4).map(tuple)
COUNT = iter(range(10**9))


def block_id(_: object = None) -> str:
    return f"any{next(COUNT)}"


LEAVES = st.one_of(
    SAID.map(lambda said: m.Paragraph(block_id(), said)),
    st.tuples(st.integers(1, 6), SAID).map(lambda each: m.Heading(block_id(), each[0], block_id(), each[1])),
    WORDS.map(lambda said: m.CodeBlock(block_id(), said)),
    st.just(m.Rule()),
    st.integers(1, 3).flatmap(
        lambda width: st.lists(st.lists(SAID, min_size=width, max_size=width), min_size=1, max_size=3).map(
            lambda rows: m.Table(*_table(rows))
        )
    ),
)


def _table(rows: list[list[tuple[m.Inline, ...]]]) -> tuple[tuple[m.Cell, ...], tuple[tuple[m.Cell, ...], ...]]:
    head, *rest = (tuple(m.Cell(block_id(), said) for said in row) for row in rows)
    return head, tuple(rest)


def _nested(inner: st.SearchStrategy[m.Block]) -> st.SearchStrategy[m.Block]:
    some = st.lists(inner, min_size=0, max_size=3).map(tuple)
    items = st.lists(some.map(m.ListItem), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.booleans(), st.integers(0, 99), st.booleans(), items).map(lambda each: m.List(*each)),
        some.map(m.Quote),
        st.tuples(SAID, some).map(lambda each: m.Callout(block_id(), "note", *each)),
        st.tuples(SAID, some).map(lambda each: m.DefinitionList((m.Definition(block_id(), each[0], (each[1],)),))),
    )


BLOCKS = st.recursive(LEAVES, _nested, max_leaves=6)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.lists(BLOCKS, min_size=1, max_size=5), status=st.sampled_from(["draft", "in-review", "approved"]))
def test_any_document_is_written_whole(body: list[m.Block], status: str) -> None:
    document = d.document(body, status=status)
    data = docx.write(document, d.theme(), Options())
    assert words(data, document) == []
    assert proof(data, document)[0] == []
