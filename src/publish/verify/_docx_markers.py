"""The markers of list items: those that the document demands, and those that Word will show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publish import model
from publish.model import Block
from publish.verify._docx_match import squeezed
from publish.verify._docx_text import Paragraph

BULLET = "•"
"""Stands for every bullet that is no word."""

Marker = tuple[str, str]
"""What stands before an item (`3.`, or BULLET), and the text of its first paragraph."""


def expected_markers(blocks: Iterable[Block]) -> Iterator[Marker]:
    """Each list item in reading order. An item that does not begin with a paragraph has its marker on a line alone."""
    for block in blocks:
        match block:
            case model.List(items=items, ordered=ordered, start=start):
                for number, item in enumerate(items, start):
                    first = item.blocks[0] if item.blocks else None
                    begins = isinstance(first, model.Paragraph | model.Heading)
                    said = squeezed(model.text(first.inlines)) if begins else ""  # type: ignore[union-attr]
                    yield (f"{number}." if ordered else BULLET), said
                    yield from expected_markers(item.blocks)
            case model.DefinitionList(items=definitions):
                for definition in definitions:
                    for detail in definition.details:
                        yield from expected_markers(detail)
            case model.Quote(blocks=inner) | model.Callout(blocks=inner):
                yield from expected_markers(inner)
            case model.Story(blocks=inner) | model.Resources(blocks=inner):
                yield from expected_markers(inner)
            case _:
                pass


def actual_markers(paragraphs: list[Paragraph], stretch: tuple[int, ...]) -> Iterator[Marker]:
    """What Word shows before the paragraphs of a stretch, and before the empty ones in front of it."""
    if not stretch:
        return
    first = stretch[0]
    while first and not paragraphs[first - 1].text:
        first -= 1
    last = stretch[-1]
    while last + 1 < len(paragraphs) and not paragraphs[last + 1].text:
        last += 1
    for paragraph in paragraphs[first : last + 1]:
        if paragraph.label:
            shown = paragraph.label.strip()
            yield (shown if any(letter.isalnum() for letter in shown) else BULLET), paragraph.text
