"""Charts as SVG, drawn for people who look once: what each row uses of its target, and curves over time."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from benchmarks.results import Row, figure

_WIDTH = 860
_LEFT, _RIGHT, _TOP, _STEP, _BAR = 150, 200, 74, 30, 17
_MOST = 2.0
"""The longest bar, in targets; what is beyond is cut and says so."""
_INK, _MUTED, _RULE, _GOOD, _BAD = "#17262d", "#4d5f68", "#b9cccf", "#0b5563", "#b0402a"
_FONT = "font-family='Source Sans 3, Segoe UI, Helvetica, Arial, sans-serif'"


def bars(rows: Sequence[Row]) -> str:
    """A bar for each row: how much of what its target allows it uses. The line at 1 is the target."""
    height = _TOP + _STEP * len(rows) + 34
    room = _WIDTH - _LEFT - _RIGHT
    parts = [
        _text(16, 26, "What each benchmark uses of its target", 17, weight=600),
        _text(16, 46, "A bar that ends left of the line has met it. Shorter is better.", 13, _MUTED),
    ]
    for share in (0.0, 0.5, 1.0, 1.5, 2.0):
        x = _LEFT + room * share / _MOST
        bottom = _TOP + _STEP * len(rows)
        stroke = f"stroke='{_INK}' stroke-width='1.5'" if share == 1 else f"stroke='{_RULE}' stroke-width='1'"
        parts.append(f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{_TOP - 8}' y2='{bottom}' {stroke}/>")
        parts.append(_text(x, bottom + 18, "target" if share == 1 else f"{share:g} ×", 12, _MUTED, anchor="middle"))
    for number, row in enumerate(rows):
        parts += _bar(row, _TOP + number * _STEP, room)
    return _svg(height, parts, "What each benchmark uses of its target")


def _bar(row: Row, y: float, room: float) -> list[str]:
    length = room * min(row.used, _MOST) / _MOST
    color = _GOOD if row.met else _BAD
    cut = " (cut)" if row.used > _MOST else ""
    unit = f" {row.of}" if row.of else ""
    sign = "≥" if row.at_least else "≤"
    said = f"{figure(row.value)}{unit}, asked {sign} {figure(row.target)}{cut}"
    middle = y + _BAR - 4
    return [
        _text(_LEFT - 10, middle, row.name, 13, anchor="end"),
        f"<rect x='{_LEFT}' y='{y:.1f}' width='{max(length, 1.5):.1f}' height='{_BAR}' rx='2' fill='{color}'/>",
        _text(_LEFT + max(room, length) + 10, middle, said, 13, _INK if row.met else _BAD),
    ]


def curve(points: Sequence[tuple[float, float]], title: str, below: str, across: str, up: str) -> str:
    """A line through points. `below` stands under the title; `across` and `up` name the axes."""
    height, left, top, bottom = 380, 70, 74, 330
    right = _WIDTH - 24
    most_x = max(x for x, _ in points) or 1
    most_y = _round_up(max(y for _, y in points))

    def place(x: float, y: float) -> str:
        return f"{left + (right - left) * x / most_x:.1f},{bottom - (bottom - top) * y / most_y:.1f}"

    parts = [_text(16, 26, title, 17, weight=600), _text(16, 46, below, 13, _MUTED)]
    for step in range(5):
        value = most_y * step / 4
        y = bottom - (bottom - top) * step / 4
        parts.append(f"<line x1='{left}' x2='{right}' y1='{y:.1f}' y2='{y:.1f}' stroke='{_RULE}'/>")
        parts.append(_text(left - 8, y + 4, f"{value:g}", 12, _MUTED, anchor="end"))
        x = left + (right - left) * step / 4
        parts.append(_text(x, bottom + 20, f"{most_x * step / 4:,.0f}", 12, _MUTED, anchor="middle"))
    line = " ".join(place(x, y) for x, y in points)
    parts.append(f"<polyline points='{line}' fill='none' stroke='{_GOOD}' stroke-width='1.8'/>")
    parts.append(_text((left + right) / 2, bottom + 40, across, 13, anchor="middle"))
    parts.append(_text(left, top - 10, up, 13, _MUTED))
    return _svg(height, parts, title)


def _round_up(value: float) -> float:
    step = 1.0
    while step * 10 < value:
        step *= 10
    return next(step * factor for factor in (1, 2, 4, 6, 8, 10) if step * factor >= value)


def _text(x: float, y: float, said: str, size: int, color: str = _INK, anchor: str = "start", weight: int = 400) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' fill='{color}' text-anchor='{anchor}' "
        f"font-weight='{weight}'>{escape(said)}</text>"
    )


def _svg(height: float, parts: Sequence[str], title: str) -> str:
    inner = "\n".join(parts)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height:.0f}' width='{_WIDTH}' "
        f"height='{height:.0f}' role='img' {_FONT}>\n<title>{escape(title)}</title>\n"
        f"<rect width='100%' height='100%' fill='#ffffff'/>\n{inner}\n</svg>\n"
    )
