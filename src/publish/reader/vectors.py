"""SVG pictures: a plain drawing or nothing. What acts, fetches, refers in circles or blows up is refused, not repaired.

Refusing is chosen over cleaning: a cleaned drawing may look other than the one that was approved.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_SHOWN = frozenset(
    "svg g defs path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath mask "
    "pattern marker symbol style title desc metadata text tspan".split()
)
_NUMERIC = frozenset(
    "width height x y x1 y1 x2 y2 r rx ry cx cy fx fy d points transform viewBox stroke-width font-size offset "
    "gradientTransform patternTransform stroke-dasharray stroke-dashoffset markerWidth markerHeight refX refY".split()
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LARGEST = 1e6
_NODES = 20_000
_DEPTH = 50
_REFERENCE = re.compile(r"url\(\s*[\"']?\s*([^\"')]*)", re.IGNORECASE)


class Unfit(Exception):
    """A drawing that cannot be used."""

    def __init__(self, message: str, hint: str, code: str = "source.svg-active") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing's size in user units (CSS px), at least 1, and what is to be said of it."""

    width: int
    height: int
    remarks: tuple[str, ...]


def checked(data: bytes) -> Drawing:
    """The drawing's size. Raises Unfit."""
    root = _parsed(data)
    if root.tag != f"{_SVG}svg":
        raise Unfit("is no SVG drawing", "export it as plain SVG", "source.svg")
    drawn = list(_drawn(root))
    for element in drawn:
        _check_element(element)
    _check_circles(drawn)
    width, height = _size(root)
    letters = any(element.tag in (f"{_SVG}text", f"{_SVG}tspan") for element in drawn)
    remark = "holds letters as text, which no check can prove and other fonts may alter"
    return Drawing(width, height, (remark,) if letters else ())


def _parsed(data: bytes) -> etree._Element:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("is no SVG in UTF-8", "export it as plain SVG", "source.svg") from None
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise Unfit("has a document type or entities", "delete the <!DOCTYPE …> line", "source.svg-active")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error).replace("\n", " ")[:100]
        raise Unfit(f"is no well-formed SVG: {reason}", "export it anew as plain SVG", "source.svg") from None
    if any(
        isinstance(node, etree._ProcessingInstruction) for node in (*root.itersiblings(preceding=True), *root.iter())
    ):
        raise Unfit("holds a processing instruction", "export it as plain SVG")
    return root


def _drawn(root: etree._Element) -> Iterator[etree._Element]:
    """All elements but what stands inside `metadata`; too many or too deep is refused."""
    stack, count = [(root, 1)], 0
    while stack:
        element, depth = stack.pop()
        if not isinstance(element.tag, str):
            continue
        count += 1
        if depth > _DEPTH or count > _NODES:
            raise Unfit(
                f"has more than {_DEPTH} levels or {_NODES:,} shapes", "simplify the drawing", "source.svg-size"
            )
        yield element
        if element.tag != f"{_SVG}metadata":
            stack.extend((child, depth + 1) for child in element)


def _check_element(element: etree._Element) -> None:
    name = str(element.tag).removeprefix(_SVG)
    if name not in _SHOWN:
        bare = name.split("}")[-1]
        raise Unfit(f"holds “{bare}”, which is not part of a plain drawing", "export it as plain SVG, paths only")
    if name == "style":
        _check_style("".join(str(each) for each in element.itertext()))
    for key, value in element.attrib.items():
        key, value = str(key), str(value)
        if key.lower().startswith("on"):
            raise Unfit(f"holds a script ({key})", "export it as plain SVG")
        if key in ("href", f"{_XLINK}href") and not value.startswith("#"):
            raise Unfit(f"refers to something outside itself ({value[:60]})", "embed nothing; draw it as paths")
        if key.endswith("}base"):
            raise Unfit("changes the base of its references (xml:base)", "delete the attribute")
        _check_style(value)
        if key in _NUMERIC and any(not _sane(number) for number in _NUMBER.findall(value)):
            raise Unfit(f"holds an absurd number in {key}", f"keep numbers below {_LARGEST:,.0f}", "source.svg-size")


def _sane(number: str) -> bool:
    value = float(number)
    return math.isfinite(value) and abs(value) <= _LARGEST


def _check_style(value: str) -> None:
    lowered = re.sub(r"/\*.*?\*/", "", value, flags=re.DOTALL).lower()
    if "\\" in lowered:
        raise Unfit("hides something behind a backslash in its style", "export it as plain SVG")
    for word in ("@import", "@font-face", "javascript:", "expression(", "image(", "src("):
        if word in lowered:
            raise Unfit(f"holds “{word}” in its style", "export it as plain SVG")
    for target in _REFERENCE.findall(value):
        if not target.startswith("#"):
            raise Unfit(f"refers to something outside itself ({target[:60]})", "embed nothing; draw it as paths")


def _check_circles(drawn: list[etree._Element]) -> None:
    """Refuse references that come back to themselves, and chains that multiply."""
    inside: dict[str, set[str]] = {}
    for element in drawn:
        targets = set(_targets(element))
        holder: etree._Element | None = element
        while holder is not None and targets:
            identifier = holder.get("id")
            if identifier:
                inside.setdefault(identifier, set()).update(targets)
            holder = holder.getparent()
    for start in inside:
        seen, todo = set[str](), list(inside[start])
        while todo:
            target = todo.pop()
            if target == start:
                raise Unfit(f"refers to itself in a circle (#{start})", "export it as plain SVG")
            if target not in seen:
                seen.add(target)
                todo.extend(inside.get(target, ()))
    patterns = sum(1 for element in drawn if element.tag in (f"{_SVG}pattern", f"{_SVG}marker", f"{_SVG}mask"))
    if patterns > 50:
        raise Unfit("repeats shapes in more than 50 patterns, markers or masks", "simplify it", "source.svg-size")


def _targets(element: etree._Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if str(key) in ("href", f"{_XLINK}href"):
            yield str(value)[1:]
        for target in _REFERENCE.findall(str(value)):
            yield target.strip()[1:]


def _size(root: etree._Element) -> tuple[int, int]:
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    sizes = [_length(root.get(name, "")) for name in ("width", "height")]
    if None in sizes and len(box) == 4:
        sizes = [box[2], box[3]]
    width, height = sizes
    if width is None or height is None:
        raise Unfit("says no size", "give its first element width and height, or a viewBox", "source.svg-size")
    if not (0.1 <= width <= 20_000 and 0.1 <= height <= 20_000):
        raise Unfit(f"has an absurd size ({width:g} × {height:g})", "set a size below 20,000", "source.svg-size")
    return max(1, round(width)), max(1, round(height))


def _length(value: str) -> float | None:
    found = re.fullmatch(rf"\s*({_NUMBER.pattern})\s*([a-z]*)\s*", value)
    if not found or found[2] not in _UNITS:
        return None
    return float(found[1]) * _UNITS[found[2]]
