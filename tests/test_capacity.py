"""How many leaflets are built at a time: never more than the machine bears, and it is said when they are fewer."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish import capacity
from publish.diagnostics import Severity, WrongUsage
from publish.project import Limits

LIMITS = Limits(memory_mb=1000)
GB = 1_000_000_000


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four processors and 20 GB of free memory."""
    monkeypatch.setattr(capacity, "processors", lambda: 4)
    monkeypatch.setattr(capacity, "free_memory", lambda: 20 * GB)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("asked", "leaflets", "used", "told"),
    [
        (None, 100, 4, ""),
        (None, 3, 3, ""),
        ("1", 100, 1, ""),
        ("8", 100, 8, ""),
        ("8", 1, 1, ""),
        ("10000", 12_000, 16, "16 leaflets at a time instead of 10000: this machine has 4 processors"),
        ("1" * 50, 12_000, 16, "this machine has 4 processors"),
        ("10000", 10, 10, ""),
    ],
)
def test_as_many_as_are_asked_for_up_to_four_a_processor(
    asked: str | None, leaflets: int, used: int, told: str
) -> None:
    number, note = capacity.workers(asked, leaflets, LIMITS)
    assert number == used
    assert told in (note.message if note else "")
    assert (note is None) == (told == "")


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("free", "asked", "used"), [(2.5, None, 2), (2.5, "8", 2), (0.1, None, 1), (8.5, "8", 8)])
def test_all_workers_at_their_limit_fit_into_the_free_memory(
    monkeypatch: pytest.MonkeyPatch, free: float, asked: str | None, used: int
) -> None:
    monkeypatch.setattr(capacity, "free_memory", lambda: int(free * GB))
    number, note = capacity.workers(asked, 100, LIMITS)
    assert number == used
    if used != 8:
        assert note is not None
        assert (note.code, note.severity) == ("build.fewer-jobs", Severity.NOTE)
        assert f"{free:.1f} GB of memory are free" in note.message
        assert "memory-mb" in note.hint


@pytest.mark.parametrize("asked", ["0", "-1", "many", "", "1.5", "٣", "1e3", "0x4"])
def test_what_is_no_number_from_1_is_refused(asked: str) -> None:
    with pytest.raises(WrongUsage, match="whole number from 1") as caught:
        capacity.workers(asked, 10, LIMITS)
    assert caught.value.findings[0].code == "build.jobs"


def test_a_container_has_less_memory_than_its_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 16000 kB\nMemAvailable: 8000 kB\n")
    monkeypatch.setattr(capacity, "_MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(capacity, "_GROUPS", tmp_path)
    assert capacity.free_memory() == 8000 * 1024
    (tmp_path / "memory.current").write_text("3000000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert capacity.free_memory() == 8000 * 1024
    (tmp_path / "memory.max").write_text("4000000\n")
    assert capacity.free_memory() == 1_000_000
    monkeypatch.setattr(capacity, "_MEMORY", tmp_path / "none")
    assert capacity.free_memory() is None
