"""Codes on the press sheet that stand there twice, or that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from publish.diagnostics import Finding, Place
from publish.model import Document, Story, blocks_within
from publish.verify._code_limits import SCAN_PPI
from publish.verify._code_measure import Expected
from publish.verify._code_pictures import Box, tiles
from publish.verify._code_reading import find_pharmacodes, read_matrices, shown


def strangers(pages: Sequence[Any], expected: Sequence[Expected], document: Document, name: str) -> Iterator[Finding]:
    """The whole sheet searched. QR codes of the leaflet's stories are its own; they lead where the text says."""
    links = {block.url for block in blocks_within(document.body) if isinstance(block, Story)}
    asked = {(each.standing.symbol.kind, each.standing.symbol.says): each for each in expected}
    told: set[tuple[int, str, str, int, int]] = set()
    for page, drawn in tiles(pages, SCAN_PPI / 25.4):
        dark = drawn.dark
        for read in (*read_matrices(dark, drawn.grid), *find_pharmacodes(dark, drawn.grid)):
            if any(each.page == page and _touch(each.clear, read.box) for each in expected):
                continue
            key = (page, read.kind, read.says, round(read.box[0] / 3), round(read.box[1] / 3))
            if key in told or (read.kind == "qr" and read.says in links):
                continue
            told.add(key)
            place = Place(name, page=page, box=read.box)
            if twin := asked.get((read.kind, read.says)):
                yield Finding(
                    "press.code-twice",
                    f"the {twin.title} stands here a second time; a machine that counts codes would stop",
                    place,
                    "take this one out of the picture or the theme; the code that the front matter asks for is enough",
                )
            else:
                yield Finding(
                    "press.code-unknown",
                    f"here stands a code that nobody asked for: “{shown(read)}” ({read.kind})",
                    place,
                    "name it under `press: codes:` in the front matter, or take it out of the picture or the theme",
                )


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
