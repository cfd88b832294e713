"""The mandate on templates: each slot stands exactly once, in plain sight, under no condition.

First a look at the syntax tree, with `extends`, `include`, blocks and macros followed; then a rendering with a marker,
which shows what a look at the syntax cannot (a slot inside an HTML comment, or in a `<script>`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, nodes

from publish import inputs
from publish.diagnostics import Finding, Place
from publish.theme import Theme
from publish.theme.sandbox import ThemeEnvironment, environment

SLOTS = ("safety_html", "body_html")
TEMPLATES = ("leaflet.html.j2", "book.xhtml.j2")
_DEEPEST = 40


@dataclass(slots=True)
class _Walk:
    """What the look at one template has come upon: each slot's sightings, and what is wrong."""

    environment: ThemeEnvironment
    theme: Theme
    sightings: dict[str, list[Place]] = field(default_factory=lambda: {slot: [] for slot in SLOTS})
    findings: list[Finding] = field(default_factory=list)

    def place(self, template: str, line: int) -> Place:
        return Place(shown_path(self.theme, template), line)


@dataclass(frozen=True, slots=True)
class _Around:
    """Where the walk is: the template, its macros, blocks by name (most derived first), and what stands around."""

    template: str
    macros: Mapping[str, nodes.Macro]
    blocks: Mapping[str, Sequence[tuple[str, nodes.Block]]]
    under: str = ""
    depth: int = 0
    block: tuple[str, int] | None = None


def shown_path(theme: Theme, template: str) -> str:
    """A template's path as people know it: `base/leaflet.html.j2`."""
    path = theme.find(template)
    if path is None:
        path = next((path for folder in theme.folders if inputs.exists(path := folder.parent / template)), None)
    return f"{path.parent.name}/{path.name}" if path else template


def check_templates(theme: Theme) -> Iterator[Finding]:
    """What the theme's templates do wrong with the slots, by a look at their syntax. Nothing is rendered."""
    made = environment(theme)
    for name in TEMPLATES:
        walk = _Walk(made, theme)
        _look(walk, name)
        yield from walk.findings
        if not any(finding.code in _UNREADABLE for finding in walk.findings):
            yield from _counted(walk, name)


_UNREADABLE = frozenset({"theme.template-broken", "theme.template-missing"})


def _counted(walk: _Walk, name: str) -> Iterator[Finding]:
    for slot, places in walk.sightings.items():
        what = "safety block" if slot == "safety_html" else "text of the leaflet"
        if not places:
            yield Finding(
                "theme.slot-missing",
                f"the template never places the {what} in plain sight",
                walk.place(name, 1),
                f"write {{{{ {slot} }}}} once, under no condition",
            )
        for place in places[1:]:
            yield Finding(
                "theme.slot-twice", f"the template places the {what} a second time", place, "take one of them out"
            )


def _look(walk: _Walk, name: str) -> None:
    chain: list[tuple[str, nodes.Template]] = []
    current: str | None = name
    while current is not None:
        if len(chain) >= _DEEPEST or any(current == seen for seen, _ in chain):
            walk.findings.append(
                Finding("theme.template-broken", f"“{current}” extends itself", walk.place(name, 1), "break the circle")
            )
            return
        tree = _parsed(walk, current, walk.place(chain[-1][0], 1) if chain else None)
        if tree is None:
            return
        chain.append((current, tree))
        current = _extended(walk, current, tree)
    blocks: dict[str, list[tuple[str, nodes.Block]]] = {}
    for template, tree in chain:
        for block in tree.find_all(nodes.Block):
            blocks.setdefault(block.name, []).append((template, block))
    macros = {macro.name: macro for _, tree in reversed(chain) for macro in tree.find_all(nodes.Macro)}
    root, tree = chain[-1]
    _visit(walk, tree.body, _Around(root, macros, blocks))


def _parsed(walk: _Walk, name: str, place: Place | None) -> nodes.Template | None:
    loader = walk.environment.loader
    assert loader is not None
    try:
        source, _, _ = loader.get_source(walk.environment, name)
        return walk.environment.parse(source, name)
    except TemplateNotFound:
        walk.findings.append(
            Finding(
                "theme.template-missing",
                f"there is no template “{name}” in the theme's folders",
                place or Place(name),
                "name a template of this theme or, as “theme/file”, of one that it extends",
            )
        )
    except TemplateSyntaxError as error:
        walk.findings.append(
            Finding("theme.template-broken", f"{error.message}", walk.place(name, error.lineno), "mend this line")
        )
    except UnicodeDecodeError as error:
        walk.findings.append(
            Finding(
                "theme.template-broken",
                f"it is not UTF-8 (byte {error.start})",
                walk.place(name, 1),
                "save it as UTF-8",
            )
        )
    except RecursionError:
        walk.findings.append(
            Finding(
                "theme.template-broken", "it is nested too deeply to be read", walk.place(name, 1), "make it simpler"
            )
        )
    return None


def _extended(walk: _Walk, name: str, tree: nodes.Template) -> str | None:
    found = list(tree.find_all(nodes.Extends))
    for extends in found:
        if len(found) > 1 or extends not in tree.body or not isinstance(extends.template, nodes.Const):
            walk.findings.append(
                Finding(
                    "theme.template-broken",
                    "`extends` must stand once, at the top, and name its template in quotes",
                    walk.place(name, extends.lineno),
                    'write {% extends "base/leaflet.html.j2" %}',
                )
            )
            return None
    return str(found[0].template.value) if found else None  # type: ignore[attr-defined]


