"""The lines of a copy sorted: the leaflet's body, its title, the safety block, and what the copy has of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from publish import model
from publish.model import Document, anchors
from publish.review.returned import Line, Returned

_OWN = ("safety label", "label heading", "spacer", "header", "footer")
_FACTS = ("fact name", "fact")


@dataclass(slots=True)
class Sorted:
    """`safety` are the lines between the first and the last of the block; `own` those that the copy makes itself."""

    title: list[Line] = field(default_factory=list)
    subtitle: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    safety: list[Line] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)
    references: list[Line] = field(default_factory=list)
    own: list[Line] = field(default_factory=list)
    pictures: list[Line] = field(default_factory=list)


def is_anchored(returned: Returned) -> bool:
    """Whether the copy still has the bookmarks that it went out with."""
    return any(name.startswith("blk_") for line in returned.lines for name in line.anchors)


def sorted_lines(returned: Returned, document: Document) -> Sorted:
    """Each line of the copy in the heap that it belongs to."""
    lines = returned.lines
    known = _Known.of(document)
    found = Sorted()
    facts = {line.cell.table for line in lines if line.cell and (line.style in _FACTS or _is_fact(line, known))}
    inside = [index for index, line in enumerate(lines) if _is_safety(line, known, is_anchored(returned))]
    block = range(inside[0], inside[-1] + 1) if inside else range(0)
    annex = False
    remarking = False
    for index, line in enumerate(lines):
        own = any(name.startswith(("blk_b", "blk_g", "trm_", "ttl_", "url_")) for name in line.anchors)
        said = " ".join(line.text.split())
        annex = (annex or (said in known.annexes and not line.cell)) and not own
        if line.style in ("remarks",) or said.startswith(known.remarks):
            found.remarks.append(line)
            remarking = True
            continue
        if index in block and not (own and not _is_safety(line, known, True)):
            found.safety.append(line)
        elif anchors.TITLE in line.anchors or (line.style == "title" and not own):
            found.title.append(line)
        elif anchors.SUBTITLE in line.anchors or (line.style == "subtitle" and not own):
            found.subtitle.append(line)
        elif line.style == "reference" or any(name.startswith("blk_r") for name in line.anchors):
            found.references.append(line)
        elif (line.cell and line.cell.table in facts) or line.style in _OWN or annex or said in known.words:
            found.own.append(line)
        elif _is_own_picture(line, known):
            found.pictures.append(line)
        else:
            found.body.append(line)
        remarking = remarking and not own
    return found


@dataclass(slots=True)
class _Known:
    """Words that the copy has of its own, by which they are known even without their styles."""

    words: set[str]
    annexes: set[str]
    remarks: str
    facts: set[str]
    safety: set[str]
    stories: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> _Known:
        labels = document.labels
        meta = document.meta
        facts = ("job-code", "version", "status", "prepared", "label-version", "expires", "market", "audience")
        return cls(
            words={labels.get(key, "") for key in ("references", "safety-notice")} - {""},
            annexes={labels.get(key, "") for key in ("claims", "revision-history", "revisions", "history")} - {""},
            remarks=labels.get("remarks", "\0"),
            facts={labels.get(key, "") for key in facts} | {meta.job_code} - {""},
            safety={" ".join(each.text.split()) for each in model.safety_passages(document.safety)},
            stories=tuple(_stories(document.body)),
        )


def _stories(blocks: Iterable[model.Block]) -> Iterable[str]:
    return (block.url for block in model.blocks_within(blocks) if isinstance(block, model.Story))


def _is_fact(line: Line, known: _Known) -> bool:
    return (
        line.cell is not None and line.cell.row == 0 and line.cell.column in (0, 2) and line.text.strip() in known.facts
    )


def _is_safety(line: Line, known: _Known, anchored: bool) -> bool:
    if any(name.startswith("blk_s") or name == anchors.SAFETY_TITLE for name in line.anchors):
        return True
    if line.controlled:
        return True
    own = any(name.startswith("blk_") for name in line.anchors)
    if line.style.startswith("safety ") and line.style != "safety label":
        return not own
    return not anchored and " ".join(line.text.split()) in known.safety


def _is_own_picture(line: Line, known: _Known) -> bool:
    """The code that leads to a story's address."""
    if not line.pictures or any(picture.name.startswith("alt_") for picture in line.pictures):
        return False
    return all(picture.words.endswith(known.stories) for picture in line.pictures) if known.stories else False
