"""Fonts that show other words than the text has: each trick is played on an honest face, and the face is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

from publish.theme.check import check_theme
from publish.theme.faces import check_faces, known_faces
from publish.theme.fonts import faults
from publish.theme.letterforms import CHARACTERS, Forms, alike
from publish.theme.load import load_theme, shipped_themes
from publish.theme.outlines import Outlines

from .conftest import MakeTheme

FONTS = sorted(shipped_themes().glob("*/fonts/*.ttf"))
HONEST = shipped_themes() / "base" / "fonts" / "SourceSans3-Regular.ttf"
Trick = Callable[[TTFont], None]


def found(path: Path) -> dict[str, str]:
    """Each code with what is said."""
    said: dict[str, str] = {}
    for fault in faults(path, hashlib.sha256(path.read_bytes()).hexdigest()):
        said[fault.code] = f"{said.get(fault.code, '')} {fault.what}"
    return said


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An honest face cut down to the letters that the tricks need, without features: quick to save."""
    options = Options(glyph_names=True, layout_features=[], notdef_outline=True)
    with TTFont(HONEST) as font:
        cutter = Subsetter(options)
        cutter.populate(text=CHARACTERS + " λé´uﬁ")
        cutter.subset(font)
        path = tmp_path_factory.mktemp("plain") / "plain.ttf"
        font.save(path)
    return path


@pytest.fixture
def doctored(tmp_path: Path, plain: Path) -> Callable[[Trick], dict[str, str]]:
    """`doctored(trick)`: what is found in an honest face after the trick."""

    def play(trick: Trick) -> dict[str, str]:
        with TTFont(plain) as font:
            trick(font)
            font.save(tmp_path / "doctored.ttf")
        return found(tmp_path / "doctored.ttf")

    return play


def glyph(font: TTFont, letter: str) -> str:
    return str(font.getBestCmap()[ord(letter)])


def empty(font: TTFont, letters: str) -> None:
    for letter in letters:
        font["glyf"][glyph(font, letter)] = TTGlyphPen(None).glyph()


def redraw(font: TTFont, letter: str, like: str, matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)) -> None:
    glyphs = font.getGlyphSet()
    pen = TTGlyphPen(glyphs)
    glyphs[glyph(font, like)].draw(TransformPen(pen, matrix))
    font["glyf"][glyph(font, letter)] = pen.glyph()


def swap(font: TTFont, one: str, other: str) -> None:
    for table in font["cmap"].tables:
        swapped = {ord(one): table.cmap[ord(other)], ord(other): table.cmap[ord(one)]}
        table.cmap = {**table.cmap, **swapped}


def shrink(font: TTFont, letters: str = "", factor: float = 0.25) -> None:
    for letter in letters or [chr(code) for code in font.getBestCmap() if 0x20 < code < 0x7F]:
        redraw(font, letter, letter, (factor, 0, 0, factor, 0, 0))


def features(text: str) -> Trick:
    return lambda font: addOpenTypeFeaturesFromString(font, text)


def point_elsewhere_for_word(font: TTFont) -> None:
    """One of two tables of characters says 3 is drawn as 8; some readers take this table, some the other."""
    for table in font["cmap"].tables:
        if table.platformID == 3:
            table.cmap = {**table.cmap, ord("3"): table.cmap[ord("8")]}


def colour(font: TTFont) -> None:
    font["SVG "] = newTable("SVG ")
    font["SVG "].docList = []


def no_advance(font: TTFont, letters: str) -> None:
    for letter in letters:
        font["hmtx"][glyph(font, letter)] = (0, 0)


def begin_at(font: TTFont, letter: str, left: int) -> None:
    font["hmtx"][glyph(font, letter)] = (font["hmtx"][glyph(font, letter)][0], left)


def ink_in_the_space(font: TTFont) -> None:
    redraw(font, " ", "n")


def accent_on_another_letter(font: TTFont) -> None:
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent(glyph(font, "u"), (1, 0, 0, 1, 0, 0))
    pen.addComponent(glyph(font, "´"), (1, 0, 0, 1, 0, 0))
    font["glyf"][glyph(font, "é")] = pen.glyph()


def lie_about_x_height(font: TTFont) -> None:
    font["OS/2"].sxHeight = 900


