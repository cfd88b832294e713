"""Blocks laid out once a page: one that stands where it stood in an earlier try is taken from there.

WeasyPrint tries the columns of a page at several heights, and lays out anew what runs over its end; most of what is
before that end is the same in each try. Such a block is moved, not copied: no two tries are ever used at once. It must
stand at the same place with all that it was laid out by, and have ended well above the end of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from weasyprint import layout
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, column, page


class _Block:
    """A block that was laid out whole, or is being laid out.

    `slack`: how much higher the end of the page could have been without a difference. `around`: the block that holds
    this one; when this one moves to another try, what held it before is of no more use. `floats`: those that it brings.
    """

    __slots__ = (
        "absolute", "around", "bottom", "fixed", "floats", "margins", "place", "plain", "result", "slack", "spots",
    )  # fmt: skip

    def __init__(self, around: _Block | None, bottom: float) -> None:
        self.around, self.bottom = around, bottom
        self.slack, self.plain = inf, True

    def keep(self, result: Any, margins: list[Any], absolute: list[Any], fixed: list[Any], floats: list[Any]) -> None:
        new_box, _, next_page, next_margins, through, _ = result
        self.result = (new_box, dict(next_page), tuple(next_margins), through)
        self.margins = tuple(margins)
        self.place = new_box.position_x, new_box.position_y
        self.absolute, self.fixed = absolute, fixed
        self.floats = [(each, each.position_x, each.position_y) for each in floats]
        self.spots = [(each, each.position_x, each.position_y) for each in (*absolute, *fixed)]

    def fits(self, bottom: float) -> bool:
        """Whether it is as it was, and would be with the page's end where it is now."""
        box = self.result[0]
        return (
            self.plain
            and not box.__dict__.get("cut")
            and bottom - self.bottom <= self.slack - _TOO_CLOSE
            and (box.position_x, box.position_y) == self.place
            and not any(each._layout_done for each, _, _ in self.spots)
            and all((each.position_x, each.position_y) == (x, y) for each, x, y in self.floats)
        )

    def taken(self, context: Any, bottom: float, lists: tuple[Any, Any, Any]) -> Any:
        """The block for this try, as `block_level_layout` gives it."""
        margins, absolute, fixed = lists
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
        if self.floats:
            context.excluded_shapes.extend(each for each, _, _ in self.floats)
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

    def measured(self, lay_out: Callable[[], Any]) -> Any:
        """A box whose parts are laid out to be measured, and then once more: nothing of it is kept."""
        self.spoil()
        self.closed += 1
        try:
            return lay_out()
        finally:
            self.closed -= 1

    def laid_out(
        self, key: Any, lay_out: Callable[[], Any], context: Any, bottom: float, lists: tuple[Any, Any, Any]
    ) -> Any:
        """A block that is laid out now, and kept when it is whole and does nothing besides."""
        margins, absolute, fixed = lists
        around = self.stack[-1] if self.stack else None
        made, before, floats = _Block(around, bottom), (len(absolute), len(fixed)), context.excluded_shapes[:]
        self.stack.append(made)
        try:
            result = lay_out()
        finally:
            self.stack.pop()
        made.plain &= _clear(context) and _begins(context.excluded_shapes, floats)
        if around is not None:
            around.plain &= made.plain
            around.slack = min(around.slack, made.slack)
        if made.plain and result[0] is not None and result[1] is None and result[5] is None:
            brought = context.excluded_shapes[len(floats) :]
            made.keep(result, margins, absolute[before[0] :], fixed[before[1] :], brought)
            self.blocks[key] = made
        return result


_page = _Page()


def _key(context: Any, box: Any, parent: Any, page_is_empty: bool, margins: list[Any], discard: bool) -> Any:
    return (
        box, box.position_x, box.position_y, parent.content_box_x(), parent.width, parent.height,
        parent.style["direction"], parent.is_for_root_element, page_is_empty, tuple(margins), discard,
        tuple(box.remove_decoration_sides), context.in_column, context.forced_break, context.page_bottom,
        *[(each.position_x, each.position_y, each.margin_width(), each.margin_height(), each.style["float"])
          for each in context.excluded_shapes],
    )  # fmt: skip


