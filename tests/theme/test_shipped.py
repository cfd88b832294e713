"""The two themes of this project: legible colours, whole fonts, their licences beside them, no rule broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from publish.theme import Theme
from publish.theme.check import check_theme
from publish.theme.load import load_theme

THEMES = Path(__file__).resolve().parents[2] / "themes"
ON_PAPER = ("ink", "brand", "accent", "muted")
SIGNS = "≤≥→®™†‡§•–—“”„‚’…×±µ°½ßäöüéèàçñ\u00a0"


@pytest.fixture(scope="module", params=["base", "clinic"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(request.param, THEMES)


def _luminance(rgb: str) -> float:
    parts = [int(rgb[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_knows_the_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")


@pytest.mark.parametrize("ground", ["paper", "tint"])
@pytest.mark.parametrize("token", ON_PAPER)
def test_text_is_legible_by_day_and_by_night(theme: Theme, token: str, ground: str) -> None:
    text, under = theme.colors[token], theme.colors[ground]
    assert contrast(text.rgb, under.rgb) >= 4.5
    assert contrast(text.dark, under.dark) >= 4.5


def test_the_safety_block_has_as_much_contrast_as_the_text_needs_twice(theme: Theme) -> None:
    assert contrast(theme.colors["safety-ink"].rgb, theme.colors["safety-paper"].rgb) >= 9


def test_the_safety_block_is_set_at_least_as_large_as_the_body(theme: Theme) -> None:
    assert theme.sizes["safety"] >= theme.sizes["body"] >= 8.5


def test_the_text_ink_is_one_ink_on_a_press(theme: Theme) -> None:
    assert [theme.colors[name].cmyk for name in ("ink", "safety-ink")] == [(0, 0, 0, 1)] * 2


def test_every_colour_is_given_for_screen_press_and_night(theme: Theme) -> None:
    lacking = [name for name, color in theme.colors.items() if not (color.rgb and color.cmyk and color.dark)]
    assert lacking == []


def test_the_text_family_has_the_signs_that_leaflets_need_in_all_its_styles(theme: Theme) -> None:
    faces = [face for face in theme.faces if face.family == theme.families["text"]]
    assert {(face.weight, face.italic) for face in faces} >= {(400, False), (400, True), (600, False), (700, False)}
    for face in faces:
        with TTFont(face.path, lazy=True) as font:
            lacking = [sign for sign in SIGNS if ord(sign) not in font.getBestCmap()]
        assert lacking == [], face.name


def test_each_family_stands_beside_its_licence(theme: Theme) -> None:
    for face in theme.faces:
        licence = face.path.parent / f"OFL-{face.family.replace(' ', '')}.txt"
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text(encoding="utf-8"), face.name


def test_the_theme_breaks_no_rule(theme: Theme) -> None:
    assert list(check_theme(theme)) == []
