"""Benchmarks of many leaflets, and of long ones: batch, scale, memory."""

from __future__ import annotations

import shutil

import psutil

from benchmarks import measure
from benchmarks.bench import ROOT, Bench, publish
from benchmarks.measure import Cost, in_turn, median, ratio, slope
from benchmarks.resident import Resident
from benchmarks.results import Row


def batch(bench: Bench) -> list[Row]:
    """batch-100x3: a hundred leaflets that differ, in one command; against pandoc + Typst one by one."""
    number = 6 if bench.quick else 100
    project, names = bench.many(number)
    costs = in_turn(
        {
            "with": lambda run: bench.build(project),
            "without": lambda run: bench.build(project, proofs=False),
            "peer": lambda run: bench.peer("pandoc-typst", project, *names),
        },
        1,  # a hundred that differ are a mean of their own
        warm=0,
    )
    peer, rows = costs["peer"], []
    for way, tail, target in (("with", "", 0.65), ("without", "-unproven", 0.5)):
        ours = costs[way]
        rows.append(
            Row(
                f"batch-100x3{tail}",
                f"{number} leaflets that differ, three formats, {way} proofs",
                median(ours).cpu,
                median(peer).cpu,
                "pandoc + Typst one by one",
                "CPU s",
                ratio([cost.cpu for cost in ours], [cost.cpu for cost in peer]),
                target,
                runs=len(ours),
                note=f"{median(ours).cpu / number:.2f} CPU s a leaflet; wall {median(ours).wall:.0f} s with a worker a "
                f"processor, against {median(peer).wall:.0f} s.",
            )
        )
    return rows


def long(bench: Bench) -> list[Row]:
    """long-x50: a document fifty times as long as the unit; against pandoc + Typst."""
    times = 4 if bench.quick else 50
    project, name = bench.long(times)
    costs = in_turn(
        {
            "publish": lambda run: bench.build(project, name),
            "pandoc-typst": lambda run: bench.peer("pandoc-typst", project, name),
        },
        1,
        warm=0,
    )
    ours, peer = costs["publish"], costs["pandoc-typst"]
    return [
        Row(
            "long-x50",
            f"a leaflet of {times} times the words, tables and pictures, with proofs",
            median(ours).cpu,
            median(peer).cpu,
            "pandoc + Typst",
            "CPU s",
            ratio([cost.cpu for cost in ours], [cost.cpu for cost in peer]),
            1.1,
            runs=len(ours),
            note=f"{median(ours).cpu / times:.2f} CPU s for as much as the unit has; largest process "
            f"{median(ours).rss:.0f} MiB against {median(peer).rss:.0f} MiB.",
        )
    ]


class Memory:
    """The largest memory that each worker of a measured command was seen to have, in MiB, looked at now and then."""

    def __init__(self) -> None:
        self.resident: dict[int, float] = {}
        self.own: dict[int, float] = {}

    def look(self, above: int) -> None:
        """See `measure.run`. Workers are the processes below publish's own that have a library to draw with."""
        for process in workers(above):
            try:
                told = process.memory_full_info()
            except psutil.Error:
                continue
            self.resident[process.pid] = max(self.resident.get(process.pid, 0.0), told.rss / 2**20)
            self.own[process.pid] = max(self.own.get(process.pid, 0.0), told.uss / 2**20)


def workers(above: int) -> list[psutil.Process]:
    """The processes without children below a measured command: those that do the work."""
    try:
        below = psutil.Process(above).children(recursive=True)
        parents = {process.ppid() for process in below}
        return [process for process in below if process.pid not in parents and process.ppid() != above]
    except psutil.Error:
        return []


def scale(bench: Bench) -> list[Row]:
    """scale-2: how well two workers share the work, and how much memory each takes."""
    number = 12 if bench.quick else 30
    project, _ = bench.many(number)
    seen = Memory()

    def run(jobs: str, beside: Memory | None) -> Cost:
        out = bench.fresh()
        try:
            words = ("--jobs", jobs, "--out", str(out))
            return measure.run(publish(project, *words), cwd=ROOT, beside=beside.look if beside else None)
        finally:
            shutil.rmtree(out, ignore_errors=True)

    costs = in_turn(
        {"one": lambda number: run("1", None), "two": lambda number: run("2", seen if number else None)},
        bench.few(2),
    )
    one, two = costs["one"], costs["two"]
    efficiency = ratio([cost.wall for cost in one], [2 * cost.wall for cost in two])
    most, own = max(seen.resident.values()), max(seen.own.values())
    return [
        Row(
            "scale-2",
            f"{number} leaflets by two workers",
            median(two).wall,
            median(one).wall,
            "by one worker",
            "s",
            efficiency,
            0.90,
            at_least=True,
            of="efficiency",
            runs=len(two),
            note="The wall time of one worker over twice that of two.",
        ),
        Row(
            "scale-2-memory",
            "the most memory of any worker meanwhile",
            most,
            None,
            "",
            "MiB",
            most,
            90,
            of="MiB",
            runs=len(two),
            note=f"Resident, with what workers share; {own:.0f} MiB are its own.",
        ),
    ]


def leak(bench: Bench) -> list[Row]:
    """leak-500: whether memory grows over 500 builds of a hundred leaflets in one process."""
    number, builds, warm = (6, 30, 12) if bench.quick else (100, 500, 100)
    project, names = bench.many(number)
    points = []
    with Resident("publish") as resident:
        for build in range(builds):
            told = resident.ask(project=str(project), name=names[build % number])
            points.append((float(build), float(told["rss"])))
    rise = slope(points[warm:])
    return [
        Row(
            "leak-500",
            f"resident memory over {builds} builds in one process",
            points[-1][1] / 1024,
            points[warm][1] / 1024,
            f"after {warm} builds",
            "MiB",
            rise,
            15,
            of="KiB a build",
            note=f"The slope by least squares after the first {warm} builds, by when each leaflet was built once; it "
            f"had {points[0][1] / 1024:.0f} MiB after the first.",
        )
    ]
