"""The book: EPUB 3.3 with one content document after the cover, the safety block first after the title.

The theme's book.xhtml.j2 is filled, its style sheets, fonts and pictures are laid beside it, and each page of the
finished PDF gets its place in the text.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from publish import inputs
from publish.diagnostics import Finding, Place, refuse
from publish.formats import Options
from publish.formats._epub_cover import STYLE, document_of, picture
from publish.formats._epub_nav import navigation
from publish.formats._epub_package import Package, Part, pack
from publish.formats._epub_pages import mark_pages
from publish.formats._epub_xml import properties, serialize
from publish.formats._page import page
from publish.formats._xhtml import pictures
from publish.model import Document
from publish.theme import Face, Theme
from publish.theme.css_sheet import tokens_of
from publish.theme.css_urls import addresses, strange
from publish.theme.markup import XHTML
from publish.theme.tokens import css_tokens

NAME = "epub"
SUFFIX = ".epub"
MEDIA_TYPE = "application/epub+zip"

_TEMPLATE, _STYLES = "book.xhtml.j2", "book.css"
_CONTENT, _PICTURES = "leaflet.xhtml", "images/"
_FONT_TYPES = {".ttf": "font/ttf", ".otf": "font/otf"}
_PICTURE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:publish:leaflet")


def write(document: Document, theme: Theme, options: Options) -> bytes:
    """The finished EPUB 3.3. With `options.pdf` the cover shows its first page and the page list follows its pages.

    Raises Refused when the template cannot be filled, or when a style sheet names a file that the theme has not.
    """
    root = page(document, theme, _TEMPLATE, "epub", _PICTURES)
    sheets, files = _styles(theme)
    _complete_head(root, [part.name for part in sheets])
    images = list(_images(root, document))
    pages = mark_pages(root, options.pdf, theme.page) if options.pdf else {}
    _report_lost_pages(options, document, pages)
    cover_picture = picture(document, theme, options.pdf)
    cover = document_of(document, cover_picture)
    nav = navigation(document, root, _CONTENT, cover.name, pages)
    content = Part(_CONTENT, "application/xhtml+xml", serialize(root), properties(root))
    meta = document.meta
    return pack(
        Package(
            identifier=f"urn:uuid:{identifier(document)}",
            title=meta.title,
            language=meta.language,
            prepared=meta.prepared,
            dublin_core=_dublin_core(document),
            metas=tuple(_metas(document, bool(pages))),
            navigation=nav,
            cover=cover_picture,
            spine=(cover, content),
            files=(*sheets, Part("styles/cover.css", "text/css", STYLE.encode()), *files, *images),
        )
    )


def identifier(document: Document) -> uuid.UUID:
    """The same for the same leaflet in the same version, whenever and wherever it is built."""
    return uuid.uuid5(_NAMESPACE, f"{document.name}\n{document.meta.version}\n{document.meta.language}")


def _complete_head(root: etree._Element, sheets: list[str]) -> None:
    head = root.find(f"{{{XHTML}}}head")
    assert head is not None  # the page's writer has put one there
    for name in sheets:
        link = etree.SubElement(head, f"{{{XHTML}}}link")
        link.set("rel", "stylesheet")
        link.set("type", "text/css")
        link.set("href", name)


# --- what lies beside the text ---


def _styles(theme: Theme) -> tuple[list[Part], list[Part]]:
    """The style sheets in the order in which they apply, and the fonts and pictures that they name."""
    used = replace(theme, faces=tuple(_used_faces(theme)))
    tokens = css_tokens(used, lambda path: f"fonts/{path.name}", dark=True)
    sheets = [Part("styles/tokens.css", "text/css", tokens.encode())]
    files = {
        f"styles/fonts/{face.path.name}": Part(
            f"styles/fonts/{face.path.name}", _FONT_TYPES[face.path.suffix.lower()], inputs.read(face.path)
        )
        for face in used.faces
    }
    for number, path in enumerate(theme.find_all(_STYLES), 1):
        css = inputs.read_text(path)
        folder = f"styles/{number}-{_slug(path.parent.name)}"
        sheets.append(Part(f"{folder}/{_STYLES}", "text/css", css.encode()))
        for address in _named.of(inputs.read(path), _addresses):
            if not address.startswith("data:"):
                part = _theme_file(path, address, folder)
                files[part.name] = part
    return sheets, list(files.values())


_named: inputs.ByContent[tuple[str, ...]] = inputs.ByContent(100)


def _addresses(css: bytes) -> tuple[str, ...]:
    return tuple(addresses(tokens_of(css.decode("utf-8"))))


def _used_faces(theme: Theme) -> Iterator[Face]:
    """The faces of the families that the theme gives a role, or that a style sheet names."""
    sheets = "".join(inputs.read_text(path) for path in theme.find_all(_STYLES))
    for face in theme.faces:
        if face.family in theme.families.values() or face.family in sheets:
            yield face


def _theme_file(sheet: Path, address: str, folder: str) -> Part:
    place = Place(f"{sheet.parent.name}/{sheet.name}")
    name = address.split("#")[0].split("?")[0]
    path = Path(os.path.normpath(sheet.parent / name))
    kind = _PICTURE_TYPES.get(path.suffix.lower()) or _FONT_TYPES.get(path.suffix.lower())
    inside = path.resolve().is_relative_to(sheet.parent.resolve()) and not strange(address)
    if not inside or not inputs.exists(path) or kind is None:
        raise refuse(
            "theme.outside",
            f"the style sheet names “{address[:60]}”, which is no picture or font in the theme's folder",
            place,
            "put the file into the theme's folder and name it by a relative path",
        )
    return Part(f"{folder}/{name}", kind, inputs.read(path))


def _images(root: etree._Element, document: Document) -> Iterator[Part]:
    """The pictures that the content shows, under names fit for an address."""
    assets = pictures(document)
    done: set[str] = set()
    for image in root.iter(f"{{{XHTML}}}img"):
        source = image.get("src") or ""
        asset = assets.get(source.removeprefix(_PICTURES))
        if asset is None:
            continue
        name = f"{_PICTURES}{_slug(asset.name)}"
        image.set("src", name)
        if name not in done:
            done.add(name)
            yield Part(name, asset.media_type, asset.data)


def _slug(name: str) -> str:
    """A file name of letters, digits, dots and hyphens; others become their code point."""
    return re.sub(r"[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}", Path(name).name)


# --- what is said of the book ---


def _dublin_core(document: Document) -> tuple[tuple[str, str, dict[str, str]], ...]:
    meta, product = document.meta, document.product
    said: list[tuple[str, str, dict[str, str]]] = [("creator", product.company, {}), ("publisher", product.company, {})]
    said += [("date", meta.prepared.isoformat(), {}), ("subject", product.name, {})]
    if meta.subtitle:
        said.append(("description", meta.subtitle, {}))
    return tuple((name, value, dict(others)) for name, value, others in said if value)


_FEATURES = (
    "structuralNavigation",
    "tableOfContents",
    "readingOrder",
    "alternativeText",
    "displayTransformability",
    "ARIA",
)
_PAGE_FEATURES = ("pageNavigation", "pageBreakMarkers")


def _metas(document: Document, has_pages: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Accessibility metadata (EPUB Accessibility 1.1, 2). Conformance is for a person to certify, not for a program."""
    for mode in ("textual", "visual"):
        yield "schema:accessMode", mode, {}
    yield "schema:accessModeSufficient", "textual", {}
    for feature in (*_FEATURES, *(_PAGE_FEATURES if has_pages else ())):
        yield "schema:accessibilityFeature", feature, {}
    yield "schema:accessibilityHazard", "none", {}
    yield "schema:accessibilitySummary", document.labels["accessibility"], {}
    if has_pages:
        yield "pageBreakSource", f"{document.name}.pdf, {document.meta.version}", {}


def _report_lost_pages(options: Options, document: Document, pages: object) -> None:
    if options.pdf is None:
        return
    import pypdfium2

    opened = pypdfium2.PdfDocument(options.pdf)
    try:
        lost = [number for number in range(1, len(opened) + 1) if number not in pages]  # type: ignore[operator]
    finally:
        opened.close()
    for number in lost:
        options.report(
            Finding(
                "epub.page-unmatched",
                f"the beginning of page {number} of the PDF was not found in the EPUB's text",
                Place(f"{document.name}.epub"),
                "the page list leaves this page out; look whether the page begins with words of the theme",
            )
        )
