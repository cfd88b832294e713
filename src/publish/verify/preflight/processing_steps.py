"""Processing steps: that the layers for cutting and folding are there, and written as a press's software reads them.

GWG 2022 R1001: which steps a kind of product must, should, may and may not have. ISO 19593-1:2018: how a layer says
that it is a step; the words are those of the Arlington PDF model, the meaning of a prefix (“ABCD_Name”, a vendor's own
step) is told by GWG's test suite for processing steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from publish.diagnostics import Finding, Place, Severity, did_you_mean
from publish.policy import PressProfile, PressRule
from publish.press.steps import TYPES, Step, named, step_layers
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._telling import told

RULES = ("processing-steps",)
CODES = ("preflight.steps",)

_OWN = re.compile(r"[A-Za-z0-9]{2,}_.+")
"""A vendor's own group or type: its registered prefix, an underscore, a name."""


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The facts about the file's processing steps."""
    rule = profile.rules.get("processing-steps")
    if rule is None:
        return
    place = Place(file.name)
    layers = step_layers(file.pdf)
    for layer, step in layers:
        yield from _written(layer, step, rule, place)
    there = {named(step) for _, step in layers}
    for wanted in rule.lists.get("required", ()):
        if wanted not in there:
            message = f"the file has no layer for {_plain(wanted)} (processing step {wanted})"
            hint = "draw the die-line on a layer of its own and mark it as a processing step by ISO 19593-1"
            yield told("preflight.steps", message, place, hint, rule)
    for wanted in rule.lists.get("recommended", ()):
        if wanted not in there and there:
            message = f"the file has no layer for {_plain(wanted)} (processing step {wanted}), which is recommended"
            yield told("preflight.steps", message, place, "add it, if the piece has one", rule, Severity.NOTE)
    yield from _unwanted(there, rule, place)


def _unwanted(there: set[str], rule: PressRule, place: Place) -> Iterator[Finding]:
    forbidden = set(rule.lists.get("forbidden", ()))
    spoken = {name for kind in ("required", "recommended", "allowed") for name in rule.lists.get(kind, ())}
    for name in sorted(there):
        if name in forbidden:
            message = f"the file has a layer for {_plain(name)} (processing step {name}), which this product has not"
            yield told("preflight.steps", message, place, "remove the layer, or ask for another product", rule)
        elif name not in spoken and _known(name):
            message = f"the file has a layer for {_plain(name)} (processing step {name}), of which nothing is agreed"
            yield told("preflight.steps", message, place, "ask the vendor", rule, Severity.WARNING)


def _written(layer: Any, step: Step, rule: PressRule, place: Place) -> Iterator[Finding]:
    """Whether a layer names a group and a type that there are."""
    group, kind = step
    who = f"the layer “{str(layer.get('/Name', ''))[:60]}”"
    if not group:
        message = f"{who} is marked as a processing step but names no group of steps"
        yield told("preflight.steps", message, place, "name the group, such as Structural", rule)
    elif group not in TYPES:
        yield _strange(who, "group", group, tuple(TYPES), rule, place)
    elif not TYPES[group] and kind:
        message = f"{who} names a type “{kind}”, but the group {group} has no types"
        yield told("preflight.steps", message, place, "leave the type out", rule)
    elif TYPES[group] and not kind:
        message = f"{who} is a step of the group {group} but does not say which"
        yield told("preflight.steps", message, place, f"name the type, such as {TYPES[group][0]}", rule)
    elif kind and kind not in TYPES[group]:
        yield _strange(who, "type", kind, TYPES[group], rule, place)
    colours = layer.get("/GTS_Metadata", {}).get("/GTS_ProcStepsColorants")
    if group == "PlateMaking" and not isinstance(colours, pikepdf.Array):
        message = f"{who} is a step of plate making but does not say for which inks"
        yield told("preflight.steps", message, place, "name them (GTS_ProcStepsColorants)", rule, Severity.WARNING)


def _strange(who: str, what: str, name: str, known: tuple[str, ...], rule: PressRule, place: Place) -> Finding:
    if _OWN.fullmatch(name):
        message = (
            f"{who} is a step of a {what} of somebody's own, “{name}”: a press that does not know it prints the layer"
        )
        return told("preflight.steps", message, place, "agree on it with the vendor", rule, Severity.WARNING)
    message = f"{who} names the {what} “{name}”, which ISO 19593-1 does not know: a press would print the layer"
    return told("preflight.steps", message, place, did_you_mean(name, known), rule)


def _known(name: str) -> bool:
    group, _, kind = name.partition("/")
    return group in TYPES and (kind in TYPES[group] if TYPES[group] else not kind)


def _plain(name: str) -> str:
    """“cutting” for “Structural/Cutting”."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rpartition("/")[2]).lower()
