"""The sheets of a Word file: whether their measures leave room for text, and set it level."""

from __future__ import annotations

from collections.abc import Iterator

from publish.verify._docx_measure import TWIPS_PER_MM, around, column_width, line_height, odd_border
from publish.verify._docx_styles import Styles, size_of
from publish.verify._docx_text import Paragraph, Reading
from publish.wordfile import WP, Element, R, WordFile, is_on, number, q, value

_SMALLEST_MM, _LARGEST_MM = (70.0, 90.0), (330.0, 490.0)
"""The short and the long side of a sheet."""
_ROOM_MM = (60.0, 100.0)
_NARROWEST_MM = 20.0
_MOST_COLUMNS = 4
_CHARACTER_GRIDS = ("linesAndChars", "snapToChars")
_CHAR_SPACE = (-2048, 20480)
"""Half a point less, or five points more, for each character, in 4096ths of a point (17.6.5)."""
_WIDEST_PITCH_TWIPS = 720
_PER_LINE_PT = 1.2
_EMU_PER_MM = 36000
_MM_PER_PT = 25.4 / 72


def sheet_faults(reading: Reading) -> Iterator[str]:
    """What is wrong with the sections' measures, as ends of the sentence “a section …”."""
    if not reading.sections:
        yield "is not there, so nothing says on which sheet the text is set"
    for section in reading.sections:
        yield from _area_faults(reading, section)
        yield from _flow_faults(section)
        yield from _grid_faults(section)
        yield from _count_faults(section)
    settings = reading.word.related_tree("settings")
    if settings is not None:
        yield from _count_faults(settings)


def _area_faults(reading: Reading, section: Element) -> Iterator[str]:
    size, margins = section.find(q("pgSz")), section.find(q("pgMar"))
    wide, high = number(size, "w", 12240) / TWIPS_PER_MM, number(size, "h", 15840) / TWIPS_PER_MM
    sides = zip(_SMALLEST_MM, sorted((wide, high)), _LARGEST_MM, strict=True)
    if not all(least <= side <= most for least, side, most in sides):
        yield f"has a sheet of {wide:.0f} × {high:.0f} mm"
        return
    given = {name: number(margins, name, default) / TWIPS_PER_MM for name, default in _MARGINS.items()}
    below_zero = [name for name, measure in given.items() if measure < 0]
    if below_zero:
        yield f"has a negative {'margin' if below_zero[0] in _SIDES else 'measure'} ({below_zero[0]})"
        return
    top = max(given["top"], given["header"] + _tallest(reading, section, "header"))
    bottom = max(given["bottom"], given["footer"] + _tallest(reading, section, "footer"))
    room = wide - given["left"] - given["right"] - given["gutter"], high - top - bottom - given["gutter"]
    if room[0] < _ROOM_MM[0] or room[1] < _ROOM_MM[1]:
        yield (
            f"leaves {max(room[0], 0):.0f} × {max(room[1], 0):.0f} mm for text on {wide:.0f} × {high:.0f} mm; "
            f"{_ROOM_MM[0]:g} × {_ROOM_MM[1]:g} mm are the least"
        )
    if column_width(section) < _NARROWEST_MM:
        yield f"has a column of {max(column_width(section), 0):.0f} mm"


_SIDES = ("top", "bottom", "left", "right")
_MARGINS = {"top": 1440, "bottom": 1440, "left": 1440, "right": 1440, "header": 720, "footer": 720, "gutter": 0}


def _flow_faults(section: Element) -> Iterator[str]:
    """Text runs from left to right and from top to bottom, in columns that follow each other so."""
    turned = value(section.find(q("textDirection")), default="lrTb")
    if turned not in ("lrTb", "tb"):
        yield f"turns its text ({turned})"
    for name, said in (("bidi", "runs from right to left"), ("rtlGutter", "is bound at the right")):
        if is_on(section.find(q(name))):
            yield said
    borders = section.find(q("pgBorders"))
    if borders is not None and any(map(odd_border, borders.iterchildren())):
        yield "has a border too thick, or too far from its text"
    columns = section.find(q("cols"))
    count = number(columns, "num", 1)
    if not 1 <= count <= _MOST_COLUMNS or number(columns, "space", 720) < 0:
        yield f"is set in {count:g} columns {number(columns, 'space', 720) / TWIPS_PER_MM:.0f} mm apart"
    own = columns.findall(q("col")) if columns is not None else []
    if own and sum(number(each, "w") + number(each, "space") for each in own) / TWIPS_PER_MM > _text_width(section) + 5:
        yield "has columns that reach over the edge of its sheet"


