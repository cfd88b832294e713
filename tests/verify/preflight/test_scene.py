"""What is painted is found, whatever operator paints it and whatever it stands in, at its place in mm."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pikepdf import Array, Dictionary, Name, String

from verify.preflight.scene_bench import (
    BLEED,
    HEIGHT,
    MM,
    SLUG,
    WIDTH,
    at,
    bar,
    codes,
    form,
    icc,
    image,
    page,
    put,
    scene,
    spot,
    text,
    told,
)  # fmt: skip

RED = "1 0 0 rg 1 0 0 RG"
BOX = (20.0, 30.0, 40.0, 45.0)
"""Where each case paints: left, top, right, bottom in mm."""

AREA = bar(20, 30, 20, 15)
PLACE = put(20, 30, 20, 15)
SHADE = Dictionary(
    ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 1, 0],
    Function=Dictionary(FunctionType=2, N=1, Domain=[0, 1], C0=[1, 0, 0], C1=[0, 1, 0]),
)  # fmt: skip
LOOSE = Dictionary(
    Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1000, 1000], FontMatrix=[0.001, 0, 0, 0.001, 0, 0]
)


def triangle() -> str:
    left, top, right, bottom = BOX
    return f"{at(left, bottom)} m {at(right, bottom)} l {at(left, top)} l"


def lettered(pdf, drawing: str):
    """A Type 3 font whose letter “a” is drawn so."""
    face = pdf.make_indirect(Dictionary(LOOSE))
    face.CharProcs = Dictionary(a=pdf.make_stream(drawing.encode()))
    face.Encoding = Dictionary(Type=Name.Encoding, Differences=[97, Name("/a")])
    face.FirstChar, face.LastChar, face.Widths, face.Resources = 97, 97, Array([1000]), Dictionary()
    return {"Font": {"T": face}}


def tiled(pdf, cell: str, paint: int = 1):
    return pdf.make_stream(
        cell.encode(), PatternType=1, PaintType=paint, TilingType=1, BBox=[0, 0, 9, 9], XStep=9, YStep=9,
        Resources=Dictionary(),
    )  # fmt: skip


def nested(pdf, *contents: str):
    """Forms within each other, the outermost first; each but the last draws the next as /X."""
    inner = None
    for content in reversed(contents):
        resources = Dictionary(XObject=Dictionary(X=inner)) if inner is not None else Dictionary()
        inner = form(pdf, content, Resources=resources)
    return {"XObject": {"X": inner}}


def in_pattern_in_form(pdf):
    cell = tiled(pdf, f"{RED} 0 0 5 5 re f")
    resources = Dictionary(Pattern=Dictionary(P=cell))
    return {"XObject": {"X": form(pdf, f"/Pattern cs /P scn {AREA} f", Resources=resources)}}


def annotated(pdf, flags: int = 4, **more):
    look = form(pdf, f"{RED} 0 0 1000 1000 re f", Resources=Dictionary())
    left, top, right, bottom = BOX
    rect = [(SLUG + left) * MM, (SLUG + HEIGHT - bottom) * MM, (SLUG + right) * MM, (SLUG + HEIGHT - top) * MM]
    note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=rect, F=flags, AP=Dictionary(N=look), **more)
    return {"Page": {"Annots": Array([note])}}


INLINE = "BI /W 1 /H 1 /BPC 8 /CS {} ID abc EI"
CASES = {
    **{f"fill {op}": (f"{RED} {AREA} {op}", None) for op in ("f", "F", "f*")},
    **{f"both {op}": (f"{RED} 0 w {AREA} {op}", None) for op in ("B", "B*")},
    **{f"closed {op}": (f"{RED} 0 w {triangle()} {op}", None) for op in ("b", "b*", "f")},
    "stroke S": (f"{RED} 0 w {AREA} S", None),
    "stroke s": (f"{RED} 0 w {triangle()} s", None),
    "curves": (f"{RED} {at(20, 45)} m {at(20, 30)} {at(40, 30)} {at(40, 45)} c f", None),
    "g after gs": (f"/Over gs {RED} {AREA} f", None),
    "sc": (f"/DeviceRGB cs 1 0 0 sc {AREA} f", None),
    "SCN": (f"/DeviceRGB CS 1 0 0 SCN 0 w {AREA} S", None),
    "cs alone": (f"/DeviceRGB cs {AREA} f", None),
    "restored by Q": (f"{RED} q 0 0 0 1 k Q {AREA} f", None),
    "CalRGB": (f"/C cs 1 0 0 sc {AREA} f",
               lambda pdf: {"ColorSpace": {"C": Array([Name.CalRGB, Dictionary(WhitePoint=[1, 1, 1])])}}),
    "Lab": (f"/C cs 50 9 9 sc {AREA} f",
            lambda pdf: {"ColorSpace": {"C": Array([Name.Lab, Dictionary(WhitePoint=[1, 1, 1])])}}),
    "ICC RGB": (f"/C cs 1 0 0 sc {AREA} f", lambda pdf: {"ColorSpace": {"C": icc(pdf, b"RGB ", 3)}}),
    "ICC Lab": (f"/C cs 1 0 0 sc {AREA} f", lambda pdf: {"ColorSpace": {"C": icc(pdf, b"Lab ", 3)}}),
    "DefaultCMYK is no RGB, DefaultGray is Cal": (
        f"0 g {RED} {AREA} f", lambda pdf: {"ColorSpace": {"DefaultCMYK": icc(pdf, b"CMYK", 4)}}),
    "Indexed over RGB": (f"/C cs 0 sc {AREA} f",
                         lambda pdf: {"ColorSpace": {"C": Array([Name.Indexed, Name.DeviceRGB, 0, String("abc")])}}),
    "Separation over RGB": (f"/C cs 1 scn {AREA} f",
                            lambda pdf: {"ColorSpace": {"C": spot("Brand", Name.DeviceRGB, (1, 0, 0))}}),
    "DeviceN over RGB": (f"/C cs 1 1 scn {AREA} f", lambda pdf: {"ColorSpace": {"C": Array(
        [Name.DeviceN, [Name("/A"), Name("/B")], Name.DeviceRGB, Dictionary(FunctionType=4)])}}),
    "uncoloured pattern": (f"/C cs 1 0 0 /P scn {AREA} f", lambda pdf: {
        "ColorSpace": {"C": Array([Name.Pattern, Name.DeviceRGB])}, "Pattern": {"P": tiled(pdf, "0 0 5 5 re f", 2)}}),
    "coloured pattern": (f"/Pattern cs /P scn {AREA} f",
                         lambda pdf: {"Pattern": {"P": tiled(pdf, f"{RED} 0 0 5 5 re f")}}),
    "pattern of strokes": (f"/Pattern CS /P SCN 0 w {AREA} S",
                           lambda pdf: {"Pattern": {"P": tiled(pdf, f"{RED} 0 0 m 5 5 l S")}}),
    "pattern in a form": ("/X Do", in_pattern_in_form),
    "gradient as a colour": (f"/Pattern cs /P scn {AREA} f",
                             lambda pdf: {"Pattern": {"P": Dictionary(PatternType=2, Shading=SHADE)}}),
    "gradient in a clip": (f"{AREA} W n /P sh", lambda pdf: {"Shading": {"P": SHADE}}),
    "image": (f"{PLACE} /I Do", lambda pdf: {"XObject": {"I": image(pdf, 9, 9, Name.DeviceRGB)}}),
    "image without a readable space": (f"{PLACE} /I Do", lambda pdf: {"XObject": {"I": image(pdf, 9, 9, Name("/No"))}}),
    "image of a palette": (f"{PLACE} /I Do", lambda pdf: {"XObject": {"I": image(
        pdf, 9, 9, Array([Name.Indexed, Name.DeviceRGB, 0, String("abc")]))}}),
    "JPEG 2000 in sRGB": (f"{PLACE} /I Do", lambda pdf: {"XObject": {"I": pdf.make_stream(
        b"....colr\x01\0\0\0\0\0\x10jp2c", Type=Name.XObject, Subtype=Name.Image, Width=9, Height=9,
        Filter=Name.JPXDecode)}}),
    "image mask": (f"{RED} {PLACE} /I Do", lambda pdf: {"XObject": {"I": image(pdf, 9, 9, ImageMask=True, bits=1)}}),
    "inline image": (f"{PLACE} {INLINE.format('/RGB')}", None),
    "inline image in a named space": (f"{PLACE} {INLINE.format('/C')}",
                                      lambda pdf: {"ColorSpace": {"C": icc(pdf, b"RGB ", 3)}}),
    "inline mask": (f"{RED} {PLACE} BI /W 1 /H 1 /IM true ID a EI", None),
    "form": ("/X Do", lambda pdf: nested(pdf, f"{RED} {AREA} f")),
    "colour from around the form": (f"{RED} /X Do", lambda pdf: nested(pdf, f"{AREA} f")),
    "form in form in form": ("/X Do", lambda pdf: nested(pdf, "/X Do", "/X Do", f"{RED} {AREA} f")),
    "form that is moved": ("2 0 0 2 0 0 cm /X Do", lambda pdf: {"XObject": {"X": form(
        pdf, f"{RED} {AREA} f", Matrix=[0.5, 0, 0, 0.5, 0, 0], Resources=Dictionary())}}),
    "form clipped by its box": ("/X Do", lambda pdf: {"XObject": {"X": pdf.make_stream(
        f"{RED} 0 0 9 9 re f".encode(), Type=Name.XObject, Subtype=Name.Form, BBox=[1, 2, 3, 4],
        Matrix=[10 * MM, 0, 0, 7.5 * MM, (SLUG + 10) * MM, (SLUG + 90) * MM], Resources=Dictionary())}}),
    "resources from around the form": ("/X Do", lambda pdf: {
        "XObject": {"X": form(pdf, f"/C cs 1 0 0 sc {AREA} f")}, "ColorSpace": {"C": icc(pdf, b"RGB ", 3)}}),
    "space of a transparency group": (f"{AREA} W n /X Do", lambda pdf: {"XObject": {"X": form(
        pdf, "", Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB), Resources=Dictionary())}}),
    "annotation": ("", annotated),
    "layer that is on": (f"/OC /L BDC {RED} {AREA} f EMC",
                         lambda pdf: {"Properties": {"L": Dictionary(Type=Name.OCG, Name="A")}}),
    "clipped": (f"{AREA} W n {RED} 0 0 1000 1000 re f", None),
    "after too many Q": (f"Q Q Q {RED} {AREA} f", None),
    "behind garbage": (f"1 2 (x) zz /No gs /No Do /No sh (a) w {RED} {AREA} f", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_foreign_colour_is_found_and_placed(case):
    content, make = CASES[case]
    found = told(page(content, make), "colour-space")
    assert found and set(codes(found)) == {"colour-space error"}
    for each in found:
        assert each.place.box == pytest.approx(BOX, abs=0.02)


@pytest.mark.parametrize(
    "show",
    ["(aa) Tj", "[(a) -9 (a)] TJ", "(aa) '", '0 0 (aa) "', *(f"{mode} Tr (aa) Tj" for mode in (0, 1, 2, 4, 5, 6))],
)
def test_text_in_a_foreign_colour(show):
    found = told(page(f"{RED} BT /F 20 Tf {at(20, 45)} Td {show} ET"), "colour-space")
    left, top, _, bottom = found[0].place.box
    assert codes(found) == ["colour-space error"] and "text “aa”" in found[0].message
    assert left == pytest.approx(20, abs=0.1) and 38 < top < 45 < bottom < 47


def test_letters_of_a_type_3_font():
    content = f"{RED} BT /T 10 Tf {at(20, 45)} Td (a) Tj ET"
    plain = told(page(content, lambda pdf: lettered(pdf, "1000 0 0 0 900 900 d1 0 g 0 0 900 900 re f")), "colour-space")
    assert codes(plain) == ["colour-space error"]  # d1: painted in the text's own colour
    black = "0 0 0 1 k 0 0 900 900 re f"
    assert told(page(content, lambda pdf: lettered(pdf, f"1000 0 d0 {black}")), "colour-space") == []
    own = "1000 0 d0 0 1 0 rg 0 0 900 900 re f"
    (found,) = told(page(content.replace("0 0 rg", "0 0 0 k"), lambda pdf: lettered(pdf, own)), "colour-space")
    left, top, right, bottom = found.place.box
    assert (left, bottom) == pytest.approx((20, 45), abs=0.02)
    assert (right - left, bottom - top) == pytest.approx((9 / MM, 9 / MM), abs=0.02)


def test_coloured_letters_are_text_of_their_size():
    make = lambda pdf: lettered(pdf, "1000 0 d0 0 1 0 0.1 k 0 0 900 900 re f")  # noqa: E731
    assert codes(told(page("BT /T 13 Tf 99 99 Td (a) Tj ET", make), "multi-ink-text-size"))
    assert told(page("BT /T 14 Tf 99 99 Td (a) Tj ET", make), "multi-ink-text-size") == []


def test_a_pattern_is_drawn_in_the_space_of_the_page_wherever_that_has_got_to():
    """8.7.3.1: `cm` moves what is filled, not the pattern; a line in its cell keeps its width."""
    make = lambda pdf: {"Pattern": {"P": tiled(pdf, "0 1 0 0.1 K 1 w 0 0 m 5 5 l S")}}  # noqa: E731
    (found,) = told(page("4 0 0 4 0 0 cm /Pattern cs /P scn 20 20 40 40 re f", make), "multi-ink-line-width")
    assert "1 pt thick" in found.message


def test_what_fills_letters_is_text_of_their_size():
    make = lambda pdf: {"Pattern": {"P": tiled(pdf, "0 1 0 0.1 k 0 0 5 5 re f")}}  # noqa: E731
    assert codes(told(page("/Pattern cs /P scn " + text(20, 50, 13), make), "multi-ink-text-size"))
    assert told(page("/Pattern cs /P scn " + text(20, 50, 14), make), "multi-ink-text-size") == []


def test_an_uncoloured_pattern_sets_no_colours_of_its_own():
    make = lambda pdf: {  # noqa: E731
        "ColorSpace": {"C": Array([Name.Pattern, Name.DeviceCMYK])},
        "Pattern": {"P": tiled(pdf, f"{RED} 0 0 5 5 re f", 2)},
    }
    assert told(page(f"/C cs 0 0 0 1 /P scn {AREA} f", make), "colour-space") == []


def test_letters_go_on_by_their_widths_their_spacing_and_their_stretch():
    content = "BT /F 10 Tf 50 Tz 10 Tc 4 Tw 100 200 Td [(a) -1000 ( b)] TJ (c) Tj ET"
    first, second = scene(page(content)).objects
    step = (0.5 * 10 + 10) * 0.5
    start = 100 + step + 1000 / 1000 * 10 * 0.5 + step + 4 * 0.5
    assert (first.box[0], first.box[2]) == pytest.approx((100, start + 0.5 * 10 * 0.5))
    assert second.box[0] == pytest.approx(start + step)


def test_a_default_space_stands_for_a_device_space():
    content = f"0 0 0 1 k {AREA} f"
    make = lambda pdf: {"ColorSpace": {"DefaultCMYK": icc(pdf, b"CMYK", 4)}}  # noqa: E731
    assert told(page(content), "calibrated-colour") == []
    assert codes(told(page(content, make), "calibrated-colour")) == ["calibrated-colour warning"]


def test_what_is_said_of_a_spot_whose_alternate_is_foreign():
    make = lambda pdf: {"ColorSpace": {"C": spot("Brand", Name.DeviceRGB, (1, 0, 0))}}  # noqa: E731
    (found,) = told(page(f"/C cs 1 scn {AREA} f", make), "colour-space")
    assert found.message == "an area is painted in the spot Brand, which is stated in DeviceRGB, not in CMYK"


# --- what is not printed ---

LAYER = "/OC /L BDC {} EMC"


def layered(pdf, on: bool = True, **more):
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="A", **more))
    default = Dictionary(OFF=Array([] if on else [layer]))
    return {"Properties": {"L": layer}, "Root": {"OCProperties": Dictionary(OCGs=Array([layer]), D=default)}}


def member(pdf, policy: str):
    on, off = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=name)) for name in ("on", "off"))
    mark = Dictionary(Type=Name.OCMD, OCGs=Array([on, off]), P=Name("/" + policy))
    return {"Properties": {"L": mark}, "Root": {"OCProperties": Dictionary(OCGs=[on, off], D=Dictionary(OFF=[off]))}}


def printing_off(pdf):
    made = layered(pdf)
    layer = made["Properties"]["L"]
    layer.Usage = Dictionary(Print=Dictionary(PrintState=Name.OFF))
    made["Root"]["OCProperties"].D.AS = Array([Dictionary(Event=Name.Print, OCGs=[layer], Category=[Name.Print])])
    return made


UNSEEN = {
    "clipped away": (f"{bar(60, 60, 9, 9)} W n {RED} {AREA} f", None, "clipped away"),
    "clipped twice": (f"{bar(60, 60, 9, 9)} W n {bar(20, 30, 9, 9)} W n {RED} {AREA} f", None, "clipped away"),
    "off the sheet": (f"{RED} {bar(-80, 10, 20, 20)} f", None, "clipped away"),
    "unseen text": (f"{RED} " + text(20, 50, 20, mode=3), None, "invisible"),
    "text that only clips": (f"{RED} " + text(20, 50, 20, mode=7), None, "invisible"),
    "painted in nothing": (f"/C cs 1 scn {AREA} f",
                           lambda pdf: {"ColorSpace": {"C": spot("None", Name.DeviceRGB, (1, 0, 0))}}, "invisible"),
    "hidden layer": (LAYER.format(f"{RED} {AREA} f"), lambda pdf: layered(pdf, on=False), "on a hidden layer"),
    "layer that is not printed": (LAYER.format(f"{RED} {AREA} f"), printing_off, "on a hidden layer"),
    "all of these layers": (LAYER.format(f"{RED} {AREA} f"), lambda pdf: member(pdf, "AllOn"), "on a hidden layer"),
    "hidden note": ("", lambda pdf: annotated(pdf, flags=6), "invisible"),
    "note that is not printed": ("", lambda pdf: annotated(pdf, flags=0), "invisible"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSEEN)
def test_what_is_not_printed_is_known_and_not_judged(case):
    content, make, seen = UNSEEN[case]
    data = page(content, make)
    assert {each.seen for each in scene(data).objects} == {seen}
    assert told(data, "colour-space") == []


@pytest.mark.parametrize("kind", ["image", "form"])
def test_forms_and_images_can_lie_on_a_layer_themselves(kind):
    def make(pdf):
        made = layered(pdf, on=False)
        more = {"OC": made["Properties"]["L"]}
        what = image(pdf, 9, 9, **more) if kind == "image" else form(pdf, f"{AREA} f", Resources=Dictionary(), **more)
        return {**made, "XObject": {"X": what}}

    first = scene(page(f"{PLACE} /X Do 0 0 1 1 re f", make)).objects[0]
    assert first.seen == "on a hidden layer"


@pytest.mark.parametrize(
    ("expression", "seen"),
    [
        (lambda on, off: ["/And", on, off], "on a hidden layer"),
        (lambda on, off: ["/Or", on, off], "printed"),
        (lambda on, off: ["/Not", off], "printed"),
        (lambda on, off: ["/And", on, ["/Not", off]], "printed"),
        (lambda on, off: ["/Not", ["/Or", on, off]], "on a hidden layer"),
    ],
)
def test_a_layer_by_an_expression(expression, seen):
    def written(said):
        if isinstance(said, list):
            return Array([written(each) for each in said])
        return Name(said) if isinstance(said, str) else said

    def make(pdf):
        made = member(pdf, "AllOff")
        mark = made["Properties"]["L"]
        mark.VE = written(expression(*mark.OCGs))
        return made

    assert [each.seen for each in scene(page(LAYER.format(f"{AREA} f"), make)).objects] == [seen]


def test_a_layer_of_several_is_on_when_one_of_them_is():
    data = page(LAYER.format(f"{RED} {AREA} f"), lambda pdf: member(pdf, "AnyOn"))
    assert [each.seen for each in scene(data).objects] == ["printed"]


def test_processing_steps_are_known_and_only_their_colour_space_is_judged():
    step = Dictionary(GTS_ProcStepsGroup=Name.Structural, GTS_ProcStepsType=Name.Cutting)
    content = LAYER.format(f"0.5 w 0 1 0 0.1 K {AREA} S")
    (painted,) = scene(page(content, lambda pdf: layered(pdf, GTS_Metadata=step))).objects
    assert painted.step == ("Structural", "Cutting") and not painted.printed
    assert told(page(content, lambda pdf: layered(pdf, GTS_Metadata=step)), "multi-ink-line-width") == []
    assert codes(told(page(content, layered), "multi-ink-line-width"))
    foreign = page(LAYER.format(f"{RED} {AREA} f"), lambda pdf: layered(pdf, GTS_Metadata=step))
    assert codes(told(foreign, "colour-space"))


def test_the_slug_is_judged_for_its_colours_alone():
    content = f"0 1 0 0.1 k {text(20, -5, 6)}"
    assert [each.seen for each in scene(page(content)).objects] == ["in the slug"]
    assert told(page(content), "multi-ink-text-size") == []
    assert codes(told(page(f"{RED} {text(20, -5, 6)}"), "colour-space"))


def test_text_that_clips_leaves_only_its_own_area():
    content = f"q 7 Tr BT /F 40 Tf {at(20, 50)} Td (a) Tj ET {RED} 0 0 1000 1000 re f Q"
    (area,) = (each for each in scene(page(content)).objects if each.kind == "fill")
    left, top, right, bottom = area.leaf.mm(area.box)
    assert 19 < left < right < 35 and 39 < top < bottom < 54


def test_spaces_are_no_text():
    assert scene(page(text(1, 50, 20, words="   "))).objects == ()


# --- pages ---


@pytest.mark.parametrize(
    ("turn", "box"),
    [
        (0, (20, 30, 40, 45)),
        (90, (HEIGHT - 45, 20, HEIGHT - 30, 40)),
        (180, (WIDTH - 40, HEIGHT - 45, WIDTH - 20, HEIGHT - 30)),
        (270, (30, WIDTH - 40, 45, WIDTH - 20)),
    ],
)
def test_places_are_as_one_looks_at_a_turned_page(turn, box):
    (painted,) = scene(page(f"{RED} {AREA} f", box={"Rotate": turn})).objects
    assert painted.leaf.mm(painted.box) == pytest.approx(box, abs=0.02)


INHERITED = b"""%PDF-1.6
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 300 200] /Rotate 180
  /Resources <</ColorSpace <</C [/CalRGB <</WhitePoint [1 1 1]>>]>>>>>> endobj
