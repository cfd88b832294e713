"""Many jobs at once: warm workers on this machine, each doing one job after the other.

A worker that is killed, stopped or has grown is replaced; what it was doing is told as a finding, and the rest goes on.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from publish.project import Limits
from publish.worker import PRELOAD, Hand, Job, Said, Told, new_hand, outcome

GROWTH_MB = 256
"""MB (10^6 bytes) that a worker may have grown by since its first job before a fresh one takes its place."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Up to `jobs` jobs at once, each in a worker of its own meanwhile.

    `preload` are the modules that all workers share, if there are several.
    """

    work: Callable[..., Any]
    limits: Limits
    jobs: int = 1
    preload: Sequence[str] = PRELOAD
    growth_mb: int = GROWTH_MB

    def each(self, jobs: Iterator[Job], told: Told) -> Generator[tuple[Job, Any]]:
        """See Hands. A free hand gets its next job before the result of its last one is told."""
        shift = _Shift(self, jobs, told)
        try:
            shift.hand_out()
            while shift.busy:
                for task, said in shift.heard():
                    came = shift.came_of(task, said)
                    shift.hand_out()
                    if came is not _AGAIN:
                        yield task.job, came
        finally:
            shift.end()


_AGAIN = object()


@dataclass(slots=True)
class _Task:
    """A job in a worker's hand. `again`: a worker that had it before was killed by somebody else."""

    job: Job
    again: bool = False


@dataclass(slots=True)
class _Shift:
    """The workers of one call of `each`, and what they are doing."""

    pool: Pool
    jobs: Iterator[Job]
    told: Told
    busy: dict[Connection, tuple[Hand, _Task]] = field(default_factory=dict)
    idle: list[Hand] = field(default_factory=list)
    again: deque[_Task] = field(default_factory=deque)
    began_at: dict[int, int] = field(default_factory=dict)

    def hand_out(self) -> None:
        """Give a job to each hand that is free, as long as there are any."""
        while len(self.busy) < self.pool.jobs and (task := self._next()):
            hand = self._hand(task)
            self.busy[hand.pipe] = hand, task
            hand.take(self.pool.work, task.job.arguments)

    def _next(self) -> _Task | None:
        if self.again:
            return self.again.popleft()
        job = next(self.jobs, None)
        return _Task(job) if job else None

    def _hand(self, task: _Task) -> Hand:
        """An idle worker, or a new one. What killed a job's last worker may have killed the idle ones, too."""
        if self.idle and not task.again:
            return self.idle.pop()
        if self.idle:
            self.idle.pop().end()
        return self._new()

    def _new(self) -> Hand:
        return new_hand(self.pool.limits, self.pool.preload, warm=self.pool.jobs > 1)

    def heard(self) -> Iterator[tuple[_Task, Said | None]]:
        """Wait until something is said or a time is over; each job that ended by it, and how: see Hand.hear."""
        soonest = min(hand.until for hand, _ in self.busy.values())
        ready = wait(list(self.busy), max(0.0, soonest - time.monotonic()))
        now = time.monotonic()
        for pipe, (hand, task) in list(self.busy.items()):
            if pipe in ready or hand.until <= now:
                said = hand.hear()
                if said and said.kind == "stage":
                    self.told(task.job.name, said.value)
                else:
                    yield task, said

    def came_of(self, task: _Task, said: Said | None) -> Any:
        """What came of a job, its worker put aside, or ended; _AGAIN when the job is to be tried once more."""
        pipe, hand = next((pipe, hand) for pipe, (hand, each) in self.busy.items() if each is task)
        del self.busy[pipe]
        if said and said.kind in ("done", "failed") and not self._outgrown(hand):
            self.idle.append(hand)
        else:
            hand.end()
        if said and said.kind == "dead" and said.value in (-signal.SIGKILL, -signal.SIGTERM) and not task.again:
            self.again.append(_Task(task.job, again=True))
            return _AGAIN
        return outcome(said, hand)

    def _outgrown(self, hand: Hand) -> bool:
        began = self.began_at.setdefault(hand.born.pid, hand.grown)
        return hand.grown - began > self.pool.growth_mb * 1_000_000

    def end(self) -> None:
        """End all workers, whatever they are doing."""
        for hand in [*self.idle, *(hand for hand, _ in self.busy.values())]:
            hand.end()
        self.idle.clear()
        self.busy.clear()
