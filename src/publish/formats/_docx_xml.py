"""WordprocessingML elements: made short, with their namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from docx.oxml.parser import oxml_parser
from lxml import etree

from publish.diagnostics import refuse

Element = etree._Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

TWIPS_PER_MM = 1440 / 25.4
EMU_PER_MM = 36000

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PIECES = re.compile(r"([\t\n])")


@cache
def q(name: str) -> str:
    """`p` as `{…}p` in the WordprocessingML namespace."""
    return f"{{{W}}}{name}"


def w(name: str, /, *children: Element | None, **attributes: object) -> Element:
    """A `w:` element. Attributes are `w:` too; children that are None are left out."""
    element = oxml_parser.makeelement(q(name), {q(key): str(value) for key, value in attributes.items()}, {"w": W})
    element.extend(child for child in children if child is not None)
    return element


def parse(xml: str | bytes) -> Element:
    """An element from markup of our own making."""
    return etree.fromstring(xml, oxml_parser)


def child(element: Element, name: str) -> Element:
    """The `w:` child that must be there; ValueError names it when it is not."""
    found = element.find(q(name))
    if found is None:
        raise ValueError(f"{element.tag} has no {name}")
    return found


def text_nodes(value: str) -> Iterator[Element]:
    """What stands in a run for a text: `w:t`, `w:tab` and `w:br`.

    Raises Refused for a character that XML cannot hold (XML 1.0, production 2).
    """
    if found := _ILLEGAL.search(value):
        raise refuse(
            "docx.character-illegal",
            f"Word cannot hold the character U+{ord(found[0]):04X} in “{_ILLEGAL.sub('�', value[:60])}”",
            hint="delete the invisible character from the source",
        )
    for piece in _PIECES.split(value):
        if piece == "\t":
            yield w("tab")
        elif piece == "\n":
            yield w("br")
        elif piece:
            node = w("t")
            node.text = piece
            node.set(XML_SPACE, "preserve")
            yield node


def run(value: str, *properties: Element) -> Element:
    """A run of text; `properties` are the children of its `w:rPr`, in schema order."""
    return w("r", w("rPr", *properties) if properties else None, *text_nodes(value))


def paragraph(style: str, content: Iterable[Element] = (), *properties: Element | None) -> Element:
    """A paragraph. `properties` follow `w:pStyle` in `w:pPr`, in schema order."""
    made = w("p", w("pPr", w("pStyle", val=style), *properties))
    made.extend(content)
    return made


def field(instruction: str, result: str, *properties: Element) -> tuple[Element, ...]:
    """A complex field and the result that is shown until a client updates it, with the result's run properties."""
    code = w("instrText")
    code.text = f" {instruction} "
    code.set(XML_SPACE, "preserve")
    return (
        w("r", w("fldChar", fldCharType="begin")),
        w("r", code),
        w("r", w("fldChar", fldCharType="separate")),
        run(result, *properties),
        w("r", w("fldChar", fldCharType="end")),
    )
