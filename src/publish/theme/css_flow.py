"""The safety block of an EPUB stays in the ordinary flow of text, and inside a small screen.

No rendered page proves an EPUB, and every reading system lays it out anew. So what can move, stack or squeeze words is
refused there whatever its value, and indents and movements are added up from the root down to each word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from publish.theme.css_cascade import Cascade, once
from publish.theme.css_media import Environment
from publish.theme.css_scene import Scene
from publish.theme.css_sheet import Declaration, Element
from publish.theme.css_urls import addresses
from publish.theme.css_values import MEDIUM, Token, four_sides, length, number, words
from publish.theme.css_verdict import ALTERS, COVERS, HIDES, WIDE, Subject, Verdict

SCREEN_PT = 300.0
"""The width of a small screen: 25em."""
_LEAST_PT = 110.0
_LEAST_IN_COLUMNS_PT = 80.0
_LARGEST_PT = 36.0
_MOVED_PT = 2.5
_OUT_PT = 6.0

_FLOWING = frozenset(
    "block inline inline-block flow flow-root list-item table inline-table table-row table-cell table-row-group "
    "table-caption table-header-group table-footer-group table-column table-column-group none contents".split()
)
"""What `display` may be; `none` and `contents` are refused for every output elsewhere."""
_LAID_OUT = frozenset(
    "order flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap box-flex box-direction box-orient "
    "box-ordinal-group flex-order grid grid-area grid-row grid-row-start grid-row-end grid-column grid-column-start "
    "grid-column-end grid-template grid-template-rows grid-template-columns grid-template-areas grid-auto-rows "
    "grid-auto-columns grid-auto-flow aspect-ratio".split()
)
_HARMLESS_THERE = frozenset({"auto", "none", "nowrap", "row", "normal"}) | WIDE
_WIDTHS = frozenset({"width", "min-width", "inline-size", "min-inline-size"})
_MARKS = frozenset({"li", "dt", "dd", "tr"})
_NO_FLOW = "takes the words out of the ordinary flow of text, which nobody can prove in an EPUB"


def out_of_flow(name: str, value: list[Token], subject: Subject) -> Verdict | None:
    """What a declaration on the block, in it or around it does that only a rendered page could prove."""
    if name == "initial-letter" and any((number(token) or 0) > 3 for token in value):
        return Verdict(HIDES, "blows letters up until they push words off the screen")
    if subject.pseudo:
        return None
    if name == "display" and words(value) - _FLOWING - WIDE:
        return Verdict(HIDES, _NO_FLOW)
    if name in _LAID_OUT and not (words(value) <= _HARMLESS_THERE and all(t.type == "ident" for t in value)):
        return Verdict(HIDES, _NO_FLOW)
    if name == "position" and words(value) & {"sticky", "-webkit-sticky"}:
        return Verdict(COVERS, "keeps it on the screen while other words pass under it")
    if name == "float" and subject.tags & _MARKS and not words(value) <= {"none"} | WIDE:
        return Verdict(ALTERS, "sets the items of a list beside one another")
    if name in ("column-gap", "gap", "grid-column-gap", "grid-gap"):
        wide = any((found := length(token, subject.em, SCREEN_PT)) is not None and found > 48 for token in value)
        return Verdict(HIDES, "leaves no room for its words") if wide else None
    if name in ("list-style", "list-style-image") and (
        any(addresses(value)) or any(token.type == "function" and "gradient" in token.lower_name for token in value)
    ):
        return Verdict(COVERS, "lays pictures among its words")
    if name in _WIDTHS and value and value[0].type in ("dimension", "function"):
        found = length(value[0], subject.em, SCREEN_PT)
        limited = any(t.type == "percentage" and t.value <= 100 for t in subject.beside.get("max-width", ()))
        if found is None or (found > SCREEN_PT and not limited):
            return Verdict(HIDES, "makes it wider than a small screen (25em)")
    return None


def displaced(
    scene: Scene, cascade: Cascade, own: Collection[Declaration]
) -> Iterator[tuple[Verdict, Declaration, Element]]:
    """Indents, movements and sizes that are too much in sum, down to each element with words of the block."""
    seen: set[tuple[str, Declaration]] = set()
    spots = _Spots(cascade)
    for env in cascade.environments:
        sums: dict[int, _Sum] = {-1: _Sum()}
        done: set[int] = set()
        for element in scene.with_text:
            spot = spots.of(element)
            if spot in done:
                continue
            done.add(spot)
            for verdict, declaration in _down_to(element, env, cascade, _summed(element, env, cascade, spots, sums)):
                if declaration in own and (verdict.does, declaration) not in seen:
                    seen.add((verdict.does, declaration))
                    yield verdict, declaration, element


class _Spots:
    """A number for each element, shared by those that are of one kind and stand alike in all that is around them."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade
        self._known: dict[Element, int] = {}
        self._numbers: dict[tuple[int, int, tuple[bool, bool]], int] = {}

    def of(self, element: Element) -> int:
        found = self._known.get(element)
        if found is None:
            around = self.of(element.parent) if element.parent is not None else -1
            alike = (around, self._cascade.kind(element), _edges(element))
            found = self._known[element] = self._numbers.setdefault(alike, len(self._numbers))
        return found


