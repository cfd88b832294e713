"""A copy's lines and the source's leaves, brought together: the pieces of which the new source is made, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from publish.review.atoms import Atom
from publish.review.match import Matching, longest_rising
from publish.review.nodes import Node
from publish.review.returned import Line
from publish.review.runs import OBJECT, Char
from publish.review.shown import cited, shown_by, shown_of
from publish.review.wording import PARAGRAPH, Ways, reworded

TellAt = Callable[[str, str, Node | None], None]
"""Takes a finding code, a sentence, and the block that it is about."""

_FAMILIES = {
    "body": "body text|normal|text body|first paragraph|default paragraph style|standard|no spacing|compact|"
    "list paragraph|default|title|subtitle",
    "quote": "quote|quotations|intense quote|block text|block quotation",
    "callout": "callout text",
    "callout title": "callout title",
    "story": "story text",
    "story title": "story title",
    "term": "definition term",
    "details": "definition text",
    "caption": "caption",
    "code": "code block|preformatted text|html preformatted|source code",
    "note": "footnote text|footnote",
    "rule": "thematic break|horizontal line",
}
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names.split("|")}


def family(style: str) -> str:
    """What a style is for, whatever a program calls it."""
    return _FAMILY.get(style, "body" if not style.startswith(("heading", "table", "figure")) else style.split()[0])


@dataclass(slots=True, eq=False)
class Row:
    """A row of a table: the base row that it is, its cells' leaves, and the new words of those that changed."""

    base: Node | None
    cells: list[tuple[Node | None, list[Atom] | None]]
    aligns: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Piece:
    """One leaf, table or rule of the new source. `atoms` is None where the words are as they were."""

    kind: str
    leaf: Node | None = None
    atoms: list[Atom] | None = None
    level: int = 0
    item: tuple[bool, int] | None = None
    family: str = "body"
    indent: int = 0
    retyped: bool = False
    moved: bool = False
    order: int = -1
    rows: list[Row] = field(default_factory=list)
    table: Node | None = None

    @property
    def steady(self) -> bool:
        """Whether it stands where it stood, as what it was."""
        return self.leaf is not None and not self.retyped and not self.moved


def pieces_of(
    leaves: Sequence[Node],
    lines: Sequence[Line],
    matching: Matching,
    ways: Ways,
    tell: TellAt,
) -> list[Piece]:
    """The pieces in the order of the copy."""
    made: dict[int, Piece] = {}
    for group_leaves, group_lines in matching.groups():
        plain = [at for at in group_lines if lines[at].cell is None]
        if plain:
            _group([leaves[index] for index in group_leaves], [(at, lines[at]) for at in plain], ways, tell, made)
    for at, line in enumerate(lines):
        if at in made or line.cell is not None or at in matching.leaves_of or not line.text.strip():
            continue
        made[at] = _new(line, ways, tell)
    _put_tables(leaves, lines, matching, ways, tell, made)
    found = [made[at] for at in sorted(made)]
    _mark_moved(found, leaves)
    return found


def _class(line: Line) -> tuple[int, tuple[bool, int] | None, str]:
    return line.level, line.item, family(line.style)


def _looks_as_before(leaf: Node, line: Line) -> bool:
    """Whether a paragraph is still of its leaf's kind."""
    if leaf.kind not in ("paragraph", "heading"):
        return True
    if leaf.item is not None or line.item is not None:
        return leaf.item == line.item
    if leaf.level != line.level:
        return False
    return bool(leaf.level) or family(leaf.style) == family(line.style)


def _group(leaves: list[Node], lines: list[tuple[int, Line]], ways: Ways, tell: TellAt, made: dict[int, Piece]) -> None:
    if len(leaves) == 1 and len(lines) == 1:
        at, line = lines[0]
        made[at] = _one(leaves[0], line, ways, tell)
        return
    stuck = next((leaf for leaf in leaves if leaf.why or leaf.kind not in ("paragraph", "heading", "term")), None)
    if stuck is not None and len(leaves) == 1 and stuck.kind in ("caption", "title"):
        chars = [char for index, (_, line) in enumerate(lines) for char in (*([_GAP] if index else []), *line.chars)]
        tell("review.paragraph-in-title", f"“{_said(chars)}” was parted, but may not be several paragraphs", stuck)
        made[lines[0][0]] = _one_of(stuck, lines[0][1], chars, ways, tell)
        return
    if stuck is not None:
        for leaf, (at, line) in zip(leaves, lines, strict=False):
            made[at] = Piece(
                "text", leaf, level=leaf.level, item=leaf.item, family=family(leaf.style), order=line.order
            )
        _tell_stuck(stuck, " / ".join(line.text for _, line in lines), tell)
        return
    _reparted(leaves, lines, ways, tell, made)


_GAP = Char(" ")
_JOINER = "\u200d"


