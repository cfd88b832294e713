"""The hands of a cluster: each leaflet goes to a worker that has a place free, and to another one when that is lost."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain, count
from queue import Empty
from typing import Any

from publish.build import Request
from publish.cluster.address import checked
from publish.cluster.arrivals import Unlike, arrived
from publish.cluster.crew import PATIENCE, Crew, Deserted, Lost, require_distributed
from publish.cluster.packing import Packer
from publish.cluster.parcel import Done, Lacking, Trouble
from publish.cluster.roster import Errand, Member, Roster, said
from publish.diagnostics import Failure, Finding, Refused, refuse
from publish.worker import Job, Told

RETRIES = 3
"""How often a leaflet is sent again after a worker was lost, or sent what cannot be right."""

_TICK = 0.2
_MOST_STALLED = 20
"""How often a worker may say of the same contents that it lacks them; some may be on their way to it."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Jobs of `build.make`, done by the workers of the dask scheduler at `address`. See worker.Hands.

    `report` is told what concerns no single leaflet: a worker that is left out, a line that others can read.
    The scheduler has `patience` seconds to answer, and as many to have a worker.
    """

    address: str
    report: Callable[[Finding], None]
    patience: float = PATIENCE

    def __post_init__(self) -> None:
        """Raises WrongUsage when the address is none, ComponentMissing when distributed is not installed."""
        checked(self.address)
        require_distributed()

    def each(self, jobs: Iterator[Job], told: Told) -> Generator[tuple[Job, Any]]:
        """See worker.Hands. Raises Failure when no scheduler answers, or no worker is fit for this work."""
        first = next(jobs, None)
        if first is None:
            return
        with Crew(self.address, self.patience) as crew:
            for remark in crew.remarks:
                self.report(remark)
            request: Request = first.arguments[0]
            yield from _Shift(crew, self, chain((first,), jobs), told, "press" in request.formats).work()


class _Shift:
    """One batch of jobs, from the first to the last."""

    def __init__(self, crew: Crew, cluster: Cluster, jobs: Iterator[Job], told: Told, press: bool) -> None:
        self._crew, self._jobs, self._told, self._press = crew, jobs, told, press
        self._roster = Roster(crew, press, cluster.report, cluster.patience)
        self._packer = Packer()
        self._again: deque[Errand] = deque()
        self._done: deque[tuple[Job, Any]] = deque()
        self._serials = count(1)
        self._drained = False

    def work(self) -> Iterator[tuple[Job, Any]]:
        """Each job and what came of it."""
        try:
            while True:
                for errand, member, why in self._roster.look():
                    self._retry(errand, member, why)
                if self._crew.up:
                    self._fill()
                while self._done:
                    yield self._done.popleft()
                if self._drained and not self._again and not any(each.out for each in self._members()):
                    return
                self._take_in()
        except Lost as lost:
            failure = _lost(self._crew.address, lost)
            yield from self._done
            for errand in chain(self._again, *(each.out.values() for each in self._members())):
                yield errand.job, failure
            for job in self._jobs:
                yield job, failure

    def _members(self) -> Iterable[Member]:
        return self._roster.members.values()

    def _fill(self) -> None:
        """Give work to every free place, the emptiest worker first."""
        while free := [each for each in self._members() if len(each.out) < each.places]:
            errand = self._next()
            if errand is None:
                return
            member = min(free, key=lambda each: (each.address in errand.shunned, len(each.out) - each.places))
            self._send(errand, member)

    def _next(self) -> Errand | None:
        if self._again:
            return self._again.popleft()
        job = None if self._drained else next(self._jobs, None)
        self._drained = job is None
        return Errand(job) if job else None

    def _send(self, errand: Errand, member: Member, lacks: tuple[str, ...] = ()) -> None:
        try:
            if errand.sent is None:
                errand.sent = self._packer.packed(errand.job.arguments[0], self._press)
            parcel = self._packer.with_blobs(errand.sent, lacks, member.held, errand.afresh)
            errand.afresh = False
        except Failure as refused:
            self._done.append((errand.job, refused))
            return
        errand.since, errand.serial = time.monotonic(), next(self._serials)
        member.held |= dict.fromkeys(parcel.blobs, errand.serial)
        member.out[self._crew.build(member.address, parcel)] = errand
        self._told(errand.job.name, f"being built on {member.address}")

    def _take_in(self) -> None:
        try:
            future = self._crew.came.get(timeout=_TICK)
        except Empty:
            return
        if self._roster.welcome(future):
            return
        for member in self._members():
            if future in member.out:
                self._judge(member.out.pop(future), future, member)
                return

    def _judge(self, errand: Errand, future: Future[Any], member: Member) -> None:
        try:
            answer = future.result()
        except Exception as error:  # the task was taken back, the line broke, the worker raised something
            if self._crew.up:
                self._retry(errand, member, f"the worker at {member.address} failed ({said(error)})")
            else:  # no fault of the worker's: the line is down
                errand.sent = None
                self._again.append(errand)
            return
        assert errand.sent is not None
        match answer:
            case Lacking(hashes):
                for digest in hashes:  # those that set out later than this errand may still be on their way
                    if member.held.get(digest, 0) <= errand.serial:
                        member.held.pop(digest, None)
                errand.stalled = errand.stalled + 1 if hashes == errand.lacked else 0
                errand.lacked = hashes
                if errand.stalled > _MOST_STALLED:
                    self._retry(errand, member, f"the worker at {member.address} keeps nothing of what it is sent")
                else:
                    self._send(errand, member, hashes)
            case Trouble(what):
                self._retry(errand, member, f"the worker at {member.address} could not begin ({what})")
            case Done():
                self._bring_in(errand, answer, member)
            case _:
                self._retry(errand, member, f"the worker at {member.address} answers something else")

    def _bring_in(self, errand: Errand, done: Done, member: Member) -> None:
        others = list(self._roster.differs(done.environment, member))
        for other, _, why in others:
            self._retry(other, member, why)
        if member.address not in self._roster.members:
            self._again.append(errand)
            return
        assert errand.sent is not None
        try:
            came = arrived(done, errand.sent, self._packer.shared_tree(errand.sent), errand.job.arguments[1])
        except Unlike as unlike:
            errand.afresh = True
            member.held.clear()
            self._retry(errand, member, f"the worker at {member.address} sent {unlike}", "cluster.wrong-result")
            return
        except Failure as failure:
            came = failure
        self._done.append((errand.job, came))

    def _retry(self, errand: Errand, member: Member, trouble: str, code: str = "cluster.worker-lost") -> None:
        errand.troubles.append(trouble)
        errand.shunned.add(member.address)
        errand.sent, errand.lacked, errand.stalled = None, (), 0
        if len(errand.troubles) <= RETRIES:
            self._again.append(errand)
            return
        hint = "look into what that worker prints; without --cluster this machine builds the leaflet"
        message = f"the leaflet “{errand.job.name}” was given up after {len(errand.troubles)} tries; at last {trouble}"
        self._done.append((errand.job, refuse(code, message, hint=hint)))


def _lost(address: str, lost: Lost) -> Refused:
    """What is told of each leaflet that was not done when the work had to end."""
    if isinstance(lost, Deserted):
        gone, again = f"every worker of {address}", f"start workers again (dask worker {address} --nthreads 1)"
    else:
        gone, again = f"the scheduler at {address}", "start the scheduler again, then its workers, which end with it"
    return refuse(
        "cluster.lost",
        f"{gone} was lost before this leaflet was done ({lost})",
        hint=f"leaflets that are done stay as they are; {again}, and build the rest",
    )
