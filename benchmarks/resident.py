"""A process that stays: builds or draws what it is asked for, line by line, and tells what that cost.

    python -m benchmarks.resident publish | watch | plain

Asked as JSON lines on standard input, answers as JSON lines on standard output. `publish` is the pipeline as the pool's
workers run it, `watch` is `publish watch`, `plain` the plain script's PDF and pictures of its pages.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

closing = ExitStack()
"""What must be put away at the end."""


class Resident:
    """The process, seen from outside. Use it with `with`."""

    def __init__(self, kind: str) -> None:
        command = [sys.executable, "-m", "benchmarks.resident", kind]
        pipe = subprocess.PIPE
        root = Path(__file__).parent.parent
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root)

    def __enter__(self) -> Resident:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def ask(self, **asked: str) -> dict[str, Any]:
        """What a piece of work cost: `cpu` and `wall` in seconds, and `rss`, the resident memory in KiB after it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


def _publish() -> Callable[[dict[str, str]], dict[str, float]]:
    """Build a leaflet in its three formats. Also told: `proofs`, the processor time of reading the files back, and
    `sheet`, that of drawing the proof sheet.
    """
    from publish import build
    from publish.nursery import seldom
    from publish.project import open_project
    from publish.worker import PRELOAD, tidy

    for module in PRELOAD:
        import_module(module)
    seldom()
    spent = {"proofs": 0.0, "sheet": 0.0}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*given: Any) -> Any:
            with _added(spent, name):
                return work(*given)

        return measured

    build._verify = timed("proofs", build._verify)
    build._with_proof_sheet = timed("sheet", build._with_proof_sheet)

    def work(asked: dict[str, str]) -> dict[str, float]:
        project = open_project(Path(asked["project"]))
        spent.update(proofs=0.0, sheet=0.0)
        with tempfile.TemporaryDirectory(prefix="publish-bench-") as folder:
            request = build.Request(project, asked["name"], build.DEFAULT_FORMATS, None, build.today())
            made = build.make(lambda stage: None, request, Path(folder))
        if made.blocked or len(made.files) < 3:
            raise RuntimeError(f"{asked['name']}: {[str(finding) for finding in made.findings]}")
        tidy()
        return dict(spent)

    return work


def _watch() -> Callable[[dict[str, str]], dict[str, float]]:
    """Write a leaflet's new text and wait for what the watch says. Told: `pictures`, the seconds from the notice of the
    change to the pictures; the answer comes when the proofs have ended, too.
    """
    from publish.project import open_project
    from publish.watch import Event, Found, Pictures
    from publish.watch.session import Session

    watched: list[Iterator[Event]] = []

    def work(asked: dict[str, str]) -> dict[str, float]:
        if not watched:
            session = Session(open_project(Path(asked["project"])), (asked["name"],))
            closing.enter_context(session)
            watched.append(session.events())
            _until_proven(watched[0])
        file = Path(asked["project"]) / "source" / "leaflets" / asked["name"] / "leaflet.md"
        file.write_text(asked["text"], "utf-8")
        return {"pictures": _until_proven(watched[0])}

    def _until_proven(events: Iterator[Event]) -> float:
        seconds = 0.0
        for event in events:
            if isinstance(event, Pictures):
                seconds = event.seconds
            elif isinstance(event, Found) and event.proven is not None:
                break
        return seconds

    return work


def _plain() -> Callable[[dict[str, str]], dict[str, float]]:
    """Draw a leaflet's PDF the plain way, and its pages as pictures like those of `publish watch`."""
    import pypdfium2

    from benchmarks import plain

    def work(asked: dict[str, str]) -> dict[str, float]:
        file = Path(asked["file"])
        meta, parser, tokens = plain.read(file)
        data = plain.pdf(plain.html(meta, parser, tokens), file.parent, Path(asked["css"]))
        opened = pypdfium2.PdfDocument(data)
        for page in opened:
            image = page.render(scale=2).to_pil().convert("RGB")
            image.save(io.BytesIO(), "JPEG", quality=80, subsampling=0)
        opened.close()
        return {}

    return work


@contextmanager
def _added(spent: dict[str, float], name: str) -> Iterator[None]:
    before = time.process_time()
    try:
        yield
    finally:
        spent[name] += time.process_time() - before


def _rss() -> int:
    """Resident memory in KiB."""
    with open("/proc/self/statm") as status:  # noqa: PTH123
        return int(status.read().split()[1]) * resource.getpagesize() // 1024


def _cpu() -> float:
    return sum(os.times()[:4])


def main() -> None:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    work = {"publish": _publish, "watch": _watch, "plain": _plain}[sys.argv[1]]()
    with closing:
        for line in sys.stdin:
            asked = json.loads(line)
            cpu, began = _cpu(), time.perf_counter()
            told = work(asked)
            cost = {"wall": time.perf_counter() - began, "cpu": _cpu() - cpu}
            print(json.dumps(told | cost | {"rss": _rss()}), file=answers, flush=True)


if __name__ == "__main__":
    main()
