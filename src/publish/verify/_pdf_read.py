"""A finished PDF, opened once for all its proofs: its pages, the text it draws, and the order in which it is read."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf

from publish.diagnostics import Finding, Place, Refused
from publish.press.folds import FoldedSheet
from publish.verify._glyphs import Shapes, shapes_of
from publish.verify._once import once
from publish.verify._pdf_content import Box, Parsed, Run, read_page, times
from publish.verify._pdf_fonts import Font
from publish.verify._pdf_limits import MAX_PAGES, MM, PAGE_LONG_MM, PAGE_SHORT_MM
from publish.verify._pdf_tags import Mark, Tagged, Tags, read_tags

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's boxes in pt: what is trimmed to, what a viewer shows; its own turn, and whether it uses layers."""

    trim: Box
    visible: Box
    turn: int
    layered: bool


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """All glyphs of a file in the order in which they are painted, as arrays over glyphs.

    `x`, `y` are origins and `boxes` the ink's bounds (left, bottom, right, top) on the page in pt; `advance` is the
    glyph's own width in pt; `blank` glyphs are white space. `matrices` (one a run) lead from 1 em to the page.
    `reading` are the glyphs in tagged reading order, list labels left out; `labels` those of list labels; `loose` all
    that stand outside the tree. `leaf` counts what a reader has before him at once: the page, or the panel of a
    folded sheet. `parsed` are the instructions of each content stream that was read.
    """

    pdf: pikepdf.Pdf
    sheets: tuple[Sheet, ...]
    tags: Tags | None
    runs: tuple[Run, ...]
    run_pages: Integers
    run_starts: Integers
    texts: tuple[str, ...]
    blank: npt.NDArray[np.bool_]
    codes: Integers
    run: Integers
    page: Integers
    x: Numbers
    y: Numbers
    advance: Numbers
    boxes: Numbers
    matrices: Numbers
    tagged: dict[int, Tagged]
    reading: Integers
    labels: Integers
    loose: Integers
    leaf: Integers
    parsed: Parsed

    def glyphs_of(self, run: int) -> range:
        """The glyphs that a run shows."""
        return range(int(self.run_starts[run]), int(self.run_starts[run + 1]))


def open_pdf(data: bytes) -> pikepdf.Pdf:
    """The file, by pikepdf. Its own warnings are asked for by the caller, and never logged."""
    return pikepdf.open(io.BytesIO(data), suppress_warnings=True)


@once()
def read_pdf(data: bytes, name: str) -> Drawn:
    """Everything the proofs need of a file. Refused when it cannot be opened or its pages are no leaflet's."""
    try:
        pdf = open_pdf(data)
        sheets = tuple(_sheet(page) for page in pdf.pages)
        _refuse_absurd(sheets, name)
        fonts: dict[str, Font] = {}
        pages: list[list[Run]] = []
        parsed: Parsed = {}
        for number, page in enumerate(pdf.pages):
            runs, layered = read_page(page, number, fonts, parsed)
            pages.append(runs)
            if layered:
                old = sheets[number]
                sheets = (*sheets[:number], Sheet(old.trim, old.visible, old.turn, True), *sheets[number + 1 :])
        return _drawn(pdf, sheets, read_tags(pdf), pages, parsed)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as broken:
        raise Refused(
            Finding(
                "pdf.unreadable",
                f"the file cannot be read as a PDF: {_NO_NAME.sub('', str(broken))}",
                Place(name),
                "build it again; if it fails again, the fault is in the program that wrote it",
            )
        ) from broken


_NO_NAME = re.compile(r"^stream <[^>]*>: ")
"""What pikepdf calls a file that is read from memory: a number, another one each time."""


def on_panels(drawn: Drawn, sheet: FoldedSheet | None) -> Drawn:
    """The same glyphs on the panels of a folded sheet, whose sides are the file's pages."""
    if sheet is None or len(drawn.sheets) > len(sheet.sides):
        return drawn
    leaf = drawn.leaf.copy()
    for page, side in enumerate(sheet.sides[: len(drawn.sheets)]):
        own = np.nonzero(drawn.page == page)[0]
        across = (drawn.x[own] - drawn.sheets[page].trim[0]) / MM
        numbers = np.array([panel.number for panel in side.panels])
        leaf[own] = numbers[np.searchsorted(np.array(side.folds), across, side="right")]
    return replace(drawn, leaf=leaf)


def _refuse_absurd(sheets: tuple[Sheet, ...], name: str) -> None:
    if not 1 <= len(sheets) <= MAX_PAGES:
        raise Refused(
            Finding(
                "pdf.page-count",
                f"the file has {len(sheets)} pages; a leaflet has 1 to {MAX_PAGES}",
                Place(name),
                "look for a page break inside a loop or in front of every element in the theme's style sheet",
            )
        )
    for number, sheet in enumerate(sheets, 1):
        left, bottom, right, top = sheet.visible
        short, long = sorted(((right - left) / MM, (top - bottom) / MM))
        if not (PAGE_SHORT_MM[0] <= short <= PAGE_SHORT_MM[1] and PAGE_LONG_MM[0] <= long <= PAGE_LONG_MM[1]):
            raise Refused(
                Finding(
                    "pdf.page-size",
                    f"the page shows {short:.0f} × {long:.0f} mm; a leaflet's page is between "
                    f"{PAGE_SHORT_MM[0]:.0f} × {PAGE_LONG_MM[0]:.0f} and {PAGE_SHORT_MM[1]:.0f} × "
                    f"{PAGE_LONG_MM[1]:.0f} mm",
                    Place(name, page=number),
                    "give the theme a page size that a leaflet can be printed on (`@page { size: … }`)",
                )
            )


