"""Panels: a leaflet that will be folded flows from panel to panel, each a page as wide as it is.

The pages come in reading order. There must be as many as the fold has panels; what is too much or too little is told
in words and mm. A safety block that no single panel holds goes on over the fold, marked on both sides of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import weasyprint

from publish.diagnostics import Finding, Place, Refused
from publish.formats import Options
from publish.formats._pdf_draw import Drawing
from publish.model import Document
from publish.press.codes import room, symbol, written
from publish.press.folds import FoldedSheet
from publish.theme import Theme
from publish.theme.tokens import css_page

MARK_MM = 5.0
"""The strip that the mark of a continued safety block takes at the head or foot of a panel."""

_PX_MM = 25.4 / 96
_MOST_LAYOUTS = 5


def panel_tokens(theme: Theme, sheet: FoldedSheet | None, bleed: float = 0) -> str:
    """The `@page` rule of the theme's page, or of a panel, and the tokens that depend on it. `bleed` in mm."""
    css = f":root {{ --bleed: {bleed:g}mm; }}\n"
    if sheet is None:
        return css + css_page(theme)
    margins = " ".join(f"{margin:g}mm" for margin in theme.panel_margins)
    sides = zip(("top", "right", "bottom", "left"), theme.panel_margins, strict=True)
    css += ":root { " + " ".join(f"--page-margin-{side}: {margin:g}mm;" for side, margin in sides) + " }\n"
    css += ".panel-break { break-before: page; }\n"
    return css + f"@page {{ size: {sheet.panels[0].width:.4f}mm {sheet.height:g}mm; margin: {margins}; }}\n"


def flow(drawing: Drawing, document: Document, options: Options, bleed: float = 0) -> weasyprint.Document:
    """The leaflet laid out, page by page or panel by panel. `bleed` in mm.

    Refused when the text does not fill the panels or runs over them.
    """
    sheet = options.sheet
    fixed = _sizes(sheet, bleed)
    if sheet is None:
        laid_out = drawing.lay_out(fixed)
        strips = _codes(document, drawing.theme, options, len(laid_out.pages))
        return drawing.lay_out(fixed + strips) if strips else laid_out
    fixed += _codes(document, drawing.theme, options, len(sheet.panels))
    laid_out = drawing.lay_out(fixed + "#safety { break-inside: avoid; }\n")
    marked: tuple[int, ...] = ()
    for _ in range(_MOST_LAYOUTS):
        spread = _pages_of_block(laid_out)
        if len(spread) < 2 or spread == marked:
            break
        marked = spread
        laid_out = drawing.lay_out(fixed + _marks(document, drawing.theme, spread, sheet))
    if misfit := tuple(_misfit(laid_out, sheet, document)):
        raise Refused(*misfit)
    return laid_out


def _sizes(sheet: FoldedSheet | None, bleed: float) -> str:
    """What no style sheet of a theme may change: how large each panel is, and the bleed."""
    css = f"@page {{ bleed: {bleed:g}mm; marks: none; }}\n"
    for panel in sheet.panels if sheet else ():
        css += f"@page :nth({panel.number}) {{ size: {panel.width:.4f}mm {sheet.height if sheet else 0:g}mm; }}\n"
    return css


def _codes(document: Document, theme: Theme, options: Options, pages: int) -> str:
    """Room for the codes that the press prints, left free in the reading PDF too: so both have the same pages.

    A code stands by the edge of its panel; what runs in that margin moves inwards.
    """
    press, profile = document.meta.press, options.press
    if press is None or profile is None:
        return ""
    css = ""
    for code in press.codes:
        upper = code.corner.startswith("top")
        side, turned = ("top", "bottom") if upper else ("bottom", "top")
        margins = theme.panel_margins if options.sheet else theme.page.margins
        strip = room(symbol(code, written(code, leaflet_place(document))), profile.safety_margin)
        boxes = "".join(
            f"@{side}-{part} {{ vertical-align: {turned}; padding-{turned}: 1.5mm; }} "
            for part in ("left", "center", "right")
        )
        height = strip + margins[0 if upper else 2]
        css += f"@page :nth({code.panel or pages}) {{ margin-{side}: {height:.2f}mm; {boxes}}}\n"
    return css


