"""What a PDF paints, object by object, page by page, annotations included; bounded in time and memory.

The reader is pikepdf and an interpreter of our own; Ghostscript, which makes the separations, is another witness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from publish.verify._pdf_content import IDENTITY, times
from publish.verify.preflight._canvas import Frame, Painter
from publish.verify.preflight._file import bounded
from publish.verify.preflight._layers import Layers
from publish.verify.preflight._letters import Face
from publish.verify.preflight._limits import LIMITS, Limits
from publish.verify.preflight._pages import Leaf, inherited, page_objects, read_leaf
from publish.verify.preflight._painted import Painted, Seen
from publish.verify.preflight._reading import Reading, Spent
from publish.verify.preflight._spaces import Spaces
from publish.verify.preflight._state import State, led, matrix
from publish.verify.preflight._walk import Walk, run

_HIDDEN, _PRINT = 1 << 1, 1 << 2
"""Flags of annotations (ISO 32000-1, 12.5.3)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the pages paint, in the order of painting. `name` is the file's, as findings show it.

    `damage` tells by page what could not be read. `unread` says what was not looked at, because a limit was reached,
    and `unread_from` the page from which on; both are empty when all was.
    """

    name: str
    leaves: tuple[Leaf, ...]
    objects: tuple[Painted, ...]
    damage: tuple[tuple[int, str], ...] = ()
    unread: str = ""
    unread_from: int | None = None

    @property
    def printed(self) -> Iterator[Painted]:
        """What is printed within the bleed and is to be seen on the finished piece."""
        return (each for each in self.objects if each.printed)


def read_scene(pdf: pikepdf.Pdf, name: str, limits: Limits = LIMITS) -> Scene:
    """The scene of an open PDF. Never raises on a broken one: what cannot be read stands in `damage`."""
    with bounded(limits):
        return _read(pdf, name, limits)


def _read(pdf: pikepdf.Pdf, name: str, limits: Limits) -> Scene:
    reading = Reading(limits)
    layers, spaces = Layers(pdf.Root), Spaces()
    faces: dict[str, Face] = {}
    leaves: list[Leaf] = []
    objects: list[Painted] = []
    unread = ""
    for number, page in enumerate(page_objects(pdf), 1):
        reading.page = number
        try:
            if number > limits.pages:
                raise Spent(f"it has more than {limits.pages} pages")
            leaf = read_leaf(page, number)
            leaves.append(leaf)
            _page(Painter(leaf, layers, spaces, reading, faces, objects, run), page)
        except Spent as spent:
            unread = str(spent)
            break
    return Scene(name, tuple(leaves), tuple(objects), tuple(reading.damage), unread, reading.page if unread else None)


def _page(painter: Painter, page: Any) -> None:
    leaf = painter.leaf
    base = times(IDENTITY, (leaf.unit, 0.0, 0.0, leaf.unit, 0.0, 0.0))
    resources = inherited(page, "/Resources")
    frame = Frame(resources if isinstance(resources, pikepdf.Dictionary) else pikepdf.Dictionary(), base)
    state = State(base, clip=leaf.media)
    Walk(painter, frame, state).group(page.get("/Group"), leaf.media)
    run(painter, page, frame, state)
    annotations = page.get("/Annots")
    for annotation in annotations if isinstance(annotations, pikepdf.Array) else ():
        try:
            _annotation(painter, frame, annotation)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, pikepdf.PdfError):
            continue


def _annotation(painter: Painter, frame: Frame, annotation: Any) -> None:
    """12.5.5: the appearance's box, turned by its matrix, is laid on the annotation's rectangle."""
    look = annotation["/AP"]["/N"]
    if not isinstance(look, pikepdf.Stream):
        look = look[str(annotation["/AS"])]
    flags = int(annotation.get("/F", 0))
    hidden: Seen | None = "invisible" if flags & _HIDDEN or not flags & _PRINT else None
    box = led(matrix(look.get("/Matrix", IDENTITY)), _sorted(look["/BBox"]))
    place = _sorted(annotation["/Rect"])
    across = (place[2] - place[0]) / (box[2] - box[0]) if box[2] > box[0] else 1.0
    down = (place[3] - place[1]) / (box[3] - box[1]) if box[3] > box[1] else 1.0
    laid = (across, 0.0, 0.0, down, place[0] - box[0] * across, place[1] - box[1] * down)
    layer = painter.layers.of(annotation.get("/OC"))
    inner = Frame(frame.resources, frame.base, hidden=hidden, layers=(layer,))
    Walk(painter, inner, State(times(laid, frame.base), clip=painter.leaf.media)).form(look, "annotation")


def _sorted(said: Any) -> tuple[float, float, float, float]:
    a, b, c, d = (float(each) for each in said)
    return min(a, c), min(b, d), max(a, c), max(b, d)
