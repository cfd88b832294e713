"""What goes wrong and where: Place, Finding, how they print, and the failures that end a command."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs. Policy decides it from code and status; checks leave the default."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. Lines, columns and pages count from 1; `file` is relative to the project if it can be.

    `box` is left, top, right, bottom in mm from the top left of the page as it is trimmed.
    """

    file: str
    line: int | None = None
    column: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None

    def __str__(self) -> str:
        if self.page is not None:
            return f"{self.file}: page {self.page}" + (_at(self.box) if self.box else "")
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


def _at(box: tuple[float, float, float, float]) -> str:
    left, top, right, bottom = (f"{each:.1f}" for each in box)
    return f", {left} to {right} mm from the left, {top} to {bottom} mm from the top"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that somebody must know: a stable dotted code, one sentence, and the next action as `hint`.

    `source` names the rule behind it, where it is one of a standard or a vendor: “GWG 2022, R0007”.
    """

    code: str
    message: str
    place: Place | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR
    source: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        tail = "".join(f"\n    {name}: {said}" for name, said in (("hint", self.hint), ("source", self.source)) if said)
        return f"{head}{self.severity}[{self.code}] {self.message}{tail}"

    def as_json(self) -> dict[str, Any]:
        """The finding as plain data, for `--json` and build.json."""
        place = self.place
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
            "file": place.file if place else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
            "page": place.page if place else None,
            "box-mm": list(place.box) if place and place.box else None,
            "source": self.source,
        }

    def at(self, severity: Severity) -> Finding:
        """The same fact with another weight."""
        return replace(self, severity=severity)


class Failure(Exception):
    """Ends a command. Carries its findings and its exit code (1 blocked, 2 wrong usage, 3 a component is missing)."""

    exit_code = 1

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class Refused(Failure):
    """An input cannot be used at all; nothing can go on from it."""


class WrongUsage(Failure):
    """The command was called with words it does not know."""

    exit_code = 2


class ComponentMissing(Failure):
    """A program or library that this work needs is not installed."""

    exit_code = 3


def refuse(code: str, message: str, place: Place | None = None, hint: str = "") -> Refused:
    """A Refused with one finding, to be raised."""
    return Refused(Finding(code, message, place, hint))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or all of them when none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"“{name}”" for name in near) + "?"
    return "known are: " + ", ".join(names) if names else "none is known yet"
