"""Run as a program: builds one leaflet and prints what the build says it was made of, and what Python opened meanwhile.

    python made_of.py PROJECT LEAFLET FORMAT…

A process of its own, because an audit hook cannot be taken off again, and so that no cache is warm.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from publish.build import Request, make
from publish.incremental.memory import FOLDER
from publish.inputs import path_of, shipped_themes
from publish.project import open_project


def main(root: Path, name: str, formats: tuple[str, ...]) -> None:
    project = open_project(root)
    watched = (str(project.root) + os.sep, str(shipped_themes()) + os.sep)
    memory = str(project.root / FOLDER) + os.sep  # changes nothing: what it gives is what would have been made
    opened: set[str] = set()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path.startswith(watched) and not path.startswith(memory):
                opened.add(path)

    sys.addaudithook(hook)
    with tempfile.TemporaryDirectory() as staging:
        made = make(lambda stage: None, Request(project, name, formats, None, date(2026, 11, 22)), Path(staging))
    told = {str(path_of(each, project.root).resolve()): each for each in made.inputs}
    said = {
        "inputs": dict(made.inputs),
        "files": dict(made.files),
        "findings": [str(finding) for finding in made.findings],
        "unlisted": sorted(opened - told.keys()),
        "unopened": sorted(name for path, name in told.items() if made.inputs[name] and path not in opened),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], tuple(sys.argv[3:]))
