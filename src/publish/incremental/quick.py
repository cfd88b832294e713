"""The quick answer: whether `publish build` has nothing to do, found before any library is loaded.

It says yes only when every file's stamp proves it. Anything else, from an option that it does not know to a file that
was only touched, is for the thorough answer of `book`.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Iterable, Sequence

from publish.incremental import asked, store
from publish.incremental.program import started
from publish.incremental.stamps import ABSENT, pack, stamp

FEW = 10
"""Up to so many leaflets are named one by one when nothing was to be done."""

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
        store_, user = store.open_to_read(root), os.getcwd()  # noqa: PTH109
        try:
            os.chdir(root)  # paths from here are the shortest: they are looked up by the ten thousand
            return _told(store_, root, user, names, asked.options(formats, None, strict), out)
        finally:
            os.chdir(user)
            store_.close()
    except (store.Unusable, sqlite3.Error, OSError, ValueError, OverflowError):
        return None


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
    kept: sqlite3.Connection, root: str, here: str, names: Sequence[str], options: str, out: str | None
) -> list[str] | None:
    """What to tell, seen from the project's folder, where `here` is that of the user."""
    settings = _settings(kept)
    if settings is None:
        return None
    shown = asked.place(root, out or asked.folder(settings, "outputs"))
    options = f"{options}\n{settings}"
    rows = _rows(kept, shown, options, asked.day(), names)
    wanted = names or _leaflets(asked.folder(settings, "source"), {row[0] for row in rows})
    if not wanted or len(rows) != len(wanted):
        return None
    if not (
        _sound(rows, shown, options)
        and _stand(rows)
        and _environments(kept, {row[2] for row in rows})
        and _contents(kept, rows, not names)
    ):
        return None
    target = os.path.abspath(shown)  # noqa: PTH100
    near = os.path.relpath(target, here) if f"{target}/".startswith(f"{here.rstrip('/')}/") else target
    return lines([(row[0], row[1]) for row in rows], near)


def lines(fresh: Sequence[tuple[str, str]], target: str) -> list[str]:
    """What people are told of leaflets that are up to date, of their names and what findings they had when built."""
    few = [line(name, noted, target) for name, noted in fresh] if len(fresh) <= FEW else []
    return few + ([f"{len(fresh):,} up to date, in 0 s"] if len(fresh) > 1 else [])


def line(name: str, noted: str, target: str) -> str:
    """The same of one leaflet. Its findings are not told again: the line says where they can be read."""
    return f"{name} is up to date" + (f" ({noted} in {target}/{name}/{asked.RECORD})" if noted else "")


def _settings(kept: sqlite3.Connection) -> str | None:
    """What publish.toml says, when it is as it was when it was understood."""
    row = kept.execute("SELECT value FROM settings WHERE key = 'project'").fetchone()
    if row is None:
        return None
    seal, _, rest = bytes(row[0]).partition(b"\n")
    if seal != b"%d" % store.seal("", rest) or rest[:32] != pack([stamp(asked.PROJECT_FILE)]):
        return None
    return rest[32:].decode()


def _rows(kept: sqlite3.Connection, out: str, options: str, day: str, names: Sequence[str]) -> list[Row]:
    found = f"SELECT {_ROW} FROM builds WHERE out = ? AND options = ? AND since <= ? AND until >= ?"
    if not names:
        return kept.execute(found, (out, options, day, day)).fetchall()
    rows: list[Row] = []
    for name in names:
        rows += kept.execute(f"{found} AND name = ?", (out, options, day, day, name))
    return rows


def _sound(rows: Iterable[Row], out: str, options: str) -> bool:
    """Whether the rows are as they were written."""
    for name, noted, environment, shared, paths, stamps, since, until, seal in rows:
        if seal != store.seal(store.head(out, name, options, environment, since, until, noted, paths), shared, stamps):
            return False
    return True


def _leaflets(source: str, known: Iterable[str]) -> list[str]:
    """The leaflets there are. A known one's file is looked at with its other files."""
    known = set(known)
    folder = f"{source}/leaflets"
    there = os.listdir(folder)  # noqa: PTH208
    return [name for name in there if name in known or os.path.isfile(f"{folder}/{name}/leaflet.md")]  # noqa: PTH113


def _stand(rows: Iterable[Row]) -> bool:
    """Whether each leaflet's own files and outputs are as they were: this loop is what a large project waits for."""
    stat = os.stat
    for row in rows:
        now: list[int] = []
        for path in row[4].split("\0"):
            told = stat(path)  # one that is gone ends the quick answer
            now += (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
        if array("q", now).tobytes() != row[5]:
            return False
    return True


def _environments(kept: sqlite3.Connection, ids: Iterable[int]) -> bool:
    """Whether the program is the one that the leaflets were made by."""
    now = started()
    for each in ids:
        row = kept.execute("SELECT parts, started, paths, stamps, seal FROM environments WHERE id = ?", (each,))
        found = row.fetchone()
        if found is None or found[1] != now or found[4] != store.seal("\0".join(found[:3]), found[3]):
            return False
        if pack(map(stamp, found[2].split("\0"))) != found[3]:
            return False
    return True


def _contents(kept: sqlite3.Connection, rows: Iterable[Row], every: bool) -> bool:
    """Whether what the leaflets share is as it was. `every`: they are all leaflets; they share all there is."""
    ids = set(array("q", b"".join(row[3] for row in rows)))
    some = "" if every else f" WHERE id IN ({','.join(map(str, ids))})"
    found = kept.execute(f"SELECT id, name, path, digest, stamp, seal FROM contents{some}")
    return ids <= {row[0] for row in found if _holds(row)}


def _holds(row: tuple[int, str, str, str, bytes, int]) -> bool:
    _, name, path, digest, kept, seal = row
    now = stamp(path)
    return (
        pack([now]) == kept
        and seal == store.seal(f"{name}\0{path}\0{digest}", kept)
        and (now == ABSENT) == (digest == "")
    )
