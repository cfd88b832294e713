"""Many leaflets: each held, made by whoever has a hand free, and moved into outputs/ when nothing blocks it.

One bad leaflet never stops the rest. What is stopped half-way leaves the earlier files as they were. What is up to date
is not made again, and what was changed while it was made is.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from publish.build import Made, Request, make, prove_file
from publish.diagnostics import Failure, Finding, Place, Severity
from publish.incremental import asked
from publish.incremental.book import Asked, Book, Fresh, Result
from publish.inputs import ABSENT
from publish.outputs import RECORD, OutputFolder
from publish.pool import Pool
from publish.project import Project, settings_of
from publish.review import store
from publish.worker import Hands, Job, Stopped, Tell, Told, as_finding, run

_ROUNDS = 3
"""How often a leaflet is built when its sources are changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of earlier builds. `force`: build all the same. `explain` is told what is built, and why.

    `whole`: of what is up to date, files and findings are told too, each leaflet's record being read for that.
    """

    book: Book
    force: bool = False
    explain: Callable[[str, tuple[str, ...]], None] = lambda name, reasons: None
    whole: bool = True


def open_book(project: Project) -> Book:
    """The store of earlier builds of a project. Close it: it writes what is left to be written."""
    return Book(project.root, settings_of(project))


def build(request: Request, out: Path, tell: Tell = lambda stage: None) -> Made:
    """Build one leaflet into `out`/<name>/. When anything blocks, the earlier files stay as they were."""
    hands = Pool(make, request.project.limits)
    (made,) = build_all([request], out, hands, lambda name, stage: tell(stage))
    return made


def build_all(
    requests: Iterable[Request],
    out: Path,
    hands: Hands,
    told: Told = lambda name, stage: None,
    known: Known | None = None,
) -> Generator[Made]:
    """Build leaflets into `out`/<name>/, told as they are done. When anything blocks one, its earlier files stay.

    `hands` do the work of `build.make`. A leaflet that another build holds is put off to the end. One that cannot be
    written, or was stopped, is blocked by a finding that says so. With `known`, what is up to date is told as such, and
    what was built is written down.
    """
    batch = _Batch({request.name: request for request in requests}, out, told, known)
    todo = list(batch.wanted)
    try:
        while todo:
            again: list[str] = []
            with closing(hands.each(batch.jobs(todo), told)) as all_came:
                for job, came in all_came:
                    made = batch.finished(job.name, came)
                    if made is None:
                        again.append(job.name)
                    else:
                        yield made
                    yield from batch.drained()
            yield from batch.drained()
            todo = again
    finally:
        for folder in batch.held.values():
            folder.close()


def check_all(requests: Iterable[Request], hands: Hands, told: Told = lambda name, stage: None) -> Generator[Made]:
    """Source and theme of leaflets, told as they are done; nothing is written. `hands` do the work of `build.make`."""
    with closing(hands.each((Job(request.name, (request, None)) for request in requests), told)) as all_came:
        for job, came in all_came:
            yield _of(job.name, came)


def check(request: Request, tell: Tell = lambda stage: None) -> Made:
    """Source and theme of one leaflet, nothing written."""
    (made,) = check_all([request], Pool(make, request.project.limits), lambda name, stage: tell(stage))
    return made


def prove(request: Request, file: Path, tell: Tell = lambda stage: None) -> Made:
    """An existing output held against its source, as if it had just been written. Raises Failure."""
    return _of(request.name, run(prove_file, request, file, limits=request.project.limits, told=tell))


def _of(name: str, came: Any) -> Made:
    """What came of a leaflet's work; an end by force or by a failure is told as a finding."""
    if isinstance(came, Stopped):
        return Made(name, findings=(as_finding(came, name),))
    if isinstance(came, Failure):
        return Made(name, findings=came.findings)
    made: Made = came
    return made


