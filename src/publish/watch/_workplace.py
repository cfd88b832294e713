"""The watch's own folder beside the pictures: tickets, and what is staged. What a killed watch left is taken away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from itertools import count
from pathlib import Path

from publish.build import Request
from publish.watch.drawing import Order
from publish.watch.preview import unwritable

_PREFIX = ".watch-"


class Workplace:
    """A folder that exists as long as the watch does."""

    def __init__(self, around: Path) -> None:
        """Raises Refused when it cannot be written."""
        self._numbers = count(1)
        try:
            around.mkdir(parents=True, exist_ok=True)
            for left in around.glob(f"{_PREFIX}*"):
                _clear(left)
            self.folder = around / f"{_PREFIX}{os.getpid()}-{id(self):x}"
            self.folder.mkdir()
            self._held = os.open(self.folder, os.O_RDONLY)
            fcntl.flock(self._held, fcntl.LOCK_EX)
        except OSError as error:
            raise unwritable(around, error) from None

    def order(self, request: Request) -> Order:
        """A new order for work on one leaflet."""
        number = next(self._numbers)
        self.folder.mkdir(parents=True, exist_ok=True)
        return Order(request, self.folder / f"{number}", self.folder / f"{number}.wanted")

    def close(self) -> None:
        """Take it away."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._held)


def _clear(folder: Path) -> None:
    """Remove a workplace that nobody holds."""
    with contextlib.suppress(OSError):
        held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(held)
