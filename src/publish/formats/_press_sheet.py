"""Imposition: pages of panels become the sides of a flat sheet, with bleed, marks, slug line and processing steps.

Boxes are those of ISO 15930-7 (PDF/X-4); fold lines and the line to cut along stand in layers and inks of their own
(ISO 19593-1), so that a press shop's software knows that they are not printed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from publish.formats._press_inks import Cmyk
from publish.press.codes import Standing
from publish.press.folds import FoldedSheet, Panel, Side

MM = 72 / 25.4

SLUG_MM = 12.0
"""What stands around the bleed: marks and the slug line."""

MARK_GAP_MM = 1.0
MARK_MM = 5.0
_MARK_PT = 0.25
"""Marks begin so far outside the bleed, are so long, and so thick."""

_TARGET_MM = 1.6
"""The radius of a registration mark's circle."""

CUTTING, FOLDING = "Cutting", "Folding"
_STEPS: dict[str, Cmyk] = {CUTTING: (0.0, 1.0, 0.0, 0.0), FOLDING: (1.0, 0.0, 1.0, 0.0)}
_STEP_PT = 0.5
"""The inks of the processing steps, as screens show them, and how thick their lines are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The flat sheets: `sides` as one looks at them, each `height` mm high; `bleed` in mm; `codes` by panel."""

    sides: tuple[Side, ...]
    height: float
    bleed: float
    codes: tuple[Standing, ...]


def planned(
    sheet: FoldedSheet | None, pages: Sequence[tuple[float, float]], bleed: float, codes: tuple[Standing, ...]
) -> Plan:
    """The sides to print: those of the folded sheet, or each page for itself. `pages` are widths and heights in mm."""
    if sheet is not None:
        printed = tuple(side for side in sheet.sides if any(panel.number <= len(pages) for panel in side.panels))
        return Plan(printed, sheet.height, bleed, codes)
    sides = tuple(Side("", (Panel(number, 0.0, width),)) for number, (width, _) in enumerate(pages, 1))
    return Plan(sides, pages[0][1], bleed, codes)


def impose(pages: bytes, slugs: bytes, plan: Plan) -> pikepdf.Pdf:
    """The sheet's sides in place of the panels' pages, each with its slug line. The tag tree stays, and leads into the
    panels: so the sheet can still be read in order.
    """
    made = pikepdf.open(io.BytesIO(pages))
    lines = pikepdf.open(io.BytesIO(slugs))
    panels = [page.obj for page in made.pages]
    boxes = [tuple(float(each) for each in page.TrimBox) for page in panels]
    forms = [_form(page) for page in made.pages]
    layers = _layers(made)
    sides: dict[int, Any] = {}
    for number, side in enumerate(plan.sides):
        slug = made.copy_foreign(lines.pages[number].as_form_xobject())
        sheet = made.make_indirect(_side(made, side, plan, forms, boxes, slug, layers))
        made.pages.append(pikepdf.Page(sheet))
        sides |= {panel.number: sheet for panel in side.panels}
    _retag(made, {page.objgen: (sides[n], forms[n - 1]) for n, page in enumerate(panels, 1) if n in sides})
    for _ in panels:
        del made.pages[0]
    for key in ("/Outlines", "/Names", "/PageLabels", "/Dests"):
        if key in made.Root:
            del made.Root[key]
    return made


def _form(page: pikepdf.Page) -> Any:
    """A panel's page as a form that its tags lead to (ISO 32000-1, 14.7.4.3)."""
    form = page.as_form_xobject()
    form.BBox = page.MediaBox  # the bleed too: by itself the form ends at the trim box
    if "/StructParents" in page.obj:
        form.StructParents = page.obj.StructParents
    return form


def _retag(made: pikepdf.Pdf, targets: dict[Any, tuple[Any, Any]]) -> None:
    """Marked content of a page becomes that of a form on a sheet. Links go: a press file has none (ISO 15930-7)."""
    for element in made.objects:
        if not isinstance(element, Dictionary) or element.get("/Type") != Name.StructElem:
            continue
        own, kids = element.get("/Pg"), element.get("/K")
        target = targets.get(own.objgen) if own is not None else None
        if target is not None:
            element.Pg = target[0]
        if element.get("/S") == Name.Link:
            element.S = Name.Span
        if kids is None:
            continue
        kept = [kid for kid in (kids if isinstance(kids, Array) else [kids]) if not _is_link(kid)]
        element.K = Array([_reference(kid, target) if _is_number(kid) and target else kid for kid in kept])
    tree = made.Root.get("/StructTreeRoot")
    if tree is not None:  # the numbers behind those of the pages are the links'
        numbers = tree.ParentTree.Nums
        tree.ParentTree.Nums = Array([numbers[at] for at in range(min(2 * len(targets), len(numbers)))])