def leaflet_place(document: Document) -> Place:
    """The file that says how a leaflet is printed."""
    return Place(f"source/leaflets/{document.name}/leaflet.md")


def _marks(document: Document, theme: Theme, pages: tuple[int, ...], sheet: FoldedSheet) -> str:
    """The words “continued” over and under a block that goes on. They stand beside the flow, in a strip left free.

    A block that no panel holds whole need not begin on a new one.
    """
    css = "#safety { break-inside: auto !important; }\n"
    for number in (page for page in pages if page <= len(sheet.panels)):
        width = sheet.panels[number - 1].width - theme.panel_margins[1] - theme.panel_margins[3]
        strips = (("top", "safety-continued", number != pages[0]), ("bottom", "safety-continues", number != pages[-1]))
        for side, label, wanted in strips:
            if wanted:
                said = document.labels[label].replace("\\", "").replace('"', '\\"')
                css += (
                    f"@page :nth({number}) {{ padding-{side}: {MARK_MM:g}mm; "
                    f'@left-{side} {{ content: "{said}"; width: {width:.2f}mm; vertical-align: {side}; '
                    f"margin: 0 -{width:.2f}mm 0 {theme.panel_margins[3]:g}mm; text-align: left; white-space: nowrap; "
                    "font: 600 var(--size-small)/1.2 var(--font-text); color: var(--color-safety-ink); } }\n"
                )
    return css


# --- what the pages hold ---


def _pages_of_block(laid_out: weasyprint.Document) -> tuple[int, ...]:
    """The numbers of the pages on which the safety block has words."""
    found = []
    for number, page in enumerate(laid_out.pages, 1):
        if any(_words(box) for box in _within(page._page_box) if _id(box) == "safety"):
            found.append(number)
    return tuple(found)


def _misfit(laid_out: weasyprint.Document, sheet: FoldedSheet, document: Document) -> Iterator[Finding]:
    wanted, there = len(sheet.panels), len(laid_out.pages)
    if there == 1 and sheet.fold == "single-sheet":
        return  # printed on one side
    place = leaflet_place(document)
    place = document.meta.press.place("fold", place) if document.meta.press else place
    if there > wanted:
        over = laid_out.pages[wanted:]
        words = sum(len(_words(page._page_box).split()) for page in over)
        height = sum(_height(page) for page in over)
        yield Finding(
            "press.panels-overflow",
            f"the text runs over the {wanted} panels of the {sheet.title}: {words} words, {height:.0f} mm of a panel's "
            f"height, do not fit",
            place,
            "shorten the text, take a smaller size in the theme, a larger `stock`, or a fold with more panels",
        )
    elif there < wanted:
        free = _room(laid_out.pages[-1]) - _height(laid_out.pages[-1])
        empty = "1 panel stays" if wanted - there == 1 else f"{wanted - there} panels stay"
        yield Finding(
            "press.panels-empty",
            f"the text fills {there} of the {wanted} panels of the {sheet.title}: {empty} empty, "
            f"and {max(free, 0):.0f} mm on the last one that is begun",
            place,
            "spread the text with `:::{panel}`, which begins the next panel, or choose a fold with fewer panels",
        )


def _within(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _within(getattr(child, "_box", child))


def _id(box: Any) -> str:
    element = getattr(box, "element", None)
    return str(element.get("id") or "") if element is not None and hasattr(element, "get") else ""


def _flowing(page: Any) -> Iterator[Any]:
    """The boxes of the page's flow: what stands in its margins is no text of the leaflet."""
    for child in page._page_box.children:
        if type(child).__name__ != "MarginBox":
            yield from _within(child)


def _words(box: Any) -> str:
    if type(box).__name__ == "PageBox":
        return " ".join(_words(child) for child in box.children if type(child).__name__ != "MarginBox")
    return " ".join(str(each.text) for each in _within(box) if getattr(each, "text", None))


def _height(page: Any) -> float:
    """How far down the page's text reaches, in mm from the top of its type area."""
    edges = [box.position_y + box.height for box in _flowing(page) if getattr(box, "text", None)]
    return (max(edges) - page._page_box.content_box_y()) * _PX_MM if edges else 0.0


def _room(page: Any) -> float:
    """The height of the page's type area in mm."""
    return float(page._page_box.height) * _PX_MM
