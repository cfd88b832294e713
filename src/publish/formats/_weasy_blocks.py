"""Blocks laid out once a page: one that stands where it stood in an earlier try is taken from there.

WeasyPrint tries the columns of a page at several heights, and lays out anew what runs over its end; most of what is
before that end is the same in each try. Such a block is moved, not copied: no two tries are ever used at once. It must
stand at the same place with all that it was laid out by, and have ended well above the end of the page.
"""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint import layout
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, column, page


class _Block:
    """A block that was laid out whole, or is being laid out.

    `slack`: how much higher the end of the page could have been without a difference. `around`: the block that holds
    this one; when this one moves to another try, what held it before is of no more use.
    """

    __slots__ = ("absolute", "around", "bottom", "fixed", "margins", "place", "plain", "result", "slack", "spots")

    def __init__(self, around: _Block | None, bottom: float) -> None:
        self.around, self.bottom = around, bottom
        self.slack, self.plain = inf, True

    def keep(self, result: Any, margins: list[Any], absolute: list[Any], fixed: list[Any]) -> None:
        new_box, _, next_page, next_margins, through, _ = result
        self.result = (new_box, dict(next_page), tuple(next_margins), through)
        self.margins = tuple(margins)
        self.place = new_box.position_x, new_box.position_y
        self.absolute, self.fixed = absolute, fixed
        self.spots = [(each, each.position_x, each.position_y) for each in (*absolute, *fixed)]

    def fits(self, bottom: float) -> bool:
        """Whether it is as it was, and would be with the page's end where it is now."""
        box = self.result[0]
        return (
            self.plain
            and bottom - self.bottom <= self.slack - _TOO_CLOSE
            and (box.position_x, box.position_y) == self.place
            and not any(each._layout_done for each, _, _ in self.spots)
        )

    def taken(self, bottom: float, margins: list[Any], absolute: list[Any], fixed: list[Any]) -> Any:
        """The block for this try, as `block_level_layout` gives it."""
        holder, top = self.around, _page.stack[-1] if _page.stack else None
        while holder is not None:
            holder.plain = False
            holder = holder.around
        self.around = top
        if top is not None:
            top.slack = min(top.slack, self.slack - (bottom - self.bottom))
        margins[:] = self.margins
        absolute += [each for each in self.absolute if each not in absolute]  # a try that was given up leaves its own
        fixed += [each for each in self.fixed if each not in fixed]
        for each, x, y in self.spots:
            each.position_x, each.position_y = x, y
        new_box, next_page, next_margins, through = self.result
        return new_box, None, dict(next_page), list(next_margins), through, None


_TOO_CLOSE = 0.001
"""Px: where the page's end comes so close to a block's, it is laid out anew."""


class _Page:
    """The blocks of the page that is being laid out, and those in which we are."""

    def __init__(self) -> None:
        self.blocks: dict[Any, _Block] = {}
        self.stack: list[_Block] = []
        self.closed = 0
        """How many boxes we are in whose parts are laid out to be measured first."""

    def clear(self) -> None:
        """Begin another page."""
        self.blocks, self.stack, self.closed = {}, [], 0

    def spoil(self) -> None:
        """What is being laid out does something besides, or depends on something besides."""
        if self.stack:
            self.stack[-1].plain = False


_page = _Page()


def _key(context: Any, box: Any, parent: Any, page_is_empty: bool, margins: list[Any], discard: bool) -> Any:
    return (
        box, box.position_x, box.position_y, parent.content_box_x(), parent.width, parent.height,
        parent.style["direction"], parent.is_for_root_element, page_is_empty, tuple(margins), discard,
        tuple(box.remove_decoration_sides), context.in_column, context.forced_break, context.page_bottom,
    )  # fmt: skip


def try_once() -> None:
    lay_out, next_page, overflows, run = (
        block.block_level_layout, page.make_page, layout.LayoutContext.overflows_page,
        layout.LayoutContext.add_running_element,
    )  # fmt: skip

    def block_level_layout(
        context: Any, box: Any, bottom_space: Any, skip_stack: Any, containing_block: Any, page_is_empty: Any = True,
        absolute_boxes: Any = None, fixed_boxes: Any = None, adjoining_margins: Any = None,
        first_letter_style: Any = None, first_line_style: Any = None, discard: Any = False, max_lines: Any = None,
    ) -> Any:  # fmt: skip
        arguments = (
            context, box, bottom_space, skip_stack, containing_block, page_is_empty, absolute_boxes, fixed_boxes,
            adjoining_margins, first_letter_style, first_line_style, discard, max_lines,
        )  # fmt: skip
        if isinstance(box, boxes.FlexContainerBox | boxes.GridContainerBox):
            _page.spoil()
            _page.closed += 1
            try:
                return lay_out(*arguments)
            finally:
                _page.closed -= 1
        style = box.style
        if style["column_width"] != "auto" or style["column_count"] != "auto":
            _page.spoil()
            return lay_out(*arguments)
        if (
            _page.closed or type(box) is not boxes.BlockBox or skip_stack is not None or max_lines is not None
            or first_letter_style or first_line_style or adjoining_margins is None or absolute_boxes is None
            or fixed_boxes is None or not isinstance(containing_block, boxes.Box) or context.excluded_shapes
            or context.footnotes or context.current_page_footnotes or context.broken_out_of_flow
            or bottom_space in (inf, -inf)
        ):  # fmt: skip
            return lay_out(*arguments)
        key = _key(context, box, containing_block, page_is_empty, adjoining_margins, discard)
        found = _page.blocks.get(key)
        if found is not None and found.fits(bottom_space):
            return found.taken(bottom_space, adjoining_margins, absolute_boxes, fixed_boxes)
        around = _page.stack[-1] if _page.stack else None
        made = _Block(around, bottom_space)
        absolute, fixed = len(absolute_boxes), len(fixed_boxes)
        _page.stack.append(made)
        try:
            result = lay_out(*arguments)
        finally:
            _page.stack.pop()
        if context.excluded_shapes or context.broken_out_of_flow or context.footnotes:
            made.plain = False
        if around is not None:
            around.plain &= made.plain
            around.slack = min(around.slack, made.slack)
        if made.plain and result[0] is not None and result[1] is None and result[5] is None:
            made.keep(result, adjoining_margins, absolute_boxes[absolute:], fixed_boxes[fixed:])
            _page.blocks[key] = made
        return result

    def overflows_page(self: Any, bottom_space: Any, position_y: Any) -> Any:
        does = overflows(self, bottom_space, position_y)
        if _page.stack:
            top = _page.stack[-1]
            if does:
                top.plain = False
            else:
                top.slack = min(top.slack, (self.page_bottom - bottom_space) * (1 + 1e-9) - position_y)
        return does

    def add_running_element(self: Any, box: Any) -> None:
        _page.spoil()
        run(self, box)

    def make_page(*arguments: Any) -> Any:
        _page.clear()
        try:
            return next_page(*arguments)
        finally:
            _page.clear()

    for user in (block, column, layout, page):
        user.block_level_layout = block_level_layout
    layout.LayoutContext.overflows_page = overflows_page
    layout.LayoutContext.add_running_element = add_running_element
    page.make_page = make_page
