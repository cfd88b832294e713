"""Files that somebody may give to preflight and that are no press file at all: broken, locked, endless, huge."""

from __future__ import annotations

import io
import re
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from press_files import MM, press_pdf, reopened, saved


def locked(owner_only: bool) -> bytes:
    """A file that asks for a password, or that opens without one and forbids this and that."""
    with reopened(press_pdf()) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(owner="secret", user="" if owner_only else "other", R=4))


def long(pages: int) -> bytes:
    """A file of so many empty pages."""
    pdf = Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(200, 200))
    return saved(pdf)


def truncated() -> bytes:
    """The first two thirds of a file."""
    data = press_pdf("0 0 0 1 k 5 5 10 10 re f")
    return data[: len(data) * 2 // 3]


def lost_xref() -> bytes:
    """A file whose table of contents points anywhere."""
    data = press_pdf("0 0 0 1 k 5 5 10 10 re f")
    return re.sub(rb"startxref\s+\d+", b"startxref\n7", data)


def vast() -> bytes:
    """A page of four by four metres."""
    return press_pdf("0 0 0 1 k 5 5 10 10 re f", size=(4000, 4000))


def vast_by_unit() -> bytes:
    """The same, by a page whose unit is 40 points."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].UserUnit = 40

    return press_pdf(size=(80, 80), change=change)


def lying_image() -> bytes:
    """A picture that says it has 2 GB of pixels and has five bytes."""

    def change(pdf: Pdf) -> None:
        image = pdf.make_stream(
            b"abcde", Type=Name.XObject, Subtype=Name.Image, Width=25000, Height=25000, BitsPerComponent=8,
            ColorSpace=Name.DeviceCMYK,
        )  # fmt: skip
        pdf.pages[0].Resources.XObject = Dictionary(Im=image)

    return press_pdf("q 20 0 0 20 10 10 cm /Im Do Q", change=change)


def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros, packed: a thousandth of that."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(mebibytes)]
    return b"".join((*parts, packer.flush()))


def bomb_of_operators() -> bytes:
    """Content that unpacks to 200 MB."""

    def change(pdf: Pdf) -> None:
        stream = pdf.make_stream(b"")
        stream.write(zeros(200), filter=Name.FlateDecode)
        pdf.pages[0].Contents = stream

    return press_pdf(change=change)


def bomb_of_metadata() -> bytes:
    """Metadata that unpack to 200 MB, and a colour profile too."""

    def change(pdf: Pdf) -> None:
        for holder, key in ((pdf.Root, "/Metadata"), (pdf.Root.OutputIntents[0], "/DestOutputProfile")):
            stream = pdf.make_stream(b"", N=4)
            stream.write(zeros(200), filter=Name.FlateDecode)
            holder[key] = stream

    return press_pdf(change=change)


def laughing_metadata() -> bytes:
    """Metadata whose entities multiply without end."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><x:xmpmeta xmlns:x="adobe:ns:meta/">&e11;</x:xmpmeta>'

    def change(pdf: Pdf) -> None:
        pdf.Root.Metadata = pdf.make_stream(text.encode(), Type=Name.Metadata, Subtype=Name.XML)

    return press_pdf(change=change)


def endless_forms() -> bytes:
    """Forms that draw each other: ten to the power of twelve squares."""

    def change(pdf: Pdf) -> None:
        inner = pdf.make_stream(b"0 0 0 1 k 0 0 5 5 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99])
        for _ in range(12):
            inner = pdf.make_stream(
                b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99],
                Resources=Dictionary(XObject=Dictionary(X=inner)),
            )  # fmt: skip
        pdf.pages[0].Resources.XObject = Dictionary(X=inner)

    return press_pdf("/X Do", change=change)


def own_parent() -> bytes:
    """A page tree that is its own child."""

    def change(pdf: Pdf) -> None:
        tree = pdf.Root.Pages
        tree.Kids = Array([tree])

    return press_pdf(change=change)


def no_size() -> bytes:
    """A page without a width."""
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    pdf.pages[0].MediaBox = Array([0, 0, 0.5 * MM, 200])
    return saved(pdf)


def only_a_head() -> bytes:
    """What a PDF begins with, and nothing behind it."""
    return b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"


def empty_but_valid() -> bytes:
    """A PDF without a page."""
    buffer = io.BytesIO()
    Pdf.new().save(buffer)
    return buffer.getvalue()
