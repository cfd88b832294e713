"""What a worker keeps has an end: after some leaflets it needs no more memory than before, same ones or others."""

from __future__ import annotations

import gc
import tempfile
import weakref
from datetime import date
from pathlib import Path
from random import Random

import pytest

import projects
from publish import build, worker
from publish.project import Limits, open_project
from publish.verify import _once, _planes, checks_for
from publish.worker import PRELOAD, Tell, new_hand

LIMITS = Limits(seconds=60, memory_mb=1500, pages=10, output_mb=10)
MIB = 2**20
OTHERS, SAME = 7, 5
"""Leaflets that differ, then builds of the first of them once more."""
MOST = 1.0
"""MiB that a leaflet adds to what a worker keeps, until the bounds of that are reached."""


def built(tell: Tell, root: Path, name: str) -> int:
    """Builds one; the memory that the worker had before it, when it had tidied up after the last one."""
    before: int = worker._resident_now()
    with tempfile.TemporaryDirectory() as staging:
        request = build.Request(open_project(root), name, build.DEFAULT_FORMATS, None, date(2026, 11, 22))
        made = build.make(tell, request, Path(staging))
    assert made.files, made.findings
    return before


@pytest.fixture
def project(tiny_project: Path) -> Path:
    """The tiny project with many leaflets, no two of which share a line of their bodies."""
    random = Random(5)
    for number in range(OTHERS):
        lines = ("".join(random.choices("abcdefghijklmnop ", k=300)) for _ in range(8))
        projects.write(
            tiny_project,
            {f"source/leaflets/leaflet-{number}/leaflet.md": projects.LEAFLET + "\n" + "\n\n".join(lines) + "\n"},
        )
    return tiny_project


def test_a_worker_does_not_grow_from_leaflet_to_leaflet(project: Path) -> None:
    hand = new_hand(LIMITS, PRELOAD)
    memory: list[float] = []
    try:
        for number in (*range(OTHERS), *[0] * SAME):
            hand.take(built, (project, f"leaflet-{number}"))
            while (said := hand.hear()) and said.kind == "stage":
                pass
            assert said and said.kind == "done", said
            memory.append(round(said.value / MIB, 1))
    finally:
        hand.end()
    assert memory[OTHERS] - memory[3] < MOST * (OTHERS - 3), memory
    assert memory[-1] - memory[OTHERS + 1] < 1, memory


class Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_only_holds_itself_goes_between_two_jobs() -> None:
    gc.disable()
    try:
        gone = weakref.ref(Circle())
        assert gone() is not None
        worker.tidy()
        assert gone() is None
    finally:
        gc.enable()


def test_nothing_of_a_file_is_kept_after_its_proofs(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in build.DEFAULT_FORMATS:
        checks_for(name)  # so that all who keep something have said so
    kept = [each.__self__ for each in _once.forgetting if hasattr(each, "__self__")]
    used: dict[str, int] = {}
    forget = build.verify.let_go

    def let_go() -> None:
        for each in kept:
            used[each.__qualname__] = max(used.get(each.__qualname__, 0), each.cache_info().currsize)
        forget()
        assert not vars(_planes._kept) and not any(each.cache_info().currsize for each in kept)

    monkeypatch.setattr(build.verify, "let_go", let_go)
    built(lambda stage: None, tiny_project, "examplin")
    assert {"read_pdf", "read_letters", "on_screen", "shapes_of", "readings", "_opened"} <= used.keys()
    assert all(used.values()), used
