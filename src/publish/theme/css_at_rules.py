"""At-rules that load, move or paint beside the text: @import, @font-face, @page, @keyframes, @counter-style."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from publish.diagnostics import Finding, Place
from publish.theme.css_letters import has_words
from publish.theme.css_sheet import AtRule, Declaration
from publish.theme.css_tables import judge
from publish.theme.css_urls import addresses, outside
from publish.theme.css_values import Paint, color, length, strings, within, words
from publish.theme.css_verdict import Subject

_KNOWN = frozenset(
    "font-feature-values font-palette-values color-profile property counter-style page font-face import keyframes "
    "-webkit-keyframes -moz-keyframes -o-keyframes namespace charset footnote swash styleset annotation".split()
)
_NARROWEST_PT, _WIDEST_PT = 70 / 25.4 * 72, 1000 / 25.4 * 72


def check_at_rules(rules: Iterable[AtRule], place: Place, faces: Collection[str]) -> Iterator[Finding]:
    """What at-rules do that no leaflet may. `faces` are the addresses that @font-face may load."""
    for rule in rules:
        for each in (rule, *rule.inner):
            yield from (found for declaration in each.declarations for found in outside(declaration.value, declaration))
        if rule.keyword == "import":
            target = next((token.value for token in within(rule.prelude) if token.type in ("string", "url")), "")
            yield Finding(
                "css.outside",
                f"@import loads another style sheet (“{target[:60]}”)",
                rule.place,
                "write the rules into this file; a theme's sheets are joined by `extends`",
            )
        elif rule.keyword == "font-face":
            yield from _font_face(rule, faces)
        elif rule.keyword == "page":
            yield from _page(rule)
        elif rule.keyword.endswith("keyframes"):
            yield Finding("css.hides", "@keyframes: nothing in a leaflet moves", rule.place, "take the animation out")
        elif rule.keyword == "counter-style":
            yield from _counter_style(rule)
        elif rule.keyword not in _KNOWN:
            yield Finding(
                "css.unjudged",
                f"nobody knows what @{rule.keyword} does to the safety block",
                rule.place,
                "do without it, or look at each output",
            )


def _font_face(rule: AtRule, faces: Collection[str]) -> Iterator[Finding]:
    named = {address for d in rule.declarations if d.name == "src" for address in addresses(d.value)}
    local = any(
        token.type == "function" and token.lower_name == "local" for d in rule.declarations for token in within(d.value)
    )
    if local or not named or not named <= set(faces):
        yield Finding(
            "css.font",
            "@font-face brings in a font that the theme does not declare",
            rule.place,
            "declare the file in theme.toml under [[fonts.face]]; its letters are then proven",
        )
    for declaration in rule.declarations:
        if declaration.name in ("unicode-range", "size-adjust", "font-feature-settings", "ascent-override"):
            yield Finding(
                "css.font",
                f"@font-face sets {declaration.name}, which mixes or resizes letters",
                declaration.place,
                "ship one whole font file for a face",
            )


def _counter_style(rule: AtRule) -> Iterator[Finding]:
    for declaration in rule.declarations:
        said = [*strings(declaration.value), *_idents(declaration)]
        around = declaration.name in ("prefix", "suffix", "negative", "pad")
        single = declaration.name in ("symbols", "additive-symbols")
        if (around and any(has_words(text) for text in said)) or (
            single and any(len(text.strip()) > 1 and not _is_roman(text) and has_words(text) for text in said)
        ):
            yield Finding(
                "css.alters", "@counter-style adds words before list items", declaration.place, "use numbers or signs"
            )


def _is_roman(text: str) -> bool:
    return bool(text) and set(text.lower()) <= set("ivxlcdm")


def _idents(declaration: Declaration) -> set[str]:
    return words(declaration.value) if declaration.name == "symbols" else set()


_BOX_ONLY_PLAIN = ("position", "transform", "translate", "z-index", "mix-blend-mode", "rotate", "scale")


def _page(rule: AtRule) -> Iterator[Finding]:
    for declaration in rule.declarations:
        if declaration.name == "size":
            lengths = [found for token in declaration.value if (found := length(token)) is not None]
            if any(not _NARROWEST_PT <= found <= _WIDEST_PT for found in lengths):
                yield _odd(declaration, "makes the page so small or large that words leave it")
        elif declaration.name.startswith("margin") and _negative(declaration, 0):
            yield _odd(declaration, "pushes the text over the edge of the page")
        elif declaration.name in ("transform", "opacity", "filter", "clip-path", "overflow", "visibility", "zoom"):
            value = [token for token in declaration.value if token.type != "whitespace"]
            if judge(declaration.name, value, Subject("around")) or declaration.name == "overflow":
                yield _odd(declaration, "acts on the whole page")
    for box in rule.inner:
        yield from _margin_box(box)


def _negative(declaration: Declaration, limit: float) -> bool:
    return any((found := length(token, whole=400)) is not None and found < limit for token in within(declaration.value))


def _margin_box(box: AtRule) -> Iterator[Finding]:
    by_name = {declaration.name: declaration for declaration in box.declarations}
    for declaration in box.declarations:
        name = declaration.name
        if name.startswith("margin") and _negative(declaration, -6):
            yield _covers(declaration)
        elif name in _BOX_ONLY_PLAIN:
            value = [token for token in declaration.value if token.type != "whitespace"]
            if judge(name, value, Subject("block")) or name == "z-index":
                yield _covers(declaration)
    tall = any(
        (found := length(token, whole=560)) is not None and found > 120
        for name in ("height", "min-height", "width" if "left" in box.keyword or "right" in box.keyword else "height")
        for token in (by_name[name].value if name in by_name else ())
        if token.type in ("dimension", "percentage")
    )
    painted = next((by_name[name] for name in ("background", "background-color") if name in by_name), None)
    if tall and painted is not None and _opaque(painted):
        yield _covers(painted)


def _opaque(declaration: Declaration) -> bool:
    if any(token.type == "url" for token in declaration.value):
        return True
    return any(isinstance(found := color(t, False), Paint) and found.alpha > 0 for t in declaration.value)


def _odd(declaration: Declaration, does: str) -> Finding:
    return Finding(
        "css.hides", f"“@page {{ {declaration.text} }}” {does}", declaration.place, "set the page in theme.toml, [page]"
    )


def _covers(declaration: Declaration) -> Finding:
    return Finding(
        "css.covers",
        f"“{declaration.text}” lays a page margin box over the text",
        declaration.place,
        "keep margin boxes inside the page's margins",
    )
