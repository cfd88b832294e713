"""The navigation document: contents, landmarks and page list, and that all of them lead to the safety notice."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from publish.diagnostics import Finding
from publish.model import Document
from publish.verify._epub_read import OPS_TYPE, XHTML, Book
from publish.verify._epub_text import squeezed, words

_AGAIN = "build the leaflet again; never edit a finished EPUB"


def navigation_findings(book: Book, document: Document) -> Iterator[Finding]:
    """What is wrong with the book's navigation (EPUB 3.3, 7)."""
    navigations = [item for item in book.items if "nav" in item.properties]
    if len(navigations) != 1 or navigations[0].path not in book.documents:
        yield Finding("epub.nav-broken", "the book has not one navigation document", book.place(""), _AGAIN)
        return
    path = navigations[0].path
    root = book.documents[path]
    navs = {kind: nav for nav in root.iter(f"{XHTML}nav") for kind in (nav.get(OPS_TYPE) or "").split()}
    for kind in ("toc", "landmarks"):
        if kind not in navs:
            yield Finding("epub.nav-broken", f"the navigation lacks its {kind}", book.place(path), _AGAIN)
    for nav in navs.values():
        yield from _targets(book, path, nav)
    if "toc" in navs and navs["toc"].get("hidden") is not None:
        yield Finding("epub.nav-broken", "the contents are hidden", book.place(path, navs["toc"]), _AGAIN)
    yield from _names_safety(book, path, document, navs)
    if "page-list" in navs:
        yield from _pages(book, path, navs["page-list"])


def _links(nav: etree._Element) -> list[etree._Element]:
    return list(nav.iter(f"{XHTML}a"))


def _targets(book: Book, path: str, nav: etree._Element) -> Iterator[Finding]:
    order = [step.item.path for step in book.spine]
    last = -1
    for link in _links(nav):
        target, fragment = book.resolved(link.get("href") or "", path)
        position = _position(book, target, fragment)
        if target not in order or position is None:
            yield Finding(
                "epub.nav-broken", f"the entry “{' '.join(words(link))}” leads nowhere", book.place(path, link), _AGAIN
            )
            continue
        if "landmarks" not in (nav.get(OPS_TYPE) or "").split():
            place = order.index(target) * 10_000_000 + position
            if place < last:
                yield Finding(
                    "epub.nav-broken",
                    f"the entry “{' '.join(words(link))}” does not stand in the order of reading",
                    book.place(path, link),
                    _AGAIN,
                )
            last = place


def _position(book: Book, path: str, fragment: str) -> int | None:
    root = book.documents.get(path)
    if root is None:
        return None
    if not fragment:
        return 0
    for number, element in enumerate(root.iter(etree.Element)):
        if element.get("id") == fragment:
            return number
    return None


def _names_safety(book: Book, path: str, document: Document, navs: dict[str, etree._Element]) -> Iterator[Finding]:
    title = squeezed([document.safety.title])
    for kind in ("toc", "landmarks"):
        if kind not in navs:
            continue
        leading = []
        for link in _links(navs[kind]):
            target, fragment = book.resolved(link.get("href") or "", path)
            root = book.documents.get(target)
            at_block = fragment == "safety" and root is not None
            typed = kind == "toc" or "notice" in (link.get(OPS_TYPE) or "").split()
            if at_block and typed and words(link) == title:
                leading.append(link)
        if not leading:
            yield Finding(
                "epub.nav-safety",
                f"the {'contents' if kind == 'toc' else 'landmarks'} do not lead to the safety block by its title",
                book.place(path, navs[kind]),
                _AGAIN,
            )


def _pages(book: Book, path: str, nav: etree._Element) -> Iterator[Finding]:
    for link in _links(nav):
        target, fragment = book.resolved(link.get("href") or "", path)
        root = book.documents.get(target)
        marks = [] if root is None else [each for each in root.iter(etree.Element) if each.get("id") == fragment]
        said = " ".join(words(link))
        if not marks or marks[0].get("role") != "doc-pagebreak" or marks[0].get("aria-label") != said:
            yield Finding(
                "epub.page-list", f"the page “{said}” of the page list is not marked in the text",
                book.place(path, link), _AGAIN,
            )  # fmt: skip
