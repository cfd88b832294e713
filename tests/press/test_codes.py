"""Codes for the press: what they say when they are read back, where they stand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from publish.diagnostics import Place, Refused
from publish.model import Press, PressCode
from publish.press.codes import Symbol, check_codes, room, spot, standing, symbol
from publish.press.gs1 import elements, message

HERE = Place("leaflet.md", 7)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def made(kind: str, value: str, module: float | None = None) -> Symbol:
    return symbol(PressCode(kind, value, module=module), HERE)  # type: ignore[arg-type]


def raster(drawn: Symbol, pixels: int = 5) -> np.ndarray:
    """The symbol in its quiet zone, `pixels` a module."""
    scale = pixels / drawn.module
    left, top, right, bottom = drawn.quiet
    high, wide = round((drawn.height + top + bottom) * scale), round((drawn.width + left + right) * scale)
    picture = np.full((high, wide), 255, np.uint8)
    for x, y, width, height in drawn.bars:
        rows = slice(round((y + top) * scale), round((y + top + height) * scale))
        picture[rows, round((x + left) * scale) : round((x + left + width) * scale)] = 0
    return picture


def read(drawn: Symbol) -> zxingcpp.Barcode:
    found = zxingcpp.read_barcodes(raster(drawn), text_mode=zxingcpp.TextMode.Plain, try_invert=False)
    assert len(found) == 1, f"{len(found)} codes are read in {drawn.says!r}"
    return found[0]


def pharmacode_by_eye(drawn: Symbol) -> int:
    """The number as a packer reads it from the right: 1 or 2 for thin or thick, doubled with each bar."""
    row = raster(drawn)[len(raster(drawn)) // 2] < 128
    edges = np.flatnonzero(np.diff(row.astype(int)))
    widths = (edges[1::2] - edges[::2])[::-1]
    return sum((2 if width == 15 else 1) * 2**place for place, width in enumerate(widths))


def refused(kind: str, value: str, module: float | None = None) -> list[str]:
    with pytest.raises(Refused) as caught:
        made(kind, value, module)
    for finding in caught.value.findings:
        assert finding.place == HERE and finding.hint and finding.message
    return [finding.code for finding in caught.value.findings]


# --- pharmacode ---


@pytest.mark.parametrize(
    ("value", "widths"),
    [
        ("3", "thin thin"),
        ("4", "thin thick"),
        ("5", "thick thin"),
        ("6", "thick thick"),
        ("177", "thin thick thick thin thin thick thin"),  # 64 + 2*32 + 2*16 + 8 + 4 + 2*2 + 1
        ("131070", " ".join(["thick"] * 16)),
        ("131069", " ".join(["thick"] * 15 + ["thin"])),
        ("65535", " ".join(["thin"] * 16)),
    ],
)
def test_a_pharmacode_is_a_row_of_thin_and_thick_bars(value, widths):
    bars = made("pharmacode", value).bars
    assert " ".join({0.5: "thin", 1.5: "thick"}[bar[2]] for bar in bars) == widths


def test_a_pharmacode_has_the_measures_of_laetus():
    drawn = made("pharmacode", "131070")
    assert drawn.height == 8 and drawn.quiet == (6, 1, 6, 1)
    assert {round(bar[2], 6) for bar in drawn.bars} == {1.5} and {bar[3] for bar in drawn.bars} == {8}
    gaps = {round(right[0] - left[0] - left[2], 6) for left, right in zip(drawn.bars, drawn.bars[1:], strict=False)}
    assert gaps == {1.0}
    assert drawn.width == pytest.approx(16 * 1.5 + 15 * 1.0)


@given(st.integers(3, 131070))
@settings(SLOW, max_examples=200)
def test_every_pharmacode_reads_back(number):
    assert pharmacode_by_eye(made("pharmacode", str(number))) == number


@pytest.mark.parametrize(
    "value",
    ["2", "1", "0", "-1", "131071", "9999999999999", "abc", "1e3", "4.0", "007", "", " ", "１２３", "12 3", "0x10"],
)
def test_what_is_no_pharmacode_is_refused(value):
    assert refused("pharmacode", value) == ["press.code-value"]


# --- Data Matrix and QR ---

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@given(WORDS)
@SLOW
def test_every_data_matrix_reads_back(words):
    found = read(made("data-matrix", words))
    assert (found.format, found.text) == (zxingcpp.BarcodeFormat.DataMatrix, words)
    assert found.content_type != zxingcpp.ContentType.GS1


@given(WORDS)
@SLOW
def test_every_qr_reads_back(words):
    found = read(made("qr", words))
    assert (found.format, found.text) == (zxingcpp.BarcodeFormat.QRCode, words)


@pytest.mark.parametrize("kind", ["data-matrix", "qr"])
@pytest.mark.parametrize(
    "value", ["https://example.org/größe?q=1", "0123456789", "漢字 と かな", "Ж€ß", "😀 1️⃣", "A B", "a" * 100, "\u00a0x"]
)
def test_words_of_any_script_read_back(kind, value):
    assert read(made(kind, value)).text == value


@pytest.mark.parametrize(("kind", "says"), [("qr", "]Q2"), ("data-matrix", "]d4")])
def test_words_that_are_not_ascii_say_how_they_are_encoded(kind, says):
    """Without it (ECI 26 is UTF-8) an older reader takes them for Latin-1."""
    told = zxingcpp.read_barcodes(raster(made(kind, "Ж€ß")), text_mode=zxingcpp.TextMode.HexECI)[0].text
    assert bytes.fromhex(told).startswith(says.encode() + b"\\000026")


def test_the_quiet_zones_are_those_of_the_standards():
    assert made("data-matrix", "x", 0.5).quiet == (0.5, 0.5, 0.5, 0.5)  # ISO/IEC 16022: 1 module
    assert made("qr", "x", 0.5).quiet == (2, 2, 2, 2)  # ISO/IEC 18004: 4 modules


@pytest.mark.parametrize("kind", ["data-matrix", "qr"])
def test_modules_are_joined_into_few_bars_that_do_not_overlap(kind):
    drawn = made(kind, "https://example.org/leaflet", 1.0)
    cells = np.zeros((round(drawn.height), round(drawn.width)), int)
    for x, y, width, height in drawn.bars:
        cells[round(y) : round(y + height), round(x) : round(x + width)] += 1
    assert cells.max() == 1
    assert len(drawn.bars) < cells.sum() / 1.8


def test_the_module_is_the_authors():
    assert made("qr", "x", 0.5).width == pytest.approx(21 * 0.5)
    assert made("data-matrix", "x", 0.5).width == pytest.approx(10 * 0.5)
    assert made("pharmacode", "3", 0.4).width == pytest.approx(0.4 * 4)


@pytest.mark.parametrize("kind", ["pharmacode", "data-matrix", "gs1-data-matrix", "qr"])
def test_a_module_too_fine_to_print_is_refused(kind):
    value = {"pharmacode": "4711", "gs1-data-matrix": "(10)A"}.get(kind, "x")
    assert refused(kind, value, 0.24) == ["press.code-module"]
    assert made(kind, value, 0.25).module == 0.25


@pytest.mark.parametrize("kind", ["data-matrix", "qr"])
def test_a_value_too_long_or_unsayable_is_refused(kind):
    assert refused(kind, "ä1" * 2000) == ["press.code-too-long"]
    assert refused(kind, "lost \ud800 half") == ["press.code-value"]


# --- GS1 ---

GTIN = "(01)09501101530003"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (GTIN, "0109501101530003"),
        (f"{GTIN}(17)281231(10)AB-1(21)X/9", "01095011015300031728123110AB-1\x1d21X/9"),
        (f"{GTIN} (10) AB (17) 281200", "010950110153000310AB\x1d17281200"),
        (f"(21)1(240)part{GTIN}", "211\x1d240part\x1d0109501101530003"),
        ("(10)A(x)(1)B", "10A(x)(1)B"),
        ("(00)395011010130000019", "00395011010130000019"),
        ("(3103)001750", "3103001750"),
    ],
)
def test_gs1_elements_read_back_with_their_separators(value, says):
    found = read(made("gs1-data-matrix", value))
    assert (found.text, found.content_type) == (says, zxingcpp.ContentType.GS1)
    assert found.symbology_identifier == "]d2"  # FNC1 in first place: GS1, and no other Data Matrix


@given(
    st.text(st.sampled_from("ABCXYZabcz019-/.,:_'\"%&*+;<=>?!"), min_size=1, max_size=20),
    st.text(st.sampled_from("ABCXYZabcz019-/.,:_'\"%&*+;<=>?!()"), min_size=1, max_size=20),
)
@settings(SLOW, max_examples=25)
def test_every_batch_and_serial_number_reads_back(batch, serial):
    assume("(" not in batch and elements(f"(10){batch}(21){serial}", HERE)[1].value == serial)
    found = read(made("gs1-data-matrix", f"{GTIN}(17)281231(10){batch}(21){serial}"))
    assert found.text == f"01095011015300031728123110{batch}\x1d21{serial}"


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        ("(01)09501101530004", "press.code-check-digit", "comes 3, not 4"),
        ("(02)09501101530004(37)12", "press.code-check-digit", "(02)"),
        ("(00)395011010130000014", "press.code-check-digit", "(00)"),
        ("(414)9501101020918", "press.code-check-digit", "(414)"),
        ("(01)9501101530003", "press.code-gs1", "14 digits"),
        ("(01)095011015300031", "press.code-gs1", "14 digits"),
        ("(01)0950110153000O", "press.code-gs1", "14 digits"),
        ("(17)281301", "press.code-gs1", "6 digits"),
        ("(17)280230", "press.code-gs1", "6 digits"),
        ("(10)" + "A" * 21, "press.code-gs1", "up to 20"),
        ("(10)größe", "press.code-gs1", "up to 20"),
        ("(05)12", "press.code-gs1", "no application identifier (05)"),
        ("(310)12", "press.code-gs1", "no application identifier (310)"),
        ("(10)A(10)B", "press.code-gs1", "stands twice"),
        ("0109501101530003", "press.code-gs1", "no GS1 element string"),
        ("x(10)A", "press.code-gs1", "no GS1 element string"),
        ("(10)", "press.code-gs1", "(10)"),
        ("()", "press.code-gs1", "no GS1 element string"),
    ],
)
def test_what_gs1_does_not_allow_is_refused(value, code, said):
    with pytest.raises(Refused) as caught:
        made("gs1-data-matrix", value)
    assert [(finding.code, said in finding.message) for finding in caught.value.findings] == [(code, True)], (
        caught.value
    )


def test_every_mistake_of_a_gs1_code_is_told_at_once():
    assert refused("gs1-data-matrix", "(01)09501101530004(17)999999(98)x(05)1") == [
        "press.code-check-digit", "press.code-gs1", "press.code-gs1",
    ]  # fmt: skip


def test_the_message_ends_without_a_separator():
    assert message(elements("(10)A", HERE)) == "10A"


# --- where codes stand ---


@pytest.mark.parametrize(
    ("corner", "left", "top"),
    [("top-left", 3, 3), ("top-right", 67, 3), ("bottom-left", 3, 187), ("bottom-right", 67, 187)],
)
def test_a_code_stands_in_its_corner_with_its_quiet_zone_off_the_edges(corner, left, top):
    code = PressCode("qr", "x", corner=corner, module=0.75)
    drawn = symbol(code, HERE)  # 21 modules and 4 on each side: 21.75 mm
    size = 29 * 0.75
    x, y = spot(code, drawn, 70 + size, 190 + size, 3)
    assert (x - 3, y - 3) == pytest.approx((left, top))
    assert room(drawn, 3) == pytest.approx(size + 3)


def test_codes_stand_on_their_panels():
    codes = [
        PressCode("pharmacode", "4711"),
        PressCode("qr", "x", panel=1, corner="top-left"),
        PressCode("data-matrix", "x", panel=1, corner="top-right"),
    ]
    found = standing(codes, [(99, 210), (97, 210), (99, 210)], 3, HERE)
    assert [one.panel for one in found] == [3, 1, 1]
    for one in found:
        left, top, right, bottom = one.clear
        assert min(left, top) > 2.999 and right < 99 - 2.999 and bottom < 210 - 2.999


@pytest.mark.parametrize(
    ("codes", "code", "said"),
    [
        ([PressCode("pharmacode", "4711", panel=4)], "press.code-panel", "panel 4; there are 3"),
        ([PressCode("pharmacode", "131070", module=1.0)], "press.code-room", "wide"),
        ([PressCode("qr", "x", module=5.0)], "press.code-room", "mm"),
        ([PressCode("qr", "x"), PressCode("pharmacode", "5")], "press.code-room", "each other's quiet zone"),
        (
            [PressCode("qr", "x" * 90, module=0.9), PressCode("qr", "y" * 90, corner="bottom-left", module=0.9)],
            "press.code-room",
            "each other's quiet zone",
        ),
        ([PressCode("pharmacode", "2")], "press.code-value", "no pharmacode"),
    ],
)
def test_codes_that_cannot_stand_are_refused(codes, code, said):
    with pytest.raises(Refused) as caught:
        standing(codes, [(80, 110)] * 3, 3, HERE)
    assert [(each.code, said in each.message) for each in caught.value.findings] == [(code, True)], caught.value


def test_a_code_is_told_by_the_line_on_which_it_is_written():
    lines = [Place("leaflet.md", 20), Place("leaflet.md", 24)]
    codes = (PressCode("pharmacode", "2", place=lines[0]), PressCode("qr", "x", panel=9, place=lines[1]))
    assert [finding.place for finding in check_codes(Press(codes=codes), HERE, panels=6)] == lines
    with pytest.raises(Refused) as caught:
        standing(codes[1:], [(80, 110)] * 3, 3, HERE)
    assert caught.value.findings[0].place == lines[1]


def test_a_sheet_tells_all_that_is_wrong_with_its_codes_before_it_is_drawn():
    codes = (
        PressCode("pharmacode", "2"),
        PressCode("gs1-data-matrix", "(01)1"),
        PressCode("qr", "x", panel=9),
        PressCode("qr", "y", module=0.1),
        PressCode("qr", "one", corner="top-left"),
        PressCode("data-matrix", "two", panel=6, corner="top-left"),
    )
    found = [finding.code for finding in check_codes(Press(codes=codes), HERE, panels=6)]
    assert found == ["press.code-value", "press.code-gs1", "press.code-panel", "press.code-module", "press.code-room"]
    assert list(check_codes(Press(codes=codes[2:3]), HERE)) == []  # how many panels there are is not known yet
    assert list(check_codes(Press(codes=(PressCode("pharmacode", "3"),)), HERE, panels=1)) == []
