"""Inline tokens -> the model's inlines, and what they name resolved: variables, citations, notes, links."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from publish.diagnostics import Place, did_you_mean
from publish.model import (
    Code,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    NoteMark,
    Strong,
    Subscript,
    Superscript,
    Text,
    Variable,
    text,
)
from publish.reader import admission, citations, links, pictures, spans, words
from publish.reader.scope import Scope

_REACH = 2_000  # characters from one token to the next that are searched for its place
_WRAPPERS: dict[str, Any] = {
    "em_open": Emphasis,
    "strong_open": Strong,
    "sup_open": Superscript,
    "sub_open": Subscript,
}
_IN_ADDRESS = re.compile(r"\{\{[ \t]*([A-Za-z][\w-]*(?:\.[\w-]+)*)[ \t]*\}\}")


@dataclass(slots=True)
class _Walk:
    """A way through the tokens of one paragraph. `cursor` follows the content, so that each node finds its column."""

    scope: Scope
    tokens: list[Token]
    content: str
    line: int
    index: int = 0
    cursor: int = 0
    starts: list[int] = field(default_factory=list)

    def place(self, snippet: str, at: int | None = None) -> Place:
        """Where the snippet stands: at `at` if known, else the next time it is met."""
        found = at if at is not None else self.content.find(snippet, self.cursor, self.cursor + _REACH + len(snippet))
        if found >= 0:
            self.cursor = found + (len(snippet) if at is None else 0)
        if not self.starts:
            self.starts = [0, *(found.end() for found in re.finditer("\n", self.content))]
        start = found if found >= 0 else self.cursor
        row = bisect_right(self.starts, start) - 1
        line = self.line + row
        if found < 0 or line > len(self.scope.lines):
            return self.scope.place(line)
        # The parser has taken indents and quote marks from the line's beginning, so count from its end.
        raw, end = self.scope.lines[line - 1], self.content.find("\n", start)
        own = (end if end >= 0 else len(self.content)) - self.starts[row]
        offset = len(raw.rstrip()) - own
        if own > 5_000 or offset < 0 or not raw.startswith(self.content[self.starts[row] : start + 1], offset):
            offset = raw.find(self.content[self.starts[row] : start + 1]) if own <= 5_000 else -1
        return self.scope.place(line, offset + start - self.starts[row] + 1 if offset >= 0 else None)


def converted(scope: Scope, token: Token, line: int | None = None) -> tuple[Inline, ...]:
    """The inlines of an `inline` token, trimmed at both ends."""
    first = line if line is not None else (token.map[0] + 1 if token.map else 1)
    walk = _Walk(scope, token.children or [], token.content, first)
    return _trimmed(_run(walk, ""))


def plain(scope: Scope, value: str, place: Place) -> tuple[Inline, ...]:
    """Inlines of a text without marks, variables resolved."""
    parts = re.split(_IN_ADDRESS, value)
    found: list[Inline] = []
    for index, part in enumerate(parts):
        if index % 2:
            found.extend(_variable(scope, part, place))
        elif part:
            found.append(Text(part, place=place))
    return tuple(found)


def substituted(scope: Scope, value: str, place: Place) -> str:
    """A plain value (an address, a label) with its variables resolved."""
    return text(plain(scope, value, place))


def _run(walk: _Walk, until: str) -> list[Inline]:
    found: list[Inline] = []
    while walk.index < len(walk.tokens):
        token = walk.tokens[walk.index]
        walk.index += 1
        if token.type == until:
            break
        _one(walk, token, found)
    return found


def _one(walk: _Walk, token: Token, found: list[Inline]) -> None:
    scope = walk.scope
    match token.type:
        case "text" | "text_special":
            if token.content:
                place = walk.place(token.content)
                _tell_unread(walk, token.content, place)
                found.append(Text(_shown(scope, token.content, place), place=place))
        case "softbreak":
            _space(found, walk.place("\n"))
        case "hardbreak":
            found.append(LineBreak(place=walk.place("\n")))
        case "code_inline":
            place = walk.place(token.content)
            found.append(Code(_shown(scope, token.content, place), place=place))
        case "em_open" | "strong_open":
            place = walk.place(token.markup)
            children = tuple(_run(walk, token.type.replace("open", "close")))
            found.append(_WRAPPERS[token.type](children, place=place))
        case "sup_open" | "sub_open":
            place = walk.place(token.markup)
            raw = text(_run(walk, token.type.replace("open", "close")))
            # The parser takes this content as it is written; entities and variables are meant here as everywhere.
            children = plain(scope, _shown(scope, words.decoded(raw), place), place)
            found.append(_WRAPPERS[token.type](children, place=place))
        case "link_open":
            _link(walk, token, found)
        case "image":
            _image(walk, token, found)
        case "variable":
            found.extend(_variable(scope, token.content, walk.place(token.content, token.meta["at"])))
        case "citation":
            found.extend(citations.cited(scope, token.content, walk.place(token.content, token.meta["at"])))
        case "footnote_ref":
            found.extend(_note_mark(scope, token, walk.place(f"[^{token.meta['label']}]")))
        case "span_open":
            _span(walk, token, found)
        case "template_text":
            place = walk.place(token.content, token.meta["at"])
            scope.tell(
                "source.braces",
                f"“{token.content[:60]}” is no variable: it would be printed as it stands",
                place,
                "write {{ product.name }} and the like for a variable; if it is text, put a backslash before it",
            )
            found.append(Text(token.content, place=place))
        case "html_text":
            _html(walk, token, found)
        case _:
            place = walk.place(token.content)
            scope.tell("source.markup-unknown", f"the mark “{token.type}” is not part of the dialect", place)
            found.append(Text(token.content, place=place))


_UNREAD = re.compile(r"\]\((?:https?:|mailto:|tel:|#)|\]\{[ .]*(?:claim|term)|\[@\w|\[\^\w+\]:?|:::\{")


def _tell_unread(walk: _Walk, value: str, place: Place) -> None:
    """Tell what looks like a mark but came out as text; one with a backslash before it is meant as text."""
    unread = _UNREAD.search(value)
    if unread and value in walk.content:
        walk.scope.tell(
            "source.mark-unread",
            f"“{unread[0]}” looks like a mark, but is not read as one: it would be printed as it stands",
            place,
            "look for a bracket too many or too few, or a mark in another; if it is text, put a backslash before it",
        )


def _space(found: list[Inline], place: Place) -> None:
    last = found[-1] if found else None
    if isinstance(last, Text):
        found[-1] = Text(last.value + " ", place=last.place)
    else:
        found.append(Text(" ", place=place))


def _shown(scope: Scope, value: str, place: Place) -> str:
    char = admission.hidden_in(value, scope.rules)
    if char and char != "\ufffd":
        message = f"an entity or escape stands for the hidden character {admission.named(char)}"
        scope.tell("source.hidden-character", message, place, "write the text without it")
    elif "&" in "".join(scope.lines[(place.line or 1) - 1 : place.line]):
        for fault in admission.faults(value, scope.rules):
            scope.tell(fault.code, fault.message, place, fault.hint)
    return admission.replaced(value, scope.rules).replace("\t", " ").replace("\n", " ")


def _html(walk: _Walk, token: Token, found: list[Inline]) -> None:
    place = walk.place(token.content, token.meta["at"])
    walk.scope.tell(
        "source.html",
        f"“{token.content[:60]}” is HTML, which is not interpreted: it would be printed as it stands",
        place,
        "use Markdown instead; to print the characters themselves, write \\< for <",
    )
    walk.scope.account(place.line or 1, token.content if "&" in token.content else "")
    found.append(Text(token.content.replace("\n", " "), place=place))


def _variable(scope: Scope, key: str, place: Place) -> list[Inline]:
    if key in scope.variables:
        scope.account(place.line or 1, key)
        return [Variable(key, scope.variables[key], place=place)]
    if scope.sure:
        hint = did_you_mean(key, scope.variables)
        scope.tell("source.variable-unknown", f"there is no variable “{key}”", place, hint)
    return [Text(f"{{{{ {key} }}}}", place=place)]


def _note_mark(scope: Scope, token: Token, place: Place) -> list[Inline]:
    label = token.meta["label"]
    if scope.prefix == "s":
        message = "a note may not stand in a safety file"
        scope.tell("source.not-in-safety", message, place, "write what the note says in the text itself")
        return [Text(f"[^{label}]", place=place)]
    if label not in scope.defined:
        hint = f"write the note on a line of its own: `[^{label}]: …`" + (
            "; " + did_you_mean(label, scope.defined) if scope.defined else ""
        )
        scope.tell("source.note-undefined", f"the note “[^{label}]” is nowhere written", place, hint)
        return [Text(f"[^{label}]", place=place)]
    scope.account(place.line or 1, label)
    number = scope.notes.setdefault(label, len(scope.notes) + 1)
    return [NoteMark(label, number, place=place)]


def _link(walk: _Walk, token: Token, found: list[Inline]) -> None:
    scope, raw = walk.scope, str(token.attrs.get("href", ""))
    place = walk.place("<" if token.markup == "autolink" else "[")
    if token.markup == "autolink" and "@" in raw and ":" not in raw:
        raw = f"mailto:{raw}"
    children = tuple(_run(walk, "link_close"))
    title = str(token.attrs.get("title", ""))
    for part in _obeyed(walk.content, token, raw, title):
        scope.account(place.line or 1, part)
    target = (substituted(scope, raw, place) if "{{" in raw else raw).strip()
    fault = links.fault(target)
    if fault:
        scope.tell(
            "source.link-target",
            f"the link's address “{target[:100]}” {fault}; its words stay, the link is left out",
            place,
            "allowed are https:, http:, mailto: and tel: addresses, and #anchor for a place in this leaflet",
        )
        found.extend(children)
        return
    if not text(children).strip():
        scope.tell("source.link-empty", f"the link to {target[:100]} has no words", place, "write [words](address)")
        return
    if leading := links.leading(children):
        message = f"a link holds {leading}, which leads somewhere else"
        scope.tell("source.link-within", message, place, "end the link before it: one place can lead to one target")
        found.extend(children)
        return
    if target.startswith("#"):
        scope.targets.append((target, place))
    if title:
        message = f"“{title[:60]}” is the title of a link: print shows it nowhere, and most readers neither"
        scope.tell("source.link-title", message, place, "write these words into the text, or leave them out")
    found.append(Link(links.encoded(target), children, _shown(scope, title, place), place=place))


_FULL_REFERENCE = re.compile(r"\](?=\[((?:\\.|[^\[\]\\])+)\])", re.DOTALL)


def _label(content: str, token: Token) -> str:
    """The label of `[words][label]`, as it is written; in `[label]` it is the words themselves."""
    label = token.meta.get("label", "")
    written = _FULL_REFERENCE.findall(content) if label else []
    return next((each for each in written if normalizeReference(each) == label), "")


def _obeyed(content: str, token: Token, address: str, title: str) -> tuple[str, ...]:
    """What stands in the text of a link or image besides its words; a reference's address stands elsewhere."""
    if token.markup == "autolink":
        return ()
    return (_label(content, token),) if "label" in token.meta else (address, title)


