"""The structure tree of a tagged PDF: in which order marked content is read, and what it is (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

Mark = tuple[int, int, int]
"""A page (counted from 0), the form on it that holds the content (its object number; 0: none), and the marked-content
id there."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """One piece of marked content in reading order. `kinds` are the structure types from the root down.

    `replaced`: an element around it tells readers other words in its place (ActualText, Alt).
    """

    mark: Mark
    kinds: tuple[str, ...]
    replaced: bool = False

    @property
    def label(self) -> bool:
        """Whether it is a list item's bullet or number."""
        return "Lbl" in self.kinds


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element without its content: what a proof of the form asks for."""

    kind: str
    page: int | None
    alt: str | None
    scope: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Tags:
    """The whole tree, flat: the marked content in reading order, and the elements in the same order."""

    content: tuple[Tagged, ...]
    elements: tuple[Element, ...]


def read_tags(pdf: pikepdf.Pdf) -> Tags | None:
    """The structure tree, or None when the file is not tagged."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        return None
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    roles = {str(key).lstrip("/"): str(value).lstrip("/") for key, value in (root.get("/RoleMap") or {}).items()}
    content: list[Tagged] = []
    elements: list[Element] = []
    for found in _walk(root, pages, roles):
        if isinstance(found, Tagged):
            content.append(found)
        else:
            elements.append(found)
    return Tags(tuple(content), tuple(elements))


def _walk(root: Any, pages: dict[Any, int], roles: dict[str, str]) -> Iterator[Tagged | Element]:
    """Depth first with a stack of its own: a tree may be deeper than Python's. A loop ends where it closes."""
    seen: set[Any] = set()
    stack: list[tuple[Any, tuple[str, ...], int | None, bool]]
    stack = [(kid, (), None, False) for kid in reversed(_kids(root))]
    while stack:
        node, kinds, page, replaced = stack.pop()
        if not isinstance(node, pikepdf.Dictionary):
            if page is not None and not isinstance(node, pikepdf.Name):
                yield Tagged((page, 0, int(node)), kinds, replaced)
            continue
        if node.is_indirect:
            if node.objgen in seen:
                continue
            seen.add(node.objgen)
        keys = node.keys()
        own = node["/Pg"] if "/Pg" in keys else None
        page = pages.get(own.objgen, page) if own is not None else page
        kind = node["/Type"] if "/Type" in keys else None
        if kind == "/MCR":
            if page is not None and "/MCID" in keys:
                form = node["/Stm"].objgen[0] if "/Stm" in keys else 0
                yield Tagged((page, form, int(node["/MCID"])), kinds, replaced)
        elif kind != "/OBJR" and "/S" in keys:
            name = str(node["/S"]).lstrip("/")
            name = roles.get(name, name)
            yield _element(node, keys, name, page)
            replaced = replaced or "/ActualText" in keys or ("/Alt" in keys and name != "Figure")
            within = (*kinds, name)
            stack += [(kid, within, page, replaced) for kid in reversed(_kids(node))]


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _element(node: Any, keys: set[str], kind: str, page: int | None) -> Element:
    attributes = node["/A"] if "/A" in keys else None
    listed = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
    scopes = [each.get("/Scope") for each in listed if isinstance(each, pikepdf.Dictionary) and "/Scope" in each]
    return Element(
        kind=kind,
        page=page,
        alt=str(node["/Alt"]) if "/Alt" in keys else None,
        scope=str(scopes[0]).lstrip("/") if scopes else None,
        language=str(node["/Lang"]) if "/Lang" in keys else None,
    )
