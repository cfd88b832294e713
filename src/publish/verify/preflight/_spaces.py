"""Colour spaces of a PDF, resolved to what stands behind them (ISO 32000-1, 8.6). Streams are read once a file."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pikepdf

from publish.verify.preflight._colors import PATTERN, UNKNOWN, Space

_DEVICE = {"DeviceGray": 1, "DeviceRGB": 3, "DeviceCMYK": 4}
_SHORT = {"G": "DeviceGray", "RGB": "DeviceRGB", "CMYK": "DeviceCMYK", "I": "Indexed"}
_DEFAULTS = {"DeviceGray": "/DefaultGray", "DeviceRGB": "/DefaultRGB", "DeviceCMYK": "/DefaultCMYK"}
_CALIBRATED = {"CalGray": 1, "CalRGB": 3, "Lab": 3}
_ICC_KINDS = {b"GRAY": "gray", b"RGB ": "RGB", b"CMYK": "CMYK", b"Lab ": "Lab"}
_DEEPEST = 6
_PARTS = 500
"""Parts of a function that are looked at: it may be made of functions that are made of functions."""

_TABLE = 256 * 32
"""Bytes of the table of Indexed: 256 colours (8.6.6.3), of as many components as DeviceN may have."""

_BROKEN = (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, pikepdf.PikepdfError)


class Spaces:
    """The colour spaces of one file."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[int, int]], str] = {}

    def read(self, said: Any, resources: Any, depth: int = 0) -> Space:
        """The space that a name or an array stands for. Names of device spaces are looked up as the page's defaults."""
        if depth > _DEEPEST or said is None:
            return UNKNOWN
        try:
            if isinstance(said, str | pikepdf.Name):
                return self._named(str(said).lstrip("/"), resources, depth)
            if isinstance(said, pikepdf.Array) and len(said):
                return self._array(said, resources, depth)
        except _BROKEN:
            return UNKNOWN
        return UNKNOWN

    def _named(self, name: str, resources: Any, depth: int) -> Space:
        name = _SHORT.get(name, name)
        table = resources.get("/ColorSpace") if resources is not None else None
        if name in _DEVICE:
            default = table.get(_DEFAULTS[name]) if isinstance(table, pikepdf.Dictionary) else None
            if default is not None and not (isinstance(default, pikepdf.Name) and str(default)[1:] == name):
                found = self.read(default, None, depth + 1)
                if found.components == _DEVICE[name]:
                    return found
            return Space(name, _DEVICE[name])
        if name == "Pattern":
            return PATTERN
        if isinstance(table, pikepdf.Dictionary) and f"/{name}" in table:
            return self.read(table[f"/{name}"], resources, depth + 1)
        return UNKNOWN

    def _array(self, said: Any, resources: Any, depth: int) -> Space:
        family = str(said[0]).lstrip("/")
        family = _SHORT.get(family, family)
        if len(said) == 1:
            return self._named(family, resources, depth)
        if family in _CALIBRATED:
            return Space(family, _CALIBRATED[family])
        if family == "ICCBased":
            return self._icc(said[1])
        if family == "Pattern":
            return Space("Pattern", base=self.read(said[1], resources, depth + 1))
        if family == "Indexed":
            base = self.read(said[1], resources, depth + 1)
            table = said[3]
            colors = table.read_bytes() if isinstance(table, pikepdf.Stream) else bytes(table)
            return Space("Indexed", 1, base=base, table=colors[:_TABLE])
        if family == "Separation":
            name, alternate = str(said[1]).lstrip("/"), self.read(said[2], resources, depth + 1)
            return Space("Separation", 1, (name,), alternate, recipe=self._recipe(said[3]))
        if family == "DeviceN":
            names = tuple(str(each).lstrip("/") for each in said[1])
            return Space("DeviceN", len(names), names, self.read(said[2], resources, depth + 1))
        return UNKNOWN

    def _icc(self, stream: Any) -> Space:
        """An ICC profile says in its header what its colours are (ICC.1, 7.2.6); /N must fit."""
        components = int(stream.get("/N", 0))
        key = ("icc", stream.objgen)
        if key not in self._known:
            try:
                self._known[key] = _ICC_KINDS.get(stream.read_bytes()[16:20], "")
            except pikepdf.PdfError:
                self._known[key] = ""
        kind = self._known[key] or {1: "gray", 3: "RGB", 4: "CMYK"}.get(components, "unknown")
        return Space("ICCBased", components, icc=kind)

    def _recipe(self, function: Any) -> str:
        """The same for functions that are written the same, and for no others."""
        key = ("recipe", function.objgen)
        if key in self._known:
            return self._known[key]
        digest = sha256()
        for number, part in enumerate(_parts(function, 0)):
            if number > _PARTS:
                break
            digest.update(part)
        found = digest.hexdigest()[:16]
        if function.objgen[0]:
            self._known[key] = found
        return found


def _parts(said: Any, depth: int) -> Iterator[bytes]:
    if depth > _DEEPEST:
        return
    if isinstance(said, pikepdf.Array):
        yield b"["
        for each in said:
            yield from _parts(each, depth + 1)
    elif isinstance(said, pikepdf.Dictionary | pikepdf.Stream):
        for key in sorted(set(said.keys()) - {"/Length", "/Filter", "/DecodeParms"}):
            yield key.encode()
            yield from _parts(said[key], depth + 1)
        if isinstance(said, pikepdf.Stream):
            yield bytes(said.read_bytes())
    else:
        yield (str(said) if isinstance(said, pikepdf.Object) else f"{float(said):.4f}").encode() + b" "
