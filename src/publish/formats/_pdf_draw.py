"""Pages drawn by WeasyPrint: a filled template under the theme's style sheets; what it logs becomes findings."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import weasyprint
from lxml import etree
from weasyprint.text.fonts import FontConfiguration

from publish import inputs
from publish.diagnostics import Finding, Place, Refused, refuse
from publish.formats import Options
from publish.formats._pdf_culprit import Sheet, culprit
from publish.formats._pdf_fetch import OutsideTheProject, ThemeFetcher
from publish.formats._pdf_sheets import LOGGERS, of_theme, parsed
from publish.model import Document
from publish.theme import Theme
from publish.theme.markup import XHTML, to_html
from publish.theme.tokens import css_faces

STYLES = "leaflet.css"

_IGNORED = re.compile(r"^Ignored `([^`]*)`")
_LAYOUT_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NameError, NotImplementedError, TypeError, ValueError,
)  # fmt: skip
"""What WeasyPrint's layout raises at a style that it was not made for."""


@dataclass(frozen=True)
class Drawing:
    """What is to be drawn: the filled template, and the style sheets in the order in which they apply.

    `tokens` is the CSS that stands for theme.toml; `files` are the names of the theme's own sheets; `profiles` are the
    colour profiles that the CSS may name, `fonts` the theme's, where they are known. Options go to WeasyPrint as they
    are.
    """

    root: etree._Element
    theme: Theme
    fetcher: ThemeFetcher
    tokens: str
    files: tuple[str, ...] = (STYLES,)
    profiles: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    fonts: FontConfiguration | None = None

    @cached_property
    def own(self) -> list[Sheet]:
        """The theme's own sheets, from the base theme to the most specific."""
        paths = [path for name in self.files for path in self.theme.find_all(name)]
        return [Sheet(path.as_uri(), inputs.read_text(path)) for path in paths]

    @cached_property
    def known(self) -> tuple[FontConfiguration, tuple[weasyprint.CSS, ...]]:
        """The theme's fonts, and its own sheets as WeasyPrint reads them."""
        if self.fonts is not None:
            return self.fonts, tuple(self.parsed(sheet) for sheet in self.own)
        faces = Sheet(self.theme.folders[0].as_uri(), "\n".join(css_faces(self.theme, lambda path: path.as_uri())))
        return of_theme(faces, self.own, self.fetcher, self.profiles)

    @cached_property
    def base(self) -> weasyprint.CSS:
        """The tokens as WeasyPrint reads them."""
        return self.parsed(Sheet(self.theme.folders[0].as_uri(), self.tokens + _first_numbers(self.root)))

    @cached_property
    def html(self) -> weasyprint.HTML:
        """The template as WeasyPrint reads it."""
        address = f"{self.theme.folders[0].as_uri()}/"
        return weasyprint.HTML(string=to_html(self.root), base_url=address, url_fetcher=self.fetcher)

    def parsed(self, sheet: Sheet) -> weasyprint.CSS:
        """One style sheet as WeasyPrint reads it."""
        return parsed(sheet, self.fonts or self.known[0], self.fetcher, self.profiles)

    def lay_out(self, pages: str = "") -> weasyprint.Document:
        """The pages, laid out. `pages` is CSS that applies last and is the project's own, not the theme's.

        Refused, with the rule that WeasyPrint stumbles over, when it cannot.
        """
        last = [self.parsed(Sheet(self.theme.folders[0].as_uri(), pages))] if pages else []
        own = self.known[1]
        sheets = [self.base, *own, *last]
        try:
            return self._render(sheets)
        except _LAYOUT_FAULTS as fault:

            def fails(sheet: Sheet) -> bool:
                try:
                    self._render([self.base, *own[:-1], self.parsed(sheet), *last])
                except _LAYOUT_FAULTS:
                    return True
                return False

            raise _cannot_lay_out(self.theme, fault, culprit(self.own[-1], fails)) from fault

    def write(self, laid_out: weasyprint.Document, finisher: Any = None) -> bytes:
        """The laid-out pages as a PDF file."""
        try:
            drawn: bytes = laid_out.write_pdf(finisher=finisher, **{**weasyprint.DEFAULT_OPTIONS, **self.options})
        except _LAYOUT_FAULTS as fault:
            raise _cannot_lay_out(self.theme, fault, None) from fault
        return drawn

    def _render(self, sheets: list[weasyprint.CSS]) -> weasyprint.Document:
        return self.html.render(
            stylesheets=sheets, font_config=self.known[0], color_profiles=dict(self.profiles), **self.options
        )


