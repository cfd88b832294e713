"""How a leaflet looks: tokens, fonts, style sheets and templates, from a theme folder and those it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Color:
    """A colour token. `rgb` and `dark` (its stand-in on a dark screen) are #rrggbb; `cmyk` in 0..1; `spot` a plate."""

    rgb: str
    cmyk: tuple[float, float, float, float] | None = None
    spot: str = ""
    dark: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """One font file of a family. `weight` as in CSS (400, 700); `name` is its PostScript name."""

    family: str
    path: Path
    weight: int
    italic: bool
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet: width and height, and the margins top, right, bottom, left, in mm."""

    width: float
    height: float
    margins: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, loaded and whole. `folders`: its own first, then those it extends; `find` looks there in that order.

    `families` maps the roles `text` and `heading` to family names; `sizes` are in pt (`body`, `small`, `safety`,
    `h1`, `h2`, `h3`, `title`) and `leading` is the line height as a factor.
    """

    name: str
    folders: tuple[Path, ...]
    colors: Mapping[str, Color]
    faces: tuple[Face, ...]
    families: Mapping[str, str]
    sizes: Mapping[str, float]
    leading: float
    page: Page

    def find(self, file_name: str) -> Path | None:
        """The first file of this name in the theme's folders, most specific first."""
        return next((path for folder in self.folders if (path := folder / file_name).is_file()), None)

    def find_all(self, file_name: str) -> tuple[Path, ...]:
        """All files of this name, from the base theme to the most specific: the order in which they apply."""
        return tuple(path for folder in reversed(self.folders) if (path := folder / file_name).is_file())
