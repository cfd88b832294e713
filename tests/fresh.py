"""Run as a program: builds leaflets, each in a process that has built nothing before, and prints what came of each.

A line of standard input is `[project, leaflet, [format…]]` as JSON. The libraries are loaded once; each build is forked
from here, so that whatever a warm process keeps is not there.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from publish import formats
from publish.build import Request, make
from publish.project import open_project


def result(root: Path, name: str, wanted: tuple[str, ...]) -> dict[str, Any]:
    """All that a build comes to, its files by their hashes."""
    with tempfile.TemporaryDirectory() as staging:
        request = Request(open_project(root), name, wanted, None, date(2026, 11, 22))
        made = make(lambda stage: None, request, Path(staging))
    said = asdict(made)
    del said["libraries"]  # those that the process has loaded, for whatever
    said["findings"] = [str(finding) for finding in made.findings]
    told: dict[str, Any] = json.loads(json.dumps(said, default=str))
    return told


def main() -> None:
    for name in ("pdf", "docx", "epub"):
        formats.load(name)
    for line in sys.stdin:
        root, name, wanted = json.loads(line)
        child = os.fork()
        if child == 0:
            print(json.dumps(result(Path(root), name, tuple(wanted))), flush=True)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
