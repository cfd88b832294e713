"""The theme's template, filled with a document: one tree for the PDF, one for the EPUB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from jinja2 import TemplateError
from lxml import etree
from markupsafe import Markup

from publish.diagnostics import Place, Refused
from publish.formats._xhtml import Target, body_html, safety_html
from publish.model import Document
from publish.theme import Theme
from publish.theme.markup import XHTML, parse
from publish.theme.sandbox import environment, fill
from publish.theme.templates import shown_path, template_failure

_ANYWHERE = "publish-picture:"
"""Stands before pictures' names while the template is filled, so that the page is the same text wherever they lie."""


def page(document: Document, theme: Theme, template: str, target: Target, pictures: str) -> etree._Element:
    """The filled template as a tree in the XHTML namespace. `pictures` goes before each picture's name.

    Raises Refused with the template's line when it fails, or when what it gives is not well-formed.
    """
    values = template_values(document) | {
        "safety_html": Markup(safety_html(document, target)),
        "body_html": Markup(body_html(document, target, _ANYWHERE)),
    }
    try:
        text = fill(environment(theme), template, values)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, MemoryError, RecursionError) as error:
        raise Refused(template_failure(theme, template, error)) from None
    root = parse(text, Place(shown_path(theme, template), 1), strict=template.endswith(".xhtml.j2"))
    for image in root.iter(f"{{{XHTML}}}img"):
        if (source := image.get("src", "")).startswith(_ANYWHERE):
            image.set("src", pictures + source.removeprefix(_ANYWHERE))
    _complete_head(root, document)
    _complete_body(root, document)
    return root


def template_values(document: Document) -> dict[str, Any]:
    """What a template may show besides the slots: plain data, dates as ISO 8601."""
    meta = document.meta
    said = {key: str(value) if value is not None else "" for key, value in asdict(meta).items() if key != "history"}
    return {
        "title": meta.title,
        "subtitle": meta.subtitle,
        "language": meta.language,
        "meta": said,
        "product": dict(document.product.values)
        | {"name": document.product.name, "generic_name": document.product.generic_name}
        | {"company": document.product.company, "additional_monitoring": document.product.additional_monitoring},
        "labels": dict(document.labels),
    }


def _complete_head(root: etree._Element, document: Document) -> None:
    """Language, title and whether it is folded belong to the document, not to the theme's goodwill."""
    meta = document.meta
    root.set("lang", meta.language)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", meta.language)
    if meta.press and meta.press.fold:
        root.set("class", f"{root.get('class') or ''} folded".strip())
    head = root.find(f"{{{XHTML}}}head")
    if head is None:
        head = etree.Element(f"{{{XHTML}}}head")
        root.insert(0, head)
    for title in head.findall(f"{{{XHTML}}}title"):
        head.remove(title)
    etree.SubElement(head, f"{{{XHTML}}}title").text = meta.title


def _complete_body(root: etree._Element, document: Document) -> None:
    """A template may be as short as its two slots: what it leaves out of title and status stands at its head."""
    body, meta = root.find(f"{{{XHTML}}}body"), document.meta
    if body is None:
        return  # the safety slot cannot be in plain sight either, and that is told
    longest = max(map(len, (document.labels[meta.status], meta.title, meta.subtitle)))
    said = set(_short_texts(body, longest))
    head: list[etree._Element] = []
    if meta.status != "approved" and document.labels[meta.status] not in said:
        head.append(_element("p", "status-mark", _element("span", "", document.labels[meta.status])))
    titles = [("h1", "", meta.title), ("p", "subtitle", meta.subtitle)]
    lacking = [_element(*each) for each in titles if each[2] and " ".join(each[2].split()) not in said]
    if lacking:
        head.append(_element("header", "masthead", *lacking))
    for element in reversed(head):
        body.insert(0, element)
    if head:
        head[-1].tail, body.text = body.text, None


def _short_texts(body: etree._Element, longest: int) -> Iterator[str]:
    """What the elements say that say no more than so many letters, each with single spaces."""
    for element in body.iter(f"{{{XHTML}}}*"):
        letters = 0
        pieces: list[str] = []
        for piece in map(str, element.itertext()):
            pieces.append(piece)
            letters += sum(map(len, piece.split()))
            if letters > longest:
                break
        else:
            yield " ".join("".join(pieces).split())


def _element(name: str, class_: str, *content: etree._Element | str) -> etree._Element:
    made = etree.Element(f"{{{XHTML}}}{name}", {"class": class_} if class_ else {})
    for each in content:
        if isinstance(each, str):
            made.text = each
        else:
            made.append(each)
    return made
