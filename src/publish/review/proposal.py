"""A changed safety block as a proposal: the safety file with the reviewers' words, back in review."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from publish.model import Document
from publish.project import Project, open_project, shown
from publish.reader import admission
from publish.review import outline as outlines
from publish.review.emit import Writer
from publish.review.inscribe import Pen
from publish.review.match import matched
from publish.review.nodes import Node
from publish.review.pieces import pieces_of
from publish.review.regrow import grown
from publish.review.returned import Line
from publish.review.sheet import Sheet
from publish.review.wording import Ways

_APPROVAL = re.compile(r"^(?:approved-by|approved-on|valid-until|text-sha256):.*\n", re.MULTILINE)
_STATUS = re.compile(r"^status:[ \t]*\S.*$", re.MULTILINE)


def proposed(project: Project, document: Document, base: Path, lines: list[Line]) -> tuple[str, str]:
    """The safety file's key and its new text, made from the one kept at `base`; an empty text when nothing came of it.

    Its status is `in-review`, and the approval of the old words is gone.
    """
    kept = open_project(base)
    path = kept.source / "safety" / f"{document.safety.key}.md"
    text = admission.decoded(path.read_bytes())
    as_leaflet = replace(document, body=tuple(block for part in document.safety.parts for block in part.blocks))
    outline = outlines.read(text, as_leaflet, shown(path, kept.root), parts=True)
    leaves = [leaf for leaf in outline.root.leaves() if leaf.anchor]
    wanted = [
        line for line in lines if not line.style.startswith("safety title") and "safety_title" not in line.anchors
    ]
    found: list[Node | None] = []
    ways = Ways({}, admission.Rules(document.meta.language.split("-")[0], safety=True))
    pieces = pieces_of(leaves, wanted, matched(leaves, wanted), ways, lambda code, message, about: found.append(about))
    pen = Pen(outline, outline.names, outline.note_names, lambda code, message, about: found.append(about))
    new = Writer(Sheet(outline), pen, {}).file(grown(outline.root, pieces), [])
    if new == text:
        return document.safety.key, ""
    head, mark, rest = new.partition("\n---")
    head = _STATUS.sub("status: in-review", _APPROVAL.sub("", head + "\n").rstrip("\n"), count=1)
    return document.safety.key, head + mark + rest
