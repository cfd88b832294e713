"""What lies on the pages of a PDF/X-4 file and in its layers: notes, the space in which transparency is mixed.

GWG 2022 R0001; ISO 15930-7:2010, known here from public sources: the CGATS Application Notes (annotations outside the
bleed), PDFlib's list of what PDF/X-4 restricts (the blending space). Unconfirmed, and so never more than a warning:
that every configuration of layers has a name, and that layers may not switch themselves (/AS).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from publish.diagnostics import Finding, Place, Severity
from publish.policy import PressProfile, PressRule
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._pages import Leaf, leaves, overlap, page_objects
from publish.verify.preflight._telling import told

RULES = ("pdf-x-page",)
CODES = ("preflight.x-annotation", "preflight.x-blending", "preflight.x-layers")

_FIRST = 5


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The facts about notes, transparency and layers."""
    rule = profile.rules.get("pdf-x-page")
    if rule is None:
        return
    place = Place(file.name)
    yield from _annotations(file, rule)
    yield from _blending(file, rule, place)
    yield from _layers(file.pdf, rule, place)


def _annotations(file: PressFile, rule: PressRule) -> Iterator[Finding]:
    """Notes, links and fields lie wholly outside the bleed; only printer's marks and traps may lie on the page."""
    count = 0
    for sheet, page in zip(leaves(file.pdf), page_objects(file.pdf), strict=True):
        for note in _dictionaries(page.get("/Annots")):
            if _named(note.get("/Subtype"), "/PrinterMark", "/TrapNet") or not (box := _on_page(note, sheet)):
                continue
            count += 1
            if count <= _FIRST:
                yield told(
                    "preflight.x-annotation",
                    f"a note of the kind {str(note.get('/Subtype', '/unknown'))[1:]} lies on the printed page",
                    Place(file.name, page=sheet.number, box=sheet.mm(box)),
                    "export it without links, notes and fields; a press may print them or not",
                    rule,
                )
    if count > _FIRST:
        message = f"{count - _FIRST} more notes lie on printed pages"
        yield told("preflight.x-annotation", message, Place(file.name), "export it without them", rule)


def _on_page(note: Any, sheet: Leaf) -> tuple[float, float, float, float] | None:
    """What of the note's rectangle lies within the bleed, in pt; a rectangle that cannot be read lies anywhere."""
    try:
        x0, y0, x1, y1 = (float(each) * sheet.unit for each in note["/Rect"])
    except (KeyError, TypeError, ValueError):
        return sheet.bleed
    shared = overlap((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), sheet.bleed)
    return shared if shared and shared[0] < shared[2] and shared[1] < shared[3] else None


def _blending(file: PressFile, rule: PressRule, place: Place) -> Iterator[Finding]:
    """Transparency is mixed in the inks of the output intent: a group's own space is that of its inks, or none."""
    wrong: list[int] = []
    for each in file.pdf.objects:
        if not isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            continue
        group = each.get("/Group")
        if isinstance(group, pikepdf.Dictionary) and _named(group.get("/S"), "/Transparency"):
            space = group.get("/CS")
            if _named(space, "/DeviceRGB", "/CalRGB") or _components(space) == 3:
                wrong.append(each.objgen[0])
    if wrong:
        yield told(
            "preflight.x-blending",
            f"transparency is mixed in RGB in {len(wrong)} group{'s' * (len(wrong) != 1)}: "
            "what is printed will not be what the screen shows",
            place,
            "set the transparency blend space to CMYK and export again",
            rule,
        )


def _components(space: Any) -> int | None:
    """How many components an ICC-based or calibrated space has."""
    if not isinstance(space, pikepdf.Array) or not len(space):
        return None
    if _named(space[0], "/CalRGB", "/Lab"):
        return 3
    profile = space[1] if len(space) > 1 else None
    count = profile.get("/N") if _named(space[0], "/ICCBased") and isinstance(profile, pikepdf.Stream) else None
    return count if isinstance(count, int) else None


def _layers(pdf: pikepdf.Pdf, rule: PressRule, place: Place) -> Iterator[Finding]:
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return
    first = properties.get("/D")
    if not isinstance(first, pikepdf.Dictionary):
        message = "the file has layers but does not say which of them are shown"
        yield told("preflight.x-layers", message, place, "export the layers again, or flatten them", rule)
        return
    configurations = [first, *_dictionaries(properties.get("/Configs"))]
    if any(not str(each.get("/Name", "")).strip() for each in configurations):
        message = "a set of layers (configuration) has no name by which a press could ask for it"
        yield told("preflight.x-layers", message, place, "name it", rule, Severity.WARNING)
    if any(isinstance(each.get("/AS"), pikepdf.Array) and len(each["/AS"]) for each in configurations):
        message = "layers switch themselves on and off (/AS): what is printed is not what is shown"
        yield told("preflight.x-layers", message, place, "remove the automatic states", rule, Severity.WARNING)


def _named(said: Any, *names: str) -> bool:
    return isinstance(said, pikepdf.Name) and str(said) in names


def _dictionaries(said: Any) -> Iterator[Any]:
    if isinstance(said, pikepdf.Array):
        yield from (each for each in said if isinstance(each, pikepdf.Dictionary))