def _text_width(section: Element) -> float:
    size, margins = section.find(q("pgSz")), section.find(q("pgMar"))
    sides = sum(number(margins, side, 1440) for side in ("left", "right"))
    return (number(size, "w", 12240) - sides) / TWIPS_PER_MM


def _grid_faults(section: Element) -> Iterator[str]:
    grid = section.find(q("docGrid"))
    kind = value(grid, "type", "default")
    apart = number(grid, "charSpace")
    if kind in _CHARACTER_GRIDS and not _CHAR_SPACE[0] <= apart <= _CHAR_SPACE[1]:
        yield f"lays its letters on a grid that moves them by {apart / 4096:.1f} pt"
    if kind != "default" and number(grid, "linePitch") > _WIDEST_PITCH_TWIPS:
        yield f"lays its lines on a grid of {number(grid, 'linePitch') / 20:.0f} pt"


def _count_faults(holder: Element) -> Iterator[str]:
    """Notes are numbered through from 1, or their marks would not be those of the document."""
    notes = holder.find(f"{q('footnotePr')}")
    start, restart = (notes.find(q(name)) if notes is not None else None for name in ("numStart", "numRestart"))
    if number(start, "val", 1) != 1 or value(restart, default="continuous") != "continuous":
        yield "counts its notes in another way than the document"


# --- headers and footers ---


def stories(word: WordFile, sections: list[Element], kind: str) -> Iterator[dict[str, str]]:
    """For each section the part of the `header` or `footer` of each type; types that are lacking are inherited."""
    targets = {relation.id: relation.target for relation in word.relations(word.main) if not relation.external}
    inherited: dict[str, str] = {}
    for section in sections:
        for reference in section.findall(q(f"{kind}Reference")):
            inherited = inherited | {
                value(reference, "type", "default"): targets.get(reference.get(f"{{{R}}}id", ""), "")
            }
        yield inherited


def told_in(reading: Reading, part: str) -> list[Paragraph]:
    """The paragraphs of a header or footer, without those of its text boxes."""
    root = reading.word.tree(part)
    return [
        each for each in reading.others if each.story != "a text box" and each.element.getroottree().getroot() is root
    ]


def _tallest(reading: Reading, section: Element, kind: str) -> float:
    """The height in mm of a section's tallest header or footer, as one line a paragraph: the least it can be."""
    at = reading.sections.index(section)
    shown = list(stories(reading.word, reading.sections, kind))[at]
    return max([0.0, *(_height(reading, part) for part in shown.values() if part in reading.word.parts)])


def _height(reading: Reading, part: str) -> float:
    rows: dict[Element, float] = {}
    height = 0.0
    for paragraph in told_in(reading, part):
        one = _paragraph_height(reading.styles, paragraph)
        if paragraph.cells:
            row = next(paragraph.cells[-1].iterancestors(q("tr")))
            rows[row] = max(rows.get(row, 0.0), one)
        else:
            height += one
    exact = {row: number(row.find(f"{q('trPr')}/{q('trHeight')}")) / TWIPS_PER_MM for row in rows}
    return height + sum(max(one, exact[row]) for row, one in rows.items())


def _paragraph_height(styles: Styles, paragraph: Paragraph) -> float:
    effective = paragraph.effective
    sizes = [size_of(styles.run(paragraph.style, span.properties, {})) for span in paragraph.spans]
    mark = size_of(styles.run(paragraph.style, effective.get("rPr"), {}))
    line = line_height(effective, max([*sizes] or [mark]) * _PER_LINE_PT)
    pictures = [_emu(each.get("cy")) for each in paragraph.element.iterfind(f".//{{{WP}}}inline/{{{WP}}}extent")]
    tall: float = max([line * _MM_PER_PT, *(each / _EMU_PER_MM for each in pictures)])
    before, after = around(effective)
    return tall + (before + after) / TWIPS_PER_MM


def _emu(words: str | None) -> float:
    """A measure of a drawing; what is no number is nothing."""
    try:
        return float(words or 0)
    except ValueError:
        return 0.0
