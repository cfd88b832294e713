"""What goes to a worker and what comes back: files by their content, so that nothing has to be sent twice.

A leaflet may need every file of the source folder that is no other leaflet's, and every theme. Nobody guesses which:
the names of all go along, and their contents once to each worker. What comes back names each file that was read, with
its hash; so the sender sees that the worker had what it should have.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from math import inf
from pathlib import Path

from publish.build import Made, Request
from publish.cluster.environment import Environment
from publish.diagnostics import Failure
from publish.worker import Stopped

PROJECT, OUTSIDE = "project", "outside"
"""Where a tree keeps the project's files, and those of a theme that stands elsewhere."""

MOST_READ = 25 << 20
"""Bytes of the largest source file that is used. Of a larger one only the size is sent, for only that is told of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree: its size in bytes and the SHA-256 of its content; "" when only its size matters."""

    size: int
    sha256: str = ""


Tree = Mapping[str, Entry]
"""Files by their path below a tree's folder, with forward slashes."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One leaflet's errand. `shared` is the hash of the tree that all leaflets have, `own` are the files in `folder`.

    `blobs` are contents by their hash, those that this worker is not known to have. `request` speaks of the sender's
    paths; `afresh` throws away what the worker has kept, should it have spoilt.
    """

    request: Request
    shared: str
    folder: str
    own: Tree
    blobs: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    press: bool = False
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a worker tells of itself before it gets work: what it is like, and the contents that it has, by hash."""

    environment: Environment
    has: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """Contents that the worker does not have, by hash."""

    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an errand, with the bytes of the files by name, and what the worker is like."""

    came: Made | Stopped | Failure
    files: Mapping[str, bytes]
    environment: Environment


@dataclass(frozen=True, slots=True)
class Trouble:
    """The worker could not even try: its disk is full, its processes do not start."""

    what: str


def written(tree: Tree) -> bytes:
    """A tree as a content of its own."""
    told = {path: [entry.size, entry.sha256] for path, entry in sorted(tree.items())}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def read(data: bytes) -> Tree:
    """The tree that was written so."""
    return {path: Entry(size, digest) for path, (size, digest) in json.loads(data).items()}


_TREES = 4


# --- gathering, at the sender's ---


@dataclass(frozen=True, slots=True)
class Found:
    """A file on the disk as it was when its content was hashed."""

    entry: Entry
    path: Path
    stamp: tuple[int, int, int, int]


class Files:
    """The sender's files: hashed when first seen, and again when they have changed."""

    def __init__(self) -> None:
        self._found: dict[Path, Found] = {}
        self._where: dict[str, Path] = {}
        self._trees: dict[str, bytes] = {}

    def folder(self, folder: Path, under: str, most: float = inf, skip: tuple[Path, ...] = ()) -> dict[str, Entry]:
        """The plain files below a folder by their path in the tree. Links and what cannot be read are left out.

        Of a file with more than `most` bytes, only the size is noted.
        """
        found: dict[str, Entry] = {}
        for path in _plain(folder, skip):
            entry = self._entry(path, most)
            if entry:
                found[f"{under}/{path.relative_to(folder).as_posix()}"] = entry
        return found

    def tree(self, tree: Tree) -> str:
        """The hash of a tree, which is from now on a content to be sent."""
        data = written(tree)
        digest = sha256(data).hexdigest()
        self._trees[digest] = data
        while len(self._trees) > _TREES:
            self._trees.pop(next(iter(self._trees)))
        return digest

    def content(self, digest: str) -> bytes | None:
        """A content by its hash; None when the file has been changed since."""
        if digest in self._trees:
            return self._trees[digest]
        try:
            data = self._where[digest].read_bytes()
        except (KeyError, OSError):
            return None
        return data if sha256(data).hexdigest() == digest else None

    def _entry(self, path: Path, most: float) -> Entry | None:
        try:
            facts = path.stat()
            stamp = (facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_ctime_ns)
            known = self._found.get(path)
            if known and known.stamp == stamp:
                return known.entry
            digest = sha256(path.read_bytes()).hexdigest() if facts.st_size <= most else ""
        except OSError:
            return None
        entry = Entry(facts.st_size, digest)
        if digest:
            self._where[digest] = path
        self._found[path] = Found(entry, path, stamp)
        return entry


def _plain(folder: Path, skip: tuple[Path, ...]) -> Iterator[Path]:
    """Plain files, not beginning with a dot; no link is followed."""
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or entry.is_symlink():
                        continue
                    path = Path(entry.path)
                    if entry.is_dir() and path not in skip:
                        waiting.append(path)
                    elif entry.is_file():
                        yield path
        except OSError:
            continue
