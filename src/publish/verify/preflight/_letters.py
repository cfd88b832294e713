"""The fonts that text is set in: whether their shapes are in the file, and where a shown string has its ink.

Embedded: ISO 32000-1, 9.9. Where the shapes can be read, ink is measured; else the advance widths and a usual letter's
height stand for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf
from fontTools.ttLib import TTLibError

from publish.verify._glyphs import Shapes, shapes_of
from publish.verify._pdf_fonts import Font, font_key, read_font

_DESCENT, _ASCENT = -0.22, 0.75
"""A usual letter's ink below and above its base line, in em."""

_WIDTH = 556.0
"""The width that stands for those that the file does not state, in 1000ths of an em: Helvetica's digits."""

_BROKEN = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, pikepdf.PdfError)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One font of the file. `kind` is its subtype; `embedded` whether its shapes are in the file.

    `procs` are the drawings of a Type 3 font by code, `matrix` and `resources` what they are drawn with, and `em` how
    high its letters are in text units at size 1.
    """

    name: str
    kind: str
    embedded: bool
    font: Font | None
    vertical: bool
    procs: dict[int, Any]
    matrix: tuple[float, ...]
    resources: Any
    em: float
    known: dict[int, tuple[float, float, float, float] | None] = field(default_factory=dict)

    def codes(self, shown: bytes) -> list[int]:
        """The character codes in a string."""
        return list(self.font.codes(shown)) if self.font else list(shown)

    def width(self, code: int) -> float:
        """A letter's advance in em."""
        if self.font is None:
            return _WIDTH / 1000
        default = self.font.default_width or (0.0 if self.font.widths else _WIDTH)
        return self.font.widths.get(code, default) / 1000

    def text(self, codes: list[int]) -> str:
        """What the codes say, as far as the file tells."""
        if self.font is None:
            return ""
        plain = not self.font.composite and self.kind != "Type3"
        said = (self.font.texts.get(code, chr(code) if plain and 32 <= code < 127 else "") for code in codes)
        return "".join(said)

    def ink(self, code: int) -> tuple[float, float, float, float] | None:
        """Left, bottom, right and top of a letter's ink in em from its origin; None when it has none."""
        if code not in self.known:
            self.known[code] = _ink(self, code)
        return self.known[code]

    @property
    def composite(self) -> bool:
        """Whether a code has more than one byte."""
        return self.font is not None and self.font.composite


def _ink(face: Face, code: int) -> tuple[float, float, float, float] | None:
    shapes = _shapes(face.font.program) if face.font is not None and face.font.plain else None
    if shapes is not None:
        try:
            box = shapes.bounds(code)
        except (*_BROKEN, TTLibError, AssertionError):
            return None
        return box if box[2] > box[0] or box[3] > box[1] else None
    said = face.text([code])
    if said and not said.strip():
        return None
    return 0.0, _DESCENT * face.em, face.width(code), _ASCENT * face.em


def _shapes(program: bytes) -> Shapes | None:
    try:
        return shapes_of(program) if program else None
    except Exception:  # a font program is foreign data in a dozen formats; what cannot be read is measured roughly
        return None


def face_key(resource: Any) -> str:
    """What tells one font of the file from another."""
    return font_key(resource)


def read_face(resource: Any) -> Face:
    """The font of a resource dictionary's entry. What is broken is left empty."""
    kind = str(resource.get("/Subtype", "")).lstrip("/")
    try:
        font = read_font(resource)
    except _BROKEN:
        font = None
    procs, matrix = _procs(resource) if kind == "Type3" else ({}, ())
    return Face(
        name=str(resource.get("/BaseFont", resource.get("/Name", ""))).lstrip("/"),
        kind=kind,
        embedded=bool(procs) if kind == "Type3" else _has_program(resource),
        font=font,
        vertical=kind == "Type0" and str(resource.get("/Encoding", "")).endswith("-V"),
        procs=procs,
        matrix=matrix,
        resources=resource.get("/Resources"),
        em=_em(resource, matrix) if kind == "Type3" else 1.0,
    )


def _has_program(resource: Any) -> bool:
    try:
        holder = resource["/DescendantFonts"][0] if "/DescendantFonts" in resource else resource
        descriptor = holder.get("/FontDescriptor")
        return any(isinstance(descriptor.get(key), pikepdf.Stream) for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    except _BROKEN:
        return False


def _procs(resource: Any) -> tuple[dict[int, Any], tuple[float, ...]]:
    """The drawings of a Type 3 font by code (9.6.5), and the matrix from their space to text space."""
    try:
        matrix = tuple(float(each) for each in resource.get("/FontMatrix", ())) or (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
        drawings = resource["/CharProcs"]
        procs: dict[int, Any] = {}
        code = 0
        for each in resource["/Encoding"]["/Differences"]:
            if isinstance(each, pikepdf.Name):
                if str(each) in drawings:
                    procs[code] = drawings[str(each)]
                code += 1
            else:
                code = int(each)
    except _BROKEN:
        return {}, (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
    return procs, matrix if len(matrix) == 6 else (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)


def _em(resource: Any, matrix: tuple[float, ...]) -> float:
    """Most Type 3 fonts count in 1000ths; in others the height of the font's box is taken for its em."""
    if abs(abs(matrix[3]) - 0.001) < 1e-6:
        return 1.0
    try:
        box = [float(each) for each in resource["/FontBBox"]]
        height = abs(box[3] - box[1]) * abs(matrix[3])
    except _BROKEN:
        height = 0.0
    return height or 1000 * abs(matrix[3])
