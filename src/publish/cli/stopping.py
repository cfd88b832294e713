"""What ends a long command from outside: Ctrl-C, SIGTERM, a terminal that was closed. It ends in order, once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType

_PATIENCE = 10.0
"""Seconds in which a command that was told to end clears up; who asks again meanwhile is not heard."""


class Interrupted(BaseException):
    """Somebody wants the command to end. The exit code is what a shell says of a process that this signal ended."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def heard() -> list[signal.Signals]:
    """The signals that end a command. One that is ignored already stays so: by the wish of who started it (nohup)."""
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    return [each for each in ending if signal.getsignal(each) is not signal.SIG_IGN]


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Inside, a signal to end raises Interrupted, once: nothing cuts short what is cleared up then."""
    asked_at: float | None = None

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked_at
        if asked_at is None or time.monotonic() - asked_at > _PATIENCE:
            asked_at = time.monotonic()
            raise Interrupted(number)

    before = {each: signal.signal(each, ask) for each in heard()}
    try:
        yield
    finally:
        if asked_at is None:  # else the process is about to end, and once is enough
            for number, handler in before.items():
                signal.signal(number, handler)


def end(stop: Interrupted) -> None:
    """Say so and exit. There may be nobody left to tell."""
    try:
        print("\r\x1b[K" if sys.stderr.isatty() else "", end="", file=sys.stderr)
        print("stopped; what is not told as done is as it was", file=sys.stderr, flush=True)
        sys.stdout.flush()
    except OSError:
        nobody = os.open(os.devnull, os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(nobody, descriptor)
    sys.exit(stop.exit_code)
