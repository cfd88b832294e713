"""The press file: boxes, inks, plates, folds, and the same bytes each time; what no press can print is refused."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms

import documents as d
import presswork as work
from publish import model as m
from publish.diagnostics import Place, Refused
from publish.policy import load_press_profile
from publish.press.separations import plates
from publish.theme import Theme
from publish.theme.load import load_theme

MM = 72 / 25.4
ROOT = Path(__file__).parents[2]
PROFILE = load_press_profile("gwg-2022-leaflet")


def codes(of: work.Made, data: bytes | None = None) -> set[str]:
    """What is found in a file besides what a test leaflet cannot help: two pages, no layers for dimensions."""
    expected = {"preflight.one-page", "preflight.steps", "preflight.not-checked"}
    return {finding.code for finding in work.judged(of, data=data)[0]} - expected


def boxes(data: bytes) -> list[dict[str, tuple[float, ...]]]:
    """Each page's boxes in mm."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            {
                key: tuple(round(float(edge) / MM, 2) for edge in page.obj[f"/{key}"])
                for key in ("MediaBox", "CropBox", "BleedBox", "TrimBox")
            }
            for page in pdf.pages
        ]


def words(data: bytes, page: int) -> str:
    """The text on a page, counted from 0."""
    document = pypdfium2.PdfDocument(data)
    try:
        return str(document[page].get_textpage().get_text_bounded())
    finally:
        document.close()


# --- the sheet ---


def test_a_folded_leaflet_is_one_sheet_with_two_sides() -> None:
    first, second = boxes(work.letter_tri().data)
    assert first == second
    left, bottom, right, top = first["TrimBox"]
    assert (round(right - left, 2), round(top - bottom, 2)) == (279.4, 215.9)
    assert first["BleedBox"] == (left - 3, bottom - 3, right + 3, top + 3)
    assert first["CropBox"] == first["MediaBox"] == (0, 0, right + left, top + bottom)


def test_a_leaflet_without_a_fold_is_printed_page_by_page() -> None:
    sheets = boxes(work.made(d.document()).data)
    assert [round(each["TrimBox"][2] - each["TrimBox"][0], 1) for each in sheets] == [210.0] * len(sheets)


@pytest.mark.parametrize(("said", "expected"), [(None, 3.0), (5.0, 5.0), (0.0, 0.0)])
def test_the_bleed_is_the_vendors_or_the_front_matters(said: float | None, expected: float) -> None:
    (sheet, *_) = boxes(work.made(d.document(press=m.Press(bleed=said))).data)
    assert sheet["TrimBox"][0] - sheet["BleedBox"][0] == pytest.approx(expected, abs=0.01)


def test_nothing_but_the_number_of_sides_and_layers_is_to_be_said_of_the_file() -> None:
    assert codes(work.letter_tri()) == set()
    assert codes(work.made(d.document())) == set()


def test_the_imprint_keeps_its_distance_from_the_trim_on_narrow_panels() -> None:
    of = work.made(work.panelled(8, press=m.Press(fold="roll", panels=4, stock="letter")))
    assert "preflight.safety-distance" not in {finding.code for finding in work.judged(of, "preflight")[0]}


def test_the_block_is_sighted_on_the_sheet_and_on_the_plates() -> None:
    _, sightings = work.judged(work.letter_tri(), "pdf_safety")
    (seen,) = sightings
    assert seen.page == 1 and seen.words > 10 and seen.size >= 9 and seen.contrast > 10


