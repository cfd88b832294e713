"""What PDF/UA-1 asks of the tag tree beyond what WeasyPrint 70 writes.

WeasyPrint has no hook for tags, so one private function is wrapped. The version is pinned, and a test with a
conformance checker fails loudly should the function move.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import pydyf
from weasyprint.pdf import tags

_LISTS = {"ol": "/Decimal", "ul": "/Disc", "dl": "/None"}


@cache
def complete_tags() -> None:
    """From now on, every tag tree that WeasyPrint builds in this process is completed."""
    build = tags._build_box_tree
    heads: WeakKeyDictionary[Any, set[Any]] = WeakKeyDictionary()

    def build_and_complete(box: Any, parent: Any, pdf: Any, *arguments: Any) -> Iterator[Any]:
        again = _is_repeated_head(box, heads.setdefault(pdf, set()))
        for element in build(box, parent, pdf, *arguments):
            _complete(element, getattr(box, "_box", box))
            if element["S"] == "/LI":
                _gather_body(element, pdf)
            if not again:  # otherwise it is drawn, and not read a second time: a pagination artifact
                yield element

    tags._build_box_tree = build_and_complete


def _is_repeated_head(box: Any, heads: set[Any]) -> bool:
    """Whether this is the head of a table that goes on from another page or column."""
    if getattr(box, "element_tag", None) != "thead":
        return False
    if box.element in heads:
        return True
    heads.add(box.element)
    return False


def _gather_body(item: Any, pdf: Any) -> None:
    """A list item holds a label and one body (ISO 32000-1, Table 336): paragraphs of their own go into the body."""
    kids = [
        (reference, pdf.objects[int(reference.split()[0])]) for reference in item["K"] if isinstance(reference, bytes)
    ]
    loose = [(reference, kid) for reference, kid in kids if kid.get("S", "") not in ("/Lbl", "/LBody", "")]
    if not loose:
        return
    body = next((kid for _, kid in kids if kid.get("S") == "/LBody"), None)
    if body is None:
        body = pydyf.Dictionary(
            {"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array([]), "Pg": item["Pg"], "P": item.reference}
        )
        pdf.add_object(body)
        item["K"].append(body.reference)
    for reference, kid in loose:
        item["K"].remove(reference)
        body["K"].append(reference)
        kid["P"] = body.reference


def _complete(element: Any, box: Any) -> None:
    """ISO 32000-1, 14.8.5: header scope (Table 349), list numbering (Table 347) and the language of a part."""
    if getattr(box, "link_annotation", None):
        element["S"] = "/Link"  # a box inside a link has an annotation of its own (ISO 14289-1, 7.18.5)
        return
    source, name = getattr(box, "element", None), getattr(box, "element_tag", None) or ""
    if source is None or "::" in name:
        return
    if element["S"] == "/TH" and "A" in element:
        element["A"]["Scope"] = "/Row" if source.get("scope") == "row" else "/Column"
    elif element["S"] == "/L" and "A" not in element:
        element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": _LISTS.get(name, "/None")})
    elif element["S"] == "/NonStruct" and name in ("strong", "em", "sup", "sub", "code", "dfn"):
        element["S"] = "/Span"
    if (language := source.get("lang")) and name != "html" and "Lang" not in element:
        element["Lang"] = pydyf.String(language)
