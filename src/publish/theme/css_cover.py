"""What several declarations do together: a box laid over the block, or a box too small that cuts its words off.

Only what is surely wrong is told here; what merely might lie over the words is seen in the rendered page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from publish.theme.css_scene import Scene
from publish.theme.css_sheet import Declaration, Element, Rule
from publish.theme.css_values import Paint, Token, color, contents, length, number, within, words
from publish.theme.css_verdict import COVERS, HIDES, UNJUDGED, Role, Verdict

_THIN_PT = 10.0
_BIG_PT = 85.0
_FAR_PT = 28.0


@dataclass(slots=True)
class Box:
    """Every declaration on an element or one of its pseudo-elements, by longhand; the last one counts."""

    element: Element
    pseudo: str
    values: dict[str, list[Token]] = field(default_factory=dict)
    origin: dict[str, tuple[Declaration, Rule]] = field(default_factory=dict)

    def put(self, name: str, value: list[Token], declaration: Declaration, rule: Rule) -> None:
        """Take a declaration in."""
        if name in self.origin and self.origin[name][0].important and not declaration.important:
            return
        self.values[name], self.origin[name] = value, (declaration, rule)

    def word(self, name: str) -> str:
        """A property's first keyword, "" if there is none."""
        return next((token.lower_value for token in self.values.get(name, ()) if token.type == "ident"), "")

    def points(self, name: str, whole: float) -> float | None:
        """A property's length in pt, None when it is not set or not known."""
        value = self.values.get(name)
        return length(value[0], whole=whole) if value and value[0].type != "ident" else None


@dataclass(frozen=True, slots=True)
class Joint:
    """A verdict on a box, and the properties that may be to blame, the likeliest first."""

    verdict: Verdict
    names: tuple[str, ...]


_PAINTING = ("background-color", "background", "background-image", "backdrop-filter", "content", "box-shadow", "border")
_BLAME = (
    *_PAINTING,
    "position",
    "transform",
    "translate",
    "inset",
    "top",
    "left",
    "right",
    "bottom",
    "width",
    "height",
)


def covers(box: Box, role: Role, target: str = "pdf") -> Joint | None:
    """A pseudo-element of the block, of its words or of what is around it, laid over words."""
    if target == "epub" and role != "around" and _grows(box):
        return _laid(box)
    if not _lifted(box) or not _paints(box) or _below(box):
        return None
    if role == "around":
        return _laid(box) if _spans(box, "x", _BIG_PT) and _spans(box, "y", _BIG_PT) else None
    if _aside(box) or _bar_at_the_edge(box) or _empty(box):
        return None
    return _laid(box)


_LARGEST_SIGN_PT = 24.0
_EXTENTS = ("width", "height", "min-width", "min-height", "inline-size", "block-size", "margin-top", "margin-bottom")
_IN_FLOW = frozenset({"block", "flow-root", "list-item", "table"})


def _grows(box: Box) -> bool:
    """A painted pseudo-element beside or among words that is larger than a sign, so that it may lie on a line."""
    if not _paints(box) or _below(box) or (box.word("display") in _IN_FLOW and "float" not in box.values):
        return False
    paddings = [token for name, value in box.values.items() if name.startswith("padding") for token in value]
    sizes = [length(token, whole=300) for token in paddings]
    sizes += [box.points(name, 300) for name in _EXTENTS if name in box.values]
    return any(abs(found) > _LARGEST_SIGN_PT for found in sizes if found is not None)


def area(box: Box) -> float:
    """How much of a page something may cover that is taken out of the flow and painted, in square pt; 0 if nothing.

    A size that is not set counts as a line of text.
    """
    if box.word("position") != "absolute" or not _paints(box) or _below(box):
        return 0.0
    found = []
    for names, whole, auto in ((("width", "inline-size"), 400.0, 200.0), (("height", "block-size"), 560.0, 20.0)):
        sizes = [
            size for name in names for each in ("", "min-") if (size := box.points(each + name, whole)) is not None
        ]
        padding = [size for token in box.values.get("padding", ()) if (size := length(token, whole=whole)) is not None]
        held = _spans(box, "x" if auto == 200.0 else "y", _BIG_PT)
        found.append(
            max([*sizes, auto if not sizes and not held else 0.0, whole if held and not sizes else 0.0])
            + 2 * max(padding, default=0.0)
        )
    return found[0] * found[1]


