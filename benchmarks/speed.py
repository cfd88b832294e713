"""The benchmarks, by name: `python -m benchmarks.speed NAME…|all [--quick]`.

Each writes its rows into results.json, results.md and results.svg beside this file; rows that are not run stay. With
--quick they are written into the folder of --work.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks import chart, cluster, many, nothing, results, single
from benchmarks.bench import Bench
from benchmarks.results import Row

BENCHMARKS: dict[str, Callable[[Bench], list[Row]]] = {
    "cold-1x3": single.cold,
    "warm-1x3": single.warm,
    "batch-100x3": many.batch,
    "long-x50": many.long,
    "scale-2": many.scale,
    "noop-1": nothing.one,
    "noop-36k": nothing.all_,
    "preview-edit": single.preview,
    "leak-500": many.leak,
    "cluster-kill": cluster.kill,
}
ALSO = {"proof-share": "warm-1x3", "one-of-36k": "noop-36k"}
"""Rows that another benchmark brings along."""

ORDER = (
    *("cold-1x3", "cold-1x3-unproven", "warm-1x3", "batch-100x3", "batch-100x3-unproven", "long-x50"),
    *("scale-2", "scale-2-memory", "noop-1", "noop-36k", "one-of-36k", "preview-edit", "proof-share"),
    *("leak-500", "cluster-kill"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run benchmarks. 1 when one of them could not be run; a target that is not met is told, and is no failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    known = (*BENCHMARKS, *ALSO)
    parser.add_argument("names", nargs="+", metavar="NAME", choices=(*known, "all"), help=", ".join((*known, "all")))
    parser.add_argument("--quick", action="store_true", help="few runs of little, to see that it works")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "publish-benchmarks", metavar="DIR")
    given = parser.parse_args(arguments)
    bench = Bench(given.work.absolute(), given.quick)
    kept = bench.work if given.quick else results.HERE
    bench.work.mkdir(parents=True, exist_ok=True)
    names = BENCHMARKS if "all" in given.names else dict.fromkeys(ALSO.get(name, name) for name in given.names)
    failed = False
    for name in names:
        print(f"{name} …", flush=True)
        try:
            rows = [replace(row, quick=given.quick) for row in BENCHMARKS[name](bench)]
        except Exception as error:  # the others are still wanted
            print(f"{name} could not be run: {error!r}", file=sys.stderr)
            failed = True
            continue
        for row in rows:
            sign = "≥" if row.at_least else "≤"
            verdict = "met" if row.met else "NOT met"
            print(f"  {row.name}: {results.figure(row.value)} {row.of} ({sign} {row.target}) {verdict}", flush=True)
        show(results.keep(rows, ORDER, kept), kept)
    return 1 if failed else 0


def show(rows: list[Row], folder: Path) -> None:
    """Write table and chart."""
    results.write_table(rows, folder, _steady(folder))
    (folder / results.CHART).write_text(chart.bars(rows), "utf-8")


def _steady(folder: Path) -> str:
    """What `python -m benchmarks.steady` found, when it was run."""
    found = folder / "steady.json"
    if not found.is_file():
        return ""
    said = json.loads(found.read_text("utf-8"))["said"]
    return f"\n## Memory over many builds\n\n{said}.\n\n![Memory of the workers](steady.svg)\n"


if __name__ == "__main__":
    sys.exit(main())
