"""The numbers that stand before list items of the safety block: those of the source, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from publish.diagnostics import Finding, Place
from publish.model import SafetyBlock
from publish.verify._pdf_block import Shown, numbers_of_lists
from publish.verify._pdf_read import Drawn


def wrong_numbers(name: str, drawn: Drawn, shown: Shown, block: SafetyBlock) -> Iterator[Finding]:
    """A finding when the labels inside the block show numbers, and others than the source's."""
    expected = [number for part in block.parts for number in numbers_of_lists(part.blocks)]
    ranks = {piece.mark: rank for rank, piece in enumerate(drawn.tags.content if drawn.tags else ())}
    own = [ranks[drawn.tagged[run].mark] for run in shown.runs if run in drawn.tagged]
    if not own:
        return
    labels: dict[int, str] = {}
    for run in np.unique(drawn.run[drawn.labels]).tolist():
        rank = ranks[drawn.tagged[run].mark]
        if min(own) - 1 <= rank <= max(own):
            labels[rank] = labels.get(rank, "") + "".join(drawn.texts[glyph] for glyph in drawn.glyphs_of(run))
    found = [int(number) for _, label in sorted(labels.items()) for number in re.findall(r"\d+", label)]
    if found and found != expected:
        first = next((i for i, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), None)
        told = (
            f"{found[first]} where the source has {expected[first]}"
            if first is not None
            else "a number too many or few"
        )
        yield Finding(
            "pdf.safety-number",
            f"the numbers of the safety block's lists are not the source's: {told}",
            Place(name, page=int(shown.page[0]) + 1),
            "take `counter-reset`, `counter-increment` and `list-style` away from the block's lists",
        )
