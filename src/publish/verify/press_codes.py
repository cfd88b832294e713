"""The codes on the press sheet: each is read back from its picture, measured, and held against the front matter.

The picture is pdfium's; the readers are zxing-cpp and one of our own for pharmacodes. The inks are looked at on the
plates that Ghostscript makes, where it is installed, else by the picture's colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pypdfium2

from publish.diagnostics import Finding, Place, Refused
from publish.model import Document, PressCode
from publish.policy import Mandate
from publish.press.codes import code_data, standing
from publish.press.folds import FoldedSheet
from publish.verify import Artifact
from publish.verify._code_limits import MODULE_PIXELS, MOST_PIXELS, ON_DARK, PLACE_MM
from publish.verify._code_measure import Expected, coloured_ground, deviations, form, intruder, wrong_colour
from publish.verify._code_pictures import Box, Picture, picture, trim_size
from publish.verify._code_plates import ink_faults
from publish.verify._code_reading import Stroke, read_matrices, shown, strokes, value
from publish.verify._code_strangers import strangers

APPLIES_TO = ("press",)
CODES = (
    "press.code-unreadable",
    "press.code-wrong",
    "press.code-twice",
    "press.code-unknown",
    "press.code-size",
    "press.code-quiet-zone",
    "press.code-ink",
)
_MOST_PAGES = 64
_AGAIN = "build the press file again; a theme or a picture that reaches over the code must give way to it"


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding]:
    """Each code that is not there once, readable, right, in its size, with its free zone, in black; and strangers."""
    if mandate.press is None:
        return
    try:
        pdf = pypdfium2.PdfDocument(artifact.data)
    except pypdfium2.PdfiumError:
        return  # preflight tells why
    try:
        pages = [pdf[number] for number in range(min(len(pdf), _MOST_PAGES))]
        codes = document.meta.press.codes if document.meta.press else ()
        expected = _expected(codes, pages, mandate.sheet, mandate.press.safety_margin, Place(artifact.name))
        for each in expected:
            yield from _judged(pages, each, artifact.name)
        yield from _inks(artifact, pages, expected)
        yield from strangers(pages, expected, document, artifact.name)
    except Refused as refused:
        yield from refused.findings
    except pypdfium2.PdfiumError:
        return  # a page that cannot be drawn; preflight tells why
    finally:
        pdf.close()


def _expected(
    codes: Sequence[PressCode], pages: Sequence[Any], sheet: FoldedSheet | None, margin: float, place: Place
) -> list[Expected]:
    """Where on the sheet each code must stand. A sheet printed on one side has the panels of that side alone."""
    if sheet is None:
        panels = [(number, 0.0, *trim_size(page)) for number, page in enumerate(pages, 1)]
    else:
        sides = [(number, panel) for number, side in enumerate(sheet.sides, 1) for panel in side.panels]
        there = [(number, panel) for number, panel in sides if number <= len(pages)]
        whole = sorted(panel.number for _, panel in there) == list(range(1, len(there) + 1))
        ordered = sorted(there if whole else sides, key=lambda each: each[1].number)
        panels = [(number, panel.left, panel.width, sheet.height) for number, panel in ordered]
    found = []
    codes = [replace(code, place=place) for code in codes]  # what is wrong here is wrong in the file
    for one in standing(codes, [(width, height) for _, _, width, height in panels], margin, place):
        page, left, _, _ = panels[one.panel - 1]
        x, y = left + one.x, one.y
        found.append(Expected(one, page, (x, y, x + one.symbol.width, y + one.symbol.height)))
    return found


def _place(expected: Expected, name: str, box: Box | None = None) -> Place:
    return Place(name, page=expected.page, box=box or expected.box)


# --- one code ---


def _judged(pages: Sequence[Any], expected: Expected, name: str) -> Iterator[Finding]:
    drawn = _close_up(pages, expected)
    if drawn is None:
        yield Finding(
            "press.code-unreadable",
            f"the {expected.title} must stand on page {expected.page}, where there is no such place",
            _place(expected, name),
            "build the press file again; its pages are not the sheet's",
        )
    elif expected.standing.symbol.kind == "pharmacode":
        yield from _pharmacode(drawn, expected, name)
    else:
        yield from _modules(drawn, expected, name)


def _close_up(pages: Sequence[Any], expected: Expected) -> Picture | None:
    """The code and its quiet zone, drawn finely."""
    if expected.page > len(pages):
        return None
    left, top, right, bottom = expected.clear
    scale = MODULE_PIXELS / expected.standing.symbol.module
    scale = min(scale, MOST_PIXELS / (right - left), MOST_PIXELS / (bottom - top))
    return picture(pages[expected.page - 1], expected.clear, scale)


def _modules(drawn: Picture, expected: Expected, name: str) -> Iterator[Finding]:
    """A Data Matrix or QR code."""
    symbol, place = expected.standing.symbol, _place(expected, name)
    read = read_matrices(drawn.dark, drawn.grid)
    seen = form(drawn, expected)
    if not read:
        inverted = read_matrices(drawn.dark, drawn.grid, inverted=True)
        why = "it stands white on dark" if inverted else "no reader finds it in the picture of the sheet"
        yield Finding("press.code-unreadable", f"the {expected.title} cannot be read: {why}", place, _AGAIN)
    elif wrong := [each for each in read if (each.kind, each.says) != (symbol.kind, symbol.says)]:
        yield Finding(
            "press.code-wrong",
            f"where the {expected.title} must stand, a reader reads “{shown(wrong[0])}” ({wrong[0].kind})",
            place,
            _AGAIN,
        )
    elif seen.another:
        yield Finding(
            "press.code-wrong",
            f"the {expected.title} is mirrored, turned, or stands beside its place; not every machine reads it so",
            place,
            _AGAIN,
        )
    elif seen.spoiled:
        yield Finding(
            "press.code-size",
            f"the modules of the {expected.title} are not {symbol.module:g} mm wide: "
            f"{seen.stray:.1%} of its ink is too much, {seen.lost:.1%} is missing",
            place,
            _AGAIN,
            source=code_data(symbol.kind)["source"],
        )
    yield from _quiet(drawn, expected, expected.box, name)


def _pharmacode(drawn: Picture, expected: Expected, name: str) -> Iterator[Finding]:
    symbol, place = expected.standing.symbol, _place(expected, name)
    all_bars = strokes(drawn.dark, drawn.grid, expected.clear, expected.box)
    found = _own(all_bars or [], expected)
    reach = expected.box
    on_dark = bool(drawn.dark.mean() > ON_DARK)
    if not found or on_dark:
        why = "something blurs its bars" if all_bars is None else "no bars stand in its place"
        why = "it stands white on dark" if on_dark else why
        yield Finding("press.code-unreadable", f"the {expected.title} cannot be read: {why}", place, _AGAIN)
    else:
        reach = (
            min(reach[0], found[0].left), min(reach[1], *(each.top for each in found)),
            max(reach[2], found[-1].right), max(reach[3], *(each.bottom for each in found)),
        )  # fmt: skip
        yield from _bars(found, expected, place, symbol.module)
    yield from _quiet(drawn, expected, reach, name)


def _own(found: list[Stroke], expected: Expected) -> list[Stroke]:
    """The bars that are the code's own: those in its place; where these say something else, all that stand there."""
    left, _, right, _ = expected.box
    inside = [bar for bar in found if bar.right > left - PLACE_MM and bar.left < right + PLACE_MM]
    module, says = expected.standing.symbol.module, expected.standing.symbol.says
    if inside and _value(inside, module) != says and _value(found, module) == says:
        return found
    return inside


