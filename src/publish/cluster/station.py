"""A worker's place of work: it tells what it is like, keeps contents, and builds leaflets within their limits.

Building is done as `publish build` does it on one machine: by warm processes that may be killed. So neither an endless
theme nor a crash takes the dask worker along.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from publish.build import Made, Request, make
from publish.cluster.environment import here
from publish.cluster.parcel import OUTSIDE, PROJECT, Done, Introduction, Lacking, Parcel, Trouble
from publish.cluster.shelf import Shelf
from publish.diagnostics import Failure
from publish.nursery import Lost
from publish.pool import GROWTH_MB
from publish.project import Limits, Project
from publish.worker import PRELOAD, Hand, Stopped, Tell, new_hand, outcome

_LOOK = 0.25
"""Seconds between two looks whether the work is still wanted."""


class Unwanted(Exception):
    """Whoever asked for the work has called it off."""


class Killed(Exception):
    """Somebody else has killed the process that was building."""


class Station:
    """A worker's shelf, and the processes that have nothing to do."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder)
        self._folder = folder
        self._idle: list[Hand] = []
        self._began_at: dict[int, int] = {}
        self._lock = Lock()

    def introduced(self, press: bool, wanted: Callable[[], bool] = lambda: True) -> Introduction:
        """What this worker is like and has. A process is warm then, and has shown that it works. Raises OSError."""
        with self._hand(Limits()) as hand:
            came = _done(hand, _ready, (), wanted)
            if came is not True:
                raise OSError(f"no process for building starts here: {came}")
        return Introduction(here(press), self.shelf.contents())

    def build(self, parcel: Parcel, wanted: Callable[[], bool] = lambda: True) -> Done | Lacking | Trouble:
        """The errand done, or what it lacks. What comes back speaks of the sender's paths."""
        if parcel.afresh:
            self.shelf.empty()
        self.shelf.keep(parcel.blobs)
        lacks = self.shelf.lacking(parcel.shared, parcel.own)
        if lacks:
            return Lacking(lacks)
        staging = Path(tempfile.mkdtemp(prefix="publish-", dir=self._folder))
        try:
            with self.shelf.laid_out(parcel) as folder, self._hand(parcel.request.project.limits) as hand:
                came = _done(hand, make, (_moved(parcel.request, folder), staging), wanted)
                files = {name: (staging / name).read_bytes() for name in came.files} if isinstance(came, Made) else {}
            return Done(_brought_home(came, folder, parcel.request.project), files, here(parcel.press))
        except (OSError, KeyError, Lost, Failure, Unwanted, Killed) as error:
            return Trouble(f"{type(error).__name__}: {error}")
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def close(self) -> None:
        """End the processes, and take the shelf away."""
        while self._idle:
            self._idle.pop().end()
        self.shelf.close()

    @contextmanager
    def _hand(self, limits: Limits) -> Iterator[Hand]:
        """A process for one job; afterwards it waits for the next, unless it failed or has grown too large."""
        with self._lock:
            hand = self._idle.pop() if self._idle else new_hand(limits, PRELOAD, warm=True)
        hand.limits = limits
        fit = False
        try:
            yield hand
            began = self._began_at.setdefault(hand.born.pid, hand.grown)
            fit = not hand.pipe.closed and hand.grown - began < GROWTH_MB * 1_000_000
        finally:
            if fit:
                with self._lock:
                    self._idle.append(hand)
            else:
                self._began_at.pop(hand.born.pid, None)
                hand.end()


def _done(hand: Hand, work: Callable[..., Any], arguments: tuple[Any, ...], wanted: Callable[[], bool]) -> Any:
    """What came of a job; a process that did not end it by itself is ended. Raises Unwanted, Killed."""
    hand.take(work, arguments)
    while True:
        while not hand.pipe.poll(min(_LOOK, max(0.0, hand.until - time.monotonic()))):
            if time.monotonic() >= hand.until:
                break
            if not wanted():
                raise Unwanted("the work was called off")
        said = hand.hear()
        if said is None or said.kind != "stage":
            break
    if said and said.kind == "dead" and said.value in (-signal.SIGKILL, -signal.SIGTERM):
        raise Killed(f"the process that was building was killed by somebody else, signal {-said.value}")
    came = outcome(said, hand)
    if isinstance(came, Stopped):
        hand.end()
    return came


def _ready(tell: Tell) -> bool:
    return True


def _moved(request: Request, folder: Path) -> Request:
    """The request in the worker's own paths."""
    root = folder / PROJECT
    project = request.project
    source, themes, outputs = (
        root / path.relative_to(project.root) for path in (project.source, project.themes, project.outputs)
    )
    theme = request.theme
    if theme and Path(theme).is_absolute():
        theme = _inside(Path(theme), folder, project)
    return replace(request, project=Project(root, source, themes, outputs, project.limits), theme=theme)


def _inside(theme: Path, folder: Path, project: Project) -> str:
    if theme.is_relative_to(project.root):
        return str(folder / PROJECT / theme.relative_to(project.root))
    return f"{folder / OUTSIDE}{theme}"


def _brought_home(told: Made | Stopped | Failure, folder: Path, project: Project) -> Any:
    """The same with the sender's paths wherever the worker's stand in a text."""
    ways = ((str(folder / PROJECT), str(project.root)), (str(folder / OUTSIDE), ""))

    def home(value: Any) -> Any:
        match value:
            case str() if type(value) is str:
                for there, here in ways:
                    value = value.replace(there, here)
                return value
            case tuple():
                return tuple(map(home, value))
            case Mapping():
                return {home(key): home(each) for key, each in value.items()}
        if hasattr(value, "__dataclass_fields__"):
            return replace(value, **{name: home(getattr(value, name)) for name in value.__dataclass_fields__})
        return type(value)(*home(value.findings)) if hasattr(value, "findings") else value

    return home(told)
