"""The room that a paragraph takes: its indents and the space around it, in whatever unit the file gives them."""

from __future__ import annotations

from publish.verify._docx_styles import Properties
from publish.wordfile import Element, number, q, value

TWIPS_PER_MM = 1440 / 25.4
_TWIPS_PER_UNIT = 2.4
"""A hundredth of a character, or of a line, at 12 pt."""
_WIDEST_BORDER_SPACE_PT, _THICKEST_BORDER = 31, 96
"""In points, and in eighths of a point."""
_FARTHEST_TAB_TWIPS = 12000


def indents(effective: Properties) -> tuple[float, float, float]:
    """Left, right and first-line indent in mm. A measure in characters outranks one in twips (17.3.1.12)."""
    indent = effective.get("ind")
    left, right = (_side(indent, *names) for names in (("left", "start"), ("right", "end")))
    first = _either(indent, "firstLine", "firstLineChars") - _either(indent, "hanging", "hangingChars")
    return left / TWIPS_PER_MM, right / TWIPS_PER_MM, first / TWIPS_PER_MM


def _side(indent: Element | None, *names: str) -> float:
    """Of the two names of a side the one that moves the text further, for clients differ in which they read."""
    return max((_either(indent, name, f"{name}Chars") for name in names), key=abs)


def around(effective: Properties) -> tuple[float, float]:
    """Space before and after in twips. A measure in lines outranks one in twips (17.3.1.33)."""
    spacing = effective.get("spacing")
    return _either(spacing, "before", "beforeLines"), _either(spacing, "after", "afterLines")


def _either(element: Element | None, name: str, ranking: str) -> float:
    outranking = number(element, ranking)
    return outranking * _TWIPS_PER_UNIT if outranking else number(element, name)


def far_border(effective: Properties) -> bool:
    """Whether a border is thicker, or stands further from its text, than one may (17.3.4): clients lose the text."""
    borders = effective.get("pBdr")
    return borders is not None and any(map(odd_border, borders.iterchildren()))


def odd_border(side: Element) -> bool:
    """Whether a border of a paragraph or sheet is thicker or further away than a border may be."""
    return abs(number(side, "space")) > _WIDEST_BORDER_SPACE_PT or number(side, "sz") > _THICKEST_BORDER


def far_tab(effective: Properties) -> bool:
    """Whether a tab stop stands further to the right than any sheet's text reaches."""
    tabs = effective.get("tabs")
    return tabs is not None and any(number(tab, "pos") > _FARTHEST_TAB_TWIPS for tab in tabs.iterchildren())


def line_height(effective: Properties, natural: float) -> float:
    """From line to line in pt. `natural` is the height that the font takes by itself."""
    spacing = effective.get("spacing")
    rule, given = value(spacing, "lineRule", "auto"), number(spacing, "line", 240)
    if rule == "exact":
        return given / 20
    return max(given / 20, natural) if rule == "atLeast" else given / 240 * natural


def column_width(section: Element | None) -> float:
    """The width in mm of the narrowest column that a section's text may stand in."""
    size, margins, columns = (section.find(q(name)) if section is not None else None for name in _SHEET)
    sides = sum(number(margins, side, 1440) for side in ("left", "right")) + number(margins, "gutter")
    count = max(number(columns, "num", 1), 1)
    text = number(size, "w", 12240) - sides
    own = [number(each, "w") for each in columns.findall(q("col"))] if columns is not None else []
    equal = (text - (count - 1) * number(columns, "space", 720)) / count
    return min([equal if not own else text, *own]) / TWIPS_PER_MM


_SHEET = ("pgSz", "pgMar", "cols")
