"""Each rule on what is painted: a page that breaks it and one just inside its limit."""

from __future__ import annotations

import pytest
from pikepdf import Array, Dictionary, Name

from publish.policy import load_press_profile, press_profile_names
from publish.verify.preflight import rule_names
from verify.preflight.scene_bench import bar, codes, icc, image, page, put, spot, text, told

WHITE, BLACK, RICH = "0 0 0 0 k", "0 0 0 1 k", "0.6 0.6 0.7 1 k"


def placed(width: int, height: int, mm: tuple[float, float], **how):
    """A page with an image of so many pixels at a size in mm."""
    make = lambda pdf: {"XObject": {"I": image(pdf, width, height, **how)}}  # noqa: E731
    return page(f"q {BLACK} {put(10, 10, *mm)} /I Do Q", make)


def pixels_for(ppi: float, mm: float = 25.4) -> int:
    return round(ppi * mm / 25.4)


def spotted(content: str, *spaces):
    return page(content, lambda pdf: {"ColorSpace": {f"S{number}": each for number, each in enumerate(spaces)}})


def line(color: str, width: float, state: str = "Knock") -> bytes:
    stroke = color.replace("k", "K")
    return page(f"/{state} gs {stroke} {width} w 100 100 m 300 100 l S")


def words(color: str, size: float, state: str = "Knock") -> bytes:
    return page(f"/{state} gs {color} " + text(20, 50, size))


