"""What a printer reads on the proof sheet: how the piece folds, which panel is where, and the ink on each plate."""

from __future__ import annotations

import io
import itertools
import math
from base64 import b64decode
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from lxml import html
from PIL import Image

from proof import sheets
from proof.subjects import subject
from proof.test_pictures import blank
from publish import programs
from publish.policy import Sighting, load_press_profile
from publish.press.folds import FoldedSheet, fold_names
from publish.proof import Finished, Subject, folding, sheet
from publish.proof.pictures import Box, pages
from publish.proof.plates import Separations, heat, separations, total_ink_limit
from publish.theme import Color

SQUARE = (150.0, 40.0)
SPOT = Color("#c8102e", (0, 1, 0.76, 0.04), sheets.SPOT)
GWG = load_press_profile("gwg-2022-leaflet")


def pressed(fold: str = "letter-tri", panels: int | None = None) -> Subject:
    folds = sheets.sheet(fold, "tabloid", panels)
    seen = (
        Sighting(1, (20.0, 30.0, 90.0, 100.0), 9.0, 12.0, 60),
        Sighting(2, (20.0, 30.0, 90.0, 100.0), 9.0, 12.0, 36),
    )
    file = Finished("examplin-press.pdf", "press", sheets.flat_pdf(folds, SQUARE), seen)
    given = subject(file)
    theme = replace(given.theme, colors={**given.theme.colors, "spot": SPOT})
    return replace(given, theme=theme, press=GWG, sheet=folds)


def tree(given: Subject) -> html.HtmlElement:
    return html.document_fromstring(sheet.write(given))


@cache
def tree_of_pressed() -> html.HtmlElement:
    return tree(pressed())


def squeezed(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split()).replace("\N{NO-BREAK SPACE}", " ")


# --- folds ---

OPEN = ("roll", "accordion")
EACH_FOLD = [(name, count) for name in fold_names() for count in ((3, 5, 12) if name in OPEN else (None,))]


def folded(name: str, count: int | None) -> FoldedSheet:
    return sheets.sheet(name, "900 x 210" if count == 12 else "tabloid", count)


@pytest.mark.parametrize(("name", "count"), EACH_FOLD)
def test_the_drawing_keeps_the_panels_order_and_proportions_and_never_crosses_itself(
    name: str, count: int | None
) -> None:
    piece = folded(name, count)
    leaves = folding.drawing(piece).leaves
    outside, inside = piece.sides
    assert [leaf.inside for leaf in leaves] == [panel.number for panel in inside.panels]
    assert [leaf.outside for leaf in leaves] == [panel.number for panel in reversed(outside.panels)]
    both = zip(leaves, inside.panels, strict=True)
    assert len({round(math.dist(leaf.start, leaf.end) / panel.width, 6) for leaf, panel in both}) == 1
    for one, other in itertools.combinations(leaves, 2):
        assert one.end == other.start or not crossing(one, other)
    numbers = [at for leaf in leaves for at in (leaf.inside_at, leaf.outside_at)]
    assert all(math.dist(one, other) > 17 for one, other in itertools.combinations(numbers, 2)), "numbers overlap"


def crossing(one: folding.Leaf, other: folding.Leaf) -> bool:
    def side(a: folding.Point, b: folding.Point, c: folding.Point) -> bool:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0

    a, b, c, d = one.start, one.end, other.start, other.end
    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


@pytest.mark.parametrize("name", fold_names())
def test_each_fold_is_drawn_as_it_folds(name: str) -> None:
    """True: the inside's panels close upon each other there; False: the outside's do."""
    piece = folded(name, 4 if name in OPEN else None)
    ways = [turn > 0 for turn in folding.turns(piece)]
    assert (
        ways
        == {
            "single-sheet": [],
            "half": [True],
            "letter-tri": [True, True],
            "z": [True, False],
            "gate": [True, True],
            "double-gate": [True, True, True],
            "double-parallel": [True, True, False],
            "roll": [True, True, True],
            "accordion": [True, False, True],
        }[name]
    )


def test_panels_are_named_in_reading_order_with_their_place() -> None:
    page = tree_of_pressed()
    assert [squeezed(each) for each in page.xpath("//ol[contains(@class, 'panels')]/li")] == [
        "1 front cover, outside, right 144.5 × 279.4 mm",
        "2 inside, left 144.5 × 279.4 mm",
        "3 inside, middle 144.5 × 279.4 mm",
        "4 inside, right 142.9 × 279.4 mm",
        "5 outside, left 142.9 × 279.4 mm",
        "6 outside, middle 144.5 × 279.4 mm",
    ]


def test_each_panels_picture_is_its_stretch_of_the_sheet() -> None:
    given = pressed()
    assert given.sheet
    page = tree_of_pressed()
    drawn = page.xpath("//ol[contains(@class, 'panels')]//svg")
    for panel, svg in zip(given.sheet.panels, drawn, strict=True):
        left, top, width, height = map(float, svg.get("viewbox").split())
        side = next(side for side in given.sheet.sides if panel in side.panels)
        assert svg.xpath("./use/@href") == [f"#picture-press-{given.sheet.sides.index(side) + 1}"]
        assert (left, top) == pytest.approx((sheets.SLUG_MM + panel.left, sheets.SLUG_MM), abs=0.02)
        assert (width, height) == pytest.approx((panel.width, given.sheet.height), abs=0.02)
    assert len(page.xpath("//image[starts-with(@id, 'picture-press-')]")) == 2


