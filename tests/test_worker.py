"""A worker that takes too long, too much or dies is stopped, named, and nobody else notices."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest

from publish import worker
from publish.diagnostics import Failure, Finding
from publish.project import Limits
from publish.worker import Stopped, Tell, as_finding

LIMITS = Limits(seconds=3, memory_mb=256, pages=10, output_mb=1)
run = partial(worker.run, preload=())


def doubled(tell: Tell, number: int) -> int:
    tell("doubling")
    return number * 2


def endless(tell: Tell) -> None:
    tell("laying out pages")
    while True:
        pass


def asleep(tell: Tell) -> None:
    tell("sleeping")
    time.sleep(60)


def huge(tell: Tell) -> int:
    tell("filling a template")
    return len("a" * 10**10)


def dying(tell: Tell) -> None:
    tell("dying")
    os.kill(os.getpid(), signal.SIGSEGV)


def mistaken(tell: Tell) -> None:
    tell("thinking")
    raise KeyError("nobody foresaw this")


def refusing(tell: Tell) -> None:
    raise Failure(Finding("x.y", "no"))


def leaving(tell: Tell, note: str) -> None:
    subprocess.Popen(["sh", "-c", f"while :; do echo beat >> {note}.beats; sleep 0.1; done"])
    Path(note).write_text(tempfile.mkdtemp())
    tell("leaving things behind")
    time.sleep(60)


def writing(tell: Tell, path: str) -> None:
    with open(path, "wb") as opened:  # noqa: PTH123
        opened.write(b"0" * 5_000_000)


def test_a_result_and_its_stages_come_back() -> None:
    stages: list[str] = []
    assert run(doubled, 21, limits=LIMITS, told=stages.append) == 42
    assert stages == ["doubling"]


def standing(tell: Tell) -> str:
    return str(Path.cwd())


def test_a_worker_stands_where_its_owner_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(standing, limits=LIMITS) == str(Path.cwd())
    monkeypatch.chdir(tmp_path)  # the nursery is there already, elsewhere
    assert run(standing, limits=LIMITS) == str(tmp_path)


@pytest.mark.parametrize(
    ("work", "why", "during", "code"),
    [
        (endless, "time", "laying out pages", "build.too-long"),
        (asleep, "time", "sleeping", "build.too-long"),
        (huge, "memory", "filling a template", "build.too-large"),
        (dying, "crash", "dying", "build.crashed"),
        (mistaken, "crash", "thinking", "build.crashed"),
    ],
)
def test_a_worker_out_of_bounds_is_stopped(work, why: str, during: str, code: str) -> None:  # type: ignore[no-untyped-def]
    started = time.monotonic()
    stopped = run(work, limits=LIMITS)
    assert isinstance(stopped, Stopped)
    assert (stopped.why, stopped.during) == (why, during)
    assert time.monotonic() - started < LIMITS.seconds + 5
    finding = as_finding(stopped, "nomid")
    assert finding.code == code
    assert "nomid" in finding.message
    assert during in finding.message


def test_a_stopped_worker_leaves_nothing_behind(tmp_path: Path) -> None:
    note, beats = tmp_path / "note", tmp_path / "note.beats"
    assert isinstance(run(leaving, str(note), limits=LIMITS), Stopped)
    assert not Path(note.read_text()).exists()
    beaten = beats.stat().st_size
    assert beaten > 0
    time.sleep(1)
    assert beats.stat().st_size == beaten, "the program that it started runs on"


def test_a_refusal_keeps_its_findings() -> None:
    with pytest.raises(Failure) as caught:
        run(refusing, limits=LIMITS)
    assert caught.value.findings == (Finding("x.y", "no"),)


def test_a_mistake_of_ours_is_told_with_its_place_and_without_a_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    stopped = run(mistaken, limits=LIMITS)
    assert isinstance(stopped, Stopped)
    assert "KeyError" in stopped.detail
    assert "test_worker.py:" in stopped.detail
    assert "Traceback" not in capfd.readouterr().err


def test_the_next_one_works_after_a_death() -> None:
    run(dying, limits=LIMITS)
    assert run(doubled, 1, limits=LIMITS) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the nursery is a new interpreter")
def test_a_full_disk_for_temporary_files_is_told(tmp_path: Path) -> None:
    """The nursery lives on and forks as soon as there is room."""
    came = subprocess.run(
        [sys.executable, "-c", _NO_ROOM, str(tmp_path)], check=False, capture_output=True, text=True, timeout=60
    )
    said = [f"build.no-worker {os.strerror(each)}" for each in (errno.ENOSPC, errno.EAGAIN)]
    assert came.stdout.splitlines() == [*said, "True"]
    assert came.stderr == "" and list(tmp_path.iterdir()) == []


_NO_ROOM = """
import errno, os, sys, tempfile
from pathlib import Path
from publish.diagnostics import Refused
from publish.project import Limits
from publish.worker import new_hand

tempfile.tempdir = sys.argv[1]
mkdtemp, fork, owner = tempfile.mkdtemp, os.fork, os.getpid()
lacking = [errno.ENOSPC, errno.EAGAIN]

def folder(**named):
    if lacking and lacking[0] == errno.ENOSPC:
        raise OSError(lacking[0], os.strerror(lacking.pop(0)))
    return mkdtemp(**named)

def forked():
    if os.getpid() != owner and lacking:
        raise OSError(lacking[0], os.strerror(lacking.pop(0)))
    return fork()

tempfile.mkdtemp, os.fork = folder, forked
for _ in range(3):
    try:
        hand = new_hand(Limits(), [])
        print(Path(hand.born.folder).is_dir())
        hand.end()
    except Refused as refused:
        print(refused.findings[0].code, refused.findings[0].message.rpartition(": ")[2])
"""