@dataclass(frozen=True, slots=True)
class _Sum:
    """What everything from the root down to an element makes of a small screen, and who is to blame for it."""

    room: float = SCREEN_PT
    left: float = 0.0
    right: float = 0.0
    moved: float = 0.0
    columns: int = 1
    narrowing: tuple[Declaration, ...] = ()
    widening: tuple[Declaration, ...] = ()
    moving: tuple[Declaration, ...] = ()
    pulling: tuple[Declaration, ...] = ()


def _summed(element: Element, env: Environment, cascade: Cascade, spots: _Spots, sums: dict[int, _Sum]) -> _Sum:
    """The sum down to an element; `sums` are those that are known, by spot."""
    total = sums[-1]
    for holder in (*element.ancestors, element):
        spot = spots.of(holder)
        if spot not in sums:
            sums[spot] = _with(total, holder, env, cascade)
        total = sums[spot]
    return total


def _with(around: _Sum, holder: Element, env: Environment, cascade: Cascade) -> _Sum:
    """What is around, and a holder in it."""
    room, left, right, moved, columns = around.room, around.left, around.right, around.moved, around.columns
    narrowing, widening, moving = list(around.narrowing), list(around.widening), list(around.moving)
    em = cascade.font_size(holder, env)[0]
    won = cascade.winners(holder, env)
    inset = {"left": 0.0, "right": 0.0}
    for side, found, by in _insets(cascade, holder, env):
        inset[side] += found
        (narrowing if found > 0 else widening).append(by)
    left, right, room = left + inset["left"], right + inset["right"], room - inset["left"] - inset["right"]
    room = min(room, SCREEN_PT)
    if str(holder.local_name).lower() not in ("td", "th", "col"):
        for name in ("width", "max-width"):
            declaration = won.get(name)
            wanted = _points(cascade, declaration, holder, env, em, room)
            if declaration is not None and wanted is not None and 0 < wanted < room:
                room = wanted
                narrowing.append(declaration)
    count, declaration = _columns(cascade, holder, env)
    if declaration is not None:
        columns *= count
        narrowing.append(declaration)
    for side, distance, by in _movements(cascade, holder, env):
        if not side or distance > padding_beside(cascade, holder, env, side) + 0.5:
            moved += distance
            moving.append(by)
    pulling = (*around.pulling, *widening) if min(left, right) < -_OUT_PT else around.pulling
    return _Sum(room, left, right, moved, columns, tuple(narrowing), tuple(widening), tuple(moving), pulling)


def _down_to(
    element: Element, env: Environment, cascade: Cascade, total: _Sum
) -> Iterator[tuple[Verdict, Declaration]]:
    size, by = cascade.font_size(element, env)
    if size > _LARGEST_PT and by is not None:
        yield Verdict(HIDES, "makes words so large that they run off a small screen (at most 3em)"), by
    for declaration in total.pulling:
        yield Verdict(HIDES, "pulls words over the edge of a small screen"), declaration
    share = total.room / total.columns
    if share < (_LEAST_PT if total.columns == 1 else _LEAST_IN_COLUMNS_PT):
        for declaration in total.narrowing:
            yield Verdict(HIDES, f"helps to leave words {max(0, share) / MEDIUM:.0f}em of a small screen"), declaration
    if total.moved > _MOVED_PT:
        for declaration in total.moving:
            yield Verdict(COVERS, "moves words onto others, alone or together with what is around"), declaration


