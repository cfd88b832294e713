"""A small leaflet made by hand, its EPUB, and ways to spoil the finished file."""

from __future__ import annotations

import zipfile
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from publish import formats, policy
from publish.formats import Options
from publish.formats import load as load_format
from publish.model import (
    Asset,
    Block,
    Callout,
    Cell,
    Citation,
    Claim,
    Definition,
    DefinitionList,
    Document,
    Emphasis,
    Figure,
    Glossary,
    GlossaryEntry,
    Heading,
    LineBreak,
    Link,
    List,
    ListItem,
    Meta,
    Note,
    NoteMark,
    Paragraph,
    Part,
    Product,
    Reference,
    Resources,
    SafetyBlock,
    SourceFile,
    Story,
    Strong,
    Superscript,
    Table,
    Term,
    Text,
)
from publish.policy import Mandate
from publish.theme import Theme
from publish.theme.load import load_theme

ROOT = Path(__file__).parent.parent
CONTENT, NAV, PACKAGE = "EPUB/leaflet.xhtml", "EPUB/nav.xhtml", "EPUB/content.opf"
SHEET = "EPUB/styles/1-base/book.css"

LABELS = {
    "notes": "Notes",
    "references": "References",
    "glossary": "Glossary",
    "resources": "Resources",
    "contents": "Contents",
    "cover": "Cover",
    "page": "Page",
    "of": "of",
    "version": "Version",
    "job-code": "Job code",
    "prepared": "Prepared",
    "expires": "Expires",
    "status": "Status",
    "draft": "Draft",
    "in-review": "In review",
    "approved": "Approved",
    "safety-notice": "Safety information",
    "scan": "Scan the code or follow the link",
    "accessibility": "Pictures are described in words.",
    "watch": "Watch",
    "figure": "Figure",
    "link": "Link",
    "label-version": "Label version",
    "company": "Company",
    "generic-name": "Active substance",
    "market": "Market",
    "audience": "Audience",
    "patient": "Patients",
    "professional": "Healthcare professionals",
    "claim": "Claim",
    "claims": "Claims",
    "text": "Text",
    "remarks": "Remarks",
}


def paragraph(text: str, *more: object) -> Paragraph:
    """A paragraph of text and further inlines."""
    return Paragraph("", (Text(text), *more))  # type: ignore[arg-type]


def bullets(*texts: str) -> List:
    """An unordered list."""
    return List(False, 1, True, tuple(ListItem((paragraph(text),)) for text in texts))


def _heading(text: str, level: int = 1) -> Heading:
    return Heading("", level, text.lower().replace(" ", "-"), (Text(text),))


def _picture() -> Asset:
    image = Image.new("RGB", (640, 240), "#e9f2f2")
    ImageDraw.Draw(image).ellipse((40, 40, 200, 200), fill="#0b5563")
    written = BytesIO()
    image.save(written, "PNG")
    return Asset("two cells.png", "image/png", written.getvalue(), 640, 240)


def safety() -> SafetyBlock:
    """A safety block with everything that one may hold: lists, numbers, raised digits, stress, links."""
    parts = (
        Part(
            "indications",
            (
                _heading("What Examplin is used for"),
                paragraph("It is used to:"),
                bullets("treat an invented disease"),
            ),
        ),
        Part(
            "contraindications",
            (
                paragraph("Do ", Strong((Text("not"),)), Text(" take Examplin if you:")),
                bullets("are allergic to exemplinum", "have fewer than 500 platelets", "weigh less than 40 kg"),
            ),
        ),
        Part(
            "serious",
            (
                _heading("Possible side effects"),
                paragraph("Stop and call a doctor at once if:"),
                List(
                    True,
                    1,
                    True,
                    (
                        ListItem((paragraph("you have trouble breathing"),)),
                        ListItem(
                            (
                                paragraph(
                                    "your count is above 10",
                                    Superscript((Text("3"),)),
                                    Text(" cells"),
                                ),
                            )
                        ),
                    ),
                ),
            ),
        ),
        Part(
            "reporting",
            (
                paragraph(
                    "Report side effects at ",
                    Link("https://www.example.org/report", (Text("www.example.org/report"),)),
                    Text("."),
                    LineBreak(),
                    Text("Or call 1-800-555-0100."),
                ),
            ),
        ),
    )
    return SafetyBlock(
        "examplin-us-patient",
        "Important Safety Information about Examplin",
        "us-patient",
        "May 2026",
        "draft",
        None,
        parts,
    )


