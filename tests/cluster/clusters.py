"""Real dask clusters on this machine, for tests: schedulers and workers are processes of their own."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

DASK = str(Path(sys.executable).with_name("dask"))
_AWAY = ThreadPoolExecutor(1)
"""A thread without a loop: a browser's tests may have left one running in this one."""
_SECONDS = 60.0
"""What a scheduler or worker may take to start or end, on a machine that is busy with other tests."""


class DaskCluster:
    """A scheduler on a free port of 127.0.0.1, and workers that are started one by one in folders below `folder`."""

    def __init__(self, folder: Path, scheme: str = "tcp", environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._environment = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False", **(environment or {})}
        self._port = free_port()
        self.address = f"{scheme}://127.0.0.1:{self._port}"
        self._processes: list[subprocess.Popen[bytes]] = []
        where = ("--host", "127.0.0.1", "--port", str(self._port), "--protocol", scheme)
        self.scheduler = self._start("scheduler", "scheduler", *where, "--no-dashboard")

    def worker(self, name: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """A worker with its nanny. It joins when it is ready; see `wait_for`."""
        where = (self.address, "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard", "--name", name)
        return self._start(name, "worker", *where, "--local-directory", str(self.folder / name), extra=environment)

    def wait_for(self, workers: int) -> None:
        """Wait until there are exactly so many workers."""
        deadline = time.monotonic() + _SECONDS
        while not self._listening() or len(self.asked(_workers)) != workers:
            assert time.monotonic() < deadline, f"there are not {workers} workers:\n{self.log()}"
            time.sleep(0.2)

    def _listening(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=5).close()
        except OSError:
            return False
        return True

    def pids(self) -> Mapping[str, int]:
        """The processes of the workers, which their nannies start anew, by the workers' addresses."""
        return dict(self.asked(_pids))

    def asked(self, question: Any, *arguments: Any) -> Any:
        """What a coroutine function gives that gets a client of its own."""
        import asyncio

        async def ask() -> Any:
            from distributed import Client

            async with Client(self.address, asynchronous=True, set_as_default=False, timeout=_SECONDS) as client:
                return await question(client, *arguments)

        with _without_asyncios_log():
            return _AWAY.submit(asyncio.run, ask()).result()

    def log(self) -> str:
        """What scheduler and workers have printed."""
        return "".join(path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End all processes."""
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, log: str, *words: str, extra: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        self.folder.mkdir(exist_ok=True)
        with (self.folder / f"{log}.log").open("ab") as output:
            process = subprocess.Popen(
                [DASK, *words],
                cwd=self.folder,
                env={**os.environ, **self._environment, **(extra or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[DaskCluster]:
    """A cluster with so many workers that are ready, called w0, w1 …"""
    cluster = DaskCluster(folder)
    try:
        for number in range(workers):
            cluster.worker(f"w{number}")
        cluster.wait_for(workers)
        yield cluster
    finally:
        cluster.close()


@contextmanager
def _without_asyncios_log() -> Iterator[None]:
    """dask dials again and again until a scheduler that is starting answers; asyncio tells of each try."""
    logger = logging.getLogger("asyncio")
    before, logger.disabled = logger.disabled, True
    try:
        yield
        gc.collect()
    finally:
        logger.disabled = before


def free_port() -> int:
    """A port of 127.0.0.1 where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def _workers(client: Any) -> Any:
    return (await client.scheduler.identity(n_workers=-1))["workers"]


async def _pids(client: Any) -> Any:
    return await client.run(os.getpid)
