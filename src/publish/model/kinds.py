"""The kinds of which a document is made: frozen dataclasses, each knowing its Place in the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from publish.diagnostics import Place

NOWHERE = Place("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything that stands in a source file. Two nodes are equal when they say the same, wherever they stand."""

    place: Place = field(default=NOWHERE, compare=False, repr=False)


# --- inline kinds ---


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Words as they are shown. A soft line break of the source is a space."""

    value: str


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A `{{ key }}` and the value that the product or the front matter gives it."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Emphasis(Node):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong(Node):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Superscript(Node):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Subscript(Node):
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code(Node):
    value: str


@dataclass(frozen=True, slots=True)
class LineBreak(Node):
    """A hard line break."""


@dataclass(frozen=True, slots=True)
class Link(Node):
    """A link to `target`: an http(s), mailto or tel address, or `#anchor` inside the document."""

    target: str
    children: tuple[Inline, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Term(Node):
    """A word explained in the glossary entry `entry`."""

    entry: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Claim(Node):
    """A statement that must be supported by a reference. `id` is unique in the document."""

    id: str
    children: tuple[Inline, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation(Node):
    """`[@key; @key]`: the numbers of the references cited, shown as a superscript such as 1,3."""

    keys: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoteMark(Node):
    """`[^label]`: the mark of the note with this number (from 1)."""

    label: str
    number: int


Inline: TypeAlias = (
    Text
    | Variable
    | Emphasis
    | Strong
    | Superscript
    | Subscript
    | Code
    | LineBreak
    | Link
    | Term
    | Claim
    | Citation
    | NoteMark
)


# --- block kinds ---


@dataclass(frozen=True, slots=True)
class Heading(Node):
    """`level` 1 is a section of the leaflet (its title is above, in Meta). `anchor` is unique and fit for an id."""

    id: str
    level: int
    anchor: str
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph(Node):
    id: str
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class ListItem(Node):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class List(Node):
    """`start` is the first number of an ordered list. `tight`: items are set without space between them."""

    ordered: bool
    start: int
    tight: bool
    items: tuple[ListItem, ...]


Alignment: TypeAlias = Literal["", "left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Cell(Node):
    id: str
    inlines: tuple[Inline, ...]
    align: Alignment = ""


@dataclass(frozen=True, slots=True)
class Table(Node):
    """`head` is the one header row; every row has as many cells as `head`."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote(Node):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock(Node):
    id: str
    value: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Definition(Node):
    """One term of a definition list and what is said of it."""

    id: str
    term: tuple[Inline, ...]
    details: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class DefinitionList(Node):
    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Callout(Node):
    """A passage set apart. `kind` is a name the theme can style, such as `note`, `results` or `key`."""

    id: str
    kind: str
    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Figure(Node):
    """A picture: `asset` names it in Document.assets, `alt` says it in words (never empty)."""

    id: str
    asset: str
    alt: str
    caption: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Story(Node):
    """An invitation to something on the web; print shows `url` as a QR code as well as a link with text `label`."""

    id: str
    title: tuple[Inline, ...]
    url: str
    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class GlossaryEntry(Node):
    """`anchor` is unique and fit for an id; Term.entry names `key`."""

    id: str
    key: str
    anchor: str
    term: str
    definition: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Glossary(Node):
    title: tuple[Inline, ...]
    anchor: str
    entries: tuple[GlossaryEntry, ...]


@dataclass(frozen=True, slots=True)
class Resources(Node):
    """Where to read on: addresses outside the leaflet."""

    title: tuple[Inline, ...]
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PanelBreak(Node):
    """The text after this begins the next panel of a fold; formats without folds ignore it."""


Block: TypeAlias = (
    Heading
    | Paragraph
    | List
    | Table
    | Quote
    | CodeBlock
    | Rule
    | DefinitionList
    | Callout
    | Figure
    | Story
    | Glossary
    | Resources
    | PanelBreak
)


# --- what stands beside the body ---


