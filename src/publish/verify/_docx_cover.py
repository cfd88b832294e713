"""Drawings that may lie over the text, or behind it in a colour that drowns it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.verify._docx_color import contrast
from publish.verify._docx_measure import line_height
from publish.verify._docx_styles import size_of
from publish.verify._docx_text import Paragraph, Reading, floating_shapes
from publish.wordfile import WP, Element, V, number, q, value

_INK = "000000"
_LEAST_LINE = 0.6
_ASIDE = ("wrapSquare", "wrapTight", "wrapTopAndBottom")
_NAMED = {"silver": "C0C0C0", "white": "FFFFFF", "black": "000000", "gray": "808080", "red": "FF0000"}


def covers(reading: Reading, least: float) -> Iterator[tuple[str, str]]:
    """Each floating drawing that may cover or drown text, as finding code and sentence.

    Where it will lie only a layout can tell, so a drawing that is allowed is one that cannot harm: behind the text,
    and either word art paler than the demanded contrast, or pushing text aside.
    """
    word = reading.word
    for paragraph in (*reading.body, *reading.notes, *reading.others):
        frame = paragraph.effective.get("framePr")
        if frame is not None and value(frame, "dropCap", "none") == "none":
            yield "docx.safety-covered", f"the style “{paragraph.style}” sets a frame, which may lie over the text"
            return
        if paragraph.story != "a comment" and (reason := _strays(reading, paragraph)):
            yield "docx.safety-covered", reason
            return
    for name in (word.main, *word.related("header"), *word.related("footer")):
        if next(_frames(word.tree(name), in_header=name != word.main), None) is not None:
            yield "docx.safety-covered", f"a frame or floating table in {name} may lie over the text"
            return
        for shape in floating_shapes(word.tree(name)):
            if reason := _harm(shape, least):
                yield "docx.safety-covered", f"a drawing in {name} {reason}"
                return


def _strays(reading: Reading, paragraph: Paragraph) -> str:
    """Why the words of a paragraph may be drawn over those above or below it, or nothing."""
    for span in paragraph.spans:
        run = reading.styles.run(paragraph.style, span.properties, {})
        size = size_of(run)
        if span.text.strip() and abs(number(run.get("position"))) / 2 > size:
            return f"“{span.text.strip()[:60]}” in {paragraph.story} is raised or lowered over other lines"
        if span.text.strip() and line_height(paragraph.effective, size * 1.2) < size * _LEAST_LINE:
            return f"“{span.text.strip()[:60]}” in {paragraph.story} is larger than its line, and reaches over others"
    return ""


def _frames(root: Element, in_header: bool) -> Iterator[Element]:
    """Frames that are no drop caps, and in headers and footers floating tables, for these push no text aside."""
    yield from (frame for frame in root.iter(q("framePr")) if value(frame, "dropCap", "none") == "none")
    if in_header:
        yield from root.iter(q("tblpPr"))


def _harm(shape: Element, least: float) -> str:
    if shape.tag == f"{{{WP}}}anchor":
        wraps = any(shape.find(f"{{{WP}}}{kind}") is not None for kind in _ASIDE)
        if wraps and shape.get("allowOverlap", "1") in ("0", "false"):
            return ""
        return "may lie over the text" if shape.get("behindDoc") not in ("1", "true") else "lies behind the text"
    style = shape.get("style", "")
    index = re.search(r"z-index\s*:\s*(-?\d+)", style)
    if index is None or int(index[1]) >= 0:
        return "may lie over the text"
    if shape.find(f"{{{V}}}textpath") is None:
        return "lies behind the text"
    fill = shape.get("fillcolor", "white").split()[0].lstrip("#")
    color = _NAMED.get(fill, fill.upper())
    if not re.fullmatch(r"[0-9A-F]{6}", color) or contrast(_INK, color) < least:
        return "is word art too dark to read text upon"
    return ""