def _sheet(page: Any) -> Sheet:
    if float(page.obj.get("/UserUnit", 1)) != 1:
        raise ValueError("its pages are scaled (UserUnit), so no length in it can be trusted")
    media = _box(page.mediabox)
    crop = _inside(_box(page.cropbox), media)
    trim = _box(page.trimbox) if "/TrimBox" in page.obj else crop
    return Sheet(_inside(trim, crop), crop, int(page.obj.get("/Rotate", _inherited(page, "/Rotate", 0))) % 360, False)


def _inherited(page: Any, key: str, default: Any) -> Any:
    node = page.obj
    for _ in range(50):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return default


def _box(array: Any) -> Box:
    x0, y0, x1, y1 = (float(each) for each in array)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _inside(box: Box, outer: Box) -> Box:
    return max(box[0], outer[0]), max(box[1], outer[1]), min(box[2], outer[2]), min(box[3], outer[3])


def _drawn(
    pdf: pikepdf.Pdf, sheets: tuple[Sheet, ...], tags: Tags | None, pages: list[list[Run]], parsed: Parsed
) -> Drawn:
    runs = tuple(chain.from_iterable(pages))
    run_pages = np.array([number for number, page in enumerate(pages) for _ in page], dtype=np.int64)
    counts = np.array([len(run.codes) for run in runs], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    owner = np.repeat(np.arange(len(runs)), counts)
    lines = np.array([run.matrix for run in runs], dtype=np.float64).reshape(-1, 6)
    offsets = np.array(list(chain.from_iterable(run.offsets for run in runs)), dtype=np.float64)
    rises = np.array([run.rise for run in runs], dtype=np.float64)
    line = lines[owner]
    matrices = np.array(
        [times((r.size * r.stretch, 0, 0, r.size, 0, r.rise), r.matrix) for r in runs], dtype=np.float64
    ).reshape(-1, 6)
    x = line[:, 0] * offsets + line[:, 2] * rises[owner] + line[:, 4]
    y = line[:, 1] * offsets + line[:, 3] * rises[owner] + line[:, 5]
    codes = np.array(list(chain.from_iterable(run.codes for run in runs)), dtype=np.int64)
    texts, ems, inks = _glyph_facts(runs)
    em = matrices[owner]
    order = _reading_order(runs, run_pages, starts, tags)
    return Drawn(
        pdf,
        sheets, tags, runs, run_pages, starts, texts,
        np.array([text.isspace() for text in texts], dtype=bool), codes, owner, run_pages[owner], x, y,
        ems * np.hypot(em[:, 0], em[:, 1]), _placed(inks, em, x, y), matrices, *order, run_pages[owner],
        parsed,
    )  # fmt: skip


def _glyph_facts(runs: tuple[Run, ...]) -> tuple[tuple[str, ...], Numbers, Numbers]:
    """Each glyph's text, its width and its ink's bounds in em. A font without a readable file gets bounds by guess."""
    known: dict[int, dict[int, int]] = {}
    facts: list[tuple[str, float, Box]] = []
    numbers: list[int] = []  # of the fact about each glyph: a leaflet has some hundred facts, and thousands of glyphs
    for run in runs:
        font = run.font
        own = known.setdefault(id(font), {})
        for code in set(run.codes).difference(own):
            width = font.widths.get(code, font.default_width) / 1000
            shapes: Shapes | None = shapes_of(font.program)
            box = shapes.bounds(code) if shapes and font.plain else (0.0, 0.0, width, 0.5)
            own[code] = len(facts)
            facts.append((font.texts.get(code, ""), width, box))
        numbers += map(own.__getitem__, run.codes)
    texts, widths, bounds = zip(*facts, strict=True) if facts else ((), (), ())
    each = np.array(numbers, dtype=np.int64)
    return (
        tuple(map(texts.__getitem__, numbers)),
        np.array(widths, dtype=np.float64)[each],
        np.array(bounds, dtype=np.float64).reshape(-1, 4)[each],
    )


def _placed(inks: Numbers, em: Numbers, x: Numbers, y: Numbers) -> Numbers:
    corners = [
        (em[:, 0] * inks[:, i] + em[:, 2] * inks[:, j] + x, em[:, 1] * inks[:, i] + em[:, 3] * inks[:, j] + y)
        for i in (0, 2)
        for j in (1, 3)
    ]
    xs, ys = np.stack([u for u, _ in corners]), np.stack([v for _, v in corners])
    return np.stack([xs.min(0), ys.min(0), xs.max(0), ys.max(0)], axis=1)


def _reading_order(
    runs: tuple[Run, ...], run_pages: Integers, starts: Integers, tags: Tags | None
) -> tuple[dict[int, Tagged], Integers, Integers, Integers]:
    ranks: dict[Mark, tuple[int, Tagged]] = {}
    for rank, piece in enumerate(tags.content if tags else ()):
        ranks.setdefault(piece.mark, (rank, piece))
    placed: list[tuple[int, int]] = []
    tagged: dict[int, Tagged] = {}
    labels: list[tuple[int, int]] = []
    loose: list[int] = []
    for number, run in enumerate(runs):
        found = None
        if run.mcid is not None and not run.artifact:
            page = int(run_pages[number])
            found = ranks.get((page, run.outer, run.mcid)) or ranks.get((page, 0, run.mcid))
        if found is None:
            loose.append(number)
            continue
        tagged[number] = found[1]
        (labels if found[1].label else placed).append((found[0], number))
    glyphs = [
        np.concatenate([np.arange(starts[n], starts[n + 1]) for n in order] or [np.zeros(0)]).astype(np.int64)
        for order in ([n for _, n in sorted(placed)], [n for _, n in sorted(labels)], loose)
    ]
    return tagged, glyphs[0], glyphs[1], glyphs[2]
