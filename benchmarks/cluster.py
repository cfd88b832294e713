"""The benchmark of the cluster: a hundred leaflets by two workers of a dask scheduler, one of which is killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks import measure
from benchmarks.bench import ROOT, Bench, publish
from benchmarks.results import Row

_DASK = str(Path(sys.executable).parent / "dask")
_PATIENCE = 60.0
"""Seconds in which a scheduler and its workers must be there."""


def kill(bench: Bench) -> list[Row]:
    """cluster-kill: the wall time with one of two workers killed a third of the way, against undisturbed."""
    number = 12 if bench.quick else 100
    project, names = bench.many(number)
    calm: list[float] = []
    killed: list[float] = []
    with _cluster(bench.work / "dask") as (address, nannies):
        _build(bench, project, names[:2], address, None)  # the workers are warm from then on
        for _ in range(bench.few(2)):
            calm.append(_build(bench, project, names, address, None))
            blow = _Blow(nannies[0], calm[-1] / 3)
            killed.append(_build(bench, project, names, address, blow))
            if not blow.struck:
                raise RuntimeError("no worker was killed: the build was over before")
    return [
        Row(
            "cluster-kill",
            f"{number} leaflets, two workers, one of them SIGKILLed",
            statistics.median(killed),
            statistics.median(calm),
            "undisturbed",
            "s",
            measure.ratio(killed, calm),
            1.4,
            runs=len(killed),
            note=f"{number} of {number} leaflets were built each time. The worker's nanny starts it anew.",
        )
    ]


class _Blow:
    """Kills a worker, once, after so many seconds."""

    def __init__(self, nanny: int, after: float) -> None:
        self._nanny = nanny
        self._when = time.monotonic() + after
        self.struck = False

    def look(self, above: int) -> None:
        """See `measure.run`."""
        if self.struck or time.monotonic() < self._when:
            return
        below = psutil.Process(self._nanny).children()
        worker = max(below, key=lambda process: process.memory_info().rss)
        worker.send_signal(signal.SIGKILL)
        self.struck = True


def _build(bench: Bench, project: Path, names: list[str], address: str, blow: _Blow | None) -> float:
    """Build on the cluster; the seconds. Raises when one of the leaflets is not there afterwards."""
    out = bench.fresh()
    try:
        command = publish(project, *names, "--cluster", address, "--out", str(out))
        cost = measure.run(command, cwd=ROOT, beside=blow.look if blow else None)
        missing = [name for name in names if not (out / name / f"{name}.epub").is_file()]
        if missing:
            raise RuntimeError(f"{len(missing)} of {len(names)} leaflets were not built")
        return cost.wall
    finally:
        shutil.rmtree(out, ignore_errors=True)


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and two workers with their nannies: the address, and the nannies' process ids."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    env = os.environ | {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
    here = ("--host", "127.0.0.1", "--no-dashboard")
    started = []
    with open(folder / "log", "wb") as log:  # noqa: PTH123
        commands = [[_DASK, "scheduler", *here, "--port", str(port)]]
        for name in ("one", "two"):
            place = ("--name", name, "--nthreads", "1", "--local-directory", str(folder / name))
            commands.append([_DASK, "worker", address, *here, *place])
        for command in commands:
            started.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))
        try:
            _wait_for_workers(address)
            yield address, [process.pid for process in started[1:]]
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait()


def _wait_for_workers(address: str) -> None:
    """In a process of its own: the library starts threads, and this one forks."""
    code = f"from distributed import Client; Client({address!r}, timeout=60).wait_for_workers(2, timeout={_PATIENCE})"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
