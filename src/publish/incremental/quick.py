"""The quick answer: whether `publish build` has nothing to do, found before any library is loaded.

It says yes only when every file's stamp proves it. Anything else, from an option that it does not know to a file that
was only touched, is for the thorough answer of `book`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterable, Sequence

from publish.incremental import asked, store
from publish.incremental.program import started
from publish.incremental.stamps import ABSENT, pack, stamp

FEW = 10
"""Up to so many leaflets are named one by one when nothing was to be done."""

DAMAGED = (sqlite3.Error, ValueError, OverflowError, TypeError, AttributeError)
"""What comes of reading a store whose rows are not as they were written."""

Row = tuple[str, str, int, bytes, str, bytes, str, str, int]
"""Name, findings in words, environment, ids of what it shares, own paths and stamps, first and last day, seal."""

_ROW = "name, noted, environment, shared, paths, stamps, since, until, seal"


def answer(words: Sequence[str]) -> list[str] | None:
    """What to tell the user of `publish <words>`, when all that is asked for is up to date; else, or unsure, None."""
    parsed = _parsed(words)
    if parsed is None:
        return None
    here, names, formats, out, strict = parsed
    try:
        root = _root(here)
        if root is None:
            return None
        kept, at = store.open_to_read(root), os.open(root, os.O_RDONLY)
        try:
            return _told(kept, root, at, names, asked.options(formats, None, strict), out)
        finally:
            os.close(at)
            kept.close()
    except (store.Unusable, OSError, *DAMAGED):
        return None


def standing(
    kept: sqlite3.Connection, at: int, out: str, options: str, day: str, names: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """The leaflets, of `names` or of all, whose every file is proven by its stamp to be as it was when they were built
    as is asked: their names and what they had of findings. Those that are missing need the thorough answer.

    `at` is the open folder of the project: what stands inside is looked up from there, by the ten thousand.
    Raises one of DAMAGED when the store is.
    """
    rows = _rows(kept, out, options, day, names)
    programs = {id_ for id_ in {row[2] for row in rows} if _environment(kept, id_, at)}
    held = _contents(kept, at, set(array("q", b"".join({row[3] for row in rows}))) if names else None)
    shared = {packed: held.issuperset(array("q", packed)) for packed in {row[3] for row in rows}}
    return [
        (row[0], row[1])
        for row in rows
        if row[2] in programs and shared[row[3]] and _sound(row, out, options) and _stands(row, at)
    ]


def left(root: str, out: str, options: str, day: str) -> list[tuple[str, str]] | None:
    """What `answer` has found standing a moment ago when it was asked for all, for whoever goes on; told once."""
    for asked_for, when, found in [_left.pop()] if _left else ():
        if asked_for == (root, out, options, day) and time.monotonic() - when < _MOMENT:
            return found
    return None


_MOMENT = 10.0
"""Seconds between the quick answer and the thorough one at most: libraries are loaded meanwhile."""

_left: list[tuple[tuple[str, ...], float, list[tuple[str, str]]]] = []
"""The last answer that was not enough: what was asked, when, and the leaflets that stood."""


def _parsed(words: Sequence[str]) -> tuple[str, list[str], list[str], str | None, bool] | None:
    """Project, names, formats, --out and --strict of the plain forms of `build`; None for all others."""
    project, rest = ".", list(words)
    if rest[:1] == ["--project"] and len(rest) > 1:
        project, rest = rest[1], rest[2:]
    if rest[:1] != ["build"]:
        return None
    names: list[str] = []
    formats: list[str] = []
    out, strict = None, False
    given = iter(rest[1:])
    for word in given:
        if word in ("-f", "--format", "--out"):
            value = next(given, None)
            if value is None or value.startswith("-"):
                return None
            if word == "--out":
                out = os.path.abspath(value)  # noqa: PTH100 - pathlib costs more, here and below
            else:
                formats.append(value)
        elif word == "--strict":
            strict = True
        elif word.startswith("-"):
            return None
        else:
            names.append(word)
    return project, list(dict.fromkeys(names)), list(dict.fromkeys(formats or asked.DEFAULT_FORMATS)), out, strict


def _root(start: str) -> str | None:
    """The folder of the project that `start` stands in."""
    folder = os.path.abspath(start)  # noqa: PTH100
    while not os.path.isfile(os.path.join(folder, asked.PROJECT_FILE)):  # noqa: PTH113, PTH118
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return None
        folder = above
    return os.path.realpath(folder)


def _told(
    kept: sqlite3.Connection, root: str, at: int, names: Sequence[str], options: str, out: str | None
) -> list[str] | None:
    """What to tell the user about these leaflets, or all."""
    settings = _settings(kept, at)
    if settings is None or not asked.hold(settings, root):
        return None
    shown = asked.place(root, out or os.path.join(root, asked.folder(settings, "outputs")))  # noqa: PTH118
    want = shown, f"{options}\n{settings}", asked.day()
    fresh = standing(kept, at, *want, names)
    if not names:
        _left[:] = [((root, *want), time.monotonic(), fresh)]
    wanted = names or _leaflets(root, asked.folder(settings, "source"), {name for name, _ in fresh})
    if not wanted or len(fresh) != len(wanted):
        return None
    here, target = os.getcwd(), os.path.join(root, shown)  # noqa: PTH109, PTH118
    near = os.path.relpath(target, here) if f"{target}/".startswith(f"{here.rstrip('/')}/") else target
    return lines(fresh, near)


def lines(fresh: Sequence[tuple[str, str]], target: str) -> list[str]:
    """What people are told of leaflets that are up to date, of their names and what findings they had when built."""
    few = [line(name, noted, target) for name, noted in fresh] if len(fresh) <= FEW else []
    return few + ([f"{len(fresh):,} up to date, in 0 s"] if len(fresh) > 1 else [])


def line(name: str, noted: str, target: str) -> str:
    """The same of one leaflet. Its findings are not told again: the line says where they can be read."""
    return f"{name} is up to date" + (f" ({noted} in {target}/{name}/{asked.RECORD})" if noted else "")


def _settings(kept: sqlite3.Connection, at: int) -> str | None:
    """What publish.toml says, when it is as it was when it was understood."""
    row = kept.execute("SELECT value FROM settings WHERE key = 'project'").fetchone()
    if row is None:
        return None
    seal, _, rest = bytes(row[0]).partition(b"\n")
    if seal != b"%d" % store.seal("", rest) or rest[:32] != pack([stamp(asked.PROJECT_FILE, at)]):
        return None
    return rest[32:].decode()


def _rows(kept: sqlite3.Connection, out: str, options: str, day: str, names: Iterable[str]) -> list[Row]:
    found = f"SELECT {_ROW} FROM builds WHERE out = ? AND options = ? AND since <= ? AND until >= ?"
    if not names:
        return kept.execute(found, (out, options, day, day)).fetchall()
    rows: list[Row] = []
    for name in names:
        rows += kept.execute(f"{found} AND name = ?", (out, options, day, day, name))
    return rows


def _sound(row: Row, out: str, options: str) -> bool:
    """Whether a row is as it was written."""
    name, noted, environment, shared, paths, stamps, since, until, seal = row
    return seal == store.seal(store.head(out, name, options, environment, since, until, noted, paths), shared, stamps)


def _leaflets(root: str, source: str, known: set[str]) -> list[str]:
    """The leaflets there are. A known one's file was looked at with its other files."""
    folder = f"{root}/{source}/leaflets"
    there = os.listdir(folder)  # noqa: PTH208
    return [name for name in there if name in known or os.path.isfile(f"{folder}/{name}/leaflet.md")]  # noqa: PTH113


