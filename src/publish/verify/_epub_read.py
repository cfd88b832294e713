"""An EPUB as a reading system finds it: container, package, documents. Read with zipfile and lxml."""

from __future__ import annotations

import posixpath
import stat
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from publish.diagnostics import Finding, Place
from publish.verify import Artifact
from publish.verify._once import once

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS_TYPE = "{http://www.idpf.org/2007/ops}type"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
XHTML_TYPE = "application/xhtml+xml"
MIMETYPE = b"application/epub+zip"

_LARGEST = 200_000_000
_MOST_ENTRIES = 2_000


@dataclass(frozen=True, slots=True)
class Item:
    """A manifest entry. `path` is its name in the container, "" when it lies outside it."""

    id: str
    path: str
    media_type: str
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class SpineItem:
    """A step of the reading order."""

    item: Item
    linear: bool


@dataclass(frozen=True, slots=True)
class Book:
    """A book, opened. `files` are the container's entries, `documents` the parsed XHTML by path."""

    name: str
    files: Mapping[str, bytes]
    package_path: str
    package: etree._Element
    items: tuple[Item, ...]
    spine: tuple[SpineItem, ...]
    documents: Mapping[str, etree._Element]

    def place(self, path: str, element: etree._Element | None = None) -> Place:
        """Where something stands: the file in the book, and its line."""
        line = element.sourceline if element is not None else None
        return Place(f"{self.name}/{path}", line if isinstance(line, int) else None)

    def resolved(self, address: str, path: str) -> tuple[str, str]:
        """The file and the fragment that an address in `path` leads to; the file is "" when it is outside."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            return "", ""
        if not parts.path:
            return path, unquote(parts.fragment)
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
        return ("" if joined.startswith("..") else joined), unquote(parts.fragment)


class Unreadable(Exception):
    """The file is no book; the sentence says why."""


def open_book(artifact: Artifact) -> Book:
    """The book in an artifact's bytes. Raises Unreadable when a reading system could not open it either."""
    return _opened(artifact.data, artifact.name)


@once()
def _opened(data: bytes, name: str) -> Book:
    """The book, opened once for all its proofs, none of which changes anything in it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            files = _entries(archive)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Unreadable(f"the ZIP container cannot be read: {error}") from None
    container = parsed(files.get("META-INF/container.xml"), "META-INF/container.xml")
    roots = container.findall(f".//{_CONTAINER}rootfile")
    if len(roots) != 1:
        raise Unreadable(f"container.xml names {len(roots)} packages; it must name one")
    package_path = roots[0].get("full-path") or ""
    package = parsed(files.get(package_path), package_path)
    items = tuple(_items(package, package_path))
    by_id = {item.id: item for item in items}
    spine = tuple(
        SpineItem(by_id[reference.get("idref") or ""], (reference.get("linear") or "yes").strip() == "yes")
        for reference in package.iterfind(f"{OPF}spine/{OPF}itemref")
        if (reference.get("idref") or "") in by_id
    )
    documents = {
        item.path: parsed(files.get(item.path), item.path)
        for item in items
        if item.media_type == XHTML_TYPE and item.path
    }
    return Book(name, files, package_path, package, items, spine, documents)


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _LARGEST:
        raise Unreadable("the ZIP container holds more than any leaflet could")
    return {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}


def _items(package: etree._Element, package_path: str) -> Iterator[Item]:
    for item in package.iterfind(f"{OPF}manifest/{OPF}item"):
        href = item.get("href") or ""
        parts = urlsplit(href)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(package_path), unquote(parts.path)))
        if parts.scheme or parts.netloc or path.startswith(("..", "/")):
            path = ""
        properties = frozenset((item.get("properties") or "").split())
        yield Item(item.get("id") or "", path, (item.get("media-type") or "").strip(), properties)


def parsed(data: bytes | None, path: str) -> etree._Element:
    """The tree of an XML file. Raises Unreadable when it is missing, broken, or defines entities."""
    if data is None:
        raise Unreadable(f"{path or 'the package document'} is missing")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{path} is not well-formed XML: {error}") from None
    subset: Any = root.getroottree().docinfo.internalDTD
    if (subset is not None and list(subset.iterentities())) or next(root.iter(etree.Entity), None) is not None:
        raise Unreadable(f"{path} uses entities, which reading systems resolve differently")
    return root


# --- the container, entry by entry ---


def container_faults(data: bytes) -> Iterator[str]:
    """What is wrong with the ZIP container itself (OCF 3.3, 4), in words."""
    if data[:4] != b"PK\x03\x04" or data[30:38] != b"mimetype" or data[38 : 38 + len(MIMETYPE)] != MIMETYPE:
        yield "its first entry is not `mimetype` with the text “application/epub+zip” alone"
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries, comment, start = archive.infolist(), archive.comment, archive.start_dir
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        yield f"it cannot be read: {error}"
        return
    if comment or data[-22:-18] != b"PK\x05\x06":
        yield "it has a comment or bytes behind its end"
    if start is not None and entries and min(entry.header_offset for entry in entries) != 0:
        yield "it has bytes before its first entry"
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        yield from _entry_faults(entry, number)
        folded = unicodedata.normalize("NFC", entry.filename).casefold()
        if folded in seen:
            yield f"it holds “{entry.filename}” twice, and reading systems differ in which they take"
        seen.add(folded)


def _entry_faults(entry: zipfile.ZipInfo, number: int) -> Iterator[str]:
    name = entry.filename
    if number == 0 and (entry.compress_type != zipfile.ZIP_STORED or entry.extra or name != "mimetype"):
        yield "its first entry is not `mimetype`, stored and without extra field"
    unsafe = (
        name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") or "\0" in entry.orig_filename
    )
    if unsafe or any(ord(character) < 32 for character in name):
        yield f"the entry “{name}” leads out of the container"
    if entry.flag_bits & 0x1:
        yield f"the entry “{name}” is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield f"the entry “{name}” is packed in a way that EPUB does not know"
    if stat.S_ISLNK(entry.external_attr >> 16):
        yield f"the entry “{name}” is a link"


def unreadable(artifact: Artifact, error: Unreadable) -> Finding:
    """The finding for a file that is no book."""
    return Finding(
        "epub.unreadable", f"the EPUB cannot be opened: {error}", Place(artifact.name), "build the leaflet again"
    )
