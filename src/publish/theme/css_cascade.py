"""The cascade over the safety block and what is around it: which declaration wins, and what text comes out as.

Computes only what legibility hangs on: font size, line height, colours, opacity. Environments stand for the ways a
file is read: by day or by night, on a screen or on paper, and with every condition that cannot be known (@supports,
@container, a width) once taken as true and once as false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, TypeVar

from publish.diagnostics import Place
from publish.theme.css_media import Environment, applies, environments, too_many
from publish.theme.css_scene import Scene
from publish.theme.css_sheet import Declaration, Element, Rule, read_style
from publish.theme.css_values import (
    BLACK,
    FONT_SIZES,
    MEDIUM,
    NIGHT,
    WHITE,
    Paint,
    Rgb,
    Token,
    color,
    contents,
    contrast,
    length,
    number,
    over,
    parsed,
    significant,
    split,
    within,
    words,
)

INHERITED = frozenset(
    "azimuth border-collapse caption-side color cursor direction empty-cells font font-family font-feature-settings "
    "font-size font-size-adjust font-stretch font-style font-variant font-variant-caps font-variant-position "
    "font-variation-settings font-weight hyphens letter-spacing line-height list-style list-style-type orphans quotes "
    "speak text-align text-indent text-shadow text-transform text-wrap text-wrap-mode text-fill-color text-stroke "
    "text-security visibility white-space widows word-break word-spacing writing-mode text-size-adjust "
    "font-variant-numeric font-variant-alternates text-orientation".split()
)
"""Properties that text takes from what is around it."""

_UA_FONT_SIZES = {
    "h1": "2em",
    "h2": "1.5em",
    "h3": "1.17em",
    "h5": ".83em",
    "h6": ".67em",
    "small": "smaller",
    "sub": "smaller",
    "sup": "smaller",
    "code": ".8125em",
    "kbd": ".8125em",
    "samp": ".8125em",
    "pre": ".8125em",
    "big": "larger",
}
"""What browsers do with no style sheet at all (HTML, 15.3)."""

_UA_TOKENS = {name: parsed(size)[0] for name, size in _UA_FONT_SIZES.items()}

_MOST_STEPS = 2_000


Fact = TypeVar("Fact")


def once(question: Callable[[Cascade, Element, Environment], Fact]) -> Callable[[Cascade, Element, Environment], Fact]:
    """Answers a question of the cascade once for all elements that it cannot tell apart, and an environment."""

    @wraps(question)
    def answer(cascade: Cascade, element: Element, env: Environment) -> Fact:
        kind = cascade.kind_of.get(id(element))
        key = (question, cascade.kind(element) if kind is None else kind, id(env))
        found: tuple[Environment, Fact] | None = cascade.answers.get(key)
        if found is None:
            found = cascade.answers[key] = (env, question(cascade, element, env))  # held: no other takes its number
        return found[1]

    return answer


_Key = tuple[bool, bool, int, tuple[int, int, int], int]


class Cascade:
    """Rules over some elements. Questions are answered for an element and an environment."""

    def __init__(self, rules: Sequence[Rule], stage: Scene, elements: Sequence[Element]) -> None:
        self._matched: dict[Element, list[tuple[Rule, tuple[int, int, int], int]]] = {}
        self._styles: dict[Element, list[Declaration]] = {}
        self.rules = tuple(rules)
        self._budget = _MOST_STEPS
        self.answers: dict[tuple[Any, int, int], tuple[Environment, Any]] = {}
        """What was asked before, by question, kind of element and environment."""
        self.kind_of: dict[int, int] = {}
        """The kinds that are known, by the elements' numbers."""
        self._kinds: dict[tuple[Any, ...], int] = {}
        self._held: list[Element] = []
        self._filled: dict[tuple[int, int, int], tuple[Declaration, Environment, list[Token]]] = {}
        hits: dict[int, list[tuple[Rule, tuple[int, int, int], int]]] = {id(element): [] for element in elements}
        reached: set[tuple[tuple[str, tuple[Token, ...]], ...]] = set()
        for order, rule in enumerate(rules):
            weights: dict[int, tuple[int, int, int]] = {}
            for selector in rule.selectors:
                for own in map(id, stage.reached(selector)):
                    if own in hits:
                        reached.add(rule.conditions)
                        if selector.certain and not selector.pseudo:
                            weights[own] = max(selector.specificity, weights.get(own, selector.specificity))
            for own, weight in weights.items():
                hits[own].append((rule, weight, order))
        for element in elements:
            self._matched[element] = hits[id(element)]
            style = element.etree_element.get("style")
            self._styles[element] = read_style(style, _INLINE)[0] if style else []
        self.environments = environments(reached)
        """The ways of reading that make a difference to these elements."""
        self.too_complex = too_many(reached)

    def kind(self, element: Element) -> int:
        """A number that all elements share to which the same happens: name, rules that match, and the same around."""
        known = self.kind_of.get(id(element))
        if known is not None:
            return known
        kind = -1
        for holder in (*element.ancestors, element):
            known = self.kind_of.get(id(holder))
            if known is None:
                matched = tuple((order, weight) for _, weight, order in self._matched.get(holder, ()))
                style = self._styles.get(holder)
                key = (kind, holder.local_name, matched, id(style) if style else None)
                known = self.kind_of[id(holder)] = self._kinds.setdefault(key, len(self._kinds))
                self._held.append(holder)  # so that no other element takes its number
            kind = known
        return kind

    @once
    def winners(self, element: Element, env: Environment) -> Mapping[str, Declaration]:
        """The winning declaration of each property that is declared on the element (`font` counts as itself)."""
        return self._decide(element, env)

    def _decide(self, element: Element, env: Environment) -> dict[str, Declaration]:
        best: dict[str, tuple[_Key, Declaration]] = {}

        def weigh(declaration: Declaration, layer: int | None, weight: tuple[int, int, int], order: int) -> None:
            rank = -1 if layer is None else layer
            unlayered_first = (layer is None) != declaration.important
            key = (declaration.important, unlayered_first, -rank if declaration.important else rank, weight, order)
            for name in _sets(declaration.name):
                if name not in best or key >= best[name][0]:
                    best[name] = (key, declaration)

        for rule, weight, order in self._matched.get(element, ()):
            if applies(rule.conditions, env):
                for declaration in rule.declarations:
                    weigh(declaration, rule.layer, weight, order)
        for declaration in self._styles.get(element, ()):
            weigh(declaration, None, (1 << 20, 0, 0), 1 << 30)
        return {name: declaration for name, (_, declaration) in best.items()}

    # --- custom properties ---

    def value(self, declaration: Declaration, element: Element, env: Environment) -> list[Token]:
        """A declaration's value with every var() replaced; empty when it refers to nothing or to itself."""
        plain = plain_value(declaration)
        if plain is not None:
            return list(plain)
        key = (id(declaration), self.kind(element), id(env))
        filled = self._filled.get(key)
        if filled is None:
            self._budget = _MOST_STEPS
            found = self.replaced(declaration.value, element, env) or []
            filled = self._filled[key] = (declaration, env, found)
        return list(filled[2])

    def replaced(
        self, value: Iterable[Token], element: Element, env: Environment, seen: frozenset[str] = frozenset()
    ) -> list[Token] | None:
        """A value with every var() replaced (CSS Variables 1, 3); None when a reference fails or goes in a circle."""
        tokens = significant(value)
        if not _refers(tokens):
            return tokens
        out: list[Token] = []
        for token in tokens:
            if token.type == "function" and token.lower_name == "var":
                found = self._variable(token, element, env, seen)
                if found is None or len(out) + len(found) > _MOST_STEPS:
                    return None
                out += found
            elif token.type == "function":
                inner = self.replaced(token.arguments, element, env, seen)
                if inner is None:
                    return None
                out += parsed(f"{token.name}({' '.join(each.serialize() for each in inner)})")
            else:
                out.append(token)
        return out

    @once
    def customs(self, element: Element, env: Environment) -> Mapping[str, tuple[Declaration, Element]]:
        """The custom properties that hold for an element: who declares them nearest, and on which element."""
        around = self.customs(element.parent, env) if element.parent is not None else {}
        own = {name: (by, element) for name, by in self.winners(element, env).items() if name.startswith("--")}
        return {**around, **own} if own else around

    def _variable(self, token: Token, element: Element, env: Environment, seen: frozenset[str]) -> list[Token] | None:
        arguments = significant(token.arguments)
        if not arguments or arguments[0].type != "ident":
            return None
        name = arguments[0].value
        self._budget -= 1
        if name in seen or len(seen) > 20 or self._budget < 0:
            return None
        declared = self.customs(element, env).get(name)
        if declared is not None:
            declaration, holder = declared
            found = self.replaced(declaration.value, holder, env, seen | {name})
            if found is not None:
                return found
        fallback = split(arguments[1:], ",")
        if len(fallback) < 2:
            return None
        joined = [each for index, part in enumerate(fallback[1:]) for each in ([*_comma(index), *part])]
        return self.replaced(joined, element, env, seen)

    # --- what text comes out as ---

    @once
    def font_size(self, element: Element, env: Environment) -> tuple[float, Declaration | None]:
        """The computed size in pt and the declaration that made it."""
        size, by, root = MEDIUM, None, MEDIUM
        if element.parent is not None:
            (size, by), (root, _) = self.font_size(element.parent, env), self.font_size(element.ancestors[0], env)
        name = _local(element)
        declaration = self.winners(element, env).get("font-size")
        if declaration is not None:
            wanted = _size_tokens(declaration, self.value(declaration, element, env))
            new = _font_size(wanted, size, root)
            if new is not None:
                size, by = new, declaration
        elif name in _UA_FONT_SIZES:
            size = _font_size(_UA_TOKENS[name], size, root) or size
            by = None if name in ("sub", "sup", "small") else by
        return size, by

    @once
    def line_height(self, element: Element, env: Environment) -> tuple[float | None, Declaration | None]:
        """The line height as a multiple of the font size, and the declaration that made it."""
        for holder in (element, *reversed(element.ancestors)):
            declaration = self.winners(holder, env).get("line-height")
            if declaration is None:
                continue
            value = _line_tokens(declaration, self.value(declaration, holder, env))
            if value is None or value.type == "ident":
                return None, declaration
            if value.type == "number":
                return float(value.value), declaration
            size = self.font_size(holder, env)[0]
            found = length(value, size, size)
            if found is None:
                factor = number(value)
                return factor, declaration
            return found / (self.font_size(element, env)[0] or 1), declaration
        return None, None

    @once
    def color(self, element: Element, env: Environment) -> tuple[Paint | None, Declaration | None]:
        """The colour of text, None when it is the reading system's own; and the declaration that made it.

        A colour nobody can tell is given as fully transparent.
        """
        declaration = self.winners(element, env).get("color")
        if declaration is not None:
            value = self.value(declaration, element, env)
            if value and not (value[0].type == "ident" and value[0].lower_value in _WIDE | {"currentcolor"}):
                found = color(value[0], self.dark(element, env))
                return (found if isinstance(found, Paint) else Paint(BLACK, 0.0)), declaration
            if value and value[0].lower_value == "initial":
                return None, declaration
        return self.color(element.parent, env) if element.parent is not None else (None, None)

    @once
    def grounds(self, element: Element, env: Environment) -> tuple[list[Rgb] | None, Declaration | None]:
        """The colours that may lie behind an element's text, None when it is the reading system's own page."""
        seen: list[Rgb] | None = None
        by: Declaration | None = None
        if element.parent is not None:
            seen, by = self.grounds(element.parent, env)
        won = self.winners(element, env)
        for name in ("background-color", "background-image"):
            declaration = won.get(name)
            if declaration is None:
                continue
            layers = list(paints(self.value(declaration, element, env), self.dark(element, env)))
            if all(paint.alpha == 0 for paint in layers):
                continue
            below = seen or [NIGHT if self.dark(element, env, whole_page=True) else WHITE]
            seen = [over(paint, ground) for paint in layers for ground in below][:24]
            by = declaration
        return seen, by

    @once
    def contrast(self, element: Element, env: Environment) -> tuple[float | None, Declaration | None]:
        """The least contrast of an element's text with what lies behind it; None when neither is set.

        A colour set over an unset background is held against a white page by day and a dark one by night; a
        background under an unset colour against black text by day and white text by night.
        """
        ink, ink_by = self.color(element, env)
        grounds, ground_by = self.grounds(element, env)
        if ink is None and grounds is None:
            return None, None
        night = self.dark(element, env, whole_page=True)
        paint = ink or Paint(WHITE if night else BLACK)
        behind = grounds or [NIGHT if night else WHITE]
        strength = self.opacity(element, env)[0]
        paint = Paint(paint.rgb, paint.alpha * strength)
        return min(contrast(over(paint, ground), ground) for ground in behind), ink_by or ground_by

    def dark(self, element: Element, env: Environment, whole_page: bool = False) -> bool:
        """Whether `color-scheme` and the environment make the reading system's own colours dark."""
        return self._scheme(element.ancestors[0] if whole_page and element.ancestors else element, env)

    @once
    def _scheme(self, element: Element, env: Environment) -> bool:
        declaration = self.winners(element, env).get("color-scheme")
        if declaration is not None:
            named = words(self.value(declaration, element, env)) & {"dark", "light"}
            if len(named) == 1:
                return named == {"dark"}
        return self._scheme(element.parent, env) if element.parent is not None else env.dark

    def opacity(self, element: Element, env: Environment) -> tuple[float, Declaration | None]:
        """How opaque an element is with all that is around it, and the declaration that lessens it most."""
        total, _, by = self._shares(element, env)
        return total, by

    @once
    def _shares(self, element: Element, env: Environment) -> tuple[float, float, Declaration | None]:
        """The product and the least of all opacities from the root down, and who declares the least."""
        total, least, by = 1.0, 1.0, None
        if element.parent is not None:
            total, least, by = self._shares(element.parent, env)
        declaration = self.winners(element, env).get("opacity")
        value = self.value(declaration, element, env) if declaration else []
        share = number(value[0]) if value else None
        if share is not None and share < 1:
            total *= max(0.0, share)
            if share < least:
                least, by = share, declaration
        return total, least, by


