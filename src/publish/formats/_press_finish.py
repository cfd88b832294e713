"""From what WeasyPrint drew to what a press prints: spots as Separations, RGB as ink, black that overprints.

Run as WeasyPrint's finisher, before the file is written (ISO 32000-1, 8.6.6.4 Separation, 8.6.7 overprint control).
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pydyf
from PIL import Image
from weasyprint.pdf.stream import Stream

from publish.formats._press_inks import PROCESS, Ink, Inks, Spot, to_cmyk

_OVER, _KNOCK = b"/over gs", b"/knock gs"
_RGB = re.compile(rb"([-\d.]+) ([-\d.]+) ([-\d.]+) (rg|RG)")
_SPACE = re.compile(rb"/(\S+) (cs|CS)")
_VALUES = re.compile(rb"([-\d. ]+) (scn|SCN)")
_BLACK = ("DeviceCMYK", (0.0, 0.0, 0.0, 1.0))


@dataclass
class Finisher:
    """A finisher for one file. `plates` are the inks that it saw used, process inks first."""

    inks: Inks
    used: set[str] = field(default_factory=set)

    def __call__(self, document: Any, pdf: pydyf.PDF) -> None:
        spots = {spot.key: spot for spot in self.inks.spots}
        for thing in list(pdf.objects):
            if isinstance(thing, Stream):
                thing.stream = list(_Rewriter(self, spots).run(thing.stream))
                if "Group" in thing.extra:  # colours are mixed in the inks of the plates, not by the profile
                    thing.extra["Group"]["CS"] = "/DeviceCMYK"
            elif isinstance(thing, pydyf.Stream) and thing.extra.get("Subtype") == "/Image":
                self._image(thing)
            elif isinstance(thing, dict):
                self._resources(thing, spots)
        for thing in list(pdf.objects):
            if isinstance(thing, dict) and "ShadingType" in thing:
                self._shading(thing)

    @property
    def plates(self) -> tuple[str, ...]:
        """The names of the plates that are printed, in the order of the press."""
        spots = [spot.name for spot in self.inks.spots if spot.name in self.used]
        return tuple([name for name in PROCESS if name in self.used] + spots)

    def use(self, ink: Ink) -> None:
        """Remember which plates an ink needs."""
        if ink.spot:
            self.used.add(ink.spot.name)
        else:
            self.used |= {name for name, part in zip(PROCESS, ink.cmyk, strict=True) if part > 0}

    def _resources(self, found: dict[str, Any], spots: dict[str, Spot]) -> None:
        if "lab-d50" in found:  # the colour spaces that all pages share
            for key in list(found):
                if key in spots:
                    found[key] = separation(spots[key].name, spots[key].cmyk)
                elif key in ("device-cmyk", "lab-d50", "lab-d65"):
                    del found[key]  # a space that nothing names: a preflight would ask what it is for
        states = found.get("ExtGState")
        if isinstance(states, dict):
            states["over"] = pydyf.Dictionary({"op": "true", "OP": "true", "OPM": 1})
            states["knock"] = pydyf.Dictionary({"op": "false", "OP": "false", "OPM": 0})

    def _image(self, image: pydyf.Stream) -> None:
        """Which plates a picture needs. One in RGB is partly transparent: its colours become ink, its mask stays."""
        space = image.extra.get("ColorSpace")
        if space == "/DeviceRGB":
            picture = _unpacked(image)
            image.stream = [zlib.compress(to_cmyk(picture, self.inks.icc).tobytes(), 6)]
            image.extra["ColorSpace"] = "/DeviceCMYK"
            del image.extra["DecodeParms"]
        self.used |= set(PROCESS) if space in ("/DeviceRGB", "/DeviceCMYK") else {"Black"}

    def _shading(self, shading: dict[str, Any]) -> None:
        """WeasyPrint blends in RGB, whatever the file's colour space is: the ends of each blend become ink."""
        if shading.get("ColorSpace") == "/DeviceGray":
            return
        for function in _functions(shading.get("Function")):
            for end in ("C0", "C1"):
                values = [float(each) for each in function.get(end, ())]
                if len(values) == 3:
                    ink = self.inks.of_rgb(*values)
                    shown = Ink(_mixed(ink)) if ink.spot else ink
                    self.use(shown)
                    function[end] = pydyf.Array(shown.cmyk)
        shading["ColorSpace"] = "/DeviceCMYK"


def _unpacked(image: pydyf.Stream) -> Image.Image:
    """The pixels of a picture that WeasyPrint put into the file: the packed rows of a PNG in RGB of 8 bits."""
    head = struct.pack(">IIBBBBB", int(image.extra["Width"]), int(image.extra["Height"]), 8, 2, 0, 0, 0)
    rows = b"".join(getattr(part, "data", part) for part in image.stream)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    whole = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return Image.open(io.BytesIO(whole)).convert("RGB")


