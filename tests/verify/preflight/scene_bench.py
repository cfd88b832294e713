"""A bench for preflight: PDFs of one page written by hand, content stream and resources, and what is said of them.

The page is 100 mm wide and 150 mm high as it is trimmed, with 3 mm of bleed and 10 mm of slug around it. Points given
as `at(x, y)` are mm from the top left of the trimmed page.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from publish.diagnostics import Finding
from publish.policy import PressProfile, load_press_profile
from publish.press.folds import FoldedSheet
from publish.verify.preflight import examine
from publish.verify.preflight._scene import Scene, read_scene

MM = 72 / 25.4
WIDTH, HEIGHT, BLEED, SLUG = 100.0, 150.0, 3.0, 10.0
FONT_FILE = Path(__file__).parents[3] / "themes" / "base" / "fonts" / "SourceSans3-Regular.ttf"

Make = Callable[[Pdf], Any]


def at(x: float, y: float) -> str:
    """The point x mm from the left and y mm from the top, as PDF writes it."""
    return f"{(SLUG + x) * MM:.3f} {(SLUG + HEIGHT - y) * MM:.3f}"


def bar(x: float, y: float, width: float, height: float) -> str:
    """A rectangle by its top left corner and its size, in mm: the operator re."""
    return f"{at(x, y + height)} {width * MM:.3f} {height * MM:.3f} re"


def put(x: float, y: float, width: float, height: float) -> str:
    """The matrix that lays the unit square on such a rectangle: the operator cm."""
    left, bottom = at(x, y + height).split()
    return f"{width * MM:.3f} 0 0 {height * MM:.3f} {left} {bottom} cm"


def text(x: float, y: float, size: float, words: str = "Words", font: str = "F", mode: int = 0) -> str:
    """Words of `size` pt with the base line y mm from the top, in the embedded font."""
    return f"BT /{font} {size} Tf {mode} Tr 1 0 0 1 {at(x, y)} Tm ({words}) Tj ET"


@cache
def _program() -> bytes:
    """The font with the letters of ASCII only, so that pages are made at once."""
    file, out = TTFont(FONT_FILE), io.BytesIO()
    subsetter = Subsetter(Options(layout_features=[], hinting=False))
    subsetter.populate(unicodes=range(32, 127))
    subsetter.subset(file)
    file.save(out)
    return out.getvalue()


def font(pdf: Pdf, embedded: bool = True) -> Any:
    """A simple TrueType font for ASCII; every letter half an em wide."""
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name("/Source"), Flags=32, ItalicAngle=0)
    if embedded:
        descriptor.FontFile2 = pdf.make_stream(_program())
    return Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/Source"), Encoding=Name.WinAnsiEncoding,
        FirstChar=32, LastChar=126, Widths=Array([500] * 95), FontDescriptor=descriptor,
    )  # fmt: skip


def spot(name: str, alternate: Any = Name.DeviceCMYK, full: tuple[float, ...] = (0, 1, 0.9, 0)) -> Array:
    """A Separation."""
    tint = Dictionary(FunctionType=2, N=1, Domain=[0, 1], C0=[0.0] * len(full), C1=list(full))
    return Array([Name.Separation, Name("/" + name), alternate, tint])


def icc(pdf: Pdf, kind: bytes, components: int) -> Array:
    """An ICC profile, as far as its header tells."""
    return Array([Name.ICCBased, pdf.make_stream(b"\0" * 16 + kind + b"\0" * 108, N=components)])


def image(pdf: Pdf, width: int, height: int, space: Any = Name.DeviceCMYK, bits: int = 8, **more: Any) -> Stream:
    """A picture without its samples: nobody here looks at them."""
    keys: dict[str, Any] = {"Type": Name.XObject, "Subtype": Name.Image, "Width": width, "Height": height}
    if not more.get("ImageMask"):
        keys["ColorSpace"] = space
    return pdf.make_stream(b"", **keys, BitsPerComponent=bits, **more)


def form(pdf: Pdf, content: str, **more: Any) -> Stream:
    """A form XObject as large as the page."""
    box = [0, 0, 1000, 1000]
    return pdf.make_stream(content.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=box, **more)


def states() -> Dictionary:
    """Overprint on in mode 1 (Over) and in mode 0 (Over0), and off (Knock)."""
    return Dictionary(
        Over=Dictionary(op=True, OP=True, OPM=1),
        Over0=Dictionary(op=True, OP=True, OPM=0),
        Knock=Dictionary(op=False, OP=False),
    )


def page(content: str, make: Make | None = None, box: dict[str, Any] | None = None) -> bytes:
    """A PDF of one page. `make` adds to its resources; `box` overrides entries of the page."""
    pdf = Pdf.new()
    wide, high = (WIDTH + 2 * SLUG) * MM, (HEIGHT + 2 * SLUG) * MM
    pdf.add_blank_page(page_size=(wide, high))
    sheet = pdf.pages[0]
    trim, bleed = SLUG * MM, (SLUG - BLEED) * MM
    sheet.TrimBox = [trim, trim, wide - trim, high - trim]
    sheet.BleedBox = [bleed, bleed, wide - bleed, high - bleed]
    sheet.Resources = Dictionary(
        Font=Dictionary(F=pdf.make_indirect(font(pdf))), ExtGState=states(), ColorSpace=Dictionary(),
        XObject=Dictionary(), Pattern=Dictionary(), Shading=Dictionary(), Properties=Dictionary(),
    )  # fmt: skip
    if make is not None:
        for kind, entries in (make(pdf) or {}).items():
            if kind in ("Page", "Root"):
                for key, value in entries.items():
                    (sheet.obj if kind == "Page" else pdf.Root)["/" + key] = value
                continue
            for name, value in entries.items():
                sheet.Resources["/" + kind]["/" + name] = value
    for key, value in (box or {}).items():
        sheet.obj["/" + key] = value
    sheet.Contents = pdf.make_stream(content.encode("latin-1"))
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def scene(data: bytes, **limits: Any) -> Scene:
    """What the page paints."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return read_scene(pdf, "page.pdf", **limits)


def profile(*rules: str, name: str = "gwg-2022-leaflet") -> PressProfile:
    """A press profile that ships, with these rules only."""
    whole = load_press_profile(name)
    return replace(whole, rules={rule: whole.rules[rule] for rule in rules})


def told(data: bytes, *rules: str, name: str = "gwg-2022-leaflet", sheet: FoldedSheet | None = None) -> list[Finding]:
    """What preflight says of a PDF by these rules."""
    return list(examine(data, "page.pdf", profile(*rules, name=name), sheet))


def codes(findings: list[Finding]) -> list[str]:
    """“colour-space error”, without the room's name."""
    return [f"{each.code.removeprefix('preflight.')} {each.severity}" for each in findings]
