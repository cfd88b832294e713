"""What a page draws: its content stream run through, each shown string with where, how and under which mark it stands.

An interpreter of its own for the text, clip and marking operators (ISO 32000-1, 8 and 9). It says where letters should
be; the drawn page then has to show ink there, so the two readers hold each other to account.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import Name

from publish.verify._pdf_fonts import Font, font_key, read_font
from publish.verify._pdf_limits import MAX_FORM_DEPTH

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(m: Matrix, n: Matrix) -> Matrix:
    """First `m`, then `n`, as PDF multiplies its matrices."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One shown string. `matrix` leads from text space to the page in pt; `clip` bounds what may be painted.

    `stream` and `at` name the instruction (0 is the page's own content, else the object number of a form), `outer` the
    outermost form around it. `mcid` is
    the innermost marked-content id; `artifact` and `layer` say that such a mark encloses it; `mixed` that a blend
    mode or a soft mask decides what is seen of it; `replaced` that a mark tells readers other words (ActualText).
    """

    font: Font
    size: float
    stretch: float
    rise: float
    mode: int
    spacing: tuple[float, float]
    matrix: Matrix
    clip: Box | None
    color: tuple[float, ...] | None
    opacity: float
    mixed: bool
    mcid: int | None
    artifact: bool
    layer: bool
    replaced: bool
    stream: int
    outer: int
    at: int
    operand: Any
    advance: float
    codes: tuple[int, ...]
    offsets: tuple[float, ...]


@dataclass(slots=True)
class _State:
    ctm: Matrix
    clip: Box | None = None
    font: Font | None = None
    size: float = 0.0
    stretch: float = 1.0
    rise: float = 0.0
    mode: int = 0
    letter: float = 0.0
    word: float = 0.0
    leading: float = 0.0
    color: tuple[float, ...] | None = (0.0,)
    opacity: float = 1.0
    veil: float = 1.0
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    mcid: int | None
    artifact: bool
    layer: bool
    replaced: bool


Parsed = dict[tuple[int, int], list[Any]]
"""The instructions of content streams: by a form's object number and -1, or by 0 and the page (from 0)."""


@dataclass(slots=True)
class _Reader:
    page: int
    fonts: dict[str, Font]
    parsed: Parsed
    runs: list[Run] = field(default_factory=list)
    marks: list[_Mark] = field(default_factory=list)
    layered: bool = False


def read_page(page: Any, number: int, fonts: dict[str, Font], parsed: Parsed) -> tuple[list[Run], bool]:
    """The runs of a page in the order in which they are painted, and whether it uses layers (optional content).

    `number` is the page's, from 0. `fonts` and `parsed` are filled with what is read.
    """
    reader = _Reader(number, fonts, parsed)
    _run_through(reader, page, page.resources, _State(IDENTITY), 0, ())
    return reader.runs, reader.layered


def _run_through(
    reader: _Reader, content: Any, resources: Any, start: _State, stream: int, above: tuple[int, ...]
) -> None:
    walk = _Walk(reader, resources, start, stream, above)
    depth = len(reader.marks)
    key = (stream, -1 if stream else reader.page)
    known = reader.parsed.get(key) if stream or not above else None
    instructions = list(pikepdf.parse_content_stream(content)) if known is None else known
    reader.parsed.setdefault(key, instructions)
    for at, instruction in enumerate(instructions):
        act = _OPERATORS.get(str(instruction.operator))
        if act is not None:
            act(walk, instruction.operands, at)
    del reader.marks[depth:]


class _Walk:
    """The state of one content stream while it is run through."""

    def __init__(self, reader: _Reader, resources: Any, start: _State, stream: int, above: tuple[int, ...]) -> None:
        self.reader = reader
        self.resources = resources
        self.state = start
        self.stream = stream
        self.above = above
        self.stack: list[_State] = []
        self.line = self.text = IDENTITY
        self.path: list[tuple[float, float]] = []
        self.clipping = False

    # --- graphics state ---

    def save(self, _: Any, __: int) -> None:
        self.stack.append(replace(self.state))

    def restore(self, _: Any, __: int) -> None:
        if self.stack:
            self.state = self.stack.pop()

    def transform(self, operands: Any, _: int) -> None:
        self.state.ctm = times(_matrix(operands), self.state.ctm)

    def external_state(self, operands: Any, _: int) -> None:
        found = self._resource("/ExtGState", operands[0])
        if found is not None and "/ca" in found:
            self.state.opacity = float(found["/ca"])
        if found is not None and ("/BM" in found or "/SMask" in found):
            blend, mask = found.get("/BM", Name.Normal), found.get("/SMask", Name.None_)
            self.state.mixed = blend not in (Name.Normal, Name.Compatible) or mask != Name.None_
        if found is not None and "/Font" in found:
            self._use_font(found["/Font"][0], float(found["/Font"][1]))

    def color(self, operands: Any, _: int) -> None:
        numbers = all(not isinstance(each, pikepdf.Name) for each in operands)
        self.state.color = tuple(float(each) for each in operands) if numbers else None

    # --- paths, as far as they clip ---

    def point(self, operands: Any, _: int) -> None:
        numbers = [float(each) for each in operands]
        self.path += [self._on_page(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]

    def rectangle(self, operands: Any, _: int) -> None:
        x, y, width, height = (float(each) for each in operands)
        self.path += [self._on_page(u, v) for u in (x, x + width) for v in (y, y + height)]

    def clip(self, _: Any, __: int) -> None:
        self.clipping = True

    def paint(self, _: Any, __: int) -> None:
        if self.clipping and self.path:
            self.state.clip = _within(_bounds(self.path), self.state.clip)
        self.clipping = False
        self.path = []

    def _on_page(self, x: float, y: float) -> tuple[float, float]:
        m = self.state.ctm
        return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]

    # --- marked content ---

    def begin_mark(self, operands: Any, _: int) -> None:
        tag = str(operands[0])
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, pikepdf.Name):
            properties = self._resource("/Properties", properties)
        mcid = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
        replaced = isinstance(properties, pikepdf.Dictionary) and ("/ActualText" in properties or "/Alt" in properties)
        self._mark(None if mcid is None else int(mcid), tag == "/Artifact", tag == "/OC", replaced)

    def end_mark(self, _: Any, __: int) -> None:
        if self.reader.marks:
            self.reader.marks.pop()

    def _mark(self, mcid: int | None, artifact: bool, layer: bool, replaced: bool) -> None:
        marks = self.reader.marks
        outer = marks[-1] if marks else _Mark(None, False, False, False)
        self.reader.layered = self.reader.layered or layer
        marks.append(
            _Mark(
                outer.mcid if mcid is None else mcid,
                outer.artifact or artifact,
                outer.layer or layer,
                outer.replaced or replaced,
            )
        )

    # --- forms ---

    def invoke(self, operands: Any, _: int) -> None:
        form = self._resource("/XObject", operands[0])
        if form is None or form.get("/Subtype") != "/Form":
            self.reader.layered = self.reader.layered or (form is not None and "/OC" in form)
            return
        number = form.objgen[0]
        if number in self.above or len(self.above) >= MAX_FORM_DEPTH:
            return
        state = replace(self.state)
        if "/Group" in form:
            state.veil, state.opacity = state.veil * state.opacity, 1.0
        if "/Matrix" in form:
            state.ctm = times(_matrix(form["/Matrix"]), state.ctm)
        self._mark(None, False, "/OC" in form, False)
        _run_through(self.reader, form, form.get("/Resources", self.resources), state, number, (*self.above, number))
        self.end_mark(None, 0)

    # --- text ---

    def begin_text(self, _: Any, __: int) -> None:
        self.line = self.text = IDENTITY

    def set_font(self, operands: Any, _: int) -> None:
        resource = self._resource("/Font", operands[0])
        if resource is not None:
            self._use_font(resource, float(operands[1]))

    def _use_font(self, resource: Any, size: float) -> None:
        known = self.reader.fonts
        key = font_key(resource)
        if key not in known:
            known[key] = read_font(resource)
        self.state.font, self.state.size = known[key], size

    def set_matrix(self, operands: Any, _: int) -> None:
        self.line = self.text = _matrix(operands)

    def move(self, operands: Any, _: int) -> None:
        self.line = self.text = times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line)

    def move_leading(self, operands: Any, at: int) -> None:
        self.state.leading = -float(operands[1])
        self.move(operands, at)

    def next_line(self, _: Any, at: int) -> None:
        self.move((0, -self.state.leading), at)

    def show(self, operands: Any, at: int) -> None:
        self._show([operands[-1]], operands, at)

    def show_spaced(self, operands: Any, at: int) -> None:
        self._show(_pieces(operands[0]), operands[0], at)

    def next_line_show(self, operands: Any, at: int) -> None:
        if len(operands) == 3:
            self.state.word, self.state.letter = float(operands[0]), float(operands[1])
        self.next_line((), at)
        self._show([operands[-1]], operands, at)

    def _show(self, pieces: list[Any], operand: Any, at: int) -> None:
        state, font = self.state, self.state.font
        if font is None:
            return
        mark = self.reader.marks[-1] if self.reader.marks else _Mark(None, False, False, False)
        codes: list[int] = []
        offsets: list[float] = []
        along = 0.0
        scale = state.size * state.stretch / 1000
        apart, between = state.letter * state.stretch, state.word * state.stretch
        for piece in pieces:
            if type(piece) is float or not isinstance(piece, _STRINGS):
                along -= float(piece) * scale
                continue
            for code in font.codes(bytes(piece)):
                codes.append(code)
                offsets.append(along)
                along += font.widths.get(code, font.default_width) * scale + apart
                if code == 32 and not font.composite:
                    along += between
        run = Run(
            font, state.size, state.stretch, state.rise, state.mode, (state.letter, state.word),
            times(self.text, state.ctm), state.clip, state.color, state.opacity * state.veil,
            state.mixed,
            mark.mcid, mark.artifact, mark.layer, mark.replaced,
            self.stream, self.above[0] if self.above else 0, at, operand, along,
            tuple(codes), tuple(offsets),
        )  # fmt: skip
        self.text = times((1, 0, 0, 1, along, 0), self.text)
        if codes:
            self.reader.runs.append(run)

    def _resource(self, kind: str, name: Any) -> Any:
        table = self.resources.get(kind)
        return table.get(str(name)) if table is not None else None


