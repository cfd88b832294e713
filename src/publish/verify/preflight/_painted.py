"""One painted object: what it is, in which colour and inks, how large, where, and whether it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from publish.verify.preflight._colors import Color
from publish.verify.preflight._layers import Layer
from publish.verify.preflight._letters import Face
from publish.verify.preflight._pages import Box, Leaf

Kind: TypeAlias = Literal["text", "fill", "stroke", "image", "mask", "shading", "group"]
Seen: TypeAlias = Literal["printed", "in the slug", "off the sheet", "clipped away", "invisible", "on a hidden layer"]

WORDS: Mapping[Kind, str] = {
    "text": "text",
    "fill": "an area",
    "stroke": "a line",
    "image": "an image",
    "mask": "an image mask",
    "shading": "a gradient",
    "group": "a transparency group",
}


@dataclass(frozen=True, slots=True)
class Painted:
    """An object of a page. Lengths in points; `box` is what is left of it inside its clip, on the page.

    `inks` are ink names with tints of 0 to 1; None where they cannot be told. `overprint` is the parameter in force
    for what it is painted with, `overprint_mode` OPM. `size` is the height of one em of text. `width` is a line's
    width, or the thickness of a filled bar. `ppi` is the effective resolution across and down, `pixels` its samples
    and `bits` those of one component. `outlined`: text whose outline is drawn. `inside` names what it stands in.
    """

    leaf: Leaf
    kind: Kind
    color: Color
    inks: Mapping[str, float] | None
    overprint: bool
    overprint_mode: int
    box: Box
    seen: Seen
    layer: Layer | None = None
    size: float = 0.0
    width: float | None = None
    outlined: bool = False
    ppi: tuple[float, float] | None = None
    pixels: tuple[int, int] | None = None
    bits: int = 0
    text: str = ""
    face: Face | None = None
    inside: str = ""

    @property
    def page(self) -> int:
        """The page's number, from 1."""
        return self.leaf.number

    @property
    def printed(self) -> bool:
        """Whether it is printed within the bleed, as something to be seen: not hidden, not of a processing step."""
        return self.seen == "printed" and not self.step

    @property
    def step(self) -> tuple[str, str] | None:
        """The processing step that it belongs to (ISO 19593-1)."""
        return self.layer.step if self.layer else None
