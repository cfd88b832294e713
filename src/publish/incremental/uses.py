"""Which leaflets a file touches, by what their last builds read, and what they looked for in vain."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publish import inputs
from publish.incremental import asked, rows, store
from publish.incremental.looking import Eyes
from publish.incremental.rows import Build
from publish.incremental.stamps import unpack


@dataclass(frozen=True, slots=True)
class Use:
    """A leaflet that is made of a file. `outputs` are relative to the project, or absolute.

    `missing`: it looked for the file in vain, and would come out otherwise if it came.
    """

    leaflet: str
    outputs: tuple[str, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The leaflets that a file touches, and those whose last build tells what they are made of now."""

    uses: tuple[Use, ...]
    known: frozenset[str]


def uses(root: Path, settings: str, touches: Callable[[str], bool]) -> Answer:
    """What `touches` says yes to, of the names that `inputs.name_of` gives. Nothing is known when there is no store."""
    try:
        kept = store.open_to_read(str(root))
    except (store.Unusable, sqlite3.Error, OSError):
        return Answer((), frozenset())
    try:
        return _answer(kept, root, f"{asked.folder(settings, 'source')}/leaflets", touches)
    except sqlite3.Error:
        return Answer((), frozenset())
    finally:
        kept.close()


def _answer(kept: sqlite3.Connection, root: Path, leaflets: str, touches: Callable[[str], bool]) -> Answer:
    shared = {id_: each.digest == inputs.ABSENT for id_, each in rows.contents(kept).items() if touches(each.name)}
    eyes, found, known = Eyes(), dict[str, Use](), set[str]()
    for build in sorted(rows.builds(kept), key=lambda each: (each.name, each.out)):
        if not _edited(build, root, f"{leaflets}/{build.name}/leaflet.md", eyes):
            known.add(build.name)
        missing = [absent for id_, absent in shared.items() if id_ in build.shared]
        missing += _own(build, touches)
        if missing:
            earlier = found.get(build.name)
            outputs = (*(earlier.outputs if earlier else ()), *_outputs(build))
            found[build.name] = Use(build.name, outputs, all(missing))
    return Answer(tuple(found.values()), frozenset(known))


def _edited(build: Build, root: Path, leaflet: str, eyes: Eyes) -> bool:
    """Whether the leaflet's text is another one now, which may name other files."""
    try:
        at = build.paths.index(leaflet)
        eyes.believe(str(root / leaflet), unpack(build.stamps)[at], "as built")
        digest = eyes.look(str(root / leaflet))[1]
        return digest not in ("as built", rows.hashes(build)[0].get(leaflet))
    except ValueError:
        return True


def _own(build: Build, touches: Callable[[str], bool]) -> Iterator[bool]:
    """For each of its own files that is touched: whether it was missing."""
    try:
        own, _ = rows.hashes(build)
    except ValueError:
        return
    yield from (digest == inputs.ABSENT for name, digest in own.items() if touches(name))


def _outputs(build: Build) -> Iterable[str]:
    try:
        _, outputs = rows.hashes(build)
    except ValueError:
        return ()
    return (f"{build.out}/{build.name}/{file}" for file in outputs if file != asked.RECORD)
