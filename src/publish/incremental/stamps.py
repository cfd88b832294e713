"""A file's stamp: what the system tells of it without reading it, and when that proves that nobody wrote to it.

A stamp is (inode, size, time of change of the bytes, time of change of the file), times in ns. Whoever writes to a
file, or puts another in its place, changes its stamp, unless the clock has not moved on in between: so a file that was
changed a moment ago, or in the future, has a stamp that proves nothing yet. Git calls such files racy.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Iterable

Stamp = tuple[int, int, int, int]

ABSENT: Stamp = (0, -1, 0, 0)
UNSURE: Stamp = (-1, -1, -1, -1)
"""Is like no file's stamp: the file's bytes must be looked at."""

FINE = 25_000_000
"""Nanoseconds after which a file system that tells parts of a millisecond gives another time: two ticks of 100 Hz."""
COARSE = 2_100_000_000
"""The same for one that tells seconds, or every second second as FAT does."""

_INODE = (1 << 63) - 1


def stamp(path: str, at: int | None = None) -> Stamp:
    """The stamp of what stands at a path, links followed; ABSENT when nothing does. `at`: the open folder that a
    relative path is meant from, in place of the working directory.
    """
    try:
        told = os.stat(path, dir_fd=at)
    except (OSError, ValueError):
        return ABSENT
    return told.st_ino & _INODE, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def proves(of: Stamp, now: int) -> bool:
    """Whether a stamp taken at `now` (ns) can be trusted: a later change would have to give another one."""
    inode, size, changed, altered = of
    fine = altered % 1_000_000 != 0
    return size >= 0 and inode >= 0 and max(changed, altered) < now - (FINE if fine else COARSE)


def trusted(of: Stamp) -> Stamp:
    """A stamp as it is kept: itself, or UNSURE when it proves nothing yet."""
    return of if of == ABSENT or proves(of, time.time_ns()) else UNSURE


def pack(stamps: Iterable[Stamp]) -> bytes:
    """Stamps as bytes, to be kept on this machine."""
    return array("q", [part for each in stamps for part in each]).tobytes()


def unpack(packed: bytes) -> list[Stamp]:
    """See `pack`. Raises ValueError when these are no stamps."""
    parts = array("q")
    parts.frombytes(packed)
    if len(parts) % 4:
        raise ValueError("no stamps")
    return [(parts[at], parts[at + 1], parts[at + 2], parts[at + 3]) for at in range(0, len(parts), 4)]


def witness(path: str) -> str:
    """What to look at to see that nothing has come to stand at a path: the folder that it would have to be put into.

    One look at a folder stands for all that is not in it. A link that leads nowhere is its own witness.
    """
    while True:
        above = os.path.dirname(path)  # noqa: PTH120
        if os.path.lexists(path) or above == path:
            return path
        if os.path.isdir(above or "."):  # noqa: PTH112
            return above or "."
        path = above
