"""Colours of text and of what lies behind it, and the contrast between them (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from publish.verify._docx_styles import Properties, Styles
from publish.wordfile import Element, local, q, value

BLACK, WHITE = "000000", "FFFFFF"
_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF", "red": "FF0000",
    "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip


@lru_cache(maxsize=512)
def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, #-less hex."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: str) -> float:
    channels = [int(rgb[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def least_contrast(styles: Styles, run: Properties, behind: tuple[str, ...]) -> tuple[float, str, str]:
    """The least contrast that a client may show a run with, and the two colours. `behind` is what its text lies on."""
    backgrounds = tuple(_hexes(_own_background(styles, run))) or behind
    pairs = [(contrast(ink, paper), ink, paper) for paper in backgrounds for ink in _inks(styles, run, paper)]
    return min(pairs)


def _inks(styles: Styles, run: Properties, paper: str) -> tuple[str, ...]:
    """The text's colours; automatic is black, or white on a dark ground."""
    found = tuple(_hexes(styles.color(run.get("color"))))
    automatic = WHITE if contrast(WHITE, paper) > contrast(BLACK, paper) and paper != WHITE else BLACK
    return found or (automatic,)


def _own_background(styles: Styles, run: Properties) -> tuple[str, ...]:
    highlight = _HIGHLIGHTS.get(value(run.get("highlight")), "")
    return (highlight,) if highlight else shading(styles, run.get("shd"))


def shading(styles: Styles, element: Element | None) -> tuple[str, ...]:
    """The colours that a shading may show as: its fill, its pattern colour, or a mix of the two (17.18.78)."""
    pattern = value(element, default="nil" if element is None else "clear")
    if element is None or pattern == "nil":
        return ()
    fill = tuple(_hexes(styles.color(element, "fill", "themeFill")))
    if pattern == "clear":
        return fill
    ink = tuple(_hexes(styles.color(element, "color", "themeColor"))) or (BLACK,)
    if pattern == "solid":
        return ink
    return (*(fill or (WHITE,)), *ink)


def behind(styles: Styles, effective: Properties, cells: tuple[Element, ...], page: tuple[str, ...]) -> tuple[str, ...]:
    """What a paragraph's text lies on: its own shading, its cell's, its table's, or the page."""
    found = shading(styles, effective.get("shd"))
    for cell in cells:
        found = found or shading(styles, cell.find(f"{q('tcPr')}/{q('shd')}"))
        if not found:
            found = tuple(_table_shadings(styles, cell))
    return found or page


def _table_shadings(styles: Styles, cell: Element) -> Iterator[str]:
    """What the table or any condition of its style may lay behind a cell."""
    table = next(cell.iterancestors(q("tbl")), None)
    properties = table.find(q("tblPr")) if table is not None else None
    if properties is None:
        return
    yield from shading(styles, properties.find(q("shd")))
    style = value(properties.find(q("tblStyle")))
    found = False
    for whole in styles.whole(style):
        for path in (f"{q('tcPr')}/{q('shd')}", f"{q('tblPr')}/{q('shd')}"):
            yield from shading(styles, whole.find(path))
    for condition in styles.conditions(style):
        for element in condition.iter(q("shd")):
            if local(element.getparent()) == "tcPr":  # type: ignore[arg-type]
                found = True
                yield from shading(styles, element)
    if found:
        yield WHITE


def page_background(main: Element, settings: Element | None, styles: Styles) -> tuple[str, ...]:
    """The page's colour: white, unless the file has another; the setting that shows it may be ignored by a client."""
    background = main.find(q("background"))
    if background is None:
        return (WHITE,)
    return tuple(dict.fromkeys((*_hexes(styles.color(background, "color", "themeColor")), WHITE)))


def _hexes(colors: tuple[str, ...]) -> Iterator[str]:
    for color in colors:
        try:
            int(color, 16)
        except ValueError:
            continue
        yield color