_STRINGS = (bytes, pikepdf.String)

_PLAIN_PIECES = re.compile(rb"\[ (?:(?:<(?:[0-9a-f]{4})*>|-?[0-9]*\.?[0-9]+) )*\]")
"""How an array of strings and numbers is written whose strings hold whole codes of two bytes, and no letters."""


def _pieces(array: Any) -> list[Any]:
    """The strings (as bytes, where it can be) and numbers of an array that is shown (TJ).

    To take it apart as written is far quicker than to ask for its pieces one by one, for a writer moves after each
    letter. Strings with no move between them are one.
    """
    written = array.unparse()
    if not _PLAIN_PIECES.fullmatch(written):
        return list(array)
    pieces = written[2:-1].replace(b"> 0 <", b"").split()
    return [bytes.fromhex(each[1:-1].decode()) if each[:1] == b"<" else float(each) for each in pieces]


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(each) for each in operands)
    return a, b, c, d, e, f


def _bounds(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _within(box: Box, outer: Box | None) -> Box:
    if outer is None:
        return box
    return max(box[0], outer[0]), max(box[1], outer[1]), min(box[2], outer[2]), min(box[3], outer[3])


def _sets(name: str, factor: float = 1.0) -> Callable[[_Walk, Any, int], None]:
    def act(walk: _Walk, operands: Any, _: int) -> None:
        setattr(walk.state, name, float(operands[0]) * factor)

    return act


def _render_mode(walk: _Walk, operands: Any, _: int) -> None:
    walk.state.mode = int(operands[0])


_OPERATORS: dict[str, Callable[[_Walk, Any, int], None]] = {
    "q": _Walk.save, "Q": _Walk.restore, "cm": _Walk.transform, "gs": _Walk.external_state,
    "g": _Walk.color, "rg": _Walk.color, "k": _Walk.color, "sc": _Walk.color, "scn": _Walk.color,
    "m": _Walk.point, "l": _Walk.point, "c": _Walk.point, "v": _Walk.point, "y": _Walk.point, "re": _Walk.rectangle,
    "W": _Walk.clip, "W*": _Walk.clip,
    **dict.fromkeys(("n", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*"), _Walk.paint),
    "BMC": _Walk.begin_mark, "BDC": _Walk.begin_mark, "EMC": _Walk.end_mark, "Do": _Walk.invoke,
    "BT": _Walk.begin_text, "Tf": _Walk.set_font, "Tm": _Walk.set_matrix, "Td": _Walk.move, "TD": _Walk.move_leading,
    "T*": _Walk.next_line, "Tj": _Walk.show, "TJ": _Walk.show_spaced, "'": _Walk.next_line_show,
    '"': _Walk.next_line_show,
    "Tc": _sets("letter"), "Tw": _sets("word"), "Tz": _sets("stretch", 0.01), "TL": _sets("leading"),
    "Ts": _sets("rise"), "Tr": _render_mode,
}  # fmt: skip
