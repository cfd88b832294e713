"""A build that is told to end, or is killed, leaves nothing half-written and nobody behind. Real processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

import projects

NAMES = [f"examplin{number}" for number in range(8)]


@pytest.fixture
def several(tiny_project: Path) -> Path:
    """A project of several leaflets."""
    leaflets = tiny_project / "source/leaflets"
    text = (leaflets / "examplin/leaflet.md").read_text()
    for name in NAMES:
        projects.write(tiny_project, {f"source/leaflets/{name}/leaflet.md": text})
    (leaflets / "examplin/leaflet.md").unlink()
    (leaflets / "examplin").rmdir()
    return tiny_project


@dataclass
class Running:
    """`publish build` in a session of its own, so that what it starts can be told from all else."""

    process: subprocess.Popen[str]
    root: Path
    mark: str
    temporary: Path

    def wait_for(self, line: str) -> None:
        assert self.process.stdout
        for said in self.process.stdout:
            if line in said:
                return
        pytest.fail(f"it never said {line!r}")

    def living(self) -> list[int]:
        """All processes that came of it, itself too."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in (process / "environ").read_bytes():
                    found.append(int(process.name))
        return found

    def ended(self, within: float = 10) -> int:
        code = self.process.wait(within)
        assert self.process.stdout
        self.process.stdout.close()
        return code


@pytest.fixture
def start(several: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def begin(*words: str, before: str = "") -> Running:
        mark = f"publish-test-{uuid.uuid4()}"
        temporary = tmp_path / "temporary"
        temporary.mkdir(exist_ok=True)
        process = subprocess.Popen(
            [*before.split(), sys.executable, "-m", "publish", "build", "-f", "docx", "-j", "2", *words],
            cwd=several, env=os.environ | {"MARK": mark, "TMPDIR": str(temporary)}, process_group=0,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        started.append(Running(process, several, mark, temporary))
        return started[-1]

    yield begin
    for running in started:
        for pid in running.living():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def half_written(root: Path) -> list[str]:
    """What should not be in outputs/: staging, and files that are not those of the build that its record tells of."""
    outputs = root / "outputs"
    wrong = [path.name for path in outputs.glob(".staging*")]
    for folder in outputs.glob("examplin*"):
        record = folder / "build.json"
        told = json.loads(record.read_text())["outputs"] if record.exists() else {}
        there = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path != record}
        if there != told or not there:
            wrong.append(folder.name)
    return wrong


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda each: str(each)
)
def test_a_build_ends_in_order_when_it_is_told_to(start: Callable[..., Running], number: int, code: int) -> None:
    """To the whole group, as a terminal does it, and twice, as people do."""
    running = start()
    running.wait_for("built examplin")
    asked = time.monotonic()
    os.killpg(running.process.pid, number)
    time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.process.pid, number)
    assert running.ended() == code
    assert time.monotonic() - asked < 5
    assert running.living() == []
    assert half_written(running.root) == []
    assert list(running.temporary.iterdir()) == []
    built = [path.name for path in (running.root / "outputs").glob("examplin*")]
    assert 0 < len(built) < len(NAMES)


def test_a_build_that_was_started_with_nohup_goes_on_when_the_terminal_is_closed(
    start: Callable[..., Running],
) -> None:
    running = start(before="nohup")
    running.wait_for("built examplin")
    os.killpg(running.process.pid, signal.SIGHUP)
    assert running.ended(120) == 0
    assert {path.name for path in (running.root / "outputs").glob("examplin*")} == set(NAMES)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_the_workers_of_a_build_that_was_killed_end_too_and_the_next_build_is_whole(
    start: Callable[..., Running],
) -> None:
    killed = start()
    killed.wait_for("built examplin")
    killed.process.kill()
    killed.ended()
    until = time.monotonic() + 5
    while killed.living() and time.monotonic() < until:
        time.sleep(0.05)
    assert killed.living() == []
    assert list(killed.temporary.iterdir()) == []
    again = start()
    assert again.ended(120) == 0
    assert half_written(again.root) == []
    assert {path.name for path in (again.root / "outputs").glob("examplin*")} == set(NAMES)


_INTERRUPTED_AT_BIRTH = """
import os, signal
from publish.cli.stopping import stoppable
from publish.nursery import the_nursery

owner, fork = os.getpid(), os.fork

def forked():
    pid = fork()
    if not pid:
        os.kill(os.getpid(), signal.SIGINT)
    return pid

os.fork = forked
try:
    with stoppable():
        the_nursery().end(the_nursery().start("publish.worker:serve", [], False))
finally:
    print("the owner" if os.getpid() == owner else "a copy of it", "goes on", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the nursery is a new interpreter")
def test_a_nursery_that_hears_ctrl_c_when_it_is_born_does_not_go_on_as_its_owner() -> None:
    """It would clear away what the owner holds."""
    came = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_AT_BIRTH], check=False, capture_output=True, text=True, timeout=60
    )
    assert (came.stdout, came.stderr, came.returncode) == ("the owner goes on\n", "", 0)
