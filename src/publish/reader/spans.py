"""`[words]{claim}` and `[word]{term}`: what an author says about words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from publish.diagnostics import Place, did_you_mean
from publish.model import Citation, Claim, Inline, Term, inlines_within, text
from publish.reader import citations, links
from publish.reader.scope import Scope, reserved

_PART = re.compile(r"([.#]?)([A-Za-z][\w:-]*)(?:=(?:\"([^\"]*)\"|([\w:.-]+)))?")
_NAMES = ("claim", "term")
_OPTIONS = {"claim": ("ref", "id"), "term": ()}


def built(scope: Scope, attributes: str, children: list[Inline], behind: Sequence[Token], place: Place) -> list[Inline]:
    """The inlines that a span becomes: a Claim or a Term, or just its words when it cannot be one."""
    scope.account(place.line or 1, attributes)
    name, value, identifier, options = _parsed(attributes)
    if name not in _NAMES:
        message = f"nothing is known that words can be marked as by “{{{attributes}}}”"
        scope.tell("source.span-unknown", message, place, did_you_mean(name, _NAMES))
        return children
    for key in options:
        if key not in _OPTIONS[name]:
            hint = did_you_mean(key, _OPTIONS[name])
            scope.tell("source.span-unknown", f"“{key}” says nothing about a {name}", place, hint)
    if not text(children).strip():
        scope.tell("source.span-empty", f"the {name} has no words", place, f"write [words]{{{name}}}")
        return []
    if scope.prefix == "s":
        scope.tell("source.not-in-safety", f"a {name} may not stand in a safety file", place, "write the words alone")
        return children
    if name == "term":
        return _term(scope, value, children, place)
    return _claim(scope, identifier or options.get("id", ""), options.get("ref", value), children, behind, place)


def _parsed(attributes: str) -> tuple[str, str, str, dict[str, str]]:
    name, value, identifier = "", "", ""
    options: dict[str, str] = {}
    for mark, word, quoted, bare in _PART.findall(attributes):
        given = quoted or bare
        if mark == "#":
            identifier = word
        elif not name and (mark == "." or not given or word in _NAMES):
            name, value = word, given
        else:
            options[word] = given
    return name, value, identifier, options


def _term(scope: Scope, key: str, children: list[Inline], place: Place) -> list[Inline]:
    words = " ".join(text(children).split())
    entry = key or _entry_of(scope, words)
    if entry not in scope.glossary:
        scope.tell(
            "source.term-undefined",
            f"the glossary has no entry “{key or words}” in the language “{scope.rules.language}”",
            place,
            did_you_mean(entry, scope.glossary) + "; define it in source/glossary.toml, or write {term=key}",
        )
        return children
    if leading := links.leading(children):
        message = f"a term holds {leading}, which leads somewhere else than to the glossary"
        scope.tell("source.link-within", message, place, "mark the word alone as a term")
        return children
    scope.terms.setdefault(entry, place)
    return [Term(entry, tuple(children), place=place)]


def _entry_of(scope: Scope, words: str) -> str:
    slug = re.sub(r"[\W_]+", "-", words.casefold()).strip("-")
    if slug in scope.glossary:
        return slug
    by_term = {word.term.casefold(): key for key, word in scope.glossary.items()}
    return by_term.get(words.casefold(), slug)


def _claim(
    scope: Scope, identifier: str, refs: str, children: list[Inline], behind: Sequence[Token], place: Place
) -> list[Inline]:
    if any(isinstance(inner, Claim) for inner in inlines_within(children)):
        message = "a claim stands inside another claim"
        scope.tell("source.link-within", message, place, "end the first before the second begins")
    keys = [key for inner in inlines_within(children) if isinstance(inner, Citation) for key in inner.keys]
    if refs:
        children = [*children, *_named(scope, refs, keys, place)]
    keys += _right_behind(scope, behind)
    keys += [key for inner in children if isinstance(inner, Citation) for key in inner.keys]
    if not keys:
        scope.tell(
            "source.claim-without-reference",
            f"the claim “{' '.join(text(children).split())[:80]}” names no reference",
            place,
            "cite what supports it right behind it, as in [words]{claim}[@key], or write {claim ref=key}",
        )
    number = len(scope.claims) + 1
    while f"claim-{number}" in scope.claims:
        number += 1
    name = identifier or f"claim-{number}"
    if name in scope.claims or name in scope.anchors or reserved(name):
        what = "is the program's own" if reserved(name) else "is given twice"
        scope.tell("source.claim-twice", f"the id “{name}” {what}", place, "give each claim its own id")
        name = f"{name}-{number}"
    scope.claims[name] = place
    return [Claim(name, tuple(children), tuple(dict.fromkeys(keys)), place=place)]


def _named(scope: Scope, refs: str, present: list[str], place: Place) -> list[Inline]:
    """The citation that `ref=` asks for, so that readers see what supports the claim."""
    content = "; ".join(f"@{key}" for key in re.split(r"[,;\s]+", refs) if key and key not in present)
    return citations.cited(scope, content, place) if content else []


def _right_behind(scope: Scope, behind: Sequence[Token]) -> list[str]:
    tokens = list(behind)
    if tokens and tokens[0].type == "text" and re.fullmatch(r"[\s.,;:!?…”’»)]*", tokens[0].content):
        tokens.pop(0)
    if not tokens or tokens[0].type != "citation":
        return []
    keys = [part.strip().removeprefix("@") for part in tokens[0].content.split(";")]
    return [key for key in keys if key in scope.works]


def terms_in(scope: Scope, tokens: Sequence[Token]) -> set[str]:
    """The glossary entries that words anywhere in the tokens are marked with."""
    found: set[str] = set()
    for token in tokens:
        children = token.children or []
        for index, child in enumerate(children):
            if child.type == "span_open":
                name, value, _, _ = _parsed(child.meta["attributes"])
                if name == "term":
                    found.add(value or _entry_of(scope, _words_from(children[index + 1 :])))
    return found & set(scope.glossary)


def _words_from(tokens: Sequence[Token]) -> str:
    words, level = "", 1
    for token in tokens:
        level += (token.type == "span_open") - (token.type == "span_close")
        if not level:
            break
        words += " " if token.type == "softbreak" else token.content
    return " ".join(words.split())
