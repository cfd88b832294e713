"""Where a leaflet is built: a process of its own with limits on time, memory and output, which may be killed.

A theme or a source can ask for endless work; then this process dies and the others go on. Processes are forked from a
server that has the heavy libraries loaded already, so that each starts in milliseconds.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from publish.diagnostics import Failure, Finding
from publish.project import Limits

R = TypeVar("R")
Tell = Callable[[str], None]
Told = Callable[[str, str], None]
"""Takes the name of a job and the stage that it has come to."""

_PRELOAD = ["publish.build", "publish.formats.pdf", "publish.verify.pdf_safety", "publish.proof.sheet"]
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stopped:
    """The work did not end by itself: `time` and `memory` are limits passed, `crash` is a death for another reason.

    `during` is what the worker last said it was doing.
    """

    why: Literal["time", "memory", "crash"]
    during: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: whose it is, and what the work is called with."""

    name: str
    arguments: tuple[Any, ...]


class Hands(Protocol):
    """Whoever does jobs: one process after the other, several at once, or other machines."""

    def each(self, jobs: Iterator[Job], told: Told) -> Iterator[tuple[Job, Any]]:
        """Each job and what came of it, as they are done: the work's result, Stopped, or the Failure that it raised.

        A job is pulled from `jobs` only when a hand is free for it. The iterator ends all work when it is closed.
        """


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Jobs one after the other, each in a process of its own."""

    work: Callable[..., Any]
    limits: Limits

    def each(self, jobs: Iterator[Job], told: Told) -> Iterator[tuple[Job, Any]]:
        """See Hands."""
        for job in jobs:
            try:
                came = run(self.work, *job.arguments, limits=self.limits, told=partial(told, job.name))
            except Failure as failure:
                came = failure
            yield job, came


def run(
    work: Callable[..., R],
    *arguments: Any,
    limits: Limits,
    told: Callable[[str], None] = lambda stage: None,
    preload: Sequence[str] = _PRELOAD,
) -> R | Stopped:
    """`work(tell, *arguments)` in a process of its own; its result, or Stopped.

    `work` may call `tell(stage)`; each stage reaches `told` here. A Failure raised by `work` is raised here again.
    `preload` are the modules that the server of processes loads when the first one starts. What the work leaves behind
    is cleared away, however it ended: programs that it started, and its temporary files.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    ours, theirs = context.Pipe(duplex=False)
    litter = tempfile.TemporaryDirectory(prefix="publish-", ignore_cleanup_errors=True)
    process = context.Process(target=_child, args=(theirs, work, arguments, limits, litter.name), daemon=True)
    process.start()
    theirs.close()
    during = "starting"
    deadline = time.monotonic() + limits.seconds
    try:
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not ours.poll(left):
                return Stopped("time", during, f"{limits.seconds} s")
            try:
                kind, value = ours.recv()
            except EOFError:
                process.join()
                return _death(process.exitcode, during, limits)
            if kind == "stage":
                during = value
                told(value)
            elif kind == "failed":
                raise Failure(*value)
            elif kind == "memory":
                return Stopped("memory", during, f"{limits.memory_mb} MB")
            elif kind == "crashed":
                return Stopped("crash", during, value)
            else:
                return value  # type: ignore[no-any-return]
    finally:
        _end(process)
        ours.close()
        litter.cleanup()


def _end(process: BaseProcess) -> None:
    """Kill a worker and the programs that it started, which are of its group."""
    if process.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def _death(code: int | None, during: str, limits: Limits) -> Stopped:
    if code == -signal.SIGXCPU:
        return Stopped("time", during, f"{limits.seconds} s")
    if code in (-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT):
        return Stopped("memory" if code != -signal.SIGSEGV else "crash", during, f"signal {-code}")
    return Stopped("crash", during, f"exit code {code}")


def _child(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...], limits: Limits, litter: str) -> None:
    os.setpgid(0, 0)
    tempfile.tempdir = litter
    _limit(limits)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which then kills this process
    tell = _teller(pipe)
    try:
        result = ("done", work(tell, *arguments))
    except Failure as failure:
        result = ("failed", failure.findings)
    except MemoryError:
        result = ("memory", None)
    except Exception as error:  # the boundary: what nobody foresaw becomes a finding, told with where it happened
        result = ("crashed", _told(error))
    with contextlib.suppress(BrokenPipeError):
        pipe.send(result)
    pipe.close()


def _told(error: Exception) -> str:
    """An unforeseen error in one line; in full when PUBLISH_DEBUG is set."""
    if os.environ.get("PUBLISH_DEBUG"):
        return "".join(traceback.format_exception(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} in {Path(last.filename).name}:{last.lineno}"


def _teller(pipe: Connection) -> Callable[[str], None]:
    def tell(stage: str) -> None:
        pipe.send(("stage", stage))

    return tell


def _limit(limits: Limits) -> None:
    """Limits that the kernel keeps, should the parent be too busy to: CPU seconds, address space, file size."""
    _set(resource.RLIMIT_CPU, limits.seconds + 5)
    _set(resource.RLIMIT_FSIZE, limits.output_mb * _MIB)
    if sys.platform == "linux":
        _set(resource.RLIMIT_AS, limits.memory_mb * _MIB + _mapped_now())
    with contextlib.suppress(OSError):
        os.nice(5)


def _mapped_now() -> int:
    """The address space that this process has already, from the libraries loaded before the fork (bytes)."""
    with open("/proc/self/statm") as status:  # noqa: PTH123
        return int(status.read().split()[0]) * resource.getpagesize()


def _set(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def as_finding(stopped: Stopped, name: str) -> Finding:
    """What a stopped worker means to the one who asked for the leaflet."""
    who = f"the leaflet “{name}”"
    if stopped.why == "time":
        return Finding(
            "build.too-long",
            f"{who} was stopped: {stopped.during} took longer than {stopped.detail}",
            None,
            "look for endless loops or boxes inside boxes in the theme, or raise `seconds` in publish.toml [limits]",
        )
    if stopped.why == "memory":
        return Finding(
            "build.too-large",
            f"{who} was stopped: {stopped.during} asked for too much memory ({stopped.detail})",
            None,
            "look for huge output in the theme, or raise `memory-mb` in publish.toml [limits]",
        )
    return Finding(
        "build.crashed",
        f"{who} was stopped: {stopped.during} crashed ({stopped.detail})",
        None,
        "this is a fault of publish or of a library under it: please report it with the leaflet and what "
        "PUBLISH_DEBUG=1 publish build says",
    )
