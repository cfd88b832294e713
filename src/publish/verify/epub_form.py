"""The form of the finished EPUB: container, package, navigation, fonts; nothing that runs, nothing from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from lxml import etree

from publish import inputs
from publish.diagnostics import Finding
from publish.model import Document
from publish.policy import Mandate, Sighting
from publish.theme.css_markup import lint_markup
from publish.verify import Artifact
from publish.verify._epub_navigation import navigation_findings
from publish.verify._epub_read import (
    DC,
    OPF,
    XHTML,
    XHTML_TYPE,
    Book,
    Unreadable,
    container_faults,
    open_book,
    parsed,
    unreadable,
)
from publish.verify._epub_text import words

APPLIES_TO = ("epub",)
CODES = (
    "epub.unreadable",
    "epub.container",
    "epub.package",
    "epub.metadata",
    "epub.font",
    "epub.outside",
    "epub.active",
    "epub.link-broken",
    "epub.nav-broken",
    "epub.nav-safety",
    "epub.page-list",
    "epub.draft-mark",
    "theme.active-content",
    "theme.hidden-style",
    "theme.outside-address",
    "theme.hides-safety",
)

_AGAIN = "build the leaflet again; never edit a finished EPUB"
_FONT_TYPES = frozenset({"font/ttf", "font/otf", "font/woff", "font/woff2", "application/vnd.ms-opentype"}) | {
    "application/font-sfnt",
    "application/x-font-ttf",
    "application/font-woff",
}
_TYPES = _FONT_TYPES | {XHTML_TYPE, "text/css", "image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}
_PROPERTIES = frozenset({"nav", "cover-image", "svg", "mathml"})
_PACKAGE_CHILDREN = frozenset({f"{OPF}metadata", f"{OPF}manifest", f"{OPF}spine"})
_META_INF = frozenset({"META-INF/container.xml"})


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """What is wrong with the book as a book, before anyone looks at its words."""
    try:
        book = open_book(artifact)
    except Unreadable as error:
        yield unreadable(artifact, error)
        return
    for fault in container_faults(artifact.data):
        yield Finding("epub.container", f"the ZIP container is not sound: {fault}", book.place(""), _AGAIN)
    yield from _package(book, document)
    yield from _metadata(book, document)
    yield from _fonts(book, mandate)
    yield from _documents(book)
    yield from _pictures(book)
    yield from navigation_findings(book, document)
    yield from _draft_mark(book, document)


def _fault(book: Book, code: str, what: str, path: str = "", element: etree._Element | None = None) -> Finding:
    return Finding(code, what, book.place(path or book.package_path, element), _AGAIN)


# --- package ---


def _package(book: Book, document: Document) -> Iterator[Finding]:
    package = book.package
    if package.get("version") != "3.0":
        yield _fault(book, "epub.package", "the package is not EPUB 3")
    strange = {str(child.tag) for child in package.iterchildren(etree.Element)} - _PACKAGE_CHILDREN
    if strange:
        yield _fault(book, "epub.package", f"the package holds {min(strange)}, which may change what is read")
    yield from _manifest(book)
    ids = [reference.get("idref") for reference in package.iterfind(f"{OPF}spine/{OPF}itemref")]
    if len(set(ids)) != len(ids) or len(ids) != len(book.spine):
        yield _fault(book, "epub.package", "the spine names a document twice, or one that is not in the manifest")
    if any(step.item.media_type != XHTML_TYPE for step in book.spine):
        yield _fault(book, "epub.package", "the spine holds something that is no XHTML document")
    spine = package.find(f"{OPF}spine")
    direction = spine.get("page-progression-direction") if spine is not None else None
    rtl = document.meta.language.split("-")[0] in ("ar", "fa", "he", "ur", "yi")
    if direction == "rtl" and not rtl:
        yield _fault(book, "epub.package", "the book is leafed through from the back")
    if any("pre-paginated" in (element.text or "") for element in package.iter(f"{OPF}meta")) or any(
        "pre-paginated" in (reference.get("properties") or "") for reference in package.iter(f"{OPF}itemref")
    ):
        yield _fault(book, "epub.package", "the book has a fixed layout: a reader could not enlarge the text")


def _manifest(book: Book) -> Iterator[Finding]:
    paths = [item.path for item in book.items]
    for item, element in zip(book.items, book.package.iterfind(f"{OPF}manifest/{OPF}item"), strict=False):
        if not item.path or "remote-resources" in item.properties:
            yield _fault(book, "epub.outside", f"the manifest names something outside: {element.get('href')}")
        elif item.path not in book.files:
            yield _fault(book, "epub.package", f"the manifest names “{item.path}”, which is not in the book")
        if item.media_type not in _TYPES or element.get("fallback") or element.get("media-overlay"):
            yield _fault(book, "epub.active", f"“{item.path}” is of a kind ({item.media_type}) that no leaflet needs")
        if item.properties - _PROPERTIES - {"remote-resources"}:
            what = min(item.properties - _PROPERTIES)
            yield _fault(book, "epub.active", f"“{item.path}” is marked as {what}; a leaflet runs nothing")
    if len(set(paths)) != len(paths) or len({item.id for item in book.items}) != len(paths):
        yield _fault(book, "epub.package", "the manifest names a file or an id twice")
    known = {*paths, book.package_path, "mimetype"} | _META_INF
    for path in sorted(set(book.files) - known):
        yield _fault(book, "epub.package", f"“{path}” lies in the book and the manifest does not name it")


def _metadata(book: Book, document: Document) -> Iterator[Finding]:
    metadata = book.package.find(f"{OPF}metadata")
    said = (
        {}
        if metadata is None
        else {name: [(e.text or "").strip() for e in metadata.iter(f"{DC}{name}")] for name in _DC}
    )
    meta = document.meta
    if (
        said.get("title") != [meta.title]
        or said.get("language") != [meta.language]
        or not any(said.get("identifier", ()))
    ):
        yield _fault(book, "epub.metadata", "title, language or identifier are not the leaflet's")
    properties = (
        [] if metadata is None else [(e.get("property"), (e.text or "").strip()) for e in metadata.iter(f"{OPF}meta")]
    )
    if sum(name == "dcterms:modified" for name, _ in properties) != 1:
        yield _fault(book, "epub.metadata", "the time of the last change must be given once")
    missing = {"schema:accessMode", "schema:accessibilityFeature", "schema:accessibilityHazard"} - {
        n for n, _ in properties
    }
    if missing:
        yield _fault(book, "epub.metadata", f"the accessibility metadata lack {min(missing)}")
    for path, root in book.documents.items():
        if root.get("lang") != meta.language or root.get("{http://www.w3.org/XML/1998/namespace}lang") != meta.language:
            yield _fault(book, "epub.metadata", f"a document is not marked as “{meta.language}”", path, root)


_DC = ("title", "language", "identifier")


# --- what lies in the book ---


def _fonts(book: Book, mandate: Mandate) -> Iterator[Finding]:
    """Fonts are the theme's, byte for byte: a font can draw 2 as 8 under a trusted name."""
    pinned = {inputs.read(path).sha256 for path in mandate.fonts.values()}
    for item in book.items:
        data = book.files.get(item.path) if item.media_type in _FONT_TYPES else None
        if data is not None and sha256(data).hexdigest() not in pinned:
            yield _fault(book, "epub.font", f"the font “{item.path}” is not one of the theme's files, byte for byte")
    if "META-INF/encryption.xml" in book.files:
        yield _fault(book, "epub.font", "fonts or files are obfuscated or encrypted", "META-INF/encryption.xml")


