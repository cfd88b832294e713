"""Judges of properties that place and size boxes: each tells whether a value does harm to the safety block.

All take the value without white space and with custom properties replaced, and give None when it does no harm.
"""

from __future__ import annotations

from publish.theme.css_values import Token, color, length, number, split, within, words
from publish.theme.css_verdict import (
    ALTERS,
    COVERS,
    HIDES,
    RECOLOURS,
    SHRINKS,
    WIDE,
    Subject,
    Verdict,
    functions,
    longest,
)

_SHOWN = frozenset(
    "block inline inline-block flow flow-root flex inline-flex grid inline-grid list-item table inline-table table-row "
    "table-cell table-row-group table-caption -webkit-box -webkit-flex -ms-flexbox".split()
)


_TABLE_PARTS = {"table-header-group": "thead", "table-footer-group": "tfoot", "table-column": "col"} | {
    "table-column-group": "colgroup"
}


def display(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `display`."""
    names = words(value) - WIDE
    if "none" in names and subject.pseudo in ("before", "after"):
        return None
    if names & {"none"}:
        return Verdict(HIDES, "takes it away")
    if names & {"contents"}:
        return Verdict(HIDES, "takes its box away, and its meaning for those who listen")
    if "inline" in names and subject.tags & _ITEMS and not subject.pseudo:
        return Verdict(ALTERS, "runs its items together, so that nobody sees where one ends")
    strange = {name for name in names - _SHOWN if _TABLE_PARTS.get(name) not in subject.tags}
    return Verdict(HIDES, f"shows it as “{min(strange)}”, which may hide or move it") if strange else None


_ITEMS = frozenset({"li", "dt", "dd", "tr"})


def opacity(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `opacity`."""
    if words(value) & WIDE:
        return None
    found = number(value[0]) if len(value) == 1 else None
    return Verdict(RECOLOURS, "makes it see-through") if found is None or found < 0.85 else None


def zoom(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `zoom`."""
    if words(value) & (WIDE | {"normal", "reset"}):
        return None
    found = number(value[0]) if len(value) == 1 else None
    return Verdict(SHRINKS, "shrinks or blows it up") if found is None or not 1 <= found <= 2 else None


def position(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `position`."""
    if words(value) <= {"static", "relative", "sticky", "-webkit-sticky"} | WIDE and not functions(value):
        return None
    return Verdict(HIDES, "takes it out of the flow of the text, from where it can leave the page")


def floating(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `float`."""
    allowed = {"none", "left", "right", "inline-start", "inline-end"} | WIDE
    return None if words(value) <= allowed and not functions(value) else Verdict(HIDES, "moves it out of the text")


def offset(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `top, right, bottom, left`."""
    if words(value) <= {"auto"} | WIDE and all(token.type == "ident" for token in value):
        return None
    found = length(value[0], subject.em) if len(value) == 1 else None
    return None if found is not None and abs(found) <= 6 else Verdict(HIDES, "moves it from its place")


def z_index(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `z-index`."""
    found = number(value[0]) if len(value) == 1 else None
    bad = found is not None and found < 0 and not subject.pseudo
    return Verdict(COVERS, "lays it under what is around it") if bad else None


_WIDEST_INDENT = 250.0
_THICKEST_BORDER = 100.0


def padding(value: list[Token], subject: Subject) -> Verdict | None:
    """Padding that leaves no room for words."""
    found = [length(token, subject.em, 400) for token in value if token.type not in ("ident", "literal")]
    wide = any(each is None or each > _WIDEST_INDENT for each in found)
    return Verdict(HIDES, "leaves no room for its words") if wide and not subject.pseudo else None


def border(value: list[Token], subject: Subject) -> Verdict | None:
    """Borders that leave no room for words."""
    found = [length(token, subject.em) for token in value if token.type in ("dimension", "number")]
    thick = any(each is not None and each > _THICKEST_BORDER for each in found)
    return Verdict(HIDES, "leaves no room for its words") if thick else None


def margin(value: list[Token], subject: Subject, side: str = "") -> Verdict | None:
    """Judges `margin`."""
    inner = max(longest(subject, "padding"), longest(subject, "padding-inline"), longest(subject, f"padding-{side}"))
    for token in value:
        if token.type == "ident":
            continue
        found = length(token, subject.em, 300)
        if found is None:
            return Verdict(COVERS, "has a margin that cannot be judged")
        if -found <= subject.eaten.get(side, 0.0) + 0.5:
            inner = max(inner, -found)
        if found < -6 and not ((side in ("left", "right", "") or side in subject.eaten) and -found <= inner + 0.5):
            return Verdict(COVERS, "pulls it over or under what is beside it")
        if found > (_WIDEST_INDENT if side in ("left", "right") else 1500):
            return Verdict(HIDES, "pushes it off the page")
    return None


def height(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `height`."""
    if all(token.type == "ident" for token in value) or (subject.tags <= {"img", "svg", "hr"} and subject.tags):
        return None
    found = length(value[0], subject.em, 500)
    if found is None or found < 24 or (found > 3000 and value[0].type != "percentage"):
        return Verdict(HIDES, "gives it a height in which its words do not fit")
    return None


def width(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `width`."""
    if all(token.type == "ident" for token in value) or subject.pseudo:
        return None
    least = 12.0 if subject.role == "inside" else 100.0
    if subject.tags and subject.tags <= {"img", "svg", "td", "th", "col", "hr"}:
        least = 4.0
    found = length(value[0], subject.em, 400)
    if found is None or found < least or found > 1800 or (value[0].type == "percentage" and found > 404):
        return Verdict(HIDES, "gives it a width in which its words do not fit")
    return None


def columns(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `columns`."""
    for token in value:
        if token.type == "number" and token.value > 4:
            return Verdict(HIDES, "cuts it into too many columns")
        if token.type in ("dimension", "function"):
            found = length(token, subject.em)
            if found is None or found < 60:
                return Verdict(HIDES, "cuts it into columns in which its words do not fit")
    return None


def tracks(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `grid-template`."""
    for token in within(value):
        found = length(token, subject.em, 400) if token.type in ("dimension", "percentage", "number") else None
        flexible = token.type == "dimension" and token.lower_unit == "fr"
        if (found is not None and found < 6 and not _in_minmax(token, value)) or (flexible and token.value <= 0):
            return Verdict(HIDES, "has a row or column in which its words do not fit")
    return None


def _in_minmax(token: Token, value: list[Token]) -> bool:
    """`minmax(0, 1fr)` is the usual way to let a column shrink evenly; and `repeat(2, …)` counts."""
    return any(
        each.type == "function" and each.lower_name in ("minmax", "repeat") and token in within(each.arguments)
        for each in within(value)
    )


def grid_area(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `grid-area`."""
    fixed = [token for token in value if token.type == "number"]
    if fixed and subject.beside_siblings:
        return Verdict(COVERS, "lays several parts into the same cell")
    return None


def shadow_of_box(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `box-shadow`."""
    for part in split(value, ","):
        sizes = [token for token in part if token.type in ("dimension", "number", "function")]
        lengths = [length(token, subject.em) for token in sizes if color(token, False) is None]
        known = [abs(found) if found is not None else 1e9 for found in lengths]
        if (len(known) > 3 and known[3] > 40) or any(found > 150 for found in known):
            return Verdict(COVERS, "throws a shadow so large that it covers words")
        if "inset" in words(part) and any(found > 12 for found in known):
            return Verdict(RECOLOURS, "paints over its background")
    return None


def outline(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `outline`."""
    found = [length(token, subject.em) for token in value if token.type in ("dimension", "function")]
    thick = any(each is None or each > 6 for each in found)
    return Verdict(COVERS, "draws an outline over its words") if thick else None


def outline_offset(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `outline-offset`."""
    found = length(value[0], subject.em) if len(value) == 1 and value[0].type != "ident" else 0.0
    return Verdict(COVERS, "draws an outline over its words") if found is None or found < -3 else None


def vertical_align(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `vertical-align`."""
    found = length(value[0], subject.em, subject.em) if len(value) == 1 and value[0].type != "ident" else 0.0
    return Verdict(COVERS, "moves it onto another line") if found is None or abs(found) > subject.em else None


def contain(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `contain`."""
    bad = words(value) & {"size", "strict", "inline-size"}
    return Verdict(HIDES, "gives it no height of its own") if bad else None


def clipped_background(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `background`."""
    if "text" in words(value):
        return Verdict(RECOLOURS, "paints letters as holes")
    return known_background(value, subject)


_PAINTS = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "calc", "min", "max", "clamp"}
)


def known_background(value: list[Token], subject: Subject) -> Verdict | None:
    """A colour behind words that nobody can compute may be any colour."""
    strange = next(
        (
            token.name
            for token in value
            if token.type == "function"
            and token.lower_name not in _PAINTS
            and "gradient" not in token.lower_name
            and color(token, False) is None
        ),
        None,
    )
    return Verdict(RECOLOURS, f"has a background that cannot be judged ({strange}())") if strange else None


def min_width(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `min-width`."""
    return width(value, subject) if _far(value, subject) else None


def _far(value: list[Token], subject: Subject) -> bool:
    found = length(value[0], subject.em, 400) if value[0].type != "ident" else 0.0
    return found is None or found > 800
