"""What the proofs of one file share, and what the process keeps from file to file: no answer may be another file's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

import books
from publish.diagnostics import Finding, Place
from publish.policy import Sighting
from publish.theme.css_cascade import Cascade
from publish.theme.css_media import DAY
from publish.theme.css_scene import scene
from publish.theme.css_sheet import read
from publish.verify import (
    Artifact,
    _docx_reading,
    _epub_read,
    _glyphs,
    _pdf_ink,
    _pdf_match,
    _pdf_read,
    checks_for,
    load,
)
from publish.verify._pdf_match import _one_by_one, letters
from publish.verify._planes import plane
from verify import docx_bench, pdf_bench

Facts = list[Finding | Sighting]
KEPT: tuple[Any, ...] = (
    _pdf_read.read_pdf,
    _pdf_ink.on_screen,
    _pdf_match.read_letters,
    _pdf_match._source_letters,
    _glyphs.shapes_of,
    _glyphs._simple,
    _epub_read._opened,
    _docx_reading.readings,
    scene,
)


def pdf_facts(data: bytes, name: str = "examplin.pdf") -> Facts:
    mandate = pdf_bench.Mandate(pdf_bench.PROFILE, pdf_bench.PINNED, pdf_bench.FURNITURE)
    artifact = Artifact("pdf", name, data)
    checks = [load(check) for check in ("pdf_form", "pdf_safety", "pdf_words")]
    return [fact for check in checks for fact in check.check(artifact, pdf_bench.DOCUMENT, mandate)]


def epub_facts(data: bytes) -> Facts:
    document = books.leaflet()
    artifact, mandate = Artifact("epub", "examplin.epub", data), books.mandate(document, books.base())
    return [fact for check in checks_for("epub") for fact in check.check(artifact, document, mandate)]


def docx_facts(data: bytes) -> Facts:
    document, _ = docx_bench.finished()
    return [*(fact for facts in docx_bench.proof(data, document) for fact in facts), *docx_bench.words(data, document)]


@pytest.fixture
def afresh() -> Iterator[Callable[[], None]]:
    def forget() -> None:
        for kept in KEPT:
            kept.cache_clear()

    yield forget
    forget()


def pdfs() -> list[bytes]:
    """Sound, with other letters, on more pages, covered, and no PDF at all."""
    return [
        pdf_bench.draw(),
        pdf_bench.draw(css=".safety{text-transform:uppercase}"),
        pdf_bench.draw(css=".safety{break-before:page;font-size:13pt}"),
        pdf_bench.draw(
            css=".safety{position:relative}.safety::after{content:'';position:absolute;inset:0;background:#fff}"
        ),
        b"%PDF-1.7 and no more",
    ]


def epubs() -> list[bytes]:
    book = books.finished()
    return [
        book,
        books.restyled(book, ".safety p { display: none }"),
        books.restyled(book, ".safety { color: #eee }"),
        books.spoiled(book, books.CONTENT, "40 kg", "4 kg"),
        book[:2000],
    ]


def word_files() -> list[bytes]:
    _, data = docx_bench.finished()
    return [
        data,
        docx_bench.spoiled(data, docx_bench.on_run("Do not take", "<w:vanish/>")),
        docx_bench.spoiled(data, docx_bench.says("Do not take", "Do take")),
        data[:2000],
    ]


@pytest.mark.parametrize(
    ("files", "facts"),
    [(pdfs, pdf_facts), (epubs, epub_facts), (word_files, docx_facts)],
    ids=["pdf", "epub", "docx"],
)
def test_files_proven_one_after_another_never_mix(
    files: Callable[[], list[bytes]], facts: Callable[[bytes], Facts], afresh: Callable[[], None]
) -> None:
    made = files()
    alone = []
    for data in made:
        afresh()
        alone.append(facts(data))
    assert len({repr(each) for each in alone}) == len(made), "each of the files has facts of its own"
    for order in (range(len(made)), reversed(range(len(made))), (0, 1, 0, 2, 1, 0)):
        for number in order:
            assert facts(made[number]) == alone[number]


def test_the_same_bytes_under_another_name_are_told_by_that_name() -> None:
    data = pdf_bench.draw(css=".safety{font-size:5pt}")
    for name in ("one.pdf", "other.pdf", "one.pdf"):
        places = {fact.place.file for fact in pdf_facts(data, name) if isinstance(fact, Finding) and fact.place}
        assert places == {name}


def test_a_plane_that_is_used_again_is_filled_again() -> None:
    for shape, kind, fill in (((4, 5), np.uint8, 7), ((20, 30, 4), np.uint8, 255), ((3, 2), np.int32, 0)):
        got = plane("test", shape, kind, fill)
        assert got.shape == shape and got.dtype == kind and (got == fill).all()
        got[...] = 3


WRITTEN = "abZß -\u2010\u00ad\u00a0\n\u200bµμ\u0301é\ufb01\u212b가ᄀ"


@given(st.lists(st.text(WRITTEN, max_size=6), max_size=6))
@settings(max_examples=200, deadline=None)
@example([])
@example(["", " ", "-"])
@example(["a-", "-b", "e\u0301"])
def test_letters_found_all_at_once_are_those_found_one_by_one(texts: list[str]) -> None:
    pieces = [(text, 10 + number) for number, text in enumerate(texts)]
    got, wanted = letters(pieces), _one_by_one(pieces)
    assert (got.solid, got.spaced) == (wanted.solid, wanted.spaced)
    assert got.where.tolist() == wanted.where.tolist() and got.hyphens.tolist() == wanted.hyphens.tolist()
    assert got.where.dtype == wanted.where.dtype and got.hyphens.dtype == wanted.hyphens.dtype


def test_the_cascade_tells_elements_apart_that_differ_in_anything_that_counts() -> None:
    """By their rules, their names, their `style` and what is around them; and elements that do not, it does not."""
    root = etree.fromstring(
        '<html><body id="safety" class="safety"><p>1</p><p>2</p><p class="big">3</p><p style="font-size:30px">4</p>'
        '<p style="font-size:30px">5</p><div class="big"><p>6</p><small>7</small></div></body></html>'
    )
    stage = scene(root)
    cascade = Cascade(
        read(".big{font-size:20px}p:last-of-type{color:red}", Place("x.css")).rules, stage, stage.elements
    )
    by_words = {each.etree_element.text: each for each in stage.elements}
    kinds = {words: cascade.kind(element) for words, element in by_words.items() if words}
    assert kinds["1"] == kinds["2"]
    assert len(set(kinds.values())) == len(kinds) - 1
    sizes = {words: round(cascade.font_size(element, DAY)[0], 1) for words, element in by_words.items() if words}
    assert sizes == {"1": 12, "2": 12, "3": 15, "4": 22.5, "5": 22.5, "6": 15, "7": 12.5}


SELECTORS = (
    "p", "P", "*", "#safety", "DIV.big", ".big > small", "p.big:not(.small)", ":is(p, .big)", "[style]", "p ~ p",
    "svg|path", "path", "linearGradient", "body p:hover", "#safety.safety p", ".big, #other", "p::before",
)  # fmt: skip


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_selector_reaches_all_that_match_it(selector: str) -> None:
    """Only elements with its id, class or name are asked; that must be all that could match."""
    root = etree.fromstring(
        '<html xmlns="http://www.w3.org/1999/xhtml"><body id="safety" class="safety big"><p>1</p><p class="big">2</p>'
        '<P class="small big">3</P><div class="big" style="color:red"><small>4</small></div><p id="other">5</p>'
        '<svg xmlns="http://www.w3.org/2000/svg"><linearGradient/><path class="big"/></svg></body></html>'
    )
    css = f"@namespace svg url(http://www.w3.org/2000/svg);{selector}{{color:red}}"
    stage = scene(root)
    for rule in read(css, Place("x.css")).rules:
        for each in rule.selectors:
            assert stage.reached(each) == tuple(element for element in stage.elements if each.test(element))


def test_a_sheet_that_several_books_hold_is_told_with_the_place_in_each() -> None:
    """The sheet is read once for both; whoever is told of it must find it in the book that was asked about."""
    document = books.leaflet()
    mandate = books.mandate(document, books.base())
    book = books.restyled(books.finished(), ".safety { display: none }")
    for name in ("one.epub", "other.epub"):
        found = load("epub_safety").check(Artifact("epub", name, book), document, mandate)
        places = {each.place for each in found if isinstance(each, Finding) and each.code == "css.hides"}
        assert places and {place.file.split("/")[0] for place in places if place} == {name}
