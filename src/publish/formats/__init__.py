"""One file a format: document + theme + options -> bytes. Adding a format is adding one file here.

A format is a module with `NAME`, `SUFFIX`, `MEDIA_TYPE` and `write(document, theme, options) -> bytes`. Its library is
imported inside `write`'s room, so that asking for one format loads one library. It touches no file under outputs/.
A name with a leading underscore is a shared inside.
"""

from __future__ import annotations

import os
import pkgutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from publish.diagnostics import Failure, Finding, did_you_mean, refuse
from publish.model import Document
from publish.policy import PressProfile
from publish.press.folds import FoldedSheet
from publish.theme import Theme

# Set before any format starts Pango: no system font may stand in for one of the theme's.
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
warnings.filterwarnings("ignore", "No fonts configured in FontConfig", UserWarning)


@dataclass(frozen=True, slots=True)
class Redline:
    """The document as it was, to be told apart from the one that is written; who changed it, and when (UTC)."""

    old: Document
    author: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Options:
    """What a format may need besides document and theme.

    `pdf`: the finished reading PDF, for the EPUB's cover and page list. `press`: what the print vendor demands, and
    `sheet` how the piece is folded, where it is. `redline`: for the Word copy, to show what has changed since as
    tracked changes. `for_review`: whether it carries what reviewers work with; by the leaflet's status when nothing is
    said.
    `report` takes what is found while writing and does not keep the file from being written, such as a style sheet's
    property that the renderer ignores.
    """

    pdf: bytes | None = None
    press: PressProfile | None = None
    sheet: FoldedSheet | None = None
    redline: Redline | None = None
    for_review: bool | None = None
    report: Callable[[Finding], None] = field(default=lambda finding: None)


class Format(Protocol):
    """The shape of a module in this folder."""

    NAME: str
    SUFFIX: str
    MEDIA_TYPE: str

    def write(self, document: Document, theme: Theme, options: Options) -> bytes:
        """The finished file. Raises Refused when document or theme cannot be set."""


def names() -> tuple[str, ...]:
    """The formats there are, found by looking."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")))


def load(name: str) -> Format:
    """The format module called `name`."""
    if name not in names():
        raise refuse("build.format-unknown", f"there is no format “{name}”", hint=did_you_mean(name, names()))
    return cast(Format, import_module(f"publish.formats.{name}"))


def furniture(document: Document, theme: Theme, press: PressProfile | None = None) -> frozenset[str]:
    """The words that a finished file may hold besides the document's own; those of a press file's slug line too."""
    return cast("frozenset[str]", import_module("publish.formats._furniture").words(document, theme, press))


def pages(document: Document, theme: Theme, report: Callable[[Finding], None]) -> dict[str, Any]:
    """The theme's templates filled with the document, as trees by template name; what fails is reported instead."""
    page = import_module("publish.formats._page").page
    filled: dict[str, Any] = {}
    for template, target in (("leaflet.html.j2", "pdf"), ("book.xhtml.j2", "epub")):
        try:
            filled[template] = page(document, theme, template, target, "")
        except Failure as failure:
            for finding in failure.findings:
                report(finding)
    return filled
