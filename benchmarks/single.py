"""Benchmarks of one leaflet: built cold and warm, the share of its proofs, and a word edited under the watch."""

from __future__ import annotations

import re
import statistics

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.measure import Cost, in_turn, median, ratio
from benchmarks.resident import Resident
from benchmarks.results import Row


def cold(bench: Bench) -> list[Row]:
    """cold-1x3: one leaflet, three formats, in a new process."""
    ((project, name),) = bench.units(1)
    costs = in_turn(
        {
            "with": lambda number: bench.build(project, name),
            "without": lambda number: bench.build(project, name, proofs=False),
            "pandoc-weasyprint": lambda number: bench.peer("pandoc-weasyprint", project, name),
            "pandoc-typst": lambda number: bench.peer("pandoc-typst", project, name),
            "plain": lambda number: bench.peer("plain", project, name),
        },
        bench.few(9),
    )
    peer = costs["pandoc-weasyprint"]
    others = ", ".join(f"{way} {median(costs[way]).cpu:.2f}" for way in ("pandoc-typst", "plain"))
    rows = []
    for way, tail, target in (("with", "", 0.55), ("without", "-unproven", 0.40)):
        ours = costs[way]
        rows.append(
            Row(
                f"cold-1x3{tail}",
                f"one leaflet, three formats, new process, {way} proofs",
                median(ours).cpu,
                median(peer).cpu,
                "pandoc + WeasyPrint",
                "CPU s",
                ratio([cost.cpu for cost in ours], [cost.cpu for cost in peer]),
                target,
                runs=len(ours),
                note=f"Wall {median(ours).wall:.2f} s against {median(peer).wall:.2f} s; largest process "
                f"{median(ours).rss:.0f} MiB against {median(peer).rss:.0f} MiB. Other ways, CPU s: {others}."
                + (" Without proofs: files are not read back, no proof sheet." if tail else ""),
            )
        )
    return rows


def warm(bench: Bench) -> list[Row]:
    """warm-1x3: one leaflet in a process that has built two others; and proof-share of the same builds."""
    runs = bench.few(9)
    units = bench.units(runs + 3)
    ours, peer, shares, sheets = [], [], [], []
    with Resident("publish") as resident:
        for project, name in units[:2]:
            resident.ask(project=str(project), name=name)
        bench.peer("pandoc-typst", *units[2])
        for project, name in units[3:]:
            told = resident.ask(project=str(project), name=name)
            ours.append(Cost(told["cpu"], told["wall"], told["rss"] / 1024))
            shares.append(told["proofs"] / told["cpu"])
            sheets.append(told["sheet"] / told["cpu"])
            peer.append(bench.peer("pandoc-typst", project, name))
        again = [resident.ask(project=str(project), name=name)["wall"] for project, name in [units[3]] * 3]
    value = ratio([cost.wall for cost in ours], [cost.wall for cost in peer])
    return [
        Row(
            "warm-1x3",
            "one leaflet, three formats, resident, with proofs",
            median(ours).wall,
            median(peer).wall,
            "cold pandoc + Typst",
            "s",
            value,
            0.6,
            runs=runs,
            note=f"Each run has a leaflet that the process has not seen; one built again takes "
            f"{statistics.median(again):.2f} s. CPU {median(ours).cpu:.2f} s against {median(peer).cpu:.2f} s.",
        ),
        Row(
            "proof-share",
            "reading back and proving the three files, of a warm build",
            statistics.median(shares) * median(ours).cpu,
            median(ours).cpu,
            "the whole build",
            "CPU s",
            statistics.median(shares) * 100,
            25,
            of="%",
            runs=runs,
            note=f"The proof sheet, which shows people what was proven, takes {statistics.median(sheets):.0%} besides.",
        ),
    ]


def preview(bench: Bench) -> list[Row]:
    """preview-edit: a word is edited, and the watch has the pages' pictures; against a warm plain script."""
    runs = bench.few(11)
    ((project, name),) = bench.units(1)
    source = project / "source" / "leaflets" / name / "leaflet.md"
    kept = source.read_text("utf-8")
    ours, plain = [], []
    try:
        with Resident("watch") as watch, Resident("plain") as resident:
            for number in range(-3, runs):
                edited = re.sub(r"\d+ of 100 ", f"{number + 200} of 100 ", kept, count=1)
                seen = watch.ask(project=str(project), name=name, text=edited)
                ready = peers.ready(project, name, bench.work / "peers" / "preview")
                told = resident.ask(file=str(ready.file), css=str(ready.css))
                if number >= 0:
                    ours.append(seen["pictures"])
                    plain.append(told["wall"])
    finally:
        source.write_text(kept, "utf-8")
    return [
        Row(
            "preview-edit",
            "a word edited: pictures of the pages, after the watcher's notice",
            statistics.median(ours),
            statistics.median(plain),
            "the plain script, warm",
            "s",
            ratio(ours, plain),
            0.6,
            runs=runs,
            note="Both make the PDF and a JPEG of each page at 144 pixels an inch.",
        )
    ]
