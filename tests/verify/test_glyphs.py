"""The shapes in font files: what is known of a letter is known by all the bytes that it is drawn from."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.ttProgram import Program

from publish.verify._glyphs import Outline, Shapes
from verify.pdf_bench import PINNED
from verify.test_pdf_tampered import blank

E_ACUTE = "é"


def seen(change: Callable[[TTFont], object] = lambda face: None) -> tuple[Outline, bool]:
    """The outline of é, which is made of e and an accent, in a font that somebody has changed, and if it moves."""
    face, saved = TTFont(PINNED["SourceSans3-Regular"], recalcBBoxes=False), io.BytesIO()
    change(face)
    face.save(saved)
    shapes = Shapes(TTFont(io.BytesIO(saved.getvalue()), lazy=True))
    name = shapes.name_for(E_ACUTE)
    assert name is not None
    return shapes.outline(name), shapes.programmed(name)


def moved(face: TTFont) -> None:
    """The accent stands elsewhere."""
    face["glyf"][face.getBestCmap()[ord(E_ACUTE)]].components[1].x += 40


def instructed(face: TTFont) -> None:
    program = Program()
    program.fromAssembly(["PUSHB[ ] 4 100", "SHPIX[ ]"])
    face["glyf"][face.getBestCmap()[ord(E_ACUTE)]].program = program


@pytest.mark.parametrize("change", [blank("e"), moved], ids=["a part is another one", "a part stands elsewhere"])
def test_a_letter_that_is_made_of_others_is_told_by_all_of_them(change: Callable[[TTFont], None]) -> None:
    sound = seen()
    assert sound == seen()
    assert seen(change)[0] != sound[0]


def test_a_letter_that_is_made_of_others_may_carry_instructions() -> None:
    assert not seen()[1]
    assert seen(instructed)[1]
