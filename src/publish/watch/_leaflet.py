"""What a watch knows of one leaflet: what it was drawn and proven of, and what has been told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publish import inputs
from publish.build import Made
from publish.diagnostics import Finding
from publish.inputs import ABSENT
from publish.watch.drawing import Order, Sketch
from publish.watch.looking import Look
from publish.watch.preview import Preview

_Key = tuple[str, str, str, int]


class Basis:
    """The files that a piece of work was made of, with the hashes that it is made anew for when they differ.

    `sure`: they are all known. They are not before the first result, nor after one that was stopped half-way.
    """

    def __init__(self, files: Iterable[Path] = ()) -> None:
        self.files = dict.fromkeys(files, ABSENT)
        self.sure = False

    def set(self, made: Made, root: Path, whole: bool) -> None:
        """As a result tells them. What was known besides is forgotten when the work came to its end."""
        if made.inputs:
            told = {inputs.path_of(name, root): digest for name, digest in made.inputs.items()}
            self.files = told if whole else self.files | told
            self.sure = True

    def know(self) -> None:
        """As the files are now."""
        look = Look()
        look.again(self.files)
        self.changed(look)

    def changed(self, look: Look) -> tuple[Path, ...]:
        """The files that differ from what was last known of them, which is this from now on."""
        differing = look.differing(self.files)
        self.files |= differing
        return tuple(differing)


@dataclass(frozen=True, slots=True)
class News:
    """Findings that were not told before, and those that were and hold no more."""

    new: tuple[Finding, ...]
    mended: tuple[Finding, ...]


@dataclass(slots=True)
class Watched:
    """One leaflet. Times are of `time.monotonic`.

    `since` is when the oldest change was noticed that no picture shows yet, None when the pictures are fresh;
    `unproven` the same for the proofs. `there`: its leaflet.md exists.
    """

    name: str
    file: Path
    preview: Preview
    since: float | None
    drawn_of: Basis
    proven_of: Basis
    unproven: float | None = None
    noticed: float = 0.0
    there: bool = True
    drawing: Order | None = None
    proving: Order | None = None
    sketch: Sketch | None = None
    _told: dict[_Key, Finding] = field(default_factory=dict)
    _by_drawing: set[_Key] = field(default_factory=set)

    def tell_drawn(self, wrong: Iterable[Finding], whole: bool) -> News:
        """News after a drawing. Once it came to its end (`whole`), what only earlier drawings have told is mended."""
        now = _keyed(wrong)
        mended = [key for key in self._by_drawing if whole and key not in now]
        news = News(self._new(now), tuple(self._told.pop(key) for key in mended))
        self._told |= now
        self._by_drawing = set(now) if whole else self._by_drawing | now.keys()
        return news

    def tell_proven(self, wrong: Iterable[Finding]) -> News:
        """News after the proofs, which tell the whole truth."""
        now = _keyed(wrong)
        news = News(self._new(now), tuple(finding for key, finding in self._told.items() if key not in now))
        self._told = now
        self._by_drawing &= now.keys()
        return news

    def _new(self, now: Mapping[_Key, Finding]) -> tuple[Finding, ...]:
        return tuple(finding for key, finding in now.items() if key not in self._told)


def _keyed(findings: Iterable[Finding]) -> dict[_Key, Finding]:
    """Findings by what they say: a line added above one does not make it another."""
    keyed: dict[_Key, Finding] = {}
    for finding in findings:
        file, number = finding.place.file if finding.place else "", 0
        while (key := (finding.code, file, finding.message, number)) in keyed:
            number += 1
        keyed[key] = finding
    return keyed


def same_inputs(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two pieces of work saw the same bytes in every file that both have read."""
    return all(other.get(name, digest) == digest for name, digest in one.items())
