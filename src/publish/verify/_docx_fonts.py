"""The fonts of the safety block: their families, their x-height, and whether an embedded font is the pinned one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from fontTools.ttLib import TTFont

from publish.wordfile import Element, R, WordFile, local, q, value

MM_PER_PT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Metrics:
    """Of a font file, as parts of its size: x-height, and the line height that a client takes by itself."""

    family: str
    x_height: float
    line: float


@cache
def metrics(path: Path) -> Metrics:
    """A pinned font file's family and measures."""
    with TTFont(path, lazy=True) as font:
        names, units = font["name"], font["head"].unitsPerEm
        family = str(names.getDebugName(16) or names.getDebugName(1))
        os2, hhea = font["OS/2"], font["hhea"]
        height = getattr(os2, "sxHeight", 0) or font["glyf"]["x"].yMax
        line = max(hhea.ascent - hhea.descent + hhea.lineGap, os2.usWinAscent + os2.usWinDescent)
        return Metrics(family, height / units, line / units)


def families(fonts: Mapping[str, Path]) -> dict[str, Metrics]:
    """The pinned families; of several faces the one with the least x-height."""
    found: dict[str, Metrics] = {}
    for path in fonts.values():
        each = metrics(path)
        if each.family not in found or each.x_height < found[each.family].x_height:
            found[each.family] = each
    return found


def foreign_fonts(word: WordFile, fonts: Mapping[str, Path]) -> Iterator[str]:
    """Pinned families for which the file brings a font that is no pinned file: its letters may have other shapes."""
    names = word.related("fontTable")
    if not names:
        return
    pinned = {path.read_bytes() for path in fonts.values()}
    relations = {relation.id: relation.target for relation in word.relations(names[0])}
    known = families(fonts)
    for entry in word.tree(names[0]).findall(q("font")):
        if value(entry, "name") in known and _is_renamed(entry):
            yield value(entry, "name")
            continue
        for embedded in entry if value(entry, "name") in known else ():
            if local(embedded).startswith("embed"):
                target = relations.get(embedded.get(f"{{{R}}}id", ""), "")
                if _plain(word.parts.get(target, b""), value(embedded, "fontKey")) not in pinned:
                    yield value(entry, "name")
                    break


def _is_renamed(entry: Element) -> bool:
    """Whether the file lets another font stand in for one (17.8.3.1), or calls its letters signs (17.8.3.2)."""
    other, charset = entry.find(q("altName")), entry.find(q("charset"))
    return other is not None or value(charset).lstrip("0") == "2"


def _plain(data: bytes, key: str) -> bytes:
    """An embedded font without its obfuscation (17.8.1)."""
    try:
        mask = UUID(key).bytes[::-1]
    except ValueError:
        return data
    return bytes(byte ^ mask[index % 16] for index, byte in enumerate(data[:32])) + data[32:]
