"""A Word file as parts and relationships, read by a reader that trusts nothing in it."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

Element = etree._Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
V = "urn:schemas-microsoft-com:vml"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"

_MOST_ENTRIES = 2000
_LARGEST_PART = 40_000_000
_LARGEST_WHOLE = 160_000_000
_SYMLINK = 0o12
_DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Unreadable(Exception):
    """A file that is no plain Word file; the sentence says why.

    `kind` sorts the reasons: `not-word`, `old`, `encrypted`, `damaged`, `unsafe`, `macros`, `strict`, `large`.
    """

    def __init__(self, why: str, kind: str = "damaged") -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship: `target` is a part's name, or an address when `external`."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(slots=True)
class WordFile:
    """The parts of a Word file. Trees are parsed when asked for, once."""

    parts: Mapping[str, bytes]
    main: str = ""
    _trees: dict[str, Element] = field(default_factory=dict)

    def tree(self, name: str) -> Element:
        """A part as a tree. Raises Unreadable when it is missing or no plain XML."""
        if name not in self._trees:
            if name not in self.parts:
                raise Unreadable(f"its part {name} is missing")
            self._trees[name] = _parsed(name, self.parts[name])
        return self._trees[name]

    def relations(self, part: str) -> tuple[Relation, ...]:
        """The relationships of a part; none when it has no relationships part."""
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name not in self.parts:
            return ()
        found = []
        for each in self.tree(name).iter(f"{{{_RELATIONSHIPS}}}Relationship"):
            external = each.get("TargetMode") == "External"
            target = each.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found.append(Relation(each.get("Id", ""), each.get("Type", "").rsplit("/", 1)[-1], target, external))
        return tuple(found)

    def related(self, kind: str) -> tuple[str, ...]:
        """The names of the main part's related parts of a kind, such as `styles`, that are there."""
        return tuple(
            relation.target
            for relation in self.relations(self.main)
            if relation.kind == kind and not relation.external and relation.target in self.parts
        )

    def related_tree(self, kind: str) -> Element | None:
        """The first related part of a kind as a tree, or None."""
        names = self.related(kind)
        return self.tree(names[0]) if names else None


def open_word_file(data: bytes) -> WordFile:
    """The file's parts. Raises Unreadable for whatever is no plain, whole Word file of sane size."""
    if not data.startswith(b"PK\x03\x04"):
        raise Unreadable("it does not begin as a Word file does", "not-word")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable(f"its archive is damaged: {error}") from None
    opened = WordFile(parts)
    _has_sound_types(opened, data)
    mains = [relation for relation in opened.relations("") if relation.kind == "officeDocument"]
    if len(mains) != 1 or mains[0].external or mains[0].target not in parts:
        raise Unreadable("it does not say which part is the document")
    opened.main = mains[0].target
    root = opened.tree(opened.main)
    if root.tag != q("document") or root.find(q("body")) is None:
        strict = local(root) == "document" and "purl.oclc.org" in str(root.tag)
        why = "its main part is no Word document (a “Strict” file must be saved as a plain .docx)"
        raise Unreadable(why, "strict" if strict else "not-word")
    return opened


def _has_sound_types(opened: WordFile, data: bytes) -> None:
    """Content types must be there, and of a document: one with macros or a template is opened in other ways."""
    types = opened.tree("[Content_Types].xml")
    kinds = {each.get("PartName", ""): each.get("ContentType", "") for each in types}
    if not any(kind == _DOCUMENT_TYPE for kind in kinds.values()):
        macros = any("macroEnabled" in kind for kind in kinds.values())
        raise Unreadable("its main part is not declared as a Word document", "macros" if macros else "not-word")
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) != end + 22 + int.from_bytes(data[end + 20 : end + 22], "little"):
        raise Unreadable("something stands behind the end of its archive", "unsafe")


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > _MOST_ENTRIES:
        raise Unreadable(f"it has {len(entries)} parts", "large")
    if len({name.lower() for name in names}) < len(names):
        raise Unreadable("two of its parts have the same name, and programs differ in which they show", "unsafe")
    parts: dict[str, bytes] = {}
    whole = 0
    for entry in entries:
        name = entry.filename
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/"):
            raise Unreadable(f"a part is called “{name[:80]}”", "unsafe")
        if entry.external_attr >> 28 == _SYMLINK:
            raise Unreadable(f"its part {name[:80]} is a link to another file", "unsafe")
        if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
            raise Unreadable(f"its part {name[:80]} is encrypted or packed in an unusual way", "unsafe")
        with archive.open(entry) as opened:
            content = opened.read(_LARGEST_PART + 1)
        whole += len(content)
        if len(content) > _LARGEST_PART or whole > _LARGEST_WHOLE:
            raise Unreadable("unpacked it is too large", "large")
        parts[name] = content
    return parts


def check_encoding(name: str, data: bytes) -> None:
    """Raises Unreadable when a part declares another encoding than UTF-8 or UTF-16 (ECMA-376 Part 2, 8.1.4)."""
    declared = _ENCODING.match(data)
    if declared and declared[1].upper() not in (b"UTF-8", b"UTF-16", b"US-ASCII", b"ASCII"):
        raise Unreadable(f"its part {name} is written in {declared[1].decode('ascii', 'replace')}", "unsafe")


def _parsed(name: str, data: bytes) -> Element:
    check_encoding(name, data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"its part {name} is not well-formed: {error}") from None
    about = root.getroottree().docinfo
    if about.internalDTD is not None or (about.encoding or "UTF-8").upper() not in ("UTF-8", "UTF-16", "ASCII"):
        raise Unreadable(f"its part {name} has a DOCTYPE or an unusual encoding", "unsafe")
    return root


@cache
def q(name: str) -> str:
    """`p` as `{…}p` in the WordprocessingML namespace."""
    return f"{{{W}}}{name}"


def local(element: Element) -> str:
    """An element's name without its namespace; comments and instructions have none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def word_name(element: Element) -> str:
    """The local name of a WordprocessingML element, `AlternateContent` or mathematics; nothing for other namespaces.

    A client passes over what stands in a namespace that it does not know, whatever it is called.
    """
    tag = element.tag
    return _word_name(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _word_name(tag: str) -> str:
    name = tag.rpartition("}")[2]
    return name if tag in (q(name), f"{{{MC}}}AlternateContent", f"{{{M}}}{name}") else ""


def value(element: Element | None, name: str = "val", default: str = "") -> str:
    """A `w:` attribute of an element that may be absent."""
    return element.get(q(name), default) if element is not None else default


def number(element: Element | None, name: str = "val", default: float = 0) -> float:
    """A `w:` attribute as a number; percentages lose their sign, what is no number is the default."""
    try:
        return float(value(element, name).rstrip("%") or default)
    except ValueError:
        return default


def is_on(element: Element | None) -> bool:
    """Whether an on/off property is there and on (ECMA-376 Part 1, 17.17.4)."""
    return element is not None and value(element, default="true").lower() not in ("0", "false", "off", "none")
