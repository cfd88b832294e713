"""Which leaflets a file touches, by what their last builds read, and what they looked for in vain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publish import inputs
from publish.incremental import asked, rows, store
from publish.incremental.looking import Eyes
from publish.incremental.rows import Build
from publish.incremental.stamps import pack, stamp


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


def uses(root: Path, settings: str, names: frozenset[str]) -> Answer:
    """What touches these files, or files in these folders, named as by `inputs.name_of`.

    Nothing is known when there is no store. It has to be quick for 12,000 leaflets.
    """
    try:
        kept = store.open_to_read(str(root))
    except (store.Unusable, sqlite3.Error, OSError):
        return Answer((), frozenset())
    try:
        return _answer(kept, str(root), f"{asked.folder(settings, 'source')}/leaflets", names)
    except sqlite3.Error:
        return Answer((), frozenset())
    finally:
        kept.close()


def touched(name: str, names: frozenset[str]) -> bool:
    """Whether a file is one of these, or stands in one."""
    return name in names or any(name.startswith(f"{each}/") for each in names)


def _answer(kept: sqlite3.Connection, root: str, leaflets: str, names: frozenset[str]) -> Answer:
    shared = {
        id_: each.digest == inputs.ABSENT for id_, each in rows.contents(kept).items() if touched(each.name, names)
    }
    eyes, found, known = Eyes(), dict[str, Use](), set[str]()
    for build in sorted(rows.builds(kept), key=lambda each: (each.name, each.out)):
        folder = f"{leaflets}/{build.name}"
        if not _edited(build, root, f"{folder}/leaflet.md", eyes):
            known.add(build.name)
        missing = [shared[id_] for id_ in shared.keys() & build.shared]
        if any(f"{each}/".startswith(f"{folder}/") or f"{folder}/".startswith(f"{each}/") for each in names):
            missing += _own(build, names)
        if missing:
            earlier = found.get(build.name)
            outputs = (*(earlier.outputs if earlier else ()), *_outputs(build))
            found[build.name] = Use(build.name, outputs, all(missing))
    return Answer(tuple(found.values()), frozenset(known))


def _edited(build: Build, root: str, leaflet: str, eyes: Eyes) -> bool:
    """Whether the leaflet's text is another one now, which may name other files."""
    path = f"{root}/{leaflet}"
    try:
        at = 32 * build.paths.index(leaflet)
        if build.stamps[at : at + 32] == pack([stamp(path)]):
            return False
        return eyes.look(path)[1] != rows.hashes(build)[0].get(leaflet)
    except ValueError:
        return True


def _own(build: Build, names: frozenset[str]) -> Iterator[bool]:
    """For each of its own files that is touched: whether it was missing."""
    try:
        own, _ = rows.hashes(build)
    except ValueError:
        return
    yield from (digest == inputs.ABSENT for name, digest in own.items() if touched(name, names))


def _outputs(build: Build) -> Iterable[str]:
    try:
        _, outputs = rows.hashes(build)
    except ValueError:
        return ()
    return (f"{build.out}/{build.name}/{file}" for file in outputs if file != asked.RECORD)
