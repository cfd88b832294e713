"""Spot inks that a vendor can mix: known by name, the same everywhere, and none that prints nowhere or everywhere.

GWG 2022 speaks of naming, ambiguity, number and /All; their numbers in the workbook could not be read, so these rules
carry no id (unconfirmed). `known` in the profile lists the names that the vendor knows, with * for any letters; without
it every name is taken. /Separation /None paints nothing (ISO 32000-1, 8.6.6.4), /All prints on every plate and belongs
to marks beside the page. Spots of processing steps are not inks.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from publish.diagnostics import Finding
from publish.policy import PressProfile, PressRule
from publish.press.folds import FoldedSheet
from publish.verify.preflight._colors import ALL, NOTHING, PROCESS, Space, laid
from publish.verify.preflight._painted import Painted
from publish.verify.preflight._scene import Scene
from publish.verify.preflight._telling import Breach, named, together

RULES = ("separation-none", "registration-colour", "spot-names", "spot-ambiguous", "spot-count")
CODES = (
    "preflight.separation-none",
    "preflight.registration-colour",
    "preflight.spot-names",
    "preflight.spot-ambiguous",
    "preflight.spot-count",
)


def look(scene: Scene, profile: PressProfile, sheet: FoldedSheet | None) -> Iterator[Finding]:
    """The facts about spots."""
    printed = list(scene.printed)
    if rule := profile.rules.get("separation-none"):
        lost = [each for each in scene.objects if each.seen == "invisible" and each.color.nothing and not each.step]
        breaches = [
            Breach(each, f"{named(each)} is painted in /Separation /None: it is printed nowhere") for each in lost
        ]
        hint = "give it an ink, or take it out"
        yield from together("preflight.separation-none", breaches, scene.name, hint, rule)
    if rule := profile.rules.get("registration-colour"):
        everywhere = [each for each in printed if ALL in laid(each.inks)]
        breaches = [Breach(each, f"{named(each)} is printed on every plate (/Separation /All)") for each in everywhere]
        hint = "that is for marks beside the page; set black as 100 % black"
        yield from together("preflight.registration-colour", breaches, scene.name, hint, rule)
    yield from _names(scene, printed, profile)


def _names(scene: Scene, printed: list[Painted], profile: PressProfile) -> Iterator[Finding]:
    spots = [(name, each) for each in printed for name in _spots(each.color.space)]
    if rule := profile.rules.get("spot-names"):
        known = rule.lists.get("known", ())
        breaches = [Breach(each, _unknown(name, known), name) for name, each in spots if not _known(name, known)]
        hint = "name it as the vendor's ink is named, or turn it into CMYK"
        yield from together("preflight.spot-names", breaches, scene.name, hint, rule)
    if rule := profile.rules.get("spot-ambiguous"):
        hint = "define each spot once, with one CMYK value"
        yield from together("preflight.spot-ambiguous", _ambiguous(printed), scene.name, hint, rule)
    if rule := profile.rules.get("spot-count"):
        hint = "turn spots into CMYK, or ask the vendor for a press with more units"
        yield from together("preflight.spot-count", _many(spots, rule), scene.name, hint, rule)


def _spots(space: Space) -> list[str]:
    names = [name for each in space.within() if each.family in ("Separation", "DeviceN") for name in each.colorants]
    return [name for name in dict.fromkeys(names) if name not in (*PROCESS, ALL, NOTHING)]


def _known(name: str, known: tuple[str, ...]) -> bool:
    return not known or any(fnmatchcase(name.casefold(), each.casefold()) for each in known)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    return f"the vendor knows no spot “{name}”; known are: {', '.join(known)}"


def _ambiguous(printed: list[Painted]) -> Iterator[Breach]:
    """One name for two recipes: on screen and in proof they differ, on the press it is one ink."""
    first: dict[str, Space] = {}
    for each in printed:
        for space in each.color.space.within():
            if space.family != "Separation":
                continue
            name = space.colorants[0]
            before = first.setdefault(name, space)
            if (before.base, before.recipe) != (space.base, space.recipe):
                yield Breach(each, f"the spot “{name}” is defined twice in different ways", name)


def _many(spots: list[tuple[str, Painted]], rule: PressRule) -> Iterator[Breach]:
    most = int(rule.values["most"])
    names = list(dict.fromkeys(name for name, _ in spots))
    for name, each in spots:
        if name in names[most:]:
            yield Breach(each, f"the file prints {len(names)} spots ({', '.join(names)}); at most {most} are meant")
            return
