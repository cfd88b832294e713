"""The leaflet to read: a tagged PDF/UA-1 file, drawn by WeasyPrint from the theme's template and style sheets."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import weasyprint
from lxml import etree
from weasyprint.text.fonts import FontConfiguration

from publish.diagnostics import Finding, Place, Refused, refuse
from publish.formats import Options
from publish.formats._page import page
from publish.formats._pdf_culprit import Sheet, culprit
from publish.formats._pdf_fetch import PICTURES, OutsideTheProject, ThemeFetcher
from publish.formats._pdf_tags import complete_tags
from publish.formats._xhtml import pictures
from publish.model import Document
from publish.theme import Theme
from publish.theme.markup import XHTML, to_html
from publish.theme.tokens import css_page, css_tokens

NAME = "pdf"
SUFFIX = ".pdf"
MEDIA_TYPE = "application/pdf"

_TEMPLATE, _STYLES = "leaflet.html.j2", "leaflet.css"
_IGNORED = re.compile(r"^Ignored `([^`]*)`")
_LAYOUT_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NameError, NotImplementedError, TypeError, ValueError,
)  # fmt: skip
"""What WeasyPrint's layout raises at a style that it was not made for."""


def write(document: Document, theme: Theme, options: Options) -> bytes:
    """The finished PDF/UA-1 file (ISO 14289-1). What WeasyPrint logs becomes findings; Refused when it cannot draw."""
    complete_tags()
    root = page(document, theme, _TEMPLATE, "pdf", PICTURES)
    _describe(root, document)
    fetcher = ThemeFetcher(theme, pictures(document))
    with _log_as_findings(options, theme):
        try:
            return _draw(root, theme, fetcher)
        except OutsideTheProject as error:
            raise refuse(
                "theme.outside",
                f"the theme asks for something that is not its own: {error}",
                Place(f"{theme.folders[0].parent.name}/{theme.name}/{_STYLES}"),
                "keep fonts and pictures in the theme's folder and name them by a relative path",
            ) from None
        except RecursionError:
            raise refuse(
                "theme.exhausts",
                f"the pages of the theme “{theme.name}” are nested too deeply to be laid out",
                Place(f"{theme.folders[0].parent.name}/{theme.name}/{_STYLES}"),
                "use fewer boxes inside boxes",
            ) from None


def _draw(root: etree._Element, theme: Theme, fetcher: ThemeFetcher) -> bytes:
    fonts = FontConfiguration()

    def parsed(sheet: Sheet) -> weasyprint.CSS:
        return weasyprint.CSS(string=sheet.css, base_url=sheet.address, font_config=fonts, url_fetcher=fetcher)

    tokens = css_tokens(theme, lambda path: path.as_uri()) + css_page(theme) + _first_numbers(root)
    own = [Sheet(path.as_uri(), path.read_text(encoding="utf-8")) for path in theme.find_all(_STYLES)]
    sheets = [parsed(Sheet(theme.folders[0].as_uri(), tokens)), *map(parsed, own)]
    html = weasyprint.HTML(string=to_html(root), base_url=f"{theme.folders[0].as_uri()}/", url_fetcher=fetcher)
    try:
        drawn: bytes = html.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1")
    except _LAYOUT_FAULTS as fault:

        def fails(sheet: Sheet) -> bool:
            try:
                html.render(stylesheets=[*sheets[:-1], parsed(sheet)], font_config=fonts)
            except _LAYOUT_FAULTS:
                return True
            return False

        raise _cannot_lay_out(theme, fault, culprit(own[-1], fails)) from fault
    return drawn


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
        Place(f"{theme.folders[0].parent.name}/{theme.name}/{_STYLES}", line),
        f"take “{selector}” out of the style sheet, or reach the same look in another way"
        if rule
        else "take the theme's latest rules back one by one until it can",
    )


def _describe(root: etree._Element, document: Document) -> None:
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


class _Records(logging.Handler):
    """Keeps what the libraries log from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.levelno, record.getMessage()))


@contextmanager
def _log_as_findings(options: Options, theme: Theme) -> Iterator[None]:
    """WeasyPrint only logs a missing picture or a property it does not know; here each record is a finding."""
    records = _Records()
    watched = [logging.getLogger(name) for name in ("weasyprint", "fontTools", "PIL")]
    kept: list[tuple[Any, bool]] = [(list(logger.handlers), logger.propagate) for logger in watched]
    for logger in watched:
        logger.handlers, logger.propagate = [records], False
    place = Place(f"{theme.folders[0].parent.name}/{theme.name}/{_STYLES}")
    try:
        yield
    finally:
        for logger, (handlers, propagate) in zip(watched, kept, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
        findings = [_finding(level, said, place) for level, said in dict.fromkeys(records.said)]
        for finding in findings:
            options.report(finding)


def _finding(level: int, said: str, place: Place) -> Finding:
    ignored = _IGNORED.match(said)
    if ignored:
        return Finding(
            "pdf.css-ignored",
            f"the PDF shows nothing of “{ignored[1][:100]}”: {said.split(',', 1)[-1].strip()[:200]}",
            place,
            "take the declaration out, or reach the same look with one that the PDF knows",
        )
    if level >= logging.ERROR:
        return Finding("pdf.library", f"the PDF renderer reports: {said[:300]}", place, "mend what it names")
    return Finding("pdf.library-warning", f"the PDF renderer reports: {said[:300]}", place, "look at what it names")


__all__ = ["MEDIA_TYPE", "NAME", "SUFFIX", "Refused", "write"]
