"""Leaflets packed for a worker: which files go along, and which contents it still has to be sent."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from pathlib import Path

from publish import inputs
from publish.build import Request
from publish.cluster.parcel import MOST_READ, OUTSIDE, PROJECT, Entry, Files, Parcel, Tree
from publish.diagnostics import Failure, Place, refuse
from publish.project import Project, shown
from publish.theme.load import load_theme

MOST_SENT = 16 << 20
"""Bytes of contents in one parcel. What is more goes in further ones, when the worker asks for it."""


class Packer:
    """Packs the leaflets of one batch. The tree that they share is read once, and again when a leaflet comes back."""

    def __init__(self) -> None:
        self._files = Files()
        self._shared: dict[str | None, str] = {}
        self._trees: dict[str, Tree] = {}
        self._seen: set[str] = set()

    def packed(self, request: Request, press: bool) -> Parcel:
        """A leaflet's parcel without contents. Raises Refused for one that is no folder of the project's own."""
        folder = request.project.source / "leaflets" / request.name
        under = f"{PROJECT}/{shown(folder, request.project.root)}"
        if folder.is_symlink() or not folder.is_dir():
            raise unshippable(folder, request.project)
        if request.name in self._seen:  # it is built again, perhaps since something was changed meanwhile
            self._shared.clear()
        self._seen.add(request.name)
        if request.theme not in self._shared:
            tree = self._read_shared(request)
            digest = self._shared[request.theme] = self._files.tree(tree)
            self._trees = {digest: tree, **dict(list(self._trees.items())[:3])}
        own = self._files.folder(folder, under, MOST_READ)
        return Parcel(request, self._shared[request.theme], under, own, press=press)

    def shared_tree(self, parcel: Parcel) -> Tree:
        """The tree that the parcel shares with others; empty when it has been long given up."""
        return self._trees.get(parcel.shared, {})

    def with_blobs(self, parcel: Parcel, lacks: Iterable[str], held: Container[str], afresh: bool) -> Parcel:
        """The parcel with contents: what the worker says that it lacks, and what it was never sent of the leaflet.

        Raises Refused when a file has been changed since it was packed.
        """
        wanted = dict.fromkeys((*lacks, *(entry.sha256 for entry in parcel.own.values() if entry.sha256)))
        blobs: dict[str, bytes] = {}
        size = 0
        for digest in wanted:
            if digest in held:
                continue
            data = self._files.content(digest)
            if data is None:
                raise self._moved(parcel, digest)
            if blobs and size + len(data) > MOST_SENT:
                break
            blobs[digest] = data
            size += len(data)
        return replace(parcel, blobs=blobs, afresh=afresh)

    def _read_shared(self, request: Request) -> dict[str, Entry]:
        project = request.project
        source = f"{PROJECT}/{shown(project.source, project.root)}"
        tree = self._files.folder(project.source, source, MOST_READ, skip=(project.source / "leaflets",))
        tree |= self._files.folder(project.themes, f"{PROJECT}/{shown(project.themes, project.root)}")
        for folder in _folders_elsewhere(request):
            inside = folder.is_relative_to(project.root)
            under = f"{PROJECT}/{shown(folder, project.root)}" if inside else f"{OUTSIDE}{folder.as_posix()}"
            tree |= self._files.folder(folder, under)
        return tree

    def _moved(self, parcel: Parcel, digest: str) -> Failure:
        trees = (*parcel.own.items(), *self.shared_tree(parcel).items())
        path = next((path for path, entry in trees if entry.sha256 == digest), parcel.folder)
        self._shared.clear()
        return refuse(
            "cluster.source-moved",
            f"{path.partition('/')[2]} was changed while it was sent to a worker",
            Place(path.partition("/")[2]),
            "save the file, let it rest, and build again",
        )


def _folders_elsewhere(request: Request) -> tuple[Path, ...]:
    """The folders of a theme that was named by its path, as far as they are not among the project's themes."""
    if not request.theme or not Path(request.theme).is_absolute():
        return ()
    try:
        folders = load_theme(request.theme, request.project.themes).folders
    except Failure:  # the worker will tell what is wrong with it
        folders = (Path(request.theme).resolve(),)
    known = (request.project.themes, inputs.shipped_themes() / "base")
    return tuple(folder for folder in folders if not any(folder.is_relative_to(each) for each in known))


def unshippable(path: Path, project: Project) -> Failure:
    """A file or folder that is there and cannot be sent, though the leaflet asks for it."""
    name = shown(path, project.root)
    return refuse(
        "cluster.cannot-ship",
        f"{name} is a link, hidden by a dot, or cannot be read; such files are not sent to workers",
        Place(name),
        "put a plain file in its place, or build this leaflet without --cluster",
    )
