"""What all rows need: a place to work in, catalogues that are made once, and the commands that are measured."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import catalogue, measure, peers, unproven
from benchmarks.measure import Cost

ROOT = Path(__file__).parent.parent
PUBLISH = str(Path(sys.executable).parent / "publish")


@dataclass(slots=True)
class Bench:
    """`work` is a folder that may be kept from run to run; `quick` makes everything small, to try the benchmarks."""

    work: Path
    quick: bool = False
    _counter: itertools.count[int] = field(default_factory=itertools.count)

    def few(self, runs: int) -> int:
        """So many runs, or two when it must be quick."""
        return 2 if self.quick else runs

    def units(self, number: int) -> list[tuple[Path, str]]:
        """Projects of the unit leaflet: project and leaflet, each with other words and another picture."""
        made = []
        for seed in range(1, number + 1):
            folder = self.work / "units" / str(seed)
            if not _made(folder, "unit"):
                catalogue.one(folder, seed)
                _mark(folder, "unit")
            made.append((folder, "unit"))
        return made

    def many(self, number: int) -> tuple[Path, list[str]]:
        """A catalogue of so many leaflets: its project, and their names."""
        folder = self.work / f"catalogue-{number}"
        if not _made(folder, "catalogue"):
            catalogue.write(folder, number)
            _mark(folder, "catalogue")
        return folder, sorted(each.name for each in (folder / "source" / "leaflets").iterdir())

    def long(self, times: int) -> tuple[Path, str]:
        """The long leaflet: its project and name."""
        folder = self.work / f"long-{times}"
        if not _made(folder, "long"):
            catalogue.long(folder, times)
            _mark(folder, "long")
        return folder, f"long-{times}"

    def fresh(self) -> Path:
        """An empty folder for outputs."""
        folder = self.work / "out" / f"{os.getpid()}-{next(self._counter)}"
        folder.mkdir(parents=True)
        return folder

    def build(self, project: Path, *words: str, proofs: bool = True) -> Cost:
        """`publish build` into a place where nothing is yet, so that all is built; what it makes is thrown away."""
        out = self.fresh()
        try:
            env = None if proofs else unproven.environment()
            return measure.run(publish(project, *words, "--out", str(out)), cwd=ROOT, env=env)
        finally:
            shutil.rmtree(out, ignore_errors=True)

    def peer(self, name: str, project: Path, *leaflets: str) -> Cost:
        """The same leaflets by a peer, one by one. Its Markdown is prepared before, unmeasured."""
        out = self.fresh()
        try:
            commands = []
            for leaflet in leaflets:
                ready = peers.ready(project, leaflet, self.work / "peers" / project.name / leaflet)
                commands += peers.commands(name, ready, out)
            return measure.run(*commands, cwd=ROOT, env=peers.environment())
        finally:
            shutil.rmtree(out, ignore_errors=True)


def publish(project: Path, *words: str) -> list[str]:
    """The command line of `publish build`."""
    return [PUBLISH, "--project", str(project), "build", *words]


def _made(folder: Path, kind: str) -> bool:
    """Whether a project stands there, made by the maker as it is now."""
    mark = folder / ".made"
    return mark.is_file() and mark.read_text() == _maker(kind)


def _mark(folder: Path, kind: str) -> None:
    (folder / ".made").write_text(_maker(kind))


def _maker(kind: str) -> str:
    """What the maker is, so that a catalogue of an older one is made anew."""
    here = Path(__file__).parent
    files = [here / name for name in ("catalogue.py", "leaflets.py", "pictures.py", "wording.py")]
    return kind + " ".join(str(file.stat().st_mtime_ns) for file in (*files, *sorted((here / "words").iterdir())))
