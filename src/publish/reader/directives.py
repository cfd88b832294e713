"""Directives -> blocks: callout, figure, story, glossary, resources, panel, only; and what is wrong with the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from markdown_it.token import Token

from publish.diagnostics import Place, did_you_mean
from publish.model import (
    Block,
    Callout,
    Glossary,
    GlossaryEntry,
    Inline,
    PanelBreak,
    Paragraph,
    Resources,
    Story,
    Text,
    text,
)
from publish.reader import figures, inlines, links
from publish.reader.scope import Scope

Convert: TypeAlias = Callable[[Scope, list[Token]], tuple[Block, ...]]


@dataclass(slots=True)
class Directive:
    """One directive as it is written. `body` are its tokens without the title."""

    scope: Scope
    name: str
    argument: str
    options: Mapping[str, str]
    title: tuple[Inline, ...]
    body: list[Token]
    place: Place
    convert: Convert

    def blocks(self) -> tuple[Block, ...]:
        return self.convert(self.scope, self.body)


@dataclass(frozen=True, slots=True)
class _Kind:
    build: Callable[[Directive], tuple[Block, ...]]
    options: tuple[str, ...] = ()
    argument: bool = True


def names() -> tuple[str, ...]:
    """The directives that a leaflet may hold."""
    return tuple(sorted((*_KINDS, "only")))


def built(scope: Scope, token: Token, inner: list[Token], convert: Convert) -> tuple[Block, ...]:
    """The blocks of a directive. A faulty one is told, and its content stays."""
    meta = token.meta
    place = scope.place(token.map[0] + 1 if token.map else None, 1)
    if meta["form"] == "stray":
        scope.tell(
            "source.directive-stray",
            "this line of colons closes nothing",
            place,
            "delete it; or, where directives stand inside each other, give the outer one more colons than the inner",
        )
        return ()
    name = meta["name"]
    scope.account(place.line or 1, name)
    if not meta["closed"]:
        scope.tell(
            "source.directive-open",
            f"the directive “{name}” that begins here is never closed",
            place,
            f"put a line {token.markup} behind its content; a directive around others needs more colons than they have",
        )
    title: tuple[Inline, ...] = ()
    if meta.get("titled"):
        title, inner = inlines.converted(scope, inner[0]), inner[1:]
    kind = _KINDS.get(name)
    if kind is None or scope.prefix == "s" or meta["form"] == "bare":
        _tell_unknown(scope, meta, place)
        lost = meta["argument"] + " " + " ".join(value for _, value, _ in meta["options"])
        scope.account(place.line or 1, lost if not title else lost[len(meta["argument"]) :])
        for key, _, line in meta["options"]:
            scope.account(line + 1, key)
        head = (Paragraph(scope.next_id(), title, place=place),) if title else ()
        return (*head, *convert(scope, inner))
    options = _options(scope, name, kind, meta["options"])
    directive = Directive(scope, name, meta["argument"], options, title, inner, place, convert)
    if meta["argument"] and not kind.argument:
        message = f"the directive “{name}” takes no argument, but has “{meta['argument'][:60]}”"
        scope.tell("source.directive-argument", message, place, "delete it, or write it into the body")
        scope.account(place.line or 1, meta["argument"])
    return kind.build(directive)


def _tell_unknown(scope: Scope, meta: Mapping[str, Any], place: Place) -> None:
    name = meta["name"]
    known = ("part",) if scope.prefix == "s" else names()
    if meta["form"] == "bare" and name in known:
        message, hint = f"the directive “{name}” is written without braces", f"write :::{{{name}}}"
    elif name in ("part", "safety") and scope.prefix != "s":
        message = "the safety text is not written into a leaflet"
        hint = "keep it in source/safety/<name>.md, name it in `safety:`, and the theme sets it"
    else:
        message, hint = f"there is no directive “{name}” here", did_you_mean(name, known)
    scope.tell("source.directive-unknown", message, place, hint)


def _options(scope: Scope, name: str, kind: _Kind, given: list[tuple[str, str, int]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value, line in given:
        place = scope.place(line + 1, 1)
        scope.account(line + 1, f"{key} {value}")
        if key not in kind.options:
            message = f"the directive “{name}” has no option “{key}”"
            scope.tell("source.option-unknown", message, place, did_you_mean(key, kind.options))
        elif key in found:
            scope.tell("source.option-twice", f"the option “{key}” is given twice", place, "keep one of the two lines")
        else:
            found[key] = inlines.substituted(scope, value, place)
    return found


def _callout(directive: Directive) -> tuple[Block, ...]:
    scope, kind = directive.scope, directive.options.get("kind", "note")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", kind):
        message = f"“{kind}” is no kind of call-out"
        scope.tell(
            "source.option-value", message, directive.place, "write a plain lower-case name such as `:kind: note`"
        )
        kind = "note"
    identifier = scope.next_id()
    blocks = directive.blocks()
    if not blocks and not directive.title:
        _tell_empty(directive)
        return ()
    return (Callout(identifier, kind, directive.title, blocks, place=directive.place),)


def _figure(directive: Directive) -> tuple[Block, ...]:
    scope = directive.scope
    scope.account(directive.place.line or 1, directive.argument)
    blocks = directive.blocks()
    caption: tuple[Inline, ...] = ()
    for block in blocks:
        if isinstance(block, Paragraph) and not caption:
            caption = block.inlines
        else:
            message = "a figure's caption is one paragraph; what follows it here is left out"
            scope.tell("source.figure-caption", message, block.place, "write it behind the figure's closing :::")
    alt = directive.options.get("alt", "")
    figure = figures.built(scope, directive.argument, alt, caption, directive.place)
    return (figure,) if figure else tuple(block for block in blocks if isinstance(block, Paragraph))


def _story(directive: Directive) -> tuple[Block, ...]:
    scope, place = directive.scope, directive.place
    url = directive.options.get("url", "")
    identifier, blocks = scope.next_id(), directive.blocks()
    fault = links.fault(url) if url else "is missing"
    if not fault and not url.lower().startswith(("http:", "https:")):
        fault = "is no web address"
    if fault:
        message = f"the story's address{f' “{url[:100]}”' if url else ''} {fault}"
        scope.tell("source.story-url", message, place, "write `:url: https://…` below the first line")
        head = (Paragraph(identifier, directive.title, place=place),) if directive.title else ()
        return (*head, *blocks)
    if not directive.title:
        _tell_title(directive)
    label = directive.options.get("label", "").strip() or links.host(url)
    return (Story(identifier, directive.title, links.encoded(url), label, blocks, place=place),)


def _resources(directive: Directive) -> tuple[Block, ...]:
    title = directive.title or _label(directive)
    anchor = directive.scope.anchor(text(title), directive.place, "resources")
    blocks = directive.blocks()
    if not blocks:
        _tell_empty(directive)
    return (Resources(title, anchor, blocks, place=directive.place),)


def _panel(directive: Directive) -> tuple[Block, ...]:
    return (PanelBreak(place=directive.place), *directive.blocks())


def _label(directive: Directive) -> tuple[Inline, ...]:
    return (Text(directive.scope.labels.get(directive.name, directive.name.title())),)


def _tell_empty(directive: Directive) -> None:
    message = f"the directive “{directive.name}” is empty"
    directive.scope.tell("source.directive-empty", message, directive.place, "write its content or delete it")


def _tell_title(directive: Directive) -> None:
    message = f"the directive “{directive.name}” has no title"
    hint = f"write it behind the name: :::{{{directive.name}}} Title"
    directive.scope.tell("source.directive-title", message, directive.place, hint)


def _glossary(directive: Directive) -> tuple[Block, ...]:
    scope, place = directive.scope, directive.place
    if scope.glossary_place is not None:
        message = f"a second glossary; the first stands in line {scope.glossary_place.line}"
        scope.tell("source.glossary-twice", message, place, "keep one of the two")
    scope.glossary_place = place
    named = _named_entries(directive)
    keys = named or sorted(scope.wanted, key=lambda key: scope.glossary[key].term.casefold())
    for key in sorted(set(scope.wanted) - set(keys)):
        message = f"the term “{key}” is used in the leaflet, but the glossary's list leaves it out"
        scope.tell("source.glossary-incomplete", message, place, f"add `- {key}` to the list, or empty the list")
    if not keys:
        message = "no term is marked in the leaflet and none is named here, so the glossary is empty"
        scope.tell("source.directive-empty", message, place, "mark words with [word]{term}, or list keys in the body")
        return ()
    title = directive.title or _label(directive)
    anchor = scope.anchor(text(title), place, "glossary")
    return (Glossary(title, anchor, tuple(_entry(scope, key) for key in keys), place=place),)


def _entry(scope: Scope, key: str) -> GlossaryEntry:
    word = scope.glossary[key]
    scope.glossary_count += 1
    definition = inlines.plain(scope, word.definition, word.place)
    anchor = scope.anchor(f"term-{key}", word.place)
    return GlossaryEntry(f"g{scope.glossary_count:04d}", key, anchor, word.term, definition, place=word.place)


def _named_entries(directive: Directive) -> list[str]:
    scope, found = directive.scope, list[str]()
    for token in directive.body:
        if token.type != "inline":
            continue
        line = token.map[0] + 1 if token.map else directive.place.line or 1
        scope.account(line, token.content)
        for key in re.split(r"[,;\s]+", token.content.strip()):
            if key and key not in scope.glossary:
                hint = did_you_mean(key, scope.glossary)
                scope.tell("source.term-undefined", f"the glossary has no entry “{key}”", scope.place(line), hint)
            elif key and key not in found:
                found.append(key)
    return found


_KINDS = {
    "callout": _Kind(_callout, ("kind",)),
    "figure": _Kind(_figure, ("alt",)),
    "story": _Kind(_story, ("url", "label")),
    "glossary": _Kind(_glossary),
    "resources": _Kind(_resources),
    "panel": _Kind(_panel, argument=False),
}
