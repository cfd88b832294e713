"""What stands on the press's plates: total ink, ink cut off at the trim, and what processing steps do to the printing.

Measured on Ghostscript's separations. Without Ghostscript none of it is checked, and the findings say so. Sources: GWG
2022 R0025 and R0026 for total ink; the bleed is the vendor's; ISO 19593-1, 6.3 for steps, as GWG's documents tell it: a
step has its own spot ink, and leaves what is printed below it as it is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf

from publish.diagnostics import ComponentMissing, Finding, Place, Refused, Severity
from publish.policy import PressProfile, PressRule
from publish.press.colors import PROCESS
from publish.press.separations import MOST_PAGES, Plates, plates
from publish.press.steps import step_layers
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._ink import changed, cut_off, fullest_square, place_of, raw, total
from publish.verify.preflight._pages import Leaf, leaves, page_objects
from publish.verify.preflight._telling import told, weight_above

RULES = ("drawing", "total-ink", "bleed-ink", "step-inks")
CODES = (
    "preflight.not-checked",
    "preflight.drawing",
    "preflight.total-ink",
    "preflight.bleed-ink",
    "preflight.step-inks",
)

_PPI, _SMOOTH = 100.0, 2
"""A quarter of a millimetre a pixel, drawn twice as fine: thin strokes are not fattened to a whole pixel."""

_COARSEST_PPI = 20.0
_PIXELS = 12_000_000
"""Pixels drawn at a time, and so kept in memory: an A4 page has one million."""

SECONDS = 40.0
"""For all pages together; a leaflet takes about one."""

_ROUNDING = 0.5
"""Percent of ink by which sums of eight-bit plates may be off."""


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The facts about each page's plates."""
    rules = {name: rule for name in RULES if (rule := profile.rules.get(name)) is not None}
    if not rules:
        return
    steps = "step-inks" in rules and bool(step_layers(file.pdf))
    until = time.monotonic() + SECONDS
    said = False
    if swollen := _swollen(file):
        yield _undrawn(file.name, swollen, rules.get("drawing"))
        return
    for pages in _groups(leaves(file.pdf)):
        try:
            hidden = _drawn(file, pages, False, until)
            shown = _drawn(file, pages, True, until) if steps else [None] * len(pages)
        except ComponentMissing as missing:
            yield _not_checked(file.name, missing.findings[0].message, missing.findings[0].hint)
            return
        except (Refused, TimeoutError) as refused:
            late = f"drawing its plates takes longer than {SECONDS:g} s" if time.monotonic() > until - 1 else ""
            yield _undrawn(file.name, late or _words(refused), rules.get("drawing"))
            return
        if not said and hidden[0].complaints and "drawing" in rules:
            said = True
            yield _complaint(file.name, hidden[0], rules["drawing"])
        for sheet, without, with_steps in zip(pages, hidden, shown, strict=True):
            yield from _page(file.name, sheet, without, with_steps, profile, rules)


def _groups(sheets: list[Leaf]) -> Iterator[list[Leaf]]:
    """Pages that are drawn together."""
    group: list[Leaf] = []
    pixels = 0.0
    for sheet in sheets:
        size = _pixels(sheet, _PPI)
        if group and (pixels + size > _PIXELS or len(group) >= MOST_PAGES):
            yield group
            group, pixels = [], 0.0
        group.append(sheet)
        pixels += size
    if group:
        yield group


def _pixels(sheet: Leaf, ppi: float) -> float:
    left, bottom, right, top = raw(sheet.media, sheet)
    return (right - left) * (top - bottom) * (ppi / 72) ** 2


def _drawn(file: PressFile, pages: list[Leaf], steps: bool, until: float) -> list[Plates]:
    left = until - time.monotonic()
    if left < 1:
        raise TimeoutError
    wanted = sum(_pixels(sheet, _PPI) for sheet in pages)
    ppi = _PPI if wanted <= _PIXELS else max(_COARSEST_PPI, _PPI * (_PIXELS / wanted) ** 0.5)
    return plates(file.data, ppi, [sheet.number for sheet in pages], smooth=_SMOOTH, steps=steps, seconds=left)


