"""The project's own leaflets: they fill their pages in either theme, claims stand beside the safety block, every fact
stands in the block."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from publish.build import press_of
from publish.formats import Options, pdf
from publish.model import Callout, Document, Glossary, Story, blocks_within, passages, safety_passages
from publish.project import open_project
from publish.reader import read_leaflet
from publish.theme.load import load_theme

ROOT = Path(__file__).resolve().parents[1]
LEAFLETS, THEMES = ("nomid", "beispielin"), ("base", "clinic")


def read(name: str) -> Document:
    document, findings = read_leaflet(open_project(ROOT), name)
    assert findings == ()
    assert document is not None
    return document


@pytest.fixture(scope="module", params=[(leaflet, theme) for leaflet in LEAFLETS for theme in THEMES], ids="-".join)
def pages(request: pytest.FixtureRequest) -> list[str]:
    """The text of each page of a leaflet in a theme, with single spaces."""
    leaflet, theme = request.param
    said: list[object] = []
    document, look = read(leaflet), load_theme(theme, ROOT / "themes")
    profile, sheet = press_of(open_project(ROOT), document, look)
    written = pdf.write(document, look, Options(press=profile, sheet=sheet, report=said.append))
    assert said == []
    opened = pypdfium2.PdfDocument(written)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]
    finally:
        opened.close()


def test_a_leaflet_fills_two_pages_or_the_six_panels_of_its_fold(pages: list[str]) -> None:
    assert len(pages) == (6 if "KIN-2026-014" in pages[0] else 2)


def test_the_pages_are_counted(pages: list[str]) -> None:
    assert "1 of 6" in pages[0] or "1 von 2" in pages[0]


def test_the_claim_of_benefit_stands_on_the_page_of_the_safety_block(pages: list[str]) -> None:
    claims = [number for number, words in enumerate(pages) if "significant improvement" in words]
    risks = [number for number, words in enumerate(pages) if "Important Safety Information about Kineret" in words]
    assert claims == risks[:1]


def test_a_draft_says_so_on_every_page(pages: list[str]) -> None:
    draft = "KIN-2026-014" in pages[0]
    assert ["Draft" in words for words in pages] == [draft] * len(pages)


@pytest.mark.parametrize("name", LEAFLETS)
def test_a_sample_is_a_leaflet_and_not_a_book(name: str) -> None:
    words = sum(len(passage.text.split()) for passage in passages(read(name).body))
    assert 300 <= words <= 750


def test_the_first_sample_shows_what_an_author_can_write() -> None:
    kinds = {type(block) for block in blocks_within(read("nomid").body)}
    assert {Callout, Story, Glossary} <= kinds


FACTS = """
moderate to severe active rheumatoid arthritis|18 years of age or older|at least one other medicine|slow the damage
neonatal-onset multisystem inflammatory disease (NOMID)|cryopyrin-associated periodic syndromes (CAPS)
deficiency of interleukin-1 receptor antagonist (DIRA)|not for children with juvenile rheumatoid arthritis
E. coli|anakinra|citric acid|sodium chloride|disodium EDTA|polysorbate 80|water|infections that keep coming back
live vaccines|kidney problems|pregnant|unborn baby|breastfeed|breast milk|with or without a prescription|vitamins
herbal supplements|tumor necrosis factor (TNF) blocker|not recommended|etanercept|serious infections
allergic reactions|low white blood cell count (neutropenia)|cancer|injection-site reactions|headache|vomiting
joint pain|fever|common cold|first 6 months|refrigerator|2 °C to 8 °C|Do not freeze|Protect it from light
www.fda.gov/medwatch|1-800-FDA-1088|full Prescribing Information
"""


@pytest.mark.parametrize("fact", [fact for line in FACTS.split("\n") for fact in line.split("|") if fact])
def test_the_us_block_holds_each_fact_of_the_patient_information(fact: str) -> None:
    shown = " ".join(" ".join(passage.text.split()) for passage in safety_passages(read("nomid").safety))
    assert fact in shown


def test_what_awaits_confirmation_is_marked_and_keeps_the_leaflet_a_draft() -> None:
    document = read("nomid")
    shown = " ".join(passage.text for passage in safety_passages(document.safety))
    assert "To be confirmed" in shown
    assert (document.meta.status, document.safety.status, document.safety.approval) == ("draft", "draft", None)


def test_the_german_block_is_approved_as_it_stands() -> None:
    from publish.policy import text_hash

    block = read("beispielin").safety
    assert block.approval is not None
    assert block.approval.text_sha256 == text_hash(block)
