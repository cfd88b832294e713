"""Looking at files: their hash with a stamp that proves it, each read only when its stamp does not say enough."""

from __future__ import annotations

import os
import stat
import time
from hashlib import sha256

from publish.incremental.stamps import ABSENT, UNSURE, Stamp, proves, stamp

NOTHING = ""
"""The hash of a file that is not there: as `inputs.ABSENT`."""


class Eyes:
    """What has been looked at. A file whose stamp has not changed since then is not read again."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Stamp, str]] = {}

    def look(self, path: str) -> tuple[Stamp, str]:
        """The stamp and the SHA-256 in hex of a file as it is now; the stamp is UNSURE when it proves nothing yet."""
        told = stamp(path)
        now = time.time_ns()
        if told == ABSENT:
            return ABSENT, NOTHING
        seen = self._seen.get(path)
        if seen is not None and seen[0] == told:
            return seen
        digest = _digest(path)
        found = (told if proves(told, now) else UNSURE), digest  # taken before the reading: see `proves`
        self._seen[path] = found
        return found

    def believe(self, path: str, kept: Stamp, digest: str) -> None:
        """Take over what an earlier build saw."""
        if kept not in (ABSENT, UNSURE):
            self._seen[path] = (kept, digest)


def _digest(path: str) -> str:
    """The hash of a regular file, links followed; NOTHING for all else, and for what cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe in a file's place must not stop us
        with open(descriptor, "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return NOTHING
            return sha256(file.read()).hexdigest()
    except (OSError, ValueError):
        return NOTHING
