"""The door's own housekeeping: Python looks for garbage seldom while it works, and not at all when it is done."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from publish.__main__ import main


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.parametrize("arguments", [("--version",), ("no-such-command",)])
def test_nothing_is_looked_through_at_the_end(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "argv", ["publish", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert gc.get_freeze_count() > 10_000
    assert gc.isenabled()


def test_ctrl_c_while_code_is_loaded(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped() -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("publish.__main__._answered", stopped)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130
    assert capsys.readouterr().err == "stopped; nothing was begun\n"


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_closed_stream_stops_no_build(tiny_project: Path, closed: str) -> None:
    command = f"exec {sys.executable} -m publish build -f epub {closed}"
    ran = subprocess.run(["sh", "-c", command], cwd=tiny_project, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), ran.stderr
    assert (tiny_project / "outputs/examplin/examplin.epub").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("words", ["list", "build -f epub"])
def test_words_that_cannot_be_written_are_no_traceback(tiny_project: Path, words: str) -> None:
    command = f"exec {sys.executable} -m publish {words} >/dev/full"
    ran = subprocess.run(["sh", "-c", command], cwd=tiny_project, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("error: what publish tells cannot be written (No space left")
    assert "Traceback" not in ran.stderr