def _is_link(kid: Any) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR


def _is_number(kid: Any) -> bool:
    return isinstance(kid, int) and not isinstance(kid, bool)


def _reference(mark: Any, target: tuple[Any, Any]) -> Dictionary:
    return Dictionary(Type=Name.MCR, Pg=target[0], Stm=target[1], MCID=mark)


def _side(
    made: pikepdf.Pdf, side: Side, plan: Plan, forms: list[Any], boxes: list[Any], slug: Any, layers: dict[str, Any]
) -> Dictionary:
    width, height = sum(panel.width for panel in side.panels), plan.height
    edge = plan.bleed + SLUG_MM
    used = Dictionary({f"/P{panel.number}": forms[panel.number - 1] for panel in side.panels})
    used["/Slug"] = slug
    content = [b"q", _at(edge, edge)]
    content += _panels(side, plan, boxes)
    content += _codes(side, plan)
    content.append(
        f"q 1 0 0 1 {(MARK_MM + 2) * MM:.3f} {-(plan.bleed + SLUG_MM - 1.5) * MM:.3f} cm /Slug Do Q".encode()
    )
    content += _marks(side, width, height, plan.bleed)
    content += _steps(side, width, height)
    content.append(b"Q")
    trim = [edge * MM, edge * MM, (edge + width) * MM, (edge + height) * MM]
    bleed = plan.bleed * MM
    media = [0, 0, (width + 2 * edge) * MM, (height + 2 * edge) * MM]
    return Dictionary(
        Type=Name.Page,
        MediaBox=_box(media),
        CropBox=_box(media),
        BleedBox=_box([trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed]),
        TrimBox=_box(trim),
        Resources=Dictionary(
            XObject=used,
            ColorSpace=Dictionary(
                {"/All": _separation("All", (1.0, 1.0, 1.0, 1.0))}
                | {f"/{name}": _separation(name, cmyk) for name, cmyk in _STEPS.items()}
            ),
            ExtGState=Dictionary(over=Dictionary(op=True, OP=True, OPM=1)),
            Properties=Dictionary({f"/{name}": layer for name, layer in layers.items()}),
        ),
        Contents=made.make_stream(b"\n".join(content)),
    )


def _panels(side: Side, plan: Plan, boxes: list[Any]) -> Iterator[bytes]:
    """Each panel's page, cut at the folds; only at the sheet's outer edges does it run on into the bleed."""
    last = len(side.panels) - 1
    for index, panel in enumerate(side.panels):
        left = panel.left - (plan.bleed if index == 0 else 0)
        right = panel.left + panel.width + (plan.bleed if index == last else 0)
        low, high = -plan.bleed * MM, (plan.height + 2 * plan.bleed) * MM
        x0, y0 = boxes[panel.number - 1][:2]
        yield f"q {left * MM:.4f} {low:.4f} {(right - left) * MM:.4f} {high:.4f} re W n".encode()
        yield f"1 0 0 1 {panel.left * MM - x0:.4f} {-y0:.4f} cm /P{panel.number} Do Q".encode()


def _codes(side: Side, plan: Plan) -> Iterator[bytes]:
    """The codes that machines read, each one path of full black that overprints (GWG 2022, R0010)."""
    for panel in side.panels:
        for code in (each for each in plan.codes if each.panel == panel.number):
            yield b"q /over gs 0 0 0 1 k"
            for x, y, wide, high in code.symbol.bars:
                left, low = panel.left + code.x + x, plan.height - code.y - y - high
                yield f"{left * MM:.4f} {low * MM:.4f} {wide * MM:.4f} {high * MM:.4f} re".encode()
            yield b"f Q"


