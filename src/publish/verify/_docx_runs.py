"""The effective properties of a paragraph's runs, under every condition that the style of a table may bring."""

from __future__ import annotations

from collections.abc import Iterator

from publish.verify._docx_styles import Properties, merge, properties
from publish.verify._docx_text import Paragraph, Reading
from publish.wordfile import Element, q, value


def effective_runs(reading: Reading, paragraph: Paragraph, direct: Element | None) -> Iterator[Properties]:
    """What a run with the properties `direct` shows as: once, or once for each condition of a table's style."""
    styles = reading.styles
    beneath: list[Properties] = [{}]
    for cell in paragraph.cells:
        style = value(next(cell.iterancestors(q("tbl"))).find(f"{q('tblPr')}/{q('tblStyle')}"))
        base = styles.flat(style, "rPr")
        beneath = [base, *(merge(base, properties(each.find(q("rPr")))) for each in styles.conditions(style))]
    for layer in beneath:
        yield styles.run(paragraph.style, direct, layer)
