"""The part that comes next in columns is measured once, not after each column of each try.

WeasyPrint looks for the height of columns by trying. After each column of each try it asks how high the part would be
that comes next, which is the same for as long as the next part is: that question is asked at one place, with no end to
the height.
"""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint.layout import block, column

from publish.formats._weasy_blocks import once


def ask_once() -> None:
    """The next part of columns is measured once a group of columns from now on."""
    lay_out, make = block.block_box_layout, column._create_column_box

    def create_column_box(box: Any, containing_block: Any, children: Any, width: Any, position_y: Any) -> Any:
        made = make(box, containing_block, children, width, position_y)
        made.next_parts = {}
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

        if box.is_column and bottom_space == inf and "next_parts" in box.__dict__:
            return once(context, box.next_parts, str(skip_stack), lay_out_now)
        return lay_out_now()

    column._create_column_box, block.block_box_layout = create_column_box, block_box_layout
