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

    def tell(self, wrong: Iterable[Finding], whole: bool) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """What of `wrong` is new, and what has been mended. Only when `wrong` is the whole truth can that be known."""
        now = _keyed(wrong)
        new = tuple(finding for key, finding in now.items() if key not in self._told)
        mended = tuple(finding for key, finding in self._told.items() if key not in now) if whole else ()
        self._told = now if whole else {**self._told, **now}
        return new, mended


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
