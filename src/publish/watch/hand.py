"""A warm process that does one piece of work after the other, may be ended at any time, and is then started anew."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from publish.diagnostics import Failure
from publish.project import Limits
from publish.worker import _PRELOAD, Stopped, _death, _end, _limit, _teller, _told


class Hand:
    """Does `work(tell, *arguments)`; `connection` is ready when `hear()` has something to say."""

    def __init__(self, work: Callable[..., Any], limits: Limits) -> None:
        self._work = work
        self._limits = limits
        self._deadline = 0.0
        self._during = "starting"
        self.busy = False
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOAD)
        self.connection, theirs = context.Pipe()
        self._litter = tempfile.TemporaryDirectory(prefix="publish-", ignore_cleanup_errors=True)
        arguments = (theirs, self._work, self._limits, self._litter.name)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def give(self, *arguments: Any, limits: Limits) -> None:
        self._limits = limits
        self.connection.send(arguments)
        self._deadline = time.monotonic() + self._limits.seconds
        self._during = "starting"
        self.busy = True

    def left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def hear(self) -> tuple[str, Any] | None:
        """("stage", words) or ("came", result, Stopped or Failure); None when there is nothing to hear."""
        try:
            if not self.connection.poll(0):
                if self.busy and self.left() == 0:
                    return self._stopped(Stopped("time", self._during, f"{self._limits.seconds} s"))
                return None
            kind, value = self.connection.recv()
        except EOFError:
            self._process.join()
            return self._stopped(_death(self._process.exitcode, self._during, self._limits))
        if kind == "stage":
            self._during = value
            return "stage", value
        self.busy = False
        if kind == "failed":
            return "came", Failure(*value)
        if kind == "memory":
            return self._stopped(Stopped("memory", self._during, f"{self._limits.memory_mb} MB"))
        return "came", Stopped("crash", self._during, value) if kind == "crashed" else value

    def _stopped(self, stopped: Stopped) -> tuple[str, Any]:
        self.again()
        return "came", stopped

    def again(self) -> None:
        self.end()
        self._start()
        self.busy = False

    def end(self) -> None:
        _end(self._process)
        self.connection.close()
        self._litter.cleanup()


def _serve(pipe: Connection, work: Callable[..., Any], limits: Limits, litter: str) -> None:
    os.setpgid(0, 0)
    tempfile.tempdir = litter
    _limit(limits)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tell = _teller(pipe)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            arguments = pipe.recv()
            try:
                result = ("done", work(tell, *arguments))
            except Failure as failure:
                result = ("failed", failure.findings)
            except MemoryError:
                result = ("memory", None)
            except Exception as error:
                result = ("crashed", _told(error))
            pipe.send(result)