PAIRS = {
    # rule: (breaks it, what is said, is just inside it)
    "white-text-overprint": (words(WHITE, 20, "Over"), "error", words(WHITE, 20)),
    "white-path-overprint": (
        page(f"/Over gs {WHITE} {bar(10, 10, 20, 20)} f"), "error", page(f"/Knock gs {WHITE} {bar(10, 10, 20, 20)} f"),
    ),
    "black-text-overprint": (words(BLACK, 11.9), "warning", words(BLACK, 12)),
    "black-line-overprint": (line(BLACK, 1.999), "warning", line(BLACK, 2)),
    "rich-black-text": (words("0.65 0.65 0.66 0.85 k", 20), "warning", words("0.65 0.65 0.65 0.85 k", 20)),
    "white-text-size": (words(WHITE, 4.9), "warning", words(WHITE, 5)),
    "multi-ink-text-size": (words("0 1 0 0.1 k", 13.9), "warning", words("0 1 0 0.1 k", 14)),
    "white-line-width": (line(WHITE, 0.299), "warning", line(WHITE, 0.3)),
    "multi-ink-line-width": (line("0 1 0 0.1 k", 1.499), "warning", line("0 1 0 0.1 k", 1.5)),
    "hairline": (line(BLACK, 0), "warning", line(BLACK, 0.1)),
    "fonts-embedded": (
        page(text(20, 50, 20, font="H"), lambda pdf: {"Font": {"H": Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)}}), "error", page(text(20, 50, 20)),
    ),
    "separation-none": (
        spotted(f"/S0 cs 1 scn {bar(10, 10, 20, 20)} f", spot("None")), "warning",
        spotted(f"/S0 cs 1 scn {bar(10, 10, 20, 20)} f", spot("PANTONE 186 C")),
    ),
    "registration-colour": (
        spotted(f"/S0 cs 1 scn {bar(10, 10, 20, 20)} f", spot("All", full=(1, 1, 1, 1))), "warning",
        spotted(f"/S0 cs 1 scn {bar(-9, 10, 5, 5)} f", spot("All", full=(1, 1, 1, 1))),
    ),
    "spot-ambiguous": (
        spotted(f"/S0 cs 1 scn {bar(10, 10, 20, 20)} f /S1 cs 1 scn {bar(40, 10, 20, 20)} f",
                spot("Brand"), spot("Brand", full=(0, 1, 0.5, 0))), "warning",
        spotted(f"/S0 cs 1 scn {bar(10, 10, 20, 20)} f /S1 cs 1 scn {bar(40, 10, 20, 20)} f",
                spot("Brand"), spot("Brand")),
    ),
    "safety-distance": (page(text(2.9, 50, 10)), "warning", page(text(3.0, 50, 10))),
    "sound-content": (page(text(20, 50, 10, font="Missing")), "warning", page(text(20, 50, 10))),
    "colour-space": (page(f"1 0 0 rg {bar(10, 10, 5, 5)} f"), "error", page(f"0 1 1 0 k {bar(10, 10, 5, 5)} f")),
    "calibrated-colour": (
        page(f"/C cs 0 0 0 1 sc {bar(10, 10, 5, 5)} f", lambda pdf: {"ColorSpace": {"C": icc(pdf, b"CMYK", 4)}}),
        "warning", page(f"0 0 0 1 k {bar(10, 10, 5, 5)} f"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", PAIRS)
def test_a_rule_fires_beyond_its_limit_and_not_within(rule):
    broken, weight, edge = PAIRS[rule]
    assert codes(told(broken, rule)) == [f"{rule} {weight}"]
    assert codes(told(edge, rule)) == []


@pytest.mark.parametrize(
    ("rule", "ppi", "weight", "how"),
    [
        ("image-resolution", 199, "error", {}),
        ("image-resolution", 200, "warning", {}),
        ("image-resolution", 239, "warning", {"space": Name.DeviceGray}),
        ("image-resolution", 240, None, {}),
        ("one-bit-resolution", 549, "error", {"space": Name.DeviceGray, "bits": 1}),
        ("one-bit-resolution", 550, "warning", {"space": Name.DeviceGray, "bits": 1}),
        ("one-bit-resolution", 799, "warning", {"ImageMask": True, "bits": 1}),
        ("one-bit-resolution", 800, None, {"ImageMask": True, "bits": 1}),
    ],
)
def test_resolution(rule, ppi, weight, how):
    found = told(placed(ppi, ppi, (25.4, 25.4), **how), "image-resolution", "one-bit-resolution")
    assert codes(found) == ([f"{rule} {weight}"] if weight else [])


def test_the_lower_resolution_of_the_two_directions_counts():
    (found,) = told(placed(600, 300, (25.4, 50.8)), "image-resolution")
    assert "of 600 × 300 pixels is printed at 150 ppi; more than 199 ppi is asked" in found.message


def test_an_image_of_a_few_pixels_is_an_area_of_one_colour():
    assert told(placed(16, 16, (50, 50)), "image-resolution") == []
    assert codes(told(placed(17, 17, (50, 50)), "image-resolution")) == ["image-resolution error"]


def test_a_turned_image_is_measured_along_its_own_sides():
    inch = 72
    make = lambda pdf: {"XObject": {"I": image(pdf, 300, 150)}}  # noqa: E731
    assert told(page(f"q 0 {inch} -{inch // 2} 0 200 200 cm /I Do Q", make), "image-resolution") == []


def test_text_is_told_with_its_words_its_figure_the_limit_the_place_and_the_source():
    (found,) = told(words("0 1 0 0.1 k", 8), "multi-ink-text-size")
    assert found.message == (
        "text “Words” is printed in 2 inks (Magenta 100 % + Black 10 %), with letters of 8 pt; the least is 14 pt"
    )
    assert found.source == "GWG 2022, Label & Leaflet, R0017"
    assert found.place.page == 1
    left, top, right, bottom = found.place.box
    assert left == pytest.approx(20, abs=0.01) and right == pytest.approx(20 + 5 * 4 * 25.4 / 72, abs=0.01)
    assert top < 50 < bottom and bottom - top < 8 * 25.4 / 72


def test_sizes_count_as_they_are_on_the_page():
    assert codes(
        told(page("0 1 0 0.1 k q .5 0 0 .5 0 0 cm BT /F 20 Tf 200 200 Td (Ab) Tj ET Q"), "multi-ink-text-size")
    )
    large = page("0 1 0 0.1 k BT /F 1 Tf 14 0 0 14 200 200 Tm (Ab) Tj ET")
    assert told(large, "multi-ink-text-size") == []
    assert codes(told(page("0 1 0 0.1 K 0.5 w q 4 0 0 1 0 0 cm 50 50 m 70 50 l S Q"), "multi-ink-line-width"))
    assert told(page("0 1 0 0.1 K 0.5 w q 3 0 0 3 0 0 cm 50 50 m 70 50 l S Q"), "multi-ink-line-width") == []


def test_sizes_count_with_the_unit_of_the_page():
    content = "0 1 0 0.1 k BT /F 8 Tf 100 100 Td (Ab) Tj ET"
    assert codes(told(page(content), "multi-ink-text-size"))
    assert told(page(content, box={"UserUnit": 2}), "multi-ink-text-size") == []


# --- white and black ---


@pytest.mark.parametrize(
    ("color", "state", "said"),
    [
        ("0 0 0 0 k", "Over", "it is not printed at all"),
        ("0 0 0 0 k", "Over0", "spot inks below it show through"),
        ("1 g", "Over", "spot inks below it show through"),
        ("/S0 cs 0 scn", "Over0", "it is not printed at all"),
        ("/S1 cs 0 0 scn", "Over", "it is not printed at all"),
    ],
)
def test_white_is_every_colour_that_lays_no_ink(color, state, said):
    both = Array([Name.DeviceN, [Name.Cyan, Name("/Brand")], Name.DeviceCMYK, Dictionary(FunctionType=4)])
    for painted, rule in ((text(20, 50, 20), "white-text-overprint"), (f"{bar(1, 1, 9, 9)} f", "white-path-overprint")):
        (found,) = told(spotted(f"/{state} gs {color} {painted}", spot("Brand"), both), rule)
        assert said in found.message


@pytest.mark.parametrize(
    ("color", "state", "overprints"),
    [
        ("0 0 0 1 k", "Over", True),
        ("0 0 0 1 k", "Over0", False),  # mode 0 paints cyan, magenta and yellow white
        ("0 g", "Over", False),  # grey clears all process inks: ISO 32000-1, table 148
        ("/S0 cs 1 scn", "Over0", True),
    ],
)
def test_black_overprints_when_the_other_plates_are_left_alone(color, state, overprints):
    content = f"/{state} gs {color} " + text(20, 50, 8)
    found = told(spotted(content, spot("Black", full=(0, 0, 0, 1))), "black-text-overprint")
    assert (found == []) is overprints


def test_op_in_capitals_speaks_for_fills_unless_there_is_a_small_one():
    make = lambda pdf: {"ExtGState": {"A": Dictionary(OP=True, OPM=1), "B": Dictionary(OP=True, op=False, OPM=1)}}  # noqa: E731
    assert told(page("/A gs 0 0 0 1 k " + text(20, 50, 8), make), "black-text-overprint") == []
    assert codes(told(page("/B gs 0 0 0 1 k " + text(20, 50, 8), make), "black-text-overprint"))


def test_grey_and_dark_colours_are_no_black():
    assert told(page("0 0 0 0.9 k " + text(20, 50, 8)), "black-text-overprint") == []
    assert told(page("0.2 0 0 1 k " + text(20, 50, 8)), "black-text-overprint") == []


def test_every_plate_is_several_inks_and_a_rich_black():
    content = "/S0 cs 1 scn " + text(20, 50, 8)
    found = told(spotted(content, spot("All", full=(1, 1, 1, 1))), "multi-ink-text-size", "rich-black-text")
    assert sorted(codes(found)) == ["multi-ink-text-size warning", "rich-black-text warning"]


def test_a_filled_bar_is_a_line():
    assert codes(told(page(f"0 1 0 0.1 k {bar(10, 10, 50, 0.5)} f"), "multi-ink-line-width"))
    assert codes(told(page("0 1 0 0.1 k 100 100 m 300 100 l 300 101 l 100 101 l f"), "multi-ink-line-width"))
    assert told(page(f"0 1 0 0.1 k {bar(10, 10, 1, 0.5)} f"), "multi-ink-line-width") == []
    assert codes(told(page("0 0 0 1 k 100 100 200 0 re f"), "hairline"))


def test_outlined_text_is_painted_with_the_colour_and_the_overprint_of_strokes():
    make = lambda pdf: {"ExtGState": {"A": Dictionary(OP=True, op=False, OPM=1)}}  # noqa: E731
    content = "/A gs 0 0 0 0 K 0 0 0 1 k " + text(20, 50, 20, mode=1)
    assert codes(told(page(content, make), "white-text-overprint")) == ["white-text-overprint error"]


# --- the fonts ---


def test_a_font_of_unseen_text_counts_as_used():
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    content = text(20, 50, 20, font="H", mode=3)
    (found,) = told(page(content, lambda pdf: {"Font": {"H": helvetica}}), "fonts-embedded")
    assert "the font Helvetica is not in the file" in found.message


def test_a_composite_font_is_embedded_in_its_descendant():
    def make(pdf, **program):
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name("/Cjk"), Flags=4, **program)
        inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/Cjk"), FontDescriptor=descriptor)
        outer = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/Cjk"), Encoding=Name("/Identity-H"))
        outer.DescendantFonts = Array([inner])
        return {"Font": {"C": outer}}

    content = "BT /C 20 Tf 100 100 Td <00010002> Tj ET"
    assert codes(told(page(content, make), "fonts-embedded")) == ["fonts-embedded error"]
    whole = page(content, lambda pdf: make(pdf, FontFile2=pdf.make_stream(b"x")))
    assert told(whole, "fonts-embedded") == []


def test_a_font_that_no_text_uses_is_not_asked_for():
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    assert told(page(text(20, 50, 20), lambda pdf: {"Font": {"H": helvetica}}), "fonts-embedded") == []


# --- spots ---


def test_a_spot_that_the_vendor_does_not_know():
    content = f"/S0 cs 1 scn {bar(10, 10, 20, 20)} f"
    assert told(spotted(content, spot("PANTONE 186 C")), "spot-names", name="vendor-example") == []
    (found,) = told(spotted(content, spot("Our red")), "spot-names", name="vendor-example")
    assert found.message == "the vendor knows no spot “Our red”; known are: PANTONE *, HKS *"


def test_more_spots_than_the_press_has_units():
    content = f"/S0 cs 1 scn {bar(10, 10, 9, 9)} f /S1 cs 1 scn {bar(30, 10, 9, 9)} f"
    two = (spot("PANTONE 186 C"), spot("HKS 41"))
    assert told(spotted(content, *two), "spot-count", name="vendor-example") == []
    third = content + f" /S2 cs 1 scn {bar(50, 10, 9, 9)} f"
    (found,) = told(spotted(third, *two, spot("HKS 42")), "spot-count", name="vendor-example")
    assert found.message == "the file prints 3 spots (PANTONE 186 C, HKS 41, HKS 42); at most 2 are meant"


# --- one finding for many ---


def test_like_breaches_on_a_page_are_told_once_the_worst_first():
    content = "0 1 0 0.1 k " + " ".join(text(20, 20 + 10 * row, 12 - row) for row in range(6))
    (found,) = told(page(content), "multi-ink-text-size")
    assert "letters of 7 pt" in found.message and "5 more like it on this page: 20.0 mm from the left" in found.message
    assert found.place.box[3] == pytest.approx(70, abs=1)


@pytest.mark.parametrize("name", press_profile_names())
def test_profiles_name_rules_that_there_are(name):
    assert set(load_press_profile(name).rules) <= set(rule_names())
