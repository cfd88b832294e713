"""Markup that says one thing to one client and another to the next, or whose words are made when it is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import cast

from lxml import etree

from publish.wordfile import MC, A, Element, W, WordFile, local, q, value

_STORIES = ("header", "footer", "footnotes", "endnotes", "comments")
_DEFINITIONS = ("styles", "numbering", "settings", "fontTable")
_FIELDS = frozenset("PAGE NUMPAGES SECTION SECTIONPAGES HYPERLINK REF PAGEREF NOTEREF STYLEREF TITLE SUBJECT".split())
_DRAWN = (q("drawing"), q("pict"), q("object"))


def ambiguous(word: WordFile) -> Iterator[str]:
    """What clients read in different ways, as sentences."""
    for part in (word.main, *_parts(word, _STORIES), *_parts(word, _DEFINITIONS)):
        yield from _compatibility(part, word.tree(part))
    for part in word.related("styles"):
        ids = Counter(value(style, "styleId") for style in word.tree(part).findall(q("style")))
        yield from (f"two styles have the id “{each}”" for each, count in ids.items() if count > 1)
    for part in word.related("theme"):
        hues = word.tree(part).iterfind(f".//{{{A}}}clrScheme/*/*")
        if any(len(hue) for hue in hues):
            yield f"the colours in {part} are computed from others"


def _parts(word: WordFile, kinds: tuple[str, ...]) -> Iterator[str]:
    for kind in kinds:
        yield from word.related(kind)


_TELLING = etree.XPath(
    "descendant-or-self::*[self::mc:AlternateContent or @mc:ProcessContent or @mc:MustUnderstand or @mc:Ignorable]",
    namespaces={"mc": MC},
)


def _compatibility(part: str, root: Element) -> Iterator[str]:
    """Alternatives are allowed for drawings only; whatever else they hold, one client shows and another does not."""
    for element in cast("list[Element]", _TELLING(root)):
        if element.get(f"{{{MC}}}ProcessContent") or element.get(f"{{{MC}}}MustUnderstand"):
            yield f"{part} tells clients how to read what they do not know"
            return
        if any(element.nsmap.get(prefix) == W for prefix in element.get(f"{{{MC}}}Ignorable", "").split()):
            yield f"{part} tells clients to pass over its text"
            return
        if element.tag == f"{{{MC}}}AlternateContent" and not _is_drawing(element):
            yield f"{part} has alternatives of which one client shows one and another the other"
            return


def _is_drawing(alternate: Element) -> bool:
    parent = alternate.getparent()
    in_run = parent is not None and parent.tag == q("r")
    within = next(alternate.iterancestors(*_DRAWN), None) is not None
    choices = [child for choice in alternate for child in choice if local(child)]
    return within or (in_run and all(child.tag in _DRAWN for child in choices))


def made_fields(word: WordFile) -> Iterator[str]:
    """The names of fields that make words of their own, or move those around them, when they are brought up to date."""
    for part in (word.main, *_parts(word, _STORIES)):
        for instruction in _instructions(word.tree(part)):
            name = (instruction.split() or [""])[0].upper()
            if name not in _FIELDS:
                yield name


def _instructions(root: Element) -> Iterator[str]:
    opened: list[list[str]] = []
    for element in root.iter(q("fldSimple"), q("fldChar"), q("instrText"), q("delInstrText")):
        name = local(element)
        if name == "fldSimple":
            yield value(element, "instr")
        elif name != "fldChar":
            if opened:
                opened[-1].append(element.text or "")
        elif value(element, "fldCharType") == "begin":
            opened.append([])
        elif value(element, "fldCharType") == "end" and opened:
            yield "".join(opened.pop())
