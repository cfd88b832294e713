"""Finished files are old or new, whole; nothing is left lying about; what goes wrong is told."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest
from filelock import FileLock

from publish.diagnostics import Refused
from publish.outputs import OutputFolder


def put(out: Path, contents: dict[str, bytes], name: str = "x") -> None:
    with OutputFolder(out, name) as folder:
        for file_name, data in contents.items():
            (folder.staging / file_name).write_bytes(data)
        folder.publish({each: sha256(data).hexdigest() for each, data in contents.items()}, {"leaflet": name})


def files(out: Path, name: str = "x") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / name).iterdir() if path.name != "build.json"}


def rubbish(out: Path) -> list[str]:
    return [path.name for path in out.iterdir() if path.name.startswith(".staging")]


def test_finished_files_are_moved_with_a_record(tmp_path: Path) -> None:
    put(tmp_path, {"x.pdf": b"one", "x.epub": b"two"})
    assert files(tmp_path) == {"x.pdf": b"one", "x.epub": b"two"}
    record = json.loads((tmp_path / "x" / "build.json").read_text())
    assert record["outputs"] == {"x.epub": sha256(b"two").hexdigest(), "x.pdf": sha256(b"one").hexdigest()}
    assert rubbish(tmp_path) == []


def test_a_later_build_of_one_format_keeps_the_record_of_the_others(tmp_path: Path) -> None:
    put(tmp_path, {"x.pdf": b"one", "x.epub": b"two"})
    put(tmp_path, {"x.pdf": b"three"})
    (tmp_path / "x" / "x.epub").write_bytes(b"altered")
    put(tmp_path, {"x.docx": b"four"})
    record = json.loads((tmp_path / "x" / "build.json").read_text())
    assert sorted(record["outputs"]) == ["x.docx", "x.pdf"]


def test_a_blocked_build_leaves_the_earlier_files(tmp_path: Path) -> None:
    put(tmp_path, {"x.pdf": b"good"})
    with OutputFolder(tmp_path, "x") as folder:
        (folder.staging / "x.pdf").write_bytes(b"bad")
    assert files(tmp_path) == {"x.pdf": b"good"}
    assert rubbish(tmp_path) == []


def test_a_first_build_that_is_blocked_leaves_nothing(tmp_path: Path) -> None:
    with OutputFolder(tmp_path, "x"):
        pass
    assert not (tmp_path / "x").exists()


def test_a_build_that_is_stopped_before_it_holds_its_folder_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C may come at any moment; an empty folder would look like a leaflet without files."""

    def stopped(lock: FileLock, timeout: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FileLock, "acquire", stopped)
    folder = OutputFolder(tmp_path, "x")
    with pytest.raises(KeyboardInterrupt):
        folder.hold(patient=False)
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_cannot_stage_leaves_nothing(tmp_path: Path) -> None:
    """A file stands where it would stage; a disk that is full between two folders is the same."""
    (tmp_path / ".staging-x").write_text("")
    folder = OutputFolder(tmp_path, "x")
    with pytest.raises(Refused, match="cannot be written"):
        folder.hold(patient=False)
    folder.close()
    assert not (tmp_path / "x").exists()
    with FileLock(tmp_path / ".x.lock", timeout=0):
        pass


def test_a_build_that_waited_has_a_folder_though_the_blocked_one_before_it_took_the_empty_one_away(
    tmp_path: Path,
) -> None:
    before, waiting = OutputFolder(tmp_path, "x"), OutputFolder(tmp_path, "x")
    before.hold(patient=True)
    thread = threading.Thread(target=waiting.hold, args=(True,))
    thread.start()
    time.sleep(0.2)  # it waits for the lock by now
    before.close()
    thread.join()
    (waiting.staging / "x.pdf").write_bytes(b"good")
    waiting.publish({"x.pdf": sha256(b"good").hexdigest()}, {})
    assert files(tmp_path) == {"x.pdf": b"good"}
    waiting.close()


