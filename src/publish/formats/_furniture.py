"""The words that a theme sets besides the document: its templates' own text, labels, and what margins say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tinycss2
from jinja2 import TemplateError
from lxml import etree
from markupsafe import Markup

from publish import inputs
from publish.diagnostics import Place, Refused
from publish.formats._page import template_values
from publish.formats._press_slug import slug_words
from publish.model import Document
from publish.policy import PressProfile
from publish.theme import Theme
from publish.theme.css_sheet import tokens_of
from publish.theme.markup import parse
from publish.theme.sandbox import environment, fill
from publish.theme.templates import TEMPLATES, shown_path
from publish.theme.word import own_words

_SLOTLESS = {"safety_html": Markup(""), "body_html": Markup("")}


def words(document: Document, theme: Theme, press: PressProfile | None) -> frozenset[str]:
    """Every word that may stand in a file besides the document's own: both whole and split at punctuation."""
    found: set[str] = set()
    slug = slug_words(document, press, [color.spot for color in theme.colors.values()]) if press else ()
    own = (*_template_words(document, theme), *_margin_words(theme), *_facts(document), *_review_words(theme))
    for said in (*own, *slug):
        for word in said.split():
            found.add(word)
            found.update(re.findall(r"\w+", word))
    return frozenset(found)


def _template_words(document: Document, theme: Theme) -> Iterator[str]:
    """What the templates show when both slots are empty."""
    for name in TEMPLATES:
        try:
            text = fill(environment(theme), name, template_values(document) | _SLOTLESS)
            root = parse(text, Place(shown_path(theme, name), 1), strict=name.endswith(".xhtml.j2"))
        except (TemplateError, Refused, ArithmeticError, LookupError, TypeError, ValueError, MemoryError):
            continue  # the writer that uses this template reports it
        yield " ".join(str(piece) for piece in root.itertext())
        for element in root.iter(etree.Element):
            yield from (str(element.get(name) or "") for name in ("alt", "aria-label", "title"))


def _margin_words(theme: Theme) -> Iterator[str]:
    """The strings that `@page` margin boxes set by `content`."""
    for file_name in ("leaflet.css", "book.css"):
        for path in theme.find_all(file_name):
            yield from _margins.of(inputs.read(path), _set_in_margins)


_margins: inputs.ByContent[tuple[str, ...]] = inputs.ByContent(100)


def _set_in_margins(css: bytes) -> tuple[str, ...]:
    sheet = tinycss2.parse_stylesheet(tokens_of(css.decode("utf-8", "replace")), True, True)
    pages = (rule for rule in sheet if rule.type == "at-rule" and rule.lower_at_keyword == "page")
    return tuple(said for rule in pages if rule.content is not None for said in _strings(rule.content))


def _review_words(theme: Theme) -> Iterator[str]:
    """What the Word template sets around the document, such as a letterhead."""
    path = theme.find("review.docx")
    if path is not None:
        yield from own_words(path)


def _strings(tokens: list[object]) -> Iterator[str]:
    for token in tokens:
        if getattr(token, "type", "") == "string":
            yield str(token.value)  # type: ignore[attr-defined]
        for inner in ("content", "arguments"):
            if isinstance(nested := getattr(token, inner, None), list):
                yield from _strings(nested)


def _facts(document: Document) -> Iterator[str]:
    """Labels and what is known of the leaflet, which headers and footers show."""
    yield from (words for key, words in document.labels.items() if key != "accessibility")  # metadata, never shown
    yield from document.product.values.values()
    yield from (document.product.name, document.product.generic_name, document.product.company)
    yield from (str(value) for value in template_values(document)["meta"].values())
    yield document.safety.label_version
