"""The new source read again as a whole: it must say what the copy says, and nothing that the reader refuses."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from publish import policy
from publish.diagnostics import Finding, Place, Severity
from publish.project import open_project
from publish.reader import read_leaflet
from publish.review import outline as outlines
from publish.review.carry import Carried
from publish.review.nodes import Node
from publish.review.pieces import Piece
from publish.review.shown import shown_by

_BESIDES = ("foreign", "label", "picture", "rule", "opaque")


def proofread(root: Path, name: str, file: str, carried: Carried) -> Iterator[Finding]:
    """Findings where the new text, in its project kept at `root`, does not say exactly what was to be carried."""
    with tempfile.TemporaryDirectory(prefix="publish-proof-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(root, copy, copy_function=_linked)
        (copy / file).unlink()
        (copy / file).write_bytes(carried.text.encode())
        document, findings = read_leaflet(open_project(copy), name)
    before = {finding.code for finding in read_leaflet(open_project(root), name)[1]}
    for finding in policy.judge(findings, "draft"):
        if finding.severity is Severity.ERROR and finding.code not in before:
            message = f"the new source will be refused: {finding.message} ({finding.code})"
            yield Finding("review.not-exact", message, finding.place, finding.hint)
    if document is None:
        return
    outline = outlines.read(carried.text, document, file)
    leaves = [leaf for leaf in outline.root.leaves() if leaf.anchor and leaf.kind not in _BESIDES]
    wanted = list(_wanted(carried.pieces))
    for leaf, said in zip(leaves, wanted, strict=False):
        if _said(leaf) != said:
            yield _differs(said, _said(leaf), Place(file, leaf.first + 1))
            return
    if len(leaves) != len(wanted):
        extra = wanted[len(leaves) :] or [_said(leaf) for leaf in leaves[len(wanted) :]]
        yield _differs(" / ".join(extra)[:200], f"{len(leaves)} blocks instead of {len(wanted)}", Place(file))


def _linked(source: str, target: str) -> None:
    """A hard link where the disk can, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _wanted(pieces: list[Piece]) -> Iterator[str]:
    for piece in pieces:
        if piece.kind == "table":
            for row in piece.rows:
                for leaf, atoms in row.cells:
                    yield _plain(shown_by(atoms if atoms is not None else leaf.atoms if leaf else []))
        elif piece.leaf is None or piece.leaf.kind not in _BESIDES:
            atoms = piece.atoms if piece.atoms is not None else piece.leaf.atoms if piece.leaf else []
            if atoms:
                yield _plain(shown_by(atoms))


def _said(leaf: Node) -> str:
    return _plain(shown_by(leaf.atoms))


def _plain(shown: list[tuple[str, frozenset[str], str]]) -> str:
    """Words; the marks of notes are numbered anew, so which note it is does not count here."""
    return " ".join("".join("*" if char.startswith("note:") else char for char, _, _ in shown).split())


def _differs(wanted: str, got: str, place: Place) -> Finding:
    message = f"the copy says “{wanted[:200]}”, but the new source would say “{got[:200]}”"
    return Finding("review.not-exact", message, place, "look at the diff, and write this change by hand")
