"""Whether the words outside of the safety block can be read: a mild demand, that honest designs keep to by far."""

from __future__ import annotations

from collections.abc import Iterator

from publish.verify._docx_color import behind, least_contrast
from publish.verify._docx_look import Fault, cell_faults, table_style_faults, text_effects
from publish.verify._docx_measure import TWIPS_PER_MM, around, column_width, far_border, far_tab, indents, line_height
from publish.verify._docx_runs import effective_runs
from publish.verify._docx_styles import Properties, merge, properties, size_of
from publish.verify._docx_text import Paragraph, Reading, Span
from publish.wordfile import is_on, number, q, value

HIDDEN, ILLEGIBLE = "docx.words-hidden", "docx.words-illegible"
_LEAST_PT, _LEAST_LIFTED_PT, _LARGEST_PT = 4.5, 3.0, 150.0
_LEAST_CONTRAST = 2.0
_NARROWEST_PERCENT, _WIDEST_PERCENT = 60, 300
_LEAST_LINE = 0.6
_FARTHEST_TWIPS = 8000
_NARROWEST_MM = 5.0
_HIDING = ("vanish", "webHidden", "specVanish")
_ALTERING = {
    "strike": "struck through, which reads as deleted",
    "dstrike": "struck through, which reads as deleted",
    "fitText": "squeezed to a width",
    "eastAsianLayout": "set in East Asian layout",
    "oMath": "set as mathematics",
    "rtl": "set from right to left",
}
_SYMBOLS = ("wingdings", "webdings", "symbol", "dingbats", "marlett", "mt extra")