@dataclass(slots=True)
class _Batch:
    """The leaflets of one call of `build_all`: those held while they are made, and those of which there is word."""

    wanted: dict[str, Request]
    out: Path
    told: Told
    known: Known | None
    held: dict[str, OutputFolder] = field(default_factory=dict)
    ready: deque[Made] = field(default_factory=deque)
    rounds: Counter[str] = field(default_factory=Counter)

    def jobs(self, names: Sequence[str]) -> Iterator[Job]:
        """Pulled when a hand is free, so that only leaflets in work are held."""
        busy: list[str] = []
        standing = self._standing(names)
        for name in names:
            if name in standing:
                self.ready.append(Made(name, fresh=True, noted=standing[name]))
            elif not self._fresh(name):
                yield from self._held(name, busy, patient=False)
        for name in busy:
            yield from self._held(name, busy, patient=True)

    def _standing(self, names: Iterable[str]) -> dict[str, str]:
        """Leaflets that are up to date at the first look, when no more than that is to be told of them."""
        if self.known is None or self.known.force or self.known.whole:
            return {}
        return self.known.book.standing(_asked(self.wanted[name], self.out) for name in names)

    def _held(self, name: str, busy: list[str], patient: bool) -> Iterator[Job]:
        folder = self.held[name] = OutputFolder(self.out, name)  # noted before it is held, should Ctrl-C come between
        try:
            if not folder.hold(patient):
                busy.append(name)
            elif patient and self._fresh(name):  # the build that held it has made it
                folder.close()
            else:
                yield Job(name, (self.wanted[name], folder.staging))
                return
        except Failure as failure:
            self.ready.append(Made(name, findings=failure.findings))
        del self.held[name]

    def _fresh(self, name: str) -> bool:
        """Whether a leaflet is up to date, told as such; if not, why is told."""
        if self.known is None:
            return False
        said = ("--force",) if self.known.force else self.known.book.why(_asked(self.wanted[name], self.out))
        if isinstance(said, Fresh):
            self.ready.append(_remembered(name, self.out, said))
            return True
        if not self.rounds[name]:
            self.known.explain(name, said)
        return False

    def finished(self, name: str, came: Any) -> Made | None:
        """What came of a leaflet, its files moved when nothing blocks; None when it has to be made again."""
        with closing(self.held[name]) as folder:
            made = self._put(_of(name, came), folder)
        del self.held[name]
        return made

    def _put(self, made: Made, folder: OutputFolder) -> Made | None:
        request, known = self.wanted[made.name], self.known
        changed = known.book.changed(made.inputs) if known else ()
        if changed:
            self.rounds[made.name] += 1
            return None if self.rounds[made.name] < _ROUNDS else _restless(made, changed)
        if made.blocked:
            return made
        try:
            outputs = _moved(request, made, folder, self.told)
        except Failure as failure:
            return replace(made, findings=(*made.findings, *failure.findings))
        if known:
            known.book.record(_asked(request, self.out), _result(made, outputs))
        return made

    def drained(self) -> Iterator[Made]:
        """Those of which there is word without work."""
        while self.ready:
            yield self.ready.popleft()


def _moved(request: Request, made: Made, folder: OutputFolder, told: Told) -> dict[str, str]:
    """The finished files moved into outputs/; their hashes, the record's too."""
    if any(file.endswith(".docx") for file in made.files):
        told(request.name, "keeping the sources of the Word copy")
        store.keep_sources(request.project, made.sources, made.source_sha256)
    told(request.name, "moving into outputs")
    return folder.publish(made.files, _record(made))


# --- what is known of earlier builds ---


def _asked(request: Request, out: Path) -> Asked:
    options = asked.options(request.formats, request.theme, request.strict)
    return Asked(request.name, str(out), options, request.today.isoformat())


def _result(made: Made, outputs: dict[str, str]) -> Result:
    since, until = (day.isoformat() for day in made.days)
    return Result(made.inputs, outputs, made.libraries, since, until, _noted(made))


def _noted(made: Made) -> str:
    """What findings a leaflet that went out has, such as “2 warnings, 1 note”."""
    counts = Counter(str(finding.severity) for finding in made.findings)
    kinds = [each for each in ("warning", "note") if counts[each]]
    return ", ".join(f"{counts[each]} {each}{'s' * (counts[each] != 1)}" for each in kinds)


def _remembered(name: str, out: Path, fresh: Fresh) -> Made:
    """An up-to-date leaflet as it was made, its findings read from its record."""
    files = {file: digest for file, digest in fresh.outputs.items() if file != RECORD}
    findings: tuple[Finding, ...] = ()
    if fresh.noted:
        try:
            record = json.loads((out / name / RECORD).read_text(encoding="utf-8"))
            findings = tuple(_finding(said) for said in record["findings"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # it was taken away a moment ago; the next build sees it
    return Made(name, findings=findings, files=files, fresh=True, noted=fresh.noted)


def _finding(said: dict[str, Any]) -> Finding:
    """A finding as `Finding.as_json` tells it."""
    box = tuple(said["box-mm"]) if said["box-mm"] else None
    place = Place(said["file"], said["line"], said["column"], said["page"], box) if said["file"] else None
    return Finding(said["code"], said["message"], place, said["hint"], Severity(said["severity"]), said["source"])


def _restless(made: Made, changed: tuple[str, ...]) -> Made:
    """A leaflet whose sources do not come to rest."""
    message = f"{', '.join(changed[:3])} changed each of the {_ROUNDS} times that “{made.name}” was built"
    hint = "let the file rest (is a program writing to it?), then build again"
    return Made(made.name, findings=(Finding("build.restless", message, Place(changed[0]), hint),))


# --- the record ---


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
