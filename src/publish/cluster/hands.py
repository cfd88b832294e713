"""The hands of a cluster: each leaflet goes to a worker that has a place free, and to another one when that is lost."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from itertools import chain, count
from queue import Empty
from typing import Any

from publish.build import Request
from publish.cluster.address import checked
from publish.cluster.arrivals import Unlike, arrived
from publish.cluster.crew import PATIENCE, Crew, Lost, require_distributed
from publish.cluster.environment import Environment, differences, here
from publish.cluster.packing import Packer
from publish.cluster.parcel import Done, Introduction, Lacking, Parcel, Trouble
from publish.diagnostics import Failure, Finding, Severity, refuse
from publish.worker import Job, Told

RETRIES = 3
"""How often a leaflet is sent again after a worker was lost, or sent what cannot be right."""

_TICK = 0.2
_LOOK = 1.0
_MOST_SHY = 300.0
"""Seconds that a worker may take to tell what it is like; it may have other work to do first."""
_MARGIN = 60.0
"""Seconds that a leaflet may stay away beyond what its limits allow."""


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


@dataclass(slots=True)
class _Errand:
    job: Job
    sent: Parcel | None = None
    since: float = 0.0
    serial: int = 0
    lacked: int = 0
    troubles: list[str] = field(default_factory=list)
    shunned: set[str] = field(default_factory=set)
    afresh: bool = False


@dataclass(slots=True)
class _Member:
    """A worker: how many errands it gets at a time (one more than it has threads), and what it has been sent.

    `held` are contents by their hash, with the serial number of the errand that took them there.
    """

    address: str
    places: int
    held: dict[str, int] = field(default_factory=dict)
    out: dict[Future[Any], _Errand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A worker that was asked what it is like, since when."""

    address: str
    threads: int
    since: float


