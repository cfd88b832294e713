"""The sender's line to a scheduler: who works there, sending tasks, fetching results. Every wait has an end."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import pickle
import time
import warnings
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, TypeVar

from publish.cluster import tasks
from publish.cluster.address import checked, remarks
from publish.cluster.parcel import Parcel
from publish.diagnostics import ComponentMissing, Finding, Refused, refuse

R = TypeVar("R")

PATIENCE = 10.0
"""Seconds that a scheduler has to answer."""

INSTALL = 'pip install "distributed>=2026.8"'
_FAREWELL = 2.0


class Lost(Exception):
    """The scheduler does not answer any more."""


class Deserted(Lost):
    """It answers, but each of its workers is gone and none has come back."""


class Crew:
    """The workers of a scheduler. Futures that are done come into `came`; the context's end calls all work off.

    The line is kept by a loop in a thread of its own, so that this side may be as busy as it likes.
    """

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        self.address = checked(address)
        self.remarks = remarks(self.address)
        self.came: SimpleQueue[Future[Any]] = SimpleQueue()
        self._patience = patience
        self._silent_since: float | None = None
        self._client: Any = None

    def __enter__(self) -> Crew:
        """Raises ComponentMissing without distributed, Refused when no scheduler answers."""
        client = _library()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="cluster", daemon=True)
        self._thread.start()
        try:
            with _quietly():
                self._wait(self._connect(client), self._patience + 1)
        except Exception as error:  # time outs, refused certificates, foreign protocols: each library its own
            self._leave()
            raise _unreachable(self.address, error, self._patience) from None
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    @property
    def up(self) -> bool:
        """Whether the line stands, so that something can be sent."""
        return bool(self._client.status == "running")

    def threads(self) -> Mapping[str, int] | None:
        """The workers' threads by their address; None when the scheduler does not answer just now.

        Raises Lost when it has been silent for too long.
        """
        try:
            if self.up:
                told: Mapping[str, int] = self._wait(self._threads(), self._patience)
                self._silent_since = None
                return told
            reason = f"the connection is {self._client.status}"
        except (OSError, TimeoutError, CancelledError) as error:  # dask's own are OSErrors
            reason = str(error) or type(error).__name__
        now = time.monotonic()
        self._silent_since = self._silent_since or now
        if self._client.status == "closed" or now - self._silent_since > self._patience:
            raise Lost(reason)
        return None

    def introduce(self, worker: str, press: bool) -> Future[Any]:
        """Ask a worker for its Introduction."""
        return self._sent(tasks.introduce, press, worker)

    def build(self, worker: str, parcel: Parcel) -> Future[Any]:
        """Send an errand: Done, Lacking or Trouble."""
        return self._sent(tasks.build, pickle.dumps(parcel, pickle.HIGHEST_PROTOCOL), worker)

    def _sent(self, function: Callable[..., Any], argument: Any, worker: str) -> Future[Any]:
        future = asyncio.run_coroutine_threadsafe(self._ask(function, argument, worker), self._loop)
        future.add_done_callback(self.came.put)
        return future

    async def _threads(self) -> Mapping[str, int]:
        return dict(await self._client.nthreads())

    async def _ask(self, function: Callable[..., Any], argument: Any, worker: str) -> Any:
        """A task's result. When this is cancelled, the task is; a task that dask takes back is a ConnectionError."""
        task = self._client.submit(function, argument, workers=[worker], allow_other_workers=False, pure=False)
        try:
            return await task
        except asyncio.CancelledError:
            if task.status in ("cancelled", "lost"):
                raise ConnectionError("the task was taken back") from None
            raise
        finally:
            task.release()

    # --- coming and going ---

    async def _connect(self, client: Any) -> None:
        self._client = client(self.address, timeout=self._patience, asynchronous=True, set_as_default=False)
        await self._client

    def _leave(self) -> None:
        with suppress(Exception), _quietly():
            self._wait(self._close(), 2 * _FAREWELL)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_FAREWELL)
        if not self._thread.is_alive():
            self._loop.close()

    async def _close(self) -> None:
        if self._client is not None:
            with suppress(Exception, asyncio.CancelledError):
                await asyncio.wait_for(self._client.close(), _FAREWELL)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for each in left:
            each.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _wait(self, coroutine: Coroutine[Any, Any, R], seconds: float) -> R:
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(seconds)
        except BaseException:
            future.cancel()
            raise


def require_distributed() -> None:
    """Raises ComponentMissing, with the command that installs it, when distributed is not there."""
    if importlib.util.find_spec("distributed") is None:
        raise ComponentMissing(
            Finding(
                "programs.missing",
                "distributed is not installed; it is needed for building on a cluster",
                hint=f"install it: {INSTALL}",
            )
        )


def _library() -> Any:
    """distributed's client. What is worth telling of its log is told as findings."""
    require_distributed()
    import dask
    import distributed

    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    if not os.environ.get("PUBLISH_DEBUG"):
        for name in ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [logging.NullHandler()], False
    return distributed.Client


@contextmanager
def _quietly() -> Iterator[None]:
    """dask warns of versions that differ; publish compares them itself, worker by worker."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _unreachable(address: str, error: Exception, patience: float) -> Refused:
    said = " ".join(str(error).split())[:200] or type(error).__name__
    if address.startswith("tls") and any(word in said.lower() for word in ("ssl", "certificate", "tls expects")):
        return refuse(
            "cluster.unreachable",
            f"no secure line to {address} could be made: {said}",
            hint="name the certificates in dask's configuration, distributed.comm.tls; docs/cluster.md shows how",
        )
    return refuse(
        "cluster.unreachable",
        f"no scheduler answers at {address} within {patience:.0f} seconds ({said})",
        hint="start one with `dask scheduler`, or correct the address; without --cluster this machine builds",
    )