def without_words_in_pictures(document: m.Document) -> m.Document:
    """A picture's letters count as words of the page, in the reading PDF too."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><path d="M0 0h4v1z" fill="#0b5563"/></svg>'
    plain = {
        name: replace(asset, data=drawing) if asset.media_type == "image/svg+xml" else asset
        for name, asset in document.assets.items()
    }
    return replace(document, assets=plain)


def test_every_kind_of_block_can_be_printed() -> None:
    of = work.made(without_words_in_pictures(d.everything()))
    told = {f.code for f in work.judged(of, "pdf_safety", "pdf_words", "pdf_status", "press_plates")[0]}
    assert told == set()


def test_links_are_not_printed_and_the_tags_stay() -> None:
    with pikepdf.open(io.BytesIO(work.made(d.everything()).data)) as pdf:
        assert all("/Annots" not in page.obj for page in pdf.pages)
        kinds = {str(each.S) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each}
        assert {"/H1", "/P", "/Figure"} <= kinds and "/Link" not in kinds


# --- identity ---


def test_it_says_that_it_is_pdf_x_4_and_for_which_paper() -> None:
    with pikepdf.open(io.BytesIO(work.letter_tri().data)) as pdf:
        intent = pdf.Root.OutputIntents[0]
        assert (str(intent.S), str(intent.OutputConditionIdentifier)) == ("/GTS_PDFX", "FOGRA39")
        assert intent.DestOutputProfile.read_bytes() == PROFILE.icc.read_bytes()
        assert b"PDF/X-4" in pdf.Root.Metadata.read_bytes()
        assert pdf.pdf_version == "1.6" and pdf.docinfo["/Trapped"] == "/False"


def test_two_builds_give_the_same_bytes_in_any_process() -> None:
    script = (
        "import hashlib, presswork as w; from publish import model as m; "
        "print(hashlib.sha256(w.made(w.panelled(6, press=m.Press(fold='z'))).data).hexdigest())"
    )
    told = set()
    for seed, zone in (("1", "UTC"), ("77", "Asia/Tokyo")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(Path(__file__).parents[1])}
        ran = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        told.add(ran.stdout)
    assert len(told) == 1


def test_the_slug_line_says_what_the_sheet_is_and_each_plate_its_name() -> None:
    said = words(work.letter_tri().data, 1)
    assert "EXA-2026-001 · Version 0.3 · 2026-11-22 · Coated FOGRA39 (ISO 12647-2:2004) · 2/2 inside" in said
    printed = {name for name, plate in plates(work.letter_tri().data, 60)[0].inks.items() if plate.any()}
    assert printed - {"Cutting", "Folding"} == {name for name in ("Cyan", "Magenta", "Yellow", "Black") if name in said}


# --- folds ---

INCH = 25.4
LETTER_FOLDS: dict[str, tuple[int | None, list[float], list[int], list[int]]] = {
    # panels asked for; widths of the inside's panels in mm; panels outside and inside, from left to right
    "single-sheet": (None, [215.9], [1], [2]),
    "half": (None, [139.7, 139.7], [4, 1], [2, 3]),
    "letter-tri": (None, [3.6875 * INCH, 3.6875 * INCH, 3.625 * INCH], [5, 6, 1], [2, 3, 4]),
    "z": (None, [279.4 / 3] * 3, [5, 6, 1], [2, 3, 4]),
    "gate": (None, [(2.75 - 3 / 64) * INCH, (5.5 + 3 / 32) * INCH, (2.75 - 3 / 64) * INCH], [2, 6, 1], [3, 4, 5]),
    "double-gate": (
        None,
        [(2.75 - 1 / 32) * INCH, (2.75 + 1 / 32) * INCH, (2.75 + 1 / 32) * INCH, (2.75 - 1 / 32) * INCH],
        [3, 8, 1, 2],
        [4, 5, 6, 7],
    ),
    "double-parallel": (
        None,
        [(2.75 + 1 / 32) * INCH, (2.75 + 1 / 32) * INCH, (2.75 - 1 / 32) * INCH, (2.75 - 1 / 32) * INCH],
        [2, 3, 8, 1],
        [4, 5, 6, 7],
    ),
    "roll": (
        5,
        [(11 + 6 / 32) / 5 * INCH - step * INCH / 32 for step in (0, 0, 1, 2, 3)],
        [7, 8, 9, 10, 1],
        [2, 3, 4, 5, 6],
    ),
    "accordion": (4, [69.85] * 4, [6, 7, 8, 1], [2, 3, 4, 5]),
}


@pytest.fixture(scope="module")
def striped(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """A theme whose panels have grounds of six colours in turn, so that the edges between them can be measured."""
    inks = ("0.3 0 0 0", "0 0.3 0 0", "0 0 0.4 0", "0.3 0.3 0 0", "0 0.3 0.4 0", "0 0 0 0")
    css = "".join(
        f"@page :nth(6n+{number}) {{ background: device-cmyk({ink}); }}" for number, ink in enumerate(inks, 1)
    )
    return work.themed(tmp_path_factory.mktemp("themes") / "striped", {"press.css": css})


@pytest.mark.parametrize("fold", LETTER_FOLDS)
def test_a_fold_stands_where_it_is_folded(fold: str, striped: Theme) -> None:
    asked, widths, outside, inside = LETTER_FOLDS[fold]
    of = work.made(panelled_for(fold, asked), striped)
    for page, order in enumerate((outside, inside)):
        own = widths if page else widths[::-1]
        assert measured_edges(of.data, page) == pytest.approx(np.cumsum([0.0, *own]).tolist(), abs=0.1)
        assert panels_read(of.data, page, own, len(widths)) == order


def panelled_for(fold: str, asked: int | None) -> m.Document:
    count = len(LETTER_FOLDS[fold][1])
    return work.panelled(2 * count, press=m.Press(fold=fold, stock="letter", panels=asked))


def measured_edges(data: bytes, page: int, ppi: float = 508) -> list[float]:
    """Where the ground changes its colour along a line near the sheet's head, in mm from the trim's left edge.

    The outer edges are those of the trim as the crop marks show it.
    """
    (trim, bleed) = (boxes(data)[page][key] for key in ("TrimBox", "BleedBox"))
    scale = ppi / 25.4
    seen = work.picture(data, page, ppi).astype(int)
    height = seen.shape[0]
    row = seen[height - round((trim[3] - 0.8) * scale)]
    marks = seen[height - round((bleed[3] + 3) * scale), :, 0] < 100
    inside = np.arange(len(row))[round((trim[0] + 5) * scale) : round((trim[2] - 5) * scale)]
    jumps = inside[:-1][np.abs(np.diff(row[inside], axis=0)).sum(axis=1) > 12] + 1
    changes = jumps[np.concatenate([[True], np.diff(jumps) > 3])[: len(jumps)]]
    outer = crop_marks(marks, trim, scale)
    return [(edge - trim[0] * scale) / scale for edge in (outer[0], *changes.tolist(), outer[1])]


def crop_marks(dark: np.ndarray, trim: tuple[float, ...], scale: float) -> tuple[float, float]:
    """The middle of the crop marks at the sheet's left and right edge."""
    found = []
    for edge in (trim[0], trim[2]):
        near = np.arange(round((edge - 1) * scale), round((edge + 1) * scale))
        found.append(float(near[dark[near]].mean()) + 0.5)
    return found[0], found[1]


