"""From a theme's name or folder to a whole Theme: theme.toml read strictly, `extends` followed, fonts looked into."""

from __future__ import annotations

import io
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from publish import inputs
from publish.diagnostics import Finding, Place, Refused, did_you_mean, refuse
from publish.inputs import shipped_themes
from publish.theme import Color, Face, Page, Theme
from publish.theme.faces import known_faces

SHEETS_MM: Mapping[str, tuple[float, float]] = {
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "a3": (297.0, 420.0),
    "a4": (210.0, 297.0),
    "a5": (148.0, 210.0),
    "a6": (105.0, 148.0),
}
"""Sheet sizes by name, width × height in mm (ISO 216; ANSI/ASME Y14.1)."""

_MOST_EXTENSIONS = 8
_ROLES = ("text", "heading")

Rgb = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Ink = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=4, le=200)]
Millimetres = Annotated[float, Field(ge=0, le=1000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Color(_Strict):
    rgb: Rgb | None = None
    cmyk: tuple[Ink, Ink, Ink, Ink] | None = None
    spot: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f/]*$")] = ""
    tint: Annotated[float, Field(gt=0, le=1)] | None = None
    dark: Rgb | None = None


class _Face(_Strict):
    file: str
    weight: Annotated[int, Field(ge=1, le=1000)] = 400
    italic: bool = False


class _Fonts(_Strict):
    text: str | None = None
    heading: str | None = None
    face: tuple[_Face, ...] = ()


class _Sizes(_Strict):
    body: Points | None = None
    small: Points | None = None
    safety: Points | None = None
    h1: Points | None = None
    h2: Points | None = None
    h3: Points | None = None
    title: Points | None = None


class _Type(_Strict):
    leading: Annotated[float, Field(ge=1, le=3)] | None = None


class _Page(_Strict):
    size: str | None = None
    width: Millimetres | None = None
    height: Millimetres | None = None
    margins: tuple[Millimetres, Millimetres, Millimetres, Millimetres] | None = None


class _Panel(_Strict):
    margins: tuple[Millimetres, Millimetres, Millimetres, Millimetres] | None = None
    sizes: _Sizes = _Sizes()


class _Press(_Strict):
    inks: dict[Rgb, Annotated[str, Field(pattern=r"^[\w-]+( (100|\d{1,2})%)?$")]] = {}


class _ThemeFile(_Strict):
    extends: str | None = None
    colors: dict[str, _Color] = {}
    fonts: _Fonts = _Fonts()
    sizes: _Sizes = _Sizes()
    type: _Type = _Type()
    page: _Page = _Page()
    panel: _Panel = _Panel()
    press: _Press = _Press()


@dataclass(frozen=True, slots=True)
class _Layer:
    """One theme folder and what its theme.toml says."""

    folder: Path
    place: Place
    says: _ThemeFile


def theme_names(themes: Path) -> tuple[str, ...]:
    """The names a leaflet may use: the project's themes and `base`, which ships with publish."""
    own = {path.parent.name for path in themes.glob("*/theme.toml")} if themes.is_dir() else set()
    return tuple(sorted(own | {"base"}))


def load_theme(name: str, themes: Path, place: Place | None = None) -> Theme:
    """The theme called `name` in the folder `themes`, or at the path `name` if it has a slash or is a folder.

    Raises Refused with every mistake found in its theme.toml. `place` is where the name was written. A theme whose
    files are as they were is loaded once.
    """
    return _loaded.answer((name, themes, Path.cwd()), lambda: _load(name, themes, place))


_loaded: inputs.Memory[Theme] = inputs.Memory(20)


def _load(name: str, themes: Path, place: Place | None) -> Theme:
    layers = list(_layers(name, themes, place))
    mistakes = [finding for layer in layers for finding in _mistakes(layer)]
    if mistakes:
        raise Refused(*mistakes)
    return _assembled(layers)


def _folder(name: str, themes: Path, place: Place | None) -> Path:
    """The folder of a theme. Its files are read by this name: a link in it may come to lead elsewhere."""
    if _is_path(name):
        folder = Path(name).resolve() if ".." in Path(name).parts else Path(name).absolute()
        if inputs.exists(folder / "theme.toml"):
            return folder
        raise refuse(
            "theme.unknown", f"there is no theme at “{name}”", place, "a theme is a folder that holds a theme.toml"
        )
    for folder in (themes / name, shipped_themes() / name):
        if inputs.exists(folder / "theme.toml") and (folder.parent == themes or name == "base"):
            return folder
    raise refuse("theme.unknown", f"there is no theme “{name}”", place, did_you_mean(name, theme_names(themes)))


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or Path(name).is_absolute() or name in (".", "..")


def _layers(name: str, themes: Path, place: Place | None) -> Iterator[_Layer]:
    """The theme and those it extends, most specific first."""
    seen: set[Path] = set()
    while True:
        folder = _folder(name, themes, place)
        shown = f"{folder.parent.name}/{folder.name}/theme.toml"
        if folder in seen or len(seen) >= _MOST_EXTENSIONS:
            raise refuse(
                "theme.extends-itself", f"the theme “{name}” extends itself in the end", place, "break the circle"
            )
        seen.add(folder)
        says = _read(folder / "theme.toml", shown)
        yield _Layer(folder, Place(shown), says)
        if says.extends is None:
            return
        name, place = says.extends, Place(shown, _line_of(folder / "theme.toml", "extends"))
        if _is_path(name):
            name = str(folder / name)  # it means the same wherever the user stands


def _read(path: Path, shown: str) -> _ThemeFile:
    try:
        data = tomllib.loads(inputs.read_text(path))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise refuse(
            "theme.toml-broken",
            f"this is not valid TOML: {str(error).split(' (at')[0]}",
            Place(shown, int(line[1]) if line else None),
            'mend the line; TOML wants `name = "value"`',
        ) from None
    try:
        return _ThemeFile.model_validate(data)
    except ValidationError as error:
        raise Refused(*(_mistake(each, path, shown) for each in error.errors())) from None


def _mistake(error: Any, path: Path, shown: str) -> Finding:
    where = ".".join(str(part) for part in error["loc"])
    key = str(next((part for part in reversed(error["loc"]) if isinstance(part, str)), where))
    place = Place(shown, _line_of(path, key))
    if error["type"] == "extra_forbidden":
        return Finding("theme.unknown-key", f"theme.toml knows no “{where}”", place, _known_keys(error["loc"]))
    return Finding("theme.bad-value", f"“{where}”: {error['msg']}", place, "correct the value")


def _known_keys(location: tuple[str | int, ...]) -> str:
    tables: dict[str, type[BaseModel]] = {
        "colors": _Color,
        "fonts": _Fonts,
        "face": _Face,
        "sizes": _Sizes,
        "type": _Type,
        "page": _Page,
        "panel": _Panel,
        "press": _Press,
    }
    table = next((tables[part] for part in reversed(location[:-1]) if part in tables), _ThemeFile)
    return did_you_mean(str(location[-1]), table.model_fields)


def _line_of(path: Path, key: str) -> int | None:
    pattern = re.compile(rf"^\s*(\[.*\b{re.escape(key)}\b.*\]|{re.escape(key)}\s*=)")
    for number, line in enumerate(inputs.read_text(path).splitlines(), 1):
        if pattern.match(line):
            return number
    return None


def _mistakes(layer: _Layer) -> Iterator[Finding]:
    says, path = layer.says, layer.folder / "theme.toml"
    if says.page.size is not None and _sheet(says.page.size) is None:
        yield Finding(
            "theme.bad-value",
            f"there is no sheet size “{says.page.size}”",
            Place(layer.place.file, _line_of(path, "size")),
            did_you_mean(says.page.size, SHEETS_MM)
            + "; “a4 landscape” turns it; or write `width =` and `height =` in mm",
        )
    for face in says.fonts.face:
        try:
            _face(layer.folder, face)
        except (OSError, ValueError, KeyError, AssertionError) as error:
            yield Finding(
                "theme.font-broken",
                f"the font file “{face.file}” cannot be used: {error}",
                Place(layer.place.file, _line_of(path, "file")),
                "put a static TrueType or OpenType font (.ttf, .otf) into the theme's folder",
            )


def _sheet(size: str) -> tuple[float, float] | None:
    """Width and height in mm of a sheet by name, such as `a4` or `letter landscape`."""
    name, _, turned = size.lower().partition(" ")
    if name not in SHEETS_MM or turned not in ("", "portrait", "landscape"):
        return None
    width, height = SHEETS_MM[name]
    return (height, width) if turned == "landscape" else (width, height)


def _face(folder: Path, face: _Face) -> Face:
    path = Path(os.path.normpath(folder / face.file))
    if not path.resolve().is_relative_to(folder.resolve()) or path.suffix.lower() not in (".ttf", ".otf"):
        raise ValueError("it must be a .ttf or .otf file inside the theme's folder")
    font_file = inputs.read(path)
    family, name = known_faces().get(font_file.sha256) or _names.of(font_file, _look_into)
    return Face(family, path, face.weight, face.italic, name)


_names: inputs.ByContent[tuple[str, str]] = inputs.ByContent(200)


def _look_into(font_file: bytes) -> tuple[str, str]:
    """Family and PostScript name of a font that can be used. Raises ValueError, KeyError or AssertionError."""
    from fontTools.ttLib import TTFont, TTLibError  # only here: publish's own themes have faces that are known

    try:
        with TTFont(io.BytesIO(font_file), lazy=True) as font:
            names = font["name"]
            family = names.getDebugName(16) or names.getDebugName(1)
            name = names.getDebugName(6)
            if "fvar" in font:
                raise ValueError("it is a variable font; the proof of glyphs needs a static one")
            if not family or not name or not font.getBestCmap():
                raise ValueError("it has no name or no characters")
    except TTLibError as error:
        raise ValueError(str(error)) from error
    return family, name


def _assembled(layers: list[_Layer]) -> Theme:
    colors: dict[str, Color] = {}
    families: dict[str, str] = {}
    sizes: dict[str, float] = {}
    leading, width, height = 1.4, *SHEETS_MM["a4"]
    margins: tuple[float, float, float, float] = (15, 15, 15, 15)
    panel_margins: tuple[float, float, float, float] = (8, 7, 9, 7)
    panel_sizes: dict[str, float] = {}
    inks: dict[str, tuple[str, float]] = {}
    faces: list[Face] = []
    for layer in reversed(layers):
        says = layer.says
        for name, color in says.colors.items():
            colors[name] = _over(colors.get(name), color, f"colors.{name}", layer.place)
        families |= {role: family for role in _ROLES if (family := getattr(says.fonts, role))}
        faces += [_face(layer.folder, face) for face in says.fonts.face]
        sizes |= {name: size for name, size in says.sizes if size is not None}
        leading = says.type.leading or leading
        width, height = _sheet(says.page.size or "") or (width, height)
        width, height = says.page.width or width, says.page.height or height
        margins = says.page.margins or margins
        panel_margins = says.panel.margins or panel_margins
        panel_sizes |= {name: size for name, size in says.panel.sizes if size is not None}
        inks |= {rgb.lower(): _ink(said) for rgb, said in says.press.inks.items()}
    theme = Theme(
        name=layers[0].folder.name,
        folders=tuple(layer.folder for layer in layers),
        colors=colors,
        faces=tuple(faces),
        families=families,
        sizes=sizes,
        leading=leading,
        page=Page(width, height, margins),
        panel_margins=panel_margins,
        panel_sizes=panel_sizes,
        inks=inks,
    )
    lacks = tuple(_lacks(theme, layers[0].place))
    if lacks:
        raise Refused(*lacks)
    return theme


def _over(below: Color | None, said: _Color, name: str, place: Place) -> Color:
    """A colour said anew replaces the whole colour below: yesterday's CMYK does not belong to today's RGB."""
    if said.rgb is None and below is None:
        raise refuse("theme.bad-value", f"“{name}” has no rgb", place, 'write rgb = "#rrggbb"')
    if said.rgb is None and below is not None:
        cmyk, spot, dark = said.cmyk or below.cmyk, said.spot or below.spot, said.dark or below.dark
        return Color(below.rgb, cmyk, spot, dark, said.tint or below.tint)
    return Color(said.rgb or "", said.cmyk, said.spot, said.dark or "", said.tint or 1.0)


def _ink(said: str) -> tuple[str, float]:
    """“brand 40%” as the token's name and a part of 1."""
    name, _, part = said.partition(" ")
    return name, int(part.rstrip("%")) / 100 if part else 1.0


def _bad_inks(theme: Theme, place: Place) -> Iterator[Finding]:
    """A spot must be told in CMYK, and the same in each token; a picture's colour must lead to a token."""
    inks: dict[str, tuple[float, ...]] = {}
    for name, color in theme.colors.items():
        if color.spot and color.cmyk is None:
            yield Finding(
                "theme.spot-without-cmyk",
                f"the spot “{color.spot}” of “colors.{name}” has no `cmyk`; no proof could show it",
                place,
                "write the CMYK that stands for the full ink, such as cmyk = [0, 1, 0.8, 0.04]",
            )
        elif color.spot.lower() in _NO_SPOTS:
            yield Finding(
                "theme.spot-reserved",
                f"the spot of “colors.{name}” is called “{color.spot}”, which is no ink that a vendor mixes: "
                "process inks, registration marks and lines for the cutter have such names",
                place,
                "take `spot` out for a colour of process inks, or write the ink's own name, such as “PANTONE 186 C”",
            )
        elif color.spot and color.cmyk is not None and inks.setdefault(color.spot, color.cmyk) != color.cmyk:
            yield Finding(
                "theme.spot-disagrees",
                f"the spot “{color.spot}” has another `cmyk` in “colors.{name}” than before: one plate is one ink",
                place,
                "write the full ink's CMYK in each, and `tint = 0.2` for a lighter shade of it",
            )
    for rgb, (token, _) in theme.inks.items():
        if token not in theme.colors:
            yield Finding(
                "theme.ink-unknown",
                f"[press.inks] “{rgb}” leads to “{token}”, which is no colour of the theme",
                place,
                did_you_mean(token, theme.colors),
            )


_NO_SPOTS = frozenset({"all", "none", "cyan", "magenta", "yellow", "black", "cutting", "folding"})
"""Separations that PDF (ISO 32000-1, 8.6.6.4) or the press sheet's own lines use, in small letters."""

_NEEDED_COLORS = ("ink", "paper", "brand")
_NEEDED_SIZES = ("body", "small", "safety", "h1", "h2", "h3", "title")
_NEEDED_FILES = ("leaflet.html.j2", "leaflet.css", "book.xhtml.j2", "book.css", "review.docx")


def _lacks(theme: Theme, place: Place) -> Iterator[Finding]:
    yield from _bad_inks(theme, place)
    known = {face.family for face in theme.faces}
    for role in _ROLES:
        family = theme.families.get(role)
        if family is None or family not in known:
            yield Finding(
                "theme.font-unknown",
                f"[fonts] {role} = “{family or ''}” names no family among the theme's font files",
                place,
                did_you_mean(family or "", known),
            )
    for kind, needed, given in (
        ("colour", _NEEDED_COLORS, theme.colors),
        ("size", _NEEDED_SIZES, theme.sizes),
    ):
        for name in needed:
            if name not in given:
                yield Finding(
                    "theme.incomplete", f"the theme has no {kind} “{name}”", place, "add it, or extend “base”"
                )
    for file_name in _NEEDED_FILES:
        if theme.find(file_name) is None:
            yield Finding("theme.incomplete", f"the theme has no {file_name}", place, "add the file, or extend “base”")
