"""How a leaflet looks: tokens, fonts, style sheets and templates, from a theme folder and those it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from publish import inputs


@dataclass(frozen=True, slots=True)
class Color:
    """A colour token. `rgb` and `dark` (its stand-in on a dark screen) are #rrggbb; `cmyk` in 0..1.

    `spot` is the ink that a press prints it with, as a plate of its own, in `tint` (0..1); `cmyk` is then what stands
    for the full ink on a screen or a proof.
    """

    rgb: str
    cmyk: tuple[float, float, float, float] | None = None
    spot: str = ""
    dark: str = ""
    tint: float = 1.0


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
    `h1`, `h2`, `h3`, `title`) and `leading` is the line height as a factor. `panel_margins` (top, right, bottom, left
    in mm) and `panel_sizes` are what a folded piece has otherwise. `inks` says which token, and how much of it, a press
    prints for an #rrggbb that stands in a picture.
    """

    name: str
    folders: tuple[Path, ...]
    colors: Mapping[str, Color]
    faces: tuple[Face, ...]
    families: Mapping[str, str]
    sizes: Mapping[str, float]
    leading: float
    page: Page
    panel_margins: tuple[float, float, float, float]
    panel_sizes: Mapping[str, float]
    inks: Mapping[str, tuple[str, float]]

    def folded(self) -> Theme:
        """The theme on the panels of a folded piece."""
        return replace(self, sizes={**self.sizes, **self.panel_sizes})

    def find(self, file_name: str) -> Path | None:
        """The first file of this name in the theme's folders, most specific first."""
        return next((path for folder in self.folders if inputs.exists(path := folder / file_name)), None)

    def find_all(self, file_name: str) -> tuple[Path, ...]:
        """All files of this name, from the base theme to the most specific: the order in which they apply."""
        return tuple(path for folder in reversed(self.folders) if inputs.exists(path := folder / file_name))
