"""A program kept warm: one request a line, its answer lines end with one that begins with END or BROKEN."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from pathlib import Path

from clients import surroundings


class Died(Exception):
    """The program ended, hung or could not do what was asked."""


class Server:
    """One process for a whole test session. Requests stand in line: pytest-xdist's workers have one each."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                env=surroundings(),
                start_new_session=True,
            )

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def ask(self, request: str, seconds: float = 120) -> list[list[str]]:
        """The answer's lines as fields, END's last. Raises Died when there is none within so many seconds."""
        assert self._process.stdin and self._process.stdout
        limit = threading.Timer(seconds, self._kill)
        limit.start()
        try:
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
            answer: list[list[str]] = []
            for line in self._process.stdout:
                answer.append(line.rstrip("\n").split("\t"))
                if answer[-1][0] == "END":
                    return answer
                if answer[-1][0] == "BROKEN":
                    raise Died(f"{request}: {answer[-1][1:]}")
        except BrokenPipeError:
            pass
        finally:
            limit.cancel()
        told = self._log.read_text("utf-8", "replace")[-2000:]
        raise Died(f"no answer to {request!r} within {seconds:.0f} s; the program's last words: {told}")

    def close(self) -> None:
        """End it: politely by closing its input, else by force."""
        assert self._process.stdin
        try:
            self._process.stdin.close()
            self._process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self._kill()
            self._process.wait()
