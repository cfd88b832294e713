"""Several workers at once: each job comes back once, whatever happens to the worker that has it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publish.diagnostics import Failure, Finding
from publish.pool import Pool
from publish.project import Limits
from publish.worker import Job, Stopped, Tell

LIMITS = Limits(seconds=60, memory_mb=256, pages=10, output_mb=1)
SHORT = replace(LIMITS, seconds=3)


def work(tell: Tell, task: str, *given: Any) -> Any:
    tell(task)
    return globals()[task](*given)


def who(*_: Any) -> int:
    return os.getpid()


def slept(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def spun(seconds: float) -> float:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return seconds


def allowed() -> tuple[float, int]:
    """CPU seconds that are left, and address space that may be taken in all."""
    return resource.getrlimit(resource.RLIMIT_CPU)[0] - time.process_time(), resource.getrlimit(resource.RLIMIT_AS)[0]


def endless() -> None:
    while True:
        pass


def huge() -> int:
    return len("a" * 10**10)


def refused() -> None:
    raise Failure(Finding("x.y", "no"))


def mistaken() -> None:
    raise KeyError("nobody foresaw this")


def killed(number: int) -> None:
    os.kill(os.getpid(), number)


def killed_once(note: str) -> int:
    if not Path(note).exists():
        Path(note).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def grown(note: str) -> int:
    globals().setdefault("kept", []).append(b"x" * 60_000_000)
    return os.getpid()


def littering(path: str) -> int:
    Path(path).write_text(tempfile.mkdtemp())
    tempfile.mkstemp()
    return len(list(Path(tempfile.gettempdir()).iterdir()))


def nursed(note: str) -> int:
    if not Path(note).exists():
        Path(note).touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(5)
    return os.getpid()


def nursed_late(note: str) -> int:
    """As `nursed`, when the others have long been done."""
    if not Path(note).exists():
        time.sleep(1)
    return nursed(note)


def starting(beats: str) -> None:
    subprocess.Popen(["sh", "-c", f"while :; do echo beat >> {beats}; sleep 0.1; done"])
    time.sleep(60)


def jobs(*tasks: tuple[Any, ...]) -> Iterator[Job]:
    return (Job(str(number), task) for number, task in enumerate(tasks))


def done(*tasks: tuple[Any, ...], hands: int = 2, limits: Limits = LIMITS, **settings: Any) -> dict[str, Any]:
    pool = Pool(work, limits, hands, preload=(), **settings)
    came = [(job.name, result) for job, result in pool.each(jobs(*tasks), lambda name, stage: None)]
    assert sorted(name for name, _ in came) == sorted(map(str, range(len(tasks)))), "each comes back once"
    return dict(came)


def test_one_worker_does_one_job_after_the_other() -> None:
    assert len(set(done(*[("who",)] * 5, hands=1).values())) == 1


def test_several_jobs_are_done_at_once_and_told_as_they_are_done() -> None:
    pool = Pool(work, LIMITS, 3, preload=())
    told: list[tuple[str, str]] = []
    came = [
        job.name
        for job, _ in pool.each(jobs(("slept", 1.5), ("slept", 0.7), ("slept", 0.1)), lambda *said: told.append(said))
    ]
    assert came == ["2", "1", "0"]
    assert sorted(told) == [("0", "slept"), ("1", "slept"), ("2", "slept")]


def test_a_job_is_pulled_only_when_a_hand_is_free() -> None:
    pulled: list[int] = []

    def counted() -> Iterator[Job]:
        for number in range(6):
            pulled.append(number)
            yield Job(str(number), ("who",))

    given = Pool(work, LIMITS, 2, preload=()).each(counted(), lambda name, stage: None)
    next(given)
    assert pulled == [0, 1, 2]
    given.close()
    assert pulled == [0, 1, 2]


BAD: list[tuple[tuple[Any, ...], str]] = [
    (("endless",), "time"),
    (("slept", 60), "time"),
    (("huge",), "memory"),
    (("mistaken",), "crash"),
    (("killed", signal.SIGSEGV), "crash"),
]


def test_each_bad_job_is_told_and_the_others_go_on() -> None:
    """One after the other in the same hands, good ones between."""
    tasks = [task for bad, _ in BAD for task in (bad, ("who",))]
    came = done(*tasks, ("refused",), ("who",), limits=SHORT)
    for number, (bad, why) in enumerate(BAD):
        stopped = came[str(2 * number)]
        assert isinstance(stopped, Stopped), bad
        assert (stopped.why, stopped.during) == (why, bad[0]), bad
        assert isinstance(came[str(2 * number + 1)], int)
    assert isinstance(came[str(len(tasks))], Failure)
    assert came[str(len(tasks))].findings == (Finding("x.y", "no"),)


def test_each_job_has_its_own_time_and_memory() -> None:
    """Counted from where it begins: a worker is not stopped for what it did before."""
    came = done(("allowed",), ("spun", 1.6), ("grown", ""), ("allowed",), hands=1)
    first, last = came["0"], came["3"]
    assert first[0] == pytest.approx(LIMITS.seconds + 5, abs=1.1)
    assert last[0] == pytest.approx(first[0], abs=1.1)
    if sys.platform == "linux":  # elsewhere address space is not limited
        assert last[1] - first[1] > 50_000_000


def test_a_job_whose_worker_was_killed_is_tried_once_more(tmp_path: Path) -> None:
    came = done(("killed_once", str(tmp_path / "note")), ("who",), ("killed", signal.SIGKILL))
    assert isinstance(came["0"], int)
    assert isinstance(came["1"], int)
    assert isinstance(came["2"], Stopped)


def test_a_worker_that_has_grown_is_replaced() -> None:
    small = done(*[("grown", "")] * 4, hands=1, growth_mb=1000)
    assert len(set(small.values())) == 1
    grown = done(*[("grown", "")] * 4, hands=1, growth_mb=100)
    assert len(set(grown.values())) == 2


def test_each_worker_has_a_folder_of_its_own_for_temporary_files(tmp_path: Path) -> None:
    """It goes with the worker, not with the job: fonts that are kept for the next leaflet stand there."""
    notes = [str(tmp_path / f"note{number}") for number in range(3)]
    assert done(*[("littering", note) for note in notes], hands=1) == {"0": 2, "1": 4, "2": 6}
    folders = {Path(Path(note).read_text()).parent for note in notes}
    assert len(folders) == 1
    assert not folders.pop().exists()


def test_when_the_nursery_is_killed_all_jobs_are_done_all_the_same(tmp_path: Path) -> None:
    came = done(("nursed", str(tmp_path / "note")), ("slept", 1.0), ("who",), ("who",))
    assert {name: type(result) for name, result in came.items()} == {"0": int, "1": float, "2": int, "3": int}


def test_a_job_whose_worker_went_with_the_nursery_is_not_given_to_an_idle_one_that_went_too(tmp_path: Path) -> None:
    came = done(("nursed_late", str(tmp_path / "note")), ("who",), ("who",), hands=3)
    assert {name: type(result) for name, result in came.items()} == {"0": int, "1": int, "2": int}


def test_who_closes_the_iterator_ends_all_work(tmp_path: Path) -> None:
    beats = tmp_path / "beats"
    given = Pool(work, LIMITS, 2, preload=()).each(jobs(("starting", str(beats)), ("slept", 1)), lambda *said: None)
    next(given)
    given.close()
    beaten = beats.stat().st_size
    assert beaten > 0
    time.sleep(0.5)
    assert beats.stat().st_size == beaten, "a program that a worker started runs on"


def test_a_failure_of_who_gives_the_jobs_ends_all_work() -> None:
    def failing() -> Iterator[Job]:
        yield Job("0", ("slept", 60))
        raise Failure(Finding("x.y", "no more"))

    started = time.monotonic()
    with pytest.raises(Failure, match="no more"):
        list(Pool(work, LIMITS, 2, preload=()).each(failing(), lambda name, stage: None))
    assert time.monotonic() - started < 3