MOST_AREA = 15_000.0
"""In square pt: a mark of 4 cm by 4 cm."""


def over_all(box: Box) -> Joint:
    """The verdict on the last of several boxes that cover too much together."""
    return _laid(box)


def _laid(box: Box) -> Joint:
    return Joint(Verdict(COVERS, "lays a painted box over words"), _BLAME)


def covers_from_elsewhere(box: Box, scene: Scene, target: str = "pdf") -> Joint | None:
    """Something outside the block that is drawn over a large part of the page, or pulled far over its neighbours."""
    if not scene.blocks or _below(box):
        return None
    for side in ("margin-top", "margin-bottom"):
        found = box.points(side, 400)
        if side == "margin-top" and target == "pdf" and box.element in scene.before:
            continue  # pulls itself and the block up together: they do not come nearer to one another
        if found is not None and found < -_FAR_PT:
            return Joint(Verdict(COVERS, "pulls it far over what stands beside it"), (side,))
    for name in ("box-shadow", "outline", "outline-width"):
        sizes = [abs(size) for token in box.values.get(name, ()) if (size := length(token)) is not None]
        if any(size > 2 * _BIG_PT for size in sizes):
            return Joint(Verdict(COVERS, "draws far beyond itself"), (name,))
    if not box.pseudo and _long(box) and any(_low(box, name) for name in ("height", "max-height", "block-size")):
        return Joint(Verdict(COVERS, "has a height from which its words run over what follows"), _LIMITS)
    if not _paints(box):
        return None
    if target == "epub" and box.word("position") in ("fixed", "sticky", "-webkit-sticky"):
        return _laid(box)
    if box.word("position") in ("fixed", "absolute") and (_spread(box) or (not box.pseudo and _long(box))):
        return _laid(box)
    for side in ("margin-left", "margin-right"):
        if (found := box.points(side, 400)) is not None and found < -100:
            return Joint(Verdict(COVERS, "pulls it far over what stands beside it"), (side,))
    moved = [abs(found) for side in ("top", "bottom") if (found := box.points(side, 400)) is not None]
    if box.word("position") == "relative" and any(found > _FAR_PT for found in moved):
        return Joint(Verdict(COVERS, "moves it far over what stands beside it"), ("top", "bottom", "position"))
    if any(_moves_far(token) for name in ("transform", "translate", "scale") for token in box.values.get(name, ())):
        return Joint(
            Verdict(COVERS, "moves or blows it up over what stands beside it"), ("transform", "translate", "scale")
        )
    return None


def _spread(box: Box) -> bool:
    return _spans(box, "x", 200) and _spans(box, "y", 200)


def _long(box: Box) -> bool:
    """Whether an element holds more than a mark or a page number."""
    return len("".join(box.element.etree_element.itertext()).strip()) > 60


def _low(box: Box, name: str) -> bool:
    found = box.points(name, 560)
    return found is not None and found < 12


def _moves_far(token: Token) -> bool:
    for each in within([token]):
        found = length(each, whole=300) if each.type in ("dimension", "percentage") else None
        if found is not None and abs(found) > _FAR_PT and getattr(each, "lower_unit", "") not in ("deg", "turn", "rad"):
            return True
    scaled = token.type == "function" and token.lower_name.startswith(("scale", "matrix"))
    factors = [number(each) or 0 for each in contents(token) or [] if each.type == "number"]
    return (scaled and any(factor > 1.5 for factor in factors)) or (token.type == "number" and token.value > 1.5)


def _lifted(box: Box) -> bool:
    moved = any(name in box.values for name in ("transform", "translate", "top", "left", "right", "bottom"))
    return box.word("position") in ("absolute", "fixed") or (
        moved and bool(box.word("position") or "transform" in box.values)
    )


def _below(box: Box) -> bool:
    value = box.values.get("z-index")
    found = number(value[0]) if value else None
    return found is not None and found < 0


def _paints(box: Box) -> bool:
    for name in ("background", "background-color", "background-image", "content"):
        for token in box.values.get(name, ()):
            found = color(token, False)
            if isinstance(found, Paint) and found.alpha > 0:
                return True
            if found == "currentcolor" or token.type == "url":
                return True
            if token.type == "function" and (token.lower_name in _PICTURES or "gradient" in token.lower_name):
                return True
    if box.values.get("backdrop-filter") and box.word("backdrop-filter") != "none":
        return True
    sizes = [length(token) or 0 for name in ("border", "box-shadow", "outline") for token in box.values.get(name, ())]
    return any(size > _THIN_PT for size in sizes)