def _documents(book: Book) -> Iterator[Finding]:
    for path, root in book.documents.items():
        yield from (each for each in lint_markup(root, book.place(path)) if each.code != "theme.hides-safety")
        if root.tag != f"{XHTML}html" or root.getprevious() is not None:
            yield _fault(book, "epub.active", "a document begins with something that is not XHTML", path)
        if any(meta.get("name", "").lower() == "viewport" for meta in root.iter(f"{XHTML}meta")):
            yield _fault(book, "epub.package", "a document fixes the size of its page", path, root)
        if any(True for _ in root.iter(etree.ProcessingInstruction)):
            yield _fault(book, "epub.active", "a document holds a processing instruction", path, root)
        yield from _links(book, path, root)


def _links(book: Book, path: str, root: etree._Element) -> Iterator[Finding]:
    ids = [found for element in root.iter(etree.Element) if (found := element.get("id"))]
    for twice in sorted(id_ for id_, count in Counter(ids).items() if count > 1):
        yield _fault(book, "epub.link-broken", f"two things have the id “{twice}”", path)
    for link in root.iter(f"{XHTML}a"):
        address = link.get("href") or ""
        if ":" in address.split("/")[0]:
            continue
        target, fragment = book.resolved(address, path)
        if not has_target(book, target, fragment):
            yield _fault(book, "epub.link-broken", f"the link “{address}” leads nowhere", path, link)


def has_target(book: Book, path: str, fragment: str) -> bool:
    """Whether an address inside the book leads to a document of the book, and to an id in it."""
    root = book.documents.get(path)
    if root is None:
        return False
    return not fragment or bool(_HAS_ID(root, id=fragment))


_HAS_ID = etree.XPath("boolean(//*[@id = $id])")


def _pictures(book: Book) -> Iterator[Finding]:
    """SVG is a document of its own: it may run scripts and load things."""
    for item in book.items:
        if item.media_type != "image/svg+xml" or item.path not in book.files:
            continue
        try:
            root = parsed(book.files[item.path], item.path)
        except Unreadable as error:
            yield _fault(book, "epub.active", str(error), item.path)
            continue
        for element in root.iter(etree.Element):
            name = etree.QName(element).localname.lower()
            attributes = {etree.QName(str(key)).localname.lower(): str(value) for key, value in element.attrib.items()}
            if name in ("script", "foreignobject", "iframe") or any(key.startswith("on") for key in attributes):
                yield _fault(book, "epub.active", f"the picture runs something (<{name}>)", item.path, element)
            address = attributes.get("href") or attributes.get("src") or ""
            if address and not address.startswith(("#", "data:image/")):
                yield _fault(book, "epub.outside", f"the picture loads “{address[:60]}”", item.path, element)


def _draft_mark(book: Book, document: Document) -> Iterator[Finding]:
    """Who reads a draft must see that it is one, on the page with the words."""
    status = document.meta.status
    if status == "approved":
        return
    label = document.labels[status].casefold().split()
    for step in book.spine:
        body = book.documents[step.item.path].find(f"{XHTML}body") if step.item.path in book.documents else None
        shown = [word.strip("·:.–—|()[]").casefold() for word in words(body)] if body is not None else []
        if any(shown[index : index + len(label)] == label for index in range(len(shown))):
            return
    yield _fault(
        book, "epub.draft-mark", f"nothing in the text says that the leaflet is “{document.labels[status]}”", "", None
    )
