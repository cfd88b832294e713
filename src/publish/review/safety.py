"""The safety block of a returned copy, held against the one that went out: whatever changed in it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publish import model
from publish.diagnostics import Finding, Place, Severity
from publish.model import Document, Inline, SafetyBlock, anchors
from publish.review.atoms import Atom
from publish.review.match import longest_rising, matched
from publish.review.nodes import Node
from publish.review.returned import Line

_HINT = (
    "nothing of the block was carried; safety text is changed in source/safety by those who answer for it, or proposed "
    "with --propose-safety"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the safety block as it must stand: its anchor, and each character with its looks.

    `item` says of a list item whether it is numbered, and its depth from 0.
    """

    anchor: str
    chars: tuple[tuple[str, frozenset[str]], ...]
    place: Place
    item: tuple[bool, int] | None = None

    @property
    def text(self) -> str:
        return "".join(char for char, _ in self.chars)


@dataclass(frozen=True, slots=True)
class Violation:
    """What was done to the block: the text that went out, and the text that came back."""

    kind: str
    before: str
    after: str
    place: Place

    def finding(self, tracked: bool) -> Finding:
        """The refusal, with both texts."""
        how = "as a tracked change" if tracked else "with tracking switched off"
        message = f"the safety block was changed, {how}: {self.kind}; before: “{self.before}”; after: “{self.after}”"
        return Finding("review.safety-changed", message, self.place, _HINT)


def passages(block: SafetyBlock) -> tuple[Passage, ...]:
    """The block as passages in order, the title first."""
    title = Passage(anchors.SAFETY_TITLE, tuple((char, frozenset[str]()) for char in block.title), block.place)
    return (title, *(each for part in block.parts for each in _passages(part.blocks)))


def _passages(blocks: Iterable[model.Block], item: tuple[bool, int] | None = None) -> Iterator[Passage]:
    """The passages of blocks; `item` is the list item that they stand in, which the first of them begins."""
    for at, block in enumerate(blocks):
        match block:
            case model.Heading(id=id_, inlines=inlines) | model.Paragraph(id=id_, inlines=inlines):
                chars = tuple(_chars(inlines, frozenset()))
                yield Passage(anchors.of_block(id_), chars, block.place, item if at == 0 else None)
            case model.List(items=items, ordered=ordered):
                for each in items:
                    yield from _passages(each.blocks, (ordered, item[1] + 1 if item else 0))
            case model.Table(head=head, rows=rows):
                for row in (head, *rows):
                    for cell in row:
                        yield Passage(anchors.of_block(cell.id), tuple(_chars(cell.inlines, frozenset())), cell.place)
            case _:
                pass


_LOOKS = {model.Strong: "strong", model.Emphasis: "em", model.Superscript: "sup", model.Subscript: "sub"}


def _chars(inlines: Iterable[Inline], looks: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for inline in inlines:
        if isinstance(inline, model.Code):
            yield from ((char, looks | {"code"}) for char in inline.value)
        elif type(inline) in _LOOKS:
            yield from _chars(inline.children, looks | {_LOOKS[type(inline)]})  # type: ignore[union-attr]
        elif isinstance(inline, model.Link | model.Term | model.Claim):
            yield from _chars(inline.children, looks)
        else:
            yield from ((char, looks) for char in model.text((inline,)))


def violations(document: Document, lines: list[Line]) -> list[Violation]:
    """What was done to the block's words, in order. `lines` are those between its first and its last."""
    wanted = passages(document.safety)
    leaves = [_leaf(each) for each in wanted]
    shown = [line for line in lines if line.text.strip() or any(name in _anchors(wanted) for name in line.anchors)]
    matching = matched(leaves, shown)
    found: list[Violation] = []
    for group_leaves, group_lines in matching.groups():
        before = " / ".join(wanted[index].text for index in group_leaves)
        after = " / ".join(shown[at].text for at in group_lines)
        place = wanted[group_leaves[0]].place
        if len(group_leaves) > 1:
            found.append(Violation("passages merged", before, after, place))
        elif len(group_lines) > 1:
            found.append(Violation("a passage parted", before, after, place))
        elif before != after:
            kind = "a passage deleted" if not after.strip() else "words changed"
            found.append(Violation(kind, before, after, place))
    for index, passage in enumerate(wanted):
        if index not in matching.lines_of:
            found.append(Violation("a passage deleted", passage.text, "", passage.place))
    for at, line in enumerate(shown):
        if at not in matching.leaves_of and line.text.strip():
            found.append(Violation("text put in", "", line.text, document.safety.place))
    order = [lines_[0] for _, lines_ in sorted(matching.lines_of.items())]
    keep = set(longest_rising(order))
    for number, (index, _) in enumerate(sorted(matching.lines_of.items())):
        if number not in keep:
            found.append(Violation("a passage moved", wanted[index].text, wanted[index].text, wanted[index].place))
    return found


def looks_changed(document: Document, lines: list[Line]) -> Iterator[Finding]:
    """Passages whose words are the same, but look otherwise: nothing is carried, but somebody should know."""
    wanted = {each.anchor: each for each in passages(document.safety)}
    for line in lines:
        for anchor in line.anchors:
            passage = wanted.get(anchor)
            if passage is None or passage.text != line.text:
                continue
            before = [looks for char, looks in passage.chars if not char.isspace()]
            after = [char.looks for char in line.chars if not char.text.isspace()]
            other_kind = passage.item != line.item or line.level > 0
            if (before != after or other_kind) and anchor != anchors.SAFETY_TITLE:
                message = f"in the safety block the formatting of “{line.text[:120]}” was changed; it is not carried"
                yield Finding("review.safety-look", message, passage.place, _HINT, Severity.WARNING)


def _anchors(wanted: Iterable[Passage]) -> set[str]:
    return {each.anchor for each in wanted}


def _leaf(passage: Passage) -> Node:
    node = Node("paragraph", (passage.place.line or 1) - 1, passage.place.line or 1, anchor=passage.anchor)
    node.atoms = [Atom(char, char) for char, _ in passage.chars]
    return node
