"""theme.toml: strictly read, `extends` followed, fonts looked into, mistakes named with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.diagnostics import Refused
from publish.theme.check import check_theme
from publish.theme.load import load_theme, shipped_themes
from publish.theme.tokens import css_page, css_tokens

from .conftest import MakeTheme


def refused(make_theme: MakeTheme, toml: str, **files: str | bytes) -> list[str]:
    with pytest.raises(Refused) as caught:
        make_theme({name.replace("__", "."): content for name, content in files.items()}, toml)
    return [str(finding) for finding in caught.value.findings]


def test_a_theme_holds_only_what_differs(make_theme: MakeTheme) -> None:
    theme = make_theme(toml='extends = "base"\n[colors.brand]\nrgb = "#123456"\n[sizes]\nbody = 11\n')
    base = load_theme("base", Path("nowhere"))
    assert theme.colors["brand"].rgb == "#123456"
    assert theme.colors["ink"] == base.colors["ink"]
    assert theme.sizes == {**base.sizes, "body": 11}
    assert theme.faces == base.faces
    assert theme.find("leaflet.css") == shipped_themes().resolve() / "base" / "leaflet.css"


def test_one_token_reaches_the_style_sheets(make_theme: MakeTheme) -> None:
    theme = make_theme(
        toml='extends = "base"\n[colors.brand]\nrgb = "#123456"\ndark = "#abcdef"\n[page]\nsize = "letter"\n'
    )
    css = css_tokens(theme, lambda path: path.name, dark=True)
    assert "--color-brand: #123456;" in css
    assert "prefers-color-scheme: dark" in css
    assert "--color-brand: #abcdef;" in css
    assert "size: 215.9mm 279.4mm" in css_page(theme)


@pytest.mark.parametrize(
    ("toml", "code", "says"),
    [
        ('extends = "base"\n[colours.brand]\nrgb = "#123456"', "theme.unknown-key", "colors"),
        ('extends = "base"\n[colors.brand]\nrbg = "#123456"', "theme.unknown-key", "rgb"),
        ('extends = "base"\n[colors.brand]\nrgb = "teal"', "theme.bad-value", "rgb"),
        ('extends = "base"\n[colors.brand]\ncmyk = [90, 0, 0, 0]', "theme.bad-value", "cmyk"),
        ('extends = "base"\n[page]\nsize = "leter"', "theme.bad-value", "letter"),
        ('extends = "base"\n[sizes]\nbody = 1', "theme.bad-value", "body"),
        ('extends = "bass"', "theme.unknown", "base"),
        ('extends = "tried"', "theme.extends-itself", "circle"),
        ('extends = "base"\n[fonts]\ntext = "Comic Sans"', "theme.font-unknown", "Comic Sans"),
        ('extends = "base"\n[[fonts.face]]\nfile = "x.ttf"', "theme.font-broken", "x.ttf"),
        ('extends = "base"\n[[fonts.face]]\nfile = "../../../etc/passwd"', "theme.font-broken", "inside the theme"),
        ("extends = base", "theme.toml-broken", ""),
        ('[colors.ink]\nrgb = "#000000"', "theme.incomplete", "leaflet.css"),
    ],
)
def test_mistakes_are_named(make_theme: MakeTheme, toml: str, code: str, says: str) -> None:
    found = refused(make_theme, toml)
    assert any(f"[{code}]" in finding and says in finding for finding in found), found


def test_a_mistake_has_its_line(make_theme: MakeTheme) -> None:
    assert refused(make_theme, 'extends = "base"\n\n[colors.brand]\nrbg = "#123456"\n')[0].startswith(
        "themes/tried/theme.toml:4"
    )


def test_a_broken_font_is_named(make_theme: MakeTheme) -> None:
    found = refused(make_theme, 'extends = "base"\n[[fonts.face]]\nfile = "bad.ttf"\n', bad__ttf=b"not a font at all")
    assert "bad.ttf" in found[0]


def test_an_unknown_theme_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="did you mean “base”"):
        load_theme("bases", tmp_path)


def test_a_safety_block_smaller_than_the_text_is_told(make_theme: MakeTheme) -> None:
    smaller = make_theme(toml='extends = "base"\n[sizes]\nsafety = 8.5\nbody = 9\n')
    assert [finding.code for finding in check_theme(smaller)] == ["theme.safety-smaller"]


@pytest.mark.parametrize(
    ("size", "rule"),
    [("a4", "210mm 297mm"), ("A4 landscape", "297mm 210mm"), ("letter portrait", "215.9mm 279.4mm")],
)
def test_a_sheet_may_be_turned(make_theme: MakeTheme, size: str, rule: str) -> None:
    assert f"size: {rule}" in css_page(make_theme(toml=f'extends = "base"\n[page]\nsize = "{size}"\n'))


@pytest.mark.parametrize("name", ["All", "None", "Cyan", "black", "Cutting", "Folding"])
def test_a_spot_is_not_called_as_what_is_no_ink_of_a_vendor(make_theme: MakeTheme, name: str) -> None:
    toml = f'extends = "base"\n[colors.brand]\nrgb = "#123456"\ncmyk = [1, 0, 0, 0]\nspot = "{name}"\n'
    (told,) = refused(make_theme, toml)
    assert "theme.spot-reserved" in told and f"“{name}”" in told


def test_a_tint_for_a_colour_of_pictures_is_at_most_the_full_ink(make_theme: MakeTheme) -> None:
    (told,) = refused(make_theme, 'extends = "base"\n[press.inks]\n"#123456" = "brand 948%"\n')
    assert "948%" in told or "press.inks" in told


def test_a_theme_that_is_extended_by_its_path_is_the_same_wherever_the_user_stands(
    make_theme: MakeTheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "themes" / "tried" / "shared"
    for folder in (shared, tmp_path / "elsewhere" / "shared"):
        folder.mkdir(parents=True)
        (folder / "theme.toml").write_text('extends = "base"\n')
    monkeypatch.chdir(tmp_path / "elsewhere")
    (shared.parent / "theme.toml").write_text('extends = "./shared"\n')
    assert load_theme("tried", tmp_path / "themes").folders[:2] == (shared.parent, shared)