def test_the_flat_sheet_shows_trim_bleed_folds_and_each_panels_width() -> None:
    given = pressed()
    assert given.sheet
    for svg, side in zip(tree_of_pressed().xpath("//svg[contains(@class, 'page')]"), given.sheet.sides, strict=True):
        trim, bleed = (box_of(svg.xpath(f"./rect[@class='{name}']")[0]) for name in ("trim", "bleed"))
        slug = sheets.SLUG_MM
        assert trim == pytest.approx((slug, slug, slug + given.sheet.width, slug + given.sheet.height), abs=0.02)
        assert bleed == pytest.approx((trim[0] - 3, trim[1] - 3, trim[2] + 3, trim[3] + 3), abs=0.02)
        lines = [float(line.get("x1")) - slug for line in svg.xpath("./line[@class='fold']")]
        assert lines == pytest.approx(side.folds, abs=0.02)
        assert [squeezed(each) for each in svg.xpath("./text")] == [
            f"{panel.number}{panel.width:.1f} mm" for panel in side.panels
        ]


def box_of(rect: html.HtmlElement) -> Box:
    left, top, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def test_a_sheet_of_another_size_than_the_fold_gets_no_fold_lines() -> None:
    given = replace(pressed(), sheet=sheets.sheet("letter-tri", "a4"))
    page = tree(given)
    assert page.xpath("//line[@class='fold']") == []
    assert "How it folds" in squeezed(page)


def test_pages_of_the_reading_pdf_are_called_panels_when_they_are_the_panels() -> None:
    folds = sheets.sheet("half")
    data = blank(len(folds.panels))
    titles = [
        [squeezed(each) for each in tree(given).xpath("//section[@id='files']//figcaption/strong")]
        for given in (replace(subject(Finished("examplin.pdf", "pdf", data, ())), sheet=each) for each in (folds, None))
    ]
    assert titles == [[f"{word} {number}" for number in (1, 2, 3, 4)] for word in ("Panel", "Page")]


def test_what_is_not_folded_has_no_section_on_folding() -> None:
    assert tree(subject()).xpath("//section[@id='fold']") == []


# --- plates ---


@cache
def plates_of_pressed() -> tuple[Separations, ...]:
    return plates_of(pressed())


def plates_of(given: Subject) -> tuple[Separations, ...]:
    shown = pages(given.files[0].data, ())
    trims = {
        each.page: tuple(a - b for a, b in zip(each.trim, (each.bleed * 2)[:2] * 2, strict=True))
        for each in shown.pictures
    }
    found = separations(given.files[0].data, trims, given.theme.colors, GWG)  # type: ignore[arg-type]
    assert not isinstance(found, str), found
    return found


def test_the_most_ink_is_found_where_it_is() -> None:
    front, back = plates_of_pressed()
    assert front.most == pytest.approx(300, abs=4)
    assert front.hottest == pytest.approx((*SQUARE, SQUARE[0] + 15, SQUARE[1] + 15), abs=0.6)
    assert back.most == pytest.approx(100, abs=4), "the spot knocks out what is below it"
    assert front.limit == total_ink_limit(GWG) == 320


def test_each_ink_has_its_plate_and_what_has_none_is_named() -> None:
    front, back = plates_of_pressed()
    assert [plate.ink for plate in front.plates] == ["Cyan", "Magenta", "Yellow", "Black"]
    assert front.empty == ()
    assert [plate.ink for plate in back.plates] == ["Yellow", "Black", sheets.SPOT]
    assert back.empty == ("Cyan", "Magenta")
    cyan, spot = front.plates[0], back.plates[-1]
    assert cyan.share == pytest.approx(15 * 15 / (431.8 * 279.4) * 100, rel=0.05)
    assert spot.share == pytest.approx(20 / 279.4 * 100, rel=0.03)
    bar = opened(spot.address)
    assert bar.getpixel((bar.width // 2, bar.height - 12)) == (200, 16, 46), "in its own colour"
    assert bar.getpixel((bar.width // 2, 12)) == (255, 255, 255)


def opened(address: str) -> Image.Image:
    return Image.open(io.BytesIO(b64decode(address.split(",", 1)[1]))).convert("RGB")


def test_an_ink_that_no_theme_knows_is_a_line_for_a_machine_and_no_ink() -> None:
    given = pressed()
    unknown = replace(given, theme=replace(given.theme, colors={"brand": given.theme.colors["brand"]}))
    back = plates_of(unknown)[1]
    assert [plate.ink for plate in back.plates if not plate.printed] == [sheets.SPOT]
    assert back.most < 60
    assert "not printed: a line for the machine" in squeezed(tree(unknown))


def test_the_ink_map_is_darker_where_there_is_more_ink() -> None:
    lights = [sum(heat(per_cent)) for per_cent in range(0, 401, 20)]
    assert heat(0) == (255, 255, 255)
    assert lights == sorted(lights, reverse=True)
    mapped = np.asarray(opened(plates_of_pressed()[0].heat))
    step = mapped.shape[1] / (431.8 + 6)
    row, column = (round((SQUARE[at] + 3 + 7) * step) for at in (1, 0))
    assert tuple(mapped[row, column]) == heat(300)


def test_without_ghostscript_the_sheet_says_that_nobody_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publish.press.separations.GHOSTSCRIPT", replace(programs.GHOSTSCRIPT, look=lambda: None))
    page = tree(pressed())
    said = squeezed(page.xpath("//p[@class='unchecked']")[0])
    assert said.startswith("Not checked: Ghostscript is not installed")
    assert "install it:" in said
    assert page.xpath("//svg[contains(@class, 'plate')]") == []
    assert len(page.xpath("//svg[contains(@class, 'page')]")) == 2


def test_a_press_sheet_is_the_same_bytes_each_time() -> None:
    assert sheet.write(pressed()) == sheet.write(pressed())
