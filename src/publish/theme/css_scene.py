"""The document as the lint sees it: the safety block, what is inside it, and what is around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import cssselect2
from lxml import etree

from publish.theme.css_sheet import Element, Selector
from publish.theme.css_verdict import Role

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "ur", "yi"})
"""Languages that are written from right to left."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """`elements` are all, in order; `chain` those that have to do with the block; `with_text` those with its words.

    `before` are those that stand wholly before the block."""

    elements: tuple[Element, ...]
    chain: tuple[Element, ...]
    chain_set: frozenset[Element]
    blocks: frozenset[Element]
    ancestors: frozenset[Element]
    with_text: tuple[Element, ...]
    before: frozenset[Element]
    rtl: bool
    having: Mapping[str, Sequence[Element]]
    """The elements with an id, a class or a name, as `Selector.only` says it; in order."""
    _reached: dict[int, tuple[Selector, tuple[Element, ...]]] = field(default_factory=dict, repr=False)

    def reached(self, selector: Selector) -> tuple[Element, ...]:
        """All elements that a selector may match, in order; found once, as several sheets and proofs ask for them."""
        known = self._reached.get(id(selector))
        if known is None:
            asked = self.having.get(selector.only, ()) if selector.only else self.elements
            found = tuple(filter(selector.test, asked))
            known = self._reached[id(selector)] = (selector, found)
        return known[1]

    def role(self, element: Element) -> Role:
        """How an element of the chain stands to the block."""
        if element in self.blocks:
            return "block"
        return "around" if element in self.ancestors else "inside"


@lru_cache(maxsize=2)
def scene(root: etree._Element) -> Scene:
    """The document around its safety block: the element with the id `safety`, and any with that class.

    Each style sheet is held against the same document: it must not change in between.
    """
    top = cssselect2.ElementWrapper.from_html_root(root)
    elements = tuple(top.iter_subtree())
    blocks = frozenset(each for each in elements if each.id == "safety" or "safety" in each.classes)
    around = frozenset(up for block in blocks for up in block.ancestors) - blocks
    chain = tuple(each for each in elements if each in blocks or each in around or blocks & set(each.ancestors))
    with_text = tuple(each for each in chain if each not in around and has_own_text(each.etree_element))
    language = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").split("-")[0].lower()
    rtl = language in RIGHT_TO_LEFT
    first = next((index for index, each in enumerate(elements) if each in blocks), 0)
    before = frozenset(elements[:first]) - around
    return Scene(elements, chain, frozenset(chain), blocks, around, with_text, before, rtl, _having(elements))


def _having(elements: Sequence[Element]) -> Mapping[str, Sequence[Element]]:
    found: dict[str, list[Element]] = defaultdict(list)
    for element in elements:
        found[element.local_name].append(element)
        if element.id is not None:
            found[f"#{element.id}"].append(element)
        for name in element.classes:
            found[f".{name}"].append(element)
    return found


def has_own_text(element: etree._Element) -> bool:
    """Whether words stand directly in an element."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)
