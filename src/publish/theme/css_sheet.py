"""A style sheet as flat rules: nesting undone, conditions kept, selectors compiled, each declaration with its place.

Nothing is evaluated here. What cannot be read becomes a Finding with its line, never silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import cssselect2
from tinycss2 import parse_blocks_contents, parse_component_value_list, parse_stylesheet, serialize

from publish.diagnostics import Finding, Place
from publish.theme.css_values import Token, contents, significant

Element: TypeAlias = Any
"""An ElementWrapper of cssselect2, which ships no types."""

NAMESPACES = {"epub": "http://www.idpf.org/2007/ops"}

_DEEPEST_BRACKETS = 60
_DEEPEST_NESTING = 12
_LONGEST_SELECTOR = 300
_MOST_COMBINATORS = 14
_MOST_SIBLING_STEPS = 3
_MOST_DECLARATIONS = 20_000


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector. `test` tells whether an element could match in some state of the page (hover, target, focus).

    `only` is what every element that matches has, as `#id`, `.class` or a name; "" if there is no such thing."""

    text: str
    test: Callable[[Element], bool]
    certain: bool
    pseudo: str
    specificity: tuple[int, int, int]
    only: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """One declaration, compared by identity. `name` is lower case, custom properties as written."""

    name: str
    value: tuple[Token, ...]
    important: bool
    place: Place

    @property
    def text(self) -> str:
        """As it can be quoted in a message."""
        value = " ".join(serialize(self.value).split())
        return f"{self.name}: {value[:60]}{'…' if len(value) > 60 else ''}"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Declarations and whom they reach. `conditions` are the at-rules around, such as ("media", tokens)."""

    selectors: tuple[Selector, ...]
    declarations: tuple[Declaration, ...]
    conditions: tuple[tuple[str, tuple[Token, ...]], ...] = ()
    layer: int | None = None

    @property
    def text(self) -> str:
        """Its selectors as they can be quoted in a message."""
        joined = ", ".join(selector.text for selector in self.selectors)
        return f"{joined[:80]}{'…' if len(joined) > 80 else ''}"


@dataclass(frozen=True, slots=True, eq=False)
class AtRule:
    """An at-rule that is no condition: @font-face, @page, @import, @keyframes … with what stands in it."""

    keyword: str
    prelude: tuple[Token, ...]
    declarations: tuple[Declaration, ...]
    inner: tuple[AtRule, ...]
    place: Place


@dataclass(slots=True)
class Sheet:
    """A style sheet, read. `initial` are values that @property gives to custom properties."""

    rules: list[Rule] = field(default_factory=list)
    at_rules: list[AtRule] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    count: int = 0


_GROUPS = frozenset(
    {"media", "supports", "layer", "container", "scope", "starting-style", "document", "-moz-document", "when", "else"}
)
_SILENT = frozenset({"charset", "namespace"})


def read(css: str, place: Place, first_line: int = 1) -> Sheet:
    """The rules of a style sheet. `first_line` is the line of `place.file` on which it begins.

    A sheet that was read before is not read again; what holds it may be changed, the rules in it never are.
    """
    known = _read(css, place, first_line)
    return Sheet(list(known.rules), list(known.at_rules), list(known.findings), list(known.layers), known.count)


@lru_cache(maxsize=32)
def _read(css: str, place: Place, first_line: int) -> Sheet:
    sheet = Sheet()
    tokens = tokens_of(css)
    if _depth(tokens) > _DEEPEST_BRACKETS:
        sheet.findings.append(_too_deep(Place(place.file, first_line), "its brackets are nested too deeply"))
        return sheet
    _Reader(sheet, place, first_line, NAMESPACES | _prefixes(tokens)).rules(
        parse_stylesheet(tokens, skip_whitespace=True, skip_comments=True), (), None, None
    )
    sheet.rules[:0] = [rule for at_rule in sheet.at_rules if (rule := _registered(at_rule)) is not None]
    return sheet


@lru_cache(maxsize=8)
def tokens_of(css: str) -> tuple[Token, ...]:
    """A style sheet without its comments, as tokens. Several ask for the same one in turn."""
    return tuple(parse_component_value_list(css, skip_comments=True))


def _registered(rule: AtRule) -> Rule | None:
    """What @property gives a custom property where nothing else does (CSS Properties and Values 1, 2)."""
    if rule.keyword != "property" or not rule.prelude or rule.prelude[0].type != "ident":
        return None
    value = next((each.value for each in rule.declarations if each.name == "initial-value"), None)
    if value is None:
        return None
    root = tuple(_compiled(":root", parse_component_value_list(":root"), NAMESPACES))
    return Rule(root, (Declaration(rule.prelude[0].value, value, False, rule.place),))


def read_style(style: str, place: Place) -> tuple[list[Declaration], list[Finding]]:
    """The declarations of a `style` attribute."""
    sheet = Sheet()
    tokens = parse_component_value_list(style, skip_comments=True)
    if _depth(tokens) > _DEEPEST_BRACKETS:
        return [], [_too_deep(place, "its brackets are nested too deeply")]
    reader = _Reader(sheet, place, place.line or 1, NAMESPACES)
    items = parse_blocks_contents(tokens, skip_whitespace=True, skip_comments=True)
    return [found for item in items if (found := reader.declaration(item))], sheet.findings


def _depth(tokens: Sequence[Token]) -> int:
    deepest, stack = 0, [iter(tokens)]
    while stack:
        token = next(stack[-1], None)
        if token is None:
            stack.pop()
        elif (inner := contents(token)) is not None:
            stack.append(iter(inner))
            deepest = max(deepest, len(stack))
            if deepest > _DEEPEST_BRACKETS + 1:
                return deepest
    return deepest


def _prefixes(tokens: Sequence[Token]) -> dict[str, str]:
    """The prefixes that @namespace declares."""
    found: dict[str, str] = {}
    for rule in parse_stylesheet(tokens, skip_whitespace=True, skip_comments=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "namespace":
            prefix, *address = significant(rule.prelude) or [None]
            if prefix is not None and prefix.type == "ident" and address and address[0].type in ("string", "url"):
                found[prefix.value] = address[0].value
    return found


def _too_deep(place: Place, why: str) -> Finding:
    return Finding("css.too-complex", f"the style sheet cannot be judged: {why}", place, "write it more plainly")


class _Reader:
    """Walks the nested rules once and fills the sheet."""

    def __init__(self, sheet: Sheet, place: Place, first_line: int, namespaces: dict[str, str]) -> None:
        self.sheet, self.file, self.shift, self.namespaces = sheet, place.file, first_line - 1, namespaces

    def place(self, node: Any) -> Place:
        return Place(self.file, node.source_line + self.shift, node.source_column)

    def rules(
        self,
        nodes: Sequence[Any],
        conditions: tuple[tuple[str, tuple[Token, ...]], ...],
        parent: str | None,
        layer: int | None,
        depth: int = 0,
    ) -> None:
        """Rules at any level; `parent` is the selector around them, whose own declarations may stand among them."""
        loose: list[Declaration] = []
        for node in nodes:
            if depth > _DEEPEST_NESTING:
                self.sheet.findings.append(_too_deep(self.place(node), "its rules are nested too deeply"))
                return
            if node.type == "qualified-rule":
                self._style_rule(node, conditions, parent, layer, depth)
            elif node.type == "at-rule":
                self._at_rule(node, conditions, parent, layer, depth)
            elif (declaration := self.declaration(node)) is not None:
                loose.append(declaration)
        if loose and parent is not None:
            self.sheet.rules.append(Rule(self._selectors(parent, loose[0].place), tuple(loose), conditions, layer))

    def _style_rule(self, node: Any, conditions: Any, parent: str | None, layer: int | None, depth: int) -> None:
        text = " ".join(serialize(node.prelude).split())
        if parent is not None:
            text = _nested(text, parent)
        if len(text) > _LONGEST_SELECTOR * 8 or len(significant(node.prelude)) > _LONGEST_SELECTOR:
            self.sheet.findings.append(_too_deep(self.place(node), "this selector is too long"))
            return
        inner = parse_blocks_contents(node.content, skip_whitespace=True, skip_comments=True)
        self.rules(inner, conditions, text, layer, depth + 1)

    def _at_rule(self, node: Any, conditions: Any, parent: str | None, layer: int | None, depth: int) -> None:
        keyword = node.lower_at_keyword
        if keyword == "layer":
            layer = self._layer(node)
        if keyword in _GROUPS:
            if node.content is not None:
                inner = parse_blocks_contents(node.content, skip_whitespace=True, skip_comments=True)
                around = (*conditions, (keyword, tuple(significant(node.prelude))))
                self.rules(inner, around, parent, layer, depth + 1)
        elif keyword not in _SILENT:
            self.sheet.at_rules.append(self._plain_at_rule(node, 0))

    def _layer(self, node: Any) -> int:
        names = [name.strip() for name in serialize(node.prelude).split(",")]
        if names == [""]:
            names = [f"anonymous layer {len(self.sheet.layers)}"]
        for name in names:
            if name not in self.sheet.layers:
                self.sheet.layers.append(name)
        return self.sheet.layers.index(names[0])

    def _plain_at_rule(self, node: Any, depth: int) -> AtRule:
        declarations: list[Declaration] = []
        inner: list[AtRule] = []
        for item in parse_blocks_contents(node.content or [], skip_whitespace=True, skip_comments=True):
            if item.type == "at-rule" and depth < 3:
                inner.append(self._plain_at_rule(item, depth + 1))
            elif item.type == "qualified-rule":
                inside = parse_blocks_contents(item.content, skip_whitespace=True, skip_comments=True)
                declarations += [found for each in inside if (found := self.declaration(each))]
            elif (declaration := self.declaration(item)) is not None:
                declarations.append(declaration)
        prelude = tuple(significant(node.prelude))
        return AtRule(node.lower_at_keyword, prelude, tuple(declarations), tuple(inner), self.place(node))

    def declaration(self, node: Any) -> Declaration | None:
        """A declaration, or None with a finding when the node is something else."""
        if node.type == "declaration":
            self.sheet.count += 1
            if self.sheet.count == _MOST_DECLARATIONS:
                self.sheet.findings.append(_too_deep(self.place(node), "it has too many declarations"))
            if self.sheet.count >= _MOST_DECLARATIONS:
                return None
            name = node.name if node.name.startswith("--") else node.lower_name
            return Declaration(name, tuple(node.value), node.important, self.place(node))
        self.sheet.findings.append(
            Finding(
                "css.syntax",
                f"this is not CSS: {getattr(node, 'message', 'something that is no declaration')}",
                self.place(node),
                "mend the line: `property: value;` inside the braces of a selector",
            )
        )
        return None

    def _selectors(self, text: str, place: Place) -> tuple[Selector, ...]:
        prelude = parse_component_value_list(text)
        found: list[Selector] = []
        for tokens in _comma_parts(prelude):
            shown = serialize(tokens).strip()
            if _explodes(tokens):
                self.sheet.findings.append(_too_deep(place, f"the selector “{shown[:60]}” has too many steps"))
                found.append(Selector(shown, _always, False, "", (0, 0, 0)))
                continue
            found += _compiled(shown, tokens, self.namespaces)
        return tuple(found)


def _comma_parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _nested(text: str, parent: str) -> str:
    """CSS Nesting: `&` is the parent, and a selector without it is a descendant of the parent."""
    parts = []
    for tokens in _comma_parts(parse_component_value_list(text)):
        part = serialize(tokens).strip()
        if "&" in part:
            parts.append(part.replace("&", f":is({parent})"))
        else:
            parts.append(f":is({parent}) {part}")
    return ", ".join(parts)


def _always(_: Element) -> bool:
    return True


def _explodes(tokens: Sequence[Token]) -> bool:
    """Matching tries every way through the steps of a selector, so their number is limited."""
    steps = [token for token in tokens if token.type in ("whitespace", "literal")]
    siblings = [token for token in steps if token.type == "literal" and token.value == "~"]
    inner = [token for token in tokens if token.type == "function"]
    return (
        len(steps) > _MOST_COMBINATORS * 2
        or len(siblings) > _MOST_SIBLING_STEPS
        or any(_explodes(token.arguments) for token in inner)
    )


_DYNAMIC = frozenset(
    "hover active focus focus-within focus-visible target target-within visited current past future playing paused "
    "user-invalid user-valid fullscreen open popover-open modal defined autofill host dir state enabled disabled "
    "checked default indeterminate in-range out-of-range read-only read-write placeholder-shown".split()
)


def _compiled(shown: str, tokens: Sequence[Token], namespaces: dict[str, str]) -> Iterator[Selector]:
    """The selector as written, and once more as if every state that a page can get into were there."""
    understood = False
    for certain, text in ((True, shown), (False, _in_every_state(tokens))):
        if not certain and text == shown:
            break
        try:
            compiled = cssselect2.compile_selector_list(text.replace("epub\\:type", "epub|type"), namespaces)
        except (cssselect2.SelectorError, RecursionError, SyntaxError, MemoryError, ValueError, AttributeError):
            continue
        for each in compiled:
            understood = True
            yield Selector(shown, each.test, certain, each.pseudo_element or "", each.specificity, _only(each))
    if not understood:
        yield from _of_a_strange_pseudo_element(shown, namespaces)


def _only(compiled: Any) -> str:
    """What every element that a compiled selector matches has; a name counts where case makes no difference."""
    if compiled.id is not None:
        return f"#{compiled.id}"
    if compiled.class_name is not None:
        return f".{compiled.class_name}"
    return compiled.local_name if compiled.local_name and compiled.local_name == compiled.lower_local_name else ""


def _of_a_strange_pseudo_element(shown: str, namespaces: dict[str, str]) -> Iterator[Selector]:
    """A selector nobody here understands: its element if only the pseudo-element is strange, else it reaches all."""
    before, mark, name = shown.rpartition("::")
    if mark and name.replace("-", "").isalnum():
        try:
            for each in cssselect2.compile_selector_list(before.strip() or "*", namespaces):
                yield Selector(shown, each.test, False, name, each.specificity)
            return
        except (cssselect2.SelectorError, RecursionError, SyntaxError, MemoryError, ValueError, AttributeError):
            pass
    yield Selector(shown, _always, False, "", (0, 0, 0))


def _in_every_state(tokens: Sequence[Token]) -> str:
    out: list[str] = []
    items = list(tokens)
    for index, token in enumerate(items):
        before = items[index - 1] if index else None
        after_colon = before is not None and before.type == "literal" and before.value == ":"
        double = after_colon and index > 1 and items[index - 2].type == "literal" and items[index - 2].value == ":"
        if (after_colon and not double and token.type == "ident" and token.lower_value in _DYNAMIC) or (
            after_colon and not double and token.type == "function" and token.lower_name in _DYNAMIC
        ):
            out[-1] = ":is(*)"
        elif token.type == "function" and token.lower_name in ("is", "where", "not", "has", "matches", "-webkit-any"):
            out.append(f"{token.lower_name}({_in_every_state(token.arguments)})")
        else:
            out.append(serialize([token]))
    return "".join(out).strip()
