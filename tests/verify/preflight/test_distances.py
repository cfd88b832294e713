"""Text keeps away from where the sheet is cut and folded: measured on the ink of its letters, to a tenth of a mm."""

from __future__ import annotations

import io

import pikepdf
import pytest

from publish.model import Press
from publish.policy import load_press_profile
from publish.press.folds import FoldedSheet, Panel, Side, folded
from verify.preflight.scene_bench import HEIGHT, WIDTH, codes, page, scene, text, told

HALVES = FoldedSheet(
    "half", "half fold", WIDTH, HEIGHT,
    (
        Side("outside", (Panel(4, 0, 50), Panel(1, 50, 50))),
        Side("inside", (Panel(2, 0, 40), Panel(3, 40, 60))),
    ),
)  # fmt: skip
"""Folded at 50 mm on the outside; the inside is folded at 40 mm, so that the two can be told apart."""

WORDS_MM = 5 * 0.5 * 10 / (72 / 25.4)
"""How long “Words” is at 10 pt, every letter half an em."""


@pytest.mark.parametrize(
    ("x", "y", "distance"),
    [
        (2.9, 70, "2.9 mm from the edge"),
        (3.0, 70, None),
        (WIDTH - WORDS_MM - 2.9, 70, "2.9 mm from the edge"),
        (WIDTH - WORDS_MM - 3.0, 70, None),
        (50, HEIGHT - 3.7, "2.9 mm from the edge"),  # 0.22 em below the base line
        (50, HEIGHT - 3.8, None),
        (50, 5.5, "2.9 mm from the edge"),  # 0.75 em above it
        (50, 5.7, None),
    ],
)
def test_text_near_the_edge(x, y, distance):
    found = told(page("0 0 0 1 k " + text(x, y, 10)), "safety-distance")
    assert codes(found) == (["safety-distance warning"] if distance else [])
    assert not distance or distance in found[0].message


def test_text_over_the_edge_is_cut_and_no_matter_of_taste():
    (found,) = told(page(text(-1.5, 70, 10)), "safety-distance")
    assert str(found.severity) == "error"
    assert "reaches 1.5 mm over the edge, where the sheet is cut" in found.message


def test_the_vendor_says_how_far():
    data = page(text(3.5, 70, 10))
    assert told(data, "safety-distance") == []
    assert codes(told(data, "safety-distance", name="vendor-example")) == ["safety-distance error"]


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (53.0, None),
        (52.9, "is 2.9 mm from the fold at 50.0 mm; 3 mm is asked"),
        (50 - 3 - WORDS_MM, None),
        (50 - 2.9 - WORDS_MM, "is 2.9 mm from the fold at 50.0 mm"),
        (48, "runs over the fold at 50.0 mm"),
    ],
)
def test_text_near_a_fold(x, said):
    found = told(page(text(x, 70, 10)), "fold-distance", sheet=HALVES)
    assert codes(found) == (["fold-distance warning"] if said else [])
    assert not said or said in found[0].message


def two_sides(content: str) -> bytes:
    """The content on the second of two pages."""
    with pikepdf.open(io.BytesIO(page("%"))) as pdf, pikepdf.open(io.BytesIO(page(content))) as other:
        pdf.pages.append(other.pages[0])
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_each_side_has_its_own_folds():
    data = two_sides(text(38, 70, 10))
    (found,) = told(data, "fold-distance", sheet=HALVES)
    assert found.place.page == 2 and "the fold at 40.0 mm" in found.message
    assert told(page(text(38, 70, 10)), "fold-distance", sheet=HALVES) == []


def test_without_a_sheet_or_on_another_one_no_fold_is_known():
    data = page(text(48, 70, 10))
    assert told(data, "fold-distance") == []
    press = Press(fold="letter-tri", stock="letter")
    other = folded(press, (215.9, 279.4), load_press_profile("gwg-2022-leaflet").compensation, None)
    assert told(data, "fold-distance", sheet=other) == []


def test_ink_is_measured_where_the_shapes_can_be_read():
    """A composite font by glyph numbers, as our own writer sets it: the box is the letters', not the lines'."""
    from fontTools.ttLib import TTFont
    from pikepdf import Array, Dictionary, Name

    from verify.preflight.scene_bench import FONT_FILE

    def make(pdf):
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name("/S"), Flags=4)
        descriptor.FontFile2 = pdf.make_stream(FONT_FILE.read_bytes())
        inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/S"), FontDescriptor=descriptor)
        outer = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/S"), Encoding=Name("/Identity-H"))
        outer.DescendantFonts = Array([inner])
        return {"Font": {"C": outer}}

    file = TTFont(FONT_FILE)
    name = file.getBestCmap()[ord("x")]
    glyph, number = file["glyf"][name], file.getGlyphID(name)
    content = f"BT /C 100 Tf 100 200 Td <{number:04X}> Tj ET"
    (painted,) = scene(page(content, make)).objects
    scale = 100 / file["head"].unitsPerEm
    assert painted.box == pytest.approx(
        (100 + glyph.xMin * scale, 200 + glyph.yMin * scale, 100 + glyph.xMax * scale, 200 + glyph.yMax * scale),
        abs=0.01,
    )
