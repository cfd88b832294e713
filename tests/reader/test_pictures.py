"""Pictures: nothing outside the leaflet's folder, nothing damaged, nothing that acts."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from publish.model import Asset, Figure
from reader.desk import Desk, Reading

FIGURE = "\n# Fever\n\n![A knee](images/{})\n"


def raster(kind: str, mode: str = "RGB", size: tuple[int, int] = (8, 6), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, depth: int = 8, color: int = 0, data: bytes | None = None) -> bytes:
    """A PNG by hand, so that it may lie."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = zlib.compress((b"\0" + b"\x12\x34" * width) * height) if data is None else data
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def svg(inside: str, attributes: str = 'width="40" height="30"') -> bytes:
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {namespaces} {attributes}>{inside}</svg>".encode()


def read(desk: Desk, name: str, data: bytes) -> Reading:
    desk.write(f"leaflets/about/images/{name}", data)
    return desk.body(FIGURE.format(name))


def asset(reading: Reading) -> Asset:
    assert reading.document is not None
    (found,) = reading.document.assets.values()
    assert reading.document.body[1] == Figure("b0002", found.name, "A knee")
    return found


@pytest.mark.parametrize(
    ("name", "data", "media_type", "size"),
    [
        ("a.png", raster("PNG"), "image/png", (8, 6)),
        ("a.png", raster("PNG", "RGBA"), "image/png", (8, 6)),
        ("a.png", raster("PNG", "P"), "image/png", (8, 6)),
        ("a.png", raster("PNG", "1"), "image/png", (8, 6)),
        ("a.jpg", raster("JPEG"), "image/jpeg", (8, 6)),
        ("a.JPEG", raster("JPEG", "L"), "image/jpeg", (8, 6)),
        ("a.jpg", raster("JPEG", progressive=True), "image/jpeg", (8, 6)),
        ("a.svg", svg('<path d="M0 0L9 9"/>'), "image/svg+xml", (40, 30)),
        ("a.svg", svg("<g/>", 'viewBox="0 0 24.6 12"'), "image/svg+xml", (25, 12)),
        ("a.svg", svg("<g/>", 'width="1in" height="25.4mm" viewBox="0 0 9 9"'), "image/svg+xml", (96, 96)),
        ("a.svg", b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n" + svg("<g/>"), "image/svg+xml", (40, 30)),
        (
            "a.svg",
            svg(
                '<defs><linearGradient id="a"><stop offset="1"/></linearGradient><linearGradient id="b" '
                'xlink:href="#a"/></defs><title>Knee</title><rect width="9" height="9" style="fill:url(#b)"/>'
            ),
            "image/svg+xml",
            (40, 30),
        ),
    ],
)  # fmt: skip
def test_sound(desk: Desk, name: str, data: bytes, media_type: str, size: tuple[int, int]) -> None:
    reading = read(desk, name, data)
    assert reading.findings == ()
    found = asset(reading)
    assert (found.name, found.media_type, found.data) == (f"images/{name}", media_type, data)
    assert (found.width, found.height) == size


def test_sixteen_bits_become_eight(desk: Desk) -> None:
    found = asset(read(desk, "a.png", png(4, 3, 16)))
    picture = Image.open(io.BytesIO(found.data))
    assert (picture.mode, picture.size, picture.getpixel((2, 1))) == ("L", (4, 3), 0x12)


def test_named_otherwise_than_it_is(desk: Desk) -> None:
    reading = read(desk, "a.png", raster("JPEG"))
    assert reading.codes == ["source.image-type"]
    assert asset(reading).media_type == "image/jpeg"


def damaged(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.png", b"", "source.image-kind"),
        ("a.png", raster("PNG")[:45], "source.image-corrupt"),
        ("a.jpg", raster("JPEG", size=(200, 200))[:400], "source.image-corrupt"),
        ("a.png", damaged(raster("PNG"), 17), "source.image-corrupt"),
        ("a.png", damaged(raster("PNG"), 30), "source.image-corrupt"),
        ("a.png", damaged(raster("PNG"), 48), "source.image-corrupt"),
        ("a.png", png(2**31 - 1, 2**31 - 1, data=zlib.compress(b"\0")), "source.image-size"),
        ("a.png", png(2**31, 2**31, data=zlib.compress(b"\0")), "source.image-size"),
        ("a.png", png(12_000, 12_000, 1, data=zlib.compress(b"\0" * 1501 * 12_000)), "source.image-size"),
        ("a.png", png(100, 100, data=zlib.compress(b"\0")), "source.image-corrupt"),
        ("a.jpg", EPS, "source.image-kind"),
        ("a.eps", EPS, "source.image-kind"),
        ("a.png", raster("GIF", "P"), "source.image-kind"),
        ("a.png", raster("TIFF"), "source.image-kind"),
        ("a.webp", raster("WEBP"), "source.image-kind"),
        ("a.ttf", b"\0\1\0\0", "source.image-kind"),
        ("a.jpg", raster("JPEG", "CMYK"), "source.image-colors"),
        ("a.svg", b"<svg", "source.svg"),
        ("a.svg", b"<svg/>", "source.svg"),
        ("a.svg", b"<html/>", "source.image-kind"),
        ("a.svg", svg("<g>"), "source.svg"),
        ("a.svg", svg("<g/>").decode().encode("utf-16"), "source.image-kind"),
        ("a.svg", svg("<g/>", ""), "source.svg-size"),
        ("a.svg", svg("<g/>", 'width="0" height="9"'), "source.svg-size"),
        ("a.svg", svg("<g/>", 'width="1e9" height="9"'), "source.svg-size"),
        ("a.svg", svg("<g/>", 'viewBox="0 0 1e308 1e-308"'), "source.svg-size"),
        ("a.svg", svg('<rect width="1e300" height="1"/>'), "source.svg-size"),
        ("a.svg", svg('<g transform="scale(1e400)"/>'), "source.svg-size"),
        ("a.svg", svg("<g>" * 60 + "</g>" * 60), "source.svg-size"),
        ("a.svg", svg("<g>" * 5000 + "</g>" * 5000), "source.svg"),
        ("a.svg", svg("<g/>" * 20_001), "source.svg-size"),
        ("a.svg", svg("<script>alert(1)</script>"), "source.svg-active"),
        ("a.svg", svg("<g/>", 'onload="alert(1)" width="9" height="9"'), "source.svg-active"),
        ("a.svg", svg("<foreignObject/>"), "source.svg-active"),
        ("a.svg", svg('<a href="javascript:alert(1)"/>'), "source.svg-active"),
        ("a.svg", svg('<image href="file:///etc/passwd"/>'), "source.svg-active"),
        ("a.svg", svg('<use href="#a"/>'), "source.svg-active"),
        ("a.svg", svg('<animate attributeName="x"/>'), "source.svg-active"),
        ("a.svg", svg('<set attributeName="href" to="javascript:x"/>'), "source.svg-active"),
        ("a.svg", svg("<filter/>"), "source.svg-active"),
        ("a.svg", svg('<pattern xlink:href="http://example.org/a.svg#b"/>'), "source.svg-active"),
        ("a.svg", svg('<rect fill="url(http://example.org/a.svg#b)"/>'), "source.svg-active"),
        ("a.svg", svg("<style>@import 'http://example.org/a.css';</style>"), "source.svg-active"),
        ("a.svg", svg("<style>@im\\port 'a.css';</style>"), "source.svg-active"),
        ("a.svg", svg("<style>g{fill:url(/etc/passwd)}</style>"), "source.svg-active"),
        ("a.svg", svg('<g xml:base="http://example.org/"/>'), "source.svg-active"),
        ("a.svg", b"<?xml-stylesheet href='a.css'?>" + svg("<g/>"), "source.svg-active"),
        ("a.svg", b"<?xml version='1.0'?><?xml-stylesheet href='a.css'?>" + svg("<g/>"), "source.svg-active"),
        ("a.svg", b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + svg("&x;"), "source.svg-active"),
        ("a.svg", svg("&x;"), "source.svg"),
        (
            "a.svg",
            svg('<pattern id="p"><rect fill="url(#q)"/></pattern><pattern id="q"><rect fill="url(#p)"/></pattern>'),
            "source.svg-active",
        ),
        ("a.svg", svg('<clipPath id="p"><g clip-path="url(#p)"/></clipPath>'), "source.svg-active"),
        ("a.svg", svg('<o:x xmlns:o="http://example.org/"/>'), "source.svg-active"),
        ("a.svg", svg("<text>Do not</text>"), "source.svg-text"),
    ],
)  # fmt: skip
def test_unfit(desk: Desk, name: str, data: bytes, code: str) -> None:
    reading = read(desk, name, data)
    assert reading.codes == [code]
    finding = reading.findings[0]
    assert str(finding.place) == "source/leaflets/about/leaflet.md:16:1"
    assert f"images/{name}" in finding.message
    assert "0x" not in finding.message
    assert reading.document is not None
    assert bool(reading.document.assets) is (code == "source.svg-text")


