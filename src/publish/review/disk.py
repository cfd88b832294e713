"""Onto the disk, so that a power cut leaves nothing half-written under a good name."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def put(path: Path, data: bytes) -> None:
    """A whole file, its folders made, on the disk before this returns. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """A folder's list of names, where the system lets folders be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
