"""The graphics state of a content stream (ISO 32000-1, 8.4), as far as it decides what is printed and how large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pikepdf

from publish.verify._pdf_content import Matrix
from publish.verify.preflight._colors import BLACK, Color
from publish.verify.preflight._letters import Face
from publish.verify.preflight._limits import LARGEST
from publish.verify.preflight._pages import Box


@dataclass(slots=True)
class State:
    """The parameters in force. `clip` is the box around the clipping path, in points on the page; None: no clip."""

    ctm: Matrix
    clip: Box | None = None
    fill: Color = BLACK
    stroke: Color = BLACK
    width: float = 1.0
    fill_overprint: bool = False
    stroke_overprint: bool = False
    overprint_mode: int = 0
    face: Face | None = None
    size: float = 0.0
    stretch: float = 1.0
    rise: float = 0.0
    mode: int = 0
    letter: float = 0.0
    word: float = 0.0
    leading: float = 0.0
    font: Any = None


def number(said: Any) -> float:
    """A number of the file. Raises ValueError for one that no page can need, TypeError for what is none."""
    if type(said) is float and abs(said) < LARGEST:
        return said
    if isinstance(said, pikepdf.Object | str | bytes | bool):
        raise TypeError("not a number")
    value = float(said)
    if not abs(value) < LARGEST:
        raise ValueError("out of range")
    return value


def matrix(said: Any) -> Matrix:
    """Six numbers of the file."""
    a, b, c, d, e, f = (number(each) for each in list(said)[-6:])
    return a, b, c, d, e, f


def sound(m: Matrix) -> Matrix:
    """The matrix, unless its numbers have run out of all bounds. Raises ValueError."""
    if not all(abs(each) < LARGEST for each in m):
        raise ValueError("out of range")
    return m


def scales(m: Matrix) -> tuple[float, float]:
    """The least and the greatest factor by which a matrix stretches (its singular values)."""
    total = m[0] ** 2 + m[1] ** 2 + m[2] ** 2 + m[3] ** 2
    area = m[0] * m[3] - m[1] * m[2]
    root = math.sqrt(max(total**2 - 4 * area**2, 0.0))
    return math.sqrt(max((total - root) / 2, 0.0)), math.sqrt((total + root) / 2)


def moved(m: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point, led from the inner to the outer space."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def around(points: list[tuple[float, float]]) -> Box:
    """The box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def led(m: Matrix, box: Box) -> Box:
    """The box around a box that is led from the inner to the outer space."""
    return around([moved(m, x, y) for x in box[::2] for y in box[1::2]])
