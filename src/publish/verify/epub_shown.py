"""The leaflet's own words in the finished EPUB are shown: a benefit may not be told while its conditions are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from publish import model
from publish.diagnostics import Finding
from publish.model import Document
from publish.policy import Mandate, Sighting
from publish.theme.css_cascade import Cascade
from publish.theme.css_media import Environment
from publish.theme.css_scene import has_own_text, scene
from publish.theme.css_sheet import Element
from publish.theme.css_values import Token, length, number, within
from publish.theme.css_values import words as keywords
from publish.verify import Artifact
from publish.verify._epub_read import OPS_TYPE, XHTML, Book, Unreadable, open_book
from publish.verify._epub_style import Sheet, sheets
from publish.verify._epub_text import place_of, squeezed, words

APPLIES_TO = ("epub",)
CODES = ("epub.words-hidden", "epub.draft-mark")

LEAST_SIZE = 6.0
"""In pt with 1em = 12 pt. Marks and indices may have two thirds of it."""
LEAST_CONTRAST = 2.0
"""No design's contrast, but that of ink which nobody sees."""
_FAR_PT = 100.0
_COLLAPSED = frozenset({"details", "dialog", "template", "noscript", "datalist"})
_POPPED_UP = frozenset({"footnote", "footnotes", "endnote", "rearnote", "rearnotes", "annotation", "help"})


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """The first part of the leaflet that is not whole when everything hidden is left out."""
    try:
        book = open_book(artifact)
    except Unreadable:
        return  # told by the proof of the book's form
    bodies = {step.item.path: root for step in book.spine if (root := book.documents.get(step.item.path)) is not None}
    for path, root in bodies.items():
        told: set[frozenset[int]] = set()
        for hidden in _ways_of_hiding(book, path, root):
            if frozenset(hidden) not in told:
                told.add(frozenset(hidden))
                yield from _lost(book, bodies, path, hidden, document)


_Hidden = dict[int, tuple[etree._Element, str, bool]]
"""By its number in the document: a hidden element, how it is hidden, and whether with all that is in it."""


def _ways_of_hiding(book: Book, path: str, root: etree._Element) -> Iterator[_Hidden]:
    """What is hidden in each way of reading in which anything is."""
    rules = [rule for each in sheets(book, path, root) if isinstance(each, Sheet) for rule in each.rules()]
    stage = scene(root)
    body = [each for each in stage.elements if any(up.local_name == "body" for up in (*each.ancestors, each))]
    cascade = Cascade(rules, stage, stage.elements)
    numbers = {element: number for number, element in enumerate(root.iter(etree.Element))}
    for env in cascade.environments:
        hidden: _Hidden = {}
        styled: dict[int, str] = {}
        unread: dict[int, str] = {}
        for element in body:
            kind = cascade.kind(element)
            if kind not in styled:
                styled[kind] = _by_style(element, env, cascade)
            whole = _by_markup(element.etree_element) or styled[kind]
            if not whole and kind not in unread and has_own_text(element.etree_element):
                unread[kind] = _unread(element, env, cascade)
            own = whole or (has_own_text(element.etree_element) and unread[kind])
            if own:
                hidden[numbers[element.etree_element]] = (element.etree_element, own, bool(whole))
        if hidden:
            yield hidden


def _lost(
    book: Book, bodies: dict[str, etree._Element], path: str, hidden: _Hidden, document: Document
) -> Iterator[Finding]:
    shown: list[str] = []
    for other, root in bodies.items():
        body = (_without(root, hidden) if other == path else root).find(f"{XHTML}body")
        shown += words(body) if body is not None else []
    everything = [word for root in bodies.values() if (b := root.find(f"{XHTML}body")) is not None for word in words(b)]
    for segment in sorted(model.segments(document), key=lambda each: -sum(len(p.text) for p in each.passages)):
        wanted = squeezed(passage.text for passage in segment.passages)
        at = place_of(wanted, shown)
        if at is not None:
            shown[at : at + len(wanted)] = ["\0"]
        elif place_of(wanted, everything) is not None:
            element, how, _ = _culprit(hidden, wanted)
            yield Finding(
                "epub.words-hidden",
                f"the {segment.name} of the leaflet is not shown whole in the EPUB: "
                f"“{' '.join(words(element)[:8])}” {how}",
                book.place(path, element),
                "show every word of the leaflet: take the declaration or the markup out that hides it",
            )
            return
    yield from _mark_lost(book, path, shown, everything, hidden, document)


def _mark_lost(
    book: Book, path: str, shown: list[str], everything: list[str], hidden: _Hidden, document: Document
) -> Iterator[Finding]:
    """The mark of a draft is hidden, so that it passes for a finished leaflet. What is `shown` is not of its text."""
    status = document.meta.status
    if status == "approved":
        return
    mark = _bare(squeezed([document.labels[status]]))
    if place_of(mark, _bare(shown)) is None and place_of(mark, _bare(everything)) is not None:
        element, how, _ = _culprit(hidden, squeezed([document.labels[status]]))
        yield Finding(
            "epub.draft-mark",
            f"the word “{document.labels[status]}”, which says that the leaflet is not approved, {how}",
            book.place(path, element),
            "let the theme's style sheet show the mark of a draft",
        )


def _bare(said: list[str]) -> list[str]:
    return [word.strip("·:.–—|()[]").casefold() for word in said]


