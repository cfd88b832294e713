"""The place of finished files: a locked staging folder beside them, and moves that leave each file old or new."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock, Timeout

from publish.diagnostics import Place, Refused, refuse

RECORD = "build.json"
_PATIENCE = 600.0
"""Seconds that a build waits for another one of the same leaflet."""


class OutputFolder:
    """`out`/<name>/, held by one build at a time. What an earlier, killed build left in staging is taken away."""

    def __init__(self, out: Path, name: str) -> None:
        self.folder = out / name
        self.staging = out / f".staging-{name}"
        self._lock = FileLock(out / f".{name}.lock")

    def __enter__(self) -> OutputFolder:
        self.hold(patient=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def hold(self, patient: bool) -> bool:
        """Take the folder for this build; False when another build has it and this one is not patient.

        Raises Refused when it cannot be written, or another build has it for too long.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=_PATIENCE if patient else 0)
            self.folder.mkdir(exist_ok=True)  # not before: who holds it takes an empty one away
            shutil.rmtree(self.staging, ignore_errors=True)
            self.staging.mkdir()
        except Timeout:
            if not patient:
                return False
            raise refuse(
                "build.busy",
                f"another build of “{self.folder.name}” has held its outputs for {_PATIENCE / 60:.0f} minutes",
                Place(str(self.folder)),
                "let it finish, or end it",
            ) from None
        except OSError as error:
            self.close()
            raise _unwritable(self.folder, error) from None
        return True

    def close(self) -> None:
        """Let the folder go, and clear away what was staged. Nothing happens when it is not held."""
        if not self._lock.is_locked:
            return
        shutil.rmtree(self.staging, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()  # only when a first build left it empty
        self._lock.release()

    def publish(self, files: Mapping[str, str], record: Mapping[str, Any]) -> dict[str, str]:
        """Move the staged files, by name and SHA-256, to their place, the record last; all that it tells of, likewise.

        Each is read back from the disk first: what is moved is what was proven. Raises Refused and moves nothing when
        a staged file is not; a failure while moving leaves each file either the old or the new one, whole.
        """
        try:
            for name, digest in files.items():
                if sha256((self.staging / name).read_bytes()).hexdigest() != digest:
                    raise OSError(errno.EIO, f"{name} was altered on the disk before it could be moved")
                _sync(self.staging / name)
            outputs = {**self._kept(files), **files}
            written = json.dumps({**record, "outputs": outputs}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            (self.staging / RECORD).write_text(written, encoding="utf-8")
            _sync(self.staging / RECORD)
            with _at_one_go():
                for name in (*files, RECORD):
                    (self.staging / name).chmod(0o644)
                    os.replace(self.staging / name, self.folder / name)  # noqa: PTH105
            _sync(self.folder)
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        return {**outputs, RECORD: sha256(written.encode()).hexdigest()}

    def _kept(self, files: Mapping[str, str]) -> dict[str, str]:
        """Outputs of earlier builds in other formats that are still there, unaltered."""
        try:
            known = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))["outputs"]
            return {
                name: digest
                for name, digest in known.items()
                if name not in files and sha256((self.folder / name).read_bytes()).hexdigest() == digest
            }
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return {}


def stage(path: Path, data: bytes) -> bytes:
    """Write a finished file into staging and read it back: what is verified is what is on the disk."""
    try:
        path.write_bytes(data)
        return path.read_bytes()
    except OSError as error:
        raise _unwritable(path.parent, error) from None


_WAYS_OUT = {
    errno.ENOSPC: "make room on the disk and build again",
    errno.EDQUOT: "make room within your quota and build again",
    errno.ENAMETOOLONG: "give the leaflet's folder a shorter name, or use --out with a shorter one",
    errno.EFBIG: "make the leaflet's pictures smaller, or raise `output-mb` in publish.toml [limits]",
}


def _unwritable(folder: Path, error: OSError) -> Refused:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return refuse(
        "build.disk-full" if full else "build.cannot-write",
        f"the outputs cannot be written: {error.strerror or error}; the earlier files are as they were",
        Place(str(folder)),
        _WAYS_OUT.get(error.errno or 0, "give yourself the right to write there, or use --out"),
    )


@contextlib.contextmanager
def _at_one_go() -> Iterator[None]:
    """Ctrl-C and the like wait until this is over, so that the files of one build stand together.

    To block them here would not do: the line to a cluster has a thread of its own, which would take them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # what a signal raises, it raises in the main thread
        return
    asked: list[int] = []
    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    heard = {each: handler for each, handler in handlers.items() if handler not in (signal.SIG_IGN, None)}
    try:
        for number in heard:
            signal.signal(number, lambda number, frame: asked.append(number))
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
        for each in asked:
            signal.raise_signal(each)


def _sync(path: Path) -> None:
    """Onto the disk, so that a power cut after the move cannot leave an empty file under a good name."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
