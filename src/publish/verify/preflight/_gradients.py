"""The inks of a gradient: the most that it lays of each anywhere, as far as its functions tell.

ISO 32000-1, 7.10 and 8.7.4.5. Functions of the types 2 and 3 are told by their ends, those of type 0 by their samples;
what a PostScript function or a mesh paints is not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pikepdf

from publish.verify.preflight._colors import Color, Space

_DEEPEST = 2
_PARTS = 100
"""Functions in a function that are looked at."""

_SAMPLES = 4096
"""Colours of a table that are looked at; longer tables are not told."""

_BROKEN = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, pikepdf.PikepdfError)


def gradient_inks(shading: Any, space: Space) -> Mapping[str, float] | None:
    """Each ink with its highest tint; None where it cannot be told."""
    try:
        colors = _colors(shading["/Function"], 0)
    except _BROKEN:
        return None
    most: dict[str, float] = {}
    for values in colors:
        inks = Color(space, values).inks
        if inks is None:
            return None
        for name, tint in inks.items():
            most[name] = max(tint, most.get(name, 0.0))
    return most or None


def _colors(function: Any, depth: int) -> list[tuple[float, ...]]:
    """Colours between which all others lie. Raises where the function tells none."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    if isinstance(function, pikepdf.Array):
        parts = [_colors(each, depth + 1) for each in _few(function)]
        length = max(len(part) for part in parts)
        if any(len(part) not in (1, length) for part in parts):
            raise ValueError("functions of different kinds")
        return [tuple(part[min(at, len(part) - 1)][0] for part in parts) for at in range(length)]
    kind = int(function["/FunctionType"])
    if kind == 2:
        ends = function.get("/C0", [0]), function.get("/C1", [1])
        return [tuple(float(each) for each in end) for end in ends]
    if kind == 3:
        return [color for each in _few(function["/Functions"]) for color in _colors(each, depth + 1)]
    if kind == 0:
        return _samples(function)
    raise ValueError("not told")


def _few(functions: Any) -> list[Any]:
    if len(functions) > _PARTS:
        raise ValueError("not told")
    return list(functions)


def _samples(function: Any) -> list[tuple[float, ...]]:
    """Type 0: a table of colours, eight bits a component."""
    bounds = [float(each) for each in function["/Range"]]
    size = len(bounds) // 2
    table = bytes(function.read_bytes())
    if int(function["/BitsPerSample"]) != 8 or not size or len(table) // size > _SAMPLES:
        raise ValueError("not told")
    decode = [float(each) for each in function.get("/Decode", bounds)]
    return [
        tuple(
            decode[2 * part] + table[at + part] / 255 * (decode[2 * part + 1] - decode[2 * part])
            for part in range(size)
        )
        for at in range(0, len(table) - size + 1, size)
    ]
