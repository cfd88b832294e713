"""Tables: rows that stayed are spliced, new ones are written as the others are; other columns make another table."""

from __future__ import annotations

from dataclasses import dataclass

from publish.review.atoms import Atom
from publish.review.inscribe import Pen
from publish.review.nodes import Node
from publish.review.pieces import Piece, Row
from publish.review.sheet import Sheet, prefix_of, stripped


@dataclass(slots=True)
class Tabler:
    """Writes tables over a sheet."""

    sheet: Sheet
    pen: Pen

    def table(self, piece: Piece, pre: str, rest: str, intact: bool) -> list[str]:
        """The lines of a table, as it was where it was."""
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
            lines = [stripped(line, prefix_of(base, self.sheet.outline)) for line in lines]
        return [(pre if index == 0 else rest) + line for index, line in enumerate(lines)]

    def _old_table(self, base: Node, rows: list[Row]) -> list[str]:
        """Row by row: those that stayed are spliced, those that are new are written as the others are."""
        made: list[str] = []
        sample = self.sheet.outline.lines[base.children[0].first]
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
                line = self.sheet.outline.lines[span.line]
                room = " " if span.start == span.end and line[span.start - 1 : span.start] == "|" else ""
                tail = " " if span.start == span.end and line[span.end : span.end + 1] in ("|", "") else ""
                self.sheet.splice(span.line, span.start, span.end, f"{room}{words}{tail}")
            made += self.sheet.raw(row.base.first, row.base.last)
            if index == 0:
                made += self.sheet.raw(row.base.last, row.base.last + 1)
        return made

    def _cell(self, leaf: Node | None, atoms: list[Atom] | None) -> str:
        if atoms is not None:
            return self.pen.write(atoms, "cell", leaf) if atoms else ""
        if leaf is None or not leaf.spans:
            return ""
        span = leaf.spans[0]
        return self.sheet.outline.lines[span.line][span.start : span.end]

    def _new_table(self, rows: list[Row], width: int, base: Node | None) -> list[str]:
        """A table as a whole: a new one, or one whose columns are others than they were."""
        aligns = [self._align(base, rows, at) for at in range(width)]
        signs = {"left": ":---", "center": ":---:", "right": "---:"}
        made = []
        for index, row in enumerate(rows):
            cells = [self._cell(leaf, atoms) for leaf, atoms in row.cells]
            cells += [""] * (width - len(cells))
            made.append("| " + " | ".join(cells) + " |")
            if index == 0:
                made.append("|" + "|".join(signs.get(aligns[at], "---") for at in range(width)) + "|")
        return made

    def _align(self, base: Node | None, rows: list[Row], column: int) -> str:
        """How a column is aligned: as it was, if it is one that was there; as its last cell in a new table."""
        if base is None:
            last = rows[-1].aligns if rows else ()
            return last[column] if column < len(last) else ""
        cells = [row.cells[column][0] for row in rows if column < len(row.cells)]
        old = next((leaf for leaf in cells if leaf is not None and leaf.parent is not None), None)
        if old is None or old.parent is None:
            return ""
        at = old.parent.children.index(old)
        return base.aligns[at] if at < len(base.aligns) else ""
