"""CSS values as numbers: lengths in pt, colours as sRGB, and the WCAG contrast of two colours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tinycss2 import parse_component_value_list
from tinycss2.color5 import parse_color

Token: TypeAlias = Any
"""A component value of tinycss2, which ships no types."""

MEDIUM = 12.0
"""The size of `1em` at the root in pt, where a reading system sets no other: 16 px at 96 ppi."""

ABSOLUTE_PT = {"pt": 1.0, "px": 0.75, "pc": 12.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "q": 72 / 101.6}
_PER_EM = {"em": 1.0, "ex": 0.5, "ch": 0.5, "cap": 0.7, "ic": 1.0, "lh": 1.2}
_PER_ROOT = {"rem": 1.0, "rex": 0.5, "rch": 0.5, "rcap": 0.7, "ric": 1.0, "rlh": 1.2}
_SCREEN_PT = {"w": 300.0, "i": 300.0, "h": 500.0, "b": 500.0, "min": 300.0, "max": 500.0}
"""The smallest screen that a leaflet is read on, for lengths that hang on the window."""

FONT_SIZES = {
    "xx-small": 6.75,
    "x-small": 7.5,
    "small": 9.75,
    "medium": 12.0,
    "large": 13.5,
    "x-large": 18.0,
    "xx-large": 24.0,
    "xxx-large": 36.0,
}
"""Keywords of `font-size` in pt (CSS Fonts 4, 2.5.1, at 16 px)."""


def significant(tokens: Iterable[Token]) -> list[Token]:
    """The tokens that mean something: no white space, no comments."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def parsed(value: str) -> list[Token]:
    """The component values of a text."""
    return significant(parse_component_value_list(value))


def within(tokens: Iterable[Token]) -> Iterator[Token]:
    """Every token at every depth, in order, without recursion."""
    stack = [iter(list(tokens))]
    while stack:
        token = next(stack[-1], None)
        if token is None:
            stack.pop()
            continue
        yield token
        inner = contents(token)
        if inner is not None:
            stack.append(iter(inner))


def contents(token: Token) -> list[Token] | None:
    """What stands inside a function or a bracket; None for all else."""
    if token.type == "function":
        return list(token.arguments)
    if token.type in ("() block", "[] block", "{} block"):
        return list(token.content)
    return None


def words(tokens: Iterable[Token]) -> set[str]:
    """The identifiers in a value, at any depth, in lower case."""
    return {token.lower_value for token in within(tokens) if token.type == "ident"}


def strings(tokens: Iterable[Token]) -> list[str]:
    """The quoted strings in a value, at any depth."""
    return [token.value for token in within(tokens) if token.type == "string"]


