"""Changes within single lines: titles, labels, the words of pictures, captions that stand in an image."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publish.review.atoms import Atom
from publish.review.inscribe import Pen
from publish.review.nodes import Node
from publish.review.outline import Outline
from publish.review.pieces import Piece
from publish.review.places import plain_atoms
from publish.review.regrow import Branch
from publish.review.sheet import Sheet


def plain(piece: Piece) -> str:
    """What a piece shows."""
    return "".join(atom.text for atom in piece.atoms or ())


@dataclass(slots=True)
class Splicer:
    """Registers on a sheet what a new tree changes within its lines."""

    sheet: Sheet
    pen: Pen

    def register(self, branch: Branch) -> None:
        """Register what changes within a line: titles, labels, alternatives, captions in an image, cells."""
        for child in branch.children:
            base, piece = child.base, child.piece
            if piece is not None and base is not None and not piece.retyped:
                if base.kind == "title" and piece.atoms is not None:
                    self._splice(base, self.pen.write(piece.atoms, "title", base))
                elif base.kind == "label" and piece.atoms is not None:
                    self._label(base, plain(piece))
                elif base.kind == "picture" and piece.atoms is not None:
                    self._alternative(base, piece)
                elif (
                    base.kind == "caption" and piece.atoms is not None and base.parent and base.parent.origin == "image"
                ):
                    words = "".join(atom.source if atom.object else _in_quotes(atom) for atom in piece.atoms)
                    self._splice(base, words)
            self.register(child)
        self._splice_missing(branch)

    def _splice_missing(self, branch: Branch) -> None:
        base = branch.base
        if base is None or branch.piece is not None:
            return
        present = {child.base for child in branch.children}
        for child in base.children:
            if child.kind == "title" and child not in present and child.spans:
                span = child.spans[0]
                before = self.sheet.outline.lines[span.line][: span.start]
                self.sheet.splice(span.line, len(before.rstrip()), span.end, "")
            elif child.kind == "caption" and base.origin == "image" and child not in present and child.spans:
                span = child.spans[0]
                line = self.sheet.outline.lines[span.line]
                self.sheet.splice(span.line, len(line[: span.start - 1].rstrip()), span.end + 1, "")

    def _splice(self, node: Node, words: str) -> None:
        if not node.spans:
            self.pen.tell("review.not-patchable", "it does not stand in the source where it could be changed", node)
            return
        span = node.spans[0]
        self.sheet.splice(span.line, span.start, span.end, words)

    def _label(self, node: Node, words: str) -> None:
        if node.spans:
            self._splice(node, words)
        elif node.parent is not None:
            head, _ = self.sheet.frame(node.parent)
            self.sheet.behind.setdefault(head - 1, []).append(f":label: {words}")

    def _alternative(self, picture: Node, piece: Piece) -> None:
        figure = picture.parent
        if figure is None or not figure.spans:
            self.pen.tell("review.not-patchable", "the picture's words cannot be changed where they stand", picture)
            return
        words = plain(piece)
        if not words.strip():
            self.pen.tell("review.alt-empty", "the words for those who cannot see a picture were deleted", figure)
            return
        span = figure.spans[0]
        old = self.sheet.outline.lines[span.line][span.start : span.end]
        new = _with_values(old, words, self.sheet.outline)
        if figure.origin == "image":
            new = re.sub(r"(?<!\\)([\[\]])", r"\\\1", new)
        self.sheet.splice(span.line, span.start, span.end, new)


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
