"""What counts as the same words in a PDF, and what the proofs ask of texts, sizes and files of other kinds."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.model import Block, Cell, Citation, Figure, Heading, NoteMark, Paragraph, Part, Table, Text
from publish.verify._pdf_match import find, letters, source_letters
from verify.pdf_bench import BODY, DOCUMENT, PARTS, PROFILE, codes, document, draw, items, judge, paragraph

ALL = ("pdf_safety", "pdf_words", "pdf_form")


# --- which texts are equal ---


@pytest.mark.parametrize(
    ("source", "shown", "equal"),
    [
        ("5 mg", "5\u00a0mg", True),
        ("5 mg", "5mg", True),  # the gap is proven on the page, not in the file's text
        ("café", "cafe\u0301", True),
        ("\u2126", "\u03a9", True),  # canonically the same letter
        ("5 \u00b5g", "5 \u03bcg", True),
        ("x-ray", "x\u2010ray", True),
        ("10²", "102", False),
        ("½", "1/2", False),
        ("office", "o\ufb03ce", False),
        ("mg", "MG", False),
        ("2–8", "2-8", False),
        ("paracetamol", "par\u0430cetamol", False),
        ("do not take", "do take", False),
        ("5 mg", "50 mg", False),
    ],
)
def test_equal_texts(source: str, shown: str, equal: bool) -> None:
    wanted, there = source_letters([source]), letters([(shown, 0)])
    found = next(find(wanted, there), None) is not None and len(wanted) == len(there)
    assert found == equal


@given(st.text(max_size=60))
def test_a_text_equals_its_canonical_forms(text: str) -> None:
    first = letters([(unicodedata.normalize("NFC", text), 0)])
    second = letters([(unicodedata.normalize("NFD", text), 0)])
    assert sorted(unicodedata.normalize("NFD", first.solid)) == sorted(unicodedata.normalize("NFD", second.solid))


@given(st.text(min_size=1, max_size=80))
def test_letters_keep_their_places(text: str) -> None:
    found = letters((letter, at) for at, letter in enumerate(text))
    assert len(found.where) == len(found.solid) == len(found.spaced) == len(found.hyphens) - 1
    assert list(found.where) == sorted(found.where)


# --- texts that a block may hold ---


def block(*blocks: Block) -> Part:
    return Part("more", blocks)


@pytest.mark.parametrize("text", [
    "Efficient office staff affirm the final fjord of flat figures.",
    "Take 5\u00a0mg or 10\u202fmg, not 5–10\u00a0µg; keep at ≤ 25 °C (77 °F) → tell your doctor.",
    "Fieber über 38,5 °C, Übelkeit, Schwäche, Straße: „sofort“ zum Arzt.",
    "Éruption, œdème, nausées — l’hôpital aujourd’hui.",
    "Ωmega cafe\u0301 e\u0301\u0301 Żółć č ő",
    "A well-known, over-the-counter, anti-inflammatory, non-steroidal medicine: self-inject it.",
    "www.a-very-long-address.example/with/parts-and-more-parts/and_underscores?and=questions&more=x-y-z",
    "1. Not a list; 2) neither is this; * nor that. 1/2 ½ 10² x³ H₂O ™ ®",
], ids=lambda text: text[:24])  # fmt: skip
def test_texts_of_all_kinds_pass(text: str) -> None:
    doc = document((*PARTS, block(paragraph(text), items(text, text))))
    css = ".more{width:60mm;hyphens:auto;text-align:justify}"
    assert codes(draw(doc, css), doc, ALL) == set()


def test_long_words_hyphenated_at_line_ends_pass() -> None:
    words = "immunosuppressants hypersensitivity thrombocytopenia characteristically uncharacteristically " * 3
    doc = document((*PARTS, block(paragraph(words))))
    data = draw(doc, ".more{width:30mm;hyphens:auto;text-align:justify}")
    assert codes(data, doc, ALL) == set()


def test_a_word_of_thousands_of_letters_is_proven_in_time() -> None:
    doc = document((*PARTS, block(paragraph("abcdefghij" * 500))))
    assert codes(draw(doc, ".more{overflow-wrap:anywhere}"), doc, ALL) == set()


def test_words_off_the_page_are_found() -> None:
    doc = document(body=(*BODY, paragraph("a" * 300)))
    assert codes(draw(doc), doc, ALL) == {"pdf.words-off-page"}


def test_a_block_over_pages_is_seen_on_each() -> None:
    doc = document(
        (*PARTS, *(block(paragraph(f"Sentence {n} tells of the risk number {n}. " * 12)) for n in range(20)))
    )
    findings, sightings = judge(draw(doc), doc, ALL)
    assert findings == []
    assert [sighting.page for sighting in sightings] == [1, 2, 3]
    assert sum(sighting.words for sighting in sightings) == sum(
        len(text.split()) for text in (draw_text for draw_text in _texts(doc.safety.parts, doc.safety.title))
    )


def _texts(parts: tuple[Part, ...], title: str) -> list[str]:
    from publish.model import passages

    return [title, *(passage.text for part in parts for passage in passages(part.blocks))]


@pytest.mark.parametrize("text", ["שלום עולם 123 mg", "احفظ هذا الدواء"], ids=["Hebrew", "Arabic"])
def test_right_to_left_text_is_told_as_unproven(text: str) -> None:
    doc = document((*PARTS, block(paragraph(text))))
    assert "pdf.right-to-left" in codes(draw(doc), doc)


# --- what a profile demands ---


@pytest.mark.parametrize(
    ("demand", "css", "code"),
    [
        ({"min_x_height": 1.42}, ".safety{font-size:8.1pt}", "pdf.safety-small"),
        ({"min_x_height": 1.42}, ".safety{font-size:9pt}", None),
        ({"min_leading": 3}, ".safety{font-size:9pt;line-height:8pt}", "pdf.safety-leading"),
        ({"min_leading": 3}, ".safety{font-size:9pt;line-height:9pt}", None),
        ({"min_size": 12}, ".safety{font-size:11pt}", "pdf.safety-small"),
        ({"min_contrast": 7}, ".safety p{color:#666}", "pdf.safety-contrast"),
        ({"min_contrast": 4.5}, ".safety p{color:#757575}", None),
        ({"min_contrast": 4.5}, ".safety p{color:#7b7b7b}", "pdf.safety-contrast"),
    ],
)
def test_the_profile_decides(demand: dict[str, float], css: str, code: str | None) -> None:
    found = codes(draw(css=css + ".safety{width:80mm}.safety sup{font-size:80%}"), profile=replace(PROFILE, **demand))
    assert found == ({code} if code else set())


# --- the body ---


def test_a_hidden_body_is_found() -> None:
    assert codes(draw(css="h1{display:none}"), checks=ALL) == {"pdf.words-missing"}


@pytest.mark.parametrize("css", [
    "h1{color:#fff}",
    "main{position:relative}main::after{content:'';position:absolute;top:0;left:0;right:0;height:20mm;background:#fff}",
    "h1{height:0;overflow:hidden}",
])  # fmt: skip
def test_words_of_the_body_that_cannot_be_seen_are_found(css: str) -> None:
    assert codes(draw(css=css), checks=ALL) == {"pdf.words-hidden"}


def test_body_and_block_may_change_places() -> None:
    css = "main{display:flex;flex-direction:column}.safety{order:-1}"
    assert codes(draw(css=css), checks=ALL) == set()


def test_a_heading_without_bookmark_is_told() -> None:
    assert codes(draw(css="h2{bookmark-level:none}"), checks=ALL) == {"pdf.bookmarks"}


def test_a_picture_must_carry_its_words() -> None:
    doc = document(body=(*BODY, Figure("f", "a.svg", "A cell and its receptor")))
    picture = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    assert codes(draw(doc, after=f'<img alt="A cell and its receptor" src="{picture}">'), doc, ALL) == set()
    assert "pdf.alt-missing" in codes(draw(doc, after=f'<img alt="A cell" src="{picture}">'), doc, ALL)
    assert "pdf.alt-empty" in codes(draw(doc, after=f'<img alt="" src="{picture}">'), doc, ALL)


def test_marks_of_notes_and_citations_may_be_small() -> None:
    part = block(
        Paragraph(
            "", (Text("It helps most people"), Citation(("a",), (1, 3)), Text(" and some more"), NoteMark("n", 1))
        )
    )
    doc = document((*PARTS, part))
    html_of_part = "<p>It helps most people<sup>1,3</sup> and some more<sup>*</sup></p>"
    assert codes(_with(doc, html_of_part, "sup{font-size:6pt;line-height:0}"), doc) == set()
    assert codes(_with(doc, html_of_part, "sup{font-size:4pt;line-height:0}"), doc) == {"pdf.safety-small"}


def test_a_table_in_the_block_passes() -> None:
    table = Table(
        (Cell("", (Text("How often"),)), Cell("", (Text("What"),))),
        ((Cell("", (Text("more than 1 in 10"),)), Cell("", (Text("headache, which may last for days"),))),
         (Cell("", (Text("up to 1 in 10"),)), Cell("", (Text("nausea"),)))),
    )  # fmt: skip
    doc = document((*PARTS, block(table)))
    rows = "".join(
        "<tr>" + "".join(f"<{tag}>{cell.inlines[0].value}</{tag}>" for cell in row) + "</tr>"  # type: ignore[union-attr]
        for tag, row in (("th", table.head), *(("td", row) for row in table.rows))
    )
    css = "table{border-collapse:collapse;width:70mm}td,th{border:.5pt solid #333;padding:1mm;vertical-align:middle}"
    assert codes(_with(doc, f"<table>{rows}</table>", css), doc) == set()


def _with(doc: object, html_of_part: str, css: str) -> bytes:
    """The sample document with one more part, given as markup."""
    from weasyprint import HTML

    from verify.pdf_bench import FONTS, page

    whole = page(DOCUMENT, css)
    end = whole.rindex("</section></main>")
    data: bytes = HTML(
        string=whole[:end] + f'<section class="part more">{html_of_part}</section>' + whole[end:],
        base_url=f"{FONTS.as_uri()}/",
    ).write_pdf(pdf_variant="pdf/ua-1")
    return data


def test_the_title_alone_is_no_section() -> None:
    assert any(isinstance(block_, Heading) for block_ in DOCUMENT.body)


def test_a_heading_and_the_words_below_it_are_no_copy_of_what_they_make_together() -> None:
    """“Bien conserver” above “Examplin est …” was taken for “Comment conserver Examplin ?” of the block."""
    store = Part("storage", (Heading("", 2, "s9", (Text("How to store Examplin well"),)), paragraph("In a fridge.")))
    own = (Heading("", 1, "h9", (Text("Ways to store"),)), paragraph("Examplin well kept is a good medicine."))
    doc = document((*PARTS, store), (*BODY, *own))
    assert codes(draw(doc), doc, ALL) == set()
    assert "pdf.safety-copy" in codes(draw(doc, after="<p>Do not take Examplin if you are allergic to:</p>"), doc, ALL)
