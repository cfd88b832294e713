"""The lines of the new source: what is as it was keeps its bytes, what is not is written as its neighbours are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from publish.review.inscribe import Pen
from publish.review.nodes import Node, Span
from publish.review.pieces import Piece
from publish.review.regrow import Branch
from publish.review.sheet import MARKER, Sheet, prefix_of, stripped
from publish.review.splicing import Splicer, plain
from publish.review.tabling import Tabler

_BESIDES = ("title", "label", "picture")
_MARKED = ("item", "details", "note")


@dataclass(slots=True)
class Writer:
    """Writes the tree of a new source over the lines of the old."""

    sheet: Sheet
    pen: Pen
    notes: dict[int, Branch]
    in_note: bool = False

    def file(self, root: Branch, new_notes: Sequence[tuple[str, Branch]]) -> str:
        """The whole file's text."""
        lines = self.sheet.outline.lines
        base = self.sheet.outline.root
        splicer = Splicer(self.sheet, self.pen)
        splicer.register(root)
        for note in self.notes.values():
            splicer.register(note)
        old = base.children
        body = self._inside(root, "", "", True)
        first = root.children[0].base if root.children else None
        start = old[0].first if old else base.first
        head = lines[: self.sheet.outline.head] + lines[self.sheet.outline.head : start]
        if not old and not any(not line.strip() for line in head[-1:]):
            head.append("")
        if first is not None and old and first is not old[0] and start == self.sheet.outline.head:
            head.append("")
        last = root.children[-1].base if root.children else None
        tail = lines[old[-1].last :] if old and last is old[-1] else self._tail(old)
        for label, note in new_notes:
            body += ["", *self._note(label, note)]
        return "\n".join([*self._raw_head(head), *body, *tail])

    def _raw_head(self, head: list[str]) -> list[str]:
        return [self.sheet.line(number) if number in self.sheet.splices else line for number, line in enumerate(head)]

    def _tail(self, old: list[Node]) -> list[str]:
        end = self.sheet.outline.lines[old[-1].last :] if old else [""]
        return end if all(not line.strip() for line in end) and end else [""]

    # --- the tree ---

    def _inside(self, branch: Branch, pre: str, rest: str, intact: bool) -> list[str]:
        """The children of a container, one below the other."""
        made: list[str] = []
        before: Branch | None = None
        kept = False
        content = [child for child in branch.children if child.kind not in _BESIDES]
        numbers = self._numbers(branch) if branch.kind == "list" else []
        for index, child in enumerate(content):
            own = intact and self._is_in_place(branch, child, index, content)
            marker = numbers[index] if numbers else ""
            lines = self._branch(child, pre if before is None else rest, rest, own, marker)
            if not lines:
                continue
            if before is not None:
                made += self._gap(branch, before, child, rest, own and kept)
            made += lines
            before, kept = child, own
        return made

    def _is_in_place(self, branch: Branch, child: Branch, index: int, content: list[Branch]) -> bool:
        """Whether a child's old lines may stand as they are: in their old container, and with or without its mark."""
        base = child.base
        if base is None or branch.base is None or base.parent is not branch.base:
            return False
        if child.piece is not None and child.piece.retyped:
            return False
        if branch.kind in _MARKED:
            first = next((each for each in branch.base.children if each.kind not in _BESIDES), None)
            return (index == 0) == (base is first)
        return True

    def _branch(self, branch: Branch, pre: str, rest: str, intact: bool, marker: str) -> list[str]:
        if branch.piece is not None:
            return self._leaf(branch, branch.piece, pre, rest, intact)
        base = branch.base
        match branch.kind:
            case "opaque":
                return self._whole(base, pre, rest, intact) if base is not None else []
            case "note":
                return self._old_note(base, pre, rest, intact) if base is not None else []
            case "glossary":
                return self._whole(base, pre, rest, intact) if base is not None else []
            case "list" | "definition" | "deflist":
                return self._inside(branch, pre, rest, intact)
            case "item":
                return self._item(branch, pre, rest, intact, marker)
            case "quote":
                return self._inside(branch, f"{pre}> ", f"{rest}> ", intact)
            case "details":
                return self._inside(branch, f"{pre}: ", f"{rest}  ", intact)
            case "figure":
                return self._figure(branch, pre, rest, intact)
            case _:
                return self._directive(branch, pre, rest, intact)

    def _whole(self, node: Node, pre: str, rest: str, intact: bool) -> list[str]:
        if intact:
            return self.sheet.raw(node.first, node.last)
        return self.sheet.moved(node, node.first, node.last, pre, rest)

    def _gap(self, branch: Branch, one: Branch, two: Branch, rest: str, intact: bool) -> list[str]:
        """What stands between two neighbours: as it was if they were so before, else an empty line where one is due."""
        if intact and one.base is not None and two.base is not None and branch.base is not None:
            siblings = [each for each in branch.base.children if each.kind not in _BESIDES]
            at = siblings.index(one.base) if one.base in siblings else -1
            if at >= 0 and siblings[at + 1 : at + 2] == [two.base]:
                return self.sheet.raw(one.base.last, two.base.first)
        if branch.kind == "list":
            return [] if self._is_tight(branch) else [rest.rstrip()]
        if branch.kind == "definition" or (branch.kind == "item" and two.kind == "list" and self._is_tight(branch)):
            return []
        if one.kind == two.kind == "note" and one.base and two.base:
            notes = list(self.sheet.outline.notes.values())
            if notes and not any(
                not self.sheet.outline.lines[n.last].strip() for n in notes if n.last < len(self.sheet.outline.lines)
            ):
                return []
        return [rest.rstrip()]

    def _is_tight(self, branch: Branch) -> bool:
        """Whether a list is written without empty lines between its items."""
        list_ = branch if branch.kind == "list" else branch.parent
        base = list_.base if list_ is not None else None
        if base is None:
            return True
        pairs = list(zip(base.children, base.children[1:], strict=False))
        return not any(two.first > one.last for one, two in pairs) and (bool(pairs) or base.tight)

    # --- lists ---

    def _numbers(self, branch: Branch) -> list[str]:
        """The marks of a list's items. Numbers go on from the first; a list that repeats one goes on repeating it."""
        content = [child for child in branch.children if child.kind not in _BESIDES]
        old = [self._marker(child.base) if child.base is not None else "" for child in content]
        base = branch.base
        siblings = [self._marker(each) for each in base.children] if base is not None else []
        if not branch.ordered:
            usual = next((each for each in (*siblings, *old) if each and not each[0].isdigit()), self._bullet())
            return [each if each and not each[0].isdigit() else usual for each in old]
        written = [int(found[1]) for each in siblings if (found := MARKER.match(each)) and found[1]]
        delimiter = next((found[2] for each in siblings if (found := MARKER.match(each)) and found[2]), ".")
        start = written[0] if written else 1
        if branch.again:
            first = next((int(found[1]) for each in old if (found := MARKER.match(each)) and found[1]), start)
            start = first
        step = 0 if len(written) > 1 and len(set(written)) == 1 else 1
        return [f"{start + step * index}{delimiter} " for index in range(len(content))]

    def _marker(self, item: Node) -> str:
        """The mark of an old item with the white space behind it."""
        line = self.sheet.outline.lines[item.first]
        at = len(prefix_of(item, self.sheet.outline))
        found = MARKER.match(line, at) or MARKER.search(line)
        return found[0] if found else "- "

    def _bullet(self) -> str:
        """The bullet that this source uses most."""
        marks = Counter[str]()
        queue = [self.sheet.outline.root]
        while queue:
            node = queue.pop()
            queue.extend(node.children)
            if node.kind == "item" and not node.ordered:
                marks[self._marker(node)] += 1
        return marks.most_common(1)[0][0] if marks else "- "

    def _item(self, branch: Branch, pre: str, rest: str, intact: bool, marker: str) -> list[str]:
        base = branch.base
        old = self._marker(base) if base is not None else ""
        if intact and base is not None and old != marker and old.strip() != marker.strip():
            if len(old.strip()) == len(marker.strip()):
                at = self.sheet.outline.lines[base.first].index(old, 0)
                self.sheet.splice(base.first, at, at + len(old.strip()), marker.strip())
            else:
                intact = False
        shown = old if intact and base is not None else marker
        width = len(shown) if shown.strip() != shown else len(shown) + 1
        return self._inside(branch, pre + marker if not intact else pre + shown, rest + " " * width, intact)

    # --- directives ---

    def _directive(self, branch: Branch, pre: str, rest: str, intact: bool) -> list[str]:
        base = branch.base
        if base is None:
            return self._inside(branch, pre, rest, intact)
        old = [each for each in base.children if each.kind not in _BESIDES]
        new = [child for child in branch.children if child.kind not in _BESIDES]
        head, foot = self.sheet.frame(base)
        first = new[0].base if new else None
        last = new[-1].base if new else None
        above = (head, old[0].first) if old and first is old[0] else (head, self.sheet.blank_from(head, base.last))
        below = (old[-1].last, base.last) if old and last is old[-1] else (foot, base.last)
        inner = self._inside(branch, rest, rest, intact)
        if not intact:
            return [
                *self.sheet.moved(base, base.first, head, pre, rest),
                *self.sheet.moved(base, *above, rest, rest),
                *inner,
                *self.sheet.moved(base, *below, rest, rest),
            ]
        return [*self.sheet.raw(base.first, head), *self.sheet.raw(*above), *inner, *self.sheet.raw(*below)]

    def _figure(self, branch: Branch, pre: str, rest: str, intact: bool) -> list[str]:
        base = branch.base
        if base is None:
            return []
        caption = next((child for child in branch.children if child.kind != "picture" and child.piece), None)
        if base.origin == "image":
            return self._whole(base, pre, rest, intact)
        old = next((each for each in base.children if each.kind == "caption"), None)
        head, foot = self.sheet.frame(base)
        lines = self.sheet.raw(base.first, head)
        if old is not None and caption is not None and caption.base is old:
            piece = caption.piece
            assert piece is not None
            lines += self.sheet.raw(head, old.first)
            lines += self._leaf(caption, piece, rest, rest, True)
            lines += self.sheet.raw(old.last, base.last)
        elif caption is not None and caption.piece is not None and caption.piece.atoms:
            lines += ["", self.pen.write(caption.piece.atoms, "paragraph", base), *self.sheet.raw(foot, base.last)]
        else:
            lines += self.sheet.raw(foot, base.last)
        return lines if intact else _again(lines, prefix_of(base, self.sheet.outline), pre, rest)

    # --- leaves ---

    def _leaf(self, branch: Branch, piece: Piece, pre: str, rest: str, intact: bool) -> list[str]:
        base = branch.base
        if piece.kind == "table":
            return Tabler(self.sheet, self.pen).table(piece, pre, rest, intact)
        if piece.kind == "rule" or (base is not None and base.kind == "foreign"):
            return self._whole(base, pre, rest, intact) if base is not None and base.kind == "rule" else []
        if base is not None and piece.atoms is None and not piece.retyped:
            if intact:
                return self.sheet.raw(base.first, base.last)
            column = base.spans[0].start if base.spans and base.kind == "paragraph" else None
            return self.sheet.moved(base, base.first, base.last, pre, rest, column)
        if base is not None and base.kind == "code":
            return self._code(base, piece, pre, rest, intact)
        return self._words(base, piece, pre, rest, intact)

    def _words(self, base: Node | None, piece: Piece, pre: str, rest: str, intact: bool) -> list[str]:
        kind = "heading" if piece.level and piece.item is None else "paragraph"
        if base is not None and not piece.retyped:
            kind = base.kind
        if piece.atoms is None and base is not None:
            words = base.content.replace("\n", " ") if kind == "heading" else base.content
        else:
            words = self.pen.write(piece.atoms or [], kind, base, in_note=self.in_note)
        if not words.strip():
            return []
        lines = words.split("\n")
        if intact and base is not None and base.spans:
            return self._spliced(base.spans, lines, rest)
        if kind == "heading":
            level = piece.level or (base.level if base is not None else 1)
            return [f"{pre}{'#' * min(level, 6)} {' '.join(lines)}"]
        if piece.family == "code" and base is None:
            return [f"{pre}```", *(rest + line for line in plain(piece).split("\n")), f"{rest}```"]
        return [(pre if index == 0 else rest) + line for index, line in enumerate(lines)]

    def _spliced(self, spans: list[Span], lines: list[str], rest: str) -> list[str]:
        """New words in the place of the old: what stands before and behind them in their lines stays."""
        made = []
        for index, words in enumerate(lines):
            if index < len(spans):
                span = spans[index]
                before = self.sheet.line(span.line)[: span.start] if span.line not in self.sheet.splices else ""
                if span.line in self.sheet.splices:
                    shift = sum(
                        len(new) - (end - start)
                        for start, end, new in self.sheet.splices[span.line]
                        if end <= span.start
                    )
                    before = self.sheet.line(span.line)[: span.start + shift]
                made.append(before + words)
            else:
                made.append(rest + words)
        last = spans[-1]
        made[-1] += self.sheet.outline.lines[last.line][last.end :]
        return made

    def _code(self, base: Node, piece: Piece, pre: str, rest: str, intact: bool) -> list[str]:
        lines = plain(piece).split("\n")
        if not base.origin:
            self.pen.tell("review.not-patchable", "code that is indented by spaces was changed", base)
            return self._whole(base, pre, rest, intact)
        opening = (
            self.sheet.line(base.first)
            if intact
            else pre + stripped(self.sheet.line(base.first), prefix_of(base, self.sheet.outline))
        )
        closing = self.sheet.line(base.last - 1) if intact else rest + base.origin
        return [opening, *(rest + line if line else line for line in lines), closing]

    # --- notes ---

    def _old_note(self, base: Node, pre: str, rest: str, intact: bool) -> list[str]:
        number = next((each for each, note in self.sheet.outline.notes.items() if note is base), None)
        if number is None:
            return self._whole(base, pre, rest, intact)
        branch = self.notes.get(number)
        if branch is None:
            return []  # its mark is gone, and the note with it
        self.in_note = True
        lines = self._inside(branch, f"[^{base.label}]: ", "    ", True)
        self.in_note = False
        return lines

    def _note(self, label: str, branch: Branch) -> list[str]:
        self.in_note = True
        lines = self._inside(branch, f"[^{label}]: ", "    ", False)
        self.in_note = False
        return lines


def _again(lines: list[str], old: str, pre: str, rest: str) -> list[str]:
    return [((pre if index == 0 else rest) + stripped(line, old)).rstrip() for index, line in enumerate(lines)]
