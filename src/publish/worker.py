"""Where a leaflet is built: a process of its own with limits on time, memory and output, which may be killed.

A theme or a source can ask for endless work; then this process dies and the others go on. A worker does one job after
the other, each with limits of its own, counted from where the job begins.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from publish.diagnostics import Failure, Finding, refuse
from publish.nursery import Barren, Born, Lost, Nursery, the_nursery
from publish.project import Limits

R = TypeVar("R")
Tell = Callable[[str], None]
Told = Callable[[str, str], None]
"""Takes the name of a job and the stage that it has come to."""

PRELOAD = (
    *("publish.build", "publish.formats.pdf", "publish.formats.docx", "publish.formats.epub", "publish.proof.sheet"),
    *(f"publish.verify.pdf_{name}" for name in ("form", "safety", "status", "words")),
    *(f"publish.verify.docx_{name}" for name in ("safety", "sheet", "words")),
    *(f"publish.verify.epub_{name}" for name in ("form", "safety", "shown", "words")),
)
"""What a build of the formats that everybody needs loads: workers that are born with it have it in shared memory."""

_MIB = 1024 * 1024
_LIBRARIES = 256 * _MIB
"""Address space that libraries and fonts may take which are loaded only when a job needs them."""
_A_MOMENT = 0.05
"""Seconds in which an owner who has no other job will have ended the worker: it need not tidy up then."""
_YOUNG = 1
"""The generations of objects, up to this one, that are looked at between two jobs."""


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

    def each(self, jobs: Iterator[Job], told: Told) -> Generator[tuple[Job, Any]]:
        """Each job and what came of it, as they are done: the work's result, Stopped, or the Failure that it raised.

        A job is pulled from `jobs` only when a hand is free for it. The iterator ends all work when it is closed.
        """


@dataclass(frozen=True, slots=True)
class Said:
    """What a worker said: a `stage`, or how its job ended, with the value that belongs to it; `dead`: an exit code."""

    kind: Literal["stage", "done", "failed", "memory", "crashed", "dead"]
    value: Any


@dataclass(slots=True)
class Hand:
    """The owner's side of one worker: gives it a job, hears what it says, and ends it.

    `during` is what it last said it was doing; `until` is when its job must be done, by the monotonic clock.
    """

    born: Born
    nursery: Nursery
    limits: Limits
    during: str = "starting"
    until: float = field(default=float("inf"))
    grown: int = 0

    @property
    def pipe(self) -> Connection:
        """Readable when the worker has said something or is dead."""
        return self.born.pipe

    def take(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        """Begin a job. A worker that is dead is heard to be."""
        self.during = "starting"
        self.until = time.monotonic() + self.limits.seconds
        with contextlib.suppress(OSError):
            self.pipe.send(self.limits)
            self.pipe.send_bytes(pickle.dumps((work, arguments)))

    def hear(self) -> Said | None:
        """What it said, waiting for it; None when the time of its job is over before it said anything."""
        if not self.pipe.poll(max(0.0, self.until - time.monotonic())):
            return None
        try:
            kind, value, self.grown = self.pipe.recv()
        except (EOFError, OSError):
            return Said("dead", self.end())
        if kind == "stage":
            self.during = value
        return Said(kind, value)

    def end(self) -> int:
        """Kill it, with the programs that it started; how it ended: an exit code, or a signal as a number below 0."""
        return self.nursery.end(self.born)


def new_hand(limits: Limits, preload: Sequence[str], warm: bool = False) -> Hand:
    """A new worker. `preload` are the modules that the second worker of a process, or a warm one, is born with.

    Raises Refused when the system has no room for one.
    """
    try:
        try:
            return _born(the_nursery(), limits, preload, warm)
        except Lost:
            return _born(the_nursery(), limits, preload, warm)
    except Barren as error:
        raise refuse(
            "build.no-worker",
            f"no process for building can be started: {error}",
            hint="make room where temporary files go, or name another folder with TMPDIR; or end other programs",
        ) from None


def _born(nursery: Nursery, limits: Limits, preload: Sequence[str], warm: bool) -> Hand:
    return Hand(nursery.start("publish.worker:serve", preload, warm), nursery, limits)


def run(
    work: Callable[..., R],
    *arguments: Any,
    limits: Limits,
    told: Callable[[str], None] = lambda stage: None,
    preload: Sequence[str] = PRELOAD,
) -> R | Stopped:
    """`work(tell, *arguments)` in a process of its own; its result, or Stopped.

    `work` may call `tell(stage)`; each stage reaches `told` here. A Failure raised by `work` is raised here again.
    What the work leaves behind is cleared away, however it ended: programs that it started, and its temporary files.
    """
    hand = new_hand(limits, preload)
    try:
        hand.take(work, arguments)
        while (said := hand.hear()) and said.kind == "stage":
            told(said.value)
    finally:
        hand.end()
    came = outcome(said, hand)
    if isinstance(came, Failure):
        raise came
    return came  # type: ignore[no-any-return]


def outcome(said: Said | None, hand: Hand) -> Any:
    """What came of a job by the last thing that its worker said: the result, Stopped, or the Failure it raised."""
    if said is None:
        return Stopped("time", hand.during, f"{hand.limits.seconds} s")
    if said.kind == "done":
        return said.value
    if said.kind == "failed":
        return Failure(*said.value)
    if said.kind == "memory":
        return Stopped("memory", hand.during, f"{hand.limits.memory_mb} MB")
    if said.kind == "crashed":
        return Stopped("crash", hand.during, said.value)
    return _death(said.value, hand)


def _death(code: int, hand: Hand) -> Stopped:
    if code == -signal.SIGXCPU:
        return Stopped("time", hand.during, f"{hand.limits.seconds} s")
    if code in (-signal.SIGKILL, -signal.SIGABRT):
        return Stopped("memory", hand.during, f"signal {-code}")
    return Stopped("crash", hand.during, f"signal {-code}" if code < 0 else f"exit code {code}")


# --- in the worker ---


def serve(pipe: Connection, folder: str) -> None:
    """Do jobs, one after the other, until the owner is gone.

    Temporary files go into `folder`, which is cleared with the worker, not with the job: fonts that are kept for the
    next leaflet stand there.
    """
    with contextlib.suppress(EOFError, OSError):
        while True:
            limits = pipe.recv()
            kind, value = _done(pipe, pipe.recv_bytes(), limits)
            _answer(pipe, kind, value)
            del value
            pipe.poll(_A_MOMENT)
            tidy()


def _done(pipe: Connection, job: bytes, limits: Limits) -> tuple[str, Any]:
    def tell(stage: str) -> None:
        pipe.send(("stage", stage, 0))

    try:
        work, arguments = _opened(job)
        _limit(limits)
        return "done", work(tell, *arguments)
    except Failure as failure:
        return "failed", failure.findings
    except MemoryError:
        return "memory", None
    except Exception as error:  # the boundary: what nobody foresaw becomes a finding, told with where it happened
        return "crashed", _told(error)


def _opened(job: bytes) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The work and what it is called with. The modules that they come from are loaded here, if they are not yet."""
    gc.disable()  # a collection while code is loaded finds nothing
    try:
        opened: tuple[Callable[..., Any], tuple[Any, ...]] = pickle.loads(job)
    finally:
        gc.enable()
    return opened


