"""Flat sheets as a press gets them, made here letter by letter: each panel numbered, in plates that are known."""

from __future__ import annotations

import io

import pikepdf

from publish.diagnostics import Place
from publish.model import Press
from publish.press.folds import FoldedSheet, folded

MM = 72 / 25.4
SLUG_MM, BLEED_MM = 12.0, 3.0
SPOT = "PANTONE 186 C"


def sheet(fold: str = "letter-tri", stock: str = "letter", panels: int | None = None) -> FoldedSheet:
    """A folded sheet."""
    return folded(Press(fold=fold, stock=stock, panels=panels), (215.9, 279.4), {}, Place("leaflet.md"))


def flat_pdf(folds: FoldedSheet, square: tuple[float, float] | None = None, extra: bytes = b"") -> bytes:
    """The two sides of a flat sheet with bleed and slug around its trim.

    Each panel has a pale ground of yellow up to the bleed and its number in large black letters. `square` is the left
    and top in mm of 15 mm square on side 1 that is full of cyan, magenta and yellow. Side 2 has a bar of the spot ink.
    """
    pdf = pikepdf.new()
    width, height = folds.width + 2 * SLUG_MM, folds.height + 2 * SLUG_MM
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    tint = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 0.76, 0.04], N=1)
    separation = pikepdf.Array(
        [pikepdf.Name.Separation, pikepdf.Name("/" + SPOT), pikepdf.Name.DeviceCMYK, pdf.make_indirect(tint)]
    )
    for number, side in enumerate(folds.sides):
        drawn = [f"{MM:.6f} 0 0 {MM:.6f} 0 0 cm"]  # from here on in mm
        box = (SLUG_MM - BLEED_MM, SLUG_MM - BLEED_MM, folds.width + 2 * BLEED_MM, folds.height + 2 * BLEED_MM)
        drawn.append("0 0 0.12 0 k {:.3f} {:.3f} {:.3f} {:.3f} re f".format(*box))
        if number == 0 and square:
            drawn.append(f"1 1 1 0 k {SLUG_MM + square[0]:.3f} {height - SLUG_MM - square[1] - 15:.3f} 15 15 re f")
        if number == 1:
            drawn.append(f"/Spot cs 1 scn {SLUG_MM:.3f} {SLUG_MM:.3f} {folds.width:.3f} 20 re f")
        for panel in side.panels:
            left = SLUG_MM + panel.left + panel.width / 2 - 8
            drawn.append(f"0 0 0 1 k BT /F 30 Tf {left:.3f} {height / 2:.3f} Td ({panel.number}) Tj ET")
        page = pdf.add_blank_page(page_size=(width * MM, height * MM))
        page.obj.TrimBox = [edge * MM for edge in (SLUG_MM, SLUG_MM, width - SLUG_MM, height - SLUG_MM)]
        inner = SLUG_MM - BLEED_MM
        page.obj.BleedBox = [edge * MM for edge in (inner, inner, width - inner, height - inner)]
        page.obj.Resources = pikepdf.Dictionary(Font={"/F": font}, ColorSpace={"/Spot": separation})
        page.obj.Contents = pdf.make_stream("\n".join(drawn).encode() + extra)
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()
