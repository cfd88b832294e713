"""The words of a source block as atoms: what each piece shows, how it is written, and the marks around it.

The source is consumed exactly: the atoms of a block, written again, are its source byte for byte, or the block counts
as one that cannot be edited from outside.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from markdown_it.token import Token

from publish.model import citation_mark
from publish.review.runs import OBJECT

LOOKS = ("strong", "em", "sup", "sub", "code")
_RANK = {"claim": 0, "term": 1, "link": 1, "strong": 2, "em": 3, "sub": 4, "sup": 4, "code": 5}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark around words. `target`: where a link or term leads in the copy, if anywhere; `serial`: which one it is."""

    kind: str
    target: str = ""
    serial: int = -1
    open: str = field(default="", compare=False)
    close: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Atom:
    """What is shown, how it is written. An `object` (`variable:key`, `citation:`, `note:3`) is never parted."""

    text: str
    source: str
    marks: tuple[Mark, ...] = ()
    object: str = ""


class NotReversible(Exception):
    """A block whose atoms do not write it as it stands; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a source stand for in its copy. `terms` and `targets` lead to bookmarks."""

    variables: Mapping[str, str]
    notes: Mapping[str, int]
    works: Mapping[str, int]
    terms: Mapping[str, str]
    targets: Mapping[str, str]
    words: Mapping[str, str]
    in_note: bool = False

    def link(self, target: str) -> str:
        """Where a link leads in the copy."""
        filled = _VARIABLE.sub(lambda found: self.variables.get(found[1], found[0]), target)
        if filled.startswith("#"):
            bookmark = self.targets.get(filled[1:], "")
            return f"#{bookmark}" if bookmark else ""
        return same_address(f"mailto:{filled}" if "@" in filled and ":" not in filled else filled)

    def term(self, key: str, words: str) -> str:
        """The glossary key that marked words stand for."""
        if key:
            return key
        slug = re.sub(r"[\W_]+", "-", words.casefold()).strip("-")
        return slug if slug in self.terms else self.words.get(words.casefold(), slug)


def same_address(target: str) -> str:
    """An address in the form in which two spellings of it are equal."""
    return unquote(target.strip()).rstrip("/") if not target.startswith("#") else target


_VARIABLE = re.compile(r"\{\{[ \t]*\n?[ \t]*([A-Za-z][\w-]*(?:\.[\w-]+)*)[ \t]*\n?[ \t]*\}\}")
_SOFT = re.compile(r"[ \t]*\n[ \t]*")
_HARD = re.compile(r"(?:\\| {2,})\n[ \t]*")
_SPAN_END = re.compile(r"\]\{[^{}]*\}")
_LIFTED = re.compile(
    r"\{\{[ \t]*([A-Za-z][\w.-]*)[ \t]*\}\}|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,31});|\\[!-/:-@\[-`{-~ ]|."
)
_LINK_END = re.compile(
    r"\]\([ \t\n]*(?:<[^<>\n]*>|(?:\\.|[^\\()\s]|\((?:\\.|[^\\()\s])*\))*)"
    r"(?:[ \t\n]+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?[ \t\n]*\)"
    r"|\]\[[^\[\]]*\]|\]"
)
_TERM = re.compile(r"^\s*[.]?term(?:=(?:\"([^\"]*)\"|([\w:.-]+)))?\s*$")
_REFERENCES = re.compile(r"(?:ref|claim)=(?:\"([^\"]*)\"|([\w:.-]+))")
_KEY = re.compile(r"@([A-Za-z0-9][\w:.-]*)")


@dataclass(slots=True)
class _Eater:
    """Goes through the tokens of a block and its source at once."""

    raw: str
    names: Names
    at: int = 0
    marks: list[Mark] = field(default_factory=list)
    atoms: list[Atom] = field(default_factory=list)
    serial: int = 0
    starts: list[int] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)

    def eat(self, words: str) -> None:
        if not self.raw.startswith(words, self.at):
            raise NotReversible(f"“{words[:20]}” does not stand at “{self.raw[self.at : self.at + 20]}”")
        self.at += len(words)

    def match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.raw, self.at)
        if not found:
            raise NotReversible(f"“{self.raw[self.at : self.at + 20]}” is not understood")
        self.at = found.end()
        return found[0]

    def add(self, text: str, source: str, object_: str = "") -> None:
        self.atoms.append(Atom(text, source, tuple(self.marks), object_))

    def literal(self, words: str) -> None:
        self.eat(words)
        for char in words:
            self.add(" " if char in "\t\n" else char, char)

    def opened(self, kind: str, opening: str, target: str = "", close: str = "", info: str = "") -> None:
        self.serial += 1
        self.starts.append(len(self.atoms))
        self.infos.append(info)
        self.marks.append(Mark(kind, target, self.serial, opening, close))

    def closed(self, close: str, target: str | None = None) -> None:
        """The innermost mark ends; what it leads to and how it closes may be known only now."""
        old, start = self.marks.pop(), self.starts.pop()
        self.infos.pop()
        new = Mark(old.kind, old.target if target is None else target, old.serial, old.open, close)
        for index in range(start, len(self.atoms)):
            atom = self.atoms[index]
            marks = tuple(new if mark is old else mark for mark in atom.marks)
            self.atoms[index] = Atom(atom.text, atom.source, marks, atom.object)


