"""What about a run or a paragraph would keep its words from being read as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from publish.policy import Profile
from publish.verify._docx_fonts import MM_PER_PT, Metrics
from publish.verify._docx_measure import TWIPS_PER_MM, around, column_width, far_border, far_tab, indents, line_height
from publish.verify._docx_styles import Properties, Styles, size_of
from publish.verify._docx_text import Paragraph, Span
from publish.wordfile import W14, Element, is_on, local, number, q, value

Fault = tuple[str, str]
"""A finding code and what is the matter."""

_LARGEST_PT = 96.0
_FARTHEST_TWIPS = 1440
_FARTHEST_FIRST_TWIPS = 8000
_NARROWEST_MM = 40.0
_EDGE_MM = 5.0
_HIDING = {"vanish": "hidden text", "webHidden": "hidden in the web view", "specVanish": "hidden text"}
_CHANGING = {
    "caps": "set in capitals that the text does not have",
    "smallCaps": "set in small capitals that the text does not have",
    "strike": "struck through",
    "dstrike": "struck through twice",
    "outline": "set in outlines",
    "shadow": "set with a shadow",
    "emboss": "embossed",
    "imprint": "engraved",
    "effect": "animated",
    "fitText": "squeezed to a width",
    "em": "set with emphasis marks",
    "eastAsianLayout": "set in East Asian layout",
    "oMath": "set as mathematics",
    "rtl": "set from right to left",
    "cs": "set in a complex script's size and font",
}
_HARMLESS_W14 = ("ligatures", "numForm", "numSpacing", "stylisticSets", "cntxtAlts")
_PLAIN_FIELDS = ("HYPERLINK", "NOTEREF", "REF", "PAGEREF")


@dataclass(frozen=True, slots=True)
class Demand:
    """What each word of the safety block must keep to: the profile's measures and the pinned families."""

    profile: Profile
    families: dict[str, Metrics]
    lifted: frozenset[str]


def run_faults(styles: Styles, span: Span, run: Properties, demand: Demand) -> Iterator[Fault]:
    """What is wrong with how a run's words are shown; contrast is judged apart."""
    for name, reason in _HIDING.items():
        if is_on(run.get(name)):
            yield "docx.safety-hidden", reason
    for name, reason in _CHANGING.items():
        if is_on(run.get(name)):
            yield "docx.safety-effect", reason
    yield from (("docx.safety-effect", f"set with the text effect {name}") for name in text_effects(run))
    yield from _stretched(run)
    lifted = value(run.get("vertAlign")) in ("superscript", "subscript")
    if lifted and " ".join(span.text.split()) not in demand.lifted:
        yield "docx.safety-effect", f"set as {value(run.get('vertAlign'))}"
    yield from _placed_oddly(span)
    yield from _small(styles, run, demand)


def text_effects(run: Properties) -> Iterator[str]:
    """The names of effects that fill, outline or turn letters; choosing among a font's letters is harmless."""
    for name in run:
        if name.startswith(f"{{{W14}}}") and name.rsplit("}", 1)[1] not in _HARMLESS_W14:
            yield name.rsplit("}", 1)[1]


def _stretched(run: Properties) -> Iterator[Fault]:
    size = size_of(run)
    wide, apart, raised = number(run.get("w"), default=100), number(run.get("spacing")), number(run.get("position"))
    if wide < 100 or wide > 150:
        yield "docx.safety-effect", f"stretched to {wide:g} % of its width"
    if apart < -0.03 * size * 20 or apart > 0.25 * size * 20:
        yield "docx.safety-effect", f"spaced by {apart / 20:g} pt between letters"
    if raised:
        yield "docx.safety-effect", f"raised by {raised / 2:g} pt"


def _placed_oddly(span: Span) -> Iterator[Fault]:
    for about in span.around:
        if about == "field code":
            yield "docx.safety-hidden", "part of a field's code, which is not shown"
        elif about.startswith("field:") and about[6:] not in _PLAIN_FIELDS:
            yield (
                "docx.safety-replaced",
                f"the result of a field ({about[6:] or 'nameless'}) that a client replaces",
            )
        elif about == "direction:rtl":
            yield "docx.safety-effect", "turned from right to left"
        elif about in ("ruby", "mathematics"):
            yield "docx.safety-effect", f"set as {about}"


