"""What one content stream paints on: its state, its marks, its resources, and how an object is put down.

ISO 32000-1: 8.4 graphics state, 8.6.8 colour operators, 8.7.3 patterns, 8.11.3 layers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from publish.verify._pdf_content import IDENTITY, Matrix, times
from publish.verify.preflight._colors import GRAY, Color, Space
from publish.verify.preflight._gradients import gradient_inks
from publish.verify.preflight._layers import Layer, Layers
from publish.verify.preflight._letters import Face
from publish.verify.preflight._pages import Box, Leaf, overlap
from publish.verify.preflight._painted import Kind, Painted, Seen
from publish.verify.preflight._reading import Reading
from publish.verify.preflight._spaces import Spaces
from publish.verify.preflight._state import State, matrix, number, sound


@dataclass(slots=True)
class Painter:
    """What is shared by all streams of a page. `run` carries out a stream within a stream."""

    leaf: Leaf
    layers: Layers
    spaces: Spaces
    reading: Reading
    faces: dict[str, Face]
    objects: list[Painted]
    run: Callable[[Painter, Any, Frame, State], None]


@dataclass(frozen=True, slots=True)
class Frame:
    """What one content stream stands in. `base` leads from its own space to the page: patterns begin there.

    `place` is the area that a pattern fills; what its cell paints is located there. `letter` is set where what is
    painted is text of that size: in a coloured letter of a Type 3 font, in a pattern that fills letters. `plain`
    streams may not set colours. `hidden` says why nothing of it is printed.
    """

    resources: Any
    base: Matrix
    inside: str = ""
    above: tuple[Any, ...] = ()
    place: Box | None = None
    letter: tuple[float, Face, str] | None = None
    plain: bool = False
    hidden: Seen | None = None
    layers: tuple[Layer | None, ...] = ()


@dataclass(slots=True)
class Canvas:
    """One content stream while it is carried out. `text` and `line` are the matrices of 9.4.2."""

    painter: Painter
    frame: Frame
    state: State
    marks: list[Layer | None] = field(default_factory=list)
    line: Matrix = IDENTITY
    text: Matrix = IDENTITY
    text_clip: list[Box] = field(default_factory=list)
    resolved: dict[str, Space] = field(default_factory=dict)

    # --- recording ---

    def resource(self, kind: str, name: Any) -> Any:
        """A resource by its name. Raises KeyError when the file does not hold it."""
        table = self.frame.resources.get(kind) if self.frame.resources is not None else None
        found = table.get(str(name)) if table is not None else None
        if found is None:
            raise KeyError(str(name))
        return found

    def record(self, kind: Kind, color: Color, box: Box, hidden: Seen | None = None, **more: Any) -> None:
        """Put an object down, with what is left of it, and paint the pattern it is painted with."""
        state, frame = self.state, self.frame
        if frame.letter is not None and kind in ("fill", "stroke"):
            size, face, said = frame.letter
            more = {"size": size, "face": face, "text": said}
            kind = "text"
        layers = [each for each in (*frame.layers, *self.marks) if each is not None]
        shown = overlap(box, state.clip) if state.clip is not None else box
        if frame.place is not None:
            shown = frame.place
        seen = frame.hidden or hidden or self.seen(color, shown, layers)
        stroking = kind == "stroke" or bool(more.get("outlined"))
        self.painter.reading.painted()
        self.painter.objects.append(
            Painted(
                leaf=self.painter.leaf,
                kind=kind,
                color=color,
                inks=color.inks,
                overprint=state.stroke_overprint if stroking else state.fill_overprint,
                overprint_mode=state.overprint_mode,
                box=shown or box,
                seen=seen,
                layer=next((each for each in layers if each.step), layers[-1] if layers else None),
                inside=frame.inside,
                **more,
            )
        )
        cell = color.pattern if shown and seen in ("printed", "in the slug") else None
        if cell is not None and cell.get("/PatternType") == 1 and shown:
            self.tile(cell, color, shown, (more["size"], more["face"], more["text"]) if kind == "text" else None)

    def seen(self, color: Color, shown: Box | None, layers: list[Layer]) -> Seen:
        leaf = self.painter.leaf
        if not all(layer.on for layer in layers):
            return "on a hidden layer"
        if shown is None:
            return "clipped away"
        if color.nothing:
            return "invisible"
        if overlap(shown, leaf.media) is None:
            return "off the sheet"
        return "printed" if overlap(shown, leaf.bleed) is not None else "in the slug"

    def clipped(self, box: Box) -> Box:
        """The clip, narrowed to a box as well. An empty clip is a box turned inside out: nothing lies in it."""
        now = self.state.clip
        if now is None:
            return box
        return max(now[0], box[0]), max(now[1], box[1]), min(now[2], box[2]), min(now[3], box[3])

    def tile(self, pattern: Any, color: Color, place: Box, letter: tuple[float, Face, str] | None) -> None:
        """8.7.3: the cell is drawn in the space of the stream that paints with it, wherever that has got to."""
        if pattern.objgen in self.frame.above:
            return
        base = sound(times(matrix(pattern.get("/Matrix", IDENTITY)), self.frame.base))
        plain = pattern.get("/PaintType", 1) == 2
        below = replace(color, space=color.space.base or GRAY, pattern=None)
        state = State(base, fill=below, stroke=below) if plain else State(base)
        frame = replace(
            self.frame,
            resources=pattern.get("/Resources", self.frame.resources),
            base=base,
            inside="pattern",
            above=(*self.frame.above, pattern.objgen),
            place=place,
            letter=None if plain else letter,
            plain=plain or self.frame.plain,
            layers=(*self.frame.layers, *self.marks),
        )
        self.painter.run(self.painter, pattern, frame, state)

    # --- colours ---

    def device(self, space: Space, stroking: bool, operands: Any) -> None:
        values = tuple(number(each) for each in operands)[-space.components :]
        if space.family not in self.resolved:
            self.resolved[space.family] = self.painter.spaces.read(
                pikepdf.Name("/" + space.family), self.frame.resources
            )
        self.set_color(Color(self.resolved[space.family], values), stroking)

    def space(self, stroking: bool, operands: Any) -> None:
        found = self.painter.spaces.read(operands[-1], self.frame.resources)
        self.set_color(Color(found, found.initial), stroking)

    def values(self, stroking: bool, operands: Any) -> None:
        current = self.state.stroke if stroking else self.state.fill
        values = tuple(number(each) for each in operands if not isinstance(each, pikepdf.Name))
        space = current.space
        if len(operands) and isinstance(operands[-1], pikepdf.Name):
            pattern = self.resource("/Pattern", operands[-1])
            if pattern.get("/PatternType") == 2:
                behind = self.painter.spaces.read(pattern["/Shading"].get("/ColorSpace"), self.frame.resources)
                inks = gradient_inks(pattern["/Shading"], behind)
                self.set_color(Color(Space("Pattern", base=behind), (), pattern, inks), stroking)
                return
            if pattern.get("/PaintType", 1) == 1:
                space, values = Space("Pattern"), ()
            self.set_color(Color(space, values, pattern), stroking)
        elif space.family != "Pattern":
            self.set_color(Color(space, values), stroking)

    def set_color(self, color: Color, stroking: bool) -> None:
        if self.frame.plain:
            return  # 8.7.3.3: colours are those of whoever paints with it
        if stroking:
            self.state.stroke = color
        else:
            self.state.fill = color

    # --- marked content ---

    def begin_mark(self, operands: Any) -> None:
        layer = None
        if len(operands) > 1 and operands[0] == "/OC":
            properties = operands[1]
            if isinstance(properties, pikepdf.Name):
                table = self.frame.resources.get("/Properties")
                properties = table.get(str(properties)) if table is not None else None
            layer = self.painter.layers.of(properties)
        self.marks.append(layer)

    def end_mark(self, _: Any) -> None:
        if self.marks:
            self.marks.pop()
