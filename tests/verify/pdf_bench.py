"""A bench for the proofs of the PDF: a small leaflet, drawn straight with WeasyPrint under any style, then judged."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import pikepdf
import weasyprint

from publish.diagnostics import Finding
from publish.model import (
    Block,
    Document,
    Figure,
    Heading,
    Inline,
    Link,
    List,
    ListItem,
    Meta,
    Paragraph,
    Part,
    Product,
    SafetyBlock,
    Strong,
    Superscript,
    Text,
)
from publish.policy import Mandate, Profile, Sighting, load_profile
from publish.verify import Artifact, load

FONTS = Path(__file__).parents[2] / "themes" / "base" / "fonts"
FACES = {
    "SourceSans3-Regular": ("Source Sans 3", 400, "normal"),
    "SourceSans3-Italic": ("Source Sans 3", 400, "italic"),
    "SourceSans3-Bold": ("Source Sans 3", 700, "normal"),
    "SourceSerif4-Regular": ("Source Serif 4", 400, "normal"),
    "SourceSerif4-Bold": ("Source Serif 4", 700, "normal"),
}
PINNED = {name: FONTS / f"{name}.ttf" for name in FACES}
BASE = (
    "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};src:url({PINNED[name].as_uri()})}}'
        for name, (family, weight, style) in FACES.items()
    )
    + 'html{font:10pt/1.45 "Source Sans 3";color:#111}@page{size:A4;margin:20mm}'
    + "h1,h2,h3{line-height:1.2}.safety a{color:inherit}"
)
PROFILE = replace(
    load_profile("us-patient"), title="the test profile", min_size=8, min_x_height=0, min_leading=0, min_contrast=4.5
)
FURNITURE = frozenset("Page of Draft".split())


def paragraph(*inlines: Inline | str) -> Paragraph:
    return Paragraph("", tuple(Text(each) if isinstance(each, str) else each for each in inlines))


def items(*texts: str, ordered: bool = False, start: int = 1) -> List:
    return List(ordered, start, True, tuple(ListItem((paragraph(text),)) for text in texts))


PARTS = (
    Part(
        "contraindications",
        (
            Heading("", 2, "s1", (Text("Do not take Examplin"),)),
            paragraph("Do not take Examplin if you are allergic to:"),
            items("examplinum 5 mg or 10 mg", "proteins made from bacteria", "any other ingredient"),
        ),
    ),
    Part(
        "serious",
        (
            Heading("", 2, "s2", (Text("Serious side effects"),)),
            paragraph("Stop and call a doctor at once if you have ", Strong((Text("trouble breathing"),)), "."),
            paragraph(
                "Never take more than 2 tablets in 24 hours. Keep it at 2–8 °C, at most 10",
                Superscript((Text("2"),)),
                " days.",
            ),
            items("Count the tablets.", "Call for help.", ordered=True),
        ),
    ),
    Part(
        "reporting",
        (
            paragraph(
                "You are encouraged to report negative side effects of prescription drugs to the FDA. Visit ",
                Link("https://www.fda.gov/medwatch", (Text("www.fda.gov/medwatch"),)),
                ", or call 1-800-FDA-1088.",
            ),
        ),
    ),
)  # fmt: skip
BODY: tuple[Block, ...] = (
    Heading("", 1, "h1", (Text("What this is"),)),
    paragraph("Examplin is a medicine for people whose immune system attacks the body it should protect."),
    paragraph("Talk with your doctor about what you want to know, and bring this leaflet with you."),
)


def document(parts: tuple[Part, ...] = PARTS, body: tuple[Block, ...] = BODY, language: str = "en") -> Document:
    meta = Meta(
        "About Examplin", "", "examplin", "examplin", "us", "patient", language, "draft", "1", "EX-1",
        date(2026, 11, 1), "base",
    )  # fmt: skip
    product = Product("examplin", "Examplin", "examplinum", "Example", False, False, {})
    safety = SafetyBlock("examplin", "Important Safety Information", "test", "2026", "draft", None, parts)
    return Document("examplin", meta, product, body, safety, (), (), {}, {}, (), "")


DOCUMENT = document()


def html(blocks: tuple[Block, ...]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Heading(level=level, inlines=inlines):
            return f"<h{level + 1}>{_inlines(inlines)}</h{level + 1}>"
        case Paragraph(inlines=inlines):
            return f"<p>{_inlines(inlines)}</p>"
        case List(ordered=ordered, start=start, items=entries):
            inner = "".join(f"<li>{html(entry.blocks)}</li>" for entry in entries)
            return f'<ol start="{start}">{inner}</ol>' if ordered else f"<ul>{inner}</ul>"
        case Figure():
            return ""
    raise AssertionError(block)


def _inlines(inlines: tuple[Inline, ...]) -> str:
    parts = []
    for inline in inlines:
        match inline:
            case Text(value=value):
                parts.append(escape(value))
            case Strong(children=children):
                parts.append(f"<strong>{_inlines(children)}</strong>")
            case Superscript(children=children):
                parts.append(f"<sup>{_inlines(children)}</sup>")
            case Link(target=target, children=children):
                parts.append(f'<a href="{escape(target)}">{_inlines(children)}</a>')
    return "".join(parts)


def page(doc: Document = DOCUMENT, css: str = "", before: str = "", after: str = "") -> str:
    parts = "".join(f'<section class="part {part.name}">{html(part.blocks)}</section>' for part in doc.safety.parts)
    return (
        f'<html lang="{doc.meta.language}"><head><title>{doc.meta.title}</title><style>{BASE}{css}</style></head><body>'
        f"<main><h1>{doc.meta.title}</h1>{html(doc.body)}{before}"
        f'<section id="safety" class="safety"><h2>{doc.safety.title}</h2>{parts}</section>{after}</main></body></html>'
    )


def draw(doc: Document = DOCUMENT, css: str = "", before: str = "", after: str = "", base: Path = FONTS) -> bytes:
    """The leaflet as a PDF. What WeasyPrint complains of is no matter here: the proof reads the finished file."""
    logger = logging.getLogger("weasyprint")
    logger.disabled = True
    try:
        html = weasyprint.HTML(string=page(doc, css, before, after), base_url=f"{base.as_uri()}/")
        drawn: bytes = html.write_pdf(pdf_variant="pdf/ua-1")
    finally:
        logger.disabled = False
    return drawn


def judge(
    data: bytes,
    doc: Document = DOCUMENT,
    checks: tuple[str, ...] = ("pdf_safety",),
    profile: Profile = PROFILE,
    furniture: frozenset[str] = FURNITURE,
) -> tuple[list[Finding], list[Sighting]]:
    """What the named checks find and see in a file."""
    mandate = Mandate(profile, PINNED, furniture)
    said = [fact for name in checks for fact in load(name).check(Artifact("pdf", "examplin.pdf", data), doc, mandate)]
    return [f for f in said if isinstance(f, Finding)], [s for s in said if isinstance(s, Sighting)]


def codes(
    data: bytes,
    doc: Document = DOCUMENT,
    checks: tuple[str, ...] = ("pdf_safety",),
    profile: Profile = PROFILE,
) -> set[str]:
    return {finding.code for finding in judge(data, doc, checks, profile)[0]}


def mutate(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A finished PDF, changed."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        buffer = io.BytesIO()
        pdf.save(buffer)
    return buffer.getvalue()
