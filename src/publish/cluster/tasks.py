"""What dask calls on a worker. Loads nothing heavy at once, for the scheduler imports it as well to read the tasks."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publish.cluster.parcel import Done, Introduction, Lacking, Trouble
    from publish.cluster.station import Station

_STATIONS: dict[str, Station] = {}
_LOCK = Lock()


def introduce(press: bool) -> Introduction:
    """What this worker is like and has. It is ready to build then."""
    worker = _worker()
    return _station(worker).introduced(press, _wanted(worker))


def build(packed: bytes) -> Done | Lacking | Trouble:
    """The errand of a pickled Parcel. It ends early when the task is cancelled."""
    worker = _worker()
    return _station(worker).build(pickle.loads(packed), _wanted(worker))


def _wanted(worker: Any) -> Callable[[], bool]:
    """Whether the task that this thread does has not been cancelled meanwhile."""
    key = worker.get_current_task()

    def wanted() -> bool:
        with contextlib.suppress(KeyError, AttributeError):
            return str(worker.state.tasks[key].state) == "executing"
        return False

    return wanted


def _worker() -> Any:
    from distributed import get_worker

    return get_worker()


def _station(worker: Any) -> Station:
    """The station of a dask worker, in the folder that the worker has for itself."""
    from publish.cluster.station import Station

    with _LOCK:
        folder = str(worker.local_directory)
        if folder not in _STATIONS:
            _STATIONS[folder] = Station(Path(folder))
        return _STATIONS[folder]
