"""A running watch for tests: a session in this process, or a real `publish watch`, whose events are waited for."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from publish.project import open_project
from publish.watch import Event
from publish.watch.session import Session

E = TypeVar("E")
BOUND = 40.0
"""Seconds that any event may take: the machine may be busy with other tests."""


class Running:
    """A session in a thread of this process. What it told so far is in `told`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.told: list[Event] = []
        self._news: queue.Queue[Event | BaseException] = queue.Queue()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            for event in self.session.events():
                self._news.put(event)
        except BaseException as error:
            self._news.put(error)

    def until(self, kind: type[E], which: Callable[[E], bool] = lambda event: True) -> E:
        """The next event of this kind, for which `which` holds."""
        end = time.monotonic() + BOUND
        while True:
            try:
                event = self._news.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {kind.__name__} came; told were {self.told[-8:]}") from None
            if isinstance(event, BaseException):
                raise event
            self.told.append(event)
            if isinstance(event, kind) and which(event):
                return event

    def quiet(self, seconds: float, kind: type[Any]) -> bool:
        """Whether no event of this kind comes for some time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                event = self._news.get(timeout=left)
            except queue.Empty:
                return True
            assert not isinstance(event, BaseException)
            self.told.append(event)
            if isinstance(event, kind):
                return False
        return True

    def end(self) -> None:
        self.session.stop()
        self._thread.join()


@contextmanager
def watching(project: Path, *names: str) -> Iterator[Running]:
    """A session on the project in a folder."""
    with Session(open_project(project), names) as session:
        running = Running(session)
        try:
            yield running
        finally:
            running.end()


class Command:
    """A real `publish watch`, the leader of a process group of its own. `lines` are for people, else they are JSON."""

    def __init__(self, project: Path, *words: str, lines: bool = False) -> None:
        environment = {**os.environ, "TMPDIR": str(project / "tmp")}
        (project / "tmp").mkdir(exist_ok=True)
        options = [] if lines else ["--json"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "publish", "--project", str(project), "watch", *options, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=environment,
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def lines_until(self, which: Callable[[str], bool]) -> list[str]:
        """The next lines up to the one for which `which` holds."""
        end = time.monotonic() + BOUND
        told: list[str] = []
        while not told or not which(told[-1]):
            try:
                told.append(self._lines.get(timeout=max(0.0, end - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"what was waited for did not come; told were {told[-8:]}") from None
        return told

    def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next event of this type whose fields are these."""

        def fits(line: str) -> bool:
            event = json.loads(line)
            return event["type"] == kind and all(event.get(name) == value for name, value in fields.items())

        event: dict[str, Any] = json.loads(self.lines_until(fits)[-1])
        return event

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit code after a signal to its whole group, as a terminal sends it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        code = self.process.wait(BOUND)
        assert self.process.stderr
        self.stderr = self.process.stderr.read()
        return code


def family(leader: int) -> list[str]:
    """The command lines of all processes of this session."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
