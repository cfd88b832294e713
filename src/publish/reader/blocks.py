"""Block tokens -> the model's blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from markdown_it.token import Token

from publish.diagnostics import Place
from publish.model import (
    Alignment,
    Block,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Heading,
    List,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Table,
    text,
)
from publish.reader import directives, figures, inlines
from publish.reader.scope import Scope

DEPTH = 20  # blocks within blocks; more is no leaflet, and would exhaust the programs behind


@dataclass(slots=True)
class Stream:
    """Tokens with a position. `inner` are the tokens up to the closing of the one just opened."""

    scope: Scope
    tokens: list[Token]
    index: int = 0

    def more(self) -> bool:
        return self.index < len(self.tokens)

    def next(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def inner(self) -> list[Token]:
        """The tokens between the opening just taken and its closing, which is taken too."""
        level, start = 1, self.index
        while level and self.more():
            level += self.next().nesting
        return self.tokens[start : self.index - (0 if level else 1)]


def converted(scope: Scope, tokens: list[Token]) -> tuple[Block, ...]:
    """The blocks that tokens become."""
    if scope.depth > DEPTH:
        line = next((token.map[0] + 1 for token in tokens if token.map), 1)
        scope.tell(
            "source.nesting",
            f"lists, quotes or directives are nested more than {DEPTH} deep",
            scope.place(line),
            "write flatter text; a reader loses the thread after two or three levels",
        )
        return ()
    scope.depth += 1
    stream, found = Stream(scope, tokens), list[Block]()
    while stream.more():
        found.extend(_block(stream, stream.next()))
    scope.depth -= 1
    return tuple(found)


def place_of(scope: Scope, token: Token) -> Place:
    """Where a token begins, with the column of its first character."""
    if not token.map:
        return scope.place(None)
    line = token.map[0] + 1
    raw = scope.lines[line - 1] if line <= len(scope.lines) else ""
    return scope.place(line, len(raw) - len(raw.lstrip()) + 1)


def _block(stream: Stream, token: Token) -> tuple[Block, ...]:
    convert = _CONVERTERS.get(token.type)
    if convert is None:
        place = place_of(stream.scope, token)
        stream.scope.tell("source.markup-unknown", f"the mark “{token.type}” is not part of the dialect", place)
        return ()
    return convert(stream, token)


def _paragraph(stream: Stream, token: Token) -> tuple[Block, ...]:
    scope = stream.scope
    inner = stream.inner()
    images = figures.alone(inner)
    if images:
        return tuple(figure for image in images if (figure := figures.from_image(scope, image, place_of(scope, token))))
    return _paragraphs(scope, inner, place_of(scope, token))


def _paragraphs(scope: Scope, inner: list[Token], place: Place) -> tuple[Block, ...]:
    found = tuple(each for token in inner if token.type == "inline" for each in inlines.converted(scope, token))
    return (Paragraph(scope.next_id(), found, place=place),) if found else ()


def _heading(stream: Stream, token: Token) -> tuple[Block, ...]:
    scope, place, level = stream.scope, place_of(stream.scope, token), int(token.tag[1:])
    found = tuple(each for inner in stream.inner() for each in inlines.converted(scope, inner))
    words = text(found).strip()
    if not words:
        scope.tell("source.heading-empty", "a heading has no words", place, "write the heading or delete its #")
        return ()
    if level > scope.level + 1:
        scope.tell(
            "source.heading-skip",
            f"a heading of level {level} follows one of level {scope.level}"
            if scope.level
            else f"the first heading has level {level}",
            place,
            f"write it with {'#' * (scope.level + 1)}, so that listeners hear the right structure (PDF/UA-1, 7.4.2)",
        )
    scope.level = level
    return (Heading(scope.next_id(), level, scope.anchor(words, place), found, place=place),)


def _list(stream: Stream, token: Token) -> tuple[Block, ...]:
    scope, ordered = stream.scope, token.type.startswith("ordered")
    start = int(token.attrs.get("start", 1)) if ordered else 1
    inner = Stream(scope, stream.inner())
    items: list[ListItem] = []
    numbers: list[tuple[int, Place]] = []
    tight = True
    while inner.more():
        item = inner.next()
        place = place_of(scope, item)
        content = inner.inner()
        tight = tight and not any(
            each.type == "paragraph_open" and not each.hidden and each.level == item.level + 1 for each in content
        )
        if ordered and item.info.isdigit():
            numbers.append((int(item.info), place))
        items.append(ListItem(converted(scope, content), place=place))
    _tell_numbers(scope, numbers, start)
    return (List(ordered, start, tight, tuple(items), place=place_of(scope, token)),)


def _tell_numbers(scope: Scope, numbers: list[tuple[int, Place]], start: int) -> None:
    """CommonMark numbers items on from the first, whatever is written: tell where that alters a number."""
    if len({number for number, _ in numbers}) == 1:
        return
    for shown, (written, place) in enumerate(numbers, start):
        if written != shown:
            scope.tell(
                "source.list-number",
                f"this item is written as number {written}, but will be shown as {shown}",
                place,
                f"write {shown}., or put a paragraph between to begin a new list",
            )
            return


def _table(stream: Stream, token: Token) -> tuple[Block, ...]:
    scope = stream.scope
    rows: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    opening, line = token, token.map[0] if token.map else 0
    for inner in stream.inner():
        match inner.type:
            case "tr_open":
                cells, line = [], inner.map[0] if inner.map else line
            case "th_open" | "td_open":
                opening = inner
            case "inline":
                words = inlines.converted(scope, inner, line + 1)
                align = str(opening.attrs.get("style", "")).removeprefix("text-align:")
                place = scope.place(line + 1)
                cells.append(Cell(scope.next_id(), words, cast(Alignment, align), place=place))
            case "tr_close":
                rows.append(tuple(cells))
    return (Table(rows[0], tuple(rows[1:]), place=place_of(scope, token)),)


def _quote(stream: Stream, token: Token) -> tuple[Block, ...]:
    return (Quote(converted(stream.scope, stream.inner()), place=place_of(stream.scope, token)),)


def _rule(stream: Stream, token: Token) -> tuple[Block, ...]:
    return (Rule(place=place_of(stream.scope, token)),)


def _code(stream: Stream, token: Token) -> tuple[Block, ...]:
    scope, place = stream.scope, place_of(stream.scope, token)
    language = token.info.strip().split()[0] if token.info.strip() else ""
    scope.account(place.line or 1, language)
    if token.type == "fence" and not _closed(scope, token):
        scope.tell(
            "source.fence-open",
            f"the code that begins with {token.markup} is never closed: everything behind it would be set as code",
            place,
            f"put a line {token.markup} behind the code, or delete the opening one",
        )
    if token.type == "code_block":
        message = "a line indented by four spaces or more is set as code"
        scope.tell("source.code-indented", message, place, "delete the spaces before it, or put it between ```")
    value = token.content.rstrip("\n")
    if not value.strip():
        scope.tell("source.code-empty", "the code is empty", place, "write it, or delete the lines around it")
        return ()
    return (CodeBlock(scope.next_id(), value, language, place=place),)


def _closed(scope: Scope, token: Token) -> bool:
    if not token.map or token.map[1] - token.map[0] < 2:
        return False
    last = scope.lines[token.map[1] - 1].strip().lstrip("> \t")
    return len(last) >= len(token.markup) and set(last) == {token.markup[0]}


def _definitions(stream: Stream, token: Token) -> tuple[Block, ...]:
    scope = stream.scope
    inner = Stream(scope, stream.inner())
    items: list[Definition] = []
    while inner.more():
        each = inner.next()
        place = place_of(scope, each)
        content = inner.inner()
        if each.type == "dt_open":
            words = tuple(one for part in content for one in inlines.converted(scope, part))
            items.append(Definition(scope.next_id(), words, (), place=place))
        elif items:
            last = items.pop()
            items.append(replace(last, details=(*last.details, converted(scope, content))))
    return (DefinitionList(tuple(items), place=place_of(scope, token)),)


def _definition(stream: Stream, token: Token) -> tuple[Block, ...]:
    """The definition of a link's address (`[label]: address`): obeyed if used, told if not."""
    scope = stream.scope
    first, last = token.map or [0, 1]
    if token.meta["id"] not in scope.used or token.meta["id"] in scope.addresses:
        twice = token.meta["id"] in scope.addresses
        what = "a second time" if twice else "but no link uses it, so it would not be shown"
        scope.tell(
            "source.link-unused",
            f"the address “[{token.meta['label']}]: {token.meta['url'][:60]}” is defined here {what}",
            scope.place(first + 1),
            "delete it, or write \\[ at its beginning if it is text",
        )
    scope.addresses.add(token.meta["id"])
    for line in range(first, last):
        scope.account(line + 1, scope.lines[line])
    return ()


def _directive(stream: Stream, token: Token) -> tuple[Block, ...]:
    return directives.built(stream.scope, token, stream.inner(), converted)


def _skipped(stream: Stream, token: Token) -> tuple[Block, ...]:
    """A note's definition: it becomes a block when its mark has been met."""
    stream.inner()
    return ()


_CONVERTERS: dict[str, Callable[[Stream, Token], tuple[Block, ...]]] = {
    "paragraph_open": _paragraph,
    "heading_open": _heading,
    "bullet_list_open": _list,
    "ordered_list_open": _list,
    "table_open": _table,
    "blockquote_open": _quote,
    "hr": _rule,
    "fence": _code,
    "code_block": _code,
    "dl_open": _definitions,
    "definition": _definition,
    "directive_open": _directive,
    "footnote_reference_open": _skipped,
}
