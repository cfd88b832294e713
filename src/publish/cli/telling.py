"""What all commands of the door share: where it stands, and how it tells findings and progress."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publish.cli.progress import Progress
from publish.diagnostics import Finding, Severity
from publish.incremental.quick import FEW

if TYPE_CHECKING:
    from publish.build import Made

AsJson = Annotated[bool, typer.Option("--json", help="Tell everything as JSON lines on standard output.")]


@dataclass(slots=True)
class Door:
    """What the options before the command say."""

    start: Path = Path()


door = Door()

_REDRAWN = 0.1
"""Seconds between two looks of the line of progress at least, when there are several leaflets."""
_NOW_AND_THEN = 30.0
"""Seconds between two lines of progress where lines cannot be redrawn, as in a log."""


class Teller:
    """Tells findings and progress: lines for people, JSON lines for programs. `total` leaflets are to be told of."""

    def __init__(self, as_json: bool, total: int = 1) -> None:
        self._json = as_json
        self._line = sys.stderr.isatty() and not as_json
        self._progress = Progress(total)
        self._shown = time.monotonic()
        self._said: Counter[str] = Counter()

    @property
    def total(self) -> int:
        """How many leaflets there are to tell of."""
        return self._progress.total

    def progress(self, name: str) -> Callable[[str], None]:
        """A function that shows the stage of one leaflet's work."""

        return lambda stage: self.stage(name, stage)

    def stage(self, name: str, stage: str) -> None:
        """Show the stage that one leaflet's work has come to."""
        self._progress.stage(name, stage)
        if self._json:
            said = {"type": "progress", "leaflet": name, "stage": stage} | self._progress.as_json()
            print(json.dumps(said, ensure_ascii=False), flush=True)
        elif self._progress.total == 1:
            self._show(f"{name}: {stage} …")
        else:
            self._show_all()

    def _show_all(self) -> None:
        waited = time.monotonic() - self._shown
        if waited < (_REDRAWN if self._line else _NOW_AND_THEN):
            return
        self._shown = time.monotonic()
        if self._line:
            self._show(self._progress.line())
        else:
            print(self._progress.line(), file=sys.stderr, flush=True)

    def _show(self, line: str) -> None:
        if self._line:
            width = shutil.get_terminal_size().columns - 1
            cut = line if len(line) <= width else f"{line[: width - 1]}…"
            print(f"\r\x1b[K{cut}", end="", file=sys.stderr, flush=True)

    def told(self, made: Made) -> None:
        """All findings of one leaflet, the worst last, where the eye is.

        What people were told of another leaflet already, as of a safety text that many share, is not told again, but
        for errors: their first line says why this leaflet is not made either.
        """
        self.clear()
        if made.fresh and not self._json:
            return  # they were told when it was built, and stand in its record
        order = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
        for finding in sorted(made.findings, key=lambda finding: order.index(finding.severity)):
            if self._json:
                print(json.dumps({"type": "finding", "leaflet": made.name} | finding.as_json(), ensure_ascii=False))
                continue
            text = str(finding)
            self._said[text] += 1
            if self._said[text] == 1:
                print(text, file=sys.stderr)
            elif finding.severity is Severity.ERROR:
                print(f"{text.splitlines()[0]} (as above)", file=sys.stderr)

    def reasons(self, name: str, reasons: tuple[str, ...]) -> None:
        """Why a leaflet is built."""
        self.clear()
        if self._json:
            said = {"type": "reasons", "leaflet": name, "reasons": list(reasons)}
            print(json.dumps(said, ensure_ascii=False), flush=True)
        else:
            print(f"{name}: {'; '.join(reasons)}", flush=True)

    def remark(self, finding: Finding) -> None:
        """A finding that concerns no single leaflet."""
        self.clear()
        if self._json:
            print(json.dumps({"type": "finding"} | finding.as_json(), ensure_ascii=False), flush=True)
        else:
            print(finding, file=sys.stderr)

    def done(self, made: Made, line: str) -> None:
        """One leaflet is done."""
        self.clear()
        self._progress.done(made.name, made.blocked, made.fresh)
        if self._json:
            said = {"type": "leaflet", "leaflet": made.name, "blocked": made.blocked, "fresh": made.fresh}
            print(json.dumps(said | {"files": dict(made.files)}, ensure_ascii=False), flush=True)
        elif made.fresh and self._progress.total > FEW:
            pass  # they are told by their number
        else:
            print(line, flush=True)
        if self._progress.total > 1 and self._line:
            self._show(self._progress.line())

    def summary(self, verb: str) -> None:
        """What came of several leaflets, in one line."""
        self.clear()
        if self._progress.total == 1:
            return
        if self._json:
            print(json.dumps({"type": "summary"} | self._progress.summary_as_json(verb)), flush=True)
        else:
            print(self._progress.summary(verb), flush=True)
            shared = sum(1 for times in self._said.values() if times > 1)
            if shared:
                several = f"{shared:,} of the findings above hold" if shared > 1 else "one of the findings above holds"
                print(f"{several} for several leaflets; --json tells those of each", file=sys.stderr)

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
