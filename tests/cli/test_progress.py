"""What somebody sees while many leaflets are built: how far, how fast, how long yet, and what came of it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

import projects
from publish.cli.progress import Progress, told


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_run_is_told_in_numbers() -> None:
    clock = Clock()
    progress = Progress(1200, clock)
    progress.stage("a", "reading the source")
    assert progress.line() == "0 of 1,200 · a: reading the source"
    assert (progress.as_json()["rate"], progress.as_json()["remaining"]) == (None, None)
    progress.done("fresh", blocked=False, kept=True)
    for number in range(100):
        clock.now += 0.5
        progress.done(str(number), blocked=number == 7)
    progress.stage("b", "writing b.pdf")
    assert progress.line() == (
        "101 of 1,200 · 2.0 a second · 9 min 10 s left · 1 blocked · a: reading the source · b: writing b.pdf"
    )
    assert progress.as_json() == {"done": 101, "total": 1200, "blocked": 1, "rate": 2.0, "remaining": 549.5}
    assert progress.summary("built") == "99 built, 1 up to date, 1 blocked, in 50 s"


def test_the_rate_is_that_of_late() -> None:
    clock = Clock()
    progress = Progress(1000, clock)
    for number in range(300):
        clock.now += 0.1 if number < 200 else 6
        progress.done(str(number), blocked=False)
    assert progress.rate == pytest.approx(1 / 6)
    assert "10 a minute" in progress.line()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0 s"), (41.4, "41 s"), (60, "1 min"), (200, "3 min 20 s"), (3600, "1 h"), (3900, "1 h 5 min")],
)
def test_times_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert told(seconds) == said


# --- the command ---


@pytest.fixture
def three(tiny_project: Path) -> Path:
    """Three leaflets, of which one is wrong."""
    for name, title in (("second", "Second"), ("wrong", "{{ product.nme }}")):
        text = projects.LEAFLET.replace("tells you about", f"of {title} tells you about")
        projects.write(tiny_project, {f"source/leaflets/{name}/leaflet.md": text})
    return tiny_project


def publish(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "publish", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=240, check=False)


def test_a_pipe_gets_plain_lines_and_a_summary(three: Path) -> None:
    done = publish(three, "check")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"2 sound, 1 blocked, in \d+ s", last)


def test_programs_get_the_numbers(three: Path) -> None:
    done = publish(three, "check", "--json", "-j", "2")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    progress = [each for each in said if each["type"] == "progress"]
    assert {each["total"] for each in progress} == {3}
    assert progress[0]["done"] == 0
    assert {"leaflet", "stage", "done", "total", "blocked", "rate", "remaining"} <= progress[0].keys()
    assert said[-1] == {"type": "summary", "sound": 2, "up-to-date": 0, "blocked": 1, "seconds": said[-1]["seconds"]}


def test_a_terminal_gets_one_line_that_is_redrawn(three: Path) -> None:
    ours, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "publish", "check", "-j", "2"],
        cwd=three, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"COLUMNS": "60"},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # the terminal's other side was closed
        pass
    os.close(ours)
    assert ran.wait(60) == 1
    drawn = [line for line in re.split(r"\r\x1b\[K|\r\n", seen.decode()) if re.match(r"\d of 3", line)]
    assert any(line.startswith("2 of 3 · ") for line in drawn)
    assert max(map(len, drawn)) < 60, "a line that is broken in two cannot be redrawn"
