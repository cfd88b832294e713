"""Preflight: what a print vendor demands of a press file, held against any PDF, ours or not.

Adding a rule is adding a file. A rule module has `RULES` (the names by which press profiles speak of them), `CODES`
(the finding codes it may state) and one of two doors: `look(scene, profile, sheet)` judges what is painted,
`look_at_file(file, profile)` judges the file and its pages. A rule that the profile does not name is off. Thresholds
stand in the profile, never in a module.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from publish.diagnostics import Finding, Place, Refused, did_you_mean
from publish.model import Document
from publish.policy import Mandate, PressProfile
from publish.press.folds import FoldedSheet
from publish.verify import Artifact
from publish.verify.preflight._file import PressFile, bounded, open_file
from publish.verify.preflight._scene import Scene, read_scene

Look = Callable[[Scene, PressProfile, FoldedSheet | None], Iterator[Finding]]
LookAtFile = Callable[[PressFile, PressProfile], Iterator[Finding]]

APPLIES_TO = ("press",)


@cache
def rule_modules() -> tuple[ModuleType, ...]:
    """The rule modules there are, found by looking, in the order of their names."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    return tuple(import_module(f"{__name__}.{name}") for name in names)


def rule_names() -> tuple[str, ...]:
    """Every rule that a press profile may name."""
    return tuple(sorted(name for module in rule_modules() for name in module.RULES))


CODES = (
    "preflight.unreadable",
    "preflight.rule-unknown",
    "preflight.too-much",
    "preflight.page-size",
    *sorted({code for module in rule_modules() for code in module.CODES}),
)


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding]:
    """The findings about a press file that a build made; the profile is the one that the leaflet is printed by."""
    if mandate.press is not None:
        yield from examine(artifact.data, artifact.name, mandate.press, mandate.sheet)


def examine(data: bytes, name: str, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """Any PDF held against a press profile. `name` is shown in findings; `sheet` tells the folds, where there are any.

    Severities are the profile's. A file that cannot be read makes one finding, never an exception.
    """
    for rule in sorted(set(profile.rules) - set(rule_names())):
        yield Finding(
            "preflight.rule-unknown",
            f"the press profile “{profile.name}” names a rule “{rule}” that there is not",
            Place(profile.name),
            did_you_mean(rule, rule_names()),
        )
    with bounded():
        try:
            file = open_file(data, name)
        except Refused as refused:
            yield from refused.findings
            return
        with file.pdf:
            yield from _judged(file, profile, sheet)


def _judged(file: PressFile, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    wanted = [module for module in rule_modules() if set(module.RULES) & set(profile.rules)]
    for module in wanted:
        if hasattr(module, "look_at_file"):
            yield from module.look_at_file(file, profile)
    if any(hasattr(module, "look") for module in wanted):
        scene = read_scene(file.pdf, file.name)
        if scene.unread:
            yield Finding(
                "preflight.too-much",
                f"not all of the file was looked at: {scene.unread}",
                Place(file.name, page=scene.unread_from),
                "give preflight one sheet side a file, with no endless repetition in it",
            )
        for module in wanted:
            if hasattr(module, "look"):
                yield from module.look(scene, profile, sheet)
