"""The fonts of a PDF as they are drawn: codes to text, to glyph numbers and to widths, and the embedded font file."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any

import pikepdf


@dataclass(frozen=True, slots=True)
class Font:
    """One font resource. `widths` in thousandths of an em by code; `program` is the embedded file (b"" if none).

    `composite` fonts have codes of two bytes that are glyph numbers (Identity-H, ISO 32000-1, 9.7.5.2); `plain` says
    whether the font is of the one kind whose drawn shapes can be traced back to a font file.
    """

    name: str
    composite: bool
    plain: bool
    texts: dict[int, str]
    widths: dict[int, float]
    default_width: float
    program: bytes
    resource: Any

    def codes(self, operand: bytes) -> tuple[int, ...]:
        """The character codes in a string that is shown."""
        if not self.composite:
            return tuple(operand)
        return struct.unpack(f">{len(operand) // 2}H", operand[: len(operand) // 2 * 2])


_MOST_CODES = 4 * 65536
"""Codes that the ranges of one table may cover: a font has 65536, and a hostile file says one range without end."""


def font_key(resource: Any) -> str:
    """What tells one font of a file from another: its own number, or those of the objects that it is made of."""
    if resource.is_indirect:
        return str(resource.objgen)
    return bytes(resource.unparse()).decode("latin-1")


def read_font(resource: Any) -> Font:
    """The font of a resource dictionary's entry. What cannot be read is left empty: its text is then not found."""
    composite = resource.get("/Subtype") == "/Type0"
    descendant = resource.get("/DescendantFonts")[0] if composite else resource
    descriptor = descendant.get("/FontDescriptor") or {}
    program = descriptor.get("/FontFile2") or descriptor.get("/FontFile3") or descriptor.get("/FontFile")
    identity = composite and resource.get("/Encoding") == "/Identity-H"
    direct = str(descendant.get("/CIDToGIDMap", "/Identity")) == "/Identity"
    return Font(
        name=str(resource.get("/BaseFont", "")).lstrip("/"),
        composite=composite,
        plain=bool(identity and direct and program is not None),
        texts=_to_unicode(resource.get("/ToUnicode")),
        widths=_cid_widths(descendant.get("/W")) if composite else _simple_widths(resource),
        default_width=float(descendant.get("/DW", 1000)) if composite else 0.0,
        program=program.read_bytes() if isinstance(program, pikepdf.Stream) else b"",
        resource=resource,
    )


def _simple_widths(resource: Any) -> dict[int, float]:
    first = int(resource.get("/FirstChar", 0))
    factor = 1.0
    if resource.get("/Subtype") == "/Type3":
        factor = 1000 * float(resource.get("/FontMatrix", [0.001])[0])
    return {first + at: float(width) * factor for at, width in enumerate(resource.get("/Widths", []))}


def _cid_widths(array: Any) -> dict[int, float]:
    """ISO 32000-1, 9.7.4.3: `c [w …]` gives widths from code c on, `c1 c2 w` one width to a range."""
    widths: dict[int, float] = {}
    items = list(array) if array is not None else []
    at = told = 0
    while at + 1 < len(items):
        first = int(items[at])
        if isinstance(items[at + 1], pikepdf.Array):
            widths.update({first + step: float(width) for step, width in enumerate(items[at + 1])})
            at += 2
        else:
            last = min(int(items[at + 1]), first + 65535)
            told += max(last - first, 0)
            if told > _MOST_CODES:
                break
            widths.update(dict.fromkeys(range(first, last + 1), float(items[at + 2])))
            at += 3
    return widths


_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def _to_unicode(stream: Any) -> dict[int, str]:
    """The text of each code, from the ToUnicode map (ISO 32000-1, 9.10.3)."""
    texts: dict[int, str] = {}
    if not isinstance(stream, pikepdf.Stream):
        return texts
    for kind, body in _SECTION.findall(stream.read_bytes()):
        tokens = [match.group(0) if match.group(1) is None else match.group(1) for match in _TOKEN.finditer(body)]
        if kind == b"bfchar":
            for code, text in zip(tokens[::2], tokens[1::2], strict=False):
                texts[int(code, 16)] = _utf16(text)
        else:
            _ranges(tokens, texts)
    return texts


def _ranges(tokens: list[bytes], texts: dict[int, str]) -> None:
    at = told = 0
    while at + 2 < len(tokens) and told <= _MOST_CODES:
        first, last = int(tokens[at], 16), int(tokens[at + 1], 16)
        last = min(last, first + 65535)
        told += max(last - first, 0)
        if tokens[at + 2] == b"[":
            end = tokens.index(b"]", at)
            texts.update({first + step: _utf16(text) for step, text in enumerate(tokens[at + 3 : end])})
            at = end + 1
        else:
            text = _utf16(tokens[at + 2])
            texts.update({code: text[:-1] + chr(ord(text[-1]) + code - first) for code in range(first, last + 1)})
            at += 3


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", errors="replace")
