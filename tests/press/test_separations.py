"""Plates: what Ghostscript draws on each, by the names of the file; overprint, spots, boxes, limits."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import ImageCms

from press_files import ICC, MARGIN_MM, MM, press_pdf, separation
from publish import programs
from publish.diagnostics import ComponentMissing, Refused
from publish.press import separations
from publish.press.colors import PROCESS, simulated
from publish.press.separations import Plates, plates


def drawn(content: str, ppi: float = 100, **options) -> Plates:
    (page,) = plates(press_pdf(content, **{key: options.pop(key) for key in ("change", "size") if key in options}), ppi,
                     **options)  # fmt: skip
    return page


def at(page: Plates, x_mm: float, y_mm: float) -> dict[str, int]:
    """The inks at a place in mm from the trim's bottom left, those that are there, in percent."""
    x, y = ((MARGIN_MM + mm) * MM for mm in (x_mm, y_mm))
    rows, columns = page.window((x - 0.2, y - 0.2, x + 0.2, y + 0.2))
    inks = {name: round(float(plate[rows, columns].mean()) / 2.55) for name, plate in page.inks.items()}
    return {name: percent for name, percent in inks.items() if percent}


def test_black_text_is_on_the_black_plate_only():
    page = drawn("0 0 0 1 k 10 10 20 20 re f")
    assert at(page, 20, 20) == {"Black": 100}
    assert tuple(page.inks)[:4] == PROCESS
    assert page.complaints == ()


def test_cyan_stays_under_black_that_overprints_and_goes_under_black_that_does_not():
    ground = "1 0 0 0 k 10 10 20 20 re f"
    assert at(drawn(f"{ground} /Over gs 0 0 0 1 k 15 15 5 5 re f"), 17, 17) == {"Cyan": 100, "Black": 100}
    assert at(drawn(f"{ground} 0 0 0 1 k 15 15 5 5 re f"), 17, 17) == {"Black": 100}


def test_a_spot_makes_its_own_plate_and_knocks_out_the_others():
    page = drawn("1 0 0 0 k 10 10 20 20 re f /Spot cs 0.5 scn 15 15 5 5 re f")
    assert at(page, 17, 17) == {"PANTONE 186 C": 50}
    assert at(page, 12, 12) == {"Cyan": 100}


def test_registration_colour_is_on_every_plate():
    page = drawn("/Spot cs 1 scn 0 0 2 2 re f /All cs 1 scn 10 10 5 5 re f")
    assert at(page, 12, 12) == dict.fromkeys(page.inks, 100)


@pytest.mark.parametrize(
    "name", ["Grün/50%", 'a:"b"*?<c>|', "PANTONE_186_C", "..", "spot (1)", "100%25", "Gold \\ Silver", "x" * 60]
)
def test_a_spot_keeps_its_name_whatever_stands_in_it(name):
    def change(pdf: Pdf) -> None:
        pdf.pages[0].Resources.ColorSpace.Odd = separation(name)

    page = drawn("/Odd cs 1 scn 10 10 5 5 re f /Spot cs 1 scn 20 10 5 5 re f", change=change)
    assert at(page, 12, 12) == {name: 100}
    assert at(page, 22, 12) == {"PANTONE 186 C": 100}


def test_colours_by_the_output_intents_profile_go_to_their_plates_unchanged():
    def change(pdf: Pdf) -> None:
        pdf.pages[0].Resources.ColorSpace.Press = Array([Name.ICCBased, pdf.Root.OutputIntents[0].DestOutputProfile])

    assert at(drawn("/Press cs 0.2 0.4 0.6 0.8 scn 10 10 5 5 re f", change=change), 12, 12) == {
        "Cyan": 20, "Magenta": 40, "Yellow": 60, "Black": 80,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("what", "profile", "inks"),
    [
        ("a screen's", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), 3),
        ("cut off", ICC[:3000], 4),
        ("empty", b"", 4),
    ],
)
def test_an_output_intent_that_is_none_of_a_press_does_not_move_ink_to_other_plates(what, profile, inks):
    def change(pdf: Pdf) -> None:
        pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(profile, N=inks)

    page = drawn("0 0 0 1 k 10 10 20 20 re f", change=change)
    assert at(page, 20, 20) == {"Black": 100}
    assert page.complaints == ()


def test_more_than_ten_spots_are_separated():
    def change(pdf: Pdf) -> None:
        for number in range(20):
            pdf.pages[0].Resources.ColorSpace[f"/S{number}"] = separation(f"Ink {number}")

    page = drawn(" ".join(f"/S{n} cs 1 scn {2 * n} 10 2 2 re f" for n in range(20)), change=change)
    assert at(page, 39, 11) == {"Ink 19": 100}
    assert page.complaints == ()


# --- where things are ---


@pytest.mark.parametrize(("ppi", "box"), [(72, "media"), (100, "bleed"), (150, "trim"), (300, "media"), (300, "trim")])
def test_places_are_true_to_a_pixel(ppi, box):
    page = drawn("0 0 0 1 k 10 20 30 10 re f", ppi=ppi, box=box)
    rows, columns = np.nonzero(page.inks["Black"])
    pixel = 72 / ppi
    left, right = (page.box[0] + edge * pixel for edge in (columns.min(), columns.max() + 1))
    bottom, top = (page.box[1] + (page.height - edge) * pixel for edge in (rows.max() + 1, rows.min()))
    expected = [(MARGIN_MM + mm) * MM for mm in (10, 20, 40, 30)]
    assert (left, bottom, right, top) == pytest.approx(expected, abs=pixel * 1.01)
    assert (page.width, page.height) == pytest.approx(
        [(page.box[at + 2] - page.box[at]) / pixel for at in (0, 1)], abs=1
    )