3 0 obj <</Type /Pages /Parent 2 0 R /Count 1 /Kids [4 0 R] /CropBox [10 10 290 190]>> endobj
4 0 obj <</Type /Page /Parent 3 0 R /Contents 5 0 R>> endobj
5 0 obj <</Length 32>> stream
/C cs 1 0 0 sc 0 0 300 200 re f
endstream endobj
trailer <</Root 1 0 R>>
"""


def test_boxes_resources_and_turns_are_inherited():
    (painted,) = scene(INHERITED).objects
    assert str(painted.color.space) == "CalRGB" and painted.leaf.turn == 180
    assert painted.leaf.media == (0, 0, 300, 200) and painted.leaf.trim == (10, 10, 290, 190)


def test_without_a_trim_box_the_crop_box_is_the_page():
    def make(pdf):
        for key in ("/TrimBox", "/BleedBox"):
            del pdf.pages[0].obj[key]
        return {"Page": {"CropBox": [10 * MM, 10 * MM, 60 * MM, 80 * MM]}}

    (leaf,) = scene(page("", make)).leaves
    assert leaf.size == pytest.approx((50, 70), abs=0.01) and "/TrimBox" not in leaf.stated


def test_a_colour_in_the_bleed_is_printed():
    (painted,) = scene(page(f"{RED} {bar(-BLEED, 0, 1, 1)} f")).objects
    assert painted.seen == "printed"


# --- gradients ---


def steps(pdf, *colors):
    """One gradient through several colours: type 3."""
    ramps = [
        Dictionary(FunctionType=2, N=1, Domain=[0, 1], C0=list(one), C1=list(two)) for one, two in pairwise(colors)
    ]
    bounds = [number / len(ramps) for number in range(1, len(ramps))]
    return Dictionary(FunctionType=3, Domain=[0, 1], Functions=ramps, Bounds=bounds, Encode=[0, 1] * len(ramps))


def sampled(pdf, *colors):
    """The same as a table: type 0."""
    table = bytes(round(255 * value) for color in colors for value in color)
    keys = {"Range": [0, 1] * 4, "Size": [len(colors)], "BitsPerSample": 8}
    return pdf.make_stream(table, FunctionType=0, Domain=[0, 1], **keys)


def apart(pdf, *colors):
    """A function for each component."""
    return Array([
        Dictionary(FunctionType=2, N=1, Domain=[0, 1], C0=[one], C1=[two])
        for one, two in zip(colors[0], colors[-1], strict=True)
    ])  # fmt: skip


@pytest.mark.parametrize("function", [steps, sampled, apart])
def test_text_in_a_gradient_of_several_inks(function):
    def make(pdf, *colors):
        shade = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 1, 0])
        shade.Function = function(pdf, *colors)
        return {"Pattern": {"P": Dictionary(PatternType=2, Shading=shade)}}

    content = "/Pattern cs /P scn " + text(20, 50, 8)
    two = page(content, lambda pdf: make(pdf, (0, 0, 0, 1), (0, 0.5, 0, 0)))
    (found,) = told(two, "multi-ink-text-size", "black-text-overprint")
    assert "printed in 2 inks (Magenta 50 % + Black 100 %)" in found.message
    one = page(content, lambda pdf: make(pdf, (0, 0, 0, 1), (0, 0, 0, 0)))
    assert told(one, "multi-ink-text-size", "black-text-overprint", "white-text-size") == []