def _small(styles: Styles, run: Properties, demand: Demand) -> Iterator[Fault]:
    size, profile = size_of(run), demand.profile
    if size > _LARGEST_PT:
        yield "docx.safety-effect", f"set in {size:g} pt, too large to be read as text"
    if size < profile.min_size:
        yield "docx.safety-small", f"set in {size:g} pt; {profile.id} demands {profile.min_size:g} pt"
    for family in styles.families(run):
        known = demand.families.get(family)
        if known is None:
            yield "docx.safety-font", f"set in “{family}”, which is no font of the theme"
        elif size * known.x_height * MM_PER_PT < profile.min_x_height - 0.005:
            height = size * known.x_height * MM_PER_PT
            yield (
                "docx.safety-small",
                f"set in {size:g} pt {family} with an x-height of {height:.2f} mm; "
                f"{profile.id} demands {profile.min_x_height:g} mm",
            )


def paragraph_faults(paragraph: Paragraph, size: float, line: float, profile: Profile) -> Iterator[Fault]:
    """What is wrong with a paragraph as a whole. `size` is its largest text in pt, `line` its natural line height."""
    effective = paragraph.effective
    if effective.get("framePr") is not None:
        yield "docx.safety-displaced", "in a frame, which may stand anywhere"
    if value(effective.get("textDirection"), default="lrTb") not in ("lrTb", "tb"):
        yield "docx.safety-displaced", "turned"
    if is_on(effective.get("bidi")):
        yield "docx.safety-effect", "a paragraph from right to left"
    mark = effective.get("rPr")
    if mark is not None and any(is_on(mark.find(q(name))) for name in ("vanish", "specVanish")):
        yield "docx.safety-hidden", "run together with the next paragraph by a hidden mark"
    yield from _line_faults(effective, size, line, profile)
    yield from _width_faults(paragraph)
    if far_border(effective):
        yield "docx.safety-displaced", "set with a border too thick, or too far from its words"
    if paragraph.label and far_tab(effective):
        yield "docx.safety-displaced", "pushed off the sheet by the tab stop behind its mark"
    yield from cell_faults(paragraph)
    yield from _control_faults(paragraph)


def tearing_faults(before: Paragraph | None, paragraph: Paragraph, gap: int, expected: str) -> Iterator[Fault]:
    """What pulls the block apart: `gap` empty lines before a paragraph, breaks and wide gaps among its words."""
    raw = paragraph.raw.strip()
    wide = re.search(r"\s{5}", raw) and not re.search(r"\s{5}", expected)
    if wide or raw.count("\n") > expected.strip().count("\n"):
        yield "docx.safety-displaced", "torn apart by breaks or gaps among its words"
    if before is None:
        if around(paragraph.effective)[0] > _FARTHEST_FIRST_TWIPS:
            yield "docx.safety-displaced", "pushed far down the sheet"
        return
    far = max(around(paragraph.effective)[0], around(before.effective)[1]) > _FARTHEST_TWIPS
    if gap > 3 or far or is_on(paragraph.effective.get("pageBreakBefore")):
        yield "docx.safety-displaced", "torn away from what stands before it"


def _line_faults(effective: Properties, size: float, line: float, profile: Profile) -> Iterator[Fault]:
    height = line_height(effective, line)
    if height < size * 0.98:
        yield "docx.safety-effect", f"cut by lines of {height:.3g} pt at a size of {size:g} pt"
    elif height * MM_PER_PT < profile.min_leading - 0.02:
        yield (
            "docx.safety-small",
            f"set with {height * MM_PER_PT:.2f} mm from line to line; {profile.id} demands {profile.min_leading:g} mm",
        )


def _width_faults(paragraph: Paragraph) -> Iterator[Fault]:
    """Text must lie on the sheet and have a column of sane width."""
    section = paragraph.section
    size, margins = (section.find(q(name)) if section is not None else None for name in ("pgSz", "pgMar"))
    sheet = number(size, "w", 12240) / TWIPS_PER_MM
    before, after = (number(margins, side, 1440) / TWIPS_PER_MM for side in ("left", "right"))
    before += number(margins, "gutter") / TWIPS_PER_MM
    left, right, first = indents(paragraph.effective)
    available = column_width(section)
    available = min([available, *_widths(paragraph, available)])
    width = available - left - right - max(first, 0)
    if width < _NARROWEST_MM:
        yield "docx.safety-displaced", f"set in a column of {width:.0f} mm"
    if before + left + min(first, 0) < _EDGE_MM or after + right < _EDGE_MM:
        yield "docx.safety-displaced", "set over the edge of the sheet"
    if number(size, "h", 15840) / TWIPS_PER_MM < 100 or sheet < 100:
        yield "docx.safety-displaced", "set on a sheet too small to be printed"
    if section is not None and number(section.find(q("docGrid")), "charSpace") < 0:
        yield "docx.safety-effect", "squeezed by the section's grid"
    if number(margins, "top", 1440) < 0 or number(margins, "bottom", 1440) < 0:
        yield "docx.safety-displaced", "set where header and footer cover it"