def _culprit(hidden: _Hidden, wanted: list[str]) -> tuple[etree._Element, str, bool]:
    """The hidden element that most likely holds these words."""
    named = set(wanted)
    return max(hidden.values(), key=lambda each: (len(named & set(words(each[0]))), each[2]))


def _without(root: etree._Element, hidden: _Hidden) -> etree._Element:
    """A copy of the document in which what is hidden is gone, and the text behind it is not."""
    copied = deepcopy(root)
    for index, element in enumerate(list(copied.iter(etree.Element))):
        if index not in hidden:
            continue
        element.text = None
        for child in element if not hidden[index][2] else ():
            child.tail = None
        if hidden[index][2]:
            for child in list(element):
                element.remove(child)
    return copied


# --- by markup ---


def _by_markup(element: etree._Element) -> str:
    """How an element's own name or attributes hide what is in it, "" if they do not."""
    name = etree.QName(element).localname.lower()
    if name in _COLLAPSED:
        return f"stands in <{name}>, which reading systems collapse"
    if element.get("hidden") is not None:
        return "has the attribute `hidden`"
    if element.get("aria-hidden", "false").lower() == "true":
        return "has the attribute `aria-hidden`: those who listen do not hear it"
    if name == "aside" and set((element.get(OPS_TYPE) or "").split()) & _POPPED_UP:
        return "stands in an aside that reading systems take out of the text, to pop it up"
    return ""


# --- by style ---


def _by_style(element: Element, env: Environment, cascade: Cascade) -> str:
    """How an element's style hides all that is in it, "" if it does not."""
    won = cascade.winners(element, env)
    if won.keys().isdisjoint(_TELLING):
        return ""

    def value(name: str) -> list[Token]:
        declaration = won.get(name)
        return cascade.value(declaration, element, env) if declaration is not None else []

    for name, hiding in _HIDING.items():
        if name in won and keywords(value(name)) & hiding:
            return f"is hidden by `{won[name].text}`"
    for name in _CUTTING:
        if name in won and any(token.type in ("function", "url") for token in value(name)):
            return f"is cut away by `{won[name].text}`"
    factors = [number(token) for name in _FAINT for token in value(name)]
    if any(factor is not None and factor < 0.2 for factor in factors):
        return "is made see-through or tiny"
    if not won.keys() & _PLACING:
        return ""
    em = cascade.font_size(element, env)[0]
    for name in ("text-indent", "margin-left", "margin-top", "margin-right", "left", "top", "right", "bottom"):
        found = [size for token in value(name) if (size := length(token, em, 300)) is not None]
        moving = name[:6] in ("text-i", "margin") or keywords(value("position")) & {"absolute", "fixed", "relative"}
        if moving and found and (min(found) < -_FAR_PT or (name == "left" and max(found) > 300)):
            return f"is moved off the page by `{won[name].text}`"
    for name in ("transform", "translate", "scale"):
        sizes = [size for token in within(value(name)) if (size := length(token, em, 300)) is not None]
        scaled = name == "scale" or any("scale" in getattr(token, "name", "") for token in value(name))
        gone = scaled and any(
            factor is not None and abs(factor) < 0.2 for t in within(value(name)) for factor in [number(t)]
        )
        if gone or any(abs(size) > _FAR_PT for size in sizes):
            return f"is moved off the page or shrunk by `{won[name].text}`"
    cutting = any(keywords(value(name)) & {"hidden", "clip"} for name in ("overflow", "overflow-y", "overflow-x"))
    for name in ("height", "max-height", "width", "max-width", "block-size", "max-block-size") if cutting else ():
        low = [size for token in value(name) if (size := length(token, em, 300)) is not None and size < 12]
        if low:
            return f"is cut away by `{won[name].text}`"
    return ""


_PLACING = frozenset(
    "text-indent margin-left margin-top margin-right left top right bottom transform translate scale overflow "
    "overflow-x overflow-y".split()
)
_HIDING = {
    "display": {"none"},
    "content-visibility": {"hidden"},
    "position": {"running"},
    "float": {"footnote"},
}


_CUTTING = ("clip", "clip-path", "-webkit-clip-path", "mask", "mask-image")
_FAINT = ("opacity", "zoom")
_TELLING = frozenset({*_HIDING, *_CUTTING, *_FAINT}) | _PLACING
"""Without any of these an element is shown."""


def _unread(element: Element, env: Environment, cascade: Cascade) -> str:
    """How an element's own letters cannot be seen, "" if they can."""
    for holder in (element, *reversed(element.ancestors)):
        declaration = cascade.winners(holder, env).get("visibility")
        if declaration is not None:
            if keywords(cascade.value(declaration, holder, env)) & {"hidden", "collapse"}:
                return "is hidden by `visibility`"
            break
    size = cascade.font_size(element, env)[0]
    small = any(str(each.local_name) in ("sup", "sub") for each in (element, *element.ancestors))
    if size < LEAST_SIZE * (2 / 3 if small else 1):
        return f"is {size:.2g} pt small (1em = 12 pt)"
    ratio = cascade.contrast(element, env)[0]
    lone = cascade.color(element, env)[0] is None or cascade.grounds(element, env)[0] is None
    if ratio is not None and ratio < LEAST_CONTRAST and not (lone and env.dark):
        return f"has a contrast of {ratio:.2g} {env.name}"
    return ""