TRICKS: list[tuple[str, Trick, str, str]] = [
    ("small letters are blank", lambda f: empty(f, "abcdefghijklmnopqrstuvwxyz"), "theme.font-blank", "“a”"),
    ("one digit is blank", lambda f: empty(f, "5"), "theme.font-blank", "“5”"),
    ("the decimal point is blank", lambda f: empty(f, "."), "theme.font-blank", "“.”"),
    ("a dot in place of a letter", lambda f: redraw(f, "n", "."), "theme.font-misdrawn", "“n”"),
    ("a Greek letter is blank", lambda f: empty(f, "λ"), "theme.font-blank", "“λ”"),
    ("all at a quarter", shrink, "theme.font-proportions", "small letters"),
    ("digits at a third", lambda f: shrink(f, "0123456789", 0.33), "theme.font-proportions", "digits"),
    ("capitals enlarged", lambda f: shrink(f, "HEITLZNMKXFD", 1.6), "theme.font-proportions", "capitals"),
    ("x-height stated wrongly", lie_about_x_height, "theme.font-proportions", "0.90"),
    ("3 and 8 change places", lambda f: swap(f, "3", "8"), "theme.font-misdrawn", "“3” (like “8”)"),
    ("2 drawn as 8", lambda f: redraw(f, "2", "8"), "theme.font-misdrawn", "“2” (like “8”)"),
    ("µ drawn as m", lambda f: redraw(f, "µ", "m"), "theme.font-misdrawn", "“µ” (like “m”)"),
    ("< drawn as >", lambda f: redraw(f, "<", ">"), "theme.font-misdrawn", "“<” (like “>”)"),
    ("≤ drawn as ≥", lambda f: redraw(f, "≤", "≥"), "theme.font-misdrawn", "“≤” (like “≥”)"),
    ("6 stands on its head", lambda f: redraw(f, "6", "6", (-1, 0, 0, -1, 500, 650)), "theme.font-misdrawn", "“6”"),
    ("é with a u below", accent_on_another_letter, "theme.font-misdrawn", "“é” (like “u”)"),
    ("the space says n", ink_in_the_space, "theme.font-extra", "space"),
    ("letters stand on one spot", lambda f: no_advance(f, "not"), "theme.font-width", "“n”"),
    ("ink far to the left", lambda f: begin_at(f, "n", -2000), "theme.font-width", "“n”"),
    ("coloured pictures", colour, "theme.font-colour", "SVG"),
    ("two tables of characters", point_elsewhere_for_word, "theme.font-alters", "“3”"),
    (
        "“not” becomes one thin sign",
        features("feature liga { sub n o t by space; } liga;"),
        "theme.font-alters",
        "“not”",
    ),
    ("“not” becomes a fat sign", features("feature clig { sub n o t by W; } clig;"), "theme.font-alters", "“not”"),
    ("“fi” becomes W", features("feature liga { sub f i by W; } liga;"), "theme.font-alters", "“fi”"),
    ("“1.5” loses its point", features("feature liga { sub one period by one; } liga;"), "theme.font-alters", "“1.”"),
    ("3 becomes 8", features("feature ccmp { sub three by eight; } ccmp;"), "theme.font-alters", "“3”"),
    ("3 becomes 8 after 1", features("feature calt { sub one three' by eight; } calt;"), "theme.font-alters", "“3”"),
    ("3 becomes 8, in one language", features(
        "feature locl { script latn; language DEU; sub three by eight; } locl;"), "theme.font-alters", "“3”"),
    ("3 becomes 8 by two steps", features(
        "feature ccmp { sub three by lambda; } ccmp; feature calt { sub lambda by eight; } calt;"),
        "theme.font-alters", "“3”"),
    ("n vanishes", features("feature ccmp { sub n by NULL; } ccmp;"), "theme.font-alters", "“n” vanishes"),
    ("n becomes two letters", features("feature ccmp { sub n by n o; } ccmp;"), "theme.font-alters", "“n” becomes 2"),
    ("letters pulled together", features("feature kern { pos n o -500; } kern;"), "theme.font-overlap", "“n” and “o”"),
    ("by classes", features("feature kern { pos [n m] [o e] -500; } kern;"), "theme.font-overlap", "-0.50 em"),
    ("a letter lifted up", features("feature kern { pos n <0 900 0 0>; } kern;"), "theme.font-overlap", "“n”"),
    ("n called a mark", features("table GDEF { GlyphClassDef , , [n], ; } GDEF;"), "theme.font-overlap", "mark"),
]  # fmt: skip