def _widths(paragraph: Paragraph, available: float) -> Iterator[float]:
    """The widths in mm that the table cells around a paragraph, and their tables, are given."""
    for cell in paragraph.cells:
        table = next(cell.iterancestors(q("tbl")))
        for width in (cell.find(f"{q('tcPr')}/{q('tcW')}"), table.find(f"{q('tblPr')}/{q('tblW')}")):
            if value(width, "type") == "dxa" and number(width, "w") > 0:
                yield number(width, "w") / TWIPS_PER_MM
            elif value(width, "type") == "pct" and number(width, "w") > 0:
                share = number(width, "w") / (100 if value(width, "w").endswith("%") else 5000)
                yield available * share
        if value(table.find(f"{q('tblPr')}/{q('tblLayout')}"), "type") == "fixed":
            yield (
                sum(number(column, "w") for column in table.iterfind(f"{q('tblGrid')}/{q('gridCol')}")) / TWIPS_PER_MM
            )


def cell_faults(paragraph: Paragraph) -> Iterator[Fault]:
    """What the table cells around a paragraph do to it."""
    for cell in paragraph.cells:
        properties = cell.find(q("tcPr"))
        if properties is not None:
            merged = properties.find(q("vMerge")), properties.find(q("hMerge"))
            if any(each is not None and value(each, default="continue") == "continue" for each in merged):
                yield "docx.safety-hidden", "in a table cell that another one covers"
            if value(properties.find(q("textDirection")), default="lrTb") not in ("lrTb", "tb"):
                yield "docx.safety-displaced", "turned, in a table cell"
            if is_on(properties.find(q("tcFitText"))):
                yield "docx.safety-effect", "squeezed to the width of a table cell"
        for ancestor in cell.iterancestors(q("tr"), q("tbl")):
            yield from _row_faults(ancestor) if local(ancestor) == "tr" else _table_faults(ancestor)


def table_style_faults(styles: Styles, paragraph: Paragraph) -> Iterator[Fault]:
    """What the style of a table around a paragraph does to it, whatever the condition."""
    for cell in paragraph.cells:
        style = value(next(cell.iterancestors(q("tbl"))).find(f"{q('tblPr')}/{q('tblStyle')}"))
        if ("table", style) not in styles.judged:
            every = (*styles.whole(style), *styles.conditions(style))
            faults = ((*_row_faults(each), *_table_faults_of_style(each)) for each in every)
            styles.judged["table", style] = tuple(chain.from_iterable(faults))
        yield from styles.judged["table", style]


def _table_faults_of_style(style: Element) -> Iterator[Fault]:
    placing = style.find(q("pPr"))
    spacing = placing.find(q("spacing")) if placing is not None else None
    if placing is not None and placing.find(q("framePr")) is not None:
        yield "docx.safety-displaced", "in a frame by the style of its table"
    if value(spacing, "lineRule") == "exact" or (spacing is not None and 0 < number(spacing, "line", 240) < 160):
        yield "docx.safety-effect", "cut by the lines that the style of its table sets"
    if placing is not None and (max(map(abs, indents(_named(placing)))) > 30 or max(around(_named(placing))) > 1440):
        yield "docx.safety-displaced", "pushed aside by the style of its table"


def _named(placing: Element) -> Properties:
    return {local(child): child for child in placing}


def _row_faults(row: Element) -> Iterator[Fault]:
    properties = row.find(q("trPr"))
    if properties is None:
        return
    if is_on(properties.find(q("hidden"))):
        yield "docx.safety-hidden", "in a hidden table row"
    height = properties.find(q("trHeight"))
    if height is not None and value(height, "hRule") == "exact":
        yield "docx.safety-hidden", "in a table row of fixed height, which cuts what does not fit"


def _table_faults(table: Element) -> Iterator[Fault]:
    properties = table.find(q("tblPr"))
    if properties is None:
        return
    if properties.find(q("tblpPr")) is not None:
        yield "docx.safety-displaced", "in a floating table, which may stand anywhere"
    if number(properties.find(q("tblInd")), "w") / TWIPS_PER_MM < -15:
        yield "docx.safety-displaced", "in a table over the edge of the sheet"
    if is_on(properties.find(q("bidiVisual"))):
        yield "docx.safety-effect", "in a table from right to left"


def _control_faults(paragraph: Paragraph) -> Iterator[Fault]:
    for control in paragraph.controls:
        properties = control.find(q("sdtPr"))
        if properties is None:
            continue
        names = {local(child) for child in properties}
        if "dataBinding" in names:
            yield "docx.safety-replaced", "bound to data that replace it when the file is opened"
        if is_on(properties.find(q("showingPlcHdr"))):
            yield "docx.safety-replaced", "a placeholder, which goes when somebody types"
