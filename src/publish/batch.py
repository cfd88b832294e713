"""Many leaflets: each held, made by whoever has a hand free, and moved into outputs/ when nothing blocks it.

One bad leaflet never stops the rest. What is stopped half-way leaves the earlier files as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from publish.build import Made, Request, make
from publish.diagnostics import Failure
from publish.inputs import ABSENT
from publish.outputs import OutputFolder
from publish.pool import Pool
from publish.review import store
from publish.worker import Hands, Job, Stopped, Tell, Told, as_finding


def build(request: Request, out: Path, tell: Tell = lambda stage: None) -> Made:
    """Build one leaflet into `out`/<name>/. When anything blocks, the earlier files stay as they were."""
    hands = Pool(make, request.project.limits)
    (made,) = build_all([request], out, hands, lambda name, stage: tell(stage))
    return made


def build_all(
    requests: Iterable[Request], out: Path, hands: Hands, told: Told = lambda name, stage: None
) -> Iterator[Made]:
    """Build leaflets into `out`/<name>/, told as they are done. When anything blocks one, its earlier files stay.

    `hands` do the work of `build.make`. A leaflet that another build holds is put off to the end. One that cannot be
    written, or was stopped, is blocked by a finding that says so.
    """
    wanted = {request.name: request for request in requests}
    held: dict[str, OutputFolder] = {}
    unheld: list[Made] = []

    def jobs() -> Iterator[Job]:
        """Pulled when a hand is free, so that only leaflets in work are held."""
        busy: list[str] = []
        for names, patient in ((wanted, False), (busy, True)):
            for name in names:
                folder = OutputFolder(out, name)
                try:
                    if folder.hold(patient):
                        held[name] = folder
                        yield Job(name, (wanted[name], folder.staging))
                    else:
                        busy.append(name)
                except Failure as failure:
                    unheld.append(Made(name, findings=failure.findings))

    try:
        for job, came in hands.each(jobs(), told):
            with closing(held.pop(job.name)) as folder:
                made = _finished(wanted[job.name], came, folder, told)
            yield made
            yield from _drained(unheld)
        yield from _drained(unheld)
    finally:
        for folder in held.values():
            folder.close()


def _finished(request: Request, came: Any, folder: OutputFolder, told: Told) -> Made:
    """What came of a leaflet; its files moved when nothing blocks."""
    if isinstance(came, Stopped):
        return Made(request.name, findings=(as_finding(came, request.name),))
    if isinstance(came, Failure):
        return Made(request.name, findings=came.findings)
    made: Made = came
    if made.blocked:
        return made
    try:
        if any(file.endswith(".docx") for file in made.files):
            told(request.name, "keeping the sources of the Word copy")
            store.keep_sources(request.project, made.sources, made.source_sha256)
        told(request.name, "moving into outputs")
        folder.publish(made.files, _record(made))
    except Failure as failure:
        return Made(request.name, findings=(*made.findings, *failure.findings))
    return made


def _drained(waiting: list[Made]) -> Iterator[Made]:
    while waiting:
        yield waiting.pop(0)


def _known_as(name: str) -> str:
    """An input's name on any machine: a theme that was named by its path keeps the last folders of that path."""
    return "/".join(["…", *Path(name).parts[-3:]]) if Path(name).is_absolute() else name


def _record(made: Made) -> dict[str, Any]:
    """What build.json says. Nothing in it depends on when or where it was built."""
    return {
        "leaflet": made.name,
        "status": made.status,
        "theme": made.theme,
        "source-sha256": made.source_sha256,
        "inputs": {_known_as(name): digest for name, digest in sorted(made.inputs.items()) if digest != ABSENT},
        "findings": [finding.as_json() for finding in made.findings],
        "safety": {
            name: [
                {"page": s.page, "box-mm": s.box, "size-pt": s.size, "contrast": s.contrast, "words": s.words}
                for s in sightings
            ]
            for name, sightings in sorted(made.sightings.items())
        },
    }
