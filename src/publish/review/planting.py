"""Tokens become the nodes of a source's outline, each tied to what it has become in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from markdown_it.token import Token

from publish import model
from publish.diagnostics import Place
from publish.model import Document, anchors
from publish.review.atoms import Atom, Names, NotReversible, atomized
from publish.review.nodes import Node, Span
from publish.review.places import cells_of, options_of, plain_atoms, spans_of

_STYLES = {"callout": "callout text", "story": "story text", "quote": "quote", "details": "definition text"}
_PANELS = ("callout text", "story text")
_DIRECTIVE_HEAD = re.compile(r"[ \t>]*:{3,}[ \t]*\{[^{}]*\}[ \t]*")
_IMAGE = re.compile(r"!\[((?:\\.|[^\[\]\\])*)\]\(([^\s()]+)(?:[ \t\n]+\"((?:\\.|[^\"\\])*)\")?[ \t]*\)")


def nodes_of(value: Any) -> Iterator[Any]:
    """Every node of a document, parents before children."""
    if isinstance(value, tuple):
        for each in value:
            yield from nodes_of(each)
    elif is_dataclass(value) and not isinstance(value, type | Place | model.Asset):
        yield value
        for each in fields(value):
            yield from nodes_of(getattr(value, each.name))


@dataclass(slots=True)
class Known:
    """The document's nodes by kind and line, in order: from a place in the source to an id."""

    at: dict[tuple[str, int], list[Any]]

    @classmethod
    def of(cls, document: Document, file: str) -> Known:
        found: dict[tuple[str, int], list[Any]] = {}
        for node in nodes_of((document.body, document.notes)):
            place = getattr(node, "place", None)
            if place is not None and place.file == file and place.line:
                found.setdefault((type(node).__name__, place.line - 1), []).append(node)
        return cls(found)

    def take(self, kind: str, line: int) -> Any | None:
        """The next node of a kind that begins in a line; None when the document has none there."""
        nodes = self.at.get((kind, line))
        return nodes.pop(0) if nodes else None


