"""The ink of a glyph, from its outline alone: no table of the font is believed about what a letter looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

Floats = npt.NDArray[np.float64]

_STEPS = 6
"""Straight pieces for a curve: at the bitmaps' size a finer cut changes no pixel."""
_SAMPLES = 3
"""Sample points for a pixel's side."""

_T = np.linspace(0, 1, _STEPS + 1)[:, None]
_BEZIER = np.hstack([(1 - _T) ** 3, 3 * _T * (1 - _T) ** 2, 3 * _T**2 * (1 - _T), _T**3])


@dataclass(frozen=True, slots=True)
class Outline:
    """A glyph's outline as directed edges, one a row: x and y of its start, x and y of its end, in em."""

    edges: Floats
    advance: float

    @property
    def empty(self) -> bool:
        """There is nothing to fill."""
        return not len(self.edges)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the ink, in em; four zeros without ink."""
        if self.empty:
            return (0.0, 0.0, 0.0, 0.0)
        xs, ys = self.edges[:, (0, 2)], self.edges[:, (1, 3)]
        return (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))

    @property
    def area(self) -> float:
        """The inked area in em², holes left out, overlaps counted once."""
        left, bottom, right, top = self.box
        size = (right - left) * (top - bottom)
        return float(fill(self, self.box, 24, 24).mean()) * size if size > 0 else 0.0

    def inked(self, least: float) -> bool:
        """Whether at least `least` em² are inked; where the contours' own areas leave no doubt, nothing is filled."""
        x0, y0, x1, y1 = self.edges.T
        return abs(float((x0 * y1 - x1 * y0).sum())) / 2 >= 3 * least or self.area >= least

    def upright(self, angle: float) -> Outline:
        """The outline with a slant of `angle` degrees (negative leans to the right, as in `post`) taken back."""
        if not angle or self.empty:
            return self
        lean = float(np.tan(np.radians(angle)))
        edges = self.edges.copy()
        edges[:, 0] += lean * edges[:, 1]
        edges[:, 2] += lean * edges[:, 3]
        return Outline(edges, self.advance)


def side_by_side(outlines: list[Outline]) -> Outline:
    """The outlines set in a row, each behind the advance of those before it."""
    pieces, x = [], 0.0
    for outline in outlines:
        pieces.append(outline.edges + np.array([x, 0, x, 0]))
        x += outline.advance
    return Outline(np.vstack(pieces) if pieces else np.zeros((0, 4)), x)


def fill(outline: Outline, box: tuple[float, float, float, float], columns: int, rows: int) -> Floats:
    """The ink (0 to 1 a pixel, top row last) within `box`, filled by the nonzero rule, as for every font."""
    left, bottom, right, top = box
    if outline.empty or right <= left or top <= bottom:
        return np.zeros((rows, columns))
    wide, high = columns * _SAMPLES, rows * _SAMPLES
    x0, y0, x1, y1 = outline.edges.T
    levels = bottom + (np.arange(high) + 0.5) / high * (top - bottom)
    row, edge = np.nonzero((y0 <= levels[:, None]) != (y1 <= levels[:, None]))
    rise = y1[edge] - y0[edge]
    x = x0[edge] + (levels[row] - y0[edge]) / rise * (x1[edge] - x0[edge])
    column = np.clip(np.ceil((x - left) / (right - left) * wide - 0.5), 0, wide).astype(np.int64)
    turns = np.bincount(row * (wide + 1) + column, np.where(rise > 0, 1.0, -1.0), high * (wide + 1))
    inside = np.cumsum(turns.reshape(high, wide + 1), axis=1)[:, :wide].round() != 0
    return np.asarray(inside.reshape(rows, _SAMPLES, columns, _SAMPLES).mean(axis=(1, 3)), dtype=np.float64)


@dataclass(slots=True)
class Outlines:
    """The outlines of a font, each drawn once. Raises what fontTools raises on a broken glyph."""

    font: TTFont
    cmap: Mapping[int, str] = field(init=False)
    _glyphs: Any = field(init=False)
    _em: float = field(init=False)
    _known: dict[str, Outline] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.cmap = self.font.getBestCmap() or {}
        self._glyphs = self.font.getGlyphSet()
        self._em = float(self.font["head"].unitsPerEm)

    def glyph(self, name: str) -> Outline:
        """The outline of the glyph called `name`."""
        if name not in self._known:
            pen = _Pen(self._glyphs)
            self._glyphs[name].draw(pen)
            self._known[name] = Outline(pen.edges() / self._em, self.advance(name))
        return self._known[name]

    def advance(self, name: str) -> float:
        """The room of the glyph called `name`, in em."""
        return float(self.font["hmtx"][name][0]) / self._em

    def parts(self, name: str) -> tuple[str, ...]:
        """The glyphs, at their own size, that the glyph called `name` is put together from; empty if it is drawn."""
        glyph = self.font["glyf"][name] if "glyf" in self.font else None
        if glyph is None or not glyph.isComposite() or any(hasattr(part, "transform") for part in glyph.components):
            return ()
        return tuple(part.glyphName for part in glyph.components)

    def letter(self, letter: str) -> Outline | None:
        """The outline of the glyph that stands for `letter`, if the font has one."""
        name = self.cmap.get(ord(letter))
        return None if name is None else self.glyph(name)


class _Pen(BasePen):  # type: ignore[misc]
    """Collects an outline as cubic pieces; `edges` cuts them into straight ones, all at once."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self._pieces: list[tuple[Any, Any, Any, Any]] = []
        self._start: Any = None

    def _moveTo(self, pt: Any) -> None:
        self._start = pt

    def _lineTo(self, pt: Any) -> None:
        here = self._getCurrentPoint()
        self._pieces.append((here, here, pt, pt))

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:
        self._pieces.append((self._getCurrentPoint(), pt1, pt2, pt3))

    def _closePath(self) -> None:
        if self._start is not None and self._getCurrentPoint() != self._start:
            self._lineTo(self._start)

    def _endPath(self) -> None:
        self._closePath()

    def edges(self) -> Floats:
        """One row an edge: x0, y0, x1, y1, in the font's units."""
        if not self._pieces:
            return np.zeros((0, 4))
        points = np.einsum("tk,nkc->ntc", _BEZIER, np.array(self._pieces, dtype=np.float64))
        return np.concatenate([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 4)