def test_a_turned_page_is_drawn_as_it_is_written():
    def change(pdf: Pdf) -> None:
        pdf.pages[0].Rotate = 90

    page = drawn("0 0 0 1 k 10 20 30 10 re f", change=change)
    assert page.width > page.height
    assert at(page, 12, 22) == {"Black": 100}


def test_thin_lines_are_not_fattened_when_drawn_smoothly():
    line = "0 0 0 1 K 0.1 w 0 20.03 m 60 20.03 l S"
    ink = {smooth: float(drawn(line, smooth=smooth).inks["Black"].sum()) for smooth in (1, 4)}
    assert ink[4] < 0.6 * ink[1]


def test_pages_are_chosen_by_number():
    data = press_pdf(pages=3)
    assert [page.page for page in plates(data, 20, [3, 1])] == [1, 3]
    with pytest.raises(Refused):
        plates(data, 20, [4])


def test_processing_steps_are_shown_or_hidden():
    step = "/OC /Die BDC /Over gs /CutSpace cs 1 scn 10 10 5 5 re f EMC"
    assert at(drawn(step), 12, 12) == {"Cutting": 100}
    assert at(drawn(step, steps=True), 12, 12) == {"Cutting": 100}
    assert at(drawn(step, steps=False), 12, 12) == {}


# --- what it looks like ---


def test_inks_are_seen_through_the_presss_profile():
    black, spot, paper = (np.array([[level]], dtype=np.uint8) for level in (255, 255, 0))
    none = dict.fromkeys(PROCESS, paper)
    assert simulated(none)[0, 0].tolist() == [255, 255, 255]
    assert simulated(none | {"Black": black})[0, 0].max() < 70
    red = simulated(none | {"PANTONE 186 C": spot}, {"PANTONE 186 C": (0, 1, 0.8, 0.04)})[0, 0]
    assert red[0] > 180 and red[1] < 60 and red[2] < 80


def test_inks_darken_each_other():
    def shade(cyan: int, spot: int) -> int:
        inks = {name: np.full((1, 1), cyan if name == "Cyan" else 0, dtype=np.uint8) for name in PROCESS}
        inks["Extra"] = np.full((1, 1), spot, dtype=np.uint8)
        return int(simulated(inks, {"Extra": (0.5, 0, 0, 0)})[0, 0].sum())

    assert shade(0, 0) > shade(128, 0) > shade(128, 255) > shade(255, 255)


def test_an_ink_without_a_colour_is_not_guessed():
    with pytest.raises(ValueError, match="Gold"):
        simulated(dict.fromkeys((*PROCESS, "Gold"), np.zeros((1, 1), dtype=np.uint8)))


# --- limits ---


@pytest.mark.parametrize(
    ("what", "data", "options"),
    [
        ("no PDF", b"no PDF", {}),
        ("too many pages", press_pdf(pages=65), {"ppi": 20}),
        ("too large", press_pdf(size=(2000, 2000)), {"ppi": 300}),
        ("all its pages are too large", press_pdf(size=(300, 400), pages=6), {"ppi": 300}),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(what, data, options):
    started = time.monotonic()
    with pytest.raises(Refused) as refused:
        plates(data, **({"ppi": 100} | options))
    assert [finding.code for finding in refused.value.findings] == ["press.separations"]
    assert refused.value.findings[0].hint
    assert time.monotonic() - started < 2


def test_a_drawing_without_end_is_stopped():
    with pytest.raises(Refused, match="did not finish"):
        plates(press_pdf("0 0 0 1 k " + "0 0 60 50 re f " * 200_000), 150, seconds=0.3)


def test_a_box_without_size_is_refused():
    def change(pdf: Pdf) -> None:
        pdf.pages[0].TrimBox = Array([10, 10, 10, 50])

    with pytest.raises(Refused, match="has no size"):
        drawn("", box="trim", change=change)


def test_what_ghostscript_complains_of_is_kept():
    def change(pdf: Pdf) -> None:
        sick = Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 1, 1], Function=Dictionary(FunctionType=9)
        )
        pdf.pages[0].Resources.Shading = Dictionary(Sh=sick)

    assert drawn("/Sh sh", change=change).complaints != ()


def test_options_in_the_environment_do_not_reach_ghostscript(monkeypatch):
    monkeypatch.setenv("GS_OPTIONS", "-dFirstPage=2")
    assert at(drawn("0 0 0 1 k 10 10 5 5 re f"), 12, 12) == {"Black": 100}


def test_nothing_is_left_behind(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(separations.tempfile, "tempdir", str(tmp_path))
    drawn("0 0 0 1 k 10 10 5 5 re f")
    assert list(tmp_path.iterdir()) == []


def test_without_ghostscript_it_says_how_to_install_it(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    programs._ghostscript.cache_clear()
    try:
        with pytest.raises(ComponentMissing, match="Ghostscript is not installed"):
            plates(press_pdf(), 20)
    finally:
        programs._ghostscript.cache_clear()
