"""Styles and boxes that are asked for the same over and over: what a style alone decides is worked out once.

A style that nobody writes into any more gives the same lengths for the same containing block; a copy of a style is made
to be written into, and is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from weasyprint import css
from weasyprint.css import check_math
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, block, column, grid, inline, page, percent, table
from weasyprint.layout import float as float_

_NO_FORMULA = frozenset({int, float, str, bool, type(None), css.ZERO_PIXELS.__class__})


def to_compute(value: Any) -> Any:
    """Whether a value is a formula such as `calc()`, which stands until it is used."""
    return type(value) not in _NO_FORMULA and check_math(value)


_SIDES = ("top", "right", "bottom", "left")
_USED = (
    *(f"margin_{side}" for side in _SIDES),
    *(f"padding_{side}" for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
"""What `resolve_percentages` sets on a box."""

_used = itemgetter(*_USED)


def fixed(style: Any) -> bool:
    """Whether nobody writes into a style any more. A copy is made to be written into."""
    return "_copied" not in style.__dict__


def mark_copies() -> None:
    for kind in (css.ComputedStyle, css.AnonymousStyle):

        def copy(self: Any, copy: Callable[[Any], Any] = kind.copy) -> Any:
            made = copy(self)
            made._copied = True
            return made

        kind.copy = copy


def resolve_once() -> None:
    resolve = percent.resolve_percentages

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        kept = style.__dict__.get("_used")
        if kept is None:
            by_style = (
                fixed(style) and style["border_collapse"] != "collapse" and not any(map(to_compute, _used(style)))
            )
            kept = style._used = {} if by_style else False
        if kept is False:
            resolve(box, containing_block)
            return
        if isinstance(containing_block, boxes.Box):
            key = containing_block.width, containing_block.height, isinstance(box, boxes.PageBox)
        else:
            key = *containing_block, isinstance(box, boxes.PageBox)
        found = kept.get(key)
        if found is None:
            resolve(box, containing_block)
            values = box.__dict__
            kept[key] = {name: values[name] for name in _USED}
        else:
            box.__dict__.update(found)

    for user in (percent, absolute, block, column, float_, grid, inline, page, table):
        user.resolve_percentages = resolve_percentages


_SPECIAL = frozenset({"position", "float", "display", "page"})
_PLAIN = {
    name: value
    for name, value in css.INITIAL_VALUES.items()
    if name not in css.INHERITED | css.INITIAL_NOT_COMPUTED | _SPECIAL
    and not name.startswith(("text_decoration_", "__"))
    and not check_math(value)
}
"""Properties that are neither inherited nor computed: where nothing is said of them, they have their first value."""

_HANDED_DOWN = frozenset(
    name
    for name in css.INHERITED
    if name not in _SPECIAL | css.PHYSICAL_FUNCTIONS.keys() and not name.startswith("text_decoration_")
)
_PLAIN_SIDES = _PLAIN.keys() & css.PHYSICAL_FUNCTIONS.keys()
_LOGICAL = frozenset(
    function(block="ttb", inline=direction)
    for function in css.PHYSICAL_FUNCTIONS.values()
    for direction in ("ltr", "rtl")
)


def styles_at_hand() -> None:
    anonymous, look_up = css.AnonymousStyle.__init__, css.ComputedStyle.__missing__
    always, sides = _PLAIN.keys() - _PLAIN_SIDES, _PLAIN_SIDES

    def __init__(self: Any, parent_style: Any) -> None:
        self.update(_PLAIN)
        anonymous(self, parent_style)

    def __missing__(self: Any, key: str) -> Any:
        cascaded = self.cascaded
        if key not in cascaded:
            if key in always or (key in sides and cascaded.keys().isdisjoint(_LOGICAL)):
                value = self[key] = _PLAIN[key]
                return value
            if (key in _HANDED_DOWN or key[:2] == "__") and self.parent_style is not None:
                value = self.parent_style[key]
                if not to_compute(value):
                    self[key] = value
                    return value
        return look_up(self, key)

    css.AnonymousStyle.__init__ = __init__
    css.ComputedStyle.__missing__ = __missing__


def boxes_at_hand() -> None:
    in_normal_flow = boxes.Box.is_in_normal_flow

    def is_in_normal_flow(self: Any) -> Any:
        style = self.style
        if style["float"] == "none" and style["position"] in ("static", "relative"):
            return True
        return in_normal_flow(self)

    def page_values(self: Any) -> tuple[str, str]:
        return _page_value(self, 1), _page_value(self, -1)

    boxes.Box.is_in_normal_flow = is_in_normal_flow
    boxes.ParentBox.page_values = page_values


def _page_value(box: Any, way: int) -> Any:
    """The name of the page on which a box begins, or ends when `way` is -1: its outermost child's, or its own."""
    if type(box).page_values is boxes.ParentBox.page_values:
        for child in box.children[::way]:
            if child.is_in_normal_flow() or child.is_floated():
                return _page_value(child, way) or box.style["page"]
        return box.style["page"]
    return box.page_values()[0 if way == 1 else 1]
