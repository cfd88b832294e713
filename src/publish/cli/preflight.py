"""`publish preflight`: any PDF, ours or not, held against what a print vendor demands."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publish.cli.telling import AsJson, door, near
from publish.diagnostics import Failure, Finding, Place, Severity, WrongUsage, refuse
from publish.project import Limits, open_project

if TYPE_CHECKING:
    from publish.policy import PressProfile
    from publish.worker import Stopped

DEFAULT = "gwg-2022-leaflet"

LARGEST_MB = 200
"""A leaflet's press file has some MB; files larger than this are refused unread (MB of 10^6 bytes)."""

LIMITS = Limits(seconds=150, memory_mb=3072, output_mb=2000)
"""What looking at one file may take; `output_mb` bounds each plate that Ghostscript writes."""

_PARTLY = ("preflight.not-checked", "preflight.too-much")
_NOTHING = ("preflight.unreadable", "preflight.page-size", "preflight.stopped")
_PRELOAD = ("publish.verify.preflight", "publish.cli.preflight")
_SHIPPED = sorted(
    path.name.removesuffix(".toml")
    for path in (files("publish") / "rules" / "preflight").iterdir()
    if path.name.endswith(".toml")
)
_PROFILE_HELP = f"What the vendor demands: {', '.join(_SHIPPED)}, or a profile in the project's source/press/."


def preflight(
    file: Annotated[Path, typer.Argument(help="A PDF file; it need not be of this project.", show_default=False)],
    profile: Annotated[str, typer.Option("--profile", help=_PROFILE_HELP)] = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Hold a PDF against what a print vendor demands.

    Exit codes: 0 no errors, 1 errors, 2 wrong usage, 3 a part was not checked because a program is missing.
    """
    wanted = _profile(profile)
    findings = _examined(file, wanted)
    errors, warnings, notes = (sum(each.severity is weight for each in findings) for weight in Severity)
    open_ = [each.message for each in findings if each.code in _PARTLY]
    missing = any(each.code == _PARTLY[0] for each in findings)
    order = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
    for finding in sorted(findings, key=lambda finding: order.index(finding.severity)):
        if as_json:
            print(json.dumps({"type": "finding"} | finding.as_json(), ensure_ascii=False))
        else:
            print(finding, file=sys.stderr)
    if as_json:
        said: dict[str, Any] = {"type": "preflight", "file": str(file), "profile": wanted.name}
        said |= {"rules": sorted(wanted.rules), "errors": errors, "warnings": warnings, "notes": notes}
        print(json.dumps(said | {"not-checked": open_}, ensure_ascii=False), flush=True)
    else:
        read = not any(each.code in _NOTHING for each in findings)
        print(_closing(file, wanted, errors, warnings, open_) if read else f"{near(file)}: not proven", flush=True)
    raise typer.Exit(1 if errors else 3 if missing else 0)


def _closing(file: Path, profile: PressProfile, errors: int, warnings: int, open_: list[str]) -> str:
    """One line: by what it was checked, what came of it, and what was not checked."""
    found = " and ".join(
        f"{count or 'no'} {word}{'s' * (count != 1)}" for count, word in ((errors, "error"), (warnings, "warning"))
    )
    checked = f"{near(file)}: {found} by the {len(profile.rules)} rules of “{profile.title}” ({profile.name})"
    return f"{checked}; not checked: {'; '.join(open_)}" if open_ else checked


def _profile(name: str) -> PressProfile:
    """The press profile; WrongUsage, with the nearest names, when there is none of this name."""
    from publish.policy import load_press_profile

    try:
        own = open_project(door.start).source / "press"
    except Failure as failure:
        if door.start != Path() or any(finding.code != "project.not-found" for finding in failure.findings):
            raise
        own = None
    try:
        return load_press_profile(name, own)
    except Failure as failure:
        if any(finding.code == "press.profile-unknown" for finding in failure.findings):
            raise WrongUsage(*failure.findings) from None
        raise


def _examined(file: Path, profile: PressProfile) -> list[Finding]:
    """What there is to say of a file, found in a process that may be stopped."""
    from publish.worker import Stopped, run

    name = str(near(file.absolute()))
    try:
        _look_at(file)
        found = run(examine_file, file.absolute(), name, profile, limits=LIMITS, preload=_PRELOAD)
    except WrongUsage:
        raise
    except Failure as failure:
        return list(failure.findings)
    return [_stopped(found, file)] if isinstance(found, Stopped) else found


def _look_at(file: Path) -> None:
    """WrongUsage when there is no file of this name; Refused when it is far too large to be a leaflet."""
    if file.is_dir():
        raise WrongUsage(Finding("prove.no-file", f"{file} is a folder", hint="name a PDF file in it"))
    if not file.exists():
        raise WrongUsage(Finding("prove.no-file", f"there is no file {file}", hint="name a PDF file"))
    if not file.is_file():
        raise WrongUsage(Finding("prove.no-file", f"{file} is a device or a pipe, no file", hint="name a PDF file"))
    size = file.stat().st_size / 1e6
    if size > LARGEST_MB:
        raise refuse(
            "preflight.too-much",
            f"the file has {size:.0f} MB; preflight looks at files of up to {LARGEST_MB} MB",
            Place(str(file)),
            "deliver each piece as a file of its own",
        )


def examine_file(tell: Any, file: Path, name: str, profile: PressProfile) -> list[Finding]:
    """In the worker: all findings about one file. Raises Refused when it cannot be read from its disk."""
    from publish.verify.preflight import examine

    tell("reading the file")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise refuse(
            "preflight.unreadable",
            f"the file cannot be opened: {error.strerror}",
            Place(name),
            "look at its permissions",
        ) from None
    tell("looking at the file")
    return list(dict.fromkeys(examine(data, name, profile, None)))


def _stopped(stopped: Stopped, file: Path) -> Finding:
    """What a stopped worker means to the one who asked."""
    if stopped.why == "crash":
        return Finding(
            "preflight.stopped",
            f"{stopped.during} broke off ({stopped.detail}); the file is not proven",
            Place(str(file)),
            "this is a fault of publish or of a library under it: please report it with the file, and with what "
            "PUBLISH_DEBUG=1 publish preflight says",
        )
    what = "longer" if stopped.why == "time" else "more memory"
    return Finding(
        "preflight.stopped",
        f"{stopped.during} takes {what} than {stopped.detail}; the file is not proven",
        Place(str(file)),
        "look for huge pictures, or for things repeated without end, and export it again",
    )
