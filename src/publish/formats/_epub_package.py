"""EbookLib, wrapped: it writes the package, and every byte of the content, the names and the dates are ours.

Left alone it parses and rewrites each document, points the spine at an NCX that is not there, stamps the current
time into the package and into each entry of the ZIP file, and invents an identifier. Each is set right here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from ebooklib import epub
from lxml import etree

from publish.formats._packing import put

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_IDENTIFIER = "publication"


@dataclass(frozen=True, slots=True)
class Part:
    """A file in the book: its name inside the package's folder, media type, bytes and manifest properties."""

    name: str
    media_type: str
    data: bytes
    properties: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its id in the manifest, made from its name."""
        return "i-" + "".join(character if character.isalnum() else "-" for character in self.name.lower())


@dataclass(frozen=True, slots=True)
class Package:
    """What goes into the package document. `metas` are (property, value, other attributes) in order."""

    identifier: str
    title: str
    language: str
    prepared: date
    dublin_core: tuple[tuple[str, str, Mapping[str, str]], ...]
    metas: tuple[tuple[str, str, Mapping[str, str]], ...]
    navigation: Part
    cover: Part
    spine: tuple[Part, ...]
    files: tuple[Part, ...]
    prefixes: tuple[str, ...] = field(default=())


class _Whole(epub.EpubHtml):  # type: ignore[misc]
    """A document whose bytes are written as they are."""

    def get_content(self, default: Any = None) -> bytes:
        content: bytes = self.content
        return content


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer with our navigation, no NCX, and one date for every entry."""

    def __init__(self, book: Any, package: Package) -> None:
        prepared = package.prepared
        moment = datetime(prepared.year, prepared.month, prepared.day, tzinfo=UTC)
        super().__init__("", book, {"mtime": moment, "epub3_pages": False, "epub2_guide": False})
        self.package = package

    def _get_nav(self, item: Any) -> bytes:
        content: bytes = item.content
        return content

    def _write_opf_file(self, root: etree._Element) -> None:
        root.set(_XML_LANG, self.package.language)
        if not self.package.prefixes:
            root.attrib.pop("prefix", "")
        super()._write_opf_file(root)

    def _write_opf_spine(self, root: etree._Element, ncx_id: str | None) -> None:
        super()._write_opf_spine(root, ncx_id)
        spine = root.find("spine")
        if spine is not None and ncx_id is None:
            del spine.attrib["toc"]

    def as_bytes(self) -> bytes:
        """The finished container (OCF 3.3): `mimetype` first and stored, all else deflated."""
        written = BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            self.out = _Entries(archive, self.package.prepared)
            self.out.writestr("mimetype", "application/epub+zip")
            self._write_container()
            self._write_opf()
            self._write_items()
        return written.getvalue()


class _Entries:
    """What EbookLib takes for a ZIP file: each entry gets the same date, system and mode."""

    def __init__(self, archive: zipfile.ZipFile, prepared: date) -> None:
        self.archive = archive
        self.moment = (max(prepared.year, 1980), prepared.month, prepared.day, 0, 0, 0)

    def writestr(self, name: str, data: str | bytes, compress_type: int | None = None) -> None:
        entry = zipfile.ZipInfo(name, self.moment)
        entry.create_system = 3
        entry.external_attr = 0o100644 << 16
        if name == "mimetype":
            self.archive.writestr(entry, data, zipfile.ZIP_STORED)
        else:
            put(self.archive, entry, data, 9)


def pack(package: Package) -> bytes:
    """The finished EPUB. The same package gives the same bytes."""
    book = epub.EpubBook()
    book.IDENTIFIER_ID = _IDENTIFIER
    book.metadata = {}
    book.set_identifier(package.identifier)
    book.add_metadata("DC", "title", package.title)
    book.set_language(package.language)
    for name, value, others in package.dublin_core:
        book.add_metadata("DC", name, value, dict(others))
    for name, value, others in package.metas:
        book.add_metadata(None, "meta", value, {"property": name, **others})
    navigation = epub.EpubNav(uid=package.navigation.id, file_name=package.navigation.name)
    navigation.content = package.navigation.data
    book.add_item(navigation)
    cover = epub.EpubCover(uid=package.cover.id, file_name=package.cover.name)
    cover.media_type = package.cover.media_type
    cover.content = package.cover.data
    book.add_item(cover)
    for part in package.spine:
        item = _Whole(part.id, part.name, part.media_type, part.data)
        item.properties = list(part.properties)
        book.add_item(item)
        book.spine.append(item)
    for part in package.files:
        book.add_item(epub.EpubItem(part.id, part.name, part.media_type, part.data))
    return _Writer(book, package).as_bytes()
