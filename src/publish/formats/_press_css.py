"""Whether a theme's style sheets can be printed: every colour a token or CMYK, and nothing that blends colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tinycss2
import tinycss2.color5
from lxml import etree

from publish.diagnostics import Finding, Place
from publish.theme import Theme
from publish.theme.templates import shown_path

_BLENDS = ("gradient", "cross-fade")
_SHADES = frozenset({"box-shadow", "text-shadow", "filter", "backdrop-filter", "mix-blend-mode"})
_INKLESS = frozenset({"transparent", "currentcolor", "none", "inherit", "initial", "unset", "revert"})
_CARRIES_NAMES = frozenset({"font", "font-family", "content", "animation-name", "page", "string-set", "counter-reset"})
"""Properties whose words are names of other things: a face may be called Tomato."""


def check_inks(theme: Theme, root: etree._Element, files: tuple[str, ...]) -> Iterator[Finding]:
    """What of the theme no press can print as it is, by file and line: RGB colours, blends and shadows."""
    for name in files:
        for path in theme.find_all(name):
            place = Place(f"{path.parent.parent.name}/{path.parent.name}/{path.name}")
            sheet = tinycss2.parse_stylesheet(path.read_text(encoding="utf-8"), True, True)
            for rule in sheet:
                yield from _rule(rule, place)
    template = Place(shown_path(theme, "leaflet.html.j2"))
    for element in root.iter(etree.Element):
        for declaration in tinycss2.parse_blocks_contents(str(element.get("style") or ""), True, True):
            if declaration.type == "declaration":
                yield from _declaration(declaration, template, inline=True)


def _rule(rule: Any, place: Place) -> Iterator[Finding]:
    if rule.type not in ("qualified-rule", "at-rule") or rule.content is None:
        return
    if rule.type == "at-rule" and rule.lower_at_keyword in ("font-face", "color-profile", "counter-style", "property"):
        return
    if rule.type == "at-rule" and rule.lower_at_keyword == "media" and _for_screens(rule.prelude):
        return
    for inner in tinycss2.parse_blocks_contents(rule.content, True, True):
        if inner.type == "declaration":
            yield from _declaration(inner, place)
        else:
            yield from _rule(inner, place)


def _for_screens(prelude: Any) -> bool:
    words = [token.lower_value for token in prelude if token.type == "ident"]
    return words[:1] == ["screen"] and "print" not in words and "all" not in words


def _declaration(declaration: Any, place: Place, inline: bool = False) -> Iterator[Finding]:
    where = place if inline else Place(place.file, declaration.source_line, declaration.source_column)
    name = declaration.lower_name
    shown = f"{declaration.name}: {tinycss2.serialize(declaration.value).strip()[:80]}"
    words = list(_within(declaration.value))
    if any(token.type == "function" and token.lower_name.endswith(_BLENDS) for token in words) or (
        name in _SHADES and not all(token.type == "ident" and token.lower_value in _INKLESS for token in words)
    ):
        yield Finding(
            "press.blend",
            f"“{shown}” blends colours, which comes off a press differently on every machine",
            where,
            "use a flat token, or a picture of the gradient in CMYK; for the screen alone, put it into `@media screen`",
        )
        return
    if name in _CARRIES_NAMES:
        return
    found = next((token for token in words if _is_rgb(token)), None)
    if found is not None:
        yield Finding(
            "press.rgb-color",
            f"“{shown}” has the colour “{tinycss2.serialize([found])}” in RGB, which no press prints",
            where,
            "make it a token of theme.toml with `cmyk` or `spot`, and write var(--color-…); or write device-cmyk(…)",
        )


def _within(tokens: Any) -> Iterator[Any]:
    """All tokens, those inside functions too, but not the names inside var() and url()."""
    for token in tokens:
        if token.type in ("whitespace", "comment"):
            continue
        yield token
        if token.type == "function" and token.lower_name not in ("var", "url", "attr", "device-cmyk", "color"):
            yield from _within(token.arguments)
        elif token.type in ("() block", "[] block"):
            yield from _within(token.content)


def _is_rgb(token: Any) -> bool:
    if token.type == "ident" and token.lower_value in _INKLESS:
        return False
    if token.type == "function" and token.lower_name == "device-cmyk":
        return False
    if token.type == "function" and token.lower_name == "color":
        first = next((each for each in token.arguments if each.type == "ident"), None)
        return first is None or not first.value.startswith("--")
    if token.type not in ("ident", "hash", "function"):
        return False
    return tinycss2.color5.parse_color(token) is not None


__all__ = ["check_inks"]