def _reparted(
    leaves: list[Node], lines: list[tuple[int, Line]], ways: Ways, tell: TellAt, made: dict[int, Piece]
) -> None:
    """Paragraphs that were split, merged or both."""
    old = [atom for leaf in leaves for atom in leaf.atoms]
    owner = [leaf for leaf in leaves for _ in leaf.atoms]
    chars: list[Char] = []
    for index, (_, line) in enumerate(lines):
        chars += [Char(PARAGRAPH)] if index else []
        chars += line.chars
    words = reworded(old, chars, lambda code, message: tell(code, message, leaves[0]), ways)
    counts = [
        {leaf: sum(len(old[index].text) for index in taken if owner[index] is leaf) for leaf in leaves}
        for taken in words.taken
    ]
    given: dict[int, Node] = {}
    for leaf in leaves:
        free = [number for number in range(len(words.parts)) if number not in given and counts[number][leaf]]
        if free:
            given[max(free, key=lambda number: (counts[number][leaf], -number))] = leaf
    for number, ((at, line), atoms) in enumerate(zip(lines, words.parts, strict=True)):
        own = given.get(number)
        if not atoms and own is None:
            continue
        level, item, kind = _class(line)
        piece = Piece("text", own, atoms, level, item, kind, line.indent, order=line.order)
        piece.retyped = own is not None and not _looks_as_before(own, line)
        made[at] = piece


def _one(leaf: Node, line: Line, ways: Ways, tell: TellAt) -> Piece:
    if leaf.kind == "picture":
        _look_at_picture(leaf, line, tell)
        return Piece("picture", leaf, _alternative(leaf, line), family="figure", order=line.order)
    if leaf.kind == "rule":
        return Piece("rule", leaf, family="rule", order=line.order)
    return _one_of(leaf, line, line.chars, ways, tell)


def _one_of(leaf: Node, line: Line, chars: list[Char], ways: Ways, tell: TellAt) -> Piece:
    level, item, kind = _class(line)
    piece = Piece("text", leaf, None, level, item, kind, line.indent, order=line.order)
    piece.retyped = not _looks_as_before(leaf, line)
    if piece.retyped and line.behind_deleted and shown_of(cited(chars)) == shown_by(leaf.atoms):
        # LibreOffice gives the look of a paragraph that was deleted or moved, tracked, to the next one.
        piece.retyped, piece.level, piece.item, piece.family = False, leaf.level, leaf.item, family(leaf.style)
        tell(
            "review.look-kept",
            f"“{leaf.text[:60]}” looks like the paragraph deleted before it; it stays what it was",
            leaf,
        )
    if leaf.kind == "label":
        chars = [Char(char.text, char.looks, "", char.claim, char.object) for char in chars]
    if leaf.kind in ("code", "foreign", "label"):
        if _plain(chars) == _plain([Char(atom.text) for atom in leaf.atoms]):
            return piece
    elif shown_of(cited(chars)) == shown_by(leaf.atoms):
        return piece
    if leaf.why:
        _tell_stuck(leaf, line.text, tell)
    elif leaf.kind == "foreign":
        _tell_foreign(leaf, line, tell)
    elif leaf.kind == "code":
        piece.atoms = [Atom(char.text, char.text) for char in chars if not char.object]
    else:
        words = reworded(leaf.atoms, chars, lambda code, message: tell(code, message, leaf), ways)
        atoms = words.parts[0]
        if shown_by(atoms) != shown_by(leaf.atoms):
            piece.atoms = atoms
    return piece


def _plain(chars: Sequence[Char]) -> str:
    return "".join(char.text for char in chars).strip()


def _new(line: Line, ways: Ways, tell: TellAt) -> Piece:
    level, item, kind = _class(line)
    words = reworded([], line.chars, lambda code, message: tell(code, message, None), ways)
    return Piece("text", None, words.parts[0], level, item, kind, line.indent, order=line.order)


def _look_at_picture(leaf: Node, line: Line, tell: TellAt) -> None:
    words = "".join(char.text for char in line.chars if char.text != OBJECT).strip()
    if words:
        tell("review.beside-picture", f"“{words[:80]}” was written beside a picture", leaf)


def _alternative(leaf: Node, line: Line) -> list[Atom] | None:
    """The new words for those who cannot see a picture; None when they are as they were."""
    figure = leaf.parent
    said = next((picture.words for picture in line.pictures if picture.name == leaf.anchor), "")
    said = " ".join(said.split())
    if figure is None or said == figure.label:
        return None
    return [Atom(char, char) for char in said]


def _tell_stuck(leaf: Node, said: str, tell: TellAt) -> None:
    message = f"this text was changed to “{said[:300]}”, but it is written in a way that cannot be patched"
    tell("review.not-patchable", f"{message} ({leaf.why or leaf.kind})", leaf)


