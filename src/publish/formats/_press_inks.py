"""The inks of a press file: the theme's colour tokens as CMYK or spots, and what stands for colours given in RGB."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from PIL import Image, ImageCms

from publish import inputs
from publish.diagnostics import Place, refuse
from publish.policy import PressProfile
from publish.theme import Color, Theme

Cmyk = tuple[float, float, float, float]

PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
BLACK: Cmyk = (0.0, 0.0, 0.0, 1.0)
ICC_URL = "press:output.icc"
"""Under these addresses the style sheet finds the profiles of the output condition and of a spot."""

SPOT_URL = "press:spot.icc"

_GREY_SPREAD = 1.5 / 255
"""Red, green and blue that differ by no more than this are a grey, and a grey is printed with black alone."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A plate of its own. `name` is what the vendor mixes; `key` names it in CSS; `cmyk` stands for the full ink."""

    name: str
    key: str
    cmyk: Cmyk


@dataclass(frozen=True, slots=True)
class Ink:
    """What is printed for a colour: a tint (0..1) of a spot, or CMYK."""

    cmyk: Cmyk = BLACK
    spot: Spot | None = None
    tint: float = 1.0

    @property
    def css(self) -> str:
        """The colour as a style sheet names it."""
        if self.spot:
            return f"color({self.spot.key} {self.tint:g})"
        return f"device-cmyk({' '.join(f'{part:g}' for part in self.cmyk)})"


@dataclass(frozen=True)
class Inks:
    """All inks of one press file. `by_rgb` are the theme's own inks for colours that stand in pictures."""

    profile: PressProfile
    icc: bytes
    spots: tuple[Spot, ...]
    tokens: Mapping[str, Ink]
    by_rgb: Mapping[str, Ink]
    known: dict[tuple[int, int, int], Ink] = field(default_factory=dict)

    def of_rgb(self, red: float, green: float, blue: float) -> Ink:
        """What is printed for an sRGB colour (0..1): the theme's ink for it, black for greys, else CMYK by the profile.

        The conversion is perceptual with black-point compensation (LittleCMS).
        """
        r, g, b = (round(min(max(part, 0), 1) * 255) for part in (red, green, blue))
        ink = self.known.get((r, g, b))
        if ink is None:
            ink = self.by_rgb.get(f"#{r:02x}{g:02x}{b:02x}") or self._converted(r, g, b)
            self.known[r, g, b] = ink
        return ink

    def _converted(self, r: int, g: int, b: int) -> Ink:
        if max(r, g, b) - min(r, g, b) <= _GREY_SPREAD * 255:
            return Ink((0.0, 0.0, 0.0, round(1 - (r + g + b) / 765, 4)))
        pixel = to_cmyk(Image.new("RGB", (1, 1), (r, g, b)), self.icc).tobytes()
        c, m, y, k = (round(part / 255, 4) for part in pixel)
        return Ink((c, m, y, k))


def inks_of(theme: Theme, profile: PressProfile) -> Inks:
    """The inks of a theme, printed under a press profile. Refused when its colour profile is none for CMYK."""
    icc = read_icc(profile)
    spots = {
        name: Spot(name, key, next(c.cmyk for c in theme.colors.values() if c.spot == name and c.cmyk))
        for name, key in spot_keys(theme).items()
    }
    bare = Inks(profile, icc, (), {}, {})
    tokens = {name: _ink(color, spots, bare) for name, color in theme.colors.items()}
    by_rgb: dict[str, Ink] = {}
    for name, color in theme.colors.items():
        by_rgb.setdefault(color.rgb.lower(), tokens[name])
    by_rgb |= {rgb: _tinted(tokens[token], part) for rgb, (token, part) in theme.inks.items()}
    return Inks(profile, icc, tuple(spots.values()), tokens, by_rgb)


def spot_keys(theme: Theme) -> Mapping[str, str]:
    """The theme's spots, and by what name a style sheet calls each."""
    names = dict.fromkeys(color.spot for color in theme.colors.values() if color.spot)
    return {name: f"--spot-{number}" for number, name in enumerate(names, 1)}


