"""Words outside the safety block: they are to be read, not only to be in the file. Honest design passes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import weasyprint

from publish.model import Block, Heading, Superscript, Text
from verify.pdf_bench import BODY, DOCUMENT, FONTS, codes, document, draw, items, judge, page, paragraph

WORDS = ("pdf_words",)


def body(css: str) -> str:
    """A style for the body alone: everything before the safety block."""
    return f"main > h1, main > h2, main > p {{{css}}}"


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("font-size:.05pt;line-height:1", "drawn at"),
        ("font-size:1pt", "drawn at 1 pt"),
        ("font-size:4pt", "drawn at 4 pt"),
        ("transform:scale(.005)", "drawn at"),
        ("transform:scaleX(-1)", "mirrored"),
        ("transform:rotate(180deg)", "upside down"),
        ("transform:scaleX(.08)", "squeezed to 8 %"),
        ("transform:scaleX(.5)", "squeezed to 50 %"),
        ("transform:skewX(60deg)", "slanted"),
        ("letter-spacing:-.4em", "on top of each other"),
        ("line-height:0;width:30mm", "on top of each other"),
        ("color:#e4e4e4", "contrast is 1.3:1"),
        ("color:#fff;background:#ddd", "contrast is 1."),
        ("opacity:.15", "contrast is"),
    ],
)
def test_words_that_nobody_can_read_are_found(css: str, said: str) -> None:
    findings, _ = judge(draw(css=body(css)), checks=WORDS)
    assert [finding.code for finding in findings] == ["pdf.words-illegible"], [str(each) for each in findings]
    assert said in findings[0].message
    assert findings[0].place is not None
    assert findings[0].place.page == 1


@pytest.mark.parametrize(
    "css",
    [
        "font-size:7pt;color:#777",  # a light caption
        "font-size:6pt;color:#999",
        "font-size:4.6pt",
        "color:#fff;background:#0b5563",
        "color:#0b5563;background:#dff0f2",
        "writing-mode:vertical-rl;transform:rotate(-90deg);transform-origin:0 0;width:20mm",  # a note in the margin
        "transform:rotate(12deg)",
        "transform:scaleX(.8)",
        "font-style:italic;letter-spacing:-.02em",
        "letter-spacing:.2em",
        "line-height:.9",
        "font-size:40pt;line-height:1;letter-spacing:-.04em",
        "background:linear-gradient(#fff,#dff0f2)",
        "text-decoration:underline",
        "opacity:.6",
    ],
)
def test_honest_design_passes(css: str) -> None:
    found = codes(draw(css=body(css)), checks=WORDS) - {"pdf.words-off-page"}
    assert found == set()


def test_raised_marks_may_be_small_but_not_minute() -> None:
    marked = paragraph("It helped most of all people", Superscript((Text("1,3,5–7"),)), " who took it for a year.")
    doc = document(body=(*BODY, marked))
    assert codes(draw(doc, "main > p sup{font-size:3.4pt;line-height:0}"), doc, WORDS) == set()
    assert codes(draw(doc, "main > p sup{font-size:1pt;line-height:0}"), doc, WORDS) == {"pdf.words-illegible"}


# --- capitals ---


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_theme_may_set_the_body_in_capitals(language: str) -> None:
    doc = document(body=(Heading("", 1, "h", (Text("Straße, Größe, Fjord: was hilft?"),)), *BODY), language=language)
    assert codes(draw(doc, body("text-transform:uppercase")), doc, WORDS) == set()


def test_other_changes_of_case_are_no_design() -> None:
    assert codes(draw(css=body("text-transform:lowercase")), checks=WORDS) == {"pdf.words-missing"}


def test_the_block_may_not_stand_in_capitals() -> None:
    assert "pdf.safety-altered" in codes(draw(css=".safety{text-transform:uppercase}"))


# --- numbers ---


def listed(*blocks: Block) -> tuple[Block, ...]:
    return (*BODY, paragraph("Do this:"), *blocks)


@pytest.mark.parametrize(
    ("css", "code"),
    [
        ("", None),
        ("main > ol{list-style:none}", None),
        ("main > ol{list-style-type:'– '}", None),
        ("ol{counter-reset:list-item 8}", "pdf.list-number"),
        ("main > ol > li{counter-increment:list-item 2}", "pdf.list-number"),
    ],
)
def test_the_numbers_of_the_bodys_lists_are_the_sources(css: str, code: str | None) -> None:
    doc = document(body=listed(items("Take it out.", "Wait for an hour.", ordered=True), items("a point")))
    found = codes(draw(doc, css), doc, WORDS)
    assert found == ({code} if code else set())


def test_a_list_that_begins_at_three_must_show_it() -> None:
    doc = document(body=listed(items("Take it out.", "Wait for an hour.", ordered=True, start=3)))
    assert codes(draw(doc, "main > ol{counter-reset:list-item 2}"), doc, WORDS) == set()
    findings, _ = judge(draw(doc), doc, WORDS)
    assert [finding.code for finding in findings] == ["pdf.list-number"]
    assert "1 where the source has 3" in findings[0].message


# --- the mark of a draft ---

LABELS = {"draft": "Draft", "in-review": "In review", "approved": "Approved"}


def mark(css: str = "", word: str = "Draft", status: str = "draft") -> set[str]:
    """What is found in a leaflet of three pages with a mark in the head of each."""
    doc = replace(
        DOCUMENT,
        meta=replace(DOCUMENT.meta, status=status),
        labels=LABELS,
        body=(*BODY, *(paragraph("A draft of air is no cause. " * 40) for _ in range(9))),
    )
    head = f"<p class='mark'>{word}</p>"
    style = (
        "@page{@top-center{content:element(mark);width:100%}}"
        ".mark{position:running(mark);text-align:center;margin:0;background:#b0402a;color:#fff}"
    )
    whole = page(doc, style + css).replace("<main>", f"{head}<main>")
    drawn: bytes = weasyprint.HTML(string=whole, base_url=f"{FONTS.as_uri()}/").write_pdf(pdf_variant="pdf/ua-1")
    return codes(drawn, doc, ("pdf_status",))


@pytest.mark.parametrize(("status", "word"), [("draft", "Draft"), ("in-review", "In review"), ("draft", "Draft · 0.1")])
def test_a_mark_on_every_page_passes(status: str, word: str) -> None:
    assert mark(word=word, status=status) == set()
    assert mark(".mark{text-transform:uppercase}", word=word, status=status) == set()


@pytest.mark.parametrize(
    "css",
    [
        ".mark{color:#b0402a}",
        ".mark{display:none}",
        ".mark{font-size:0}",
        ".mark{font-size:5pt}",
        ".mark{background:#fff;color:#aaa}",
        ".mark{opacity:.2}",
        ".mark{transform:scale(.2)}",
        ".mark{transform:translateY(-40mm)}",
        "@page:first{@top-center{content:none}}",
        "@page:nth(2){@top-center{content:none}}",
    ],
)
def test_a_draft_whose_mark_is_not_to_be_seen_is_found(css: str) -> None:
    assert mark(css) == {"pdf.status-mark"}


@pytest.mark.parametrize(("status", "word"), [("draft", "For patients"), ("in-review", "Draft"), ("draft", "Approved")])
def test_another_word_is_no_mark(status: str, word: str) -> None:
    assert mark(word=word, status=status) == {"pdf.status-mark"}


def test_a_draft_is_not_called_approved_besides() -> None:
    assert mark(word="Draft<br>APPROVED") == {"pdf.status-mark"}
    assert mark(word="Draft<br>Not yet approved") == set()


def test_an_approved_leaflet_needs_no_mark() -> None:
    assert mark(".mark{display:none}", status="approved") == set()