_INLINE = Place("style attribute")
_WIDE = frozenset({"inherit", "unset", "revert", "revert-layer", "initial"})


@lru_cache(maxsize=2_000)
def plain_value(declaration: Declaration) -> tuple[Token, ...] | None:
    """A declaration's value when it is the same everywhere; None when it refers to custom properties."""
    tokens = significant(declaration.value)
    return None if _refers(tokens) else tuple(tokens)


def _refers(tokens: Iterable[Token]) -> bool:
    """Whether a value refers to custom properties."""
    return any(token.type == "function" and token.lower_name == "var" for token in within(tokens))


def _comma(index: int) -> list[Token]:
    return parsed(",") if index else []


def _local(element: Element) -> str:
    return str(element.local_name).lower()


def _sets(name: str) -> tuple[str, ...]:
    """The properties that a declaration sets, as far as they matter here."""
    match name:
        case "font":
            return ("font", "font-size", "line-height")
        case "background":
            return ("background", "background-color", "background-image")
        case "margin" | "padding" | "inset":
            return (name, *(_side(name, side) for side in ("top", "right", "bottom", "left")))
        case "margin-inline" | "padding-inline" | "inset-inline":
            return (name, _side(name.partition("-")[0], "left"), _side(name.partition("-")[0], "right"))
        case "margin-block" | "padding-block" | "inset-block":
            return (name, _side(name.partition("-")[0], "top"), _side(name.partition("-")[0], "bottom"))
        case "inline-size" | "max-inline-size" | "min-inline-size":
            return (name, name.replace("inline-size", "width"))
        case "all":
            return ("font-size", "line-height", "color", "background-color", "background-image", "opacity")
        case _:
            kind, _, edge = name.partition("-")
            if kind in ("margin", "padding", "inset") and edge in _LOGICAL:
                return (name, _side(kind, _LOGICAL[edge]))
            return (name,)


