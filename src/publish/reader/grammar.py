"""The Markdown dialect: CommonMark, tables, notes, definition lists, sub- and superscript, own marks.

Raw HTML is off: it is text, and told. The tokens keep where they stood, so that each node gets its Place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

NESTING = 100  # levels of tokens; text below is dropped by the parser, and missed by the count of words
TITLED = frozenset({"callout", "story", "glossary", "resources"})  # the argument is a title with inline marks

# An editor may break the line between the braces and the name.
_VARIABLE = re.compile(r"\{\{[ \t]*\n?[ \t]*([A-Za-z][\w-]*(?:\.[\w-]+)*)[ \t]*\n?[ \t]*\}\}")
_TEMPLATE = re.compile(r"\{\{(?:[^{}&\\\n]*\}\})?|\{%[^&\\\n]*?%\}|\{#[^&\\\n]*?#\}|\$\{[^{}&\\\n]*\}|<%[^&\\\n]*?%>")
_CITATION = re.compile(r"\[(@[^\[\]\n]*)\](?![(\[])")
_ATTRIBUTE = r"(?:[.#]?[A-Za-z][\w:-]*(?:=(?:\"[^\"{}\n]*\"|[\w:.-]+))?)"
_ATTRIBUTES = re.compile(rf"\{{[ \t]*({_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE})*)[ \t]*\}}")
_HTML_OPENING = re.compile(
    rf"<(?:!--|!\[CDATA\[|\?(?=[A-Za-z])|!(?=[A-Za-z])|/?(?:{'|'.join(block_names)})(?=[\s/]|$))", re.IGNORECASE
)
_DIRECTIVE = re.compile(r"(:{3,})(.*)")
_NAMED = re.compile(r"\{([^{}]*)\}[ \t]*(.*)")
_OPTION = re.compile(r":([A-Za-z][\w-]*):(?:[ \t]+(.*))?")


_LONGEST_TAG = 2_000  # characters; a longer one is told by its first


@cache
def parser() -> MarkdownIt:
    """The parser of the dialect; what it knows of a text stands in the `env` that it is given."""
    options = {
        "html": False,
        "typographer": False,
        "linkify": False,
        "maxNesting": NESTING,
        "store_labels": True,
        "inline_definitions": True,
    }
    md = MarkdownIt("commonmark", options).enable("table")
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    md.use(deflist_plugin).use(sub_plugin).use(superscript_plugin)
    alternatives = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    md.block.ruler.before("fence", "directive", _directive, {"alt": alternatives})
    md.inline.ruler.before("link", "citation", _citation)
    md.inline.ruler.after("link", "span", _span)
    md.inline.ruler.before("link", "variable", _variable)
    md.inline.ruler.after("variable", "template", _template)
    md.inline.ruler.after("autolink", "html_text", _html_text)
    # Addresses are judged where the place is known; here they stay as they are written.
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    return md


def labels_used(tokens: Iterable[Token]) -> set[str]:
    """The labels of link definitions that links and images refer to."""
    found, stack = set[str](), list(tokens)
    while stack:
        token = stack.pop()
        if "label" in token.meta and token.type in ("link_open", "image"):
            found.add(token.meta["label"])
        stack.extend(token.children or ())
    return found


def _variable(state: StateInline, silent: bool) -> bool:
    found = _VARIABLE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("variable", "", 0)
        token.content, token.meta = found[1], {"at": state.pos}
    state.pos = found.end()
    return True


def _template(state: StateInline, silent: bool) -> bool:
    """What looks like a template's code is text as it stands, its stars and underscores included."""
    found = _TEMPLATE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("template_text", "", 0)
        token.content, token.meta = found[0], {"at": state.pos}
    state.pos = found.end()
    return True


def _citation(state: StateInline, silent: bool) -> bool:
    found = _CITATION.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content, token.meta = found[1], {"at": state.pos}
    state.pos = found.end()
    return True


def _span(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "[" or state.src.find("]{", start, state.posMax) < 0:
        return False
    label_end = state.md.helpers.parseLinkLabel(state, start, False)
    if label_end < 0:
        return False
    found = _ATTRIBUTES.match(state.src, label_end + 1, state.posMax)
    if not found:
        return False
    if not silent:
        maximum = state.posMax
        state.pos, state.posMax = start + 1, label_end
        state.push("span_open", "", 1).meta = {"at": start, "attributes": found[1]}
        state.md.inline.tokenize(state)
        state.push("span_close", "", -1)
        state.posMax = maximum
    state.pos = found.end()
    return True


def _html_text(state: StateInline, silent: bool) -> bool:
    """What a browser would take for a tag or comment: kept as text, and marked so that it can be told."""
    if state.src[state.pos] != "<":
        return False
    within = state.src[state.pos : min(state.posMax, state.pos + _LONGEST_TAG)]
    found = _HTML_OPENING.match(within) or HTML_TAG_RE.match(within)
    if not found:
        return False
    if not silent:
        token = state.push("html_text", "", 0)
        token.content, token.meta = found[0], {"at": state.pos}
    state.pos += len(found[0])
    return True


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`:::{name} argument`, `:key: value` lines, blocks, `:::` with at least as many colons as opened it."""
    if state.is_code_block(start):
        return False
    found = _DIRECTIVE.match(_line(state, start))
    if not found:
        return False
    if silent:
        return True
    named = _NAMED.match(found[2].strip())
    bare = not found[2].strip()
    close, closed = (start, False) if bare else _closing_line(state, start, end, len(found[1]))
    meta: dict[str, Any] = {
        "name": named[1].strip() if named else found[2].strip().split()[0] if not bare else "",
        "argument": named[2].strip() if named else " ".join(found[2].split()[1:]),
        "options": [],
        "closed": closed,
        "form": "stray" if bare else "braces" if named else "bare",
    }
    state.line = start + 1 if bare else close + (1 if closed else 0)
    opening = state.push("directive_open", "", 1)
    opening.map, opening.meta, opening.markup = [start, state.line], meta, found[1]
    if not bare:
        _contents(state, start, close, meta)
        state.line = close + (1 if closed else 0)
    state.push("directive_close", "", -1)
    return True


def _contents(state: StateBlock, start: int, close: int, meta: dict[str, Any]) -> None:
    first = start + 1
    while first < close and (option := _OPTION.fullmatch(_line(state, first).rstrip())):
        meta["options"].append((option[1], (option[2] or "").strip(), first))
        first += 1
    if meta["name"] in TITLED and meta["argument"]:
        title = state.push("inline", "", 0)
        title.content, title.map, title.children = meta["argument"], [start, start + 1], []
        meta["titled"] = True
    parent, maximum = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", close
    state.md.block.tokenize(state, first, close)
    state.parentType, state.lineMax = parent, maximum


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _closing_line(state: StateBlock, start: int, end: int, colons: int) -> tuple[int, bool]:
    """The line behind the content, and whether it is the closing one and not just the end of what is around it."""
    for number in range(start + 1, end):
        line = _line(state, number)
        if line and state.sCount[number] < state.blkIndent:
            return number, False
        if line.startswith(":" * colons) and not line.strip(" \t:") and not state.is_code_block(number):
            return number, True
    return end, False