def _page(
    name: str, sheet: Leaf, without: Plates, shown: Plates | None, profile: PressProfile, rules: Mapping[str, PressRule]
) -> Iterator[Finding]:
    ink = total(without, sheet)
    if rule := rules.get("total-ink"):
        side = rule.values.get("square-mm", 15.0)
        percent, box = fullest_square(ink, without, sheet, side)
        if weight := weight_above(rule, percent, _ROUNDING):
            yield told(
                "preflight.total-ink",
                f"{percent:.0f} % of ink stand in a square of {side:g} mm; above {rule.limits[weight]:g} % "
                "it dries badly and sets off",
                Place(name, page=sheet.number, box=sheet.mm(box)),
                "print dark surfaces with less of the coloured inks (undercolour removal)",
                rule,
                weight,
            )
    if rule := rules.get("bleed-ink"):
        for side_name, length, box in cut_off(ink, without, sheet, profile.bleed, rule.values.get("edge-mm", 1.0)):
            yield told(
                "preflight.bleed-ink",
                f"ink reaches the {side_name} edge for {length:.0f} mm and ends there: "
                "a cut that is a little off shows white paper",
                Place(name, page=sheet.number, box=sheet.mm(box)),
                f"let it go on for {profile.bleed:g} mm beyond the edge, or keep it away from it",
                rule,
            )
    if shown is not None and (rule := rules.get("step-inks")):
        yield from _steps(name, sheet, without, shown, rule)


def _steps(name: str, sheet: Leaf, hidden: Plates, shown: Plates, rule: PressRule) -> Iterator[Finding]:
    """A page with its processing steps held against the same page without them."""
    rows, columns = shown.window(raw(sheet.trim, sheet))
    for ink, gains, loses in changed(shown, hidden):
        where = Place(name, page=sheet.number, box=sheet.mm(place_of(gains | loses, shown, sheet)))
        if loses.any():
            message = f"a processing step takes away {ink} that is printed below it: its lines would show in print"
            hint = "let all processing steps overprint"
        elif ink in PROCESS:
            message = f"a processing step stands on the plate of {ink}: it would be printed"
            hint = "draw it in a spot ink of its own, such as one called “Cutting”"
        elif ink in hidden.inks and hidden.inks[ink][rows, columns].any():
            message = f"the ink “{ink}” of a processing step prints on the piece, too"
            hint = "give the step an ink of its own, and use that for nothing else"
        else:
            continue
        yield told("preflight.step-inks", message, where, hint, rule)


# --- what could not be measured ---


def _not_checked(name: str, why: str, hint: str) -> Finding:
    message = f"the ink on the plates was not measured: {why}"
    return Finding(
        "preflight.not-checked", message, Place(name), hint or "look at fewer pages at once", Severity.WARNING
    )


def _undrawn(name: str, why: str, rule: PressRule | None) -> Finding:
    if rule is None:
        return _not_checked(name, why, "")
    hint = "look for huge pictures, or for things repeated without end, and export it again"
    return told("preflight.drawing", f"no plates could be made of the file: {why}", Place(name), hint, rule)


def _words(error: Refused | TimeoutError) -> str:
    return error.findings[0].message if isinstance(error, Refused) else str(error)


def _swollen(file: PressFile) -> str:
    """Why a file is not given to Ghostscript: a page's operators, or its colour profile, unpack to too much."""
    streams: list[tuple[str, Any]] = []
    for number, page in enumerate(page_objects(file.pdf), 1):
        said = page.get("/Contents")
        streams += [(f"page {number}", each) for each in (said if isinstance(said, pikepdf.Array) else [said])]
    intents = file.pdf.Root.get("/OutputIntents")
    for intent in intents if isinstance(intents, pikepdf.Array) else []:
        if isinstance(intent, pikepdf.Dictionary):
            streams.append(("the output intent's profile", intent.get("/DestOutputProfile")))
    for what, stream in streams:
        try:
            if isinstance(stream, pikepdf.Stream):
                stream.read_bytes()
        except (pikepdf.PdfError, RuntimeError) as error:
            return f"{what} cannot be unpacked ({str(error).rpartition(': ')[2][:80]})"
    return ""


def _complaint(name: str, drawn: Plates, rule: PressRule) -> Finding:
    return told(
        "preflight.drawing",
        f"Ghostscript found faults while it drew the file: {'; '.join(drawn.complaints)}",
        Place(name),
        "export it again; a press may draw something else than you see",
        rule,
    )
