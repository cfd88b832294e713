"""What the tests of the store share: builds in this process, and builds as users start them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from publish import batch
from publish.batch import Known
from publish.build import Made, Request, make
from publish.diagnostics import Failure
from publish.project import open_project
from publish.worker import Job, Told

TODAY = date(2026, 11, 22)


@dataclass
class Here:
    """Hands that do the work in this very process, which stays warm. `meanwhile` is called after each job."""

    meanwhile: Callable[[str], None] = lambda name: None
    did: list[str] = field(default_factory=list)

    def each(self, jobs: Iterator[Job], told: Told) -> Iterator[tuple[Job, Any]]:
        for job in jobs:
            self.did.append(job.name)
            try:
                came: Any = make(lambda stage: None, *job.arguments)
            except Failure as failure:
                came = failure
            self.meanwhile(job.name)
            yield job, came


@dataclass
class Built:
    """What a build over some leaflets did: whose it was made, why, and what was told."""

    made: dict[str, Made]
    did: list[str]
    why: dict[str, tuple[str, ...]]
    note: str

    @property
    def fresh(self) -> set[str]:
        return {name for name, made in self.made.items() if made.fresh}


def build(
    root: Path,
    *names: str,
    formats: tuple[str, ...] = ("docx",),
    out: Path | None = None,
    today: date = TODAY,
    theme: str | None = None,
    strict: bool = False,
    force: bool = False,
    whole: bool = True,
    meanwhile: Callable[[str], None] = lambda name: None,
) -> Built:
    """`publish build` in this process."""
    project = open_project(root)
    chosen = names or tuple(sorted(each.parent.name for each in project.source.glob("leaflets/*/leaflet.md")))
    hands, why = Here(meanwhile), dict[str, tuple[str, ...]]()
    requests = [Request(project, name, formats, theme, today, strict) for name in chosen]
    with closing(batch.open_book(project)) as book:
        known = Known(book, force, why.__setitem__, whole)
        made = {each.name: each for each in batch.build_all(requests, out or project.outputs, hands, known=known)}
        note = book.note
    return Built(made, hands.did, why, note)


def clean(root: Path, out: Path, *names: str, formats: tuple[str, ...] = ("docx",)) -> None:
    """The same without any memory of earlier builds."""
    project = open_project(root)
    list(batch.build_all([Request(project, name, formats, None, TODAY) for name in names], out, Here()))


def command(root: Path, *words: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    """`publish --project ROOT …` as users start it."""
    return subprocess.run(
        [sys.executable, "-m", "publish", "--project", str(root), *words],
        env=os.environ | environment, check=check, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def files(folder: Path) -> dict[str, str]:
    """The hashes of the files below a folder, but for locks."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
