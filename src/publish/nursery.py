"""Where workers come from: one small process that forks them, ends them, and ends them all when its owner is gone.

A worker is forked in milliseconds, with the libraries that the nursery has loaded, in memory shared with all others.
The first worker of a nursery that is not told to be warm loads what it needs for itself: that is cheapest for one piece
of work. On Linux the nursery is forked from a process of a single thread; else it is a new interpreter.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, NoReturn

_SHORT = 65_536
"""Bytes that a request or an answer has at most."""
_PATIENCE = 2.0
"""Seconds in which a nursery whose owner has let it go must be gone."""
_PR_SET_PDEATHSIG = 1
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COLLECTIONS = (100_000, 10, 10)
"""When a worker looks for garbage: objects more than before, and how often until it looks at older ones, too. A leaflet
leaves less behind, and that is looked for when the worker has told what came of it: see `worker.tidy`."""
_STARTED = "import sys; sys.path[:] = {path!r}; from publish.nursery import tend; tend({control})"


@dataclass(frozen=True, slots=True)
class Born:
    """A worker: its process, which leads a group of its own, the pipe to it, and its folder for temporary files."""

    pid: int
    pipe: Connection
    folder: str


class Lost(Exception):
    """The nursery was ended by somebody else; the next one that is asked for is a new one."""


class Barren(Exception):
    """The system lets no worker be born: no room for its temporary files, or for one process more. Says which."""


class Nursery:
    """The owner's side. Several threads may ask; one is answered at a time."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._control = ours
        self._owner = os.getpid()
        self._asking = threading.Lock()
        self._living: dict[int, Born] = {}
        self.open = True
        with theirs:
            self._pid = _forked(theirs) if _may_fork() else _begun(theirs)

    def start(self, serve: str, preload: Sequence[str], warm: bool) -> Born:
        """A worker that calls `serve`, a function named as `module:name`, with its pipe and its folder.

        The modules of `preload` are loaded here before it is forked when `warm`, or when it is not the first worker.
        Raises Lost, Barren.
        """
        with self._asking:
            wanted = {"start": serve, "preload": list(preload), "warm": warm, "here": _here()}
            said, handle = self._ask(wanted)
            if "refused" in said:
                raise Barren(said["refused"])
            born = Born(said["pid"], Connection(handle), said["folder"])
            self._living[born.pid] = born
            return born

    def end(self, born: Born) -> int:
        """Kill a worker and the programs that it started, and clear its folder away; how it had ended, as a signal < 0.

        A worker that cannot be asked about any more counts as killed.
        """
        born.pipe.close()
        with self._asking:
            if self._living.pop(born.pid, None) is None:
                return -signal.SIGKILL
            try:
                said, _ = self._ask({"end": born.pid})
            except Lost:
                _kill(born.pid)
                shutil.rmtree(born.folder, ignore_errors=True)
                return -signal.SIGKILL
            return int(said["code"])

    def close(self) -> None:
        """End all workers and the nursery. Nothing is left when this returns."""
        if self._owner != os.getpid():
            return  # forked from the owner: the nursery is not ours
        for born in self._living.values():
            _kill(born.pid)
        self._part()
        self._gone()

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], int]:
        try:
            self._control.sendall(json.dumps(request).encode())
            data, handles, _, _ = socket.recv_fds(self._control, _SHORT, 1)
            return json.loads(data), handles[0] if handles else -1
        except (OSError, ValueError):
            self._part()
            raise Lost from None
        except BaseException:  # stopped between question and answer: the next question would get this answer
            self._part()
            raise

    def _part(self) -> None:
        self.open = False
        self._control.close()

    def _gone(self) -> None:
        """Wait until the nursery has ended; kill one that does not."""
        until = time.monotonic() + _PATIENCE
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(self._pid, os.WNOHANG) == (0, 0):
                if time.monotonic() > until:
                    _kill(self._pid)
                    until += 3600
                time.sleep(0.002)


_nursery: Nursery | None = None
_finding = threading.Lock()


def the_nursery() -> Nursery:
    """The nursery of this process: begun when it is first asked for, and gone when the process ends."""
    global _nursery
    with _finding:
        if _nursery is None or not _nursery.open or _nursery._owner != os.getpid():
            _nursery = Nursery()
            atexit.register(_nursery.close)
        return _nursery


