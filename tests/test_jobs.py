"""How many leaflets are built at a time, and in which order, changes no byte of what comes of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import projects

NAMES = ["examplin", "second", "third"]


def outputs(root: Path, out: str, *words: str) -> dict[str, bytes]:
    command = [sys.executable, "-m", "publish", "build", "--out", out, *words]
    subprocess.run(command, cwd=root, capture_output=True, check=True, timeout=240)
    return {path.relative_to(root / out).as_posix(): path.read_bytes() for path in (root / out).glob("*/*")}


def test_the_files_are_the_same_by_one_worker_and_by_many(tiny_project: Path) -> None:
    for name, more in (("second", "\n\n# Again\n\n- one\n- two\n"), ("third", "\n\n*Three* and **four**.\n")):
        projects.write(tiny_project, {f"source/leaflets/{name}/leaflet.md": projects.LEAFLET + more})
    one = outputs(tiny_project, "one", "-j", "1", *NAMES)
    assert len(one) == 5 * len(NAMES)
    assert outputs(tiny_project, "two", "-j", "2", *reversed(NAMES)) == one
    assert outputs(tiny_project, "four", "-j", "4") == one