def panels_read(data: bytes, page: int, widths: list[float], count: int) -> list[int]:
    """Which panel's words stand on each part of a side, from left to right; the last panel has the safety block."""
    trim = boxes(data)[page]["TrimBox"]
    edges = np.cumsum([trim[0], *widths]) * MM
    document = pypdfium2.PdfDocument(data)
    try:
        text = document[page].get_textpage()
        said = [text.get_text_bounded(left, 0, right, 2000) for left, right in pairwise(edges)]
    finally:
        document.close()
    numbers = range(1, 2 * count)
    return [next((n for n in numbers if f"panel {n}." in " ".join(words.split())), 2 * count) for words in said]


def test_bleed_runs_over_the_outer_edges_and_not_over_the_folds(tmp_path: Path) -> None:
    css = "@page :nth(1) { background: device-cmyk(0 1 0 0); }"
    of = work.made(panelled_for("letter-tri", None), work.themed(tmp_path / "red", {"press.css": css}))
    (sheet, *_) = plates(of.data, 254, (1,))
    magenta = sheet.inks["Magenta"]
    row = magenta[magenta.shape[0] // 3]
    inked = np.nonzero(row > 200)[0] / 10  # mm
    left, right = 15 + 279.4 - 3.6875 * INCH, 15 + 279.4 + 3
    assert (inked[0], inked[-1]) == (pytest.approx(left, abs=0.15), pytest.approx(right, abs=0.15))


def test_the_reading_pdf_has_the_same_panels_in_reading_order() -> None:
    document = pypdfium2.PdfDocument(work.reading(work.letter_tri()))
    try:
        words = [page.get_textpage().get_text_bounded() for page in document]
        widths = [round(page.get_width() / MM, 2) for page in document]
    finally:
        document.close()
    assert all(f"panel {number}." in said for number, said in enumerate(words[:5], 1)) and len(words) == 6
    assert widths == [pytest.approx(each, abs=0.02) for each in (93.66, 93.66, 93.66, 92.08, 92.08, 93.66)]


def test_a_block_that_no_panel_holds_goes_on_with_marks_on_both_sides() -> None:
    long = tuple(d.p(f"Warning {number}: " + "tell your doctor about it at once. " * 6) for number in range(11))
    block = replace(work.BLOCK, parts=(*work.BLOCK.parts, m.Part("serious", long)))
    document = replace(work.panelled(5, press=m.Press(fold="letter-tri", stock="letter")), safety=block)
    of = work.made(document)
    opened = pypdfium2.PdfDocument(work.reading(of))
    try:
        words = [page.get_textpage().get_text_bounded() for page in opened]
    finally:
        opened.close()
    assert ["continues on the next panel" in said for said in words] == [False] * 4 + [True, False]
    assert ["information (continued)" in said for said in words] == [False] * 5 + [True]
    assert codes(of) == set()


def test_a_deliberately_empty_panel_is_let_be() -> None:
    document = work.panelled(4, press=m.Press(fold="half", stock="letter"))
    body = (*document.body[:3], m.PanelBreak(), *document.body[3:6])
    assert codes(work.made(replace(document, body=body))) == set()


# --- inks ---


def test_text_is_on_the_black_plate_alone_and_colour_under_it_stays(tmp_path: Path) -> None:
    css = "main { background: device-cmyk(1 0 0 0); }"
    of = work.made(d.document([d.p("HHHH " * 200)]), work.themed(tmp_path / "blue", {"press.css": css}))
    (sheet, *_) = plates(of.data, 200, (1,))
    text = sheet.inks["Black"][800:1000, 300:800] > 200
    assert text.mean() > 0.05
    assert (sheet.inks["Cyan"][800:1000, 300:800][text] > 200).all(), "black letters knock the colour under them out"
    assert not any(sheet.inks[name][800:1000, 300:800].any() for name in ("Magenta", "Yellow"))


def test_a_spot_makes_its_own_plate_and_its_tints_stand_on_it(tmp_path: Path) -> None:
    toml = (
        '[colors.brand]\nrgb = "#aa0011"\ncmyk = [0, 1, 0.8, 0.04]\nspot = "PANTONE 186 C"\n'
        '[colors.tint]\nrgb = "#f5dede"\ncmyk = [0, 1, 0.8, 0.04]\nspot = "PANTONE 186 C"\ntint = 0.1\n'
        '[colors.accent]\nrgb = "#000000"\ncmyk = [0, 0, 0, 1]\n'
    )
    body = (d.h("A heading"), m.Callout("c", "note", (), (d.p("words on a tint"),)))
    of = work.made(d.document(body), work.themed(tmp_path / "spot", {}, toml))
    (sheet, *_) = plates(of.data, 100, (1,), box="trim")
    spot = sheet.inks["PANTONE 186 C"]
    assert spot.max() > 250 and ((spot > 20) & (spot < 32)).sum() > 500
    assert sheet.inks["Magenta"].max() < 10, "only the paper of the safety block is tinted by process inks"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "CMYK", "P"])
