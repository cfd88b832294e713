"""The proof of the codes on a press sheet: what a reader, a ruler and the plates say of sheets good and bad."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import documents
from publish.formats import Options, press
from publish.model import PressCode, Story, Text
from publish.press.codes import Standing
from publish.programs import GHOSTSCRIPT
from publish.verify import press_codes
from verify.code_bench import (
    BLACK,
    DOCUMENT,
    PRESS,
    Draw,
    bars,
    document,
    drawn,
    file,
    filled,
    judge,
    letter,
    letter_fold,
    places,
)

SIZE = (96.0, 120.0)
"""A small page, so that a sheet is searched in no time."""

CODES = {
    "pharmacode": PressCode("pharmacode", "4711"),
    "data-matrix": PressCode("data-matrix", "Grüße €"),
    "gs1": PressCode("gs1-data-matrix", "(01)09501101530003(10)ABC(17)281231(21)12"),
    "qr": PressCode("qr", "https://example.org/größe"),
}
EACH = pytest.mark.parametrize(
    "code", [CODES[kind] for kind in ("pharmacode", "gs1", "qr")], ids=["pharmacode", "gs1", "qr"]
)
BOTH = pytest.mark.parametrize("code", [CODES["pharmacode"], CODES["gs1"]], ids=["pharmacode", "gs1"])


def codes_of(code: PressCode, draw: Draw, **more: str) -> list[str]:
    """What is found of a sheet on which one code is drawn so; each finding knows its place."""
    found = judge(drawn([code], size=SIZE, draw=draw, **more), [code])
    for finding in found:
        assert finding.place and finding.place.page == 1 and finding.place.box and finding.hint
        left, top, right, bottom = finding.place.box
        assert 0 <= left < right <= SIZE[0] and 0 <= top < bottom <= SIZE[1]
    return [finding.code for finding in found]


def scaled(one: Standing, x: float, y: float, wide: float = 1.0, high: float = 1.0, ink: str = BLACK) -> str:
    """Each bar wider or higher from its left and its top: a pharmacode's by its own width, others by a module."""
    whole = one.symbol.kind == "pharmacode"
    module = one.symbol.module
    return filled(
        (
            (x + left, y + top, w + (wide - 1) * (w if whole else module), h + (high - 1) * (h if whole else module))
            for left, top, w, h in one.symbol.bars
        ),
        ink,
    )


# --- sheets that are right ---


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_code_that_is_right_passes(code):
    assert codes_of(code, bars) == []


def test_codes_on_both_sides_of_a_fold_pass():
    codes = [
        PressCode("pharmacode", "131070", panel=1),
        PressCode("qr", "x", panel=2, corner="top-left"),
        PressCode("gs1-data-matrix", "(01)09501101530003", panel=5),
        PressCode("data-matrix", "last panel", module=0.6),
    ]
    sheet = letter_fold()
    assert judge(drawn(codes, sheet), codes, sheet) == []


def test_a_sheet_printed_on_one_side_has_the_panels_of_that_side():
    code = CODES["qr"]
    sheet = letter_fold("single-sheet", "a5")
    one_side = replace(sheet, sides=sheet.sides[:1])
    assert judge(drawn([code], one_side), [code], sheet) == []


