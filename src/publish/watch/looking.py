"""What leaflets are made of, looked at again and again: by its stat first, by its hash when that has changed.

Notices of the operating system only say *when* to look, never what has changed: so it does not matter in which way an
editor saves, whether a notice was lost, or a folder is taken away and put back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from publish.inputs import ABSENT

PATIENCE = 0.15
"""Seconds for which a file that is gone or empty, and was not before, is taken to be one that is being saved."""

_YOUNG = 50_000_000
"""Nanoseconds: a file written so shortly before it was looked at may change once more with the same time stamp."""

_Stat = tuple[int, int, int, int]
_EMPTY = sha256(b"").hexdigest()


@dataclass(slots=True)
class _Seen:
    """How a file was when it was last looked at. `missed` is when it was first found gone or empty, if it is."""

    stat: _Stat | None
    digest: str
    settled: bool
    missed: float | None = None


class Look:
    """The hashes of files as they are now. A path must be asked for to be looked at."""

    def __init__(self) -> None:
        self._seen: dict[Path, _Seen] = {}

    @property
    def unsettled(self) -> bool:
        """Whether another look should follow at once, for a file may be in the middle of a save."""
        return any(not seen.settled for seen in self._seen.values())

    def again(self, paths: Iterable[Path]) -> None:
        """Look at each path. What is not asked for any more is forgotten."""
        self._seen = {path: self._looked(path, self._seen.get(path)) for path in paths}

    def there(self, path: Path) -> bool:
        """Whether a file is there, or is only being saved. It must have been asked for."""
        return self._seen[path].digest != ABSENT

    def differing(self, told: Mapping[Path, str]) -> dict[Path, str]:
        """The hashes, as they are now, of files that are no longer what was told of them."""
        now = ((path, self._seen[path].digest) for path in told if path in self._seen)
        return {path: digest for path, digest in now if digest != told[path]}

    def _looked(self, path: Path, before: _Seen | None) -> _Seen:
        stat = _stat(path)
        if before and before.settled and before.stat == stat:
            return before
        digest = _digest(path) if stat else ABSENT
        settled = stat is None or time.time_ns() - stat[0] > _YOUNG
        if before and digest in (ABSENT, _EMPTY) and before.digest != digest:
            missed = before.missed or time.monotonic()
            if time.monotonic() - missed < PATIENCE:
                return _Seen(stat, before.digest, settled=False, missed=missed)
        return _Seen(stat, digest, settled)


def _stat(path: Path) -> _Stat | None:
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_ctime_ns


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ABSENT
