"""`publish watch`: the pages' pictures follow what is written; what is wrong is told below them."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publish.cli.stopping import heard
from publish.cli.telling import AsJson, door, near, usable
from publish.diagnostics import Finding, Severity
from publish.project import open_project

if TYPE_CHECKING:
    from publish.watch import Event, Found


def watch(
    leaflets: Annotated[
        list[str] | None, typer.Argument(help="Names of leaflets; all, new ones too, when none is given.")
    ] = None,
    theme: Annotated[
        str | None, typer.Option("--theme", help="A theme's name or folder, in place of the leaflet's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the pages anew on each save, then prove them; nothing goes to outputs/. End it with Ctrl-C."""
    from publish.watch.session import Session

    project = open_project(door.start)
    usable()
    if theme and (Path(theme) / "theme.toml").is_file() and not (project.themes / theme / "theme.toml").is_file():
        theme = str(Path(theme).absolute())
    session = Session(project, leaflets or (), theme)
    ended: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        ended.append(number)
        session.stop()

    for each in heard():
        signal.signal(each, end)
    tell = _tell_as_json if as_json else _Lines().tell
    with session, suppress(BrokenPipeError):  # nobody reads what it tells any more
        for event in session.events():
            tell(event)
    raise typer.Exit(128 + ended[0] if ended else 0)


def _tell_as_json(event: Event) -> None:
    told: dict[str, Any] = {"type": type(event).__name__.lower()}
    for field in fields(event):
        told[field.name] = _plain(getattr(event, field.name))
    print(json.dumps(told, ensure_ascii=False), flush=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Finding):
        return value.as_json()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path) else value


class _Lines:
    """Lines for people: the time, the leaflet, what happened."""

    def __init__(self) -> None:
        self._line = sys.stderr.isatty()
        self._began = 0.0

    def tell(self, event: Event) -> None:
        """Tell one event."""
        from publish import watch as events

        if self._line:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        match event:
            case events.Working(name, stage):
                if self._line:
                    print(f"{name}: {stage} …", end="", file=sys.stderr, flush=True)
            case events.Watching(names, folder):
                print(f"watching {', '.join(names) or 'for the first leaflet'}; end it with Ctrl-C")
                for name in names:
                    print(f"pages of {name}: {near(folder / name / 'index.html')} (open it in a browser; it follows)")
            case events.Changed(name, files):
                _say(name, f"{_several(files)} changed")
            case events.Came(name):
                _say(name, "is there now")
            case events.Went(name):
                _say(name, "is gone")
            case events.Pictures(name, files, pages, _, seconds):
                _say(name, f"{pages} page{'s' * (pages != 1)} drawn in {seconds:.2f} s, not proven yet")
            case events.Kept(name, shown, seconds):
                stays = "the last good pictures stay" if shown else "there is no picture yet"
                _say(name, f"cannot be shown as it is now ({seconds:.2f} s); {stays}")
            case events.Noted(finding):
                print(finding, flush=True)
            case events.Found():
                _tell_found(event)
        sys.stdout.flush()


def _tell_found(found: Found) -> None:
    for finding in found.mended:
        where = f"{finding.place}: " if finding.place else ""
        print(f"{where}mended: {finding.message} [{finding.code}]")
    for finding in sorted(found.new, key=lambda each: each.severity is Severity.ERROR):
        print(finding)
    if found.proven is None:
        return
    for finding in found.wrong:
        if finding not in found.new and finding.severity is Severity.ERROR:
            where = f"{finding.place}: " if finding.place else ""
            print(f"{where}still: {finding.message} [{finding.code}]")
    _say(found.name, _verdict(found))


def _verdict(found: Found) -> str:
    errors, warnings = (
        sum(each.severity is severity for each in found.wrong) for severity in (Severity.ERROR, Severity.WARNING)
    )
    counted = [f"{n} {word}{'s' * (n != 1)}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    if found.proven:
        return f"proven in PDF, Word and EPUB ({found.seconds:.2f} s)" + "".join(f", {each}" for each in counted)
    return f"cannot go out: {', '.join(counted)} ({found.seconds:.2f} s)"


def _several(files: tuple[str, ...]) -> str:
    if len(files) <= 3:
        return ", ".join(files)
    return f"{', '.join(files[:2])} and {len(files) - 2} more"


def _say(name: str, words: str) -> None:
    print(f"{datetime.now():%H:%M:%S} {name}: {words}", flush=True)