def atomized(token: Token, names: Names) -> list[Atom]:
    """The atoms of an `inline` token. Raises NotReversible when they would not write its source again."""
    eater = _Eater(token.content, names)
    lifted = ""
    for child in token.children or ():
        if lifted:
            if child.type == f"{lifted}_close":
                eater.closed(eater.marks[-1].open)
                lifted = ""
            continue
        if child.type in ("sup_open", "sub_open"):
            lifted = child.type.removesuffix("_open")
            _lifted(eater, lifted, child.markup or {"sup": "^", "sub": "~"}[lifted])
            continue
        eat = _EATERS.get(child.type)
        if eat is None:
            raise NotReversible(f"{child.type} stands in it")
        eat(eater, child)
    if eater.at != len(eater.raw):
        raise NotReversible(f"“{eater.raw[eater.at :][:20]}” is left over")
    if written(eater.atoms) != eater.raw:
        raise NotReversible("its marks cannot be written as they stand")
    return eater.atoms


def _lifted(eater: _Eater, kind: str, markup: str) -> None:
    """Sub- and superscript: the parser keeps the inside as it is written; entities and variables are meant in it."""
    eater.eat(markup)
    eater.opened(kind, markup, close=markup)
    while eater.at < len(eater.raw) and eater.raw[eater.at] != markup:
        found = _LIFTED.match(eater.raw, eater.at)
        if not found:
            raise NotReversible("its sub- or superscript is not understood")
        eater.at = found.end()
        if found[1]:
            eater.add(eater.names.variables.get(found[1], found[0]), found[0], f"variable:{found[1]}")
        elif found[0][0] == "\\" and len(found[0]) == 2:
            eater.add(found[0][1], found[0])
        else:
            eater.add(html.unescape(found[0]) if found[0][0] == "&" else found[0], found[0])
    eater.eat(markup)


def _text(eater: _Eater, token: Token) -> None:
    if token.type == "text_special":
        eater.eat(token.markup)
        eater.add(token.content, token.markup)
    elif token.content:
        eater.literal(token.content)


def _break(eater: _Eater, token: Token) -> None:
    hard = token.type == "hardbreak"
    eater.add("\n" if hard else " ", eater.match(_HARD if hard else _SOFT))


def _emphasis(eater: _Eater, token: Token) -> None:
    kind, _, which = token.type.partition("_")
    eater.eat(token.markup)
    if which == "open":
        eater.opened(kind, token.markup, close=token.markup)
    else:
        eater.closed(token.markup)


def _code(eater: _Eater, token: Token) -> None:
    eater.eat(token.markup)
    end = eater.raw.find(token.markup, eater.at)
    while end >= 0 and (eater.raw[end - 1 : end] == "`" or eater.raw[end + len(token.markup) :][:1] == "`"):
        end = eater.raw.find(token.markup, end + 1)
    if end < 0:
        raise NotReversible("its code does not end")
    inner = eater.raw[eater.at : end]
    plain = inner.replace("\n", " ")
    pad = " " if plain != token.content and plain == f" {token.content} " else ""
    if plain != f"{pad}{token.content}{pad}":
        raise NotReversible("its code is not understood")
    core = inner[len(pad) : len(inner) - len(pad)]
    eater.opened("code", token.markup + pad, close=pad + token.markup)
    for char in core:
        eater.add(" " if char in "\n\t" else char, char)
    eater.at = end + len(token.markup)
    eater.closed(pad + token.markup)


def _link_open(eater: _Eater, token: Token) -> None:
    target = str(token.attrs.get("href", ""))
    opening = "<" if token.markup == "autolink" else "["
    eater.eat(opening)
    eater.opened("link", opening, eater.names.link(target))


def _link_close(eater: _Eater, token: Token) -> None:
    if eater.marks[-1].open == "<":
        eater.eat(">")
        eater.closed(">")
    else:
        eater.closed(eater.match(_LINK_END))


