"""The slug line outside the bleed: what a press operator reads on the sheet, each plate's name in its own ink."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from publish.formats._press_inks import PROCESS, Ink, Inks
from publish.formats._press_sheet import Plan
from publish.model import Document
from publish.policy import PressProfile
from publish.theme import Theme

_SIZE_PT = 6
_HEIGHT_MM = 4
_GAP_MM = 20
_MOST_SIDES = 40


def slug_page(document: Document, theme: Theme, plan: Plan, plates: tuple[str, ...], inks: Inks) -> tuple[str, str]:
    """A page for each side's slug line, as HTML and CSS."""
    colors = _colors(inks)
    named = " ".join(f'<span style="color:{colors[plate].css}">{escape(plate)}</span>' for plate in plates)
    facts = " · ".join(escape(fact) for fact in slug_facts(document, inks.profile))
    lines = []
    for number, side in enumerate(plan.sides, 1):
        which = f"{number}/{len(plan.sides)}" + (f" {side.name}" if side.name else "")
        lines.append(f'<div class="s{number}">{facts} · {which} · {named}</div>')
    widths = [max(sum(panel.width for panel in side.panels) - _GAP_MM, 30) for side in plan.sides]
    pages = "".join(
        f"@page s{number} {{ size: {width:.3f}mm {_HEIGHT_MM}mm; }} .s{number} {{ page: s{number}; }}\n"
        for number, width in enumerate(widths, 1)
    )
    css = (
        "@page { margin: 0; bleed: 0; } "
        f'html {{ font: {_SIZE_PT}pt/{_HEIGHT_MM}mm "{theme.families["text"]}"; color: {Ink().css}; }} '
        "body { margin: 0; } div { white-space: nowrap; overflow: hidden; } span { margin-left: 0.4em; }\n"
    )
    return f"<html lang='{document.meta.language}'><body>{''.join(lines)}</body></html>", css + pages


def slug_facts(document: Document, profile: PressProfile) -> Iterator[str]:
    """Job code, version and date, and the output condition the plates are made for."""
    meta, labels = document.meta, document.labels
    yield meta.job_code
    yield f"{labels['version']} {meta.version}"
    yield meta.prepared.isoformat()
    yield profile.condition_title or profile.icc.stem


def slug_words(document: Document, profile: PressProfile, spots: Iterable[str]) -> Iterator[str]:
    """All that a slug line may say."""
    yield from slug_facts(document, profile)
    yield from (*PROCESS, *spots, "outside", "inside")
    yield from (f"{number}/{sides}" for sides in range(1, _MOST_SIDES + 1) for number in range(1, sides + 1))


def _colors(inks: Inks) -> Mapping[str, Ink]:
    own = {name: (0.0,) * at + (1.0,) + (0.0,) * (3 - at) for at, name in enumerate(PROCESS)}
    process = {name: Ink((c, m, y, k)) for name, (c, m, y, k) in own.items()}
    return process | {spot.name: Ink(spot=spot) for spot in inks.spots}
