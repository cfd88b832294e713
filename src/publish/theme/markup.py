"""From a filled template to one kind of tree: lxml elements in the XHTML namespace, whichever syntax was written."""

from __future__ import annotations

import copy
import re
from html.entities import html5
from xml.etree import ElementTree

import tinyhtml5
from lxml import etree

from publish.diagnostics import Place, refuse

XHTML = "http://www.w3.org/1999/xhtml"
EPUB = "http://www.idpf.org/2007/ops"
_XMLNS = "{http://www.w3.org/2000/xmlns/}"
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DEEPEST = 200
_MOST_TREES = 4

_last: dict[tuple[str, bool], etree._Element] = {}


def parse(text: str, place: Place, strict: bool) -> etree._Element:
    """The tree of a filled template: as XML when `strict` (the EPUB's), else as a browser would read HTML.

    Raises Refused (theme.markup) with the template's place when it cannot be read. The tree is the caller's own; the
    same text asked for again, as it is by the lint and by the writer, is copied from the last few.
    """
    known = (text, strict)
    if known in _last:
        return copy.deepcopy(_last[known])
    try:
        root = _parse_xml(text) if strict else _parse_html(text)
        _bounded(root)
        _last[known] = copy.deepcopy(root)
        if len(_last) > _MOST_TREES:
            del _last[next(iter(_last))]
        return root
    except (etree.XMLSyntaxError, ValueError, RecursionError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise refuse(
            "theme.markup",
            f"what the template gives is not well-formed: {said}",
            place,
            "close every element and put attribute values in quotes",
        ) from None


def _bounded(root: etree._Element) -> None:
    """Layout and lint walk the tree recursively, so its depth has a limit."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise RecursionError


def _parse_xml(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    text = re.sub(r"(?i)^\s*(<\?xml[^>]*\?>)?\s*<!doctype html>", "", text)
    if "xmlns:epub" not in text:  # the slots use it, whatever the template says
        text = re.sub(r"<html\b", f'<html xmlns:epub="{EPUB}"', text, count=1)
    root = etree.fromstring(re.sub(r"&([A-Za-z][A-Za-z0-9]*);", _character, text).encode(), parser)
    if root.tag != f"{{{XHTML}}}html":
        raise ValueError(f'the root must be <html xmlns="{XHTML}">')
    return root


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name in _XML_ENTITIES:
        return entity[0]
    if f"{name};" not in html5:
        raise ValueError(f"there is no entity &{name};")
    return html5[f"{name};"]


def _parse_html(text: str) -> etree._Element:
    tree = tinyhtml5.parse(text, namespace_html_elements=True)
    for element in tree.iter():
        for name in [key for key in element.attrib if key == "xmlns" or key.startswith(_XMLNS)]:
            del element.attrib[name]  # the tree knows each element's namespace itself
        for child in list(element):
            if not isinstance(child.tag, str):
                _cut(element, child)
    return etree.fromstring(ElementTree.tostring(tree, encoding="utf-8"), etree.XMLParser(huge_tree=True))


def _cut(parent: ElementTree.Element, child: ElementTree.Element) -> None:
    """Take a comment out and keep the text that follows it."""
    index = list(parent).index(child)
    tail = child.tail or ""
    parent.remove(child)
    if index:
        before = parent[index - 1]
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def to_html(root: etree._Element) -> str:
    """The tree as HTML for a renderer that reads HTML."""
    copied = etree.fromstring(etree.tostring(root), etree.XMLParser(huge_tree=True))
    for element in copied.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace == XHTML:
            element.tag = name.localname
        for attribute in [key for key in element.attrib if str(key).startswith(f"{{{EPUB}}}")]:
            del element.attrib[attribute]
    etree.cleanup_namespaces(copied)
    return "<!DOCTYPE html>\n" + etree.tostring(copied, method="html", encoding="unicode")