def _may_fork() -> bool:
    """Whether this process is of a single thread, so that a fork of it cannot inherit a lock that nobody opens."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208


def _here() -> str:
    """The folder that relative paths start from; none when it was thrown away."""
    with contextlib.suppress(OSError):
        return os.getcwd()  # noqa: PTH109
    return ""


def _forked(control: socket.socket) -> int:
    """The nursery as a copy of this process, which lets go of all files that this one has open."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()  # or what waits there would be written twice
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # the copy must not hear them as its owner does
    try:
        pid = os.fork()
        if not pid:
            _only(lambda: _alone(control.detach()))
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _alone(control: int) -> None:
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) > 2 and int(name) != control:
            with contextlib.suppress(OSError):
                os.close(int(name))
    tend(control)


def _begun(control: socket.socket) -> int:
    """The nursery as a new interpreter."""
    code = _STARTED.format(path=sys.path, control=control.fileno())
    begun = subprocess.Popen(
        [sys.executable, "-c", code], pass_fds=[control.fileno()], stdin=subprocess.DEVNULL, process_group=0
    )
    begun.returncode = 0  # it is waited for here, not by subprocess
    return begun.pid


def _only(do: Callable[[], None]) -> NoReturn:
    """In a forked process: do this and nothing else, whatever happens."""
    code = 1
    try:
        do()
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


# --- in the nursery ---


def tend(control: int) -> None:
    """Fork and end workers as the owner asks, until it is gone; then end them all."""
    with contextlib.suppress(PermissionError):
        os.setpgid(0, 0)  # what a terminal sends to the owner's group is the owner's to tell
    _settle()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else each worker has a thread a core, for no gain
    folders: dict[int, str] = {}
    first = True
    with socket.socket(fileno=control) as owner:
        try:
            while data := owner.recv(_SHORT):
                request = json.loads(data)
                if "start" in request:
                    if request["warm"] or not first:
                        _load(request["preload"])
                    first = False
                    try:
                        pid, folder, pipe = _fork(request["start"], request["here"], owner)
                    except OSError as error:
                        owner.sendall(json.dumps({"refused": error.strerror or str(error)}).encode())
                        continue
                    folders[pid] = folder
                    with pipe:
                        socket.send_fds(owner, [json.dumps({"pid": pid, "folder": folder}).encode()], [pipe.fileno()])
                else:
                    code = _end(request["end"], folders.pop(request["end"]))
                    owner.sendall(json.dumps({"code": code}).encode())
        except OSError:
            pass  # the owner went away in the midst of a word
        finally:
            for pid, folder in folders.items():
                _end(pid, folder)


def _settle() -> None:
    """Make a forked process one of its own: signals as the system has them, nothing on its input, streams unshared."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are the owner's, who then ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    signal.set_wakeup_fd(-1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    seldom()


def seldom() -> None:
    """Look for garbage as a worker does: not in what is there now, which stays in shared memory, and seldom."""
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


def _load(modules: Sequence[str]) -> None:
    """Load libraries for all workers to come. One that cannot be loaded is told by the worker that needs it."""
    gc.disable()
    for name in modules:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    gc.freeze()
    gc.enable()


def _fork(serve: str, here: str, owner: socket.socket) -> tuple[int, str, socket.socket]:
    folder = tempfile.mkdtemp(prefix="publish-")
    try:
        ours, theirs = socket.socketpair()
        pid = os.fork()
    except OSError:
        os.rmdir(folder)  # noqa: PTH106
        raise
    if not pid:
        owner.close()
        ours.close()
        _only(lambda: _serve(serve, here, Connection(theirs.detach()), folder))
    theirs.close()
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)  # here and there, for nobody knows who comes first
    return pid, folder, ours


def _serve(serve: str, here: str, pipe: Connection, folder: str) -> None:
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    with contextlib.suppress(OSError):
        os.chdir(here)  # the owner may have moved since the nursery was begun
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.nice(5)
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    module, _, name = serve.partition(":")
    getattr(importlib.import_module(module), name)(pipe, folder)


def _end(pid: int, folder: str) -> int:
    _kill(pid)
    _, status = os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    return os.waitstatus_to_exitcode(status)


def _kill(pid: int) -> None:
    """Kill a process and the programs that it started, which are of its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
