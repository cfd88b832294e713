"""Benchmarks of builds with nothing or almost nothing to do: one leaflet, and 36,000 outputs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks import measure, pictures
from benchmarks.bench import ROOT, Bench, publish
from benchmarks.measure import Cost, in_turn, median, ratio
from benchmarks.results import Row
from publish.outputs import RECORD

PYTHON = sys.executable
FILES = ("{}.pdf", "{}.docx", "{}.epub", "proof.html", RECORD)
"""What stands of each leaflet in outputs/: three formats, and what was seen and found when they were proven."""


def one(bench: Bench) -> list[Row]:
    """noop-1: a leaflet that is up to date; against an interpreter that does nothing."""
    ((project, name),) = bench.units(1)
    said = _said(project, name)
    if "up to date" not in said:
        said = _said(project, name)
    if "up to date" not in said:
        raise RuntimeError(f"a leaflet built twice is not up to date: {said}")
    costs = in_turn(
        {
            "publish": lambda run: measure.run(publish(project, name), cwd=ROOT),
            "python": lambda run: measure.run([PYTHON, "-I", "-c", "pass"], cwd=ROOT),
        },
        bench.few(41),
        warm=3,
    )
    ours, peer = costs["publish"], costs["python"]
    return [
        Row(
            "noop-1",
            "one leaflet, nothing changed",
            1000 * median(ours).cpu,
            1000 * median(peer).cpu,
            "`python -I -c pass`",
            "CPU ms",
            ratio([cost.cpu for cost in ours], [cost.cpu for cost in peer]),
            3,
            runs=len(ours),
            note=f"Wall {1000 * median(ours).wall:.0f} ms against {1000 * median(peer).wall:.0f} ms.",
        )
    ]


def all_(bench: Bench) -> list[Row]:
    """noop-36k and one-of-36k: 12,000 leaflets up to date, and one of them with another picture."""
    number = 240 if bench.quick else 12_000
    project, names = bench.many(number)
    subprocess.run([PYTHON, "-m", "benchmarks.finished", str(project)], cwd=ROOT, check=True)
    ninja = _ninja(project, names, FILES)
    less = _ninja(project, names, FILES[:3])
    _said(project, patience=120)  # the first one may look at files whose stamps proved nothing yet
    said = _said(project, patience=120)
    if not said.startswith(f"{number:,} up to date"):
        raise RuntimeError(f"not all leaflets are up to date: {said[:500]}")
    costs = in_turn(
        {
            "publish": lambda run: measure.run(publish(project), cwd=ROOT),
            "ninja": lambda run: measure.run(ninja, cwd=ROOT),
            "less": lambda run: measure.run(less, cwd=ROOT),
        },
        bench.few(11),
        warm=2,
    )
    ours, peer = costs["publish"], costs["ninja"]
    other = ratio([cost.cpu for cost in ours], [cost.cpu for cost in costs["less"]])
    noop = Row(
        "noop-36k",
        f"{3 * number:,} outputs, nothing changed",
        median(ours).cpu,
        median(peer).cpu,
        "ninja",
        "CPU s",
        ratio([cost.cpu for cost in ours], [cost.cpu for cost in peer]),
        1.5,
        runs=len(ours),
        note=f"Wall {median(ours).wall:.2f} s against {median(peer).wall:.2f} s. The outputs are small made-up files, "
        "written down in the store by its own means. Both look at the same files, proof sheets and records of builds "
        f"among them; a ninja that knows of the three formats alone takes {median(costs['less']).cpu:.2f} CPU s, and "
        f"the ratio is {other:.2f}.",
    )
    return [noop, _one_changed(bench, project, names, median(ours))]


def _one_changed(bench: Bench, project: Path, names: list[str], noop: Cost) -> Row:
    """One picture changes, again and again another: what is built, and what it costs."""
    ours, alone = [], []
    for run, name in enumerate(names[7 :: len(names) // bench.few(5)][: bench.few(5)]):
        picture = project / "source" / "leaflets" / name / "images" / "photograph.jpg"
        picture.write_bytes(pictures.photograph(9_000 + run))
        before = _built(project, names)
        cost = measure.run(publish(project), cwd=ROOT)
        changed = [each for each, now in _built(project, names).items() if now != before[each]]
        if changed != [name]:
            raise RuntimeError(f"one picture of {name} was changed, and these were built: {changed[:5]}")
        ours.append(cost)
        alone.append(Cost(noop.cpu, noop.wall, noop.rss) + bench.build(project, name))
    return Row(
        "one-of-36k",
        f"one picture changed among {3 * len(names):,} outputs",
        median(ours).cpu,
        median(alone).cpu,
        "nothing to do, and its leaflet built alone",
        "CPU s",
        ratio([cost.cpu for cost in ours], [cost.cpu for cost in alone]),
        1,
        runs=len(ours),
        note="Only the leaflet with the picture was built, each time: its record is new, and none of the other "
        f"{len(names) - 1:,}.",
    )


def _built(project: Path, names: list[str]) -> dict[str, int]:
    """When each leaflet's record was written."""
    return {name: (project / "outputs" / name / "build.json").stat().st_mtime_ns for name in names}


def _said(project: Path, *words: str, patience: float | None = None) -> str:
    """What `publish build` says; ended when it takes longer than it may."""
    told = subprocess.run(publish(project, *words), cwd=ROOT, capture_output=True, text=True, timeout=patience)
    return told.stdout + told.stderr


def _ninja(project: Path, names: list[str], outputs: tuple[str, ...]) -> list[str]:
    """The command of a ninja that makes these outputs of the same leaflets, and has made them."""
    manifest = f"build-{len(outputs)}.ninja"
    _write_manifest(project, names, manifest, outputs)
    command = [str(Path(PYTHON).parent / "ninja"), "-C", str(project), "-f", manifest]
    subprocess.run([*command, "-t", "restat"], check=True, capture_output=True)
    subprocess.run(command, check=True, capture_output=True)
    return command


def _write_manifest(project: Path, names: list[str], manifest: str, outputs: tuple[str, ...]) -> None:
    """A file for ninja: each leaflet is made of its own files and of what it shares. Each manifest has its own log."""
    log = f".{manifest}"
    shutil.rmtree(project / log, ignore_errors=True)
    theme = sorted((ROOT / "themes" / "base").rglob("*"))
    shared = ["source/glossary.toml", "source/references.toml", *(str(file) for file in theme if file.is_file())]
    lines = [
        f"builddir = {log}",
        "rule make",
        "  command = touch $out",
        "",
        f"build shared: phony {' '.join(map(_quoted, shared))}",
    ]
    for name in names:
        folder = Path("source/leaflets") / name
        text = (project / folder / "leaflet.md").read_text("utf-8").splitlines()
        named = dict(line.partition(": ")[::2] for line in text[1:16])
        own = [str(folder / "leaflet.md"), *(str(folder / "images" / each) for each in _images(project / folder))]
        own += [f"source/products/{named['product']}.toml", f"source/safety/{named['safety']}.md"]
        made = " ".join(f"outputs/{name}/{output.format(name)}" for output in outputs)
        lines.append(f"build {made}: make {' '.join(own)} | shared")
    (project / manifest).write_text("\n".join(lines) + "\n", "utf-8")


def _images(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "images").iterdir())


def _quoted(path: str) -> str:
    return path.replace("$", "$$").replace(" ", "$ ").replace(":", "$:")