def _value(found: Sequence[Stroke], module: float) -> str:
    return str(value([bar.right - bar.left for bar in found], module))


def _bars(found: Sequence[Stroke], expected: Expected, place: Place, module: float) -> Iterator[Finding]:
    says = _value(found, module)
    if says != expected.standing.symbol.says:
        mirrored = _value(found[::-1], module) == expected.standing.symbol.says
        yield Finding(
            "press.code-wrong",
            f"where the {expected.title} must stand, its bars say {says}" + (": it is mirrored" if mirrored else ""),
            place,
            _AGAIN,
        )
    elif wrong := list(deviations(found, expected)):
        yield Finding(
            "press.code-size",
            f"the {expected.title} is not drawn to measure: {wrong[0]}"
            + (f", and {len(wrong) - 1} more" if wrong[1:] else ""),
            place,
            _AGAIN,
            source=code_data("pharmacode")["source"],
        )


def _quiet(drawn: Picture, expected: Expected, reach: Box, name: str) -> Iterator[Finding]:
    left, top, right, bottom = expected.standing.symbol.quiet
    if inside := intruder(drawn, expected, reach):
        bounds, distance = inside
        yield Finding(
            "press.code-quiet-zone",
            f"ink stands {distance:.1f} mm beside the {expected.title}, which needs {max(left, right):g} mm free on "
            f"the left and right and {max(top, bottom):g} mm above and below",
            _place(expected, name, bounds),
            "move what stands there, or give the code another `panel` or `corner`",
            source=code_data(expected.standing.symbol.kind)["source"],
        )


# --- inks ---


def _inks(artifact: Artifact, pages: Sequence[Any], expected: Sequence[Expected]) -> Iterator[Finding]:
    there = [each for each in expected if each.page <= len(pages)]
    faults = ink_faults(artifact.data, there)
    for number, each in enumerate(there):
        drawn = _close_up(pages, each)
        wrong = list(faults[number]) if faults is not None else wrong_colour(drawn, each) if drawn else []
        if drawn and coloured_ground(drawn, each):
            wrong.append("it stands on a coloured ground")
        if wrong:
            yield Finding(
                "press.code-ink",
                f"the {each.title} is not printed in black alone on paper: {'; '.join(wrong)}",
                _place(each, artifact.name),
                "print codes in 100 % black on bare paper: plates that are a hair off would blur them",
            )
