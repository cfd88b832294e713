"""Columns tried where they will stand: what a try laid out stands in its place already when the height is found.

WeasyPrint tries each column at the place of the first one, so that all but the first are laid out once more in the end.
How high a column becomes does not depend on where it stands. After each column of each try it asks how high the part
would be that comes next; that is the same for as long as the next part is.
"""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint.layout import block, column
from weasyprint.layout.percent import percentage

from publish.formats._weasy_blocks import once


def _alike(*lengths: float) -> bool:
    """Whether lines break alike wherever a column of such a width stands.

    What is left of a line is counted in 1/1024 px, rounded down. The last bit of a place tells only where the width is
    such a count to the last bit itself; then all must be so even that nothing is rounded.
    """
    counted = lengths[-1] * 1024
    return abs(counted - round(counted)) > 1e-6 or all(float(each * 2**20).is_integer() for each in lengths)


class _Place:
    """Where the columns of a box stand, how far the present try has come, and the parts that were asked for."""

    def __init__(self, box: Any, width: float) -> None:
        gap = box.style["column_gap"]
        gap = box.style["font_size"] if gap == "normal" else percentage(gap, box.style, box.width)
        self.first, self.step = box.content_box_x(), width + gap
        if box.style["direction"] != "ltr" or not _alike(self.first, self.step, width):
            self.step = 0
        self.number = 0
        self.resumed: Any = None
        self.next: dict[str, Any] = {}

    def of(self, skip_stack: Any) -> Any:
        """The place of the column that begins there: the next one, when the last one ended there."""
        self.number = self.number + 1 if skip_stack is not None and skip_stack is self.resumed else 0
        return self.first + self.number * self.step


def try_in_place() -> None:
    """Columns are tried where they will stand from now on, those of a text that runs to the right."""
    lay_out, make = block.block_box_layout, column._create_column_box

    def create_column_box(box: Any, containing_block: Any, children: Any, width: Any, position_y: Any) -> Any:
        made = make(box, containing_block, children, width, position_y)
        made.columns = _Place(box, width)
        return made

    def block_box_layout(
        context: Any, box: Any, bottom_space: Any, skip_stack: Any, containing_block: Any, page_is_empty: Any,
        absolute_boxes: Any, fixed_boxes: Any, adjoining_margins: Any, *others: Any, **named: Any,
    ) -> Any:  # fmt: skip
        def lay_out_now() -> Any:
            return lay_out(
                context, box, bottom_space, skip_stack, containing_block, page_is_empty, absolute_boxes, fixed_boxes,
                adjoining_margins, *others, **named,
            )  # fmt: skip

        columns = box.__dict__.get("columns") if box.is_column and adjoining_margins is not None else None
        if columns is None:
            return lay_out_now()
        if bottom_space == inf:
            box.position_x = columns.first
            return once(context, columns.next, str(skip_stack), lay_out_now)
        box.position_x = columns.of(skip_stack)
        result = lay_out_now()
        columns.resumed = result[1]
        return result

    column._create_column_box, block.block_box_layout = create_column_box, block_box_layout
