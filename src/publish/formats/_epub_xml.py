"""XHTML for reading systems: strict XML that an HTML parser would read alike."""

from __future__ import annotations

from lxml import etree

from publish.theme.markup import EPUB, XHTML

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
NAMESPACES = f'xmlns="{XHTML}" xmlns:epub="{EPUB}"'


def serialize(root: etree._Element) -> bytes:
    """The bytes of an XHTML document, with XML declaration and `<!DOCTYPE html>`."""
    for element in root.iter(f"{{{XHTML}}}*"):
        if etree.QName(element).localname in _VOID:
            element.text = None
        elif element.text is None and len(element) == 0:
            element.text = ""  # <span></span>: as HTML, <span/> would stay open
    etree.cleanup_namespaces(root, keep_ns_prefixes=["epub"])
    head = b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
    return head + etree.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def parse(text: str) -> etree._Element:
    """The tree of XHTML that this room wrote itself."""
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def properties(root: etree._Element) -> tuple[str, ...]:
    """The manifest properties that the content calls for (EPUB 3.3, 5.3.2)."""
    names = {str(element.tag) for element in root.iter(etree.Element)}
    found = []
    if "{http://www.w3.org/1998/Math/MathML}math" in names:
        found.append("mathml")
    if "{http://www.w3.org/2000/svg}svg" in names:
        found.append("svg")
    return tuple(found)
