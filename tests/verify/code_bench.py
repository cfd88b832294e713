"""A bench for the proofs of the press file: sheets drawn by hand, in mm from the top left of the trimmed page."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

import pikepdf

from publish.diagnostics import Finding, Place
from publish.model import Document, Press, PressCode
from publish.policy import Mandate, load_press_profile
from publish.press.codes import Standing, standing
from publish.press.folds import FoldedSheet, folded
from publish.verify import Artifact, load
from verify.pdf_bench import DOCUMENT, FURNITURE, PINNED, PROFILE

SLUG_MM = 12.0
BLACK = "0 0 0 1 k"
SOURCE = Place("leaflet.md", 3)
PRESS = load_press_profile("gwg-2022-leaflet")
MARGIN = PRESS.safety_margin

Draw = Callable[[Standing, float, float], str]
"""What is drawn for a code whose symbol's top left stands at x, y on the page."""


def bars(one: Standing, x: float, y: float) -> str:
    """The code as it should be."""
    return filled((x + left, y + top, width, height) for left, top, width, height in one.symbol.bars)


def filled(boxes: object, ink: str = BLACK) -> str:
    """Rectangles (left, top, width, height) filled as one path."""
    said = " ".join("{:.5f} {:.5f} {:.5f} {:.5f} re".format(*box) for box in boxes)  # type: ignore[attr-defined]
    return f"q {ink} {said} f Q\n"


def letter(x: float, y: float, mm: float, words: str = "H") -> str:
    """Words in Helvetica whose base line stands at x, y; `mm` is the size of the type."""
    return f"BT {BLACK} /F1 {mm:.3f} Tf 1 0 0 -1 {x:.4f} {y:.4f} Tm ({words}) Tj ET\n"


def letter_fold(fold: str = "letter-tri", stock: str = "letter") -> FoldedSheet:
    return folded(Press(fold=fold, stock=stock), (210, 297), {}, SOURCE)


def places(codes: Sequence[PressCode], sheet: FoldedSheet | None, size: tuple[float, float], pages: int) -> list:
    """Each code with its page from 0 and the symbol's place on it."""
    if sheet is None:
        at = [(number, 0.0, *size) for number in range(pages)]
    else:
        sides = enumerate(sheet.sides)
        panels = sorted(((p.number, n, p) for n, side in sides for p in side.panels), key=lambda each: each[0])
        at = [(page, panel.left, panel.width, sheet.height) for _, page, panel in panels]
    found = standing(codes, [(width, height) for _, _, width, height in at], MARGIN, SOURCE)
    return [(one, at[one.panel - 1][0], at[one.panel - 1][1] + one.x, one.y) for one in found]


def drawn(
    codes: Sequence[PressCode],
    sheet: FoldedSheet | None = None,
    size: tuple[float, float] = (210.0, 297.0),
    pages: int = 1,
    draw: Draw = bars,
    under: str = "",
    over: str = "",
) -> bytes:
    """A press file that shows the codes; `under` and `over` are drawn on each page before and after them."""
    width, height = (sheet.width, sheet.height) if sheet else size
    content = [under for _ in range(len(sheet.sides) if sheet else pages)]
    for one, page, x, y in places(codes, sheet, size, pages):
        content[page] += draw(one, x, y)
    return file([each + over for each in content], width, height)


def file(content: Sequence[str], width: float, height: float) -> bytes:
    """A PDF with these contents in mm, one page each, its trim box inside a slug."""
    k = 72 / 25.4
    pdf = pikepdf.new()
    for each in content:
        pdf.add_blank_page(page_size=((width + 2 * SLUG_MM) * k, (height + 2 * SLUG_MM) * k))
        page = pdf.pages[-1]
        page.trimbox = [SLUG_MM * k, SLUG_MM * k, (SLUG_MM + width) * k, (SLUG_MM + height) * k]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        states = pikepdf.Dictionary(Over=pikepdf.Dictionary(op=True, OP=True, OPM=1))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font), ExtGState=states)
        head = f"{k:.6f} 0 0 {-k:.6f} {SLUG_MM * k:.4f} {(SLUG_MM + height) * k:.4f} cm\n"
        page.Contents = pdf.make_stream((head + each).encode("latin-1"))
    made = io.BytesIO()
    pdf.save(made, deterministic_id=True)
    return made.getvalue()


def document(codes: Sequence[PressCode], fold: str = "", base: Document = DOCUMENT) -> Document:
    return replace(base, meta=replace(base.meta, press=Press(fold=fold, codes=tuple(codes))))


def judge(
    data: bytes, codes: Sequence[PressCode], sheet: FoldedSheet | None = None, base: Document = DOCUMENT
) -> list[Finding]:
    """What the proof of the codes says of a file."""
    mandate = Mandate(PROFILE, PINNED, FURNITURE, PRESS, sheet)
    found = load("press_codes").check(Artifact("press", "x-press.pdf", data), document(codes, base=base), mandate)
    return [each for each in found if isinstance(each, Finding)]
