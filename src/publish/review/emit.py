"""The lines of the new source: what is as it was keeps its bytes, what is not is written as its neighbours are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from publish.review.atoms import Atom
from publish.review.inscribe import Pen
from publish.review.outline import Node, Outline, Span, plain_atoms
from publish.review.pieces import Piece, Row
from publish.review.regrow import Branch

_MARKER = re.compile(r"(?:[-+*]|(\d{1,9})([.)]))(?:[ \t]+|$)")
_OPTION = re.compile(r"[ \t>]*:[A-Za-z][\w-]*:(?:[ \t]|$)")
_BESIDES = ("title", "label", "picture")
_MARKED = ("item", "details", "note")


@dataclass(slots=True)
class Writer:
    """Writes the tree of a new source over the lines of the old. `splices` are changes within single lines."""

    outline: Outline
    pen: Pen
    notes: dict[int, Branch]
    splices: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    behind: dict[int, list[str]] = field(default_factory=dict)
    in_note: bool = False

    def file(self, root: Branch, new_notes: Sequence[tuple[str, Branch]]) -> str:
        """The whole file's text."""
        lines = self.outline.lines
        base = self.outline.root
        self._splice_all(root)
        for note in self.notes.values():
            self._splice_all(note)
        old = base.children
        body = self._inside(root, "", "", True)
        first = root.children[0].base if root.children else None
        start = old[0].first if old else base.first
        head = lines[: self.outline.head] + lines[self.outline.head : start]
        if not old and not any(not line.strip() for line in head[-1:]):
            head.append("")
        if first is not None and old and first is not old[0] and start == self.outline.head:
            head.append("")
        last = root.children[-1].base if root.children else None
        tail = lines[old[-1].last :] if old and last is old[-1] else self._tail(old)
        for label, note in new_notes:
            body += ["" if body and not body[-1].lstrip().startswith("[^") else "", *self._note(label, note)]
        return "\n".join([*self._raw_head(head), *body, *tail])

    def _raw_head(self, head: list[str]) -> list[str]:
        return [self._line(number) if number in self.splices else line for number, line in enumerate(head)]

    def _tail(self, old: list[Node]) -> list[str]:
        end = self.outline.lines[old[-1].last :] if old else [""]
        return end if all(not line.strip() for line in end) and end else [""]

    # --- lines as they are, and as they are changed ---

    def _line(self, number: int) -> str:
        line = self.outline.lines[number]
        for start, end, words in sorted(self.splices.get(number, ()), reverse=True):
            line = line[:start] + words + line[end:]
        return line

    def _raw(self, first: int, last: int) -> list[str]:
        found = []
        for number in range(first, last):
            found.append(self._line(number))
            found.extend(self.behind.get(number, ()))
        return found

    def _moved(self, node: Node, first: int, last: int, pre: str, rest: str, column: int | None = None) -> list[str]:
        """Old lines under another prefix. `column`: where the words of the first line begin."""
        found = []
        old = _prefix(node, self.outline)
        for number in range(first, last):
            line = self._line(number)
            bare = line[column:] if number == first and column is not None else _stripped(line, old)
            found.append(
                ((pre if number == first else rest) + bare).rstrip()
                if not bare.strip()
                else (pre if number == first else rest) + bare
            )
            found.extend(rest + each for each in self.behind.get(number, ()))
        return found

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
            return self._raw(node.first, node.last)
        return self._moved(node, node.first, node.last, pre, rest)

    def _gap(self, branch: Branch, one: Branch, two: Branch, rest: str, intact: bool) -> list[str]:
        """What stands between two neighbours: as it was if they were neighbours, else an empty line where one is due."""
        if intact and one.base is not None and two.base is not None and branch.base is not None:
            siblings = [each for each in branch.base.children if each.kind not in _BESIDES]
            at = siblings.index(one.base) if one.base in siblings else -1
            if at >= 0 and siblings[at + 1 : at + 2] == [two.base]:
                return self._raw(one.base.last, two.base.first)
        if branch.kind == "list":
            return [] if self._is_tight(branch) else [rest.rstrip()]
        if branch.kind == "definition" or (branch.kind == "item" and two.kind == "list" and self._is_tight(branch)):
            return []
        if one.kind == two.kind == "note" and one.base and two.base:
            notes = [each for each in self.outline.notes.values()]
            if notes and not any(
                not self.outline.lines[n.last].strip() for n in notes if n.last < len(self.outline.lines)
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
        written = [int(found[1]) for each in siblings if (found := _MARKER.match(each)) and found[1]]
        delimiter = next((found[2] for each in siblings if (found := _MARKER.match(each)) and found[2]), ".")
        start = written[0] if written else 1
        if branch.again:
            first = next((int(found[1]) for each in old if (found := _MARKER.match(each)) and found[1]), start)
            start = first
        step = 0 if len(written) > 1 and len(set(written)) == 1 else 1
        return [f"{start + step * index}{delimiter} " for index in range(len(content))]

    def _marker(self, item: Node) -> str:
        """The mark of an old item with the white space behind it."""
        line = self.outline.lines[item.first]
        at = len(_prefix(item, self.outline))
        found = _MARKER.match(line, at) or _MARKER.search(line)
        return found[0] if found else "- "

    def _bullet(self) -> str:
        """The bullet that this source uses most."""
        marks = Counter[str]()
        queue = [self.outline.root]
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
                at = self.outline.lines[base.first].index(old, 0)
                self.splices.setdefault(base.first, []).append((at, at + len(old.strip()), marker.strip()))
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
        head, foot = self._frame(base)
        first = new[0].base if new else None
        last = new[-1].base if new else None
        above = (head, old[0].first) if old and first is old[0] else (head, self._blank_from(head, base.last))
        below = (old[-1].last, base.last) if old and last is old[-1] else (foot, base.last)
        inner = self._inside(branch, rest, rest, intact)
        if not intact:
            return [
                *self._moved(base, base.first, head, pre, rest),
                *self._moved(base, *above, rest, rest),
                *inner,
                *self._moved(base, *below, rest, rest),
            ]
        return [*self._raw(base.first, head), *self._raw(*above), *inner, *self._raw(*below)]

    def _frame(self, node: Node) -> tuple[int, int]:
        """The line behind a directive's head and options, and the line that closes it."""
        head = node.first + 1
        while head < node.last and _OPTION.match(self.outline.lines[head]):
            head += 1
        closed = node.last > head and not self.outline.lines[node.last - 1].strip(" \t:>")
        return head, node.last - 1 if closed and ":" in self.outline.lines[node.last - 1] else node.last

    def _blank_from(self, line: int, end: int) -> int:
        while line < end and not self.outline.lines[line].strip(" \t>"):
            line += 1
        return line

    def _figure(self, branch: Branch, pre: str, rest: str, intact: bool) -> list[str]:
        base = branch.base
        if base is None:
            return []
        caption = next((child for child in branch.children if child.kind != "picture" and child.piece), None)
        if base.origin == "image":
            return self._whole(base, pre, rest, intact)
        old = next((each for each in base.children if each.kind == "caption"), None)
        head, foot = self._frame(base)
        lines = self._raw(base.first, head)
        if old is not None and caption is not None and caption.base is old:
            piece = caption.piece
            assert piece is not None
            lines += self._raw(head, old.first)
            lines += self._leaf(caption, piece, rest, rest, True)
            lines += self._raw(old.last, base.last)
        elif caption is not None and caption.piece is not None and caption.piece.atoms:
            lines += ["", self.pen.write(caption.piece.atoms, "paragraph", base), *self._raw(foot, base.last)]
        else:
            lines += self._raw(foot, base.last)
        return lines if intact else _again(lines, _prefix(base, self.outline), pre, rest)

    # --- leaves ---

    def _leaf(self, branch: Branch, piece: Piece, pre: str, rest: str, intact: bool) -> list[str]:
        base = branch.base
        if piece.kind == "table":
            return self._table(branch, piece, pre, rest, intact)
        if piece.kind == "rule" or (base is not None and base.kind == "foreign"):
            return self._whole(base, pre, rest, intact) if base is not None and base.kind == "rule" else []
        if base is not None and piece.atoms is None and not piece.retyped:
            if intact:
                return self._raw(base.first, base.last)
            column = base.spans[0].start if base.spans and base.kind == "paragraph" else None
            return self._moved(base, base.first, base.last, pre, rest, column)
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
            return [f"{pre}```", *(rest + line for line in self._plain(piece).split("\n")), f"{rest}```"]
        return [(pre if index == 0 else rest) + line for index, line in enumerate(lines)]

    def _plain(self, piece: Piece) -> str:
        return "".join(atom.text for atom in piece.atoms or ())

    def _spliced(self, spans: list[Span], lines: list[str], rest: str) -> list[str]:
        """New words in the place of the old: what stands before and behind them in their lines stays."""
        made = []
        for index, words in enumerate(lines):
            if index < len(spans):
                span = spans[index]
                before = self._line(span.line)[: span.start] if span.line not in self.splices else ""
                if span.line in self.splices:
                    shift = sum(
                        len(new) - (end - start) for start, end, new in self.splices[span.line] if end <= span.start
                    )
                    before = self._line(span.line)[: span.start + shift]
                made.append(before + words)
            else:
                made.append(rest + words)
        last = spans[-1]
        made[-1] += self.outline.lines[last.line][last.end :]
        return made

    def _code(self, base: Node, piece: Piece, pre: str, rest: str, intact: bool) -> list[str]:
        lines = self._plain(piece).split("\n")
        if not base.origin:
            self.pen.tell("review.not-patchable", "code that is indented by spaces was changed", base)
            return self._whole(base, pre, rest, intact)
        opening = (
            self._line(base.first) if intact else pre + _stripped(self._line(base.first), _prefix(base, self.outline))
        )
        closing = self._line(base.last - 1) if intact else rest + base.origin
        return [opening, *(rest + line if line else line for line in lines), closing]

    # --- changes within lines ---

    def _splice_all(self, branch: Branch) -> None:
        """Register what changes within a line: titles, labels, alternatives, captions in an image, cells."""
        for child in branch.children:
            base, piece = child.base, child.piece
            if piece is not None and base is not None and not piece.retyped:
                if base.kind == "title" and piece.atoms is not None:
                    self._splice(base, self.pen.write(piece.atoms, "title", base))
                elif base.kind == "label" and piece.atoms is not None:
                    self._label(base, self._plain(piece))
                elif base.kind == "picture" and piece.atoms is not None:
                    self._alternative(base, piece)
                elif (
                    base.kind == "caption" and piece.atoms is not None and base.parent and base.parent.origin == "image"
                ):
                    words = "".join(atom.source if atom.object else _in_quotes(atom) for atom in piece.atoms)
                    self._splice(base, words)
            self._splice_all(child)
        self._splice_missing(branch)

    def _splice_missing(self, branch: Branch) -> None:
        base = branch.base
        if base is None or branch.piece is not None:
            return
        present = {child.base for child in branch.children}
        for child in base.children:
            if child.kind == "title" and child not in present and child.spans:
                span = child.spans[0]
                before = self.outline.lines[span.line][: span.start]
                self.splices.setdefault(span.line, []).append((len(before.rstrip()), span.end, ""))
            elif child.kind == "caption" and base.origin == "image" and child not in present and child.spans:
                span = child.spans[0]
                line = self.outline.lines[span.line]
                self.splices.setdefault(span.line, []).append((len(line[: span.start - 1].rstrip()), span.end + 1, ""))

    def _splice(self, node: Node, words: str) -> None:
        if not node.spans:
            self.pen.tell("review.not-patchable", "it does not stand in the source where it could be changed", node)
            return
        span = node.spans[0]
        self.splices.setdefault(span.line, []).append((span.start, span.end, words))

    def _label(self, node: Node, words: str) -> None:
        if node.spans:
            self._splice(node, words)
        elif node.parent is not None:
            head, _ = self._frame(node.parent)
            self.behind.setdefault(head - 1, []).append(f":label: {words}")

    def _alternative(self, picture: Node, piece: Piece) -> None:
        figure = picture.parent
        if figure is None or not figure.spans:
            self.pen.tell("review.not-patchable", "the picture's words cannot be changed where they stand", picture)
            return
        words = self._plain(piece)
        if not words.strip():
            self.pen.tell("review.alt-empty", "the words for those who cannot see a picture were deleted", figure)
            return
        span = figure.spans[0]
        old = self.outline.lines[span.line][span.start : span.end]
        new = _with_values(old, words, self.outline)
        if figure.origin == "image":
            new = re.sub(r"(?<!\\)([\[\]])", r"\\\1", new)
        self.splices.setdefault(span.line, []).append((span.start, span.end, new))

    # --- tables ---

    def _table(self, branch: Branch, piece: Piece, pre: str, rest: str, intact: bool) -> list[str]:
        base = piece.table
        heads = [row.base for row in piece.rows[:1]]
        width = max((len(row.cells) for row in piece.rows), default=0)
        old = len(base.children[0].children) if base is not None and base.children else 0
        if base is None or heads != base.children[:1] or any(len(row.cells) != old for row in piece.rows):
            lines = self._new_table(piece.rows, width, base)
        else:
            lines = self._old_table(base, piece.rows)
            if intact:
                return lines
            lines = [_stripped(line, _prefix(base, self.outline)) for line in lines]
        return [(pre if index == 0 else rest) + line for index, line in enumerate(lines)]

    def _old_table(self, base: Node, rows: list[Row]) -> list[str]:
        """Row by row: those that stayed are spliced, those that are new are written as the others are."""
        made: list[str] = []
        sample = self.outline.lines[base.children[0].first]
        lead = sample[: len(sample) - len(sample.lstrip(" \t>"))]
        piped = sample.lstrip(" \t>").startswith("|")
        for index, row in enumerate(rows):
            if row.base is None:
                cells = " | ".join(self._cell(leaf, atoms) for leaf, atoms in row.cells)
                made.append(f"{lead}| {cells} |" if piped else f"{lead}{cells}")
                continue
            for column, (leaf, atoms) in enumerate(row.cells):
                own = row.base.children[column] if column < len(row.base.children) else None
                if own is None or (leaf is own and atoms is None):
                    continue
                words = self._cell(leaf, atoms)
                span = own.spans[0]
                line = self.outline.lines[span.line]
                room = " " if span.start == span.end and line[span.start - 1 : span.start] == "|" else ""
                tail = " " if span.start == span.end and line[span.end : span.end + 1] in ("|", "") else ""
                self.splices.setdefault(span.line, []).append((span.start, span.end, f"{room}{words}{tail}"))
            made += self._raw(row.base.first, row.base.last)
            if index == 0:
                made += self._raw(row.base.last, row.base.last + 1)
        return made

    def _cell(self, leaf: Node | None, atoms: list[Atom] | None) -> str:
        if atoms is not None:
            return self.pen.write(atoms, "cell", leaf) if atoms else ""
        if leaf is None or not leaf.spans:
            return ""
        span = leaf.spans[0]
        return self.outline.lines[span.line][span.start : span.end]

    def _new_table(self, rows: list[Row], width: int, base: Node | None) -> list[str]:
        """A table as a whole: a new one, or one whose columns are others than they were."""
        aligns = list(base.aligns) if base is not None and len(base.aligns) == width else []
        if not aligns and rows:
            aligns = [rows[-1].aligns[at] if at < len(rows[-1].aligns) else "" for at in range(width)]
        signs = {"left": ":---", "center": ":---:", "right": "---:"}
        made = []
        for index, row in enumerate(rows):
            cells = [self._cell(leaf, atoms) for leaf, atoms in row.cells]
            cells += [""] * (width - len(cells))
            made.append("| " + " | ".join(cells) + " |")
            if index == 0:
                made.append("|" + "|".join(signs.get(aligns[at], "---") for at in range(width)) + "|")
        return made

    # --- notes ---

    def _old_note(self, base: Node, pre: str, rest: str, intact: bool) -> list[str]:
        number = next((each for each, note in self.outline.notes.items() if note is base), None)
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


def _prefix(node: Node, outline: Outline) -> str:
    """What stands before the lines of a block because of the containers around it."""
    made = ""
    for above in node.path():
        if above.kind == "quote":
            made += "> "
        elif above.kind == "item":
            found = _MARKER.search(outline.lines[above.first], len(made))
            made += " " * (len(found[0]) if found else 2)
        elif above.kind == "details":
            made += "  "
        elif above.kind == "note":
            made += "    "
    return made


def _stripped(line: str, prefix: str) -> str:
    """A line without the prefix of its containers, as far as it has it."""
    at = 0
    for sign in prefix:
        if at < len(line) and line[at] == sign:
            at += 1
        elif sign == ">" and line[at:].lstrip(" ").startswith(">"):
            at = line.index(">", at) + 1
    return line[at:]


def _again(lines: list[str], old: str, pre: str, rest: str) -> list[str]:
    return [((pre if index == 0 else rest) + _stripped(line, old)).rstrip() for index, line in enumerate(lines)]


def _in_quotes(atom: Atom) -> str:
    return f"\\{atom.text}" if atom.text in '"\\' and atom.source == atom.text else atom.source


def _with_values(old: str, words: str, outline: Outline) -> str:
    """New words for a plain text in which variables stand: those that still say their value stay."""
    atoms = plain_atoms(old, outline.names)
    found = words
    for atom in atoms:
        if atom.object and atom.text in found:
            found = found.replace(atom.text, atom.source, 1)
    return found