@dataclass(slots=True)
class Maker:
    lines: list[str]
    known: Known
    names: Names
    in_note: Names
    notes: dict[str, Node] = field(default_factory=dict)
    noting: bool = False

    def fill(self, parent: Node, tokens: list[Token], style: str, depth: int) -> None:
        """The children of a container from its tokens."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            index += 1
            inner: list[Token] = []
            if token.nesting == 1:
                start, level = index, 1
                while level and index < len(tokens):
                    level += tokens[index].nesting
                    index += 1
                inner = tokens[start : index - 1]
            for node in self._made(parent, token, inner, style, depth):
                node.parent = parent
                parent.children.append(node)

    def _made(self, parent: Node, token: Token, inner: list[Token], style: str, depth: int) -> Iterator[Node]:
        first, last = self._range(token, inner)
        match token.type:
            case "paragraph_open":
                yield self._paragraph(inner, first, last, style, parent, depth)
            case "heading_open":
                yield self._heading(token, inner, first, last, style, parent, depth)
            case "bullet_list_open" | "ordered_list_open":
                yield self._list(token, inner, first, last, style, depth)
            case "table_open":
                yield self._table(inner, first, last)
            case "blockquote_open":
                yield self._box("quote", first, last, inner, _inside(style, "quote"), depth)
            case "hr":
                yield Node("rule", first, last, style="thematic break")
            case "fence" | "code_block":
                yield self._code(token, first, last)
            case "dl_open":
                yield self._definitions(inner, first, last, style, depth)
            case "directive_open":
                yield self._directive(token, inner, first, last, style, depth)
            case "footnote_reference_open":
                yield self._note(token, inner, first, last)
            case _:
                yield Node("opaque", first, last)

    def _range(self, token: Token, inner: list[Token]) -> tuple[int, int]:
        maps = [token.map] if token.map else [each.map for each in inner if each.map]
        if not maps:
            return 0, 0
        first, last = min(each[0] for each in maps), max(each[1] for each in maps)
        last = min(max(last, first + 1), len(self.lines))
        while last > first + 1 and not self.lines[last - 1].strip(" \t>"):
            last -= 1
        return first, last

    def _box(self, kind: str, first: int, last: int, inner: list[Token], style: str, depth: int) -> Node:
        node = Node(kind, first, last, style=style)
        self.fill(node, inner, style, depth)
        return node

    def _words(self, node: Node, token: Token) -> None:
        """The atoms of a leaf, or why it has none."""
        node.content = token.content
        try:
            node.spans = spans_of(self.lines, token)
            node.atoms = atomized(token, self.in_note if self.noting else self.names)
        except NotReversible as fault:
            node.why = str(fault)

    def _paragraph(self, inner: list[Token], first: int, last: int, style: str, parent: Node, depth: int) -> Node:
        token = next((each for each in inner if each.type == "inline"), None)
        images = [each for each in (token.children or ()) if each.type == "image"] if token else []
        if token is not None and images and (figure := self.known.take("Figure", first)):
            return self._image(token, figure, first, last)
        made = self.known.take("Paragraph", first)
        if made is None or token is None:
            return Node("opaque", first, last)
        node = Node("paragraph", first, last, id=made.id, anchor=anchors.of_block(made.id), style=style)
        self._as_item(node, parent, style, depth)
        self._words(node, token)
        return node

    def _as_item(self, node: Node, parent: Node, style: str, depth: int) -> None:
        """The first paragraph of a list item carries its mark."""
        if parent.kind == "item" and not parent.children:
            node.item = (parent.ordered, (depth - 1) % 9)
            node.style = "list paragraph" if style == "body text" else style

    def _heading(
        self, token: Token, inner: list[Token], first: int, last: int, style: str, parent: Node, depth: int
    ) -> Node:
        made = self.known.take("Heading", first)
        if made is None:
            return Node("opaque", first, last)
        node = Node("heading", first, last, id=made.id, anchor=anchors.of_block(made.id), level=made.level)
        node.style = f"heading {made.level}"
        node.origin = token.markup
        self._as_item(node, parent, style, depth)
        self._words(node, next(each for each in inner if each.type == "inline"))
        return node

    def _list(self, token: Token, inner: list[Token], first: int, last: int, style: str, depth: int) -> Node:
        made = self.known.take("List", first)
        ordered = token.type.startswith("ordered")
        node = Node("list", first, last, style=style, ordered=ordered, start=int(token.attrs.get("start", 1)))
        node.tight = made.tight if made is not None else True
        node.level = depth
        index = 0
        while index < len(inner):
            opening, start, level = inner[index], index + 1, 1
            index += 1
            while level and index < len(inner):
                level += inner[index].nesting
                index += 1
            begin, end = self._range(opening, inner[start : index - 1])
            item = Node("item", begin, end, style=style, ordered=ordered, parent=node, level=depth)
            self.fill(item, inner[start : index - 1], style, depth + 1)
            node.children.append(item)
        return node

    def _table(self, inner: list[Token], first: int, last: int) -> Node:
        table = Node("table", first, last, style="table")
        row: Node | None = None
        column, line = 0, first
        cells: list[Span] = []
        aligns: list[str] = []
        for token in inner:
            if token.type == "tr_open":
                line = token.map[0] if token.map else line
                row = Node("row", line, line + 1, parent=table)
                table.children.append(row)
                cells, column = cells_of(self.lines[line], line), 0
            elif token.type in ("th_open", "td_open"):
                if token.type == "th_open":
                    aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            elif token.type == "inline" and row is not None:
                row.children.append(self._cell(token, row, line, cells, column))
                column += 1
        table.aligns = tuple(aligns)
        return table

    def _cell(self, token: Token, row: Node, line: int, cells: list[Span], column: int) -> Node:
        made = self.known.take("Cell", line)
        node = Node("cell", line, line + 1, parent=row, style="table")
        if made is not None:
            node.id, node.anchor = made.id, anchors.of_block(made.id)
        node.content = token.content
        try:
            node.atoms = [
                Atom(atom.text, "\\|", atom.marks, atom.object) if atom.source == "|" else atom
                for atom in atomized(token, self.in_note if self.noting else self.names)
            ]
        except NotReversible as fault:
            node.why = str(fault)
        if column < len(cells):
            node.spans = [cells[column]]
        elif token.content:
            node.why = "its cell is not found in the line"
        return node

    def _code(self, token: Token, first: int, last: int) -> Node:
        made = self.known.take("CodeBlock", first)
        if made is None:
            return Node("opaque", first, last)
        node = Node("code", first, last, id=made.id, anchor=anchors.of_block(made.id), style="code block")
        node.content = made.value
        node.atoms = [Atom(char, char) for char in made.value]
        node.origin = token.markup
        return node

    def _definitions(self, inner: list[Token], first: int, last: int, style: str, depth: int) -> Node:
        box = Node("deflist", first, last, style=style)
        index = 0
        while index < len(inner):
            opening, start, level = inner[index], index + 1, 1
            index += 1
            while level and index < len(inner):
                level += inner[index].nesting
                index += 1
            content = inner[start : index - 1]
            begin, end = self._range(opening, content)
            if opening.type == "dt_open":
                made = self.known.take("Definition", begin)
                definition = Node("definition", begin, end, parent=box, style=style)
                term = Node("term", begin, end, parent=definition, style="definition term")
                if made is not None:
                    term.id, term.anchor = made.id, anchors.of_block(made.id)
                for each in content:
                    if each.type == "inline":
                        self._words(term, each)
                definition.children.append(term)
                box.children.append(definition)
            elif box.children:
                details = Node("details", begin, end, parent=box.children[-1], style=_inside(style, "details"))
                self.fill(details, content, details.style, depth)
                box.children[-1].children.append(details)
                box.children[-1].last = end
        return box

    def _note(self, token: Token, inner: list[Token], first: int, last: int) -> Node:
        label = token.meta["label"]
        if label in self.notes:
            return Node("opaque", first, last)
        node = Node("note", first, last, style="footnote text", label=label)
        self.noting = True
        self.fill(node, inner, "footnote text", 0)
        self.noting = False
        self.notes[label] = node
        return node

    def _image(self, token: Token, figure: Any, first: int, last: int) -> Node:
        """`![alt](path "caption")` alone in its paragraph."""
        node = Node("figure", first, last, id=figure.id, anchor=anchors.of_block(figure.id), style="figure")
        node.label, node.origin = figure.alt, "image"
        node.children = [_picture(node)]
        found = _IMAGE.search(self.lines[first])
        if found and last == first + 1:
            node.spans = [Span(first, found.start(1), found.end(1))]
            if found[3] is not None:
                caption = Node("caption", first, last, parent=node, anchor=node.anchor, style="caption", id=node.id)
                caption.spans = [Span(first, found.start(3), found.end(3))]
                caption.content = found[3]
                caption.atoms = plain_atoms(found[3], self.names)
                node.children.append(caption)
        elif figure.caption:
            caption = Node("caption", first, last, parent=node, anchor=node.anchor, style="caption", id=node.id)
            caption.why = "its picture is written over several lines"
            caption.atoms = [Atom(char, char) for char in model.text(figure.caption)]
            node.children.append(caption)
        return node

    def _directive(self, token: Token, inner: list[Token], first: int, last: int, style: str, depth: int) -> Node:
        name = token.meta["name"]
        if token.meta["form"] != "braces":
            return Node("opaque", first, last)
        if name == "figure":
            return self._figure(token, inner, first, last)
        if name == "glossary":
            return self._glossary(first, last)
        kind = name if name in ("callout", "story", "resources", "panel", "only", "part") else "opaque"
        box = Node(kind, first, last, style=_inside(style, kind))
        made = self.known.take(name.title(), first) if kind in ("callout", "story", "resources") else None
        box.id = getattr(made, "id", "") if made is not None else ""
        if token.meta.get("titled"):
            self._title(box, inner[0], made, name)
            inner = inner[1:]
        elif name == "resources" and made is not None:
            box.children.append(
                _foreign(first, anchors.of_title(made.anchor), model.text(made.title), box, "heading 1")
            )
        self.fill(box, inner, box.style, depth)
        if name == "story" and made is not None:
            box.children.append(self._label(token, box, made))
        if kind == "opaque" or not any(leaf.anchor for leaf in box.leaves()):
            box.kind, box.children = "opaque", []
        return box

    def _title(self, box: Node, token: Token, made: Any, name: str) -> None:
        style = {"callout": "callout title", "story": "story title"}.get(name, "heading 1")
        title = Node("title", box.first, box.first + 1, parent=box, style=style)
        if made is not None:
            title.id = getattr(made, "id", "")
            title.anchor = anchors.of_title(made.anchor) if name == "resources" else anchors.of_block(made.id)
        self._words(title, token)
        opening = _DIRECTIVE_HEAD.match(self.lines[box.first])
        if opening:
            title.spans = [Span(box.first, opening.end(), opening.end() + len(token.content))]
        box.children.append(title)

    def _label(self, token: Token, box: Node, made: Any) -> Node:
        """The words of the link below a story: an option of it, or the address's host when it gives none."""
        node = Node("label", box.last - 1, box.last - 1, parent=box, style="story text")
        node.anchor = anchors.of_address(made.id)
        node.content = made.label
        node.atoms = [Atom(char, char, ()) for char in made.label]
        node.spans = [span for key, span in options_of(self.lines, token) if key == "label"]
        return node

    def _figure(self, token: Token, inner: list[Token], first: int, last: int) -> Node:
        made = self.known.take("Figure", first)
        if made is None:
            return Node("opaque", first, last)
        node = Node("figure", first, last, id=made.id, anchor=anchors.of_block(made.id), style="figure")
        node.label, node.origin = made.alt, "directive"
        node.children = [_picture(node)]
        node.spans = [span for key, span in options_of(self.lines, token) if key == "alt"]
        for each in inner:
            if each.type == "inline" and each.map:
                caption = Node("caption", each.map[0], each.map[1], parent=node, style="caption", id=made.id)
                caption.anchor = node.anchor
                self._words(caption, each)
                node.children.append(caption)
                break
        return node

    def _glossary(self, first: int, last: int) -> Node:
        made = self.known.take("Glossary", first)
        box = Node("glossary", first, last)
        if made is None:
            box.kind = "opaque"
            return box
        box.children.append(_foreign(first, anchors.of_title(made.anchor), model.text(made.title), box, "heading 1"))
        for entry in made.entries:
            box.children.append(
                _foreign(first, anchors.of_term(entry.id), entry.term, box, "definition term", entry.key)
            )
            words = model.text(entry.definition)
            box.children.append(_foreign(first, anchors.of_block(entry.id), words, box, "definition text", entry.key))
        return box


def _foreign(line: int, anchor: str, words: str, parent: Node, style: str, key: str = "") -> Node:
    """A leaf whose words stand in another file, such as the glossary."""
    node = Node("foreign", line, line, parent=parent, anchor=anchor, style=style, label=key)
    node.atoms = [Atom(char, char) for char in words]
    return node


def _picture(figure: Node) -> Node:
    """The leaf that is a figure's drawing."""
    return Node("picture", figure.first, figure.first, parent=figure, anchor=anchors.of_alt(figure.id), style="figure")


def _inside(style: str, kind: str) -> str:
    """The style of what stands in a container; a panel in a panel stays the outer one."""
    if style in (*_PANELS, "safety text") or kind not in _STYLES:
        return style
    return _STYLES[kind]