@given(
    st.sampled_from(sorted(CODES)),
    st.floats(0.25, 0.9),
    st.sampled_from(["top-left", "top-right", "bottom-left", "bottom-right"]),
    st.floats(90, 130),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_code_of_any_module_in_any_corner_passes(kind, module, corner, width):
    code = replace(CODES[kind], module=module, corner=corner)
    assert judge(drawn([code], size=(width, 120)), [code]) == []


@given(st.integers(3, 131070))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_pharmacode_is_read_from_the_sheet(number):
    code = PressCode("pharmacode", str(number))
    assert judge(drawn([code], size=SIZE), [code]) == []


# --- what the reader says ---


@EACH
def test_a_code_that_is_not_there_is_unreadable(code):
    assert codes_of(code, lambda one, x, y: "") == ["press.code-unreadable"]


def test_a_code_on_a_page_that_is_not_there_is_unreadable():
    code = PressCode("qr", "x", panel=2)
    sheet = letter_fold()
    found = judge(file([""], sheet.width, sheet.height), [code], sheet)
    assert [finding.code for finding in found] == ["press.code-unreadable"]
    assert "page 2" in found[0].message


@EACH
def test_a_code_white_on_black_is_unreadable(code):
    def inverted(one: Standing, x: float, y: float) -> str:
        left, top, right, bottom = one.symbol.quiet
        whole = (x - left, y - top, one.symbol.width + left + right, one.symbol.height + top + bottom)
        return filled([whole]) + scaled(one, x, y, ink="0 0 0 0 k")

    found = judge(drawn([code], size=SIZE, draw=inverted), [code])
    assert [finding.code for finding in found] == ["press.code-unreadable", "press.code-quiet-zone"]
    assert "white on dark" in found[0].message


@BOTH
@pytest.mark.parametrize("state", ["", "/Over gs"], ids=["knocked out", "overprinted"])
def test_a_code_half_hidden_by_a_colour_is_found(code, state):
    def hidden(one: Standing, x: float, y: float) -> str:
        cover = filled([(x - 1, y - 1, one.symbol.width / 2, one.symbol.height + 2)], "0 0 1 0 k")
        return bars(one, x, y) + f"q {state} {cover} Q\n"

    found = codes_of(code, hidden)
    assert {"press.code-unreadable", "press.code-wrong"} & set(found)
    assert "press.code-ink" in found and "press.code-quiet-zone" in found


@EACH
def test_a_mirrored_code_is_wrong(code):
    def mirrored(one: Standing, x: float, y: float) -> str:
        return filled((x + one.symbol.width - left - w, y + top, w, h) for left, top, w, h in one.symbol.bars)

    assert codes_of(code, mirrored) == ["press.code-wrong"]


@pytest.mark.parametrize("kind", ["data-matrix", "gs1", "qr"])
def test_a_turned_code_is_wrong(kind):
    def turned(one: Standing, x: float, y: float) -> str:
        return filled((x + top, y + one.symbol.width - left - w, h, w) for left, top, w, h in one.symbol.bars)

    assert codes_of(CODES[kind], turned) == ["press.code-wrong"]


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        (PressCode("pharmacode", "4711"), PressCode("pharmacode", "4712")),
        (PressCode("qr", "https://example.org/1"), PressCode("qr", "https://example.org/2")),
        (PressCode("data-matrix", "Lot 1"), PressCode("data-matrix", "Lot 2")),
        (PressCode("data-matrix", "10ABC"), PressCode("gs1-data-matrix", "(10)ABC")),
        (PressCode("gs1-data-matrix", "(10)ABC"), PressCode("data-matrix", "10ABC")),
        (PressCode("gs1-data-matrix", "(10)AB(21)7"), PressCode("gs1-data-matrix", "(10)AB217")),
    ],
)
def test_a_code_that_says_something_else_is_wrong(asked, there):
    found = judge(drawn([there], size=SIZE), [asked])
    assert "press.code-wrong" in [finding.code for finding in found]
    assert there.value.strip("(")[:3].replace(")", "") in found[0].message


# --- what the ruler says ---


@EACH
def test_bars_ten_percent_too_wide_are_found(code):
    assert codes_of(code, lambda one, x, y: scaled(one, x, y, wide=1.1)) == ["press.code-size"]


@EACH
def test_bars_ten_percent_too_narrow_are_found(code):
    assert codes_of(code, lambda one, x, y: scaled(one, x, y, wide=0.9)) == ["press.code-size"]


def test_a_pharmacode_that_is_too_low_is_found():
    found = judge(
        drawn([CODES["pharmacode"]], size=SIZE, draw=lambda one, x, y: scaled(one, x, y, high=0.9)),
        [CODES["pharmacode"]],
    )
    assert [finding.code for finding in found] == ["press.code-size"]
    assert "7.2 mm high instead of 8.0 mm" in found[0].message and "Laetus" in found[0].source


@EACH
def test_a_code_beside_its_place_is_found(code):
    assert {"press.code-size", "press.code-wrong"} & set(codes_of(code, lambda one, x, y: bars(one, x - 0.5, y)))


@pytest.mark.parametrize("kind", ["data-matrix", "gs1", "qr"])
def test_a_spot_on_a_module_is_found_though_readers_mend_it(kind):
    def spotted(one: Standing, x: float, y: float) -> str:
        module = one.symbol.module
        return bars(one, x, y) + filled([(x + 9.5 * module, y + 9 * module, module, 2 * module)], "0 0 0 0 k")

    assert codes_of(CODES[kind], spotted) == ["press.code-size"]