@once
def _insets(cascade: Cascade, holder: Element, env: Environment) -> tuple[tuple[str, float, Declaration], ...]:
    """By how much a holder's margins and padding set words in, by side."""
    em = cascade.font_size(holder, env)[0]
    edges = [
        (side, *edge(cascade, holder, env, kind, side, em))
        for kind in ("margin", "padding")
        for side in ("left", "right")
    ]
    return tuple((side, found, by) for side, found, by in edges if found and by is not None)


def edge(
    cascade: Cascade, holder: Element, env: Environment, kind: str, side: str, em: float
) -> tuple[float, Declaration | None]:
    """Margin or padding on a side in pt, percentages of a small screen; and the declaration that made it."""
    declaration = cascade.winners(holder, env).get(f"{kind}-{side}")
    if declaration is None:
        return 0.0, None
    value = cascade.value(declaration, holder, env)
    if not value:
        return 0.0, declaration
    if declaration.name == kind:
        index = {"top": 0, "right": 1, "bottom": 2, "left": 3}[side]
        token = four_sides(value)[index]
    else:
        token = value[-1] if side in ("right", "bottom") else value[0]
    return length(token, em, SCREEN_PT) or 0.0, declaration


def _points(
    cascade: Cascade, declaration: Declaration | None, holder: Element, env: Environment, em: float, whole: float
) -> float | None:
    value = cascade.value(declaration, holder, env) if declaration is not None else []
    return length(value[0], em, whole) if value and value[0].type != "ident" else None


@once
def _columns(cascade: Cascade, holder: Element, env: Environment) -> tuple[int, Declaration | None]:
    """Into how many columns a holder's words are set and by what, where no least width keeps them from being narrow."""
    won = cascade.winners(holder, env)
    declaration = won.get("columns") or won.get("column-count")
    value = cascade.value(declaration, holder, env) if declaration is not None else []
    if declaration is None or any(token.type == "dimension" for token in value) or "column-width" in won:
        return 1, None
    counts = [int(token.value) for token in value if token.type == "number"]
    return (counts[0], declaration) if counts and counts[0] > 1 else (1, None)


@once
def _movements(cascade: Cascade, holder: Element, env: Environment) -> tuple[tuple[str, float, Declaration], ...]:
    """How far a holder is moved from its place: by offsets, and on a named side by margins, which move it only as far
    as they eat more than their parent's padding."""
    won, em = cascade.winners(holder, env), cascade.font_size(holder, env)[0]
    found: list[tuple[str, float, Declaration]] = []
    for side in ("top", "bottom", "left", "right"):
        declaration = won.get(side)
        offset = _points(cascade, declaration, holder, env, em, SCREEN_PT)
        if declaration is not None and offset:
            found.append(("", abs(offset), declaration))
    for side in ("top", "bottom"):
        margin, declaration = edge(cascade, holder, env, "margin", side, em)
        if declaration is not None and margin < 0:
            found.append((side, -margin, declaration))
    return tuple(found)


def padding_beside(cascade: Cascade, holder: Element, env: Environment, side: str) -> float:
    """The parent's padding on a side, in pt, where nothing stands between it and the holder; else 0."""
    parent = holder.parent
    if parent is None:
        return 0.0
    if not _edges(holder)[side == "bottom"]:
        return 0.0
    return max(0.0, edge(cascade, parent, env, "padding", side, cascade.font_size(parent, env)[0])[0])


def _edges(holder: Element) -> tuple[bool, bool]:
    """Whether nothing stands in the parent before a holder, and nothing behind it."""
    node, above = holder.etree_element, holder.parent.etree_element if holder.parent is not None else None
    first = node.getprevious() is None and not ((above.text or "") if above is not None else "").strip()
    return first, node.getnext() is None and not (node.tail or "").strip()
