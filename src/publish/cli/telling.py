"""What all commands of the door share: where it stands, and how it tells findings and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publish.diagnostics import Severity

if TYPE_CHECKING:
    from publish.build import Made

AsJson = Annotated[bool, typer.Option("--json", help="Tell everything as JSON lines on standard output.")]


@dataclass(slots=True)
class Door:
    """What the options before the command say."""

    start: Path = Path()


door = Door()


class Teller:
    """Tells findings and progress: lines for people, JSON lines for programs."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._line = sys.stderr.isatty() and not as_json

    def progress(self, name: str) -> Callable[[str], None]:
        """A function that shows the stage of one leaflet's work."""

        return lambda stage: self.stage(name, stage)

    def stage(self, name: str, stage: str) -> None:
        """Show the stage that one leaflet's work has come to."""
        if self._json:
            print(json.dumps({"type": "progress", "leaflet": name, "stage": stage}), flush=True)
        elif self._line:
            print(f"\r\x1b[K{name}: {stage} …", end="", file=sys.stderr, flush=True)

    def told(self, made: Made) -> None:
        """All findings of one leaflet, the worst last, where the eye is."""
        self.clear()
        order = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
        for finding in sorted(made.findings, key=lambda finding: order.index(finding.severity)):
            if self._json:
                print(json.dumps({"type": "finding", "leaflet": made.name} | finding.as_json(), ensure_ascii=False))
            else:
                print(finding, file=sys.stderr)

    def done(self, made: Made, line: str) -> None:
        """One leaflet is done."""
        self.clear()
        if self._json:
            said = {"type": "leaflet", "leaflet": made.name, "blocked": made.blocked, "files": dict(made.files)}
            print(json.dumps(said, ensure_ascii=False), flush=True)
        else:
            print(line, flush=True)

    def clear(self) -> None:
        """Take the line of progress away."""
        if self._line:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def usable() -> None:
    """ComponentMissing, with the install command, when no PDF can be drawn on this machine."""
    from publish.programs import require

    require()


def near(path: Path) -> Path:
    """A path as seen from here, when it is near."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