def _span_open(eater: _Eater, token: Token) -> None:
    eater.eat("[")
    term = _TERM.match(token.meta["attributes"])
    eater.opened("term" if term else "claim", "[", info=token.meta["attributes"])


def _span_close(eater: _Eater, token: Token) -> None:
    mark, start, attributes = eater.marks[-1], eater.starts[-1], eater.infos[-1]
    target = ""
    if mark.kind == "term":
        found = _TERM.match(attributes)
        key = (found[1] or found[2] or "") if found else ""
        words = " ".join("".join(atom.text for atom in eater.atoms[start:]).split())
        target = eater.names.terms.get(eater.names.term(key, words), "")
    else:
        keys = [key for found in _REFERENCES.findall(attributes) for key in re.split(r"[,;\s]+", found[0] or found[1])]
        inside = {key for atom in eater.atoms[start:] for key in atom.object.removeprefix("citation:").split()}
        numbers = sorted(eater.names.works[key] for key in keys if key in eater.names.works and key not in inside)
        if numbers:
            eater.add(citation_mark(numbers), "", "citation:")
    eater.closed(eater.match(_SPAN_END), target)


def _variable(eater: _Eater, token: Token) -> None:
    source = eater.match(_VARIABLE)
    eater.add(eater.names.variables.get(token.content, source), source, f"variable:{token.content}")


def _citation(eater: _Eater, token: Token) -> None:
    source = f"[{token.content}]"
    eater.eat(source)
    keys = _KEY.findall(token.content)
    shown = citation_mark(sorted(eater.names.works.get(key, 0) for key in dict.fromkeys(keys)))
    eater.add(shown, source, "citation:" + " ".join(keys))


def _note(eater: _Eater, token: Token) -> None:
    label = token.meta["label"]
    source = f"[^{label}]"
    eater.eat(source)
    number = eater.names.notes.get(label, 0)
    eater.add("" if eater.names.in_note else OBJECT, source, f"note:{number}")


def _as_it_is(eater: _Eater, token: Token) -> None:
    eater.literal(token.content)


_EATERS: Mapping[str, Callable[[_Eater, Token], None]] = {
    "text": _text,
    "text_special": _text,
    "softbreak": _break,
    "hardbreak": _break,
    "strong_open": _emphasis,
    "strong_close": _emphasis,
    "em_open": _emphasis,
    "em_close": _emphasis,
    "code_inline": _code,
    "link_open": _link_open,
    "link_close": _link_close,
    "span_open": _span_open,
    "span_close": _span_close,
    "variable": _variable,
    "citation": _citation,
    "footnote_ref": _note,
    "html_text": _as_it_is,
    "template_text": _as_it_is,
}


def written(atoms: Iterable[Atom]) -> str:
    """The source of atoms. Marks that reach further are written outside of those that end sooner."""
    given = list(atoms)
    ends = _ends(given)
    made: list[str] = []
    open_: list[Mark] = []
    for index, atom in enumerate(given):
        kept = 0
        while kept < len(open_) and open_[kept] in atom.marks:
            kept += 1
        made.extend(mark.close for mark in reversed(open_[kept:]))
        del open_[kept:]
        new = [mark for mark in atom.marks if mark not in open_]
        for mark in sorted(new, key=lambda mark: (-ends[index, mark], *_inside(mark, new))):
            open_.append(mark)
            made.append(mark.open)
        made.append(atom.source)
    made.extend(mark.close for mark in reversed(open_))
    return "".join(made)


def _inside(mark: Mark, all_: list[Mark]) -> tuple[int, int]:
    """Of marks that end together: as the author has nested them; new ones by what may hold what."""
    old = mark.serial >= 0 and all(each.serial >= 0 for each in all_)
    return (0, all_.index(mark)) if old else (_RANK[mark.kind], mark.serial)


def _ends(atoms: list[Atom]) -> dict[tuple[int, Mark], int]:
    """For each atom and mark of it, where the mark's run ends."""
    found: dict[tuple[int, Mark], int] = {}
    for index in range(len(atoms) - 1, -1, -1):
        for mark in atoms[index].marks:
            found[index, mark] = found.get((index + 1, mark), index + 1)
    return found


def looks_of(atom: Atom) -> frozenset[str]:
    """The looks of an atom that the copy shows."""
    return frozenset(mark.kind for mark in atom.marks if mark.kind in LOOKS)


def link_of(atom: Atom) -> str:
    """Where an atom leads in the copy."""
    return next((mark.target for mark in atom.marks if mark.target), "")
