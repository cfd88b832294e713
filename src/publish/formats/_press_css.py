"""Whether a theme's style sheets can be printed: every colour a token, a spot or CMYK, and nothing blends colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import tinycss2
import tinycss2.color5
from lxml import etree

from publish import inputs
from publish.diagnostics import Finding, Place
from publish.formats._press_inks import spot_keys
from publish.theme import Theme
from publish.theme.markup import XHTML
from publish.theme.templates import shown_path

_TEMPLATE = "leaflet.html.j2"
_BLENDS = ("gradient", "cross-fade")
_SHADES = frozenset({"box-shadow", "text-shadow", "filter", "backdrop-filter", "mix-blend-mode"})
_INKLESS = frozenset({"transparent", "currentcolor", "none", "inherit", "initial", "unset", "revert"})
_CARRIES_NAMES = frozenset({"font", "font-family", "content", "animation-name", "page", "string-set", "counter-reset"})
"""Properties whose words are names of other things: a face may be called Tomato."""


def check_inks(theme: Theme, root: etree._Element, files: tuple[str, ...]) -> Iterator[Finding]:
    """What of the theme no press can print as it is, by file and line: RGB, unknown spots, blends and shadows."""
    spots = spot_keys(theme)
    for name in files:
        for path in theme.find_all(name):
            place = Place(f"{path.parent.parent.name}/{path.parent.name}/{path.name}")
            sheet = tinycss2.parse_stylesheet(inputs.read_text(path), True, True)
            for rule in sheet:
                yield from _rule(rule, place, spots)
    for element in root.iter(f"{{{XHTML}}}style"):
        css = str(element.text or "")
        for rule in tinycss2.parse_stylesheet(css, True, True):
            yield from _rule(rule, _inline_place(theme, css.strip().split("\n", 1)[0], css), spots)
    for element in root.iter(etree.Element):
        style = str(element.get("style") or "")
        for declaration in tinycss2.parse_blocks_contents(style, True, True):
            if declaration.type == "declaration":
                yield from _declaration(declaration, _inline_place(theme, style), spots, inline=True)


def _inline_place(theme: Theme, style: str, css: str = "") -> Place:
    """Where a template writes a `style=""`: the line, where it is written on one and put together by nothing else.

    For a `<style>` that begins with `style`, the line on which its text `css` begins.
    """
    for path in reversed(theme.find_all(_TEMPLATE)):
        lines = inputs.read_text(path).splitlines()
        found = next((number for number, line in enumerate(lines, 1) if style in line), None)
        if found is not None:
            above = css[: css.find(style)].count("\n")
            return Place(f"{path.parent.parent.name}/{path.parent.name}/{path.name}", found - above)
    return Place(shown_path(theme, _TEMPLATE))


def _rule(rule: Any, place: Place, spots: Mapping[str, str]) -> Iterator[Finding]:
    if rule.type not in ("qualified-rule", "at-rule") or rule.content is None:
        return
    if rule.type == "at-rule" and rule.lower_at_keyword in ("font-face", "color-profile", "counter-style", "property"):
        return
    if rule.type == "at-rule" and rule.lower_at_keyword == "media" and _for_screens(rule.prelude):
        return
    for inner in tinycss2.parse_blocks_contents(rule.content, True, True):
        if inner.type == "declaration":
            yield from _declaration(inner, place, spots)
        else:
            yield from _rule(inner, place, spots)


def _for_screens(prelude: Any) -> bool:
    words = [token.lower_value for token in prelude if token.type == "ident"]
    return words[:1] == ["screen"] and "print" not in words and "all" not in words


def _declaration(declaration: Any, place: Place, spots: Mapping[str, str], inline: bool = False) -> Iterator[Finding]:
    line = (place.line or 1) - 1 + declaration.source_line
    where = place if inline else Place(place.file, line, declaration.source_column)
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
    yield from _unknown_spots(words, spots, where)
    found = next((token for token in words if _is_rgb(token)), None)
    if found is not None:
        yield Finding(
            "press.rgb-color",
            f"“{shown}” has the colour “{tinycss2.serialize([found])}” in RGB, which no press prints",
            where,
            "make it a token of theme.toml with `cmyk` or `spot`, and write var(--color-…); or write device-cmyk(…)",
        )


def _unknown_spots(words: list[Any], spots: Mapping[str, str], where: Place) -> Iterator[Finding]:
    for token in words:
        key = _spot_key(token)
        if key is not None and key not in spots.values():
            yield Finding(
                "press.spot-unknown",
                f"“{tinycss2.serialize([token])}” names a spot that the theme does not have",
                where,
                "name the ink in theme.toml, as `spot` of a colour, and write var(--color-…)"
                + (f"; known are: {', '.join(f'{key} ({name})' for name, key in spots.items())}" if spots else ""),
            )


def _spot_key(token: Any) -> str | None:
    """The name in `color(--name …)`."""
    if token.type != "function" or token.lower_name != "color":
        return None
    first = next((each for each in token.arguments if each.type == "ident"), None)
    return str(first.value) if first is not None and first.value.startswith("--") else None


def _within(tokens: Any) -> Iterator[Any]:
    """All tokens, those inside functions too, but not the names inside var() and url(); what var() falls back to is."""
    for token in tokens:
        if token.type in ("whitespace", "comment"):
            continue
        yield token
        if token.type == "function" and token.lower_name == "var":
            names = [at for at, each in enumerate(token.arguments) if each == ","]
            yield from _within(token.arguments[names[0] + 1 :] if names else ())
        elif token.type == "function" and token.lower_name not in ("url", "attr", "device-cmyk", "color"):
            yield from _within(token.arguments)
        elif token.type in ("() block", "[] block"):
            yield from _within(token.content)


def _is_rgb(token: Any) -> bool:
    if token.type == "ident" and token.lower_value in _INKLESS:
        return False
    if token.type == "function" and token.lower_name == "device-cmyk":
        return False
    if token.type == "function" and token.lower_name == "color":
        return _spot_key(token) is None
    if token.type not in ("ident", "hash", "function"):
        return False
    return tinycss2.color5.parse_color(token) is not None


__all__ = ["check_inks"]