def css_inks(inks: Inks) -> str:
    """The profiles, the tokens in ink, and what a browser's defaults would leave in RGB."""
    rules = [f"@color-profile device-cmyk {{ src: url({ICC_URL}); components: c, m, y, k; }}"]
    rules += [f"@color-profile {spot.key} {{ src: url({SPOT_URL}); components: tint; }}" for spot in inks.spots]
    black = Ink().css
    rules.append(":root { " + " ".join(f"--color-{name}: {ink.css};" for name, ink in inks.tokens.items()) + " }")
    rules.append(f"@page {{ color: {black}; }} html {{ color: {black}; }} :any-link {{ color: inherit; }}")
    rules.append(
        f"hr {{ border: 0 solid {black}; border-top-width: 0.5pt; }} table, td, th {{ border-color: {black}; }}"
    )
    return "\n".join(rules) + "\n"


def _ink(color: Color, spots: Mapping[str, Spot], bare: Inks) -> Ink:
    if color.spot:
        return Ink(spot=spots[color.spot], tint=color.tint)
    if color.cmyk is not None:
        return Ink(color.cmyk)
    return bare.of_rgb(*(int(color.rgb[at : at + 2], 16) / 255 for at in (1, 3, 5)))


def _tinted(ink: Ink, part: float) -> Ink:
    if ink.spot:
        return Ink(spot=ink.spot, tint=round(ink.tint * part, 4))
    c, m, y, k = (round(each * part, 4) for each in ink.cmyk)
    return Ink((c, m, y, k))


# --- colour profiles (ICC.1:2010) ---


def read_icc(profile: PressProfile) -> bytes:
    """The profile of the output condition. Refused when it is broken, or made for anything but a CMYK printer."""
    data = inputs.read(profile.icc)
    kind, space = data[12:16], data[16:20]
    said = ""
    if data[36:40] != b"acsp":
        said = "is no ICC profile"
    elif space != b"CMYK" or kind != b"prtr":
        named = (space + b" " + kind).decode("ascii", "replace")
        said = f"is none for printing in CMYK (it says {named})"
    else:
        try:
            _transform(data)
        except (ImageCms.PyCMSError, OSError, ValueError) as error:
            said = f"cannot be used: {error}"
    if said:
        raise refuse(
            "press.icc",
            f"the colour profile {profile.icc.name} of the press profile “{profile.name}” {said}",
            Place(f"source/press/{profile.name}.toml"),
            "ask the print vendor for the CMYK output profile of the paper, and name it as `icc` in the press profile",
        )
    return data


@lru_cache(maxsize=8)
def _transform(icc: bytes, source: bytes = b"", mode: str = "RGB") -> Any:
    start: Any = ImageCms.ImageCmsProfile(io.BytesIO(source)) if source else ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(
        start, ImageCms.ImageCmsProfile(io.BytesIO(icc)), mode, "CMYK",
        renderingIntent=ImageCms.Intent.PERCEPTUAL, flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip


def to_cmyk(picture: Image.Image, icc: bytes, source: bytes = b"") -> Image.Image:
    """An RGB picture in the inks of `icc`. `source` is the profile the picture carries; without one it is sRGB."""
    made = ImageCms.applyTransform(picture, _transform(icc, source, picture.mode))
    assert made is not None
    return made


@lru_cache(maxsize=8)
def converts_rgb(source: bytes) -> bool:
    """Whether this is an ICC profile by which the colours of an RGB picture can be converted."""
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(source))
        ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return True


def to_srgb(picture: Image.Image, source: bytes) -> Image.Image:
    """An RGBA picture in sRGB. `source` is the profile it carries; without one it is sRGB already."""
    if not source:
        return picture
    made = ImageCms.profileToProfile(
        picture.convert("RGB"), ImageCms.ImageCmsProfile(io.BytesIO(source)), ImageCms.createProfile("sRGB")
    )
    assert made is not None
    made.putalpha(picture.getchannel("A"))
    return made


@lru_cache(maxsize=1)
def one_ink_profile() -> bytes:
    """An ICC profile of one component, by which the style sheet may name a spot; the finished file holds none of it."""
    name = b"spot\0"
    tags = (
        (b"desc", b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)),
        (b"wtpt", b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)),
        (b"kTRC", b"curv\0\0\0\0" + struct.pack(">I", 0)),
    )
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for signature, data in tags:
        table += signature + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI3i4s",
        start + len(body), bytes(4), 0x02400000, b"prtr", b"GRAY", b"XYZ ", 2026, 1, 1, 0, 0, 0, b"acsp", bytes(4), 0,
        bytes(4), bytes(4), 0, 0, 63190, 65536, 54061, bytes(4),
    )  # fmt: skip
    return head.ljust(128, b"\0") + table + body
