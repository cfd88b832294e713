"""The effective properties of a paragraph's runs, under every condition that the style of a table may bring."""

from __future__ import annotations

from collections.abc import Iterator

from publish.verify._docx_styles import Properties, Styles, merge, properties, said
from publish.verify._docx_text import Paragraph, Reading
from publish.wordfile import Element, q, value


def effective_runs(reading: Reading, paragraph: Paragraph, direct: Element | None) -> tuple[Properties, ...]:
    """What a run with the properties `direct` shows as: once, or once for each condition of a table's style."""
    tables = [next(cell.iterancestors(q("tbl"))).find(f"{q('tblPr')}/{q('tblStyle')}") for cell in paragraph.cells]
    if not tables:
        return (reading.styles.run(paragraph.style, direct, {}),)
    key = (paragraph.style, value(tables[-1]), said(direct))
    known = reading.styles.in_tables
    if key not in known:
        known[key] = tuple(_in_a_table(reading.styles, *key[:2], direct))
    return known[key]


def _in_a_table(styles: Styles, paragraph_style: str, table_style: str, direct: Element | None) -> Iterator[Properties]:
    base = styles.flat(table_style, "rPr")
    for layer in (base, *(merge(base, properties(each.find(q("rPr")))) for each in styles.conditions(table_style))):
        yield styles.run(paragraph_style, direct, layer)