def split(tokens: Iterable[Token], separator: str) -> list[list[Token]]:
    """A value cut at a literal such as the comma."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def four_sides(value: list[Token]) -> list[Token]:
    """Top, right, bottom and left of a shorthand such as `margin`; fewer when the value is none."""
    match value:
        case [one]:
            return [one] * 4
        case [one, two]:
            return [one, two, one, two]
        case [one, two, three]:
            return [one, two, three, two]
        case _:
            return value[:4]


# --- lengths ---


def length(token: Token, em: float = MEDIUM, whole: float | None = None, root: float = MEDIUM) -> float | None:
    """A length in pt; `em` is the font size and `whole` what 100 % stands for. None when it cannot be known."""
    if token.type == "number" and token.value == 0:
        return 0.0
    if token.type == "percentage":
        return None if whole is None else float(token.value) / 100 * whole
    if token.type == "dimension":
        return _dimension(float(token.value), token.lower_unit, em, root)
    if token.type == "function":
        found = _calculate(token, lambda each: length(each, em, whole, root))
        return None if found is None or math.isnan(found) else found
    return None


def _dimension(value: float, unit: str, em: float, root: float) -> float | None:
    if unit in ABSOLUTE_PT:
        return value * ABSOLUTE_PT[unit]
    if unit in _PER_EM:
        return value * _PER_EM[unit] * em
    if unit in _PER_ROOT:
        return value * _PER_ROOT[unit] * root
    for prefix in ("v", "sv", "lv", "dv", "cq"):
        if unit.startswith(prefix) and unit[len(prefix) :] in _SCREEN_PT:
            return value / 100 * _SCREEN_PT[unit[len(prefix) :]]
    return None


def number(token: Token) -> float | None:
    """A plain number; a percentage is its hundredth. None when it cannot be known."""
    if token.type == "number":
        return float(token.value)
    if token.type == "percentage":
        return float(token.value) / 100
    if token.type == "function":
        return _calculate(token, number)
    return None


_Leaf: TypeAlias = Callable[[Token], "float | None"]
_CALC_DEEPEST = 16


def _calculate(token: Token, leaf: _Leaf, depth: int = 0) -> float | None:
    if depth > _CALC_DEEPEST:
        return None
    name = token.lower_name if token.type == "function" else "calc"
    inside = contents(token) or []
    if name in ("calc", "-webkit-calc", "-moz-calc"):
        return _sum(significant(inside), leaf, depth)
    terms = [_sum(significant(part), leaf, depth) for part in split(inside, ",")]
    if any(term is None for term in terms) or not terms:
        return None
    values = [term for term in terms if term is not None]
    match name, values:
        case "min", _:
            return min(values)
        case "max", _:
            return max(values)
        case "clamp", [low, wanted, high]:
            return max(low, min(wanted, high))
        case "abs", [value]:
            return abs(value)
        case _:
            return None


def _sum(tokens: Sequence[Token], leaf: _Leaf, depth: int) -> float | None:
    total, sign, start = 0.0, 1, 0
    for index, token in enumerate([*tokens, None]):
        if token is None or (token.type == "literal" and token.value in "+-"):
            product = _product(tokens[start:index], leaf, depth)
            if product is None:
                return None
            total += sign * product
            if token is not None:
                sign, start = (1 if token.value == "+" else -1), index + 1
    return total


def _product(tokens: Sequence[Token], leaf: _Leaf, depth: int) -> float | None:
    result: float | None = None
    operator = "*"
    for token in tokens:
        if token.type == "literal" and token.value in "*/":
            operator = token.value
            continue
        value = _term(token, leaf, depth)
        if value is None:
            return None
        if result is None:
            result = value
        elif operator == "*":
            result *= value
        else:
            result = result / value if value else None
        if result is None:
            return None
    return result


def _term(token: Token, leaf: _Leaf, depth: int) -> float | None:
    if token.type == "number":
        return float(token.value)
    if token.type in ("function", "() block"):
        return _calculate(token, leaf, depth + 1)
    return leaf(token)


# --- colours ---

Rgb: TypeAlias = tuple[float, float, float]
BLACK: Rgb = (0.0, 0.0, 0.0)
WHITE: Rgb = (1.0, 1.0, 1.0)
NIGHT: Rgb = (0.07, 0.07, 0.07)
"""A dark page of a reading system."""


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour: sRGB and alpha in 0..1. `own` is false for the reading system's own colour (`canvastext`)."""

    rgb: Rgb
    alpha: float = 1.0
    own: bool = True


def color(token: Token, dark: bool) -> Paint | str | None:
    """A colour; "currentcolor"; None when it is no colour known. System colours are those of a plain reading system."""
    if token.type == "ident" and token.lower_value in ("canvastext", "windowtext", "text"):
        return Paint(WHITE if dark else BLACK, own=False)
    if token.type == "ident" and token.lower_value in ("canvas", "window"):
        return Paint(NIGHT if dark else WHITE, own=False)
    try:
        found = parse_color(token, ("dark",) if dark else ("light",))
    except (ValueError, TypeError, IndexError, AssertionError, AttributeError, RecursionError, ZeroDivisionError):
        return None
    if found is None or found == "currentcolor":
        return found  # type: ignore[no-any-return]
    return _paint(found)


def _paint(found: Any) -> Paint | None:
    values = [0.0 if value is None or math.isnan(value) else value for value in found.coordinates]
    if found.space == "device-cmyk":
        cyan, magenta, yellow, black = values
        return Paint(tuple(1 - min(1.0, ink * (1 - black) + black) for ink in (cyan, magenta, yellow)), found.alpha)  # type: ignore[arg-type]
    try:
        red, green, blue = (
            0.0 if value is None else min(1.0, max(0.0, value)) for value in found.to("srgb").coordinates
        )
    except (NotImplementedError, ValueError, TypeError, KeyError):
        return None
    return Paint((red, green, blue), found.alpha)


def over(top: Paint, below: Rgb) -> Rgb:
    """What is seen of a colour laid over another."""
    red, green, blue = (t * top.alpha + b * (1 - top.alpha) for t, b in zip(top.rgb, below, strict=True))
    return red, green, blue


def contrast(first: Rgb, second: Rgb) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, “contrast ratio”)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(rgb: Rgb) -> float:
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
