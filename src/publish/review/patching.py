"""Several files changed as one: all of them or none, even when the machine stops in between.

What is to be written is put into a journal first, whole and on the disk. Files are replaced from it one by one; should
that be cut off, the next command does the rest. A failure that this process still sees is undone at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from publish.diagnostics import Place, Refused, refuse
from publish.project import Project
from publish.review.disk import put, sync

_FOLDER = Path(".publish") / "journal"
_LIST = "files.json"
_PATIENCE = 30.0
"""Seconds that one command waits for another that is changing sources."""


def write_all(project: Project, files: Mapping[str, bytes], expected: Mapping[str, str]) -> None:
    """Write files at project-relative paths, all or none.

    `expected` gives the SHA-256 that each must still have, "" for one that must not be there. Raises Refused, and
    changes nothing, when one has another, or the disk cannot take it.
    """
    journal = project.root / _FOLDER
    try:
        journal.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(journal.parent / ".journal.lock", timeout=_PATIENCE):
            _finish(project)
            _check(project, expected)
            _prepare(journal, files)
            _replace(project, journal, files)
    except Timeout:
        raise refuse(
            "build.busy", "another command is changing the sources", Place(str(journal)), "try again"
        ) from None
    except OSError as error:
        shutil.rmtree(journal, ignore_errors=True)
        raise _unwritable(error) from None


def recover(project: Project) -> None:
    """Finish what an earlier command had begun when it was cut off; does nothing when nothing was."""
    if (project.root / _FOLDER).exists():
        with (
            contextlib.suppress(OSError, Timeout),
            FileLock(project.root / _FOLDER.parent / ".journal.lock", timeout=_PATIENCE),
        ):
            _finish(project)


def _check(project: Project, expected: Mapping[str, str]) -> None:
    for name, digest in expected.items():
        path = project.root / name
        now = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        if now != digest:
            raise refuse(
                "review.source-changed",
                f"{name} was changed while the copy was read, so nothing was written",
                Place(name),
                "import the copy again",
            )


def _prepare(journal: Path, files: Mapping[str, bytes]) -> None:
    """The new files under numbers, then the list that makes them count."""
    shutil.rmtree(journal, ignore_errors=True)
    journal.mkdir()
    for number, data in enumerate(files.values()):
        put(journal / str(number), data)
    listed = [{"path": name, "sha256": sha256(data).hexdigest()} for name, data in files.items()]
    put(journal / f"{_LIST}.new", json.dumps(listed).encode())
    (journal / f"{_LIST}.new").replace(journal / _LIST)
    sync(journal)


def _replace(project: Project, journal: Path, files: Mapping[str, bytes]) -> None:
    """From the journal into place. When that fails, what was replaced gets its old bytes back."""
    old: dict[Path, bytes | None] = {}
    try:
        for number, name in enumerate(files):
            target = project.root / name
            old[target] = target.read_bytes() if target.exists() else None
            _move(journal / str(number), target)
    except OSError:
        for target, data in old.items():
            with contextlib.suppress(OSError):
                if data is None:
                    target.unlink(missing_ok=True)
                elif target.read_bytes() != data:
                    put(journal / "back", data)
                    _move(journal / "back", target)
        raise
    shutil.rmtree(journal, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    if target.exists():
        source.chmod(target.stat().st_mode & 0o777)
    os.replace(source, target)  # noqa: PTH105
    sync(target.parent)


def _finish(project: Project) -> None:
    """Replace what a listed journal still holds, and take the journal away."""
    journal = project.root / _FOLDER
    try:
        listed = json.loads((journal / _LIST).read_text(encoding="utf-8"))
        for number, each in enumerate(listed):
            staged, target = journal / str(number), project.root / str(each["path"])
            inside = project.root.resolve() in target.resolve().parents
            if staged.is_file() and inside and sha256(staged.read_bytes()).hexdigest() == each["sha256"]:
                _move(staged, target)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass  # the list was not written: nothing had begun
    shutil.rmtree(journal, ignore_errors=True)


def _unwritable(error: OSError) -> Refused:
    return refuse(
        "review.cannot-write",
        f"the sources cannot be written: {error.strerror or error}; they are as they were",
        Place(str(error.filename or "")),
        "make room on the disk, or give yourself the right to write there",
    )