def _clear(context: Any) -> bool:
    """Whether nothing but floats stands beside the flow that lines and blocks must make room for."""
    return not (context.broken_out_of_flow or context.footnotes or context.current_page_footnotes)


def once(context: Any, known: dict[str, Any], key: str, lay_out: Callable[[], Any]) -> Any:
    """Something that is laid out only to be measured, or what came of it before, unless it does something besides."""
    if key in known and _clear(context):
        return known[key]
    around = _page.stack[-1] if _page.stack else None
    made = _Block(around, 0)
    _page.stack.append(made)
    try:
        result = lay_out()
    finally:
        _page.stack.pop()
    if made.plain and _clear(context):
        known[key] = result
    if around is not None:
        around.plain = False
    return result


def _begins(shapes: list[Any], before: list[Any]) -> bool:
    """Whether the floats that were there are there still, and first."""
    return len(shapes) >= len(before) and all(now is then for now, then in zip(shapes, before, strict=False))


def try_once() -> None:
    """Blocks are laid out once a page from now on."""
    lay_out = block.block_level_layout

    def block_level_layout(
        context: Any, box: Any, bottom_space: Any, skip_stack: Any, containing_block: Any, page_is_empty: Any = True,
        absolute_boxes: Any = None, fixed_boxes: Any = None, adjoining_margins: Any = None,
        first_letter_style: Any = None, first_line_style: Any = None, discard: Any = False, max_lines: Any = None,
    ) -> Any:  # fmt: skip
        def lay_out_now() -> Any:
            return lay_out(
                context, box, bottom_space, skip_stack, containing_block, page_is_empty, absolute_boxes, fixed_boxes,
                adjoining_margins, first_letter_style, first_line_style, discard, max_lines,
            )  # fmt: skip

        style = box.style
        if isinstance(box, boxes.FlexContainerBox | boxes.GridContainerBox):
            return _page.measured(lay_out_now)
        if style["column_width"] != "auto" or style["column_count"] != "auto":
            _page.spoil()
            return lay_out_now()
        lists = adjoining_margins, absolute_boxes, fixed_boxes
        if (
            _page.closed or type(box) is not boxes.BlockBox or skip_stack is not None or max_lines is not None
            or first_letter_style or first_line_style or any(each is None for each in lists)
            or not isinstance(containing_block, boxes.Box) or bottom_space in (inf, -inf) or not _clear(context)
        ):  # fmt: skip
            return lay_out_now()
        key = _key(context, box, containing_block, page_is_empty, adjoining_margins, discard)
        found = _page.blocks.get(key)
        if found is not None and found.fits(bottom_space):
            return found.taken(context, bottom_space, lists)
        return _page.laid_out(key, lay_out_now, context, bottom_space, lists)

    for user in (block, column, layout, page):
        user.block_level_layout = block_level_layout
    _watch()


def _watch() -> None:
    """What else a block's layout depends on, and does, is noted; a page begins anew."""
    context, find = layout.LayoutContext, block.find_earlier_page_break
    overflows, run, make = context.overflows_page, context.add_running_element, page.make_page

    def overflows_page(self: Any, bottom_space: Any, position_y: Any) -> Any:
        does = overflows(self, bottom_space, position_y)
        if _page.stack and bottom_space != inf:
            top = _page.stack[-1]
            if does:
                top.plain = False
            else:
                top.slack = min(top.slack, (self.page_bottom - bottom_space) * (1 + 1e-9) - position_y)
        return does

    def add_running_element(self: Any, box: Any) -> None:
        _page.spoil()
        run(self, box)

    def find_earlier_page_break(context: Any, children: list[Any], *lists: Any) -> Any:
        """What is cut lives on in a copy that has the same parts; where that is moved, they no longer stand here."""
        result = find(context, children, *lists)
        for child, now in zip(children, result[0] if result else (), strict=False):
            if child is not now:
                child.cut = True
        return result

    def make_page(*arguments: Any) -> Any:
        _page.clear()
        try:
            return make(*arguments)
        finally:
            _page.clear()

    context.overflows_page = overflows_page
    context.add_running_element = add_running_element
    page.make_page, block.find_earlier_page_break = make_page, find_earlier_page_break
