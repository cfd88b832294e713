"""Documents made by hand from the model, for writers and checks: one that holds every kind, and small ones."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from publish import model as m
from publish import policy
from publish.formats import furniture
from publish.policy import Mandate
from publish.theme import Theme
from publish.theme.load import load_theme

ROOT = Path(__file__).parents[1]


@cache
def theme(name: str = "base") -> Theme:
    """One of the repository's themes."""
    return load_theme(name, ROOT / "themes")


@cache
def labels(language: str = "en") -> dict[str, str]:
    """The document's own words."""
    data: dict[str, str] = tomllib.loads((ROOT / f"src/publish/labels/{language}.toml").read_text(encoding="utf-8"))
    return data


def t(words: str) -> tuple[m.Inline, ...]:
    """Plain words as inlines."""
    return (m.Text(words),)


def p(words: str | tuple[m.Inline, ...], id_: str = "") -> m.Paragraph:
    """A paragraph. Its id comes from its words when none is given."""
    inlines = t(words) if isinstance(words, str) else words
    return m.Paragraph(id_ or _id(inlines), inlines)


def h(words: str, level: int = 1) -> m.Heading:
    """A heading, its anchor made from its words."""
    return m.Heading(_id(t(words)), level, words.lower().replace(" ", "-"), t(words))


def ul(*items: str | tuple[m.Block, ...], ordered: bool = False, start: int = 1, tight: bool = True) -> m.List:
    """A list; an item is words or blocks."""
    made = tuple(m.ListItem((p(item),) if isinstance(item, str) else item) for item in items)
    return m.List(ordered, start, tight, made)


def cell(words: str, align: Any = "") -> m.Cell:
    """A table cell."""
    return m.Cell(_id(t("cell " + words)), t(words), align)


def _id(inlines: tuple[m.Inline, ...]) -> str:
    import hashlib

    return hashlib.sha256(m.text(inlines).encode()).hexdigest()[:12]


def safety(*extra: m.Block) -> m.SafetyBlock:
    """A small safety block: headings, paragraphs, lists, emphasis."""
    return m.SafetyBlock(
        key="examplin-us-patient",
        title="Important Safety Information about Examplin® (exemplinum)",
        profile="us-patient",
        label_version="November 2026",
        status="draft",
        approval=None,
        parts=(
            m.Part(
                "indications",
                (
                    h("What is Examplin used for?"),
                    p("Examplin is a prescription medicine used to:"),
                    ul("treat an invented disease in adults", "reduce the signs of another invented disease"),
                ),
            ),
            m.Part(
                "contraindications",
                (
                    h("Who should not take Examplin?"),
                    p("Do not take Examplin if you are allergic to:"),
                    ul(
                        (p((m.Text("proteins made from "), m.Emphasis(t("E. coli")), m.Text(" bacteria"))),),
                        "exemplinum or any other ingredient of Examplin",
                    ),
                ),
            ),
            m.Part(
                "common",
                (
                    h("Common side effects"),
                    p((m.Strong(t("Very common")), m.Text(" (more than 1 in 10 people):"))),
                    ul("headache", "redness where the injection was given", ordered=True),
                    *extra,
                ),
            ),
            m.Part(
                "reporting",
                (p("Report side effects to the FDA: call 1-800-FDA-1088 or visit www.fda.gov/medwatch."),),
            ),
        ),
    )


def png(width: int = 900, height: int = 500) -> bytes:
    """A small picture with a gradient."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120" width="400" height="120">
<rect width="400" height="120" fill="#e9f2f2"/><circle cx="60" cy="60" r="40" fill="#0b5563"/>
<text x="120" y="70" font-family="Source Sans 3" font-size="24" fill="#17262d">A cell, enlarged</text></svg>"""


def document(
    body: Iterable[m.Block] = (),
    *,
    notes: tuple[m.Note, ...] = (),
    references: tuple[m.Reference, ...] = (),
    assets: dict[str, m.Asset] | None = None,
    block: m.SafetyBlock | None = None,
    **meta: Any,
) -> m.Document:
    """A whole document around a body. Keywords change its front matter."""
    front = m.Meta(
        title="About Examplin",
        subtitle="An invented medicine, explained for patients",
        product="examplin",
        safety="examplin-us-patient",
        market="us",
        audience="patient",
        language="en-US",
        status="draft",
        version="0.3",
        job_code="EXA-2026-001",
        prepared=date(2026, 11, 22),
        theme="base",
    )
    return m.Document(
        name="examplin",
        meta=replace(front, **meta),
        product=m.Product("examplin", "Examplin", "exemplinum", "Example Company", False, False, {}),
        body=tuple(body) or (h("What is this about?"), p("This leaflet is about Examplin.")),
        safety=block or safety(),
        notes=notes,
        references=references,
        assets=assets or {},
        labels=labels(),
        sources=(),
        source_sha256="0123456789abcdef" * 4,
    )


def mandate(given: m.Document, look: Theme, profile: str | None = None) -> Mandate:
    """What a document's finished files must show, put together as the build does it."""
    demanded = policy.load_profile(profile or given.safety.profile)
    return Mandate(demanded, {face.name: face.path for face in look.faces}, _furniture(_ById(given), look.name))


