"""The safety block found in a PDF: which glyphs show it, and which of them the source raises or lowers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from publish.model import (
    Block,
    Citation,
    CodeBlock,
    Definition,
    DefinitionList,
    Heading,
    Inline,
    List,
    NoteMark,
    Paragraph,
    Passage,
    SafetyBlock,
    Subscript,
    Superscript,
    Table,
    safety_passages,
    text,
)
from publish.verify._pdf_match import Letters, as_text, drawn_letters, letters, words_around
from publish.verify._pdf_read import Drawn, Integers, Numbers

EITHER, JOINED, APART = -1, 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The block's inked glyphs in reading order, as arrays over them.

    `gaps` tells what the source has before each: APART for white space, JOINED for none, EITHER beside a hyphen.
    `letter` is the index of the glyph's first letter in `wanted`; `raised` says that the source sets it as a
    superscript or subscript. `runs` are all runs that draw the block. `size` is the height of 1 em and `width` its
    breadth, in pt; `along` and `up` are the page's directions of the base line and across it.
    """

    wanted: Letters
    glyphs: Integers
    letter: Integers
    gaps: Integers
    raised: npt.NDArray[np.bool_]
    runs: tuple[int, ...]
    page: Integers
    leaf: Integers
    size: Numbers
    width: Numbers
    along: Numbers
    up: Numbers

    def words(self, places: npt.NDArray[np.bool_]) -> str:
        """What the marked glyphs say: the words of the first few, and how many letters there are besides."""
        marked = np.nonzero(places)[0]
        first = int(marked[0])
        last = first
        while last + 1 < len(places) and places[last + 1] and last - first < 40:
            last += 1
        start, end = int(self.letter[first]), int(self.letter[last]) + 1
        while start > 0 and not self.wanted.spaced[start]:
            start -= 1
        while end < len(self.wanted) and not self.wanted.spaced[end] and end - start < 60:
            end += 1
        more = len(marked) - (last - first + 1)
        tail = f" (and {more} more letters)" if more > 0 else ""
        return f"“{as_text(self.wanted, start, end)}”{tail}"

    def around(self, place: int) -> str:
        """The words around one glyph."""
        return f"“{words_around(self.wanted, int(self.letter[place]), 12, 20)}”"


def shown_at(drawn: Drawn, order: Integers, shown: Letters, wanted: Letters, at: int, raised: list[bool]) -> Shown:
    """The glyphs that show the block, whose letters stand in `shown` from index `at` on."""
    own = shown.where[at : at + len(wanted)]
    place_of = np.full(len(drawn.texts), -1, dtype=np.int64)
    place_of[order] = np.arange(len(order))
    places = place_of[own]
    span = order[int(places[0]) : int(places[-1]) + 1]
    return _shown(drawn, span, own, wanted, np.array(raised, dtype=bool))


def all_shown(drawn: Drawn, shown: Letters) -> Shown:
    """All glyphs that are read, as if they were one block."""
    return _shown(drawn, drawn.reading, shown.where, shown, np.zeros(len(shown), dtype=bool))


def glyphs_shown(drawn: Drawn, glyphs: Integers) -> Shown:
    """Any glyphs, as if they were one block."""
    found = drawn_letters(drawn, glyphs)
    return _shown(drawn, glyphs, found.where, found, np.zeros(len(found), dtype=bool))


def _shown(drawn: Drawn, span: Integers, own: Integers, wanted: Letters, raised: npt.NDArray[np.bool_]) -> Shown:
    first_letter = np.full(len(drawn.texts), -1, dtype=np.int64)
    first_letter[own[::-1]] = np.arange(len(own))[::-1]
    chosen = span[~drawn.blank[span]]
    letter = first_letter[chosen]
    begins = letter >= 0
    latest = np.maximum.accumulate(np.where(begins, np.arange(len(chosen)), -1))
    letters_of = np.where(latest >= 0, letter[latest], 0)
    spaced, hyphens = np.array(wanted.spaced, dtype=bool), wanted.hyphens[: len(wanted)] > 0
    told = begins & ~(spaced & hyphens)[letters_of]
    gaps = np.where(told, np.where(spaced[letters_of], APART, JOINED), EITHER)
    runs = tuple(np.unique(drawn.run[span]).tolist())
    em = drawn.matrices[drawn.run[chosen]]
    width = np.hypot(em[:, 0], em[:, 1])
    along = em[:, :2] / np.maximum(width, 1e-9)[:, None]
    up = np.stack([-along[:, 1], along[:, 0]], axis=1)
    height = np.abs(em[:, 2] * up[:, 0] + em[:, 3] * up[:, 1])
    return Shown(
        wanted, chosen, letters_of, gaps, raised[letters_of], runs,
        drawn.page[chosen], drawn.leaf[chosen], height, width, along, up,
    )  # fmt: skip


def raised_letters(block: SafetyBlock) -> list[bool]:
    """For each letter of the block, whether the source sets it as a superscript or subscript."""
    flags: list[bool] = []
    leaves = [((block.title, False),), *(leaf for part in block.parts for leaf in _leaves(part.blocks))]
    for leaf in leaves:
        for piece, raised in leaf:
            found = letters([(piece, 0)])
            flags += [raised] * len(found)
    expected = len(letters((passage.text, 0) for passage in safety_passages(block)))
    return flags if len(flags) == expected else [False] * expected


def numbers_of_lists(blocks: Iterable[Block]) -> Iterator[int]:
    """The numbers that ordered lists show, in reading order."""
    for block in blocks:
        if isinstance(block, List):
            for step, item in enumerate(block.items):
                if block.ordered:
                    yield block.start + step
                yield from numbers_of_lists(item.blocks)
        elif isinstance(block, DefinitionList):
            for definition in block.items:
                for detail in definition.details:
                    yield from numbers_of_lists(detail)
        else:
            yield from numbers_of_lists(getattr(block, "blocks", ()))


_Leaf = tuple[tuple[str, bool], ...]


def _leaves(blocks: Iterable[Block]) -> Iterator[_Leaf]:
    """The leaf texts in the order of `model.passages`, each as pieces with whether it is raised."""
    for block in blocks:
        match block:
            case Heading(inlines=inlines) | Paragraph(inlines=inlines):
                yield tuple(_pieces(inlines, False))
            case CodeBlock(value=value):
                yield ((value, False),)
            case List(items=items):
                for item in items:
                    yield from _leaves(item.blocks)
            case Table(head=head, rows=rows):
                for row in (head, *rows):
                    for cell in row:
                        yield tuple(_pieces(cell.inlines, False))
            case DefinitionList(items=definitions):
                for definition in definitions:
                    yield from _defined(definition)
            case _:
                if title := getattr(block, "title", ()):
                    yield tuple(_pieces(title, False))
                yield from _leaves(getattr(block, "blocks", ()))


def _defined(definition: Definition) -> Iterator[_Leaf]:
    yield tuple(_pieces(definition.term, False))
    for detail in definition.details:
        yield from _leaves(detail)


def _pieces(inlines: Iterable[Inline], raised: bool) -> Iterator[tuple[str, bool]]:
    for inline in inlines:
        if isinstance(inline, Citation | NoteMark):
            yield text((inline,)), True
        elif children := getattr(inline, "children", ()):
            yield from _pieces(children, raised or isinstance(inline, Superscript | Subscript))
        else:
            yield text((inline,)), raised


def passage_of(wanted: Letters, passages: tuple[Passage, ...], letter: int) -> Passage:
    """The source passage in which a letter stands."""
    return passages[int(wanted.where[letter])]
