"""When to look: the operating system's word that something changed below some folders, as bytes in a pipe."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from watchfiles import watch

_STEP_MS = 5
"""How long it must be quiet before changes are told. The library's own 50 ms would be felt."""

_GROUP_MS = 60
"""How long changes that come one upon the other are gathered at most."""


class Notices:
    """Wakes whoever waits on `fileno()`. Without notices of the system `deaf` says why, in the system's words."""

    def __init__(self) -> None:
        self.deaf = ""
        self._heard, self._tell = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self._tell, False)
        self._roots: tuple[tuple[Path, int, int], ...] = ()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def fileno(self) -> int:
        """For `multiprocessing.connection.wait`."""
        return self._heard

    def wake(self) -> None:
        """As if something had changed."""
        with contextlib.suppress(OSError):  # full: it will wake anyway. Closed: nobody waits any more
            os.write(self._tell, b".")

    def heard(self) -> bool:
        """Whether there was any notice since this was asked last."""
        with contextlib.suppress(BlockingIOError):
            return bool(os.read(self._heard, 65536))
        return False

    def follow(self, folders: Iterable[Path]) -> bool:
        """Hear of what happens below these folders, as far as they exist; whether these are others than before.

        A folder that was taken away and put back is another one.
        """
        roots = tuple(root for folder in dict.fromkeys(folders) if (root := _identity(folder)))
        if roots == self._roots and (self.deaf or (self._thread and self._thread.is_alive()) or not roots):
            return False
        self._end()
        self._roots = roots
        self._stop = threading.Event()
        if roots:
            work = (tuple(path for path, _, _ in roots), self._stop)
            self._thread = threading.Thread(target=self._listen, args=work, name="notices", daemon=True)
            self._thread.start()
        return True

    def close(self) -> None:
        """End it."""
        self._end()
        os.close(self._heard)
        os.close(self._tell)

    def _listen(self, paths: tuple[Path, ...], stop: threading.Event) -> None:
        try:
            for _ in watch(
                *paths, watch_filter=None, debounce=_GROUP_MS, step=_STEP_MS, stop_event=stop, raise_interrupt=False,
                ignore_permission_denied=True,
            ):  # fmt: skip
                self.wake()
        except (OSError, RuntimeError) as error:  # out of watches, or a file system that gives no notices
            self.deaf = str(error)
        self.wake()

    def _end(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()
        self._thread = None
        self.deaf = ""


def _identity(folder: Path) -> tuple[Path, int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return folder, found.st_dev, found.st_ino
