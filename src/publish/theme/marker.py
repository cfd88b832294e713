"""A rendering with a marker: however the syntax looks, does the safety block come out whole and in plain sight?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import TemplateError
from lxml import etree
from markupsafe import Markup

from publish.diagnostics import Finding, Place, Refused
from publish.theme import Theme
from publish.theme.css import lint_markup
from publish.theme.markup import XHTML, parse
from publish.theme.sandbox import environment, fill
from publish.theme.templates import TEMPLATES, shown_path, template_failure

_SAID = "safety marker 1 of 2", "safety marker 2 of 2"
_SAFETY = Markup(
    '<section id="safety" class="safety" role="doc-notice" aria-labelledby="safety-title">'
    '<h2 id="safety-title" class="safety-title">{}</h2>'
    '<div class="part part-x"><p class="lead-in">{}</p></div></section>'
).format(*_SAID)
_BODY = Markup("<section><h2>Body marker</h2><p>body marker text</p></section>")


class _Anything(dict[str, str]):
    """Labels and product values that have every key: a template may use any that the project will know."""

    def __missing__(self, key: str) -> str:
        return f"({key})"


def _values(status: str, subtitle: str) -> dict[str, Any]:
    meta = _Anything(status=status, market="us", audience="patient", language="en")
    return {
        "title": "Title",
        "subtitle": subtitle,
        "language": "en",
        "meta": meta,
        "product": _Anything(),
        "labels": _Anything(),
        "safety_html": _SAFETY,
        "body_html": _BODY,
    }


def check_rendering(theme: Theme) -> Iterator[Finding]:
    """What a rendering of each template with markers shows to be wrong, for a draft and an approved leaflet."""
    for name in TEMPLATES:
        for status, subtitle in (("draft", "Subtitle"), ("approved", "")):
            found = list(_check(theme, name, _values(status, subtitle)))
            yield from found
            if found:
                break


def _check(theme: Theme, name: str, values: dict[str, Any]) -> Iterator[Finding]:
    place = Place(shown_path(theme, name), 1)
    try:
        root = parse(fill(environment(theme), name, values), place, strict=name.endswith(".xhtml.j2"))
    except Refused as refused:
        yield from refused.findings
        return
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, MemoryError, RecursionError) as error:
        yield template_failure(theme, name, error)
        return
    blocks = [element for element in root.iter(f"{{{XHTML}}}section") if element.get("id") == "safety"]
    body = root.find(f"{{{XHTML}}}body")
    shown = [block for block in blocks if body is not None and body in block.iterancestors()]
    if len(shown) != 1 or _words(shown[0]) != "".join(_SAID):
        yield Finding(
            "theme.slot-missing" if not shown else "theme.slot-twice" if len(shown) > 1 else "theme.slot-altered",
            f"filled in, the template shows the safety block {len(shown)} times"
            if len(shown) != 1
            else "filled in, the template does not show the safety block as it was given",
            place,
            "place {{ safety_html }} once in <body>, outside comments, scripts and other elements that are not shown",
        )
    yield from lint_markup(root, place)


def _words(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext()).strip()
