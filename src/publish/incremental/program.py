"""Which program this is: publish's own code, the interpreter and the installed libraries, as one short text.

What one program found, another one does not believe. Files are told by size and time, not by their contents: it has to
take a millisecond.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib costs more


@cache
def program() -> str:
    """A SHA-256 in hex that changes with publish, Python, or the version of any library installed beside them."""
    said = [sys.version, sys.executable, *_libraries(), *(f"{name} {size} {time}" for name, size, time in own_files())]
    return sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()


def own_files(folder: str = PACKAGE) -> Iterator[tuple[str, int, int]]:
    """publish's own files, code and data: path, size in bytes, time of change in ns."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from own_files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns


def _libraries() -> Iterator[str]:
    """The names of the installed distributions, which hold their versions: `weasyprint-70.0.dist-info`."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")) and os.path.isdir(folder):  # noqa: PTH112
            yield folder
            yield from sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208