def tidy() -> None:
    """Give back what a job has left behind: objects that only hold each other, and memory that is free between others.

    Only objects made since the last time are looked at; older ones that are thrown away are found when there are many.
    """
    gc.collect(_YOUNG)
    with contextlib.suppress(AttributeError):  # other C libraries than glibc give it back by themselves
        ctypes.CDLL(None).malloc_trim(0)


def _answer(pipe: Connection, kind: str, value: Any) -> None:
    try:
        pipe.send((kind, value, _resident_now()))
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        pipe.send(("crashed", _told(error), 0))


def _told(error: Exception) -> str:
    """An unforeseen error in one line; in full when PUBLISH_DEBUG is set."""
    if os.environ.get("PUBLISH_DEBUG"):
        return "".join(traceback.format_exception(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} in {Path(last.filename).name}:{last.lineno}"


def _limit(limits: Limits) -> None:
    """Limits of one job that the kernel keeps, should the owner be too busy to: CPU time, address space, file size."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(spent.ru_utime + spent.ru_stime) + limits.seconds + 5)
    _set(resource.RLIMIT_FSIZE, limits.output_mb * _MIB)
    if sys.platform == "linux":
        _set(resource.RLIMIT_AS, limits.memory_mb * _MIB + _mapped_now() + _LIBRARIES)


def _mapped_now() -> int:
    """The address space that this process has already, from libraries and earlier jobs (bytes)."""
    return _pages(0) * resource.getpagesize()


def _resident_now() -> int:
    """The memory that this process has (bytes); where the system does not tell, the most that it had."""
    if sys.platform == "linux":
        return _pages(1) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _pages(column: int) -> int:
    with open("/proc/self/statm") as status:  # noqa: PTH123
        return int(status.read().split()[column])


def _set(what: int, most: int) -> None:
    """A soft limit, which the next job may have raised again."""
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