@contextmanager
def watched(options: Options, theme: Theme) -> Iterator[None]:
    """Log records become findings; what a theme must not reach, and what exhausts the layout, is Refused."""
    place = Place(f"{theme.folders[0].parent.name}/{theme.name}/{STYLES}")
    with _log_as_findings(options, place):
        try:
            yield
        except OutsideTheProject as error:
            raise refuse(
                "theme.outside",
                f"the theme asks for something that is not its own: {error}",
                place,
                "keep fonts and pictures in the theme's folder and name them by a relative path",
            ) from None
        except RecursionError:
            raise refuse(
                "theme.exhausts",
                f"the pages of the theme “{theme.name}” are nested too deeply to be laid out",
                place,
                "use fewer boxes inside boxes",
            ) from None


def describe(root: etree._Element, document: Document) -> None:
    """Metadata for the file's properties. Dates come from the source, so that two builds give the same bytes."""
    head = root.find(f"{{{XHTML}}}head")
    assert head is not None
    when = f"{document.meta.prepared.isoformat()}T00:00:00Z"
    for name, content in (
        ("author", document.product.company),
        ("description", document.meta.subtitle),
        ("keywords", ", ".join(filter(None, (document.product.name, document.product.generic_name)))),
        ("generator", "publish"),
        ("dcterms.created", when),
        ("dcterms.modified", when),
    ):
        if content:
            etree.SubElement(head, f"{{{XHTML}}}meta", {"name": name, "content": content})


def _first_numbers(root: etree._Element) -> str:
    """The lists' first numbers as CSS: WeasyPrint reads `start` only along with all the looks that HTML can state."""
    starts = {each.get("start", "") for each in root.iter(f"{{{XHTML}}}ol")}
    numbers = sorted(int(start) for start in starts if re.fullmatch(r"\d{1,9}", start))
    return "".join(f'ol[start="{number}"]{{counter-reset:list-item {number - 1}}}' for number in numbers)


def _cannot_lay_out(theme: Theme, fault: Exception, rule: tuple[int, str] | None) -> Refused:
    line, selector = rule or (None, "")
    named = f"; it stumbles over the rule “{selector}”" if rule else ""
    return refuse(
        "pdf.layout-failed",
        f"the PDF renderer cannot lay out the pages in the theme “{theme.name}”{named} "
        f"({type(fault).__name__}{f': {fault}' if str(fault) else ''})"[:400],
        Place(f"{theme.folders[0].parent.name}/{theme.name}/{STYLES}", line),
        f"take “{selector}” out of the style sheet, or reach the same look in another way"
        if rule
        else "take the theme's latest rules back one by one until it can",
    )


class _Records(logging.Handler):
    """Keeps what the libraries log from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.levelno, record.getMessage()))


@contextmanager
def _log_as_findings(options: Options, place: Place) -> Iterator[None]:
    """WeasyPrint only logs a missing picture or a property it does not know; here each record is a finding."""
    records = _Records()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    kept: list[tuple[Any, bool]] = [(list(logger.handlers), logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [records], False
    try:
        yield
    finally:
        for logger, (handlers, propagate) in zip(loggers, kept, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
        findings = [_finding(level, said, place) for level, said in dict.fromkeys(records.said)]
        for finding in findings:
            options.report(finding)


def _finding(level: int, said: str, place: Place) -> Finding:
    said = " ".join(said.split())
    ignored = _IGNORED.match(said)
    if ignored:
        return Finding(
            "pdf.css-ignored",
            f"the PDF shows nothing of “{ignored[1].strip()[:100]}”: {said.split(',', 1)[-1].strip()[:200]}",
            place,
            "take the declaration out, or reach the same look with one that the PDF knows",
        )
    if level >= logging.ERROR:
        return Finding("pdf.library", f"the PDF renderer reports: {said[:300]}", place, "mend what it names")
    return Finding("pdf.library-warning", f"the PDF renderer reports: {said[:300]}", place, "look at what it names")