_LOGICAL = {"inline-start": "left", "inline-end": "right", "block-start": "top", "block-end": "bottom"}


def _side(kind: str, side: str) -> str:
    return side if kind == "inset" else f"{kind}-{side}"


def _size_tokens(declaration: Declaration, value: list[Token]) -> Token | None:
    if declaration.name != "font":
        return value[0] if len(value) == 1 else None
    return _font_shorthand(value)[0]


def _line_tokens(declaration: Declaration, value: list[Token]) -> Token | None:
    if declaration.name != "font":
        return value[0] if len(value) == 1 else None
    return _font_shorthand(value)[1]


def _font_shorthand(value: list[Token]) -> tuple[Token | None, Token | None]:
    """Size and line height of a `font` shorthand."""
    for index, token in enumerate(value):
        sized = token.type in ("dimension", "percentage", "function") or (
            token.type == "ident" and token.lower_value in {*FONT_SIZES, "smaller", "larger"}
        )
        if sized or (token.type == "number" and token.value == 0):
            after = value[index + 1 : index + 3]
            slash = len(after) == 2 and after[0].type == "literal" and after[0].value == "/"
            return token, after[1] if slash else None
    return None, None


def _font_size(token: Token | None, around: float, root: float) -> float | None:
    if token is None:
        return None
    if token.type == "ident":
        return {"smaller": around / 1.2, "larger": around * 1.2, "initial": MEDIUM, **FONT_SIZES}.get(token.lower_value)
    return length(token, around, around, root)


def paints(value: list[Token], dark: bool) -> Iterator[Paint]:
    """The colours in a background, those inside gradients too."""
    for token in value:
        found = color(token, dark)
        if isinstance(found, Paint):
            yield found
        elif token.type == "function" and "gradient" in token.lower_name:
            for inner in within(contents(token) or []):
                stop = color(inner, dark) if inner.type in ("ident", "hash", "function") else None
                if isinstance(stop, Paint):
                    yield stop