# --- the quiet zone ---

NEAR = 0.2


@BOTH
@pytest.mark.parametrize(
    "intruder",
    [
        lambda one, x, y: filled([(x + one.symbol.width + NEAR, y, 0.1, 4)]),
        lambda one, x, y: filled([(x - NEAR - 0.1, y, 0.1, one.symbol.height)]),
        lambda one, x, y: filled([(x, y - NEAR - 0.1, 5, 0.1)]),
        lambda one, x, y: filled([(x, y + one.symbol.height + NEAR, 5, 0.1)]),
        lambda one, x, y: filled([(x - NEAR - 0.1, y, 0.1, 2)], "0 0 0.2 0 k"),
        lambda one, x, y: letter(x - NEAR - 0.646 * 3.5, y + 4, 3.5),
        lambda one, x, y: letter(x, y - NEAR, 3.5),
    ],
    ids=["line right", "line left", "line above", "line below", "pale line", "letter left", "letter above"],
)
def test_ink_in_the_quiet_zone_is_found(code, intruder):
    found = judge(drawn([code], size=SIZE, draw=lambda one, x, y: bars(one, x, y) + intruder(one, x, y)), [code])
    assert [finding.code for finding in found] == ["press.code-quiet-zone"]
    assert "0.2 mm beside" in found[0].message and found[0].source


@EACH
def test_ink_just_outside_of_the_quiet_zone_passes(code):
    def framed(one: Standing, x: float, y: float) -> str:
        left, top, right, bottom = one.symbol.quiet
        wide, high = one.symbol.width + left + right, one.symbol.height + top + bottom
        x, y = x - left - 0.05, y - top - 0.05
        sides = [(x - 0.2, y - 0.2, wide + 0.5, 0.2), (x - 0.2, y + high + 0.1, wide + 0.5, 0.2)]
        sides += [(x - 0.2, y, 0.2, high), (x + wide + 0.1, y, 0.2, high)]
        return bars(one, x + left + 0.05, y + top + 0.05) + filled(sides)

    assert codes_of(code, framed) == []


@EACH
def test_a_tint_behind_a_code_is_found(code):
    def on_tint(one: Standing, x: float, y: float) -> str:
        return filled([(x, y, one.symbol.width, one.symbol.height)], "0 0 0.1 0 k") + bars(one, x, y)

    found = judge(drawn([code], size=SIZE, draw=on_tint), [code])
    assert [finding.code for finding in found] == ["press.code-ink"] and "coloured ground" in found[0].message


# --- inks ---

INKS = [
    ("0 0 0 rg", "Cyan too"),
    ("0.6 0.4 0.4 1 k", "Cyan too"),
    ("0 0 0 0.9 k", "90 % of black"),
    ("1 0.9 0 0.2 k", "20 % of black"),
    ("0 1 1 0 k", "0 % of black"),
]


@BOTH
@pytest.mark.parametrize(("ink", "said"), INKS)
def test_a_code_that_is_not_black_alone_is_found_on_the_plates(code, ink, said):
    found = judge(drawn([code], size=SIZE, draw=lambda one, x, y: scaled(one, x, y, ink=ink)), [code])
    assert [finding.code for finding in found] == ["press.code-ink"], found
    assert said in found[0].message


@pytest.mark.parametrize("ink", ["0 0 0 1 k", "0 g"])
def test_black_alone_passes_however_it_is_written(ink):
    assert codes_of(CODES["qr"], lambda one, x, y: scaled(one, x, y, ink=ink)) == []


def test_an_ink_that_overprints_a_code_is_found_on_the_plates():
    """On a screen 20 % of yellow over black is nothing; on the plates it is a second ink in the bars."""

    def tinted(one: Standing, x: float, y: float) -> str:
        tint = filled([(x, y, one.symbol.width, one.symbol.height)], "0 0 0.2 0 k")
        return tint + "q /Over gs " + bars(one, x, y) + "Q\n"

    found = judge(drawn([CODES["data-matrix"]], size=SIZE, draw=tinted), [CODES["data-matrix"]])
    assert [finding.code for finding in found] == ["press.code-ink"]
    assert "plate Yellow" in found[0].message