def _functions(function: Any) -> Iterator[dict[str, Any]]:
    if isinstance(function, dict):
        if function.get("FunctionType") == 2:
            yield function
        for inner in function.get("Functions", ()):
            yield from _functions(inner)


def _mixed(ink: Ink) -> tuple[float, float, float, float]:
    """A spot's tint in CMYK, where the spot itself cannot stand: in a blend of two colours."""
    assert ink.spot
    c, m, y, k = (round(part * ink.tint, 4) for part in ink.spot.cmyk)
    return c, m, y, k


def separation(name: str, cmyk: tuple[float, float, float, float]) -> pydyf.Array:
    """A plate of its own, with the CMYK that stands for it (ISO 32000-1, 8.6.6.4; type 2 function, 7.10.3)."""
    tint = pydyf.Dictionary(
        {"FunctionType": 2, "Domain": pydyf.Array([0, 1]), "N": 1}
        | {"C0": pydyf.Array([0, 0, 0, 0]), "C1": pydyf.Array(cmyk)}
    )
    return pydyf.Array(["/Separation", "/" + escaped(name), "/DeviceCMYK", tint])


def escaped(name: str) -> str:
    """A PDF name's letters, others as #xx (ISO 32000-1, 7.3.5)."""
    return "".join(
        chr(byte) if 0x21 <= byte <= 0x7E and chr(byte) not in "#/%()<>[]{}" else f"#{byte:02X}"
        for byte in name.encode()
    )


@dataclass
class _State:
    fill: tuple[str, tuple[float, ...]] = ("DeviceGray", (0.0,))
    stroke: tuple[str, tuple[float, ...]] = ("DeviceGray", (0.0,))
    over: bool = False


class _Rewriter:
    """Runs through one stream's operators. Letters and lines of full black overprint; all else knocks out."""

    def __init__(self, finisher: Finisher, spots: dict[str, Spot]) -> None:
        self.finisher, self.spots = finisher, spots
        self.state, self.stack = _State(), list[_State]()

    def run(self, operators: list[Any]) -> Iterator[Any]:
        """The stream's operators, as a press needs them."""
        for operator in operators:
            if not isinstance(operator, bytes):  # a mark's properties
                yield operator
                continue
            if operator == b"q":
                self.stack.append(_State(self.state.fill, self.state.stroke, self.state.over))
            elif operator == b"Q":
                self.state = self.stack.pop() if self.stack else _State()
            elif operator.endswith((b"Tj", b"TJ")):
                yield from self._overprint(self.state.fill == _BLACK)
            elif operator in (b"S", b"s"):
                yield from self._overprint(self.state.stroke == _BLACK)
            elif operator in (b"B", b"B*", b"b", b"b*"):
                yield from self._overprint(self.state.stroke == self.state.fill == _BLACK)
            elif operator in (b"f", b"f*") or operator.endswith((b" Do", b" sh")):
                yield from self._overprint(False)
            yield self._colored(operator)

    def _overprint(self, wanted: bool) -> Iterator[bytes]:
        if wanted != self.state.over:
            self.state.over = wanted
            yield _OVER if wanted else _KNOCK

    def _colored(self, operator: bytes) -> bytes:
        if found := _RGB.fullmatch(operator):
            ink = self.finisher.inks.of_rgb(*(float(found[at]) for at in (1, 2, 3)))
            stroke = found[4] == b"RG"
            self._set(ink, stroke)
            if ink.spot:
                return f"/{ink.spot.key} {'CS' if stroke else 'cs'} {ink.tint:g} {'SCN' if stroke else 'scn'}".encode()
            return f"{' '.join(f'{part:g}' for part in ink.cmyk)} {'K' if stroke else 'k'}".encode()
        if found := _SPACE.fullmatch(operator):
            self._remember(found[2] == b"CS", (found[1].decode(), ()))
        elif found := _VALUES.fullmatch(operator):
            stroke = found[2] == b"SCN"
            space = (self.state.stroke if stroke else self.state.fill)[0]
            values = tuple(float(part) for part in found[1].split())
            if space in self.spots and values:
                self._set(Ink(spot=self.spots[space], tint=values[0]), stroke)
                return f"{values[0]:g} {'SCN' if stroke else 'scn'}".encode()  # one component, whatever was written
            if len(values) == 4:
                c, m, y, k = values
                self._set(Ink((c, m, y, k)), stroke)
        return operator

    def _set(self, ink: Ink, stroke: bool) -> None:
        self.finisher.use(ink)
        self._remember(stroke, (ink.spot.key, (ink.tint,)) if ink.spot else ("DeviceCMYK", ink.cmyk))

    def _remember(self, stroke: bool, color: tuple[str, tuple[float, ...]]) -> None:
        if stroke:
            self.state.stroke = color
        else:
            self.state.fill = color
