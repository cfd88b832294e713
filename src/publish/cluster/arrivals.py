"""What comes back from a worker, looked at before it counts: each file by its hash, and each source that was read."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from publish import inputs, outputs
from publish.build import Made
from publish.cluster.packing import unshippable
from publish.cluster.parcel import OUTSIDE, PROJECT, Done, Parcel, Tree
from publish.diagnostics import Failure
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
    _compare_inputs(made, parcel, shared)
    for name, digest in made.files.items():
        if Path(name).name != name or sha256(done.files[name]).hexdigest() != digest:
            raise Unlike(f"{name} with other bytes than were proven there")
    for name, data in done.files.items():
        outputs.stage(staging / name, data)
    return made


def _compare_inputs(made: Made, parcel: Parcel, shared: Tree) -> None:
    """Raises Unlike when the worker read other sources than it was sent, Failure when it looked for one in vain."""
    project = parcel.request.project
    for name, digest in made.inputs.items():
        if name.startswith("publish:"):
            continue  # what ships is a part of the environment, which was compared
        entry = parcel.own.get(_place(name, project)) or shared.get(_place(name, project))
        path = inputs.path_of(name, project.root)
        if digest == inputs.ABSENT:
            if entry:
                raise Unlike(f"a leaflet made without {name}")
            if os.path.lexists(path):
                raise unshippable(path, project)
        elif entry is None or entry.sha256 != digest:
            raise Unlike(f"a leaflet made of another {name}")


def _place(name: str, project: Project) -> str:
    """The path of an input in its tree."""
    return f"{OUTSIDE}{name}" if Path(name).is_absolute() else f"{PROJECT}/{name}"