def body() -> tuple[Block, ...]:
    """One of each kind of block."""
    return (
        _heading("What is Examplin?"),
        paragraph(
            "Examplin is a ",
            Term("medicine", (Text("medicine"),)),
            Text(" that "),
            Claim("c1", (Text("works in two days"), Citation(("smith",), (1,))), ("smith",)),
            Text("."),
            NoteMark("n", 1),
        ),
        bullets("first line", "second line"),
        Figure("f1", "two cells.png", "One large and one small cell", (Text("Two cells."),)),
        Callout("k1", "results", (Text("Results"),), (paragraph("Of 10 people 9 were well."),)),
        _heading("How does it work?"),
        Table(
            (Cell("", (Text("Day"),)), Cell("", (Text("Dose"),))),
            (
                (Cell("", (Text("1"),)), Cell("", (Text("10 mg"),))),
                (Cell("", (Text("2"),)), Cell("", (Text("20 mg"),))),
            ),
        ),
        DefinitionList((Definition("", (Text("Half-life"),), ((paragraph("The time to half the amount."),),)),)),
        Story(
            "s1",
            (Text("Quinn’s story"),),
            "https://www.example.org/quinn",
            "Watch Quinn’s story",
            (
                paragraph(
                    "Quinn tells about ",
                    Emphasis((Text("one"),)),
                    Text(" year."),
                ),
            ),
        ),
        Glossary(
            (Text("Words to know"),),
            "words-to-know",
            (GlossaryEntry("g1", "medicine", "term-medicine", "medicine", (Text("Something that heals."),)),),
        ),
        Resources((Text("Read on"),), "read-on", (bullets("The society of examples"),)),
    )


def leaflet(status: str = "draft", language: str = "en-US", blocks: tuple[Block, ...] | None = None) -> Document:
    """The leaflet, whole."""
    meta = Meta(
        title="About Examplin",
        subtitle="A leaflet for examples",
        product="examplin",
        safety="examplin-us-patient",
        market="us",
        audience="patient",
        language=language,
        status=status,
        version="0.3",  # type: ignore[arg-type]
        job_code="EXA-2026-001",
        prepared=date(2026, 11, 22),
        theme="base",
    )
    values = {"product.name": "Examplin", "product.generic-name": "exemplinum", "product.company": "Example Company"}
    return Document(
        name="examplin",
        meta=meta,
        product=Product("examplin", "Examplin", "exemplinum", "Example Company", False, False, values),
        body=body() if blocks is None else blocks,
        safety=safety(),
        notes=(Note("", "n", 1, (paragraph("In one study."),)),),
        references=(Reference("", "smith", 1, "Smith A. On examples. 2025."),),
        assets={"two cells.png": _picture()},
        labels=LABELS,
        sources=(SourceFile("source/leaflets/examplin/leaflet.md", "0" * 64),),
        source_sha256="0" * 64,
    )


def base() -> Theme:
    """The theme that ships with publish."""
    return load_theme("base", ROOT / "themes")


def mandate(document: Document, theme: Theme) -> Mandate:
    """What the finished file is held against."""
    fonts = {face.name: face.path for face in theme.faces}
    return Mandate(policy.load_profile(document.safety.profile), fonts, formats.furniture(document, theme))


@cache
def finished(status: str = "draft", with_pdf: bool = False) -> bytes:
    """The leaflet's EPUB in the base theme."""
    document, theme = leaflet(status), base()
    pdf = load_format("pdf").write(document, theme, Options()) if with_pdf else None
    return load_format("epub").write(document, theme, Options(pdf=pdf))


def entry(book: bytes, path: str) -> str:
    """A text file in a book."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        return archive.read(path).decode()


def entries(book: bytes) -> dict[str, bytes]:
    """Everything in a book."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """A book made of files, as a container should be."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in files.items():
            quick = name == "mimetype" or name.endswith(".ttf")  # the mimetype must be stored, fonts may be
            kind = zipfile.ZIP_STORED if quick else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 22, 0, 0, 0)), data, kind)
    return written.getvalue()


def spoiled(book: bytes, path: str, old: str, new: str) -> bytes:
    """A book with one text in it replaced, once. Fails when the text is not there: the case would prove nothing."""
    files = entries(book)
    text = files[path].decode()
    assert old in text, f"“{old}” is not in {path}"
    files[path] = text.replace(old, new, 1).encode()
    return packed(files)


def restyled(book: bytes, css: str) -> bytes:
    """A book with a rule at the end of its style sheet."""
    files = entries(book)
    files[SHEET] += f"\n{css}\n".encode()
    return packed(files)