def test_turned_by_exif(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read(desk, "a.jpg", raster("JPEG", exif=exif)).codes == ["source.image-turned"]


def test_several_frames(desk: Desk) -> None:
    out = io.BytesIO()
    frames = [Image.new("L", (4, 4), shade) for shade in (0, 255)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert read(desk, "a.png", out.getvalue()).codes == ["source.image-frames"]


@pytest.mark.parametrize(
    "path",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest/",
        "../../../../etc/passwd",
        "/etc/passwd",
        "//example.org/x.png",
        "file:///proc/self/environ",
        "ftp://example.org/x",
        "%2e%2e/%2e%2e/etc/passwd",
        "images/../../../secret.png",
        "images/%2e%2e/x.png",
        "C:\\\\x.png",
        "\\\\\\\\server\\\\x.png",
        "data:image/png;base64,AAAA",
        "~/x.png",
        "./images/a.png",
        "images//a.png",
        "a" * 280 + ".png",
        "ä/" * 170 + "a.png",
    ],
)
def test_paths_that_are_not_followed(desk: Desk, path: str) -> None:
    desk.write("leaflets/about/images/a.png", raster("PNG"))
    reading = desk.body(f"\n# Fever\n\n![A knee](<{path}>)\n\n:::{{figure}} {path}\n:alt: A knee\n:::\n")
    assert reading.codes == ["source.image-path"]
    assert [finding.place.line for finding in reading.findings if finding.place] == [16, 18]
    assert reading.document is not None
    assert not reading.document.assets


def test_each_bad_path_of_a_line_is_named(desk: Desk) -> None:
    reading = desk.body("\n![a](file:///etc/passwd) ![b](http://example.org/) ![c](../x.png) text\n")
    assert [finding.message.split("”")[0].split("“")[1] for finding in reading.findings] == [
        "file:///etc/passwd",
        "http://example.org/",
        "../x.png",
    ]


@pytest.mark.parametrize("kind", ["file", "folder", "circle"])
def test_links_are_not_followed(desk: Desk, kind: str) -> None:
    outside = desk.root.parent / "outside"
    outside.mkdir()
    (outside / "a.png").write_bytes(raster("PNG"))
    images = desk.root / "source/leaflets/about/images"
    if kind == "folder":
        images.symlink_to(outside)
    else:
        images.mkdir()
        (images / "a.png").symlink_to(outside / "a.png" if kind == "file" else images / "a.png")
    reading = desk.body(FIGURE.format("a.png"))
    assert reading.codes == ["source.image-path"]
    assert "symbolic link" in reading.findings[0].message


def test_no_regular_file(desk: Desk) -> None:
    images = desk.root / "source/leaflets/about/images"
    images.mkdir()
    (images / "a.png").mkdir()
    os.mkfifo(images / "b.png")
    reading = desk.body(FIGURE.format("a.png") + FIGURE.format("b.png"))
    assert reading.codes == ["source.image-missing"]


def test_missing_names_the_nearest(desk: Desk) -> None:
    desk.write("leaflets/about/images/knee.png", raster("PNG"))
    reading = desk.body(FIGURE.format("kne.png"))
    assert "images/knee.png" in reading.one("source.image-missing").hint


def test_directive_with_caption(desk: Desk) -> None:
    desk.write("leaflets/about/images/knee.png", raster("PNG"))
    reading = desk.body("\n:::{figure} images/knee.png\n:alt: A   knee\n\nThe *caption*.\n:::\n")
    assert reading.findings == ()
    assert reading.document is not None
    (figure,) = reading.document.body
    assert isinstance(figure, Figure)
    assert (figure.alt, len(figure.caption)) == ("A knee", 3)


def test_caption_of_an_image(desk: Desk) -> None:
    desk.write("leaflets/about/images/knee.png", raster("PNG"))
    reading = desk.body('\n![A knee](images/knee.png "Of {{ product.name }}")\n')
    assert reading.document is not None
    (figure,) = reading.document.body
    assert isinstance(figure, Figure)
    assert len(figure.caption) == 2


def test_too_large(desk: Desk) -> None:
    path = desk.write("leaflets/about/images/a.png", b"")
    with Path.open(path, "wb") as file:
        file.truncate(26 << 20)
    assert desk.body(FIGURE.format("a.png")).codes == ["source.image-unreadable"]


def test_a_truncated_picture_is_refused_after_a_writer_was_loaded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint, once imported, makes Pillow accept them in the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert read(desk, "a.png", png(100, 100, data=zlib.compress(b"\0"))).codes == ["source.image-corrupt"]
    assert read(desk, "a.jpg", raster("JPEG", size=(200, 200))[:400]).codes == ["source.image-corrupt"]
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True