def _stands(row: Row, at: int, stat: Callable[..., os.stat_result] = os.stat) -> bool:
    """Whether a leaflet's own files and outputs are as they were: this is what a large project waits for."""
    now: list[int] = []
    try:
        for path in row[4].split("\0"):
            told = stat(path, dir_fd=at)
            now += (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
    except (OSError, ValueError, OverflowError):
        return False
    return array("q", now).tobytes() == row[5]


def _environment(kept: sqlite3.Connection, id_: int, at: int) -> bool:
    """Whether the program is the one that leaflets were made by."""
    row = kept.execute("SELECT parts, started, paths, stamps, seal FROM environments WHERE id = ?", (id_,)).fetchone()
    if row is None or row[1] != started() or row[4] != store.seal("\0".join(row[:3]), row[3]):
        return False
    return bool(pack(stamp(path, at) for path in row[2].split("\0")) == row[3])


def _contents(kept: sqlite3.Connection, at: int, ids: set[int] | None) -> set[int]:
    """What leaflets share and is as it was; of these ids, or of all."""
    some = "" if ids is None else f" WHERE id IN ({','.join(map(str, ids))})"
    found = kept.execute(f"SELECT id, name, path, digest, stamp, seal FROM contents{some}")
    return {row[0] for row in found if _holds(row, at)}


def _holds(row: tuple[int, str, str, str, bytes, int], at: int) -> bool:
    _, name, path, digest, kept, seal = row
    now = stamp(path, at)
    return (
        pack([now]) == kept
        and seal == store.seal(f"{name}\0{path}\0{digest}", kept)
        and (now == ABSENT) == (digest == "")
    )
