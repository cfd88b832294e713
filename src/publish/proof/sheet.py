"""The proof sheet itself: a Subject becomes one HTML file that asks nothing of any network and runs no script."""

from __future__ import annotations

import contextlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from publish import __version__
from publish.press.folds import FoldedSheet
from publish.proof import Finished, Subject, folding, words
from publish.proof.pictures import Box, Pages, Picture, boxes_differ, pages

if TYPE_CHECKING:
    from publish.proof.plates import Separations

PAGED = ("pdf", "press")
_TEMPLATES = ("sheet.html.j2", "drawings.html.j2", "press.html.j2")
_FITS_MM = 0.5
"""By how much a sheet's trim may differ from the fold's own size before the fold is no longer drawn upon it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished file as the sheet shows it. `plates` are a press file's, or the sentence that says why not."""

    file: Finished
    title: str
    sha256: str
    shown: words.Shown
    pages: Pages | None
    plates: tuple[Separations, ...] | str


def write(subject: Subject) -> bytes:
    """The sheet as UTF-8. The same subject gives the same bytes."""
    style = _style(subject)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    drawn = [_drawn(file, subject) for file in subject.files]
    meta, sheet = subject.document.meta, subject.sheet
    page = _environment().get_template("sheet.html.j2")
    html = page.render(
        subject=subject,
        meta=meta,
        status=words.STATUS[meta.status],
        audience=words.AUDIENCES.get(meta.audience, meta.audience),
        verdict=words.verdict(subject),
        overall=_overall(drawn),
        demands=words.demands(subject.profile),
        drawn=drawn,
        findings=words.told(subject),
        approvals=words.approvals(subject.document),
        sheet=sheet,
        fold=folding.drawing(sheet) if sheet else None,
        spots=folding.in_order(sheet) if sheet else (),
        pressed=_pressed(drawn, sheet),
        words=words,
        legend=_legend(drawn),
        sides=_sides,
        style=Markup(style),
        policy=f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        version=__version__,
    )
    return html.encode()


def _drawn(file: Finished, subject: Subject) -> Drawn:
    shown = pages(file.data, file.sightings) if file.format in PAGED else None
    plates: tuple[Separations, ...] | str = ()
    if file.format == "press" and shown:
        from publish.proof.plates import separations  # only here, for it loads what no other format needs

        trims = {picture.page: _within(picture.trim, picture.bleed) for picture in shown.pictures}
        plates = separations(file.data, trims, subject.theme.colors, subject.press)
    return Drawn(
        file=file,
        title=words.FORMATS.get(file.format, file.format),
        sha256=sha256(file.data).hexdigest(),
        shown=words.shown(file),
        pages=shown,
        plates=plates,
    )


def _legend(drawn: list[Drawn]) -> list[tuple[int, str]]:
    """The ink map's colours, where there is one."""
    if not any(each.plates for each in drawn):
        return []
    from publish.proof.plates import LEGEND, heat

    return [(per_cent, "#{:02x}{:02x}{:02x}".format(*heat(per_cent))) for per_cent in LEGEND]


def _within(box: Box, frame: Box) -> Box:
    """A box of a picture, counted from the top left of another one."""
    return (box[0] - frame[0], box[1] - frame[1], box[2] - frame[0], box[3] - frame[1])


def _overall(drawn: list[Drawn]) -> words.Shown | None:
    """The block over all files: its words, the smallest size, the least contrast."""
    seen = [each.shown for each in drawn if each.file.sightings]
    if not seen:
        return None
    return words.Shown(
        "", min(s.words for s in seen), min(s.size for s in seen), min(s.contrast for s in seen)
    )  # fmt: skip


def _pressed(drawn: list[Drawn], sheet: FoldedSheet | None) -> Drawn | None:
    """The file from whose pictures the panels of the folded piece can be shown."""
    for each in drawn:
        if sheet and each.file.format == "press" and each.pages and len(each.pages.pictures) == len(sheet.sides):
            return each if all(_fits(picture, sheet) for picture in each.pages.pictures) else None
    return None


def _fits(picture: Picture, sheet: FoldedSheet) -> bool:
    left, top, right, bottom = picture.trim
    return abs(right - left - sheet.width) < _FITS_MM and abs(bottom - top - sheet.height) < _FITS_MM


def _sides(each: Drawn, subject: Subject) -> list[dict[str, Any]]:
    """What is drawn on each page's picture besides the block: title, trim, bleed and the fold's side."""
    sheet, found = subject.sheet, []
    for picture in each.pages.pictures if each.pages else ():
        whole = (0.0, 0.0, picture.width, picture.height)
        side = None
        title = f"Page {picture.page}"
        if sheet and each.file.format == "press" and picture.page <= len(sheet.sides) and _fits(picture, sheet):
            side = sheet.sides[picture.page - 1]
            title = f"{('Front', 'Back')[picture.page - 1]} ({side.name})"
        elif each.file.format == "press":
            title = f"Sheet side {picture.page}"
        elif sheet and each.pages and each.pages.count == len(sheet.panels):
            title = f"Panel {picture.page}"
        cut = boxes_differ(picture.trim, whole)
        bled = boxes_differ(picture.bleed, picture.trim) and boxes_differ(picture.bleed, whole)
        found.append({"picture": picture, "title": title, "side": side, "cut": cut, "bled": bled})
    return found


@cache
def _read(name: str) -> str:
    return files("publish").joinpath("proof", name).read_text(encoding="utf-8")


def _style(subject: Subject) -> str:
    """The style sheet, with the leaflet's brand colour in it."""
    brand = subject.theme.colors["brand"]
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --brand: {brand.dark or brand.rgb}; }} }}"
    return f":root {{ --brand: {brand.rgb}; }}\n{dark}\n{_read('sheet.css')}"


class _BesideTheModules(FileSystemBytecodeCache):
    """The templates compiled, where Python keeps its modules: whoever may write there may change this file, too."""

    def __init__(self) -> None:
        super().__init__(str(_COMPILED))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """A key for the template under this Jinja and these options; that its text is the same is checked besides."""
        return super().get_cache_key(name, f"{jinja2.__version__} {_OPTIONS}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives what is kept and whole."""
        with contextlib.suppress(OSError, EOFError, UnpicklingError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it, where that is allowed."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


_COMPILED = Path(__file__).with_name("__pycache__")
_OPTIONS: dict[str, Any] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
}


@cache
def _environment() -> Environment:
    loader = DictLoader({name: _read(name) for name in _TEMPLATES})
    made = Environment(loader=loader, bytecode_cache=_BesideTheModules(), **_OPTIONS)
    made.filters["mm"] = lambda value: f"{value:.2f}".rstrip("0").rstrip(".")
    return made
