"""Redlines: each kind of change as Word's own tracked changes, and both versions found again in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from openxml_audit import OpenXmlValidator

import documents as d
from publish import model as m
from publish.diagnostics import Refused
from publish.formats import _docx_redline
from publish.review.lines import lines
from publish.review.redline import redline
from publish.theme import Theme
from review.told import told
from review.versions import pairs, plain_theme, small_safety, version
from verify.docx_bench import q, tree, words

WHEN = datetime(2026, 11, 22, 9, 30)


def made(old: m.Document, new: m.Document, look: Theme | None = None) -> bytes:
    return redline(old, new, look or plain_theme(), "Ann Author", WHEN)


def changed(old: m.Document, new: m.Document, part: str = "word/document.xml") -> list[str]:
    """The lines of a redline in which something has changed."""
    return [line for line in told(made(old, new), part) if set("{[‹") & set(line) or line[0] in "+-("]


def p(*words: str | m.Inline) -> m.Paragraph:
    return m.Paragraph("", tuple(m.Text(each) if isinstance(each, str) else each for each in words))


def bold(words: str) -> m.Strong:
    return m.Strong(d.t(words))


def h(words: str, level: int = 1) -> m.Heading:
    return m.Heading("", level, "", d.t(words))


def ul(*items: str, ordered: bool = False) -> m.List:
    return m.List(ordered, 1, True, tuple(m.ListItem((p(item),)) for item in items))


def table(*rows: str, align: m.Alignment = "") -> m.Table:
    head, *rest = (tuple(m.Cell("", d.t(words), align) for words in row.split("|")) for row in rows)
    return m.Table(head, tuple(rest))


A, B = "https://example.org/a", "https://example.org/b"
DOSES = table("Who|Dose", "adults|25 mg", "children|10 mg")
SENTENCE = "Take one tablet a day with water."

CASES: dict[str, tuple[tuple[m.Block, ...], tuple[m.Block, ...], list[str]]] = {
    "nothing": ((p(SENTENCE),), (p(SENTENCE),), []),
    "a word": (
        (p(SENTENCE),),
        (p("Take two tablets a day with water."),),
        ["Take [-one tablet-]{+two tablets+} a day with water."],
    ),
    "a word put in": ((p(SENTENCE),), (p("Take one small tablet a day with water."),),
                      ["Take one {+small +}tablet a day with water."]),
    "a word taken out": ((p(SENTENCE),), (p("Take one tablet with water."),),
                         ["Take one tablet [-a day -]with water."]),
    "a number is changed as a whole": (
        (p("Take 0.5 mg every day at noon."),),
        (p("Take 0.25 mg every day at noon."),),
        ["Take [-0.5-]{+0.25+} mg every day at noon."],
    ),
    "words set in bold": (
        (p("Do not take more than this."),),
        (p("Do ", bold("not"), " take more than this."),),
        ["Do ‹not› take more than this."],
    ),
    "bold that goes, with a word": (
        (p("Do ", bold("not take"), " more than this."),),
        (p("Do not take any more than this."),),
        ["Do ‹not take› {+any +}more than this."],
    ),
    "superscript": ((p("About 10", "3 cells in all."),), (p("About 10", m.Superscript(d.t("3")), " cells in all."),),
                    ["About 10‹3› cells in all."]),
    "where a link leads": (
        (p("Read on ", m.Link(A, d.t("here")), " at leisure."),),
        (p("Read on ", m.Link(B, d.t("here")), " at leisure."),),
        ["Read on [-here-]{+here+} at leisure."],
    ),
    "the words of a link": (
        (p("Read on ", m.Link(A, d.t("our site")), " at leisure."),),
        (p("Read on ", m.Link(A, d.t("our new site")), " at leisure."),),
        ["Read on our {+new +}site at leisure."],
    ),
    "a hard break": (
        (p("Above stands one thing and below another."),),
        (p("Above stands one thing", m.LineBreak(), "and below another."),),
        ["Above stands one thing[- -]{+\n+}and below another."],
    ),
    "a paragraph put in": (
        (p("First."), p("Last.")),
        (p("First."), p("Quite between."), p("Last.")),
        ["+ {+Quite between.+}"],
    ),
    "a paragraph put in behind an end put in": (
        (p("Take it with water"), p("Last.")),
        (p("Take it with water or tea"), p("Quite between."), p("Last.")),
        ["+ Take it with water{+ or tea+}", "{+Quite between.+}"],
    ),
    "insertions that meet at a paragraph's end": (
        (p("Take it with water"), p("swallow it whole and fast")),
        (p("Take it with water or tea"), p("Please swallow it whole and fast")),
        ["Take it with water{+ or tea+}", "[-swallow-]{+Please swallow+} it whole and fast"],
    ),
    "a paragraph taken out": ((p("First."), p("Middle."), p("Last.")), (p("First."), p("Last.")), ["- [-Middle.-]"]),
    "the last paragraph": ((p("First."), p("Last.")), (p("First."),), ["- [-Last.-]"]),
    "another paragraph in its place": (
        (p("First."), p("Wholly old.")),
        (p("First."), p("Something else.")),
        ["- [-Wholly old.-]", "+ {+Something else.+}"],
    ),
    "a heading's level": ((h("One"), h("Two", 2)), (h("One"), h("Two", 1)), ["(Heading2 → Heading1) Two"]),
    "a heading's words": (
        (h("How to take it"),),
        (h("How to take it daily"),),
        ["How to take it{+ daily+}"],
    ),
    "a paragraph that becomes a heading": (
        (p("Side effects"), p("There are some.")),
        (h("Side effects"), p("There are some.")),
        ["(BodyText → Heading1) Side effects"],
    ),
    "a list item put in": ((ul("one", "three"),), (ul("one", "two", "three"),), ["+ {+two+}"]),
    "a list item taken out": ((ul("one", "two", "three"),), (ul("one", "three"),), ["- [-two-]"]),
    "bullets that become numbers": (
        (ul("one", "two"),),
        (ul("one", "two", ordered=True),),
        ["(ListParagraph item 0 → ListParagraph item 0) one", "(ListParagraph item 0 → ListParagraph item 0) two"],
    ),
    "a row put in": ((DOSES,), (table("Who|Dose", "adults|25 mg", "teenagers|15 mg", "children|10 mg"),),
                     ["+ | {+teenagers+} | {+15 mg+}"]),
    "a row taken out": ((DOSES,), (table("Who|Dose", "children|10 mg"),), ["- | [-adults-] | [-25 mg-]"]),
    "a cell": ((DOSES,), (table("Who|Dose", "adults|50 mg", "children|10 mg"),), ["| adults | [-25-]{+50+} mg"]),
    "a table with more columns": (
        (DOSES,),
        (table("Who|Dose|When", "adults|25 mg|noon"),),
        ["- | [-Who-] | [-Dose-]", "- | [-adults-] | [-25 mg-]", "- | [-children-] | [-10 mg-]",
         "- ", "+ | {+Who+} | {+Dose+} | {+When+}", "+ | {+adults+} | {+25 mg+} | {+noon+}", "+ "],
    ),
    "a quote": ((p("So it was."),), (m.Quote((p("So it was."),)),), ["(BodyText → Quote) So it was."]),
    "a callout's title": (
        (m.Callout("", "note", d.t("What to know"), (p("This."),)),),
        (m.Callout("", "note", d.t("What you must know"), (p("This."),)),),
        ["What [-to-]{+you must+} know"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_what_has_changed(old: tuple[m.Block, ...], new: tuple[m.Block, ...], expected: list[str]) -> None:
    assert changed(version(*old), version(*new)) == expected


# --- notes, header, pictures, the safety block ---


def note(label: str, number: int, words: str) -> m.Note:
    return m.Note(f"n{number}", label, number, (p(words),))


def marked(*labels: str) -> m.Paragraph:
    return p("Here are notes", *(m.NoteMark(label, number) for number, label in enumerate(labels, 1)), " as you see.")


def test_the_words_of_a_note() -> None:
    old = version(marked("a"), notes=(note("a", 1, "Only for adults."),))
    new = version(marked("a"), notes=(note("a", 1, "Only for healthy adults."),))
    assert changed(old, new) == []
    assert changed(old, new, "word/footnotes.xml") == [" Only for {+healthy +}adults."]


def test_a_note_that_comes_and_one_that_goes() -> None:
    old = version(marked("a", "b"), notes=(note("a", 1, "Stays."), note("b", 2, "Goes.")))
    new = version(marked("c", "a"), notes=(note("c", 1, "Comes."), note("a", 2, "Stays.")))
    assert changed(old, new) == ["Here are notes{+°+}°[-°-] as you see."]
    assert changed(old, new, "word/footnotes.xml") == ["{+ Comes.+}", "[- Goes.-]"]


def test_a_note_whose_mark_moves_is_there_twice() -> None:
    one, two = p("One sentence."), p("Another sentence.")
    old = version(p("One sentence.", m.NoteMark("a", 1)), two, notes=(note("a", 1, "Stays."),))
    new = version(one, p("Another sentence.", m.NoteMark("a", 1)), notes=(note("a", 1, "Stays."),))
    assert changed(old, new) == ["One sentence.[-°-]", "Another sentence.{+°+}"]


def test_version_and_status_in_header_facts_and_footer() -> None:
    old = version(p("x"), version="0.2", status="draft")
    new = version(p("x"), version="0.10", status="in-review", expires=date(2027, 11, 22))
    assert changed(old, new, "word/header1.xml") == [
        "About Examplin\tEXA-2026-001   ·   Version [-0.2-]{+0.10+}   ·   [-Draft-]{+In review+}"
    ]
    assert "{+   ·   Expires 2027-11-22+}" in changed(old, new, "word/footer1.xml")[0]
    assert "| Job code | EXA-2026-001 | Version | [-0.2-]{+0.10+}" in changed(old, new)


def test_title_and_subtitle() -> None:
    old, new = version(p("x"), title="About Examplin", subtitle=""), version(p("x"), title="All about Examplin")
    assert changed(old, new)[:2] == [
        "[-About-]{+All about+} Examplin",
        "+ {+An invented medicine, explained for patients+}",
    ]


def test_a_picture_described_anew() -> None:
    def leaflet(alt: str) -> m.Document:
        picture = m.Asset("a.png", "image/png", d.png(40, 30), 40, 30)
        return replace(version(m.Figure("", "a.png", alt, d.t("The caption."))), assets={"a.png": picture})

    old, new = leaflet("A tree"), leaflet("A tall tree")
    assert changed(old, new) == ["[-▣A tree▣-]{+▣A tall tree▣+}"]


def test_a_changed_safety_block_is_not_locked() -> None:
    old = version(p("x"))
    new = version(p("x"), block=small_safety("Never take Examplin if you are allergic to it."))
    assert changed(old, new) == ["[-Do not-]{+Never+} take Examplin if you are allergic to it."]
    locks = [tree(made(old, each)).find(f".//{q('lock')}").get(q("val")) for each in (old, new)]
    assert locks == ["sdtContentLocked", "sdtLocked"]


def test_inserting_a_block_does_not_touch_links_to_what_stands_behind_it() -> None:
    link = p("See ", m.Link("#section-b0004", d.t("below")), " for more.")
    old = version(p("a"), link, p("b"), h("Below"))
    new = version(p("new"), p("a"), p("See ", m.Link("#section-b0005", d.t("below")), " for more."), p("b"), h("Below"))
    old_link = replace(old, body=tuple(_anchored(block) for block in old.body))
    new_link = replace(new, body=tuple(_anchored(block) for block in new.body))
    assert changed(old_link, new_link) == ["+ {+new+}"]


def _anchored(block: m.Block) -> m.Block:
    """Headings and links with anchors made of words, as the reader gives them."""
    match block:
        case m.Heading():
            return replace(block, anchor="below")
        case m.Paragraph(inlines=(first, m.Link() as link, *rest)):
            return replace(block, inlines=(first, replace(link, target="#below"), *rest))
        case _:
            return block


# --- the file ---


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_a_redline_of_everything_is_valid(status: str, tmp_path: Path) -> None:
    old = d.everything(status="draft")
    body = (*(block for number, block in enumerate(old.body) if number % 3), d.p("A new last paragraph."))
    new = replace(d.everything(status=status, version="0.9"), body=body, references=old.references[:1])
    for name, (one, two) in {"there": (old, new), "back": (new, old)}.items():
        file = tmp_path / f"{name}.docx"
        file.write_bytes(made(_marked_notes(one), _marked_notes(two), d.theme()))
        assert [str(error) for error in OpenXmlValidator().validate(str(file)).errors] == []


def _marked_notes(document: m.Document) -> m.Document:
    marks = {each.number for block in document.body for each in _notes(block)}
    return replace(document, notes=tuple(each for each in document.notes if each.number in marks))


def _notes(block: object) -> list[m.NoteMark]:
    return [each for each in m.inlines_within(getattr(block, "inlines", ())) if isinstance(each, m.NoteMark)]


def test_author_and_time_are_those_given_on_every_change() -> None:
    data = made(d.everything(), replace(d.everything(version="0.9"), body=(d.p("x"), *d.everything().body)), d.theme())
    names = {q(each) for each in ("ins", "del", "rPrChange", "pPrChange")}
    stamps = {(each.get(q("author")), each.get(q("date"))) for each in tree(data).iter(*names)}
    assert stamps == {("Ann Author", "2026-11-22T09:30:00Z")}
    numbers = [each.get(q("id")) for each in tree(data).iter(*names)]
    assert len(numbers) == len(set(numbers))


def test_the_same_versions_give_the_same_bytes() -> None:
    old, new = version(p(SENTENCE)), version(p("Take two."), p(SENTENCE))
    assert made(old, new) == made(old, new)


@pytest.mark.parametrize(("status", "enforced"), [("draft", 0), ("in-review", 1)])
def test_tracking_goes_on_in_a_redline(status: str, enforced: int) -> None:
    settings_ = tree(made(version(p("x")), version(p("y"), status=status)), "word/settings.xml")
    assert settings_.find(q("trackRevisions")) is not None
    assert len(settings_.findall(q("documentProtection"))) == enforced


def test_it_can_be_read_back_as_a_copy_of_the_new_version() -> None:
    new = version(p("Take two."), p(SENTENCE))
    data = made(version(p(SENTENCE)), new)
    entries = {each.get("name"): each[0].text for each in tree(data, "docProps/custom.xml")}
    assert (entries["publish-source"], entries["publish-redline-from"]) == (new.source_sha256, new.source_sha256)
    names = [each.get(q("name")) for each in tree(data).iter(q("bookmarkStart"))]
    assert len(names) == len(set(names)) and {"blk_b0001", "blk_b0002", "meta_title"} <= set(names)
    assert words(data, new) == [] or [each.code for each in words(data, new)] == ["docx.words-missing"]


def test_a_redline_that_would_not_resolve_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_docx_redline, "restyle", lambda *arguments: None)
    with pytest.raises(Refused, match=r"review\.redline-unsound.*rejected.*old version") as caught:
        made(version(h("One"), h("Two", 2)), version(h("One"), h("Two", 1)))
    assert "Heading1: Two" in str(caught.value)


def test_lines_tell_all_that_a_reader_sees_apart() -> None:
    """The proof can fail: each of these pairs is told apart by its lines."""
    plain = [lines(made(each, each), True) for each in (version(*old) for old, _, _ in CASES.values())]
    after = [lines(made(each, each), True) for each in (version(*new) for _, new, _ in CASES.values())]
    same = [name for name, one, two in zip(CASES, plain, after, strict=True) if one == two]
    assert same == ["nothing"]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(pairs())
def test_random_versions_are_found_again_in_their_redline(pair: tuple[m.Document, m.Document]) -> None:
    data = made(*pair)  # which is resolved both ways, or refused
    assert told(data)
