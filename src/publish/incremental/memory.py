"""A memory for what is dear to find and depends only on its key: bytes by kind and key, in `.publish/memory/`.

It is a cache: any entry may be gone at any time, and what another program wrote (another version of publish, Python or
a library) is not found. Processes may use it at once: an entry appears whole, and is checked when it is recalled.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from publish.incremental.program import program

FOLDER = Path(".publish") / "memory"
MOST = 400
"""Entries of a kind that are kept; the oldest go first."""

_KIND = re.compile(r"[a-z][a-z0-9-]*")
_DIGEST = 32  # bytes of a SHA-256


def recall(root: Path, kind: str, key: str) -> bytes | None:
    """What was remembered in the project at `root`; None when nothing was, or it is damaged."""
    try:
        written = _path(root, kind, key).read_bytes()
    except OSError:
        return None
    seal, value = written[:_DIGEST], written[_DIGEST:]
    return value if seal == _seal(kind, key, value) else None


def remember(root: Path, kind: str, key: str, value: bytes) -> None:
    """Keep `value` for who asks next. When the disk cannot take it, nothing is kept, and nothing is said."""
    path = _path(root, kind, key)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123
                file.write(_seal(kind, key, value) + value)
            os.replace(draft, path)  # noqa: PTH105
        except BaseException:
            os.unlink(draft)  # noqa: PTH108
            raise
        _tidy(path.parent)


@dataclass(frozen=True, slots=True)
class Kept:
    """The memory of the project at `root`: see inputs.Keeper."""

    root: Path

    def recall(self, kind: str, key: str) -> bytes | None:
        return recall(self.root, kind, key)

    def remember(self, kind: str, key: str, value: bytes) -> None:
        remember(self.root, kind, key, value)


def _path(root: Path, kind: str, key: str) -> Path:
    assert _KIND.fullmatch(kind), f"“{kind}” is no name for a kind"
    name = sha256(f"{program()}\0{kind}\0{key}".encode("utf-8", "surrogateescape")).hexdigest()
    return root / FOLDER / kind / name


def _seal(kind: str, key: str, value: bytes) -> bytes:
    head = f"{program()}\0{kind}\0{key}\0{len(value)}\0".encode("utf-8", "surrogateescape")
    return sha256(head + value).digest()


def _tidy(folder: Path) -> None:
    """The oldest entries go when there are too many; a fifth at once, so that it is seldom done."""
    names = os.listdir(folder)  # noqa: PTH208
    if len(names) <= MOST:
        return
    aged: list[tuple[int, str]] = []
    for name in names:
        with contextlib.suppress(OSError):  # another process was faster
            aged.append(((folder / name).stat().st_mtime_ns, name))
    for _, name in sorted(aged)[: len(names) - MOST * 4 // 5]:
        with contextlib.suppress(OSError):
            (folder / name).unlink()
