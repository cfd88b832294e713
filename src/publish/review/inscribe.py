"""The source of single blocks: words become lines that a parse gives back, whatever marks they carry."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count, groupby

from markdown_it.token import Token

from publish.review.atoms import Atom, Mark, Names, NotReversible, atomized
from publish.review.nodes import Node
from publish.review.outline import Outline
from publish.review.wording import Parse, Tell, source_of

_UNREAD = re.compile(r"\]\((?:https?:|mailto:|tel:|#)|\]\{[ .]*(?:claim|term)|\[@\w|\[\^\w+\]:?|:::\{")
_BARE_TERM = re.compile(r"\]\{\s*\.?term\s*\}")
_TOLD = ("html_text", "template_text", "image")


@dataclass(slots=True)
class Pen:
    """Writes words in one outline's dialect and names. `notes` are those of the new source, by label."""

    outline: Outline
    names: Names
    note_names: Names
    tell: Callable[[str, str, Node | None], None]

    def write(self, atoms: list[Atom], kind: str, about: Node | None, *, in_note: bool = False) -> str:
        """The source of a block's words. What cannot be written at all is told, and comes as the old source."""
        names = self.note_names if in_note else self.names
        tell: Tell = lambda code, message: self.tell(code, message, about)  # noqa: E731
        named = _fenced(_anchored(_keyed(atoms, names), names, tell))
        if kind == "heading":
            named = [replace(atom, source=" ", text=" ") if "\n" in atom.source else atom for atom in named]
        try:
            return source_of(named, self._parse(kind, names), tell)
        except ValueError as fault:
            self.tell("review.not-patchable", str(fault), about)
            return about.content if about is not None else ""

    def _parse(self, kind: str, names: Names) -> Parse:
        md, env = self.outline.md, self.outline.env

        def parse(source: str) -> list[Atom] | None:
            token = _token(md.parse, source, kind, env)
            if token is None or any(child.type in _TOLD for child in token.children or ()):
                return None
            if any(child.type == "variable" and child.content not in names.variables for child in token.children or ()):
                return None
            if any(_UNREAD.search(words) and words in source for words in _joined_text(token)):
                return None
            try:
                return atomized(token, names)
            except NotReversible:
                return None

        return parse


def _token(parse: Callable[..., list[Token]], source: str, kind: str, env: dict[str, object]) -> Token | None:
    """The inline token that a source becomes when it is a block of its kind and nothing else."""
    own = {key: value for key, value in env.items() if key == "references"}
    if kind == "heading":
        tokens = parse(f"# {source}", own)
        fits = len(tokens) == 3 and tokens[0].type == "heading_open"
    elif kind == "cell":
        tokens = parse(f"| {source} |\n|---|", own)
        inner = [token for token in tokens if token.type == "inline"]
        return inner[0] if len(inner) == 1 and tokens[0].type == "table_open" else None
    elif kind == "title":
        tokens = parse(f":::{{callout}} {source}\n:::", own)
        fits = len(tokens) == 3 and tokens[1].type == "inline"
    else:
        tokens = parse(source, own)
        fits = len(tokens) == 3 and tokens[0].type == "paragraph_open"
    if not fits:
        return None
    return tokens[1] if kind == "cell" or tokens[1].content == source.strip() else None


def _joined_text(token: Token) -> list[str]:
    """Runs of plain text, as the reader looks at them for marks that are not read."""
    found = [""]
    for child in token.children or ():
        if child.type in ("text", "text_special"):
            found[-1] += child.content
        elif found[-1]:
            found.append("")
    return found


def _keyed(atoms: list[Atom], names: Names) -> list[Atom]:
    """A term whose words were changed names its entry, which it had found by them."""
    made = list(atoms)
    bare = {mark for atom in atoms for mark in atom.marks if mark.kind == "term" and _BARE_TERM.fullmatch(mark.close)}
    keys = {target: key for key, target in names.terms.items()}
    for mark in bare:
        words = " ".join("".join(atom.text for atom in atoms if mark in atom.marks).split())
        if mark.target in keys and names.terms.get(names.term("", words)) != mark.target:
            made = _swapped(made, mark, replace(mark, close=f"]{{term={keys[mark.target]}}}"))
    return made


def _anchored(atoms: list[Atom], names: Names, tell: Tell) -> list[Atom]:
    """New links inside the document lead to what the source calls the place."""
    made = list(atoms)
    keys = {target: key for key, target in names.terms.items()}
    places = {f"#{bookmark}": anchor for anchor, bookmark in names.targets.items()}
    for mark in {mark for atom in atoms for mark in atom.marks if mark.kind == "link" and mark.serial < 0}:
        if not mark.target.startswith("#"):
            continue
        if mark.target in keys:
            new = Mark("term", mark.target, open="[", close=f"]{{term={keys[mark.target]}}}")
            made = _swapped(made, mark, new)
        elif mark.target in places:
            made = _swapped(made, mark, replace(mark, close=f"](#{places[mark.target]})"))
        else:
            words = "".join(atom.text for atom in atoms if mark in atom.marks)
            tell("review.link-lost", f"the link on “{words[:80]}” leads to a place that the source does not name")
            made = _swapped(made, mark, None)
    return made


def _fenced(atoms: list[Atom]) -> list[Atom]:
    """Code that has backticks in it stands between runs of backticks of another length."""
    made: list[Atom] = []
    for mark, group in groupby(atoms, lambda atom: next((each for each in atom.marks if each.kind == "code"), None)):
        inside = list(group)
        words = "".join(atom.text for atom in inside)
        if mark is None or "`" not in words:
            made += inside
            continue
        runs = {len(run) for run in re.findall("`+", words)}
        fence = "`" * next(length for length in count(1) if length not in runs)
        pad = " " if words.startswith("`") or words.endswith("`") else ""
        made += _swapped(inside, mark, replace(mark, open=fence + pad, close=pad + fence))
    return made


def _swapped(atoms: list[Atom], old: Mark, new: Mark | None) -> list[Atom]:
    return [
        replace(atom, marks=tuple(m for m in (new if mark == old else mark for mark in atom.marks) if m is not None))
        if old in atom.marks
        else atom
        for atom in atoms
    ]