_PICTURES = frozenset({"url", "src", "image", "image-set", "cross-fade", "color-mix"})


def _spans(box: Box, axis: str, big: float) -> bool:
    """Whether a box is surely large along an axis: held at both ends, or given a large length."""
    ends, sizes, whole = (
        (("left", "right"), ("width", "min-width", "inline-size"), 400.0)
        if axis == "x"
        else (("top", "bottom"), ("height", "min-height", "block-size"), 560.0)
    )
    given = [found for size in sizes if (found := box.points(size, whole)) is not None]
    if given:
        return max(given) >= big
    held = [found for end in ends if (found := box.points(end, whole)) is not None]
    return (len(held) == 2 and whole - sum(held) >= big) or "url" in {
        token.type for token in box.values.get("content", ())
    }


def _aside(box: Box) -> bool:
    """Wholly outside the element: pushed out by at least its own size."""
    for side, size, whole in (
        ("left", "width", 400),
        ("right", "width", 400),
        ("top", "height", 560),
        ("bottom", "height", 560),
    ):
        offset, extent = box.points(side, whole), box.points(size, whole)
        if offset is not None and extent is not None and -offset >= extent > 0:
            return True
        if offset is not None and offset >= whole:
            return True
    return False


def _bar_at_the_edge(box: Box) -> bool:
    """A thin rule along an edge of the element, where padding keeps the words away."""
    for ends, size, whole in ((("left", "right"), "width", 400), (("top", "bottom"), "height", 560)):
        extent = box.points(size, whole)
        at_edge = any((found := box.points(end, whole)) is not None and found <= 0 for end in ends)
        if extent is not None and extent <= _THIN_PT and at_edge:
            return True
    return False


def _empty(box: Box) -> bool:
    """Nothing that has any extent: no size, not held at two ends, no padding, no picture."""
    names = ("width", "height", "min-width", "min-height", "padding", "border", "inline-size", "block-size")
    both = all(box.points(end, 400) is not None for end in ("left", "right")) or all(
        box.points(end, 560) is not None for end in ("top", "bottom")
    )
    said = any(token.type != "string" or token.value for token in box.values.get("content", ()))
    return not both and not said and not any(name in box.values or name.startswith("padding") for name in names)


# --- cutting ---

_CUTTING = frozenset({"hidden", "clip", "scroll", "auto"})
_OVERFLOWS = ("overflow", "overflow-y", "overflow-block", "overflow-x", "overflow-inline")
_LIMITS = ("height", "max-height", "block-size", "max-block-size")


def clips(box: Box, role: Role, target: str) -> Joint | None:
    """An element of the chain whose content is cut where it does not fit."""
    cutting = [name for name in _OVERFLOWS if words(box.values.get(name, ())) & _CUTTING]
    limits = [name for name in _LIMITS if _limited(box.values.get(name, []))]
    if cutting and limits:
        return Joint(Verdict(HIDES, "cuts off the words that do not fit"), (*cutting, *limits))
    hidden = cutting and words(box.values[cutting[0]]) & {"hidden", "clip"}
    if hidden and target == "epub" and str(box.element.local_name).lower() in ("html", "body"):
        return Joint(Verdict(HIDES, "cuts off what does not fit on the first screen"), tuple(cutting))
    if limits and target == "epub" and role != "around":
        return Joint(
            Verdict(UNJUDGED, "fixes a height, over which words run when a reader enlarges them"), tuple(limits)
        )
    if target == "epub" and role != "around" and any(_pictures(box)):
        return Joint(Verdict(UNJUDGED, "lays a picture behind words, so that their contrast is unknown"), _BLAME)
    return None


def _pictures(box: Box) -> Iterator[bool]:
    for name in ("background", "background-image"):
        for token in within(box.values.get(name, ())):
            yield token.type == "url" or (token.type == "function" and token.lower_name in _PICTURES)


def _limited(value: list[Token]) -> bool:
    return bool(value) and value[0].type in ("dimension", "percentage", "number", "function") and not _fits(value[0])


def _fits(token: Token) -> bool:
    return token.type == "function" and token.lower_name in ("fit-content",)