@dataclass(frozen=True, slots=True)
class Note(Node):
    """A footnote. Numbered in the order of its first mark."""

    id: str
    label: str
    number: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """A work cited. `text` is the whole entry as it is shown, `url` an optional address for it."""

    id: str
    key: str
    number: int
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved the safety text, when, until when, and the hash of the text that was approved."""

    by: str
    on: date
    until: date
    text_sha256: str


Status: TypeAlias = Literal["draft", "in-review", "approved"]


@dataclass(frozen=True, slots=True)
class Part(Node):
    """A named part of the safety block, such as `contraindications`."""

    name: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class SafetyBlock(Node):
    """What the law demands that the leaflet says. Never altered, never left out, the same in each format."""

    key: str
    title: str
    profile: str
    label_version: str
    status: Status
    approval: Approval | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """What is said of a medicine everywhere; `values` holds every dotted key (`product.name`) for `{{ }}`."""

    key: str
    name: str
    generic_name: str
    company: str
    boxed_warning: bool
    additional_monitoring: bool
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture, checked and whole. Sizes in pixels, or for SVG in user units."""

    name: str
    media_type: Literal["image/png", "image/jpeg", "image/svg+xml"]
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that somebody answers for. Shown in every report."""

    code: str
    reason: str
    by: str


CodeKind: TypeAlias = Literal["pharmacode", "data-matrix", "gs1-data-matrix", "qr"]
Corner: TypeAlias = Literal["top-left", "top-right", "bottom-left", "bottom-right"]


@dataclass(frozen=True, slots=True)
class PressCode:
    """A code that machines read, printed on the sheet: its kind, what it says, and the corner of a panel it stands in.

    `panel` counts in reading order from 1; None is the last. `module` is the width of the smallest element in mm;
    None is the kind's own.
    """

    kind: CodeKind
    value: str
    panel: int | None = None
    corner: Corner = "bottom-right"
    module: float | None = None
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Press:
    """What the front matter says of printing. `fold` is empty for pages that are not folded.

    `stock` names the flat sheet (empty: the theme's page); `panels` is the number of panels a side, where the fold
    leaves it open; `widths` are those of the inside's panels in mm, from left to right, where the fold's own do not
    serve; `bleed` in mm (None: the press profile's). `places` tells where each of these keys is written.
    """

    fold: str = ""
    stock: str = ""
    panels: int | None = None
    widths: tuple[float, ...] = ()
    profile: str = "gwg-2022-leaflet"
    bleed: float | None = None
    codes: tuple[PressCode, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    def place(self, key: str, otherwise: Place) -> Place:
        """Where the front matter says `key`; where it does not, where it says the fold, or `otherwise`."""
        return self.places.get(key) or self.places.get("fold", otherwise)


@dataclass(frozen=True, slots=True)
class Edition:
    """One line of the revision history: which version came when, by whom, and what changed with it."""

    version: str
    date: date
    author: str
    change: str


@dataclass(frozen=True, slots=True)
class Meta:
    """The leaflet's front matter, checked. `subtitle` may be empty; `expires` is the piece's own expiry."""

    title: str
    subtitle: str
    product: str
    safety: str
    market: str
    audience: str
    language: str
    status: Status
    version: str
    job_code: str
    prepared: date
    theme: str
    expires: date | None = None
    waivers: tuple[Waiver, ...] = ()
    history: tuple[Edition, ...] = ()
    press: Press | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that went into the document, project-relative, with its SHA-256."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Document:
    """A leaflet, complete: everything that a writer may set and a check may demand.

    `labels` are the document's own words in its language (“Notes”, “References”, “Draft”, “Page” …), by key.
    """

    name: str
    meta: Meta
    product: Product
    body: tuple[Block, ...]
    safety: SafetyBlock
    notes: tuple[Note, ...]
    references: tuple[Reference, ...]
    assets: Mapping[str, Asset]
    labels: Mapping[str, str]
    sources: tuple[SourceFile, ...]
    source_sha256: str
