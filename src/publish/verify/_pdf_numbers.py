"""The numbers that stand before list items: those of the source, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from publish.verify._pdf_read import Drawn


def wrong_numbers(drawn: Drawn, runs: Iterable[int], expected: list[int]) -> str:
    """What is wrong when the labels among `runs` show numbers, and others than the source's; else \"\"."""
    ranks = {piece.mark: rank for rank, piece in enumerate(drawn.tags.content if drawn.tags else ())}
    own = [ranks[drawn.tagged[run].mark] for run in runs if run in drawn.tagged]
    if not own:
        return ""
    labels: dict[int, str] = {}
    for run in np.unique(drawn.run[drawn.labels]).tolist():
        rank = ranks[drawn.tagged[run].mark]
        if min(own) - 1 <= rank <= max(own):
            labels[rank] = labels.get(rank, "") + "".join(drawn.texts[glyph] for glyph in drawn.glyphs_of(run))
    found = [int(number) for _, label in sorted(labels.items()) for number in re.findall(r"\d+", label)]
    if not found or found == expected:
        return ""
    first = next((i for i, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), None)
    return "a number too many or few" if first is None else f"{found[first]} where the source has {expected[first]}"
