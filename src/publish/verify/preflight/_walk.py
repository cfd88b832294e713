"""A content stream carried out, operator by operator (ISO 32000-1, annex A): each painted object is recorded.

What a viewer skips is skipped here: operators with wrong operands, resources that are not there, `Q` without `q`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from publish.verify._pdf_content import times
from publish.verify.preflight._canvas import Canvas, Frame, Painter
from publish.verify.preflight._colors import CMYK, GRAY, RGB, Color, Space
from publish.verify.preflight._gradients import gradient_inks
from publish.verify.preflight._images import Picture, read_picture
from publish.verify.preflight._pages import Box
from publish.verify.preflight._state import State, around, led, matrix, moved, number, scales, sound
from publish.verify.preflight._text import TEXT_OPERATORS, use_font

_SKIPPED = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, pikepdf.PikepdfError)
"""What wrong operands and broken resources raise: such an operator is passed over, as viewers do."""

_BAR = 4.0
"""An area so many times longer than it is thick is a line, however it was drawn."""


def run(painter: Painter, content: Any, frame: Frame, state: State) -> None:
    """Carry out a content stream. Raises Spent at a limit."""
    if len(frame.above) > painter.reading.limits.depth:
        painter.reading.broken("forms, patterns or letters nested too deep")
        return
    walk = Walk(painter, frame, state)
    for operator, operands in painter.reading.instructions(content):
        painter.reading.step()
        act = OPERATORS.get(operator)
        if act is not None:
            try:
                act(walk, operands)
            except _SKIPPED:
                continue


@dataclass(slots=True)
class Walk(Canvas):
    """One content stream while it is carried out."""

    saved: list[State] = field(default_factory=list)
    unsaved: int = 0
    points: list[tuple[float, float]] = field(default_factory=list)
    bars: list[float] = field(default_factory=list)
    others: bool = False
    start: tuple[float, float] = (0.0, 0.0)
    clipping: bool = False

    # --- graphics state ---

    def save(self, _: Any) -> None:
        if len(self.saved) < self.painter.reading.limits.saved:
            self.saved.append(replace(self.state))
        else:
            self.unsaved += 1

    def restore(self, _: Any) -> None:
        if self.unsaved:
            self.unsaved -= 1
        elif self.saved:
            self.state = self.saved.pop()

    def transform(self, operands: Any) -> None:
        self.state.ctm = sound(times(matrix(operands), self.state.ctm))

    def line_width(self, operands: Any) -> None:
        self.state.width = abs(number(operands[-1]))

    def external_state(self, operands: Any) -> None:
        """ISO 32000-1, 8.4.5. /OP alone speaks for filling too."""
        found = self.resource("/ExtGState", operands[-1])
        state = self.state
        if "/OP" in found:
            state.stroke_overprint = bool(found["/OP"])
            state.fill_overprint = bool(found.get("/op", found["/OP"]))
        elif "/op" in found:
            state.fill_overprint = bool(found["/op"])
        if "/OPM" in found:
            state.overprint_mode = int(found["/OPM"])
        if "/LW" in found:
            state.width = abs(number(found["/LW"]))
        if "/Font" in found:
            use_font(self, found["/Font"][0], number(found["/Font"][1]))

    # --- paths ---

    def move(self, operands: Any) -> None:
        x, y = (number(each) for each in list(operands)[-2:])
        self.start = (x, y)
        self.points.append(moved(self.state.ctm, x, y))

    def point(self, operands: Any) -> None:
        numbers = [number(each) for each in operands]
        self.others = True
        self.points += [moved(self.state.ctm, x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]

    def rectangle(self, operands: Any) -> None:
        x, y, width, height = (number(each) for each in list(operands)[-4:])
        m = self.state.ctm
        self.points += [moved(m, u, v) for u in (x, x + width) for v in (y, y + height)]
        across = abs(width) * (m[0] ** 2 + m[1] ** 2) ** 0.5
        down = abs(height) * (m[2] ** 2 + m[3] ** 2) ** 0.5
        if max(across, down) >= _BAR * min(across, down):
            self.bars.append(min(across, down))

    def clip(self, _: Any) -> None:
        self.clipping = True

    def paint(self, filling: bool, stroking: bool) -> None:
        if self.points:
            box = around(self.points)
            if filling:
                self.record("fill", self.state.fill, box, width=self.thickness(box))
            if stroking:
                least, greatest = scales(self.state.ctm)
                wide = self.state.width * greatest / 2
                around_line = (box[0] - wide, box[1] - wide, box[2] + wide, box[3] + wide)
                self.record("stroke", self.state.stroke, around_line, width=self.state.width * least)
            if self.clipping:
                self.state.clip = self.clipped(box)
        self.points, self.bars, self.others, self.clipping = [], [], False, False

    def thickness(self, box: Box) -> float | None:
        """How thick the thinnest bar of a filled path is; None where it is no bar."""
        if not self.others:
            return min(self.bars, default=None)
        across, down = box[2] - box[0], box[3] - box[1]
        thin = min(across, down)
        return thin if max(across, down) >= _BAR * thin and max(across, down) > 0 else None

    # --- shadings, images, forms ---

    def shading(self, operands: Any) -> None:
        found = self.resource("/Shading", operands[-1])
        space = self.painter.spaces.read(found.get("/ColorSpace"), self.frame.resources)
        box = self.state.clip or self.painter.leaf.media
        if "/BBox" in found:
            box = led(self.state.ctm, _box(found["/BBox"]))
        self.record("shading", Color(space, gradient=gradient_inks(found, space)), box)

    def inline_image(self, picture: Any) -> None:
        self.image(read_picture(picture.obj, self.frame.resources, self.painter.spaces))

    def image(self, picture: Picture) -> None:
        m = self.state.ctm
        across, down = (m[0] ** 2 + m[1] ** 2) ** 0.5, (m[2] ** 2 + m[3] ** 2) ** 0.5
        ppi = (72 * picture.width / across, 72 * picture.height / down) if across and down else None
        color = self.state.fill if picture.mask else Color(picture.space)
        self.record(
            "mask" if picture.mask else "image",
            color,
            led(m, (0.0, 0.0, 1.0, 1.0)),
            ppi=ppi,
            pixels=(picture.width, picture.height),
            bits=picture.bits,
        )

    def invoke(self, operands: Any) -> None:
        found = self.resource("/XObject", operands[-1])
        layer = self.painter.layers.of(found.get("/OC"))
        if layer is not None:
            self.marks.append(layer)
        try:
            if found.get("/Subtype") == "/Image":
                self.image(read_picture(found, self.frame.resources, self.painter.spaces))
            elif found.get("/Subtype") == "/Form":
                self.form(found, "form")
        finally:
            if layer is not None:
                self.marks.pop()

    def form(self, form: Any, inside: str) -> None:
        """8.10.1: the form's own matrix, its box as a clip, and its resources, or those around it where it has none."""
        if form.objgen in self.frame.above:
            self.painter.reading.broken("a form that draws itself")
            return
        state = replace(self.state)
        if "/Matrix" in form:
            state.ctm = sound(times(matrix(form["/Matrix"]), state.ctm))
        if "/BBox" in form:
            box = led(state.ctm, _box(form["/BBox"]))
            state.clip = self.clipped(box)
        self.group(form.get("/Group"), state.clip)
        frame = replace(
            self.frame,
            resources=form.get("/Resources", self.frame.resources),
            base=state.ctm,
            inside=inside,
            above=(*self.frame.above, form.objgen),
            layers=(*self.frame.layers, *self.marks),
        )
        run(self.painter, form, frame, state)

    def group(self, group: Any, box: Box | None) -> None:
        """11.6.6: the space in which a transparency group is blended is one that colours go through."""
        if isinstance(group, pikepdf.Dictionary) and "/CS" in group:
            space = self.painter.spaces.read(group["/CS"], self.frame.resources)
            self.record("group", Color(space), box or self.painter.leaf.media)


