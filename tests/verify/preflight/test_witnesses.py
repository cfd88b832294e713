"""Two other readers as witnesses: Ghostscript's plates for inks and overprint, pdfium for places and sizes."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from publish.press.separations import plates
from publish.verify.preflight._white_black import overprints
from verify.preflight.scene_bench import bar, form, page, scene, spot, text

AREA = f"{bar(20, 20, 60, 60)} f"
CYAN = f"1 0 0 0 k {bar(0, 0, 100, 150)} f"


def resources(pdf):
    both_inks = pdf.make_stream(
        b"{0 3 1 roll 0 exch}", FunctionType=4, Domain=[0, 1, 0, 1], Range=[0, 1, 0, 1, 0, 1, 0, 1]
    )
    cell = pdf.make_stream(
        b"0 0 9 9 re f", PatternType=1, PaintType=2, TilingType=1, BBox=[0, 0, 9, 9], XStep=9, YStep=9,
        Resources=Dictionary(),
    )  # fmt: skip
    return {
        "ColorSpace": {
            "Black": spot("Black", full=(0, 0, 0, 1)),
            "Brand": spot("Brand"),
            "Both": Array([Name.DeviceN, [Name.Magenta, Name("/Brand")], Name.DeviceCMYK, both_inks]),
            "Table": Array([Name.Indexed, Name.DeviceCMYK, 1, String(b"\x00\x00\x00\xff\x00\x80\x00\x00")]),
            "Cells": Array([Name.Pattern, Name.DeviceCMYK]),
        },
        "Pattern": {"P": cell},
    }


def joined(contents: list[str]) -> bytes:
    with Pdf.new() as pdf:
        for content in contents:
            with pikepdf.open(io.BytesIO(page(content, resources))) as one:
                pdf.pages.append(one.pages[0])
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_the_plates_show_the_inks_that_are_told():
    colors = [
        "0.25 g", "0.2 0.4 0.6 0.8 k", "/Black cs 0.5 scn", "/Brand cs 0.75 scn", "/Both cs 0.5 0.25 scn",
        "/Table cs 1 scn", "/Cells cs 0 1 0 0.5 /P scn",
    ]  # fmt: skip
    data = joined([f"{color} {AREA}" for color in colors])
    first = {each.page: each for each in reversed(scene(data).objects)}
    for drawn in plates(data, 36.0):
        each = first[drawn.page]
        row, column = drawn.height // 2, drawn.width // 2
        shown = {name: int(plate[row, column]) / 255 for name, plate in drawn.inks.items() if plate[row, column]}
        told = {name: tint for name, tint in (each.inks or {}).items() if tint}
        assert shown == pytest.approx(told, abs=0.01)


def test_the_plates_agree_what_overprints():
    colors = ["0 g", "0 0 0 1 k", "0 0 0 0 k", "1 g", "/Black cs 1 scn", "/Brand cs 0 scn", "/Both cs 1 0 scn"]
    cases = [(state, color) for color in colors for state in ("Over", "Over0", "Knock")]
    data = joined([f"{CYAN} /{state} gs {color} {AREA}" for state, color in cases])
    last = {each.page: each for each in scene(data).objects}
    wrong = [
        case
        for case, drawn in zip(cases, plates(data, 36.0), strict=True)
        if bool(drawn.inks["Cyan"][drawn.height // 2, drawn.width // 2]) is not overprints(last[drawn.page])
    ]
    assert wrong == []


PLACES = [
    AREA,
    f"q 0.5 0 0 0.5 30 40 cm {AREA} Q",
    f"q 0.7 0.7 -0.7 0.7 300 20 cm {AREA} Q",
    "q 1 0.3 0.1 2 10 10 cm 10 10 m 60 20 l 80 70 l f Q",
    f"{bar(30, 30, 10, 90)} W n {AREA}",
]


@pytest.mark.parametrize("content", PLACES)
def test_pdfium_agrees_where_an_area_is(content):
    data = page(content, resources)
    (painted,) = scene(data).objects
    (drawn,) = (each for each in pypdfium2.PdfDocument(data)[0].get_objects() if each.type == 2)
    expected = drawn.get_bounds()
    if " W n" in content:  # pdfium tells the area before it is clipped
        clip = scene(page(f"{bar(30, 30, 10, 90)} f")).objects[0].box
        expected = tuple((max, max, min, min)[side](expected[side], clip[side]) for side in range(4))
    assert painted.box == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("matrix", ["1 0 0 1 99 99", "2 0 0 2 99 99", "0 3 -3 0 99 99", "0.5 0 0 1.5 99 99"])
def test_pdfium_agrees_how_large_text_is_and_where(matrix):
    data = page(f"q {matrix} cm BT /F 10 Tf 5 Ts 90 Tz 1 Tc 2 Tw 1 0 0 1 7 8 Tm (ab c) Tj ET Q")
    (painted,) = scene(data).objects
    textpage = pypdfium2.PdfDocument(data)[0].get_textpage()
    boxes = [textpage.get_charbox(number, loose=False) for number in (0, 3)]
    left, bottom, right, top = painted.box
    for box in boxes:
        assert left - 0.5 <= box[0] and box[2] <= right + 2.5 and bottom - 2 <= box[1] and box[3] <= top + 2
    up = [float(each) for each in matrix.split()][2:4]
    assert painted.size == pytest.approx(10 * (up[0] ** 2 + up[1] ** 2) ** 0.5)


def test_text_in_a_form_stands_where_the_form_is_put():
    make = lambda pdf: {"XObject": {"X": form(pdf, text(10, 20, 12), Matrix=[1, 0, 0, 1, 30, 40])}}  # noqa: E731
    inner = scene(page(text(10, 20, 12))).objects[0].box
    outer = scene(page("/X Do", make)).objects[0].box
    assert outer == pytest.approx((inner[0] + 30, inner[1] + 40, inner[2] + 30, inner[3] + 40))
