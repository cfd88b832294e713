"""How far a run over several leaflets has come: done, rate, time that is left, and who is at what."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_LATELY = 60
"""The rate is that of so many leaflets done last: a run that becomes slower says so."""


@dataclass(slots=True)
class Progress:
    """The state of a run over `total` leaflets. `made` counts those that were worked on, not those left as they are."""

    total: int = 1
    clock: Callable[[], float] = time.monotonic
    made: int = 0
    blocked: int = 0
    kept: int = 0
    stages: dict[str, str] = field(default_factory=dict)
    _began: float = 0.0
    _times: deque[float] = field(default_factory=lambda: deque(maxlen=_LATELY + 1))

    def __post_init__(self) -> None:
        self._began = self.clock()
        self._times.append(self._began)

    def stage(self, name: str, stage: str) -> None:
        """A leaflet has come to a stage."""
        self.stages[name] = stage

    def done(self, name: str, blocked: bool, kept: bool = False) -> None:
        """A leaflet is done: made, blocked, or kept, because it was up to date."""
        self.stages.pop(name, None)
        self.blocked += blocked
        self.kept += kept and not blocked
        if not kept:
            self.made += 1
            self._times.append(self.clock())

    @property
    def finished(self) -> int:
        """How many are done, in one way or another."""
        return self.made + self.kept

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return self.clock() - self._began

    @property
    def rate(self) -> float | None:
        """Leaflets made a second; None before the first."""
        spent = self._times[-1] - self._times[0]
        return (len(self._times) - 1) / spent if len(self._times) > 1 and spent > 0 else None

    @property
    def remaining(self) -> float | None:
        """Seconds that are left if all others must be made; None before the first is done."""
        rate = self.rate
        return (self.total - self.finished) / rate if rate else None

    def as_json(self) -> dict[str, Any]:
        """For programs: `rate` in leaflets a second, `remaining` in seconds, both None until they can be told."""
        rate, remaining = self.rate, self.remaining
        return {
            "done": self.finished,
            "total": self.total,
            "blocked": self.blocked,
            "rate": None if rate is None else round(rate, 2),
            "remaining": None if remaining is None else round(remaining, 1),
        }

    def line(self) -> str:
        """For people: numbers first, then who is at what."""
        said = [f"{self.finished:,} of {self.total:,}"]
        if (rate := self.rate) and (remaining := self.remaining) is not None:
            said += [f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.0f} a minute", f"{told(remaining)} left"]
        if self.blocked:
            said.append(f"{self.blocked:,} blocked")
        return " · ".join(said + [f"{name}: {stage}" for name, stage in self.stages.items()])

    def summary(self, verb: str) -> str:
        """What came of all: “97 built, 2 up to date, 1 blocked, in 41 s”."""
        said = [(self.made - self.blocked, verb), (self.kept, "up to date"), (self.blocked, "blocked")]
        return ", ".join([f"{number:,} {what}" for number, what in said if number] + [f"in {told(self.seconds)}"])

    def summary_as_json(self, verb: str) -> dict[str, Any]:
        """The same for programs."""
        said = {verb: self.made - self.blocked, "up-to-date": self.kept, "blocked": self.blocked}
        return said | {"seconds": round(self.seconds, 1)}


def told(seconds: float) -> str:
    """A time as people say it: 41 s, 3 min 20 s, 1 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
    return f"{whole // 3600} h" + (f" {whole % 3600 // 60} min" if whole % 3600 >= 60 else "")
