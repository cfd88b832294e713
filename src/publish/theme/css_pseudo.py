"""What style sheets do by pseudo-elements and lists: letters too faint, and words that no source holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from publish.diagnostics import Finding
from publish.theme.css_cascade import Cascade, paints
from publish.theme.css_legibility import environments, start
from publish.theme.css_media import DAY, Environment, applies
from publish.theme.css_scene import Scene
from publish.theme.css_sheet import Declaration, Element, Rule
from publish.theme.css_tables import judge, unprefixed
from publish.theme.css_values import BLACK, NIGHT, WHITE, Paint, Rgb, color, contrast, over, within
from publish.theme.css_verdict import ALTERS, HIDES, Subject

HOLDING = frozenset({"first-letter", "first-line", "marker"})
"""Pseudo-elements that hold the block's own letters; ::before and ::after bring something of their own."""
_SIGN_CONTRAST = 3.0
"""What signs need that are no words, such as bullets (WCAG 2.2, 1.4.11)."""
_GROUNDS = ("background", "background-color", "background-image")
_BRINGING = frozenset({"content", "quotes", "list-style", "list-style-type"})


def faint_parts(
    scene: Scene, cascade: Cascade, target: str, min_contrast: float, own: frozenset[int]
) -> Iterator[Finding]:
    """First letters, first lines and marks of the block whose ink is too close to what lies behind.

    Every colour that a rule gives the part is held against every ground that a rule gives it.
    """
    parts: dict[tuple[Element, str], list[Rule]] = defaultdict(list)
    for rule in cascade.rules:
        if any(unprefixed(each.name) in ("color", "text-fill-color", *_GROUNDS) for each in rule.declarations):
            for selector in rule.selectors:
                if selector.pseudo in HOLDING:
                    for element in scene.reached(selector):
                        if element in scene.chain_set and scene.role(element) != "around":
                            parts[element, selector.pseudo].append(rule)
    for (element, pseudo), rules in parts.items():
        least = min(min_contrast, _SIGN_CONTRAST) if pseudo == "marker" and not _numbered(element) else min_contrast
        for env in environments(cascade, target):
            for declaration, ratio in _ratios(element, rules, env, cascade):
                if ratio < least - 0.005 and id(declaration) in own:
                    yield Finding(
                        "css.recolours",
                        f"“::{pseudo} {{ {declaration.text} }}” leaves words a contrast of {ratio:.3g}: "
                        f"“{start(element)}” {env.name}",
                        declaration.place,
                        f"the safety block needs a contrast of {min_contrast:g}",
                    )


def _numbered(element: Element) -> bool:
    return element.parent is not None and str(element.parent.local_name).lower() == "ol"


def _ratios(
    element: Element, rules: Sequence[Rule], env: Environment, cascade: Cascade
) -> Iterator[tuple[Declaration, float]]:
    inks: list[tuple[Declaration | None, Paint]] = []
    grounds: list[tuple[Declaration | None, Rgb]] = []
    night = cascade.dark(element, env, whole_page=True)
    behind, _ = cascade.grounds(element, env)
    for rule in rules if rules else ():
        for declaration in rule.declarations if applies(rule.conditions, env) else ():
            name, value = unprefixed(declaration.name), cascade.value(declaration, element, env)
            if name in ("color", "text-fill-color") and value:
                found = color(value[0], cascade.dark(element, env))
                inks += [(declaration, found)] if isinstance(found, Paint) else []
            elif name in _GROUNDS:
                for paint in paints(value, cascade.dark(element, env)):
                    if paint.alpha > 0:
                        below = (behind or [NIGHT if night else WHITE])[0]
                        grounds.append((declaration, over(paint, below)))
    text, _ = cascade.color(element, env)
    if env.dark and not (inks and grounds) and (text is None or not grounds) and (behind is None or not inks):
        return
    if not inks:
        inks = [(None, text or Paint(WHITE if night else BLACK))]
    if not grounds:
        grounds = [(None, each) for each in behind or [NIGHT if night else WHITE]]
    for ink_by, ink in inks:
        for ground_by, ground in grounds:
            by = ink_by or ground_by
            if by is not None:
                yield by, contrast(over(ink, ground), ground)
                if ground_by is not None:
                    yield ground_by, contrast(over(ink, ground), ground)


def added_words(scene: Scene, cascade: Cascade, rules: Sequence[Rule]) -> Iterator[Finding]:
    """Words that rules bring anywhere in an EPUB outside the block; those on the block are told by its own judges.

    A reading system shows them like the leaflet's words, copies and search do not find them, and nobody approved them.
    """
    for rule in rules:
        for declaration in rule.declarations:
            if unprefixed(declaration.name) not in _BRINGING:
                continue
            for selector in rule.selectors:
                elements = [each for each in scene.reached(selector) if each not in scene.chain_set]
                if any(_brings(declaration, each, selector.pseudo, cascade) for each in elements):
                    yield Finding(
                        "css.adds-words",
                        f"“{selector.text} {{ {declaration.text} }}” adds words that no source and no template holds",
                        declaration.place,
                        "write the words into the leaflet or into the theme's template",
                    )
                    break


def _brings(declaration: Declaration, element: Element, pseudo: str, cascade: Cascade) -> bool:
    varied = any(token.type == "function" and token.lower_name == "var" for token in within(declaration.value))
    for env in cascade.environments if varied else (DAY,):
        value = cascade.value(declaration, element, env)
        verdict = judge(unprefixed(declaration.name), value, Subject("around", pseudo)) if value else None
        if (varied and not value) or (verdict is not None and verdict.code in (ALTERS, HIDES)):
            return True
    return False
