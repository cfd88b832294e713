"""What commands cost: processor time of all their processes, wall time, memory; and pairs of ways measured in turn.

A command is run below a warden, a process that becomes the parent of everything that is left over (on Linux,
PR_SET_CHILD_SUBREAPER) and waits for all of it: the processor time of servers and of orphans counts as well.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor and wall time; the largest resident memory of any one process, in MiB."""

    cpu: float
    wall: float
    rss: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.rss, other.rss))


class CommandFailed(Exception):
    """A measured command did not end well."""


def run(
    *commands: Sequence[str],
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    accepted: Sequence[int] = (0,),
    beside: Callable[[int], None] | None = None,
) -> Cost:
    """What the commands cost, one after another. Raises CommandFailed when one ends otherwise than `accepted`.

    `beside` is called about four times a second meanwhile, with the id of the process above all those of the command.
    """
    reading, writing = os.pipe()
    warden = os.fork()
    if warden == 0:
        os.close(reading)
        told = _watched(commands, cwd, env)
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        while beside and not select.select([pipe], [], [], 0.25)[0]:
            beside(warden)
        told = json.loads(pipe.read())
    os.waitpid(warden, 0)
    if bad := [code for code in told["codes"] if code not in accepted]:
        raise CommandFailed(f"{' '.join(commands[len(told['codes']) - 1])} ended with {bad[0]}: {told['said'][-2000:]}")
    return Cost(**told["cost"])


def _watched(commands: Sequence[Sequence[str]], cwd: Path | None, env: dict[str, str] | None) -> dict[str, object]:
    """In the warden: run, wait for everything below, count."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    started, codes, said = time.perf_counter(), [], ""
    wall = 0.0
    for command in commands:
        with subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            assert process.stderr is not None
            said = process.stderr.read().decode(errors="replace")
        wall = time.perf_counter() - started
        codes.append(process.returncode)
    _reap()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)
    return {"cost": asdict(cost), "codes": codes, "said": said}


def _reap(patience: float = 20.0) -> None:
    """Wait for what the command left running; what does not end by itself in time is ended, and has been counted."""
    deadline = time.monotonic() + patience
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            if time.monotonic() > deadline:
                for child in _children():
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.005)


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as listed:  # noqa: PTH123
        return [int(pid) for pid in listed.read().split()]


def in_turn(ways: dict[str, Callable[[int], Cost]], runs: int, warm: int = 1) -> dict[str, list[Cost]]:
    """The costs of each way, run after run in turn, so that a slow spell of the machine meets all alike.

    The first `warm` rounds are not counted. A way gets the number of the round, from 0.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for number in range(warm + runs):
        for name, way in ways.items():
            cost = way(number)
            if number >= warm:
                costs[name].append(cost)
    return costs


def median(costs: Sequence[Cost]) -> Cost:
    """The medians, each for itself."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "rss")))


def ratio(ours: Sequence[float], peers: Sequence[float]) -> float:
    """The median of the ratios pair by pair: what was measured in the same round is compared."""
    return statistics.median(one / other for one, other in zip(ours, peers, strict=True))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The rise of y an x, by the least squares."""
    xs, ys = zip(*points, strict=True)
    return statistics.linear_regression(xs, ys).slope
