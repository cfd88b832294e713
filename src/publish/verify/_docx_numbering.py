"""The numbers that Word will show before list items, counted from numbering.xml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publish.verify._docx_styles import Properties, properties
from publish.verify._docx_text import Paragraph
from publish.wordfile import Element, WordFile, q, value

_LEVELS = 9
_PICTURE = "a picture"
"""Stands for a bullet that is a picture, whose sense nothing can prove."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its first number, format and text such as `%1.`."""

    start: int
    format: str
    text: str
    properties: Properties
    run: Element | None


@dataclass(frozen=True, slots=True)
class Numbering:
    """The lists of a file: the levels of each w:num, which counter it uses, and where it starts anew."""

    levels: Mapping[str, Mapping[int, Level]]
    counters: Mapping[str, str]
    restarts: Mapping[str, Mapping[int, int]]

    def paragraph_properties(self) -> dict[tuple[str, int], Properties]:
        """The paragraph properties of each list's levels."""
        return {
            (number, level): each.properties for number, levels in self.levels.items() for level, each in levels.items()
        }


def read_numbering(word: WordFile) -> Numbering:
    """The lists of a file."""
    root = word.related_tree("numbering")
    if root is None:
        return Numbering({}, {}, {})
    abstracts = {value(each, "abstractNumId"): each for each in root.findall(q("abstractNum"))}
    levels: dict[str, dict[int, Level]] = {}
    counters: dict[str, str] = {}
    restarts: dict[str, dict[int, int]] = {}
    for num in root.findall(q("num")):
        key, abstract = value(num, "numId"), value(num.find(q("abstractNumId")))
        counters[key] = abstract
        levels[key] = _levels(abstracts.get(abstract))
        restarts[key] = {}
        for override in num.findall(q("lvlOverride")):
            at = _integer(value(override, "ilvl"))
            start = override.find(q("startOverride"))
            levels[key] |= _levels(override)
            if start is not None:
                restarts[key][at] = _integer(value(start))
    return Numbering(levels, counters, restarts)


def _levels(holder: Element | None) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for level in holder.findall(q("lvl")) if holder is not None else ():
        found[_integer(value(level, "ilvl"))] = Level(
            start=_integer(value(level.find(q("start")), default="1")),
            format=value(level.find(q("numFmt")), default="decimal"),
            text=value(level.find(q("lvlText"))) if level.find(q("lvlPicBulletId")) is None else _PICTURE,
            properties=properties(level.find(q("pPr"))),
            run=level.find(q("rPr")),
        )
    return found


def label(paragraphs: list[Paragraph], numbering: Numbering) -> None:
    """Turns each paragraph's w:num into the label that Word shows before it."""
    counts: dict[str, list[int | None]] = {}
    used: set[tuple[str, int]] = set()
    for paragraph in paragraphs:
        number, level = paragraph.label, paragraph.level
        if not number or number == "0":
            paragraph.label, paragraph.level = "", -1
            continue
        known = numbering.levels.get(number, {})
        if level not in known:
            paragraph.label = "?"
            continue
        count = counts.setdefault(numbering.counters[number], [None] * _LEVELS)
        restart = numbering.restarts[number].get(level)
        before = count[level]
        if restart is not None and (number, level) not in used:
            count[level] = restart
        else:
            count[level] = known[level].start if before is None else before + 1
        used.add((number, level))
        paragraph.label_run = known[level].run
        count[level + 1 :] = [None] * (_LEVELS - level - 1)
        paragraph.label = _shown(known, count, level)


def _shown(levels: Mapping[int, Level], count: list[int | None], level: int) -> str:
    shown = levels[level].text
    if levels[level].format in ("bullet", "none"):
        return shown
    for index in range(level + 1):
        at = levels.get(index)
        reached = count[index] if count[index] is not None else (at.start if at else 1)
        written = str(reached) if at is None or at.format == "decimal" else f"<{at.format} {reached}>"
        shown = shown.replace(f"%{index + 1}", written)
    return shown


def _integer(words: str) -> int:
    try:
        return int(words)
    except ValueError:
        return 0