def _marks(side: Side, width: float, height: float, bleed: float) -> Iterator[bytes]:
    """Crop, fold and registration marks on every plate (Separation All), outside the bleed."""
    near, far = bleed + MARK_GAP_MM, bleed + MARK_GAP_MM + MARK_MM
    yield f"q /All CS 1 SCN {_MARK_PT} w".encode()
    for x in (0.0, width):
        yield from (_line(x, -near, x, -far), _line(x, height + near, x, height + far))
    for y in (0.0, height):
        yield from (_line(-near, y, -far, y), _line(width + near, y, width + far, y))
    middle = bleed + MARK_GAP_MM + MARK_MM / 2
    for x, y in ((-middle, height / 2), (width + middle, height / 2), *_beside_folds(side, width, height, middle)):
        yield from _target(x, y)
    yield b"[1.5 1.5] 0 d"
    for x in side.folds:
        yield from (_line(x, -near, x, -far), _line(x, height + near, x, height + far))
    yield b"Q"


def _beside_folds(side: Side, width: float, height: float, middle: float) -> Iterator[tuple[float, float]]:
    """Where registration marks stand over and under the sheet: in the middle, or beside a fold that is there."""
    x = width / 2
    if any(abs(fold - x) < 3 * _TARGET_MM for fold in side.folds):
        x += 5 * _TARGET_MM
    yield from ((x, height + middle), (x, -middle)) if width > 120 else ((x, height + middle),)


def _target(x: float, y: float) -> Iterator[bytes]:
    """A registration mark: a cross in a circle."""
    radius, arm = _TARGET_MM * MM, (_TARGET_MM + 0.8) * MM
    x, y = x * MM, y * MM
    bow = radius * 0.5523
    yield f"{x - arm:.3f} {y:.3f} m {x + arm:.3f} {y:.3f} l {x:.3f} {y - arm:.3f} m {x:.3f} {y + arm:.3f} l".encode()
    path = [f"{x + radius:.3f} {y:.3f} m"]
    for (ax, ay), (bx, by), (cx, cy) in (
        ((radius, bow), (bow, radius), (0, radius)),
        ((-bow, radius), (-radius, bow), (-radius, 0)),
        ((-radius, -bow), (-bow, -radius), (0, -radius)),
        ((bow, -radius), (radius, -bow), (radius, 0)),
    ):
        path.append(f"{x + ax:.3f} {y + ay:.3f} {x + bx:.3f} {y + by:.3f} {x + cx:.3f} {y + cy:.3f} c")
    yield (" ".join(path) + " S").encode()


def _steps(side: Side, width: float, height: float) -> Iterator[bytes]:
    """The line to cut along and the lines to fold along, each in its layer and ink, over all that is printed."""
    yield f"/OC /{CUTTING} BDC q /over gs /{CUTTING} CS 1 SCN {_STEP_PT} w".encode()
    yield f"0 0 {width * MM:.4f} {height * MM:.4f} re S Q EMC".encode()
    if side.folds:
        yield f"/OC /{FOLDING} BDC q /over gs /{FOLDING} CS 1 SCN {_STEP_PT} w [3 2] 0 d".encode()
        yield from (_line(x, 0, x, height) for x in side.folds)
        yield b"Q EMC"


def _layers(made: pikepdf.Pdf) -> dict[str, Any]:
    """The layers of the processing steps (ISO 19593-1: GTS_Metadata tells a layer's group and type)."""
    layers = {
        name: made.make_indirect(
            Dictionary(
                Type=Name.OCG,
                Name=name,
                GTS_Metadata=Dictionary(GTS_ProcStepsGroup=Name.Structural, GTS_ProcStepsType=Name("/" + name)),
            )
        )
        for name in _STEPS
    }
    groups = Array(layers.values())
    made.Root.OCProperties = Dictionary(
        OCGs=groups, D=Dictionary(Name="Default", BaseState=Name.ON, ON=groups, OFF=Array(), Order=groups)
    )
    return layers


def _separation(name: str, cmyk: Cmyk) -> Array:
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0, 0]), C1=_box(cmyk), N=1)
    return Array([Name.Separation, Name("/" + name), Name.DeviceCMYK, tint])


def _box(values: Sequence[float]) -> Array:
    return Array([round(float(value), 4) for value in values])


def _at(x: float, y: float) -> bytes:
    return f"1 0 0 1 {x * MM:.4f} {y * MM:.4f} cm".encode()


def _line(x0: float, y0: float, x1: float, y1: float) -> bytes:
    return f"{x0 * MM:.3f} {y0 * MM:.3f} m {x1 * MM:.3f} {y1 * MM:.3f} l S".encode()
