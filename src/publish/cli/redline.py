"""Redlines at the command line: two versions told apart in one Word file, or on one page for the browser."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publish.cli.telling import AsJson, Teller, door, near
from publish.diagnostics import Finding, Place, WrongUsage, refuse
from publish.project import Project, leaflet_folder, open_project

if TYPE_CHECKING:
    from publish.review.asked import Redlined, Wish

_VERSION = "a git revision, a leaflet.md, or a Word copy (.docx) that this project built"


def redline(
    leaflet: Annotated[str, typer.Argument(help="The leaflet's name.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The Word file to write.")],
    from_: Annotated[str, typer.Option("--from", help=f"The old version: {_VERSION}.")],
    to: Annotated[str, typer.Option("--to", help="The new version; the source as it stands when it is left out.")] = "",
    author: Annotated[str, typer.Option("--author", help="Who stands at each change; else the company.")] = "",
    date: Annotated[
        str,
        typer.Option("--date", help="When: 2026-11-22 or 2026-11-22T14:30 (UTC); else the leaflet's `prepared`."),
    ] = "",
    html: Annotated[Path | None, typer.Option("--html", help="The same as one page for the browser.")] = None,
    theme: Annotated[str | None, typer.Option("--theme", help="A theme's name, in place of the leaflet's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell two versions of a leaflet apart in a Word file with real tracked changes."""
    from publish.review.asked import Wish

    project = open_project(door.start)
    leaflet_folder(project, leaflet)
    for path, suffix in ((out, ".docx"), (html, ".html")):
        if path is not None:
            _check_place(project, path, suffix)
    wish = Wish(leaflet, from_, to, author, _when(date), theme, html is not None)
    teller = Teller(as_json)
    made = _made(project, wish, teller)
    _write(out, made.docx)
    if html is not None:
        _write(html, made.page.encode())
    written = ", ".join(str(near(path.absolute())) for path in (out, html) if path is not None)
    teller.clear()
    print(f"wrote {written}: {made.count} changes from {made.old} to {made.new}")


def _when(date: str) -> datetime | None:
    if not date:
        return None
    try:
        when = datetime.fromisoformat(date)
    except ValueError:
        hint = "write it as 2026-11-22 or 2026-11-22T14:30"
        raise WrongUsage(Finding("review.date", f"“{date}” is no date", hint=hint)) from None
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when


def _check_place(project: Project, path: Path, suffix: str) -> None:
    if path.suffix.lower() != suffix:
        hint = f"name it, for example, redline{suffix}"
        raise WrongUsage(Finding("review.redline-name", f"{path} does not end in {suffix}", hint=hint))
    for folder in (project.source, project.themes):
        if path.absolute().resolve().is_relative_to(folder):
            message = f"a redline may not go into {near(folder)}, where people write"
            raise WrongUsage(Finding("build.out-among-sources", message, hint="name a place outside it"))


def _made(project: Project, wish: Wish, teller: Teller) -> Redlined:
    from publish.diagnostics import Refused
    from publish.review.asked import make
    from publish.worker import Stopped, as_finding, run

    made = run(make, project, wish, limits=project.limits, told=teller.progress(wish.leaflet))
    if isinstance(made, Stopped):
        raise Refused(as_finding(made, wish.leaflet))
    return made


def _write(path: Path, data: bytes) -> None:
    """The whole file or none: beside it first, then in its place."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(prefix=".redline-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise refuse("build.cannot-write", message, Place(str(path)), "name another place with -o") from None
