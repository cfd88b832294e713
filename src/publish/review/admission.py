"""Whether a file from outside may be opened at all: looked at before any library that trusts it reads it.

What is refused is what a review copy never holds and a reader could be hurt by: archives that say different things to
different programs, bombs, entities, active content, text drawn in from elsewhere. Each refusal is one sentence.
"""

from __future__ import annotations

import itertools
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from publish.diagnostics import Finding, Place, Refused
from publish.wordfile import Unreadable, WordFile, check_encoding, local, open_word_file, q

LARGEST = 30_000_000
"""Bytes of a file that is looked at; a copy with forty photographs has half of it."""

_PART = 40_000_000
_WHOLE = 120_000_000
_NODES = 300_000
_DEPTH = 120
_PARAGRAPHS = 20_000  # a leaflet of a hundred pages has a tenth of it
_RATIO = 400  # unpacked to packed, of a part larger than a megabyte
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE = {
    "vbaProject": "macros",
    "wordVbaData": "macros",
    "aFChunk": "text of another file",
    "oleObject": "an embedded object",
    "package": "an embedded file",
    "control": "an ActiveX control",
    "activeXControlBinary": "an ActiveX control",
    "attachedTemplate": "a template elsewhere",
    "frame": "a frame",
    "mailMergeSource": "a data source",
}
_FIELDS = re.compile(r"\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD|INCLUDE)\b", re.IGNORECASE)

_TOLD = {
    "not-word": (
        "review.not-word",
        "is no Word file (.docx)",
        "ask for the copy itself, saved as “Word document (.docx)”",
    ),
    "old": ("review.old-format", "is a Word file of the old kind (.doc)", "open it in Word and save it as .docx"),
    "encrypted": ("review.encrypted", "is protected by a password", "ask for it without a password"),
    "damaged": ("review.damaged", "is damaged or not whole", "ask for it again"),
    "unsafe": ("review.unsafe", "is put together in a way that no word processor does", "ask for it again, saved anew"),
    "active": ("review.active-content", "holds what may not be opened", "ask for it without, saved as .docx"),
    "macros": ("review.macros", "holds macros", "ask for it saved as “Word document (.docx)”, which has none"),
    "strict": ("review.strict", "was saved as “Strict Open XML”", "ask for it saved as “Word document (.docx)”"),
    "large": ("review.too-large", "is too large", "ask for it with smaller pictures, or without what was added"),
}


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of bearable size. Raises Refused."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise OSError(0, "it is no file")
        if size > LARGEST:
            raise _refused(path.name, Unreadable(f"it has {size // 1_000_000} MB", "large"))
        return path.read_bytes()
    except OSError as error:
        finding = Finding(
            "review.no-file", f"{path} cannot be read: {error.strerror}", Place(str(path)), "name the copy"
        )
        raise Refused(finding) from None


def look(tell: Callable[[str], None], copies: Mapping[str, bytes]) -> bool:
    """Admit each file or raise Refused. To be run where time and memory are limited."""
    for name, data in copies.items():
        tell(f"looking at {name}")
        admitted(data, name)
    return True


def admitted(data: bytes, name: str) -> WordFile:
    """The parts of a file that may be opened; `name` is what people call it. Raises Refused and nothing else."""
    try:
        _is_archive(data)
        word = open_word_file(data)
        _is_modest(word)
        _is_passive(word)
    except Unreadable as fault:
        raise _refused(name, fault) from None
    except RecursionError:
        raise _refused(name, Unreadable("it is nested too deep", "unsafe")) from None
    return word


def _refused(name: str, fault: Unreadable) -> Refused:
    code, what, hint = _TOLD[fault.kind]
    return Refused(Finding(code, f"{name} {what}: {fault}; nothing was changed", Place(name), hint))