@pytest.mark.parametrize(
    ("ink", "right"), [("0 0 0 1 k", True), ("0 1 1 0 k", False), ("1 0.9 0 0.2 k", False), ("0 0 0 0.8 k", False)]
)
def test_without_ghostscript_the_picture_tells_the_colour(monkeypatch, ink, right):
    monkeypatch.setattr("publish.verify._code_plates.GHOSTSCRIPT", replace(GHOSTSCRIPT, look=lambda: None))
    found = codes_of(CODES["qr"], lambda one, x, y: scaled(one, x, y, ink=ink))
    assert ("press.code-ink" not in found) is right


# --- once, and no others ---


@EACH
def test_a_code_that_stands_twice_is_found(code):
    def twice(one: Standing, x: float, y: float) -> str:
        return bars(one, x, y) + bars(one, 20, 20)

    found = judge(drawn([code], size=SIZE, draw=twice), [code])
    assert [finding.code for finding in found] == ["press.code-twice"]
    assert found[0].place and found[0].place.box == pytest.approx(
        (20, 20, 20 + _symbol(code).width, 20 + _symbol(code).height), abs=1.1
    )


@EACH
def test_a_code_that_nobody_asked_for_is_found(code):
    found = judge(drawn([code], size=SIZE), [])
    assert [finding.code for finding in found] == ["press.code-unknown"]


def test_a_story_leads_where_the_text_says():
    story = Story("s", (Text("A story"),), CODES["qr"].value, "Read it", ())
    told = replace(DOCUMENT, body=(*DOCUMENT.body, story))
    assert judge(drawn([CODES["qr"]], size=SIZE), [], base=told) == []


def test_tables_and_words_are_no_pharmacodes():
    rows = filled((10 + 8 * column, 10, 0.2, 60) for column in range(9)) + filled(
        (10, 10 + 6 * row, 64, 0.2) for row in range(11)
    )
    words = letter(10, 90, 14, "lIlIl III Hill") + letter(10, 105, 8, "Phase III ||||||||||")
    assert judge(file([rows + words], *SIZE), []) == []


# --- the file that the press format makes ---


def test_the_codes_of_a_press_file_that_is_built_are_proven():
    asked = [CODES["pharmacode"], replace(CODES["gs1"], corner="bottom-left"), replace(CODES["qr"], corner="top-left")]
    leaflet = documents.document()
    leaflet = document(asked, base=leaflet)
    pdf = press.write(leaflet, documents.theme(), Options(press=PRESS))
    assert judge(pdf, asked, base=leaflet) == []
    assert "press.code-wrong" in [finding.code for finding in judge(pdf, [PressCode("pharmacode", "4712")])]


# --- files that are none ---


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"not a pdf"])
def test_a_file_that_is_no_pdf_is_left_to_preflight(data):
    assert judge(data, [CODES["qr"]]) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/TrimBox", [0, 0, 0, 0]),
        ("/CropBox", [5, 5, 5, 5]),
        ("/MediaBox", [0, 0, 0, 0]),
        ("/TrimBox", [9e9, 0, 1e12, 5]),
        ("/Contents", [1, 2]),
        ("/Resources", 3),
        ("/Rotate", 90),
    ],
)
def test_a_page_that_is_broken_brings_no_traceback(key, value):
    sheet = letter_fold()
    with pikepdf.open(io.BytesIO(drawn([CODES["qr"]], sheet))) as pdf:
        pdf.pages[0].obj[key] = pikepdf.Array(value) if isinstance(value, list) else value
        made = io.BytesIO()
        pdf.save(made)
    found = judge(made.getvalue(), [CODES["qr"]], sheet)
    assert all(finding.code in press_codes.CODES for finding in found)


def test_a_code_that_cannot_be_made_is_told_here_too():
    assert [finding.code for finding in judge(file([""], *SIZE), [PressCode("pharmacode", "2")])] == [
        "press.code-value"
    ]


def test_a_sheet_of_four_metres_is_searched_in_bounded_time():
    code = PressCode("qr", "far off", corner="top-left")
    assert judge(drawn([code], size=(4000, 60)), [code]) == []


def _symbol(code: PressCode):
    return places([code], None, SIZE, 1)[0][0].symbol
