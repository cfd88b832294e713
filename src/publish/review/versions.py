"""Versions of a leaflet: as it stands, as git has it, from a leaflet.md, or what a Word copy was made from."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from publish.diagnostics import Place, refuse
from publish.model import Document
from publish.project import FILE_NAME, LEAFLET_FILE, Project, open_project, shown
from publish.reader import read_leaflet
from publish.review import store
from publish.review.admission import admitted, read_bytes
from publish.review.returned import properties

_SECONDS = 30
"""How long git may take."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version: the document, the project in which its sources stand, and what people call it."""

    document: Document
    root: Project
    called: str


def version(project: Project, leaflet: str, named: str, scratch: Path) -> Version:
    """The leaflet in the version `named`: a revision, a leaflet.md, a Word copy; as it stands now when nothing is said.

    `scratch` is an empty folder for sources that must be fetched. Raises Refused when there is no such version, or it
    cannot be read.
    """
    path = Path(named)
    if not named:
        return _read(project, leaflet, "the source as it stands")
    if path.suffix.lower() == ".docx":
        return _read(_of_copy(project, leaflet, path), leaflet, path.name)
    if path.is_file():
        return _read(_of_text(project, leaflet, path, scratch), leaflet, path.name)
    return _read(_of_revision(project, named, scratch), leaflet, named)


def _read(project: Project, leaflet: str, called: str) -> Version:
    document, findings = read_leaflet(project, leaflet)
    if document is None:
        raise refuse(
            "review.version-unreadable",
            f"the leaflet “{leaflet}” cannot be read in the version “{called}”: {findings[0].message}",
            findings[0].place,
            "name a version in which `publish check` finds nothing wrong",
        )
    return Version(document, project, called)


def _of_copy(project: Project, leaflet: str, path: Path) -> Project:
    """The sources that a Word copy was made from, whatever was changed in it since."""
    said = properties(admitted(read_bytes(path), path.name))
    digest, name = said.get("publish-source", ""), said.get("publish-leaflet", "")
    if name and name != leaflet:
        raise refuse(
            "review.version-unknown", f"{path.name} is a copy of “{name}”, not of “{leaflet}”", Place(str(path))
        )
    root = store.base(project, digest)
    if root is None:
        raise refuse(
            "review.base-unknown",
            f"the sources from which {path.name} was made are not kept in this project",
            Place(str(path)),
            "name the git revision from which it was made, or fetch .publish/bases from the machine that built it",
        )
    return open_project(root)


def _of_text(project: Project, leaflet: str, path: Path, scratch: Path) -> Project:
    """A leaflet.md with the product, safety text and pictures that the project has now."""
    source = scratch / shown(project.source, project.root)
    shutil.copytree(project.source, source)
    shutil.copyfile(path, source / "leaflets" / leaflet / LEAFLET_FILE)
    shutil.copyfile(project.root / FILE_NAME, scratch / FILE_NAME)
    return open_project(scratch)


# --- revisions ---


def _of_revision(project: Project, named: str, scratch: Path) -> Project:
    """The sources as git has them in a revision."""
    commit = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}")
    if commit is None:
        _git_or_refused(project, named)
        raise refuse(
            "review.version-unknown",
            f"“{named}” is neither a file nor a revision of the sources",
            hint="name a revision such as HEAD~1, a tag or a commit, a leaflet.md, or a Word copy (.docx)",
        )
    revision = commit.decode().strip()
    settings = _git(project, "show", f"{revision}:./{FILE_NAME}")
    (scratch / FILE_NAME).write_bytes(settings or b"")
    fetched = open_project(scratch)
    folder = shown(fetched.source, fetched.root)
    packed = _git(project, "archive", "--format=tar", revision, "--", folder)
    if packed is None:
        raise refuse("review.version-unknown", f"the revision “{named}” has no folder {folder}/")
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(scratch, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise refuse("review.version-unreadable", f"the sources of “{named}” cannot be unpacked: {error}") from None
    return fetched


def _git_or_refused(project: Project, named: str) -> None:
    """Raises Refused when there is no git, or no repository, to ask for a revision."""
    if _git(project, "rev-parse", "--git-dir") is None:
        raise refuse(
            "review.needs-git",
            f"“{named}” is no file, and no git repository is here that could know it as a revision",
            Place(str(project.root)),
            "keep the project in git, or name a leaflet.md or a Word copy (.docx) instead",
        )


def _git(project: Project, *words: str) -> bytes | None:
    """What git says, in the project's folder; None when it fails or is not there."""
    command = ["git", "-C", str(project.root), *words]
    try:
        ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return ran.stdout