def legibility_faults(reading: Reading, paragraph: Paragraph, page: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Code, what is the matter, and the words, for each fault of a paragraph that is not of the safety block."""
    said, largest = paragraph.text, 0.0
    lies_on = behind(reading.styles, paragraph.effective, paragraph.cells, page)
    for span in paragraph.spans:
        words = span.text.strip()
        if words:
            for run in effective_runs(reading, paragraph, span.properties):
                largest = max(largest, size_of(run))
                yield from ((*fault, words) for fault in _faults_of_alike(reading, span, run, lies_on))
    yield from marker_faults(reading, paragraph, page)
    yield from ((*fault, said) for fault in _placing_faults_of_alike(reading, paragraph, largest))
    for code, reason in table_style_faults(reading.styles, paragraph):
        yield (HIDDEN if code.endswith("hidden") else ILLEGIBLE), reason, said


def _faults_of_alike(reading: Reading, span: Span, run: Properties, lies_on: tuple[str, ...]) -> tuple[Fault, ...]:
    """The faults of a run, found once for all that are set like it."""
    judged = reading.styles.judged
    key = id(run), span.around, lies_on
    if key not in judged:
        judged[key] = tuple(_run_faults(reading, span, run, lies_on))
    return judged[key]


def _placing_faults_of_alike(reading: Reading, paragraph: Paragraph, size: float) -> tuple[Fault, ...]:
    """How a paragraph is placed, found once for all that are set like it. In a table, each has a cell of its own."""
    if paragraph.cells:
        return tuple(placing_faults(paragraph, size))
    judged = reading.styles.judged
    key = id(paragraph.effective), id(paragraph.section), size, bool(paragraph.label)
    if key not in judged:
        judged[key] = tuple(placing_faults(paragraph, size))
    return judged[key]


def marker_faults(reading: Reading, paragraph: Paragraph, page: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """The same of the number or bullet before a list item; bullets may be signs."""
    if not paragraph.label.strip():
        return
    mark = paragraph.effective.get("rPr")
    beneath = reading.styles.run(paragraph.style, mark, {})
    run = merge(beneath, properties(paragraph.label_run))
    span = Span(paragraph.label, paragraph.label_run, frozenset())
    lies_on = behind(reading.styles, paragraph.effective, paragraph.cells, page)
    for code, reason in _run_faults(reading, span, run, lies_on):
        if not reason.endswith("are signs") or any(letter.isalnum() for letter in paragraph.label):
            yield code, f"the mark of a list item, and {reason}", f"{paragraph.label} {paragraph.text[:60]}"


def _run_faults(reading: Reading, span: Span, run: Properties, lies_on: tuple[str, ...]) -> Iterator[Fault]:
    if "field code" in span.around or any(is_on(run.get(name)) for name in _HIDING):
        yield HIDDEN, "hidden text"
    for name, reason in _ALTERING.items():
        if is_on(run.get(name)):
            yield ILLEGIBLE, reason
    yield from ((ILLEGIBLE, f"set with the text effect {name}") for name in text_effects(run))
    if "direction:rtl" in span.around:
        yield ILLEGIBLE, "turned from right to left"
    yield from _measures(run)
    ratio, ink, paper = least_contrast(reading.styles, run, lies_on)
    if ratio < _LEAST_CONTRAST:
        yield (
            ILLEGIBLE,
            f"set with a contrast of {ratio:.2f} (#{ink.lower()} on #{paper.lower()}); less than {_LEAST_CONTRAST:g} "
            "cannot be read",
        )
    for family in reading.styles.families(run):
        if any(name in family.lower() for name in _SYMBOLS):
            yield ILLEGIBLE, f"set in “{family}”, whose letters are signs"


def _measures(run: Properties) -> Iterator[Fault]:
    size, lifted = size_of(run), value(run.get("vertAlign")) in ("superscript", "subscript")
    if not (_LEAST_LIFTED_PT if lifted else _LEAST_PT) <= size <= _LARGEST_PT:
        yield ILLEGIBLE, f"set in {size:g} pt"
    wide, apart, raised = number(run.get("w"), default=100), number(run.get("spacing")), number(run.get("position"))
    if not _NARROWEST_PERCENT <= wide <= _WIDEST_PERCENT:
        yield ILLEGIBLE, f"stretched to {wide:g} % of its width"
    if not -0.1 * size * 20 <= apart <= size * 20:
        yield ILLEGIBLE, f"spaced by {apart / 20:g} pt between letters"
    if abs(raised) / 2 > size:
        yield ILLEGIBLE, f"raised by {raised / 2:g} pt"


def placing_faults(paragraph: Paragraph, size: float) -> Iterator[Fault]:
    """What puts a paragraph where nobody reads it. `size` is its largest text in pt."""
    effective = paragraph.effective
    if value(effective.get("textDirection"), default="lrTb") not in ("lrTb", "tb"):
        yield ILLEGIBLE, "turned"
    if is_on(effective.get("bidi")):
        yield ILLEGIBLE, "a paragraph from right to left"
    height = line_height(effective, size * 1.2)
    if height < size * _LEAST_LINE:
        yield ILLEGIBLE, f"cut by lines of {height:.3g} pt at a size of {size:g} pt"
    if max(map(abs, around(effective))) > _FARTHEST_TWIPS or far_border(effective):
        yield ILLEGIBLE, "pushed away from the text around it"
    if paragraph.label and far_tab(effective):
        yield ILLEGIBLE, "pushed off the sheet by the tab stop behind its mark"
    yield from _off_the_sheet(paragraph)
    for code, reason in cell_faults(paragraph):
        yield (HIDDEN if code.endswith("hidden") else ILLEGIBLE), reason


def _off_the_sheet(paragraph: Paragraph) -> Iterator[Fault]:
    left, right, first = indents(paragraph.effective)
    margins = paragraph.section.find(q("pgMar")) if paragraph.section is not None else None
    before, after = (number(margins, side, 1440) / TWIPS_PER_MM for side in ("left", "right"))
    available = column_width(paragraph.section)
    for cell in paragraph.cells[:1]:
        width = cell.find(f"{q('tcPr')}/{q('tcW')}")
        if value(width, "type") == "dxa" and number(width, "w") > 0:
            available = min(available, number(width, "w") / TWIPS_PER_MM)
    if before + left + min(first, 0) < 0 or after + right < 0:
        yield ILLEGIBLE, "set over the edge of the sheet"
    if available - left - right - max(first, 0) < _NARROWEST_MM:
        yield ILLEGIBLE, "set in a column too narrow for a word"
