"""A written paragraph as pieces that can be compared: words and marks, what stands in one piece, what has no width.

A piece keeps the run it came from, so that it can be written again with its look, inside a link, as inserted or as
deleted. Links and notes are compared by what they lead to in the document, not by bookmarks, which are numbered anew
with each version.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from publish.formats._docx_xml import WP, Element, R, q, text_nodes, w

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\w+|\s|[^\w\s]")
"""A number is one word: 0.5 that became 0.25 is read as a whole, not figure by figure."""
_FIXED = frozenset(map(q, ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")))
_TEXT = frozenset(map(q, ("rPr", "t", "tab", "br")))
_NOTEREF = re.compile(r"NOTEREF (\w+)")


@dataclass(frozen=True, slots=True)
class Names:
    """The bookmarks of one document: what each stands for in it, and what it is called in the redline.

    `called` is what stands there under that name for those who link to it; `prefix` parts the bookmarks of the old
    document from those of the new one.
    """

    stands_for: Mapping[str, Hashable]
    called: Callable[[str], str]
    prefix: str = ""

    def identity(self, name: str) -> Hashable:
        return self.stands_for.get(name, name)


@dataclass(frozen=True, slots=True)
class Look:
    """How a piece looks and where it leads. Two looks are equal when a reader sees no difference."""

    style: bytes
    link: Hashable
    properties: Element | None = field(compare=False)
    hyperlink: Element | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """One word, space or mark (`parts`: its text by look), or elements that stand together (`solid`).

    `key` is what it says. `width` is False for bookmarks and the ends of comments, which say nothing.
    """

    key: str
    parts: tuple[tuple[str, Look], ...] = ()
    solid: tuple[Element, ...] = ()
    look: Look | None = None
    width: bool = True


def pieces(paragraph: Element, names: Names) -> list[Piece]:
    """What a paragraph holds, in order. Its bookmarks, and what leads to them, are called as in the redline."""
    return list(_joined(_within(paragraph, names, None, None)))


def said(given: Iterable[Piece]) -> tuple[str, ...]:
    """What pieces say, to be compared."""
    return tuple(piece.key for piece in given if piece.width)


def _within(parent: Element, names: Names, hyperlink: Element | None, link: Hashable) -> Iterator[Piece]:
    children = iter(parent)
    for child in children:
        if child.tag == q("hyperlink"):
            bare = w("hyperlink")
            bare.attrib.update(child.attrib)
            yield from _within(child, names, _renamed(bare, names), _leads(child, names))
        elif child.tag in _FIXED:
            look = Look(b"", link, None, hyperlink)
            yield Piece("", solid=(_renamed(child, names),), look=look, width=False)
        elif child.tag == q("r"):
            yield from _of_run(child, children, names, hyperlink, link)


def _leads(hyperlink: Element, names: Names) -> Hashable:
    anchor = hyperlink.get(q("anchor"))
    target = names.identity(anchor) if anchor else hyperlink.get(f"{{{R}}}id")
    return (target, hyperlink.get(q("tooltip"), ""))


def _of_run(
    run: Element, following: Iterator[Element], names: Names, hyperlink: Element | None, link: Hashable
) -> Iterator[Piece]:
    properties = run.find(q("rPr"))
    style = etree.tostring(properties, with_tail=False) if properties is not None else b""
    look = Look(style, link, properties, hyperlink)
    if run.find(q("commentReference")) is not None:
        yield Piece("", solid=(run,), look=look, width=False)
    elif all(child.tag in _TEXT for child in run):
        for token in _TOKEN.findall(_text(run)):
            yield Piece(token, ((token, look),))
    elif run.find(q("fldChar")) is not None:
        field_ = [run, *_rest_of_field(following)]
        yield Piece(_field_key(field_, names), solid=tuple(_renamed(each, names) for each in field_), look=look)
    else:
        yield Piece(_solid_key(run, names), solid=(run,), look=look)


def _rest_of_field(following: Iterator[Element]) -> Iterator[Element]:
    for each in following:
        yield each
        mark = each.find(q("fldChar"))
        if mark is not None and mark.get(q("fldCharType")) == "end":
            return


def _text(run: Element) -> str:
    shown = {q("tab"): "\t", q("br"): "\n"}
    return "".join(shown.get(str(child.tag), child.text or "") for child in run if child.tag != q("rPr"))


def _field_key(runs: list[Element], names: Names) -> str:
    code = "".join(each.text or "" for run in runs for each in run.iter(q("instrText")))
    shown = "".join(each.text or "" for run in runs for each in run.iter(q("t")))
    return f"\0field {_NOTEREF.sub(lambda found: str(names.identity(found[1])), code)} {shown}"


def _solid_key(run: Element, names: Names) -> str:
    """A note by what it is, a picture by its file and its words, anything else by its markup."""
    note = run.find(q("footnoteReference"))
    if note is not None:
        return f"\0note {names.identity('mark_' + note.get(q('id'), ''))} {_text(run) if len(run) > 2 else ''}"
    drawing = run.find(f".//{{{WP}}}docPr")
    if drawing is not None:
        files = [value for each in run.iter() for name, value in each.attrib.items() if name == f"{{{R}}}embed"]
        return f"\0picture {files} {drawing.get('descr')}"
    plain = copy.deepcopy(run)
    for properties in plain.findall(q("rPr")):
        plain.remove(properties)
    return "\0" + etree.tostring(plain).decode()


def note_of(piece: Piece) -> Element | None:
    """The reference by which a piece marks a note; None when it marks none."""
    return next((found for run in piece.solid if (found := run.find(q("footnoteReference"))) is not None), None)


def _joined(given: Iterable[Piece]) -> Iterator[Piece]:
    """Words whose letters differ in look are one word all the same."""
    last: Piece | None = None
    for piece in given:
        if last and last.parts and piece.parts and last.key[-1:].isalnum() and piece.key[:1].isalnum():
            last = Piece(last.key + piece.key, last.parts + piece.parts)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def run_of(text: str, look: Look) -> Element:
    """A run that says a text in a look."""
    made = w("r")
    if look.properties is not None:
        made.append(copy.deepcopy(look.properties))
    made.extend(text_nodes(text))
    return made


def _renamed(element: Element, names: Names) -> Element:
    """A copy in which a bookmark, or what leads to one, has its name in the redline."""
    made = copy.deepcopy(element)
    if made.tag == q("bookmarkStart"):
        made.set(q("name"), names.prefix + made.get(q("name"), ""))
    if made.get(q("anchor")):
        made.set(q("anchor"), names.called(made.get(q("anchor"), "")))
    for each in made.iter(q("instrText")):
        each.text = _NOTEREF.sub(lambda found: f"NOTEREF {names.called(found[1])}", each.text or "")
    return made