class _Shift:
    """One batch of jobs, from the first to the last."""

    def __init__(self, crew: Crew, cluster: Cluster, jobs: Iterator[Job], told: Told, press: bool) -> None:
        self._crew, self._cluster, self._jobs, self._told, self._press = crew, cluster, jobs, told, press
        self._ours = here(press)
        self._packer = Packer()
        self._members: dict[str, _Member] = {}
        self._asked: dict[Future[Any], _Asked] = {}
        self._unfit: dict[str, str] = {}
        self._again: deque[_Errand] = deque()
        self._done: deque[tuple[Job, Any]] = deque()
        self._serials = count(1)
        self._looked = 0.0
        self._idle_since = time.monotonic()
        self._drained = False

    def work(self) -> Iterator[tuple[Job, Any]]:
        """Each job and what came of it."""
        began = False
        try:
            while True:
                self._look()
                began = began or bool(self._members)
                if self._crew.up:
                    self._fill()
                while self._done:
                    yield self._done.popleft()
                if self._drained and not self._again and not any(each.out for each in self._members.values()):
                    return
                self._check_staffed(began)
                self._take_in()
        except Lost as lost:
            failure = refuse(
                "cluster.lost",
                f"the scheduler at {self._crew.address} was lost before this leaflet was done ({lost})",
                hint="leaflets that are done stay as they are; start the scheduler again and build the rest",
            )
            yield from self._done
            for errand in chain(self._again, *(each.out.values() for each in self._members.values())):
                yield errand.job, failure
            for job in self._jobs:
                yield job, failure

    # --- who works here ---

    def _look(self) -> None:
        """See who has come and who is lost; call back what has been away for too long."""
        now = time.monotonic()
        if now - self._looked < _LOOK:
            return
        threads = self._crew.threads()
        self._looked = now = time.monotonic()
        if threads is None:
            return
        for address in set(self._members) - set(threads):
            self._lose(self._members.pop(address), "the worker at {} was lost")
        asked = {asked.address for asked in self._asked.values()}
        for address in set(threads) - set(self._members) - set(self._unfit) - asked:
            self._asked[self._crew.introduce(address, self._press)] = _Asked(address, threads[address], now)
        for future, silent in list(self._asked.items()):
            if now - silent.since > _MOST_SHY:
                del self._asked[future]
                future.cancel()
                self._leave_out(silent.address, (f"it has told nothing of itself for {_MOST_SHY:.0f} seconds",))
        for member in self._members.values():
            for future, errand in list(member.out.items()):
                seconds = errand.job.arguments[0].project.limits.seconds
                if now - errand.since > seconds * (member.places + 1) + _MARGIN:
                    future.cancel()
                    del member.out[future]
                    self._retry(errand, member, f"the worker at {member.address} gave no answer")

    def _lose(self, member: _Member, why: str) -> None:
        for future, errand in member.out.items():
            future.cancel()
            self._retry(errand, member, why.format(member.address))

    def _welcome(self, future: Future[Any]) -> None:
        """Take a worker in when it would make the same bytes as this machine; else leave it out and say why."""
        asked = self._asked.pop(future)
        try:
            told: Introduction = future.result()
            differs, has = differences(self._ours, told.environment), told.has
        except (ConnectionError, CancelledError):
            return  # it has gone again
        except Exception as error:  # whatever the worker raised: it lacks publish, its disk is full …
            differs, has = (f"it cannot tell what it is like ({_said(error)})",), ()
        if differs:
            self._leave_out(asked.address, differs)
        else:
            self._members[asked.address] = _Member(asked.address, asked.threads + 1, dict.fromkeys(has, 0))

    def _leave_out(self, address: str, differs: tuple[str, ...]) -> None:
        more = f" and {len(differs) - 5} more" if len(differs) > 5 else ""
        self._unfit[address] = "; ".join(differs[:5]) + more
        self._cluster.report(
            Finding(
                "cluster.worker-differs",
                f"the worker at {address} gets no work, for its files could differ: {self._unfit[address]}",
                hint="install there what is installed here, and start the worker again",
            ).at(Severity.WARNING)
        )

    def _check_staffed(self, began: bool) -> None:
        """Raises Failure, or Lost when work has begun, if there has been nobody to work for as long as one may wait."""
        if self._members or self._asked:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since > self._cluster.patience:
            if began:
                raise Lost("no worker is left")
            where, seconds = self._crew.address, self._cluster.patience
            if self._unfit:
                raise refuse(
                    "cluster.no-fit-worker",
                    f"no worker of {where} is fit for this work: {len(self._unfit)} could make other files",
                    hint="install on the workers what is installed here; docs/cluster.md shows how",
                )
            raise refuse(
                "cluster.no-workers",
                f"no worker has joined the scheduler at {where} within {seconds:.0f} seconds",
                hint=f"start one: dask worker {where} --nthreads 1",
            )

    # --- errands ---

    def _fill(self) -> None:
        """Give work to every free place, the emptiest worker first."""
        while free := [each for each in self._members.values() if len(each.out) < each.places]:
            errand = self._next()
            if errand is None:
                return
            member = min(free, key=lambda each: (each.address in errand.shunned, len(each.out) - each.places))
            self._send(errand, member)

    def _next(self) -> _Errand | None:
        if self._again:
            return self._again.popleft()
        job = None if self._drained else next(self._jobs, None)
        self._drained = job is None
        return _Errand(job) if job else None

    def _send(self, errand: _Errand, member: _Member, lacks: tuple[str, ...] = ()) -> None:
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
        if future in self._asked:
            self._welcome(future)
            return
        for member in self._members.values():
            if future in member.out:
                self._judge(member.out.pop(future), future, member)
                return

    def _judge(self, errand: _Errand, future: Future[Any], member: _Member) -> None:
        try:
            answer = future.result()
        except Exception as error:  # the task was taken back, the line broke, the worker raised something
            if self._crew.up:
                self._retry(errand, member, f"the worker at {member.address} failed ({_said(error)})")
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
                errand.lacked += 1
                if errand.lacked > _MOST_ASKED:
                    self._retry(errand, member, f"the worker at {member.address} keeps nothing of what it is sent")
                else:
                    self._send(errand, member, hashes)
            case Trouble(what):
                self._retry(errand, member, f"the worker at {member.address} could not begin ({what})")
            case Done():
                self._bring_in(errand, answer, member)
            case _:
                self._retry(errand, member, f"the worker at {member.address} answers something else")

    def _bring_in(self, errand: _Errand, done: Done, member: _Member) -> None:
        if self._differs(done.environment, member):
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

    def _differs(self, environment: Environment, member: _Member) -> bool:
        """Whether a worker has become another since it was taken in; then it is left out."""
        found = differences(self._ours, environment)
        if found:
            self._members.pop(member.address, None)
            self._leave_out(member.address, found)
            self._lose(member, "the worker at {} was left out")
        return bool(found)

    def _retry(self, errand: _Errand, member: _Member, trouble: str, code: str = "cluster.worker-lost") -> None:
        errand.troubles.append(trouble)
        errand.shunned.add(member.address)
        errand.sent, errand.lacked = None, 0
        if len(errand.troubles) <= RETRIES:
            self._again.append(errand)
            return
        hint = "look into what that worker prints; without --cluster this machine builds the leaflet"
        message = f"the leaflet “{errand.job.name}” was given up after {len(errand.troubles)} tries; at last {trouble}"
        self._done.append((errand.job, refuse(code, message, hint=hint)))


_MOST_ASKED = 10_000
"""Parcels in which what a worker lacks is sent; each carries at least one content."""


def _said(error: Exception) -> str:
    """An error of a library in one short line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}".removesuffix(": ")
