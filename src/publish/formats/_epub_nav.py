"""The navigation document: contents, landmarks with the safety notice, and the PDF's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lxml import etree

from publish.formats._epub_package import Part
from publish.formats._epub_xml import NAMESPACES, parse, serialize
from publish.model import Document
from publish.theme.markup import EPUB, XHTML

_LANDMARKS = (("glossary", "doc-glossary"), ("endnotes", "doc-endnotes"), ("bibliography", "doc-bibliography"))


@dataclass(slots=True)
class _Entry:
    level: int
    address: str
    said: str


def navigation(document: Document, root: etree._Element, content: str, cover: str, pages: Mapping[int, str]) -> Part:
    """nav.xhtml for the content document `root`, whose file is `content`; `pages` are page numbers with their ids."""
    labels, language = document.labels, escape(document.meta.language)
    marks = "".join(
        _item(address, said, f' epub:type="{kind}"')
        for kind, address, said in _landmarks(document, root, content, cover)
    )
    listed = "".join(_item(f"{content}#{id_}", str(number)) for number, id_ in pages.items())
    page_list = (
        f'<nav epub:type="page-list" role="doc-pagelist" id="page-list" aria-label="{escape(labels["page"])}" '
        f'hidden="hidden"><ol>{listed}</ol></nav>'
    )
    contents = escape(labels["contents"])
    text = (
        f'<html {NAMESPACES} lang="{language}" xml:lang="{language}"><head><meta charset="utf-8"/>'
        f"<title>{escape(document.meta.title)}</title></head><body>"
        f'<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="toc-title"><h1 id="toc-title">{contents}</h1>'
        f"{_outline(_entries(document, root, content))}</nav>"
        f'<nav epub:type="landmarks" id="landmarks" hidden="hidden"><ol>{marks}</ol></nav>'
        f"{page_list if pages else ''}</body></html>"
    )
    return Part("nav.xhtml", "application/xhtml+xml", serialize(parse(text)))


def _item(address: str, said: str, attributes: str = "", inner: str = "") -> str:
    return f'<li><a{attributes} href="{escape(address)}">{escape(said)}</a>{inner}</li>'


def _entries(document: Document, root: etree._Element, content: str) -> list[_Entry]:
    """Every heading of the content with an id, in reading order; the title stands for the whole."""
    found: list[_Entry] = []
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name not in ("h1", "h2", "h3"):
            continue
        said = " ".join("".join(_spoken(element)).split())
        address = _target(element)
        if said and (address or name == "h1"):
            found.append(_Entry(int(name[1]), f"{content}#{address}" if address else content, said))
    return found


def _spoken(element: etree._Element) -> list[str]:
    """A heading's words without the marks of notes and references in it."""
    pieces = [element.text or ""]
    for child in element:
        if etree.QName(child).localname != "sup" or "class" not in child.attrib:
            pieces += _spoken(child)
        pieces.append(child.tail or "")
    return pieces


def _target(heading: etree._Element) -> str:
    """What a heading leads to: the safety block itself for its title, else the heading."""
    for up in heading.iterancestors():
        if up.get("id") == "safety" and up.get("aria-labelledby") == heading.get("id"):
            return "safety"
    return heading.get("id") or ""


def _outline(entries: list[_Entry]) -> str:
    """Nested lists, each heading under the last one above its level."""
    if not entries:
        return ""
    top = min(entry.level for entry in entries)
    pieces: list[str] = []
    index = 0
    while index < len(entries):
        end = index + 1
        while end < len(entries) and entries[end].level > max(top, entries[index].level):
            end += 1
        if entries[index].level == 1:
            end = index + 1
            top = 2
        inner = _outline(entries[index + 1 : end])
        pieces.append(_item(entries[index].address, entries[index].said, "", inner))
        index = end
    return f"<ol>{''.join(pieces)}</ol>"


def _landmarks(document: Document, root: etree._Element, content: str, cover: str) -> list[tuple[str, str, str]]:
    labels = document.labels
    found = [
        ("cover", cover, labels["cover"]),
        ("notice", f"{content}#safety", document.safety.title),
        ("bodymatter", content, document.meta.title),
    ]
    for kind, role in _LANDMARKS:
        for section in root.iter(f"{{{XHTML}}}section"):
            if kind in (section.get(f"{{{EPUB}}}type") or "").split() or section.get("role") == role:
                if not section.get("id"):
                    section.set("id", f"landmark-{kind}")
                label = {"endnotes": "notes", "bibliography": "references"}.get(kind, kind)
                found.append((kind, f"{content}#{section.get('id')}", labels[label]))
                break
    return found
