"""Who works for a batch: workers are asked what they are like, taken in or left out, and missed when they are lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any

from publish.cluster.crew import Crew, Deserted
from publish.cluster.environment import Environment, differences, here
from publish.cluster.parcel import Introduction, Parcel
from publish.diagnostics import Finding, Severity, refuse
from publish.worker import Job

_LOOK = 1.0
_MOST_SHY = 300.0
"""Seconds that a worker may take to tell what it is like; it may have other work to do first."""
_RETURN = 60.0
"""Seconds in which a nanny may start its worker again, when all were lost and the scheduler is still there."""
_MARGIN = 60.0
"""Seconds that a leaflet may stay away beyond what its limits allow."""


@dataclass(slots=True)
class Errand:
    """A job on its way: the parcel that was sent, when and as which one, and the troubles that it has had.

    `lacked` is what the worker last said that it lacks, `stalled` how often it said the same again.
    """

    job: Job
    sent: Parcel | None = None
    since: float = 0.0
    serial: int = 0
    lacked: tuple[str, ...] = ()
    stalled: int = 0
    troubles: list[str] = field(default_factory=list)
    shunned: set[str] = field(default_factory=set)
    afresh: bool = False


@dataclass(slots=True)
class Member:
    """A worker: how many errands it gets at a time (one more than it has threads), and what it has been sent.

    `held` are contents by their hash, with the serial number of the errand that took them there.
    """

    address: str
    places: int
    held: dict[str, int] = field(default_factory=dict)
    out: dict[Future[Any], Errand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A worker that was asked what it is like, since when."""

    address: str
    threads: int
    since: float


class Roster:
    """The workers that have been taken in, by address. `report` is told whom nobody could take in, and why."""

    def __init__(self, crew: Crew, press: bool, report: Callable[[Finding], None], patience: float) -> None:
        self.members: dict[str, Member] = {}
        self._crew, self._press, self._report, self._patience = crew, press, report, patience
        self._ours = here(press)
        self._asked: dict[Future[Any], _Asked] = {}
        self._unfit: set[str] = set()
        self._began = False
        self._looked = 0.0
        self._staffed = time.monotonic()

    def look(self) -> Iterator[tuple[Errand, Member, str]]:
        """See who has come, and who is lost; the errands that have to be sent again, and why. Raises crew.Lost.

        Raises Refused, or Lost when work has begun, if nobody was there for as long as one may wait.
        """
        now = time.monotonic()
        if now - self._looked < _LOOK:
            return
        threads = self._crew.threads()
        self._looked = now = time.monotonic()
        if threads is not None:
            for address in set(self.members) - set(threads):
                yield from self._given_up(self.members.pop(address), "was lost")
            asked = {each.address for each in self._asked.values()}
            for address in set(threads) - set(self.members) - self._unfit - asked:
                self._asked[self._crew.introduce(address, self._press)] = _Asked(address, threads[address], now)
            yield from self._overdue(now)
        self._check_staffed(now)

    def welcome(self, future: Future[Any]) -> bool:
        """Take a worker in if it would make the same bytes as this machine; False when the future is none of these."""
        asked = self._asked.pop(future, None)
        if asked is None:
            return False
        try:
            told: Introduction = future.result()
            differs, has = differences(self._ours, told.environment), told.has
        except (ConnectionError, CancelledError):
            return True  # it has gone again
        except Exception as error:  # whatever the worker raised: it lacks publish, its disk is full …
            differs, has = (f"it cannot tell what it is like ({said(error)})",), ()
        if differs:
            self._leave_out(asked.address, differs)
        else:
            self.members[asked.address] = Member(asked.address, asked.threads + 1, dict.fromkeys(has, 0))
            self._began = True
        return True

    def differs(self, environment: Environment, member: Member) -> Iterator[tuple[Errand, Member, str]]:
        """If a worker has become another since it was taken in, it is left out; see `look`."""
        found = differences(self._ours, environment)
        if found:
            self.members.pop(member.address, None)
            self._leave_out(member.address, found)
            yield from self._given_up(member, "was left out")

    def _given_up(self, member: Member, why: str) -> Iterator[tuple[Errand, Member, str]]:
        for future, errand in list(member.out.items()):
            future.cancel()
            yield errand, member, f"the worker at {member.address} {why}"
        member.out.clear()

    def _overdue(self, now: float) -> Iterator[tuple[Errand, Member, str]]:
        for future, asked in list(self._asked.items()):
            if now - asked.since > _MOST_SHY:
                del self._asked[future]
                future.cancel()
                self._leave_out(asked.address, (f"it has told nothing of itself for {_MOST_SHY:.0f} seconds",))
        for member in self.members.values():
            for future, errand in list(member.out.items()):
                seconds = errand.job.arguments[0].project.limits.seconds
                if now - errand.since > seconds * (member.places + 1) + _MARGIN:
                    future.cancel()
                    del member.out[future]
                    yield errand, member, f"the worker at {member.address} gave no answer"

    def _leave_out(self, address: str, differs: tuple[str, ...]) -> None:
        self._unfit.add(address)
        why = "; ".join(differs[:5]) + (f" and {len(differs) - 5} more" if len(differs) > 5 else "")
        self._report(
            Finding(
                "cluster.worker-differs",
                f"the worker at {address} gets no work, for its files could differ: {why}",
                hint="install there what is installed here, and start the worker again",
            ).at(Severity.WARNING)
        )

    def _check_staffed(self, now: float) -> None:
        if self.members or self._asked:
            self._staffed = now
        if now - self._staffed <= max(self._patience, _RETURN if self._began else 0):
            return
        if self._began:
            raise Deserted(f"for {_RETURN:.0f} seconds it has had no worker")
        if self._unfit:
            raise refuse(
                "cluster.no-fit-worker",
                f"no worker of {self._crew.address} is fit for this work: {len(self._unfit)} could make other files",
                hint="install on the workers what is installed here; docs/cluster.md shows how",
            )
        raise refuse(
            "cluster.no-workers",
            f"no worker has joined the scheduler at {self._crew.address} within {self._patience:.0f} seconds",
            hint=f"start one: dask worker {self._crew.address} --nthreads 1",
        )


def said(error: Exception) -> str:
    """An error of a library in one short line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}".removesuffix(": ")