def test_what_is_not_what_was_proven_is_not_moved(tmp_path: Path) -> None:
    put(tmp_path, {"x.pdf": b"good"})
    with OutputFolder(tmp_path, "x") as folder:
        (folder.staging / "x.pdf").write_bytes(b"swapped")
        with pytest.raises(Refused, match="altered"):
            folder.publish({"x.pdf": sha256(b"proven").hexdigest()}, {})
    assert files(tmp_path) == {"x.pdf": b"good"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("failing", range(6))
def test_each_write_may_fail_and_files_stay_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int, code: int
) -> None:
    """Disk full and read-only folders, at each step of the move."""
    put(tmp_path, {"x.pdf": b"old", "x.epub": b"old"})
    calls = {"n": 0}

    def failing_one(real):  # type: ignore[no-untyped-def]
        def call(*arguments, **options):  # type: ignore[no-untyped-def]
            calls["n"] += 1
            if calls["n"] == failing + 1:
                raise OSError(code, os.strerror(code))
            return real(*arguments, **options)

        return call

    monkeypatch.setattr("publish.outputs.os.fsync", failing_one(os.fsync))
    monkeypatch.setattr("publish.outputs.os.replace", failing_one(os.replace))
    with pytest.raises(Refused) as caught:
        put(tmp_path, {"x.pdf": b"new", "x.epub": b"new"})
    finding = caught.value.findings[0]
    assert finding.code == ("build.disk-full" if code == errno.ENOSPC else "build.cannot-write")
    assert set(files(tmp_path).values()) <= {b"old", b"new"}
    assert rubbish(tmp_path) == []


def test_a_name_too_long_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        OutputFolder(tmp_path, "x" * 250).hold(patient=True)  # it fits itself, and leaves no room for its lock's name
    (finding,) = caught.value.findings
    assert finding.code == "build.cannot-write"
    assert finding.hint.startswith("give the leaflet's folder a shorter name")


def _hold(out: Path) -> None:
    with OutputFolder(out, "x") as folder:
        (folder.staging / "half").write_bytes(b"half a file")
        (out / "ready").touch()
        time.sleep(60)


def test_a_killed_build_leaves_good_files_and_its_rubbish_goes_next_time(tmp_path: Path) -> None:
    put(tmp_path, {"x.pdf": b"good"})
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path,))
    process.start()
    deadline = time.monotonic() + 30
    while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert files(tmp_path) == {"x.pdf": b"good"}
    assert rubbish(tmp_path) == [".staging-x"]
    put(tmp_path, {"x.pdf": b"next"})
    assert files(tmp_path) == {"x.pdf": b"next"}
    assert rubbish(tmp_path) == []


def test_a_signal_waits_until_all_files_are_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread, such as a cluster's, may be the one that hears it."""
    put(tmp_path, {"x.pdf": b"old", "x.epub": b"old"})
    replace, over = os.replace, threading.Event()

    def interrupted(source: Path, target: Path) -> None:
        replace(source, target)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)

    thread = threading.Thread(target=over.wait)
    thread.start()
    monkeypatch.setattr(os, "replace", interrupted)
    handler = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(KeyboardInterrupt):
            put(tmp_path, {"x.pdf": b"new", "x.epub": b"new"})
    finally:
        over.set()
        thread.join()
    assert files(tmp_path) == {"x.pdf": b"new", "x.epub": b"new"}
    assert json.loads((tmp_path / "x/build.json").read_text())["outputs"]["x.pdf"] == sha256(b"new").hexdigest()
    assert signal.getsignal(signal.SIGINT) is handler and rubbish(tmp_path) == []


def _build_often(out: Path, letter: bytes) -> None:
    for _ in range(15):
        put(out, {"x.pdf": letter * 100_000, "x.epub": letter * 100_000})


def test_builds_at_once_never_mix_or_cut_files(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_build_often, args=(tmp_path, letter)) for letter in (b"a", b"b", b"c")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    found = files(tmp_path)
    assert found["x.pdf"] == found["x.epub"]
    assert found["x.pdf"] in (b"a" * 100_000, b"b" * 100_000, b"c" * 100_000)


def test_outputs_that_cannot_be_made_are_told(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file where a folder should be")
    with pytest.raises(Refused, match="cannot be written"), OutputFolder(tmp_path / "outputs", "x"):
        pass