def _visit(walk: _Walk, body: Sequence[nodes.Node], around: _Around) -> None:
    for node in body:
        if around.depth > _DEEPEST:
            walk.findings.append(
                Finding(
                    "theme.template-broken",
                    "templates include or call one another without end",
                    walk.place(around.template, node.lineno),
                    "break the circle",
                )
            )
            return
        _visit_one(walk, node, around)


def _visit_one(walk: _Walk, node: nodes.Node, around: _Around) -> None:
    match node:
        case nodes.Output():
            for child in node.nodes:
                _output(walk, child, around)
        case nodes.Block():
            _block(walk, node.name, 0, around)
        case nodes.Include():
            _include(walk, node, around)
        case nodes.Macro() | nodes.Extends():
            pass  # a macro is looked into where it is called
        case nodes.If() | nodes.For() | nodes.CallBlock() | nodes.FilterBlock() | nodes.AssignBlock():
            under = {nodes.If: "a condition", nodes.For: "a loop"}.get(type(node), "a filter, call or assignment")
            inner = _Around(around.template, around.macros, around.blocks, under, around.depth + 1, around.block)
            for name, value in node.iter_fields():
                if name in ("body", "elif_", "else_"):
                    _visit(walk, value, inner)
                elif isinstance(value, nodes.Node):
                    _misused(walk, value, around)
        case nodes.With() | nodes.Scope() | nodes.ScopedEvalContextModifier():
            inner = _Around(around.template, around.macros, around.blocks, around.under, around.depth + 1, around.block)
            for name, value in node.iter_fields():
                if name != "body":
                    for each in value if isinstance(value, list) else [value]:
                        if isinstance(each, nodes.Node):
                            _misused(walk, each, around)
            _visit(walk, node.body, inner)
        case _:
            _misused(walk, node, around)


def _output(walk: _Walk, child: nodes.Node, around: _Around) -> None:
    if isinstance(child, nodes.Name) and child.name in SLOTS:
        place = walk.place(around.template, child.lineno)
        if around.under:
            walk.findings.append(
                Finding(
                    "theme.slot-conditional",
                    f"the slot {child.name} stands under {around.under}; it must always be there, once",
                    place,
                    "move it out, so that no leaflet can come out without it",
                )
            )
        walk.sightings[child.name].append(place)
    elif isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name):
        called = child.node.name
        if called == "super" and around.block:
            _block(walk, around.block[0], around.block[1] + 1, around)
        elif called in around.macros:
            inner = _Around(around.template, around.macros, around.blocks, around.under, around.depth + 1, around.block)
            _visit(walk, around.macros[called].body, inner)
        _misused(walk, child, around)
    else:
        _misused(walk, child, around)


def _block(walk: _Walk, name: str, level: int, around: _Around) -> None:
    found = around.blocks.get(name, ())
    if level < len(found):
        template, block = found[level]
        inner = _Around(template, around.macros, around.blocks, around.under, around.depth + 1, (name, level))
        _visit(walk, block.body, inner)


def _include(walk: _Walk, node: nodes.Include, around: _Around) -> None:
    place = walk.place(around.template, node.lineno)
    if not isinstance(node.template, nodes.Const) or not isinstance(node.template.value, str) or node.ignore_missing:
        walk.findings.append(
            Finding(
                "theme.template-broken",
                "`include` must name one template in quotes, which must be there",
                place,
                'write {% include "part.html.j2" %}',
            )
        )
        return
    name = node.template.value
    tree = _parsed(walk, name, place)
    if tree is None:
        return
    macros = dict(around.macros) | {macro.name: macro for macro in tree.find_all(nodes.Macro)}
    blocks = {block.name: [(name, block)] for block in tree.find_all(nodes.Block)}
    inner = _Around(name, macros, blocks, around.under, around.depth + 1)
    _visit(walk, tree.body, inner)


def _misused(walk: _Walk, node: nodes.Node, around: _Around) -> None:
    """A slot inside any expression: filtered, joined, compared, assigned, handed over. Its words could be altered."""
    names = [node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name)
    for name in names:
        if isinstance(name, nodes.Name) and name.name in SLOTS:
            walk.findings.append(
                Finding(
                    "theme.slot-altered",
                    f"the slot {name.name} is used in an expression; nothing may come between it and the page",
                    walk.place(around.template, name.lineno),
                    f"write {{{{ {name.name} }}}} alone, without filters or operators",
                )
            )


def template_failure(theme: Theme, template: str, error: Exception) -> Finding:
    """A template that failed while it was filled in, as a finding with the line in the theme."""
    shown, line = shown_path(theme, template), None
    folders = {str(folder) for folder in theme.folders}
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if str(path.parent) in folders:
            shown, line = f"{path.parent.name}/{path.name}", trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, MemoryError | RecursionError):
        return Finding(
            "theme.exhausts",
            "the template asks for more than a leaflet's memory or nesting",
            Place(shown, line),
            "look for a loop, macro or include without end",
        )
    said = getattr(error, "message", None) or str(error) or type(error).__name__
    code = "theme.template-broken" if isinstance(error, TemplateError) else "theme.template-failed"
    return Finding(code, f"the template cannot be filled in: {said}", Place(shown, line), "mend this line of the theme")
