"""Preflight of files that are broken or hostile: it ends in time, tells one clear thing, and never fails itself."""

from __future__ import annotations

import io
import time
import zlib
from functools import partial

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf

from publish.verify.preflight._limits import Limits
from publish.verify.preflight._scene import read_scene
from publish.verify.preflight._walk import OPERATORS
from verify.preflight.scene_bench import bar, codes, form, image, page, scene, spot, text, told

MINE = (
    "colour-space", "calibrated-colour", "white-text-overprint", "white-path-overprint", "black-text-overprint",
    "black-line-overprint", "rich-black-text", "white-text-size", "multi-ink-text-size", "white-line-width",
    "multi-ink-line-width", "hairline", "image-resolution", "one-bit-resolution", "fonts-embedded", "separation-none",
    "registration-colour", "spot-ambiguous", "safety-distance", "fold-distance", "sound-content",
)  # fmt: skip


def bomb(levels: int, fan: int):
    """Forms that each draw the next `fan` times: fan ** levels rectangles."""

    def make(pdf):
        inner = form(pdf, f"1 0 0 rg {bar(1, 1, 9, 9)} f", Resources=Dictionary())
        for _ in range(levels):
            inner = form(pdf, "/X Do " * fan, Resources=Dictionary(XObject=Dictionary(X=inner)))
        return {"XObject": {"X": inner}}

    return page("/X Do", make)


def test_forms_that_multiply_without_end_are_stopped_and_told(monkeypatch):
    small = partial(read_scene, limits=Limits(seconds=1))
    monkeypatch.setattr("publish.verify.preflight.read_scene", small)
    started = time.monotonic()
    found = told(bomb(12, 10), "colour-space")
    assert codes(found) == ["too-much error", "colour-space error"]
    assert found[0].message == "not all of the file was looked at: it takes longer than 1 seconds"
    assert time.monotonic() - started < 10


def test_what_was_seen_before_the_limit_is_judged():
    seen = scene(bomb(3, 10), limits=Limits(objects=100))
    assert len(seen.objects) == 100 and seen.unread == "it paints more than 100 objects" and seen.unread_from == 1


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(instructions=50), "it paints with more than 50 instructions"),
        (Limits(seconds=-1), "it takes longer than -1 seconds"),
        (Limits(tokens=20), "a content stream holds more than 20 words"),
        (Limits(pages=0), "it has more than 0 pages"),
    ],
)
def test_each_limit_is_told(limits, said):
    assert scene(page("0 g 0 0 1 1 re f " * 500), limits=limits).unread == said


def test_a_stream_that_unpacks_without_end_is_not_unpacked():
    def make(pdf):
        packed = zlib.compress(b" " * 200_000_000, 9)
        big = Pdf.make_stream(pdf, packed, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        big.write(packed, filter=Name.FlateDecode)
        return {"XObject": {"X": big}}

    started = time.monotonic()
    found = told(page("/X Do", make), "colour-space", "sound-content")
    assert codes(found) == ["too-much error"]
    assert found[0].message == "not all of the file was looked at: a content stream unpacks to more than 24 MB"
    assert time.monotonic() - started < 10


def test_tables_and_functions_without_end_take_no_time():
    def make(pdf):
        ranges = b"1 beginbfrange " + b"<0000><FFFF><0000> " * 5000 + b"endbfrange"
        inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/C"), W=[0, 65535, 500] * 5000)
        outer = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/C"), Encoding=Name("/Identity-H"))
        outer.DescendantFonts, outer.ToUnicode = Array([inner]), pdf.make_stream(ranges)
        function = Dictionary(FunctionType=2, N=1, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 0, 0])
        for _ in range(6):
            several = Array([function] * 60)
            function = pdf.make_indirect(Dictionary(FunctionType=3, Domain=[0, 1], Functions=several))
        shade = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 1, 0], Function=function)
        space = Array([Name.Separation, Name("/Brand"), Name.DeviceCMYK, function])
        return {"Font": {"C": outer}, "Shading": {"P": shade}, "ColorSpace": {"S": space}}

    started = time.monotonic()
    told(page(f"BT /C 9 Tf 99 99 Td <00010002> Tj ET /P sh /S cs 1 scn {bar(1, 1, 9, 9)} f", make), *MINE)
    assert time.monotonic() - started < 10


def test_forms_and_patterns_that_draw_themselves():
    def make(pdf):
        one, two = (form(pdf, f"/X Do /Pattern cs /P scn {bar(1, 1, 9, 9)} f") for _ in range(2))
        one.Resources = Dictionary(XObject=Dictionary(X=two))
        two.Resources = Dictionary(XObject=Dictionary(X=one))
        cell = pdf.make_stream(
            b"/Pattern cs /P scn 0 0 5 5 re f", PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 9, 9],
            XStep=9, YStep=9,
        )  # fmt: skip
        cell.Resources = Dictionary(Pattern=Dictionary(P=cell))
        for each in (one, two):
            each.Resources.Pattern = Dictionary(P=cell)
        return {"XObject": {"X": one}}

    (found,) = told(page("/X Do", make), "colour-space", "sound-content")
    assert found.message == "the page holds a form that draws itself; each viewer makes something else of it"


