"""`publish list`: the leaflets there are, or those that a file touches."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from publish import inputs
from publish.cli.telling import AsJson, door, near
from publish.diagnostics import Failure, Finding, WrongUsage
from publish.incremental.asked import PROJECT_FILE
from publish.project import Project, leaflet_names, open_project, settings_of

_MOST_READ = 200
"""So many leaflets that were not built as they are now are read for an answer; more would take too long."""

Uses = Annotated[
    Path | None,
    typer.Option("--uses", metavar="FILE", help="Only the leaflets that are made of this file, and their outputs."),
]


def list_(uses: Uses = None, as_json: AsJson = False) -> None:
    """The project's leaflets: title, status, market, language, and which outputs there are."""
    project = open_project(door.start)
    if uses is not None:
        _list_uses(project, uses, as_json)
        return
    for name in leaflet_names(project):
        _list_leaflet(project, name, as_json)


def _list_leaflet(project: Project, name: str, as_json: bool) -> None:
    from publish.reader import read_leaflet

    document, findings = read_leaflet(project, name)
    outputs = sorted(path.name for path in (project.outputs / name).glob(f"{name}*")) if document else []
    if document is None:
        said: dict[str, Any] = {"name": name, "unreadable": findings[0].message if findings else ""}
    else:
        meta = document.meta
        said = {"name": name, "title": meta.title, "status": meta.status, "market": meta.market}
        said |= {"language": meta.language, "theme": meta.theme, "version": meta.version, "outputs": outputs}
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
    elif document is None:
        print(f"{name}: cannot be read ({said['unreadable']}); see `publish check {name}`")
    else:
        print("{name}: “{title}”, {status}, {market}, {language}, version {version}".format(**said))
        print(f"    outputs: {', '.join(outputs) or 'none yet'}")


# --- what a file touches ---


def _list_uses(project: Project, file: Path, as_json: bool) -> None:
    from publish.incremental.uses import Use, touched, uses

    names = _names(project, file)
    leaflets = leaflet_names(project)
    answer = uses(project.root, settings_of(project), names)
    there = frozenset(leaflets)
    found = {use.leaflet: use for use in answer.uses if use.leaflet in there}
    unknown = [name for name in leaflets if name not in answer.known]
    for name in unknown[:_MOST_READ]:
        told = [digest for path, digest in _read(project, name).items() if touched(path, names)]
        outputs = found[name].outputs if name in found else ()
        found.pop(name, None)
        if told:
            found[name] = Use(name, outputs, not any(told))
    _must_be_there(project, file, bool(found))
    for name in sorted(found):
        _tell(project, found[name], as_json)
    if not found and not as_json:
        print(f"no leaflet is made of {file}")
    if len(unknown) > _MOST_READ:
        typer.echo(
            f"{len(unknown) - _MOST_READ:,} leaflets were never built as they are now, so what they are made of is not "
            "known; `publish build` finds out",
            err=True,
        )


def _names(project: Project, file: Path) -> frozenset[str]:
    """The names that a file goes by, seen from here and from the project's folder."""
    paths = [Path(os.path.normpath(base / file)) for base in (Path.cwd(), project.root)]  # links are not followed
    if os.path.exists(paths[0]):  # noqa: PTH110 - a name that is too long is no file either
        paths = [paths[0], paths[0].resolve()]
    names = frozenset(inputs.name_of(path, project.root) for path in paths)
    if names & {PROJECT_FILE, "."}:  # they may change every leaflet, and so would a change to all of their texts
        return frozenset({inputs.name_of(project.source / "leaflets", project.root)})
    return names


def _read(project: Project, name: str) -> dict[str, str]:
    """What a leaflet is made of, read from its source and theme, hashes by name."""
    from publish.reader import read_leaflet
    from publish.theme.load import load_theme

    with inputs.listening() as heard:
        document, _ = read_leaflet(project, name)
        if document is not None:
            with contextlib.suppress(Failure):  # what could be read of it is told
                load_theme(document.meta.theme, project.themes)
        told = heard.told()
    return {inputs.name_of(path, project.root): digest for path, digest in told.items()}


def _must_be_there(project: Project, file: Path, used: bool) -> None:
    if not used and not any(os.path.lexists(base / file) for base in (Path.cwd(), project.root)):
        message = f"there is no file {file}, and no leaflet looks for one"
        raise WrongUsage(Finding("project.no-file", message, hint="name a file of the project, seen from here"))


def _tell(project: Project, use: Any, as_json: bool) -> None:
    outputs = list(_shown(project, use.outputs))
    if as_json:
        print(json.dumps({"name": use.leaflet, "outputs": outputs, "missing": use.missing}, ensure_ascii=False))
        return
    print(f"{use.leaflet}: {', '.join(outputs) or 'not built yet'}" + (" (if the file came)" if use.missing else ""))


def _shown(project: Project, outputs: Iterable[str]) -> Iterator[str]:
    return (str(near(project.root / output)) for output in outputs)
