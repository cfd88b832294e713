"""One of the watch's hands with the order that it has: given up when nobody wants it, ended when it does not let go."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from publish.project import Limits
from publish.watch.drawing import Order
from publish.worker import PRELOAD, Said, new_hand, outcome

_GRACE_SECONDS = 1.0
"""How long a hand may go on with what nobody wants before it is ended, if it usually is quicker than half of that."""

_SLOW_SECONDS = 2.0
_MOST_MEMORY = 512 * 1024 * 1024
"""Bytes from which a worker is put in place of one that has grown: a watch may run for weeks."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an order: the work's result, Stopped, a Failure, or None when it was given up."""

    order: Order
    result: Any


class Post:
    """A place with a warm worker. Times are of `time.monotonic`."""

    def __init__(self, work: Callable[..., Any], limits: Limits) -> None:
        self._work = work
        self._hand = new_hand(limits, PRELOAD, warm=True)
        self._began = 0.0
        self._given_up: float | None = None
        self._usual = 0.0
        self.order: Order | None = None

    @property
    def connection(self) -> Connection:
        """Ready when there is something to hear."""
        return self._hand.pipe

    @property
    def free(self) -> bool:
        """Whether it can take an order."""
        return self.order is None

    def slow(self) -> bool:
        """Whether it has been at its order for much longer than usual: it may hang."""
        return self.order is not None and time.monotonic() - self._began > max(_SLOW_SECONDS, 3 * self._usual)

    def give(self, order: Order, limits: Limits) -> None:
        """Begin, within these limits. It must be free."""
        order.ticket.touch()
        self.order, self._began, self._given_up = order, time.monotonic(), None
        self._hand.limits = limits
        self._hand.take(self._work, (order,))

    def give_up(self) -> None:
        """What it is doing is not wanted any more."""
        if self.order is not None and self._given_up is None:
            self.order.ticket.unlink(missing_ok=True)
            self._given_up = time.monotonic()

    def patience(self) -> float:
        """Seconds until it must be looked after even if it says nothing."""
        if self.order is None:
            return 3600.0
        until = self._hand.until
        if self._given_up is not None:
            until = min(until, self._given_up + max(_GRACE_SECONDS, 2 * self._usual))
        return max(0.0, until - time.monotonic())

    def hear(self) -> str | Came | None:
        """The stage that it has come to, or what came of its order; None when there is nothing to hear."""
        said: Said | None = None
        if self._hand.pipe.poll(0):
            said = self._hand.hear()
        elif self.order is None or self.patience() > 0:
            return None
        if said and said.kind == "stage":
            return str(said.value)
        result = outcome(said, self._hand) if self._given_up is None else None
        if said is None or said.kind == "dead" or self._hand.grown > _MOST_MEMORY:
            self._renew()
        elif self._given_up is None:
            self._usual = time.monotonic() - self._began
        return self._came(result) if self.order else None

    def end(self) -> None:
        """End the process at once."""
        self._hand.end()

    def _renew(self) -> None:
        self._hand.end()
        self._hand = new_hand(self._hand.limits, PRELOAD, warm=True)

    def _came(self, result: Any) -> Came:
        order, self.order, self._given_up = self.order, None, None
        assert order is not None
        order.ticket.unlink(missing_ok=True)
        if result is None:
            shutil.rmtree(order.folder, ignore_errors=True)
        return Came(order, result)
