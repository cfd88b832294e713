"""2,000 leaflets by two workers, and their memory over time: `python -m benchmarks.steady [--leaflets N] [--jobs N]`.

Every two seconds the resident memory of all workers is looked at. Writes steady.svg and steady.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from benchmarks import chart, measure, results
from benchmarks.bench import ROOT, Bench, publish
from benchmarks.many import workers

HERE = Path(__file__).parent
STEP = 2.0
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Look:
    """At a moment: seconds since the begin, leaflets built, workers, and their resident and own memory in MiB."""

    seconds: float
    built: int
    workers: int
    resident: float
    own: float


class Watcher:
    """Looks at the workers of a measured command."""

    def __init__(self, out: Path) -> None:
        self.looks: list[Look] = []
        self.pids: set[int] = set()
        self._out = out
        self._began = self._last = time.monotonic()

    def look(self, above: int) -> None:
        """See `measure.run`."""
        now = time.monotonic()
        if now - self._last < STEP:
            return
        self._last = now
        resident = own = 0.0
        pids: set[int] = set()
        for process in workers(above):
            try:
                told = process.memory_full_info()
            except psutil.Error:
                continue
            pids.add(process.pid)
            resident += told.rss / 2**20
            own += told.uss / 2**20
        built = sum(1 for each in self._out.iterdir() if (each / "build.json").is_file())
        self.looks.append(Look(now - self._began, built, len(pids), resident, own))
        if built:  # before, the parent of the workers is taken for one
            self.pids |= pids


def main(arguments: list[str] | None = None) -> int:
    """Build, look, draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steady")
    parser.add_argument("--leaflets", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "publish-benchmarks", metavar="DIR")
    given = parser.parse_args(arguments)
    bench = Bench(given.work.absolute())
    project, names = bench.many(given.leaflets)
    out = bench.fresh()
    watcher = Watcher(out)
    try:
        command = publish(project, "--jobs", str(given.jobs), "--out", str(out))
        cost = measure.run(command, cwd=ROOT, beside=watcher.look, accepted=(0, 1))  # 1: some were blocked
        built = sum(1 for name in names if (out / name / f"{name}.epub").is_file())
    finally:
        shutil.rmtree(out, ignore_errors=True)
    print(report(watcher, cost, built, len(names), given.jobs))
    if built < len(names):
        print(f"{len(names) - built} leaflets were blocked", file=sys.stderr)
    return 0 if built == len(names) else 1


def report(watcher: Watcher, cost: measure.Cost, built: int, number: int, jobs: int) -> str:
    """Write the curve and its figures; the figures in a sentence."""
    whole = [look for look in watcher.looks if look.workers == jobs]
    settled = [look for look in whole if look.built >= number * 0.2]
    slope = 1024 * measure.slope([(look.built, look.resident) for look in settled])
    peak = max(look.resident / look.workers for look in whole)
    own = max(look.own / look.workers for look in whole)
    said = (
        f"{built} of {number} leaflets by {jobs} workers in {cost.wall:.0f} s ({number / cost.wall:.1f} a second, "
        f"{cost.cpu / number:.2f} CPU s each); at most {peak:.0f} MiB a worker on average ({own:.0f} MiB its own); "
        f"{slope:+.1f} KiB a build after the first fifth; {len(watcher.pids)} worker processes in all"
    )
    title = f"Memory of the workers while {number:,} leaflets are built"
    points = [(float(look.built), look.resident) for look in whole]
    drawn = chart.curve(points, title, said.partition("; ")[2], "leaflets built", f"MiB, all {jobs} workers together")
    (HERE / "steady.svg").write_text(drawn, "utf-8")
    told = {
        "said": said,
        "slope-kib-a-build": slope,
        "machine": results.machine(),
        "versions": results.versions(),
        "looks": [asdict(look) for look in watcher.looks],
    }
    (HERE / "steady.json").write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")
    return said


if __name__ == "__main__":
    sys.exit(main())
