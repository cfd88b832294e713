"""Content streams taken apart into instructions, within limits: what unpacks or repeats without end is stopped."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pikepdf

from publish.verify.preflight._limits import LARGEST, Limits

Instruction = tuple[str, Any]

_DELIMITERS = (b" ", b"\n", b"\r", b"\t", b"/", b"(", b"[", b"<")


class Spent(Exception):
    """A limit was reached; the words say which."""


class Reading:
    """What was read so far of one file, and what may still be read. `damage` is told by page."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.page = 0
        self.damage: list[tuple[int, str]] = []
        self._steps = 0
        self._objects = 0
        self._end = time.monotonic() + limits.seconds
        self._kept: dict[tuple[int, int], list[Instruction]] = {}
        self._room = limits.kept

    def step(self) -> None:
        """One more instruction is carried out."""
        self._steps += 1
        if self._steps > self.limits.instructions:
            raise Spent(f"it paints with more than {self.limits.instructions:,} instructions")
        if self._steps % 512 == 0 and time.monotonic() > self._end:
            raise Spent(f"it takes longer than {self.limits.seconds:g} seconds")

    def painted(self) -> None:
        """One more object is painted."""
        self._objects += 1
        if self._objects > self.limits.objects:
            raise Spent(f"it paints more than {self.limits.objects:,} objects")

    def broken(self, what: str) -> None:
        """Something of the page's content cannot be read."""
        if (self.page, what) not in self.damage and len(self.damage) < self.limits.pages:
            self.damage.append((self.page, what))

    def instructions(self, holder: Any) -> list[Instruction]:
        """The instructions of a page, form, pattern or letter; none where it is too broken to be taken apart."""
        key = holder.objgen
        if key[0] and key in self._kept:
            return self._kept[key]
        try:
            self._weigh(holder)
            found = [_plain(each) for each in pikepdf.parse_content_stream(holder)]
        except (pikepdf.PdfError, TypeError, ValueError, RuntimeError, RecursionError) as error:
            self.broken(f"content that cannot be taken apart ({_short(error)})")
            found = []
        if key[0] and len(found) <= self._room:
            self._room -= len(found)
            self._kept[key] = found
        return found

    def _weigh(self, holder: Any) -> None:
        """Refuse what would take too much memory, before it takes it."""
        streams = _streams(holder)
        size = tokens = 0
        for stream in streams:
            data = self._unpacked(stream)
            size += len(data)
            if size > self.limits.bytes:
                raise self._too_large()
            tokens += sum(data.count(each) for each in _DELIMITERS)
            if tokens > self.limits.tokens:
                raise Spent(f"a content stream holds more than {self.limits.tokens:,} words")

    def _unpacked(self, stream: Any) -> bytes:
        try:
            return bytes(stream.read_bytes())
        except pikepdf.PdfError as error:
            if "memory limit" in str(error):  # set in _file.bounded
                raise self._too_large() from None
            raise

    def _too_large(self) -> Spent:
        return Spent(f"a content stream unpacks to more than {self.limits.bytes // 2**20} MB")


def _plain(instruction: Any) -> Instruction:
    """Operator and operands, numbers as floats. Numbers that no page can need become None, which no operator takes."""
    if isinstance(instruction, pikepdf.ContentStreamInlineImage):
        return "INLINE IMAGE", instruction.iimage
    return str(instruction.operator), [
        _number(each) if type(each) in (int, Decimal) else each for each in instruction.operands
    ]


def _number(said: int | Decimal) -> float | None:
    try:
        value = float(said)
    except OverflowError:
        return None
    return value if abs(value) < LARGEST else None


def _streams(holder: Any) -> list[Any]:
    if isinstance(holder, pikepdf.Stream):
        return [holder]
    contents = holder.get("/Contents")
    if isinstance(contents, pikepdf.Array):
        return [each for each in contents if isinstance(each, pikepdf.Stream)]
    return [contents] if isinstance(contents, pikepdf.Stream) else []


def _short(error: Exception) -> str:
    """What pikepdf says, without where in memory it says it."""
    return " ".join(str(error).rsplit(": ", 1)[-1].split())[:100]