def _is_archive(data: bytes) -> None:
    """A plain archive whose entries do not share bytes (CVE-2024-0450), and do not unpack to more than they may."""
    if data.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable("its text cannot be read", "encrypted" if locked else "old")
    if len(data) > LARGEST:
        raise Unreadable(f"it has {len(data) // 1_000_000} MB", "large")
    if not data.startswith(b"PK\x03\x04"):
        raise Unreadable("it does not begin as one does", "not-word")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if archive.comment:
                raise Unreadable("something stands behind the end of its archive", "unsafe")
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error, OverflowError) as error:
        raise Unreadable(str(error)) from None
    spans = sorted((entry.header_offset, *_end_of(data, entry)) for entry in entries)
    for one, two in itertools.pairwise(spans):
        if one[1] > two[0]:
            raise Unreadable("two of its parts lie over each other", "unsafe")
    if any(entry.filename != entry.orig_filename or "\0" in entry.orig_filename for entry in entries):
        raise Unreadable("a part has a name that programs read differently", "unsafe")
    if any(part in (".", "..") for entry in entries for part in entry.filename.split("/")):
        raise Unreadable("a part has a name that leads elsewhere", "unsafe")
    whole = sum(entry.file_size for entry in entries)
    dense = any(e.file_size > 1_000_000 and e.file_size > _RATIO * max(e.compress_size, 1) for e in entries)
    if whole > _WHOLE or dense or any(entry.file_size > _PART for entry in entries):
        raise Unreadable(f"unpacked it would have {whole // 1_000_000} MB", "large")


def _end_of(data: bytes, entry: zipfile.ZipInfo) -> tuple[int]:
    head = data[entry.header_offset : entry.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise Unreadable("a part of it is missing")
    name, extra = struct.unpack("<HH", head[26:30])
    return (entry.header_offset + 30 + name + extra + entry.compress_size,)


def _is_modest(word: WordFile) -> None:
    """Every XML part: of a known encoding, without a DOCTYPE, of bearable depth and number of elements."""
    total = 0
    for name, data in word.parts.items():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        check_encoding(name, data)
        total += _measured(name, data, _NODES - total)


def _measured(name: str, data: bytes, most: int) -> int:
    """How many elements a part has; Unreadable when it has too many or they stand too deep in each other."""
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    depth = count = 0
    try:
        for start in range(0, len(data), 1 << 16):
            parser.feed(data[start : start + (1 << 16)])
            for event, element in parser.read_events():
                if event == "end":
                    depth -= 1
                    _empty(element)
                    continue
                depth, count = depth + 1, count + 1
                if count == 1 and _has_doctype(element):
                    raise Unreadable(f"its part {name} has a DOCTYPE", "unsafe")
                if count > most or depth > _DEPTH:
                    raise Unreadable(f"its part {name} is nested too deep or has too many elements", "unsafe")
        parser.close()
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise Unreadable(f"its part {name} is not well-formed: {str(error)[:100]}") from None
    return count


def _has_doctype(element: Any) -> bool:
    return bool(element.getroottree().docinfo.doctype)


def _empty(element: Any) -> None:
    element.clear()


def _is_passive(word: WordFile) -> None:
    """No macros, embeddings or text from elsewhere; of what stands outside only links."""
    types = word.tree("[Content_Types].xml")
    own = next((each.get("ContentType", "") for each in types if each.get("PartName", "").lstrip("/") == word.main), "")
    if "macroEnabled" in own or any("vbaProject" in name for name in word.parts):
        raise Unreadable("they are programs", "macros")
    if not own.endswith("wordprocessingml.document.main+xml"):
        raise Unreadable("its main part is declared as something else", "not-word")
    for name in [name for name in word.parts if name.endswith(".rels")]:
        for each in word.tree(name):
            kind = str(each.get("Type", "")).rsplit("/", 1)[-1]
            if kind in _ACTIVE:
                what = _ACTIVE[kind]
                raise Unreadable(f"there is {what} in it", "macros" if what == "macros" else "active")
            if each.get("TargetMode") == "External" and kind != "hyperlink":
                raise Unreadable(f"its {kind} stands outside of it", "active")
    for name in [name for name in word.parts if name.startswith("word/") and name.endswith(".xml")]:
        _has_no_pulls(word, name)
    paragraphs = sum(1 for _ in word.tree(word.main).iter(q("p")))
    if paragraphs > _PARAGRAPHS:
        raise Unreadable(f"it has {paragraphs} paragraphs", "large")


def _has_no_pulls(word: WordFile, name: str) -> None:
    root = word.tree(name)
    for element in root.iter(q("altChunk"), q("subDoc")):
        raise Unreadable(f"{local(element)} draws in the text of another file", "active")
    for element in root.iter(q("instrText"), q("fldSimple")):
        code = element.text or "" if local(element) == "instrText" else element.get(q("instr"), "")
        found = _FIELDS.match(code)
        if found:
            raise Unreadable(f"a field draws in something from elsewhere ({found[1].upper()})", "active")
