"""Processing steps: layers of a PDF that show what is done with the sheet (cut, folded), not what is printed.

ISO 19593-1:2018: a layer's /GTS_Metadata names a group and, in some groups, a type. The words are those of the PDF
Association's Arlington PDF model (GTS_ProcStepsGroup: ISO 19593-1, tables 2 and 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pikepdf

Step = tuple[str, str]
"""Group and type, such as (“Structural”, “Cutting”); the type is empty in groups that know none."""

TYPES: Mapping[str, tuple[str, ...]] = {
    "Structural": (
        "Cutting", "PartialCutting", "ReversePartialCutting", "Creasing", "ReverseCreasing", "CuttingCreasing",
        "ReverseCuttingCreasing", "PartialCuttingCreasing", "ReversePartialCuttingCreasing", "Drilling", "Gluing",
        "FoilStamping", "ColdFoilStamping", "Embossing", "Debossing", "Perforating", "Bleed", "VarnishFree", "InkFree",
        "InkVarnishFree", "Folding", "Punching", "Stapling",
    ),
    "Positions": (
        "Hologram", "Barcode", "ContentArea", "CodingMarking", "Imprinting", "StationInfo", "PlateStamping",
        "OverstepArea",
    ),
    "PlateMaking": ("Cutting", "Bleed", "NoMark"),
    "Dimensions": (),
    "Braille": (),
    "Legend": (),
    "White": (),
    "Varnish": (),
    "Primer": (),
}  # fmt: skip
"""The groups and the types of each; a group without types takes none."""


def step_of(layer: Any) -> Step | None:
    """The processing step that a layer (optional content group) is, or None when it is printed like all else."""
    said = layer.get("/GTS_Metadata") if isinstance(layer, pikepdf.Dictionary) else None
    if not isinstance(said, pikepdf.Dictionary) or not {"/GTS_ProcStepsGroup", "/GTS_ProcStepsType"} & set(said.keys()):
        return None
    return _word(said.get("/GTS_ProcStepsGroup")), _word(said.get("/GTS_ProcStepsType"))


def named(step: Step) -> str:
    """“Structural/Cutting”, or “Braille”: how press profiles write it."""
    return "/".join(part for part in step if part)


def step_layers(pdf: pikepdf.Pdf) -> list[tuple[Any, Step]]:
    """The layers of a file that are processing steps."""
    properties = pdf.Root.get("/OCProperties")
    layers = properties.get("/OCGs") if isinstance(properties, pikepdf.Dictionary) else None
    if not isinstance(layers, pikepdf.Array):
        return []
    return [(layer, step) for layer in layers if (step := step_of(layer)) is not None]


def switch_steps(pdf: pikepdf.Pdf, shown: bool) -> None:
    """Show all processing steps of an open file, or hide them, whatever it asks for itself; the file is changed."""
    steps = [layer for layer, _ in step_layers(pdf)]
    if not steps:
        return
    properties = pdf.Root["/OCProperties"]
    if not isinstance(properties.get("/D"), pikepdf.Dictionary):
        properties["/D"] = pikepdf.Dictionary()
    default = properties["/D"]
    numbers = {layer.objgen for layer in steps}
    for key, wanted in (("/ON", shown), ("/OFF", not shown)):
        kept = [layer for layer in default.get(key, []) if layer.objgen not in numbers]
        default[key] = pikepdf.Array([*kept, *(steps if wanted else [])])
    if "/AS" in default:
        del default["/AS"]


def _word(said: Any) -> str:
    return str(said).lstrip("/") if isinstance(said, pikepdf.Name | pikepdf.String) else ""
