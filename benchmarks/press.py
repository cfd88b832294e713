"""What the press file costs against the reading PDF, proofs and all: `python benchmarks/press.py [RUNS]`.

Both are made in turn in one process, so that a slow spell of the machine meets both alike; first as on a machine
without Ghostscript (what it would check is told as not checked), then with it. Processor time of the process and of
all it starts, after one run to warm up; medians, and ratios pair by pair.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = 1.6


def measure(runs: int) -> None:
    """Print seconds of pdf and press, a line a run."""
    from publish.build import Request, make
    from publish.project import open_project

    project = open_project(ROOT)
    for run in range(runs + 1):
        taken = []
        for name in ("pdf", "press"):
            with tempfile.TemporaryDirectory() as folder:
                before = os.times()
                made = make(lambda stage: None, Request(project, "nomid", (name,), None, date.today()), Path(folder))
                after = os.times()
            assert not made.blocked, [str(finding) for finding in made.findings]
            taken.append(sum(after[:4]) - sum(before[:4]))
        if run:
            print(*taken)


def main() -> None:
    """Measure and print a table; fails when the press file costs more than it may."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    bare = str(Path(sys.executable).parent)
    print("| press against pdf | pdf, CPU s | press, CPU s | ratio, median | ratio, worst |")
    print("|---|---|---|---|---|")
    ratio = 0.0
    for name, path in (("without Ghostscript", bare), ("with Ghostscript", os.environ["PATH"])):
        command = [sys.executable, __file__, "--measure", str(runs)]
        told = subprocess.run(command, env=os.environ | {"PATH": path}, check=True, capture_output=True, text=True)
        pairs = [(float(pdf), float(press)) for pdf, press in (line.split() for line in told.stdout.splitlines())]
        ratios = [press / pdf for pdf, press in pairs]
        medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
        print(f"| {name} | {medians[0]:.2f} | {medians[1]:.2f} | {statistics.median(ratios):.2f} | {max(ratios):.2f} |")
        ratio = ratio or statistics.median(ratios)
    if ratio > TARGET:
        sys.exit(f"the press file costs {ratio:.2f} times the reading PDF; {TARGET} is the most it may")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(int(sys.argv[2]))
    else:
        main()
