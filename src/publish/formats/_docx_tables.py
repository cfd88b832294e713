"""Tables: a repeated header row, rows that stay whole, columns as wide as their words want."""

from __future__ import annotations

from collections.abc import Iterator

from publish import model
from publish.diagnostics import refuse
from publish.formats._docx_copy import Copy, Spot, block_bookmark, bookmarked
from publish.formats._docx_inlines import inlines
from publish.formats._docx_styles import own_indent
from publish.formats._docx_xml import Element, paragraph, run, w

_NARROWEST, _WIDEST = 6, 44
_MOST_COLUMNS = 63


def table(copy: Copy, spot: Spot, block: model.Table) -> Element:
    """A table of the model. Header cells and body cells are leaf blocks with bookmarks."""
    if len(block.head) > _MOST_COLUMNS:
        raise refuse(
            "docx.table-wide",
            f"the table has {len(block.head)} columns, and Word can show {_MOST_COLUMNS}",
            block.place,
            "part the table, or turn its rows into columns",
        )
    left, right = own_indent(copy.styles, spot.style)
    indent = spot.indent + left
    widths = _column_widths(block, copy.width - indent - right)
    made = frame("LeafletTable", widths, indent)
    for index, row in enumerate((block.head, *block.rows)):
        made.append(_row(copy, spot, row, widths, head=index == 0))
    return made


def frame(style: str, widths: list[int], indent: int = 0) -> Element:
    """A table without rows: its style, its width, and its columns in twips."""
    look = w("tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=0, noVBand=1)
    properties = w(
        "tblPr",
        w("tblStyle", val=style),
        w("tblW", w=sum(widths), type="dxa"),
        w("tblInd", w=indent, type="dxa") if indent else None,
        w("tblLayout", type="fixed"),
        look,
    )
    return w("tbl", properties, w("tblGrid", *(w("gridCol", w=width) for width in widths)))


def plain_row(widths: list[int], *cells: Element, head: bool = False) -> Element:
    """A row that stays whole; each cell is one paragraph."""
    properties = w("trPr", w("cantSplit"), w("tblHeader") if head else None)
    columns = zip(widths, cells, strict=True)
    return w("tr", properties, *(w("tc", w("tcPr", w("tcW", w=width, type="dxa")), cell) for width, cell in columns))


def text_cell(style: str, words: str) -> Element:
    """The paragraph of a cell that holds plain words."""
    return paragraph(style, (run(words),) if words else ())


def _row(copy: Copy, spot: Spot, cells: tuple[model.Cell, ...], widths: list[int], head: bool) -> Element:
    return plain_row(widths, *_paragraphs(copy, spot, cells, "TableHead" if head else "TableText"), head=head)


def _paragraphs(copy: Copy, spot: Spot, cells: tuple[model.Cell, ...], style: str) -> Iterator[Element]:
    for cell in cells:
        content = bookmarked(copy, block_bookmark(cell.id), inlines(copy, spot, cell.inlines))
        yield paragraph(style, content, w("jc", val=cell.align) if cell.align else None)


def _column_widths(block: model.Table, available: int) -> list[int]:
    """Shares of the available width by the longest cell of each column, within bounds."""
    columns = zip(*(block.head, *block.rows), strict=True)
    wants = [min(max(max(len(model.text(cell.inlines)) for cell in column), _NARROWEST), _WIDEST) for column in columns]
    return [available * want // sum(wants) for want in wants]
