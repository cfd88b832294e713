"""A worker's disk: contents by their hash, and the trees laid out of them. What is there need not be sent again."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Condition

from publish.cluster.parcel import PROJECT, Entry, Parcel, Tree, read

MOST_BYTES = 2 << 30
"""Bytes of contents that are kept; the longest unused go first."""

MOST_TREES = 3


class Shelf:
    """Contents and trees below `folder`. Several threads may use one shelf."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="publish-", dir=folder))
        self._most = most_bytes
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._trees: OrderedDict[str, None] = OrderedDict()
        self._used: Counter[str] = Counter()
        self._lock = Condition()
        self._empty()

    def close(self) -> None:
        """Take everything away."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def contents(self) -> tuple[str, ...]:
        """The hashes of all contents."""
        with self._lock:
            return tuple(self._sizes)

    def keep(self, blobs: Mapping[str, bytes]) -> None:
        """Take contents in. What is not what its hash says is not taken; then it will be found lacking."""
        with self._lock:
            for digest, data in blobs.items():
                if digest not in self._sizes and sha256(data).hexdigest() == digest:
                    self._blob(digest).write_bytes(data)
                    self._sizes[digest] = len(data)

    def lacking(self, shared: str, own: Tree) -> tuple[str, ...]:
        """The contents that these trees need and that are not here. As long as the shared tree lacks, only that."""
        with self._lock:
            if shared not in self._trees and shared not in self._sizes:
                return (shared,)
            wanted = [entry.sha256 for entry in own.values()]
            if shared not in self._trees:
                wanted += [entry.sha256 for entry in read(self._content(shared)).values()]
            lacks = [digest for digest in dict.fromkeys(wanted) if digest and not self._has(digest)]
            return tuple(lacks)

    @contextmanager
    def laid_out(self, parcel: Parcel) -> Iterator[Path]:
        """The folder in which the shared tree and the leaflet's own files stand. Nothing that they need may lack."""
        place = f"{parcel.shared}/{parcel.folder}"
        with self._lock:
            while self._used[place]:  # another build works on the same leaflet here
                self._lock.wait()
            self._used[place] += 1
            self._used[parcel.shared] += 1
            folder = self._tree(parcel.shared)
            self._lay(parcel.own, folder)
        try:
            yield folder
        finally:
            with self._lock:
                self._used[place] -= 1
                self._used[parcel.shared] -= 1
                shutil.rmtree(folder / parcel.folder, ignore_errors=True)
                self._tidy()
                self._lock.notify_all()

    def empty(self) -> None:
        """Forget all contents and the trees that nobody works in."""
        with self._lock:
            shutil.rmtree(self._folder / "blobs", ignore_errors=True)
            for digest in [each for each in self._trees if not self._used[each]]:
                self._drop(digest)
            self._sizes.clear()
            self._empty()

    def _empty(self) -> None:
        (self._folder / "blobs").mkdir(exist_ok=True)
        (self._folder / "trees").mkdir(exist_ok=True)

    def _tree(self, digest: str) -> Path:
        folder = self._folder / "trees" / digest
        if digest not in self._trees:
            shutil.rmtree(folder, ignore_errors=True)
            (folder / PROJECT).mkdir(parents=True)
            self._lay(read(self._content(digest)), folder)
            self._trees[digest] = None
        self._trees.move_to_end(digest)
        return folder

    def _lay(self, tree: Tree, folder: Path) -> None:
        made: set[Path] = set()
        for path, entry in tree.items():
            target = folder / path
            if target.parent not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(target.parent)
            self._put(entry, target)

    def _put(self, entry: Entry, target: Path) -> None:
        if not entry.sha256:
            with target.open("wb") as file:
                file.truncate(entry.size)  # an empty shape: it takes no room, and nobody reads it
            return
        self._sizes.move_to_end(entry.sha256)
        target.unlink(missing_ok=True)
        try:
            os.link(self._blob(entry.sha256), target)
        except OSError:
            shutil.copyfile(self._blob(entry.sha256), target)

    def _tidy(self) -> None:
        idle = [each for each in self._trees if not self._used[each]]
        for digest in idle[: max(0, len(self._trees) - MOST_TREES)]:
            self._drop(digest)
        total = sum(self._sizes.values())
        while total > self._most:
            digest, size = self._sizes.popitem(last=False)
            self._blob(digest).unlink(missing_ok=True)
            total -= size

    def _drop(self, digest: str) -> None:
        self._trees.pop(digest, None)
        shutil.rmtree(self._folder / "trees" / digest, ignore_errors=True)

    def _has(self, digest: str) -> bool:
        return digest in self._sizes and self._blob(digest).is_file()

    def _content(self, digest: str) -> bytes:
        return self._blob(digest).read_bytes()

    def _blob(self, digest: str) -> Path:
        return self._folder / "blobs" / digest