def _box(said: Any) -> Box:
    a, b, c, d = (number(each) for each in said)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _paints(filling: bool, stroking: bool) -> Callable[[Walk, Any], None]:
    return lambda walk, _: walk.paint(filling, stroking)


def _device(space: Space, stroking: bool) -> Callable[[Walk, Any], None]:
    return lambda walk, operands: walk.device(space, stroking, operands)


OPERATORS: dict[str, Callable[[Walk, Any], None]] = {
    "q": Walk.save, "Q": Walk.restore, "cm": Walk.transform, "w": Walk.line_width, "gs": Walk.external_state,
    "g": _device(GRAY, False), "G": _device(GRAY, True), "rg": _device(RGB, False), "RG": _device(RGB, True),
    "k": _device(CMYK, False), "K": _device(CMYK, True),
    "cs": lambda walk, operands: walk.space(False, operands), "CS": lambda walk, operands: walk.space(True, operands),
    **dict.fromkeys(("sc", "scn"), lambda walk, operands: walk.values(False, operands)),
    **dict.fromkeys(("SC", "SCN"), lambda walk, operands: walk.values(True, operands)),
    "m": Walk.move, "re": Walk.rectangle, **dict.fromkeys(("l", "c", "v", "y"), Walk.point),
    "W": Walk.clip, "W*": Walk.clip, "n": _paints(False, False),
    **dict.fromkeys(("f", "F", "f*"), _paints(True, False)), **dict.fromkeys(("S", "s"), _paints(False, True)),
    **dict.fromkeys(("B", "B*", "b", "b*"), _paints(True, True)),
    "sh": Walk.shading, "Do": Walk.invoke, "INLINE IMAGE": Walk.inline_image,
    "BMC": Walk.begin_mark, "BDC": Walk.begin_mark, "EMC": Walk.end_mark,
    **TEXT_OPERATORS,
}  # fmt: skip