def _tell_foreign(leaf: Node, line: Line, tell: TellAt) -> None:
    where = f"the entry “{leaf.label}” of source/glossary.toml" if leaf.label else "the language's own words"
    tell("review.elsewhere", f"“{leaf.text[:120]}” was changed to “{line.text[:120]}”; it stands in {where}", leaf)


def _said(chars: Sequence[Char]) -> str:
    return "".join(char.text for char in chars)[:80]


def _mark_moved(found: list[Piece], leaves: Sequence[Node]) -> None:
    """What stands outside of the longest stretch that is still in order was moved."""
    order = {leaf: index for index, leaf in enumerate(leaves)}
    placed = [piece for piece in found if piece.leaf is not None]
    keep = set(longest_rising([order[piece.leaf] for piece in placed if piece.leaf is not None]))
    for index, piece in enumerate(placed):
        piece.moved = index not in keep


# --- tables ---


def _put_tables(
    leaves: Sequence[Node],
    lines: Sequence[Line],
    matching: Matching,
    ways: Ways,
    tell: TellAt,
    made: dict[int, Piece],
) -> None:
    tables: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        if line.cell is not None:
            tables.setdefault(line.cell.table, []).append(at)
    used: set[Node] = set()
    for places in tables.values():
        known = [leaves[matching.leaves_of[at][0]] for at in places if at in matching.leaves_of]
        base = _most([leaf.parent.parent for leaf in known if leaf.parent and leaf.parent.parent])
        if base in used:
            base = None
        if base is not None:
            used.add(base)
        piece = _table(places, leaves, lines, matching, ways, tell, base)
        if piece is not None:
            made[places[0]] = piece


def _most(nodes: list[Node]) -> Node | None:
    return max(nodes, key=nodes.count) if nodes else None


def _table(
    places: list[int],
    leaves: Sequence[Node],
    lines: Sequence[Line],
    matching: Matching,
    ways: Ways,
    tell: TellAt,
    base: Node | None,
) -> Piece | None:
    rows: dict[int, dict[int, list[int]]] = {}
    merged = False
    for at in places:
        cell = lines[at].cell
        if cell is not None:
            rows.setdefault(cell.row, {}).setdefault(cell.column, []).append(at)
            merged |= cell.merged
    if not any(lines[at].text.strip() for at in places):
        return None
    first = next(iter(base.leaves()), None) if base is not None else None
    piece = Piece("table", first, family="table", table=base, order=lines[places[0]].order)
    if merged:
        tell("review.cells-merged", "cells of a table were merged, which the source cannot say", base)
    used: set[Node] = set()
    for columns in rows.values():
        cells = [_cell_of(columns[column], leaves, lines, matching, ways, tell, base) for column in sorted(columns)]
        row = _most([leaf.parent for leaf, _ in cells if leaf is not None and leaf.parent is not None])
        row = row if row not in used else None
        if row is not None:
            used.add(row)
        aligns = tuple(_align(lines[columns[column][0]]) for column in sorted(columns))
        if any(leaf is not None or atoms for leaf, atoms in cells):
            piece.rows.append(Row(row, cells, aligns))
        else:
            tell("review.row-empty", "an empty row was put into a table; it is left out", base)
    return piece


def _align(line: Line) -> str:
    return line.cell.align if line.cell else ""


def _cell_of(
    places: list[int],
    leaves: Sequence[Node],
    lines: Sequence[Line],
    matching: Matching,
    ways: Ways,
    tell: TellAt,
    base: Node | None,
) -> tuple[Node | None, list[Atom] | None]:
    """A cell: the leaf that it is, and its new words if they changed."""
    known = [leaves[index] for at in places for index in matching.leaves_of.get(at, ()) if leaves[index].kind == "cell"]
    leaf = next((each for each in known if each.parent and each.parent.parent is base), None)
    chars: list[Char] = []
    for number, at in enumerate(places):
        if number and chars and lines[at].chars:
            chars.append(_GAP)
            tell("review.paragraphs-in-cell", f"the cell “{lines[at].text[:60]}” has several paragraphs", leaf)
        chars += lines[at].chars
    if leaf is None:  # LibreOffice keeps the cells of a new row open with a joiner
        chars = [char for at, char in enumerate(chars) if char.text != _JOINER or 0 < at < len(chars) - 1]
    if leaf is None:
        return None, reworded([], chars, lambda code, message: tell(code, message, base), ways, cell=True).parts[0]
    if shown_of(cited(chars)) == shown_by(leaf.atoms):
        return leaf, None
    if leaf.why:
        _tell_stuck(leaf, "".join(char.text for char in chars), tell)
        return leaf, None
    words = reworded(leaf.atoms, chars, lambda code, message: tell(code, message, leaf), ways, cell=True)
    return leaf, words.parts[0] if shown_by(words.parts[0]) != shown_by(leaf.atoms) else None
