"""What comes back from a worker, looked at before it counts: each file by its hash, and each source that was read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from publish import inputs, outputs, programs
from publish.build import Made
from publish.cluster.packing import unshippable
from publish.cluster.parcel import OUTSIDE, PROJECT, Done, Parcel, Tree
from publish.diagnostics import Failure
from publish.incremental import program
from publish.project import Project
from publish.worker import Stopped


class Unlike(Exception):
    """What came cannot be what was asked for; the message completes “the worker sent …”."""


def arrived(done: Done, parcel: Parcel, shared: Tree, staging: Path) -> Made | Stopped | Failure:
    """What came of a leaflet, its files staged. Raises Unlike, or Failure when the files cannot be written here."""
    made = done.came
    if not isinstance(made, Made):
        return made
    if made.name != parcel.request.name or set(done.files) != set(made.files):
        raise Unlike("another leaflet's files")
    read = _inputs(made, parcel, shared)
    for name, digest in made.files.items():
        if Path(name).name != name or sha256(done.files[name]).hexdigest() != digest:
            raise Unlike(f"{name} with other bytes than were proven there")
    for name, data in done.files.items():
        outputs.stage(staging / name, data)
    return replace(made, inputs=read, libraries=(*program.loaded(), *_plates(done)))


def _plates(done: Done) -> tuple[str, ...]:
    """This machine's own Ghostscript when the worker had to have the same: the store watches files that are here."""
    found = programs.GHOSTSCRIPT.probe() if programs.GHOSTSCRIPT.name in done.environment else None
    return (str(found.path),) if found else ()


def _inputs(made: Made, parcel: Parcel, shared: Tree) -> Mapping[str, str]:
    """The inputs as they are here. Raises Unlike when the worker read others, Failure when it looked for one in vain.

    Of a file that is larger than any that is used, the worker had the size and no content: its hash is that of ours.
    """
    project, found = parcel.request.project, dict(made.inputs)
    for name, digest in made.inputs.items():
        if name.startswith("publish:"):
            continue  # what ships is a part of the environment, which was compared
        entry = parcel.own.get(_place(name, project)) or shared.get(_place(name, project))
        path = inputs.path_of(name, project.root)
        if digest == inputs.ABSENT:
            if entry:
                raise Unlike(f"a leaflet made without {name}")
            if os.path.lexists(path) and not _is_plain(path, project):
                raise unshippable(path, project)
        elif entry and not entry.sha256:
            try:
                found[name] = sha256(path.read_bytes()).hexdigest()
            except OSError:  # its author has taken it away meanwhile
                raise Unlike(f"a leaflet made with {name}, which is gone") from None
        elif entry is None or entry.sha256 != digest:
            raise Unlike(f"a leaflet made of another {name}")
    return found


def _is_plain(path: Path, project: Project) -> bool:
    """Whether a file is one of those that are sent; it came into being after this leaflet was packed, then."""
    hidden = path.is_relative_to(project.root) and any(
        part.startswith(".") for part in path.relative_to(project.root).parts
    )
    return path.is_file() and path.resolve() == path and os.access(path, os.R_OK) and not hidden


def _place(name: str, project: Project) -> str:
    """The path of an input in its tree."""
    return f"{OUTSIDE}{name}" if Path(name).is_absolute() else f"{PROJECT}/{name}"