@pytest.mark.parametrize(("trick", "code", "says"), [each[1:] for each in TRICKS], ids=[each[0] for each in TRICKS])
def test_a_doctored_font_is_refused(
    doctored: Callable[[Trick], dict[str, str]], trick: Trick, code: str, says: str
) -> None:
    said = doctored(trick)
    assert says in said.get(code, ""), said


@pytest.mark.parametrize("path", FONTS, ids=[path.stem for path in FONTS])
def test_an_honest_font_passes(path: Path) -> None:
    assert found(path) == {}


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param("feature liga { sub f i by uniFB01; } liga;", id="fi"),
        pytest.param("feature locl { sub i by idotaccent; } locl;", id="Turkish i"),
        pytest.param("feature kern { pos A V -120; } kern;", id="kerning"),
        pytest.param("feature ss01 { sub three by eight; } ss01;", id="a feature nobody asks for"),
    ],
)
def test_what_honest_fonts_do_is_left_alone(doctored: Callable[[Trick], dict[str, str]], rules: str) -> None:
    def add(font: TTFont) -> None:
        names = {"uniFB01": glyph(font, "ﬁ"), "idotaccent": glyph(font, "i")}
        text = rules
        for name, own in names.items():
            text = text.replace(name, own)
        addOpenTypeFeaturesFromString(font, text)

    assert doctored(add) == {}


@pytest.mark.parametrize("path", FONTS, ids=[path.stem for path in FONTS])
def test_any_two_letters_that_change_places_are_noticed(path: Path) -> None:
    """All pairs of digits; of the small letters, at least 99 of 100 pairs that are not drawn alike by nature."""
    with TTFont(path, lazy=True) as font:
        outlines = Outlines(font)
        forms = Forms(outlines)
        glyphs = {letter: outlines.cmap[ord(letter)] for letter in CHARACTERS if letter.isascii() and letter.isalnum()}

        def unnoticed(letters: str) -> list[str]:
            pairs = [pair for pair in combinations(letters, 2) if not alike(*pair)]
            return [one + other for one, other in pairs if not forms.misread({one: glyphs[other], other: glyphs[one]})]

        assert unnoticed("0123456789") == []
        assert len(unnoticed("acdehimnorstu")) <= 1


def test_the_finding_names_the_file_and_says_what_to_do(make_theme: MakeTheme, tmp_path: Path) -> None:
    with TTFont(HONEST) as font:
        redraw(font, "3", "8")
        font.save(tmp_path / "x.ttf")
    theme = make_theme(
        {"fonts/x.ttf": (tmp_path / "x.ttf").read_bytes()},
        'extends = "base"\n[[fonts.face]]\nfile = "fonts/x.ttf"\nweight = 400\n',
    )
    (finding,) = [each for each in check_theme(theme) if each.code.startswith("theme.font")]
    assert finding.code == "theme.font-misdrawn"
    assert "themes/tried/fonts/x.ttf" in str(finding)
    assert "from its maker" in str(finding)


def test_a_font_whose_glyphs_are_broken_is_refused_not_a_crash(tmp_path: Path) -> None:
    data = bytearray(HONEST.read_bytes())
    with TTFont(HONEST, lazy=True) as font:
        entry: Any = font.reader.tables["glyf"]
    data[entry.offset : entry.offset + entry.length] = b"\xff" * entry.length
    (tmp_path / "broken.ttf").write_bytes(data)
    assert set(found(tmp_path / "broken.ttf")) == {"theme.font-broken"}


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_the_names_of_a_shipped_face_are_those_of_its_file(path: Path) -> None:
    names = TTFont(path, lazy=True)["name"]
    said = names.getDebugName(16) or names.getDebugName(1), names.getDebugName(6)
    assert known_faces()[hashlib.sha256(path.read_bytes()).hexdigest()] == said


def test_the_shipped_faces_cost_nothing() -> None:
    """They are known by their content, so the base theme measures no glyph."""
    before = faults.cache_info().misses
    assert list(check_faces(load_theme("base", Path("nowhere")))) == []
    assert faults.cache_info().misses == before


def test_ink_is_measured_as_it_is_filled() -> None:
    """The counter of an o holds no ink, and contours that overlap count once."""
    with TTFont(HONEST, lazy=True) as font:
        outlines = Outlines(font)
        letter = outlines.letter("o")
        assert letter is not None
        left, bottom, right, top = letter.box
        assert 0.3 < letter.area / ((right - left) * (top - bottom)) < 0.7
        twice = type(letter)(np.vstack([letter.edges, letter.edges]), letter.advance)
        assert twice.area == pytest.approx(letter.area)