class _ById:
    """A document by identity: documents hold dictionaries, and so cannot be keys of a cache."""

    def __init__(self, given: m.Document) -> None:
        self.document = given

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.document is other.document

    def __hash__(self) -> int:
        return id(self.document)


@lru_cache(maxsize=64)
def _furniture(given: _ById, look: str) -> frozenset[str]:
    return furniture(given.document, theme(look))


def everything(**meta: Any) -> m.Document:
    """A document that holds every kind of block and inline."""
    claim = m.Claim("claim-genes", t("one gene does not work in 6 of 10 people"), ("pi", "who"))
    cite = m.Citation(("pi", "who"), (1, 2))
    note = m.NoteMark("a", 1)
    body: tuple[m.Block, ...] = (
        h("What is Examplin?"),
        p(
            (
                m.Text("Examplin is an "),
                m.Emphasis(t("invented")),
                m.Text(" medicine"),
                note,
                m.Text(" for "),
                m.Strong((m.Text("quite "), m.Emphasis(t("serious")))),
                m.Text(" diseases. In most families "),
                claim,
                m.Text("."),
                cite,
                m.Text(" It holds H"),
                m.Subscript(t("2")),
                m.Text("O and 10"),
                m.Superscript(t("3")),
                m.Text(" cells of "),
                m.Term("gene", t("genes")),
                m.Text("."),
            )
        ),
        h("How it works", 2),
        p("It works like this, step by step:"),
        ul(
            "one thing comes first",
            (p("another comes second, and has parts:"), ul("a part", (p("a part with parts"), ul("a deep part")))),
            (p("a third"), p("with a second paragraph of its own"), ul("three", "four", ordered=True, start=3)),
        ),
        ul("count from here", "and on", ordered=True, start=7),
        p("Then it begins anew:"),
        ul("first", "second", ordered=True, tight=False),
        h("In figures", 3),
        m.Table(
            (cell("Side effect"), cell("How often", "center"), cell("People", "right")),
            (
                (cell("headache with some more words to it"), cell("very common", "center"), cell("120", "right")),
                (cell("redness"), cell("common", "center"), cell("35", "right")),
            ),
        ),
        m.Table((cell("Another"), cell("table")), ((cell("right"), cell("behind it")),)),
        m.Figure("fig1", "photo.png", "A grey gradient that grows lighter", t("A gradient from the study.")),
        m.Figure("fig2", "cell.svg", "A cell drawn as a circle", ()),
        m.Quote((p("It was as if somebody had turned on the light."), p("So said a patient."))),
        m.Callout(
            "co1",
            "results",
            t("What the study showed"),
            (p("In the study, most people felt better:"), ul("after a day", "after a week"), p("Not everybody did.")),
        ),
        m.Callout("co2", "note", (), (p("A callout without a title."),)),
        m.Rule(),
        m.CodeBlock("code1", "dose = 100\n\tper day  twice", "text"),
        p((m.Text("Write "), m.Code("dose()"), m.LineBreak(), m.Text("on a new line, or "))),
        p(
            (
                m.Link("https://example.org/a?b=c&d=e", t("read on"), "the site"),
                m.Text(" or go "),
                m.Link("#what-is-examplin?", t("back to the start")),
                m.Text(" or write to "),
                m.Link("mailto:help@example.org", (m.Strong(t("us")),)),
                m.Text(". See the note again"),
                note,
                m.Text(" and another"),
                m.NoteMark("b", 2),
                m.Text("."),
            )
        ),
        m.DefinitionList(
            (
                m.Definition("def1", t("Antibody"), ((p("A protein that defends."),), (p("A word."), ul("x", "y")))),
                m.Definition("def2", t("Antigen"), ((p("What it defends against."),),)),
            )
        ),
        m.Story(
            "story1",
            t("Quinn’s story"),
            "https://example.org/quinn",
            "Watch the film",
            (p("Quinn was born in spring."),),
        ),
        m.Glossary(
            t("Glossary"),
            "glossary",
            (
                m.GlossaryEntry("g1", "gene", "gene", "Gene", t("A part of the body’s building plan.")),
                m.GlossaryEntry("g2", "cell", "cell", "Cell", t("The smallest living part of the body.")),
            ),
        ),
        m.Resources(t("Where to read on"), "resources", (ul("An invented society", "Another one"),)),
        m.PanelBreak(),
        p("The last words."),
    )
    return document(
        body,
        notes=(
            m.Note("n1", "a", 1, (p("Invented for tests."), p("In two paragraphs."))),
            m.Note("n2", "b", 2, (p((m.Text("See "), m.Link("https://example.org/n", t("there"))), "n2p"),)),
        ),
        references=(
            m.Reference(
                "r1", "pi", 1, "Examplin prescribing information. Example Company, 2026.", "https://example.org/pi"
            ),
            m.Reference("r2", "who", 2, "Nobody A, Somebody B. A study of nothing. J Invented. 2025;1:1-9."),
        ),
        assets={
            "photo.png": m.Asset("photo.png", "image/png", png(), 900, 500),
            "cell.svg": m.Asset("cell.svg", "image/svg+xml", SVG, 400, 120),
        },
        **meta,
    )
