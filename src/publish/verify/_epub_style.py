"""All style sheets that apply to a document of the book, and how the safety block's words come out under them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from lxml import etree

from publish import inputs
from publish.diagnostics import Finding, Place
from publish.policy import Profile
from publish.theme.css import lint, lint_style
from publish.theme.css_cascade import Cascade
from publish.theme.css_legibility import environments, least_size
from publish.theme.css_media import Environment
from publish.theme.css_scene import scene
from publish.theme.css_sheet import Element, Rule, read, tokens_of
from publish.theme.css_urls import addresses
from publish.verify._epub_read import XHTML, Book


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet of a document, linked or written into it; `address` is the file that its addresses start from."""

    css: str
    place: Place
    address: str

    @property
    def inside(self) -> Place:
        """Where it begins, told as in every book with this sheet: what was read of it once serves them all."""
        return Place(self.address, self.place.line or 1)

    def rules(self) -> list[Rule]:
        """Its rules, with places inside the book."""
        return read(self.css, self.inside, self.inside.line or 1).rules

    def here(self, finding: Finding) -> Finding:
        """A finding in the sheet, with its place in this very book."""
        if finding.place is None or finding.place.file != self.address:
            return finding
        return replace(finding, place=replace(finding.place, file=self.place.file))


def sheets(book: Book, path: str, root: etree._Element) -> Iterator[Sheet | Finding]:
    """The style sheets of a document in the order in which they apply; all, whatever medium or title they name."""
    for element in root.iter(f"{XHTML}link", f"{XHTML}style"):
        if element.tag == f"{XHTML}style":
            yield Sheet("".join(str(piece) for piece in element.itertext()), book.place(path, element), path)
        elif "stylesheet" in (element.get("rel") or "").lower().split():
            target, _ = book.resolved(element.get("href") or "", path)
            data = book.files.get(target)
            try:
                if data is not None:
                    yield Sheet(data.decode("utf-8-sig"), book.place(target), target)
                    continue
            except UnicodeDecodeError:
                pass
            yield Finding(
                "epub.style-lost",
                f"the style sheet “{element.get('href')}” is not in the book, or not in UTF-8",
                book.place(path, element),
                "build the leaflet again",
            )


def style_findings(
    book: Book, path: str, root: etree._Element, profile: Profile, fonts: Mapping[str, Path]
) -> Iterator[Finding]:
    """What the lint says of every style sheet and `style` attribute of a finished document."""
    pinned = {inputs.read(font).sha256 for font in fonts.values()}
    before = ""
    for sheet in sheets(book, path, root):
        if isinstance(sheet, Finding):
            yield sheet
            continue
        found = lint(
            sheet.css,
            root,
            sheet.inside,
            "epub",
            before=before,
            min_size=profile.min_size,
            min_contrast=profile.min_contrast,
            faces=set(_pinned_faces(book, sheet, pinned)),
        )
        yield from map(sheet.here, found)
        before += sheet.css + "\n"
    for element in root.iter(etree.Element):
        style = element.get("style")
        if style:
            yield from lint_style(style, root, element, book.place(path, element), "epub")


def _pinned_faces(book: Book, sheet: Sheet, pinned: set[str]) -> Iterator[str]:
    for address in _addresses(sheet.css):
        data = book.files.get(book.resolved(address, sheet.address)[0])
        if data is not None and sha256(data).hexdigest() in pinned:
            yield address


@lru_cache(maxsize=32)
def _addresses(css: str) -> tuple[str, ...]:
    return tuple(addresses(tokens_of(css)))


# --- how the words come out ---


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one piece of the block's text comes out in one way of reading. Sizes in pt where 1em is 12 pt at the root.

    `contrast` is None when text and page both have the reading system's own colours; `lone` when only one of the two
    is set, so that the other is the reading system's.
    """

    element: Element
    environment: Environment
    size: float
    least_size: float
    contrast: float | None
    lone: bool


def outcomes(book: Book, path: str, root: etree._Element, profile: Profile) -> Iterator[Outcome]:
    """Every piece of the block's text in every way of reading: light, dark, on paper, conditions met and not met."""
    rules = [rule for each in sheets(book, path, root) if isinstance(each, Sheet) for rule in each.rules()]
    stage = scene(root)
    cascade = Cascade(rules, stage, stage.chain)
    for env in environments(cascade, "epub"):
        for element in stage.with_text:
            contrast, _ = cascade.contrast(element, env)
            lone = cascade.color(element, env)[0] is None or cascade.grounds(element, env)[0] is None
            size, _ = cascade.font_size(element, env)
            yield Outcome(element, env, size, least_size(element, profile.min_size), contrast, lone)
