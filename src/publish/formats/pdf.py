"""The leaflet to read: a tagged PDF/UA-1 file, drawn by WeasyPrint from the theme's template and style sheets."""

from __future__ import annotations

from publish.formats import _weasy_import  # noqa: F401 - before all that imports WeasyPrint

# isort: split
from publish.diagnostics import Refused
from publish.formats import Options
from publish.formats._page import page
from publish.formats._panels import flow, panel_tokens
from publish.formats._pdf_draw import Drawing, describe, watched
from publish.formats._pdf_fetch import PICTURES, ThemeFetcher
from publish.formats._pdf_tags import complete_tags
from publish.formats._weasy_levers import pull_levers
from publish.formats._xhtml import pictures
from publish.model import Document
from publish.theme import Theme
from publish.theme.tokens import css_tokens

NAME = "pdf"
SUFFIX = ".pdf"
MEDIA_TYPE = "application/pdf"

_TEMPLATE = "leaflet.html.j2"


def write(document: Document, theme: Theme, options: Options) -> bytes:
    """The finished PDF/UA-1 file (ISO 14289-1). What WeasyPrint logs becomes findings; Refused when it cannot draw.

    A leaflet that will be folded has a page for each panel, in reading order.
    """
    complete_tags()
    pull_levers()
    root = page(document, theme, _TEMPLATE, "pdf", PICTURES)
    describe(root, document)
    theme = theme.folded() if options.sheet else theme
    tokens = css_tokens(theme, lambda path: path.as_uri()) + panel_tokens(theme, options.sheet)
    with watched(options, theme):
        fetcher = ThemeFetcher(theme, pictures(document))
        drawing = Drawing(root, theme, fetcher, tokens, options={"pdf_variant": "pdf/ua-1"})
        return drawing.write(flow(drawing, document, options))


__all__ = ["MEDIA_TYPE", "NAME", "SUFFIX", "Refused", "write"]
