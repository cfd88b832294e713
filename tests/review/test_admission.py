"""Hostile and odd files at the door: what each is, and the code with which it is refused. Others are let in."""

# ruff: noqa: E501  # a case is read best in one line

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from publish.diagnostics import Refused
from publish.review.admission import admitted
from review import made

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MAIN = "word/document.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parts() -> dict[str, bytes]:
    opened = zipfile.ZipFile(BytesIO(made.base()[1]))
    return {name: opened.read(name) for name in opened.namelist()}


def packed(given: dict[str, bytes], *more: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*given.items(), *more]:
            archive.writestr(name, data)
    return out.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    given = parts()
    given[name] = change(given[name])
    return packed(given)


def put_in(markup: str) -> bytes:
    return with_part(MAIN, lambda data: data.replace(b"<w:body>", b"<w:body>" + markup.encode(), 1))


def related(kind: str, target: str, external: bool = False, base: str = OFFICE) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    link = f'<Relationship Id="rIdX" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    rels = "word/_rels/document.xml.rels"
    return with_part(rels, lambda data: data.replace(b"</Relationships>", link.encode()))


def without(name: str) -> bytes:
    return packed({key: data for key, data in parts().items() if key != name})


def link_entry() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("word/link.xml")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def overlapping() -> bytes:
    """Two central entries over the same bytes."""
    data = packed(parts())
    at = data.index(b"PK\x01\x02")
    size = 46 + sum(struct.unpack("<HHH", data[at + 28 : at + 34]))
    entry = bytearray(data[at : at + size])
    entry[46:47] = b"X"
    end = data.rindex(b"PK\x05\x06")
    count, length = (
        struct.unpack("<H", data[end + 10 : end + 12])[0] + 1,
        struct.unpack("<I", data[end + 12 : end + 16])[0],
    )
    tail = data[end : end + 8] + struct.pack("<HHI", count, count, length + size) + data[end + 16 :]
    return data[:end] + bytes(entry) + tail


def doctype(data: bytes) -> bytes:
    start = data.index(b"<w:document")
    return data[:start] + b'<!DOCTYPE x [<!ENTITY a "b">]>' + data[start:]


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a shell script before the archive": (lambda: b"#!/bin/sh\n" + packed(parts()), "review.not-word"),
    "bytes behind the archive": (lambda: packed(parts()) + b"<html>", "review.unsafe"),
    "two parts of one name": (lambda: packed(parts(), (MAIN.upper(), b"<x/>")), "review.unsafe"),
    "a name that climbs": (lambda: packed(parts(), ("word/../../evil.xml", b"<x/>")), "review.unsafe"),
    "an absolute name": (lambda: packed(parts(), ("/etc/evil.xml", b"<x/>")), "review.unsafe"),
    "a link": (lambda: packed(parts(), (link_entry(), b"/etc/passwd")), "review.unsafe"),
    "parts that overlap": (overlapping, "review.unsafe"),
    "thousands of parts": (lambda: packed(parts(), *((f"p{n}.bin", b"") for n in range(2500))), "review.too-large"),
    "a bomb": (lambda: packed(parts(), ("word/media/a.png", bytes(60_000_000))), "review.too-large"),
    "a DOCTYPE": (lambda: with_part(MAIN, doctype), "review.unsafe"),
    "another encoding": (lambda: with_part(MAIN, lambda d: d.replace(b"UTF-8", b"UTF-7", 1)), "review.unsafe"),
    "broken UTF-8": (lambda: with_part(MAIN, lambda d: d.replace(b"<w:body>", b"<w:body>\xff")), "review.damaged"),
    "not well-formed": (lambda: with_part(MAIN, lambda d: d[:-20]), "review.damaged"),
    "nested beyond measure": (lambda: put_in("<w:sdt>" * 200 + "</w:sdt>" * 200), "review.unsafe"),
    "no document": (lambda: without(MAIN), "review.damaged"),
    "no content types": (lambda: without("[Content_Types].xml"), "review.damaged"),
    "macros": (lambda: packed(parts(), ("word/vbaProject.bin", b"x")), "review.macros"),
    "text of another file": (lambda: put_in('<w:altChunk xmlns:r="r" r:id="x"/>'), "review.active-content"),
    "an embedded object": (lambda: related("oleObject", "embeddings/a.bin"), "review.active-content"),
    "a template elsewhere": (lambda: related("attachedTemplate", "http://127.0.0.1:9/t", True), "review.active-content"),
    "a picture elsewhere": (lambda: related("image", "http://127.0.0.1:9/p.png", True), "review.active-content"),
    "a field that calls": (lambda: put_in("<w:p><w:r><w:instrText> DDEAUTO c </w:instrText></w:r></w:p>"), "review.active-content"),
    "too many paragraphs": (lambda: put_in("<w:p/>" * 25_000), "review.too-large"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "code"), CASES.values(), ids=CASES)
def test_refused_with_one_sentence(make, code):
    with pytest.raises(Refused) as caught:
        admitted(make(), "copy.docx")
    (finding,) = caught.value.findings
    assert finding.code == code and finding.message.startswith("copy.docx ") and finding.hint


GOOD: dict[str, Callable[[], bytes]] = {
    "a copy as it went out": lambda: made.base()[1],
    "UTF-16": lambda: with_part(MAIN, lambda d: d.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16")),
    "a byte order mark": lambda: with_part(MAIN, lambda d: b"\xef\xbb\xbf" + d),
    "a link to somewhere": lambda: related("hyperlink", "https://example.com/", True),
    "a part that is not there": lambda: related("theme", "theme/none.xml"),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
def test_let_in(make):
    assert admitted(make(), "copy.docx").main == MAIN


def test_strict_files_say_how_to_save_them():
    data = with_part(MAIN, lambda d: d.replace(b"schemas.openxmlformats.org/wordprocessingml/2006/main",
                                               b"purl.oclc.org/ooxml/wordprocessingml/main"))  # fmt: skip
    with pytest.raises(Refused, match=r"review\.strict.*Strict"):
        admitted(data, "copy.docx")


def test_a_copy_that_is_far_more_than_went_out():
    project, data = made.base()
    opened = parts()
    opened[MAIN] = opened[MAIN].replace(b"<w:body>", b"<w:body>" + b"<w:p><w:r><w:t>more</w:t></w:r></w:p>" * 3000, 1)
    with pytest.raises(Refused, match=r"review\.too-large"):
        made.imported(project, packed(opened))
    assert made.imported(project, data).files == {}
