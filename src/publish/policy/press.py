"""Press profiles: what a print vendor demands of a file. Data, in rules/preflight/ and in a project's source/press/."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from publish import inputs
from publish.diagnostics import Finding, Place, Refused, Severity, did_you_mean, refuse
from publish.policy.profiles import rules_folder
from publish.press.folds import fold_names

_MOST_EXTENSIONS = 8


@dataclass(frozen=True, slots=True)
class PressRule:
    """One demand. `id` and `source` name it as the standard does.

    `weight` is what breaking it weighs, where it knows no degrees. Where it does, `limits` gives by weight the value
    from which on it weighs so much. `values` are further numbers that the rule
    needs, with their units in their names; `lists` are names that it needs.
    """

    name: str
    id: str
    source: str
    weight: Severity = Severity.ERROR
    limits: Mapping[Severity, float] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PressProfile:
    """What a vendor demands. Lengths in mm. `icc` is the file of the output condition's profile.

    `condition` is the characterization's registered name (“FOGRA39”) and `condition_title` what people call it.
    `compensation` is the vendor's own by fold. `rules` are those that apply, by name; others are off.
    """

    name: str
    title: str
    source: str
    bleed: float
    safety_margin: float
    fold_margin: float
    icc: Path
    condition: str
    condition_title: str
    compensation: Mapping[str, float]
    rules: Mapping[str, PressRule]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"))


Length = Annotated[float, Field(ge=0, le=50)]


class _Sheet(_Strict):
    bleed_mm: Length | None = None
    safety_margin_mm: Length | None = None
    fold_margin_mm: Length | None = None
    icc: str | None = None
    condition: str | None = None
    condition_title: str | None = None


class _Rule(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    id: str = ""
    source: str = ""
    weight: Severity | None = None
    off: bool = False

    @model_validator(mode="after")
    def _numbers_and_names(self) -> Self:
        for key, value in (self.model_extra or {}).items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            names = isinstance(value, list) and all(isinstance(each, str) for each in value)
            if not number and (not names or key in set(Severity)):
                raise ValueError(f"“{key}” is no number" + ("" if key in set(Severity) else " and no list of names"))
        return self


class _File(_Strict):
    title: str
    source: str = ""
    extends: str | None = None
    sheet: _Sheet = _Sheet()
    compensation: dict[str, Annotated[float, Field(ge=0, le=10)]] = {}
    rules: dict[str, _Rule] = {}


def press_profile_names(own: Path | None = None) -> tuple[str, ...]:
    """The press profiles there are: those that ship, and those in the folder `own`."""
    shipped = {path.name.removesuffix(".toml") for path in _shipped().iterdir() if path.name.endswith(".toml")}
    return tuple(sorted(shipped | ({path.stem for path in own.glob("*.toml")} if own and own.is_dir() else set())))


def load_press_profile(name: str, own: Path | None = None, place: Place | None = None) -> PressProfile:
    """The press profile called `name`: from the folder `own` (a project's), else from those that ship.

    Raises Refused when there is none, or with every mistake of its file. `place` is where the name was written.
    """
    layers: list[tuple[str, _File, Path]] = []
    while True:
        path = _path(name, own, place, {layer[0] for layer in layers})
        said = _read(path)
        layers.insert(0, (name, said, path))
        if said.extends is None:
            return _assembled(layers)
        name, place = said.extends, _place(path, "extends")


def _shipped() -> Path:
    return Path(str(rules_folder() / "preflight"))


def _path(name: str, own: Path | None, place: Place | None, seen: set[str]) -> Path:
    if name in seen or len(seen) >= _MOST_EXTENSIONS:
        raise refuse(
            "press.profile",
            f"the press profile “{name}” extends itself in the end",
            place,
            "let it extend a profile that ships, such as “gwg-2022-leaflet”",
        )
    known = press_profile_names(own)
    if name not in known:
        raise refuse("press.profile-unknown", f"there is no press profile “{name}”", place, did_you_mean(name, known))
    mine = own / f"{name}.toml" if own else None
    return mine if mine and inputs.exists(mine) else _shipped() / f"{name}.toml"


@cache
def _parsed(text: str) -> _File:
    return _File.model_validate(tomllib.loads(text))


def _read(path: Path) -> _File:
    try:
        return _parsed(inputs.read_text(path))
    except ValidationError as error:
        raise Refused(*(_mistake(each, path) for each in error.errors())) from None
    except (OSError, ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise refuse(
            "press.profile",
            f"the press profile is no valid TOML: {error}",
            Place(_shown(path), int(line[1]) if line else None),
            "write it as docs/press.md shows, in UTF-8; `vendor-example` is a pattern to copy",
        ) from None


def _mistake(error: Any, path: Path) -> Finding:
    where = ".".join(str(part) for part in error["loc"])
    place = _place(path, *(part for part in error["loc"] if isinstance(part, str)))
    if error["type"] == "extra_forbidden":
        table: type[BaseModel] = _Sheet if error["loc"][0] == "sheet" else _File
        known = [field.alias or name for name, field in table.model_fields.items()]
        hint = did_you_mean(str(error["loc"][-1]), known)
        return Finding("press.profile", f"there is no key “{where}” in a press profile", place, hint)
    return Finding("press.profile", f"“{where}”: {error['msg']}", place, "correct the value")


def _unknown(said: _File, path: Path) -> Iterator[Finding]:
    """Rules and folds that there are not: the vendor's demand would be held against nothing."""
    for what, table, known in (
        ("rule", said.rules, _known_rules()),
        ("fold", said.compensation, frozenset(fold_names())),
    ):
        for name in table:
            if name not in known:
                message = f"there is no {what} “{name}”"
                yield Finding("press.profile", message, _place(path, name), did_you_mean(name, known))


@cache
def _known_rules() -> frozenset[str]:
    """The rules that there are: those that ship say something of each, be it that it is off."""
    shipped = (path for path in _shipped().iterdir() if path.name.endswith(".toml"))
    return frozenset(name for path in shipped for name in _parsed(path.read_text(encoding="utf-8")).rules)


def _shown(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _place(path: Path, *keys: str) -> Place:
    """Where a press profile says something: the line of the last of the keys, behind those of its tables."""
    line, rest = None, list(keys)
    for number, text in enumerate(inputs.read_text(path, "replace").splitlines(), 1):
        if rest and re.match(rf"\s*(\[([\w-]+\.)*)?[\"']?{re.escape(rest[0])}[\"']?\s*[\].=]", text):
            line, rest = number, rest[1:]
            while rest and re.search(rf"\.[\"']?{re.escape(rest[0])}[\"']?\s*[\].=]", text):
                rest = rest[1:]
    return Place(_shown(path), line)


def _assembled(layers: list[tuple[str, _File, Path]]) -> PressProfile:
    sheet: dict[str, Any] = {"bleed_mm": 3.0, "safety_margin_mm": 3.0, "fold_margin_mm": 0.0}
    rules: dict[str, dict[str, Any]] = {}
    compensation: dict[str, float] = {}
    source = ""
    if unknown := [finding for _, said, path in layers for finding in _unknown(said, path)]:
        raise Refused(*unknown)
    for _, said, path in layers:
        sheet |= {key: value for key, value in said.sheet if value is not None}
        if said.sheet.icc is not None:
            sheet["icc"] = _icc(said.sheet.icc, path)
        compensation |= said.compensation
        source = said.source or source
        for name, rule in said.rules.items():
            rules[name] = rules.get(name, {}) | rule.model_dump(exclude_unset=True)
    if "icc" not in sheet:
        raise refuse(
            "press.profile",
            "the press profile names no `icc` file",
            Place(_shown(layers[-1][2])),
            "extend a profile that ships, or name one under [sheet]",
        )
    return PressProfile(
        name=layers[-1][0],
        title=layers[-1][1].title,
        source=source,
        bleed=sheet["bleed_mm"],
        safety_margin=sheet["safety_margin_mm"],
        fold_margin=sheet["fold_margin_mm"],
        icc=sheet["icc"],
        condition=sheet.get("condition", ""),
        condition_title=sheet.get("condition_title", ""),
        compensation=compensation,
        rules={name: _rule(name, said, source) for name, said in rules.items() if not said.get("off")},
    )


def _icc(name: str, profile: Path) -> Path:
    """A profile's colour profile: beside it, or one that ships, which one beside it would come before."""
    folders = (profile.parent, Path(str(files("publish") / "press" / "icc")))
    for folder in folders:
        if name in {path.name for path in folder.iterdir() if path.is_file()}:
            found = next((path for each in folders if inputs.exists(path := each / name)), None)
            if found:
                return found
    raise refuse(
        "press.icc",
        f"there is no colour profile “{name[:100]}”",
        _place(profile, "sheet", "icc"),
        "put the file beside the press profile, and name it without a folder",
    )


def _rule(name: str, said: Mapping[str, Any], source: str) -> PressRule:
    known = {"id", "source", "weight", "off"}
    limits = {Severity(key): float(value) for key, value in said.items() if key in set(Severity)}
    rest = {key: value for key, value in said.items() if key not in known and key not in set(Severity)}
    return PressRule(
        name=name,
        id=said.get("id", ""),
        source=said.get("source", source),
        weight=Severity(said.get("weight") or "error"),
        limits=limits,
        values={key: float(value) for key, value in rest.items() if not isinstance(value, list)},
        lists={key: tuple(map(str, value)) for key, value in rest.items() if isinstance(value, list)},
    )
