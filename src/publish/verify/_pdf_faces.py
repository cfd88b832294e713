"""Whether the safety block is set in the pinned fonts, glyph by glyph: a font can draw 2 as 8 under any name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from publish.verify._glyphs import Shapes, pinned, shapes_of
from publish.verify._pdf_block import Shown
from publish.verify._pdf_fonts import Font
from publish.verify._pdf_geometry import Fault
from publish.verify._pdf_read import Drawn, Numbers

_TWINS = ("-\u2010\u2011\u00ad", "\u00b5\u03bc", " \u00a0\u202f\u2009")
"""Characters that one glyph may stand for: faces share it, and a file then names only the first it met."""


def pinned_for(font: Font, fonts: Mapping[str, Path]) -> tuple[str, Shapes] | None:
    """The pinned font file that an embedded font claims to be, by the PostScript name inside the file."""
    embedded = shapes_of(font.program)
    names = [embedded.name if embedded else "", font.name.split("+")[-1]]
    for name in names:
        if name in fonts:
            return name, pinned(fonts[name])
    return None


def x_heights(drawn: Drawn, shown: Shown, fonts: Mapping[str, Path]) -> Numbers:
    """The x-height in em of each glyph's face; half an em where the face is not known."""
    known: dict[int, float] = {}
    heights = []
    for run in shown.runs:
        font = drawn.runs[run].font
        if id(font) not in known:
            face = pinned_for(font, fonts)
            known[id(font)] = face[1].x_height if face else 0.5
    for run in drawn.run[shown.glyphs].tolist():
        heights.append(known[id(drawn.runs[run].font)])
    return np.array(heights, dtype=np.float64)


def faults(drawn: Drawn, shown: Shown, fonts: Mapping[str, Path]) -> Iterator[Fault]:
    """The glyphs set in a font that is not pinned, and those whose shape is not the pinned font's for their text."""
    strange: dict[int, str] = {}
    altered: dict[tuple[int, int, str, bool], bool] = {}
    raised = dict(zip(shown.glyphs.tolist(), shown.raised.tolist(), strict=True))
    foreign: set[int] = set()
    reshaped: set[int] = set()
    for number in shown.runs:
        font = drawn.runs[number].font
        if id(font) not in strange:
            strange[id(font)] = "" if font.plain and pinned_for(font, fonts) else _known_as(font)
        span = drawn.glyphs_of(number)
        if strange[id(font)]:
            foreign.update(span)
            continue
        for glyph, text in _clusters(drawn, span):
            key = (id(font), int(drawn.codes[glyph]), text, raised.get(glyph, False))
            if key not in altered:
                altered[key] = not _as_pinned(font, key[1], text, drawn.texts[glyph] != text, fonts, key[3])
            if altered[key]:
                reshaped.add(glyph)
    if foreign:
        names = ", ".join(sorted({name for name in strange.values() if name}))
        yield Fault(
            "pdf.safety-font",
            f"set in a font that the theme does not pin: {names}",
            "set the block in a family of the theme's `[[font]]` files; declare no @font-face of its own for it, and "
            "see that the pinned faces hold all its characters",
            np.isin(shown.glyphs, list(foreign)) if foreign & set(shown.glyphs.tolist()) else _all(shown),
        )
    if reshaped:
        marked = np.isin(shown.glyphs, list(reshaped))
        yield Fault(
            "pdf.safety-glyph",
            "the shapes drawn are not those that the pinned font has for these characters",
            "take `text-transform`, small capitals and other `font-variant` forms away from the block; if there are "
            "none, the font file that was embedded is not the one that the theme pins",
            marked if marked.any() else _all(shown),
        )


def _all(shown: Shown) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.ones(len(shown.glyphs), dtype=bool)


def _known_as(font: Font) -> str:
    embedded = shapes_of(font.program)
    if not font.program:
        return f"{font.name or 'a font without a name'} (not embedded)"
    return (embedded.name if embedded else "") or font.name or "a font without a name"


def _clusters(drawn: Drawn, span: range) -> Iterator[tuple[int, str]]:
    """Glyphs with their text. Of several glyphs that make one character (é of e and ´), a file names only the last."""
    waiting: list[int] = []
    for glyph in span:
        text = drawn.texts[glyph]
        if not text:
            waiting.append(glyph)
            continue
        yield from ((each, text) for each in waiting)
        waiting = []
        yield glyph, text
    yield from ((each, "") for each in waiting)


def _as_pinned(font: Font, code: int, text: str, partial: bool, fonts: Mapping[str, Path], raised: bool) -> bool:
    """Whether the glyph drawn is one that the pinned font may use for this text, or for a part of it."""
    face, embedded = pinned_for(font, fonts), shapes_of(font.program)
    name = embedded.glyph(code) if embedded else None
    if face is None or embedded is None or name is None:
        return False
    trusted = face[1]
    drawn = embedded.outline(name)
    parts = unicodedata.normalize("NFD", text) + unicodedata.normalize("NFC", text)
    candidates = [
        text,
        unicodedata.normalize("NFC", text),
        *(parts if partial else ()),
        *(other for group in _TWINS if text in group and len(text) == 1 for other in group),
    ]
    if not text.strip():
        return drawn == ()
    for candidate in candidates:
        plain = trusted.name_for(candidate) if len(candidate) == 1 else None
        if plain and _same(embedded, name, drawn, trusted, plain):
            return True
    return any(
        _same(embedded, name, drawn, trusted, other)
        for candidate in candidates
        for other in trusted.names_for(candidate, raised)
    )


def _same(embedded: Shapes, name: str, drawn: object, trusted: Shapes, other: str) -> bool:
    if drawn != trusted.outline(other):
        return False
    return not embedded.programmed(name) or embedded.instructions(name) == trusted.instructions(other)
