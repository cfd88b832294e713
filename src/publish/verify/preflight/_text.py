"""Text operators (ISO 32000-1, 9.3 and 9.4): each shown string is recorded where its ink is, Type 3 letters too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf

from publish.verify._pdf_content import IDENTITY, Matrix, times
from publish.verify.preflight._canvas import Canvas
from publish.verify.preflight._letters import Face, face_key, read_face
from publish.verify.preflight._pages import Box
from publish.verify.preflight._state import State, around, led, matrix, number, scales, sound

_LEAST_PT = 0.01
"""Smaller text is no text to see: search engines' and converters' tricks."""

_QUOTED = 40
"""Letters of a string that are kept, to be quoted."""


def begin_text(canvas: Canvas, _: Any) -> None:
    canvas.line = canvas.text = IDENTITY


def end_text(canvas: Canvas, _: Any) -> None:
    if canvas.text_clip:
        canvas.state.clip = canvas.clipped(around([(x, y) for b in canvas.text_clip for x, y in (b[:2], b[2:])]))
    canvas.text_clip = []


def set_font(canvas: Canvas, operands: Any) -> None:
    size = number(operands[-1])
    try:
        resource = canvas.resource("/Font", operands[-2])
    except KeyError:
        canvas.painter.reading.broken(f"text in a font that the file does not hold ({operands[-2]})")
        canvas.state.face = None
        return
    use_font(canvas, resource, size)


def use_font(canvas: Canvas, resource: Any, size: float) -> None:
    key = face_key(resource)
    if key not in canvas.painter.faces:
        canvas.painter.faces[key] = read_face(resource)
    canvas.state.face, canvas.state.size = canvas.painter.faces[key], size


def set_matrix(canvas: Canvas, operands: Any) -> None:
    canvas.line = canvas.text = matrix(operands)


def shift(canvas: Canvas, operands: Any) -> None:
    x, y = (number(each) for each in list(operands)[-2:])
    canvas.line = canvas.text = sound(times((1.0, 0.0, 0.0, 1.0, x, y), canvas.line))


def shift_leading(canvas: Canvas, operands: Any) -> None:
    canvas.state.leading = -number(operands[-1])
    shift(canvas, operands)


def next_line(canvas: Canvas, _: Any) -> None:
    shift(canvas, (0, -canvas.state.leading))


def show(canvas: Canvas, operands: Any) -> None:
    show_pieces(canvas, [operands[-1]])


def show_spaced(canvas: Canvas, operands: Any) -> None:
    show_pieces(canvas, list(operands[-1]))


def next_line_show(canvas: Canvas, operands: Any) -> None:
    next_line(canvas, ())
    show_pieces(canvas, [operands[-1]])


def next_line_show_spaced(canvas: Canvas, operands: Any) -> None:
    canvas.state.word, canvas.state.letter = number(operands[-3]), number(operands[-2])
    next_line_show(canvas, operands)


def show_pieces(canvas: Canvas, pieces: list[Any]) -> None:
    """9.4.3 and 9.4.4: where each letter stands; then the string as one object."""
    state, face = canvas.state, canvas.state.face
    if face is None:
        return
    em = state.size * state.stretch
    codes: list[int] = []
    offsets: list[float] = []
    along = 0.0
    for piece in pieces:
        if not isinstance(piece, pikepdf.String):
            along -= number(piece) / 1000 * (state.size if face.vertical else em)
            continue
        for code in face.codes(bytes(piece)):
            codes.append(code)
            offsets.append(along)
            gap = state.letter + (state.word if code == 32 and not face.composite else 0.0)
            along += -(state.size + gap) if face.vertical else face.width(code) * em + gap * state.stretch
    if codes:
        record_text(canvas, face, codes, offsets)
    step = (0.0, along) if face.vertical else (along, 0.0)
    canvas.text = sound(times((1.0, 0.0, 0.0, 1.0, *step), canvas.text))


def record_text(canvas: Canvas, face: Face, codes: list[int], offsets: list[float]) -> None:
    state = canvas.state
    m = sound(times(canvas.text, state.ctm))
    boxes = []
    for code, offset in zip(codes, offsets, strict=True):
        ink = face.ink(code)
        if ink is not None:
            boxes.append(_inked(ink, offset, state, face.vertical))
    said = face.text(codes[: _QUOTED * 2])[:_QUOTED]
    size = abs(state.size) * face.em * (m[2] ** 2 + m[3] ** 2) ** 0.5
    if not boxes:
        return
    xs, ys = [x for b in boxes for x in b[::2]], [y for b in boxes for y in b[1::2]]
    box = led(m, (min(xs), min(ys), max(xs), max(ys)))
    mode = state.mode
    if mode >= 4:
        canvas.text_clip.append(box)
    coloured = letters(canvas, face, codes, offsets, m, size, said) if face.kind == "Type3" else False
    if mode in (3, 7) or size < _LEAST_PT:
        canvas.record("text", state.fill, box, size=size, text=said, face=face, hidden="invisible")
    elif not coloured:
        if mode in (0, 2, 4, 6):
            canvas.record("text", state.fill, box, size=size, text=said, face=face)
        if mode in (1, 2, 5, 6):
            wide = state.width * scales(state.ctm)[0]
            canvas.record("text", state.stroke, box, size=size, text=said, face=face, width=wide, outlined=True)


def letters(
    canvas: Canvas, face: Face, codes: list[int], offsets: list[float], m: Matrix, size: float, said: str
) -> bool:
    """9.6.5: letters of a Type 3 font that set their own colours (`d0`) are drawn. Whether there were any."""
    state, coloured = canvas.state, False
    if state.mode == 3:
        return False
    for code, offset in dict(zip(reversed(codes), reversed(offsets), strict=True)).items():
        drawing = face.procs.get(code)
        if drawing is None or drawing.objgen in canvas.frame.above:
            continue
        started = canvas.painter.reading.instructions(drawing)
        if not any(operator == "d0" for operator, _ in started[:3]):
            continue
        coloured = True
        inner = times(face.matrix, (state.size * state.stretch, 0.0, 0.0, state.size, offset, state.rise))  # type: ignore[arg-type]
        below = replace(state, ctm=sound(times(inner, m)))
        frame = replace(
            canvas.frame,
            resources=face.resources if face.resources is not None else canvas.frame.resources,
            base=below.ctm,
            inside="letter",
            above=(*canvas.frame.above, drawing.objgen),
            letter=(size, face, said),
            layers=(*canvas.frame.layers, *canvas.marks),
        )
        canvas.painter.run(canvas.painter, drawing, frame, below)
    return coloured


def _inked(ink: Box, offset: float, state: State, vertical: bool) -> Box:
    """A letter's ink in text space. Letters of vertical text hang centred below their origin (9.7.4.3)."""
    if vertical:
        middle = (ink[0] + ink[2]) / 2
        left, right = ((each - middle) * state.size for each in ink[::2])
        return left, offset + (ink[1] - 0.88) * state.size, right, offset + (ink[3] - 0.88) * state.size
    em = state.size * state.stretch
    up = state.rise
    return offset + ink[0] * em, up + ink[1] * state.size, offset + ink[2] * em, up + ink[3] * state.size


def _sets(name: str, factor: float = 1.0) -> Callable[[Canvas, Any], None]:
    return lambda canvas, operands: setattr(canvas.state, name, number(operands[-1]) * factor)


def _mode(canvas: Canvas, operands: Any) -> None:
    canvas.state.mode = int(number(operands[-1])) & 7


TEXT_OPERATORS: dict[str, Callable[[Canvas, Any], None]] = {
    "BT": begin_text, "ET": end_text, "Tf": set_font, "Tm": set_matrix, "Td": shift, "TD": shift_leading,
    "T*": next_line, "Tj": show, "TJ": show_spaced, "'": next_line_show, '"': next_line_show_spaced,
    "Tc": _sets("letter"), "Tw": _sets("word"), "Tz": _sets("stretch", 0.01),
    "TL": _sets("leading"), "Ts": _sets("rise"), "Tr": _mode,
}  # fmt: skip