def test_forms_nested_deeper_than_any_viewer_goes():
    (found,) = told(bomb(40, 1), "colour-space", "sound-content")
    assert "nested too deep" in found.message


def test_more_q_than_can_be_kept_are_still_in_step_with_their_Q():
    content = "q " * 30 + "1 0 0 rg " + "Q " * 30 + f"{bar(1, 1, 9, 9)} f"
    assert [str(each.color.space) for each in scene(page(content), limits=Limits(saved=10)).objects] == ["DeviceGray"]


@pytest.mark.parametrize(
    "broken",
    [
        b"<< /a [ 1 0 0 rg",
        b"q q q q BT BT ( ) Tj /OC /No BDC EMC EMC EMC Q Q",
        b"\xff\xfe\x00 stream endstream",
        b"1e400 0 m 99999999999999999999999999999999999999999999 0 l S",
        b"BI /W 0 /H 0 ID EI BI ID EI BI /W (a) /H [] /BPC 8 /CS /RGB ID x EI",
        b"0 0 0 0 0 0 cm 0 0 9 9 re B BT /F 0 Tf (a) Tj ET 1e9 0 0 1e9 0 0 cm 1e9 0 0 1e9 0 0 cm 0 0 1 1 re f",
        b"/F 9 Tf [(a) /b (c) [1] << >> null] TJ (a) (b) ' 1 (b) \"",
    ],
)
def test_broken_content_is_passed_over(broken):
    told(page(broken.decode("latin-1")), *MINE)


def test_broken_resources_are_passed_over():
    def make(pdf):
        wrong = [
            Name.No, Array([]), Array([Name.ICCBased]), Array([Name.Separation]), Array([Name.Indexed, Name.No, 1, 2]),
            Array([Name.DeviceN, 1, 2, 3]), Dictionary(), 5, pdf.make_stream(b"x"),
        ]  # fmt: skip
        named = {f"W{number}": each for number, each in enumerate(wrong)}
        kinds = ("ColorSpace", "XObject", "Pattern", "Shading", "ExtGState", "Font", "Properties")
        return {kind: dict(named) for kind in kinds}

    uses = (
        f"/W{{0}} cs 1 scn {bar(1, 1, 9, 9)} f /W{{0}} Do /Pattern cs /W{{0}} scn {bar(1, 1, 9, 9)} f /W{{0}} sh "
        "/W{0} gs BT /W{0} 9 Tf (abc) Tj ET /OC /W{0} BDC 0 0 9 9 re f EMC"
    )
    told(page(" ".join(uses.format(number) for number in range(9)), make), *MINE)


@pytest.mark.parametrize(
    "box",
    [
        {"MediaBox": 5},
        {"MediaBox": [0, 0, 0, 0]},
        {"TrimBox": [Name.A, 1, 2, 3]},
        {"Resources": 7},
        {"Rotate": 45, "UserUnit": -1},
        {"Annots": [7, Dictionary(), Dictionary(AP=5)]},
        {"Contents": 7},
    ],
)
def test_broken_pages_are_passed_over(box):
    told(page("0 0 9 9 re f", box=box), *MINE)


# --- any soup of operators ---

NUMBERS = st.sampled_from(["0", "1", "-1", "0.5", "7", "100", "300", "-1e5", "1000000000000", "."])
NAMES = st.sampled_from(["/F", "/Over", "/S0", "/P", "/X", "/I", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/OC", "/No"])
OTHERS = st.sampled_from(["(ab)", "<00>", "[(a) 5 (b)]", "[]", "<</MCID 1>>", "true", "null", "<<", "]"])
SOUP = st.lists(
    st.tuples(
        st.lists(NUMBERS | NAMES | OTHERS, max_size=6),
        st.sampled_from([*(name for name in OPERATORS if name != "INLINE IMAGE"), "h", "BX", "EX", "xx", "d0", "ri"]),
    ),
    max_size=40,
)


def _make(pdf):
    cell = pdf.make_stream(
        b"0 0 5 5 re f", PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 9, 9], XStep=9, YStep=9
    )
    return {
        "ColorSpace": {"S0": spot("Brand")},
        "Pattern": {"P": cell},
        "XObject": {"X": form(pdf, "0 0 9 9 re f"), "I": image(pdf, 20, 20)},
    }


PLAIN = page("%", _make)


@settings(max_examples=150, deadline=None)
@given(SOUP)
def test_no_soup_of_operators_makes_it_fail(soup):
    content = " ".join(" ".join([*operands, operator]) for operands, operator in soup)
    with pikepdf.open(io.BytesIO(PLAIN)) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(content.encode())
        out = io.BytesIO()
        pdf.save(out)
    told(out.getvalue(), *MINE)


def test_words_of_text_that_cannot_be_read_are_left_out():
    assert "text" in told(page("0 1 0 0.1 k " + text(20, 50, 8, words="\\001\\002")), "multi-ink-text-size")[0].message