def _image(walk: _Walk, token: Token, found: list[Inline]) -> None:
    """An image in running text: its words stay, and it is told; one alone in its paragraph never comes here."""
    place = walk.place("![")
    alt = alternative(walk.scope, token, place)
    path, title = str(token.attrs.get("src", "")), str(token.attrs.get("title", ""))
    for part in (token.content, *_obeyed(walk.content, token, path, title)):
        walk.scope.account(place.line or 1, part)
    fault = pictures.path_fault(path)
    if fault:
        pictures.tell_path(walk.scope, path, fault, place)
    else:
        walk.scope.tell(
            "source.image-inline",
            f"the image “{path[:100]}” stands inside running text",
            place,
            "put it in a paragraph of its own, with an empty line before and behind it",
        )
    if alt:
        found.append(Text(alt, place=place))


def alternative(scope: Scope, token: Token, place: Place) -> str:
    """The words that stand for an image."""
    walk = _Walk(scope, token.children or [], token.content, place.line or 1)
    return " ".join(text(_run(walk, "")).split())


def _span(walk: _Walk, token: Token, found: list[Inline]) -> None:
    place = walk.place("[", token.meta["at"])
    children = _run(walk, "span_close")
    behind = walk.tokens[walk.index : walk.index + 2]
    found.extend(spans.built(walk.scope, token.meta["attributes"], children, behind, place))


def _trimmed(found: list[Inline]) -> tuple[Inline, ...]:
    while found and isinstance(found[-1], Text | LineBreak):
        last = found.pop()
        if isinstance(last, Text) and last.value.rstrip(" "):
            found.append(Text(last.value.rstrip(" "), place=last.place))
            break
    while found and isinstance(found[0], Text) and not found[0].value.strip(" "):
        found.pop(0)
    if found and isinstance(found[0], Text):
        found[0] = Text(found[0].value.lstrip(" "), place=found[0].place)
    return tuple(found)