def test_pictures_come_in_the_inks_of_the_paper(mode: str) -> None:
    picture = (
        Image.new("RGB", (1200, 600), (200, 40, 40)).convert(mode) if mode != "L" else Image.new("L", (1200, 600), 90)
    )
    written = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    profile = (
        {}
        if mode in ("L", "CMYK")
        else {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    )
    picture.save(written, kind, **profile)
    name = f"a.{'jpg' if kind == 'JPEG' else 'png'}"
    asset = m.Asset(name, f"image/{kind.lower()}", written.getvalue(), 1200, 600)
    figure = m.Figure("f", name, "a field of colour", ())
    of = work.made(d.document([figure], assets={name: asset}, status="approved"))
    assert codes(of) == set() and of.said == ()
    (sheet, *_) = plates(of.data, 50, (1,))
    assert ((sheet.inks["Magenta"] > 150).sum() > 1000) == (mode != "L")


def test_a_picture_that_does_not_say_which_rgb_it_is_in_is_told() -> None:
    written = io.BytesIO()
    Image.new("RGB", (1200, 600), (20, 90, 60)).save(written, "JPEG")
    asset = m.Asset("a.jpg", "image/jpeg", written.getvalue(), 1200, 600)
    of = work.made(d.document([m.Figure("f", "a.jpg", "green", ())], assets={"a.jpg": asset}))
    (finding,) = of.said
    assert finding.code == "press.image-untagged" and "a.jpg" in finding.message
    assert finding.place == Place("source/leaflets/examplin/leaflet.md"), "other leaflets may have an a.jpg too"


def test_the_ground_shows_through_a_transparent_picture(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (1200, 600), (200, 40, 40, 255))
    picture.paste((200, 40, 40, 0), (600, 0, 1200, 600))
    written = io.BytesIO()
    picture.save(written, "PNG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    asset = m.Asset("a.png", "image/png", written.getvalue(), 1200, 600)
    look = work.themed(tmp_path / "odd", {"press.css": "figure { background: device-cmyk(1 0 0 0); }"})
    document = d.document([m.Figure("f", "a.png", "half a field", ())], assets={"a.png": asset}, status="approved")
    of = work.made(document, look)
    assert of.said == () and "preflight.colour-space" not in codes(of)
    (sheet, *_) = plates(of.data, 50, (1,))
    red, through = sheet.inks["Magenta"] > 150, (sheet.inks["Cyan"] > 250) & (sheet.inks["Magenta"] == 0)
    assert red.sum() > 1000 and through.sum() > 1000
    assert through.sum() > 0.8 * red.sum(), "the half that is transparent shows its ground"


def test_a_picture_inside_a_drawing_is_named_in_words() -> None:
    written = io.BytesIO()
    Image.new("RGB", (600, 300), (20, 90, 60)).save(written, "PNG")
    inner = b64encode(written.getvalue()).decode()
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 60 30">'
        f'<image width="60" height="30" xlink:href="data:image/png;base64,{inner}"/></svg>'
    )
    asset = m.Asset("d.svg", "image/svg+xml", drawing.encode(), 60, 30)
    of = work.made(d.document([m.Figure("f", "d.svg", "green", ())], assets={"d.svg": asset}))
    assert [each.message.split(" does")[0] for each in of.said] == ["the picture inside a drawing"]


@pytest.mark.parametrize("profile", [b"no profile at all", PROFILE.icc.read_bytes()])
def test_a_picture_whose_profile_is_none_for_rgb_is_told_and_taken_as_srgb(profile: bytes) -> None:
    written = io.BytesIO()
    Image.new("RGB", (1200, 600), (200, 40, 40)).save(written, "JPEG", icc_profile=profile)
    asset = m.Asset("a.jpg", "image/jpeg", written.getvalue(), 1200, 600)
    of = work.made(d.document([m.Figure("f", "a.jpg", "red", ())], assets={"a.jpg": asset}))
    assert [(each.code, "none for RGB" in each.message) for each in of.said] == [("press.image-untagged", True)]


def test_the_slug_names_the_plates_that_only_a_picture_needs() -> None:
    written = io.BytesIO()
    Image.new("CMYK", (1200, 600), (200, 40, 40, 0)).save(written, "JPEG")
    asset = m.Asset("a.jpg", "image/jpeg", written.getvalue(), 1200, 600)
    clinic = load_theme("clinic", ROOT / "themes")
    document = d.document([m.Figure("f", "a.jpg", "blue", ())], assets={"a.jpg": asset})
    assert ["Cyan" in words(work.made(each, clinic).data, 0) for each in (document, d.document())] == [True, False]


def test_a_coarse_picture_is_told_with_its_place() -> None:
    written = io.BytesIO()
    Image.new("L", (200, 100), 90).save(written, "PNG")
    asset = m.Asset("a.png", "image/png", written.getvalue(), 200, 100)
    of = work.made(d.document([m.Figure("f", "a.png", "grey", ())], assets={"a.png": asset}))
    (told,) = [f for f in work.judged(of, "preflight")[0] if f.code == "preflight.image-resolution"]
    assert told.place is not None and told.place.page == 1 and told.place.box is not None
    assert told.severity == "error"


GRADIENT = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" width="100" height="40"><defs>
<linearGradient id="g"><stop offset="0" stop-color="#c02020"/><stop offset="1" stop-color="#2040c0"/></linearGradient>
</defs><rect width="100" height="40" fill="url(#g)"/><path d="M0 0h9v9z" fill="#20a040" stroke="black"/></svg>"""


def test_drawings_in_rgb_and_their_gradients_become_ink() -> None:
    asset = m.Asset("g.svg", "image/svg+xml", GRADIENT, 100, 40)
    of = work.made(d.document([m.Figure("f", "g.svg", "a blend", ())], assets={"g.svg": asset}))
    assert "preflight.colour-space" not in codes(of)
    (sheet, *_) = plates(of.data, 60, (1,))
    assert not sheet.complaints
    assert (sheet.inks["Cyan"] > 180).any() and (sheet.inks["Yellow"] > 150).any()


def test_the_colours_of_a_theme_in_a_picture_are_its_inks() -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#0b5563"/></svg>'
    )
    asset = m.Asset("r.svg", "image/svg+xml", drawing, 9, 9)
    of = work.made(d.document([m.Figure("f", "r.svg", "a square", ())], assets={"r.svg": asset}))
    (sheet, *_) = plates(of.data, 50, (1,))
    solid = sheet.inks["Cyan"] > 220
    assert solid.sum() > 1000
    assert np.median(sheet.inks["Magenta"][solid]) == pytest.approx(0.3 * 255, abs=2)


# --- what cannot be printed ---


@pytest.mark.parametrize(
    ("css", "code", "line"),
    [
        (".masthead {\n  color: #123456; }", "press.rgb-color", 2),
        (".masthead { border-bottom: 1pt solid red; }", "press.rgb-color", 1),
        (".masthead { background: rgb(1 2 3 / 50%); }", "press.rgb-color", 1),
        (".masthead { background: oklch(60% 0.1 20); }", "press.rgb-color", 1),
        ("@page { @top-left { color: white; } }", "press.rgb-color", 1),
        (".masthead { background: linear-gradient(var(--color-ink), var(--color-paper)); }", "press.blend", 1),
        (".masthead { color: var(--nothing, red); }", "press.rgb-color", 1),
        (".masthead {\n  color: color(--spot-9 1); }", "press.spot-unknown", 2),
        (".masthead { background: color(--spot-9 1); }", "press.spot-unknown", 1),
        (".masthead { color: var(--nothing, var(--color-ink)); }", "", 0),
        (".masthead { box-shadow: 0 0 2mm var(--color-ink); }", "press.blend", 1),
        (".masthead { color: device-cmyk(0 0 0 1); background: transparent; border-color: currentColor; }", "", 0),
        ("@media screen { .masthead { color: red; } }", "", 0),
        (".masthead { font-family: Tomato, var(--font-text); }", "", 0),
    ],
)
def test_css_that_no_press_prints_is_refused_by_its_line(tmp_path: Path, css: str, code: str, line: int) -> None:
    look = work.themed(tmp_path / "odd", {"press.css": css})
    if not code:
        assert "preflight.colour-space" not in codes(work.made(d.document(), look))
        return
    with pytest.raises(Refused) as refused:
        work.made(d.document(), look)
    (told,) = refused.value.findings
    assert (told.code, told.place and told.place.line, told.place and told.place.file) == (
        code,
        line,
        f"{tmp_path.name}/odd/press.css",
    )
    assert told.hint


def profile_with(folder: Path, icc: bytes) -> Any:
    (folder / "vendor.toml").write_text('title = "Vendor"\nextends = "gwg-2022-leaflet"\n[sheet]\nicc = "paper.icc"\n')
    (folder / "paper.icc").write_bytes(icc)
    return load_press_profile("vendor", folder)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda icc: ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        lambda icc: icc[:5000],
        lambda icc: b"no profile at all",
        lambda icc: icc[:12] + b"scnr" + icc[16:],
    ],
)
def test_a_colour_profile_that_is_none_for_the_press_is_refused(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(Refused) as refused:
        work.made(d.document(), profile=profile_with(tmp_path, spoil(PROFILE.icc.read_bytes())))
    (told,) = refused.value.findings
    assert told.code == "press.icc" and "vendor" in told.message and told.hint


@pytest.mark.parametrize(
    ("press", "code", "said"),
    [
        (m.Press(fold="letter-trifold"), "press.fold-unknown", "letter-tri"),
        (m.Press(fold="letter-tri", panels=4), "press.fold-panels", "3 panels"),
        (m.Press(fold="roll"), "press.fold-panels", "panels: 4"),
        (m.Press(fold="accordion", panels=30), "press.fold-panels", "2 to 12"),
        (m.Press(fold="z", stock="a9"), "press.stock-unknown", "a9"),
        (m.Press(fold="z", stock="letter", widths=(90, 90, 90)), "press.fold-size", "9.40 mm wider"),
        (m.Press(fold="z", stock="letter", widths=(90, 189.4)), "press.fold-panels", "3 a side"),
        (m.Press(fold="roll", panels=8, stock="a5"), "press.fold-size", "40 mm"),
    ],
)
def test_a_fold_that_cannot_be_is_told(press: m.Press, code: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        work.made(d.document(press=press))
    (told,) = refused.value.findings
    assert told.code == code and said in f"{told.message} {told.hint}"


def test_too_much_text_is_told_in_words_and_mm() -> None:
    document = work.panelled(6, press=m.Press(fold="half", stock="letter"))
    with pytest.raises(Refused) as refused:
        work.made(document)
    (told,) = refused.value.findings
    assert told.code == "press.panels-overflow" and "words" in told.message and " mm of a panel" in told.message


def test_too_little_text_is_told_with_the_panels_that_stay_empty() -> None:
    document = work.panelled(3, press=m.Press(fold="letter-tri", stock="letter"))
    with pytest.raises(Refused) as refused:
        work.made(document)
    (told,) = refused.value.findings
    assert told.code == "press.panels-empty" and "3 panels stay empty" in told.message and "panel}" in told.hint


def test_a_style_element_in_the_template_is_told_by_its_line(tmp_path: Path) -> None:
    template = (Path(__file__).parents[2] / "themes" / "base" / "leaflet.html.j2").read_text()
    style = "<style>\n.masthead { margin: 0; }\n.product {\n  color: #ff0000; }\n</style>\n</head>"
    look = work.themed(tmp_path / "styled", {"leaflet.html.j2": template.replace("</head>", style)})
    with pytest.raises(Refused) as refused:
        work.made(d.document(), look)
    (told,) = refused.value.findings
    expected = template[: template.index("</head>")].count("\n") + 4
    assert told.place is not None
    assert (told.code, told.place.file.split("/")[-1], told.place.line) == (
        "press.rgb-color",
        "leaflet.html.j2",
        expected,
    )
