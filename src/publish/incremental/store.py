"""The store of earlier builds: SQLite in `.publish/builds.sqlite`. It holds nothing that the files do not prove.

One row a leaflet and place of outputs; what many leaflets are made of (products, safety texts, themes) stands once.
Rows are sealed: what the disk or anybody else has changed in one is found, and the leaflet is built anew. A store of
another version, or garbage in its place, is put aside.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import zlib

from publish import __version__

FOLDER = ".publish"
FILE = f"{FOLDER}/builds.sqlite"
ASIDE = f"{FOLDER}/builds.damaged"
VERSION = zlib.crc32(f"1 {__version__}".encode()) >> 1
"""Changes with the tables below and with publish itself."""

_PATIENCE = 10.0
"""Seconds that one build waits for another one to write."""

_TABLES = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE environments (
    id INTEGER PRIMARY KEY, parts TEXT NOT NULL UNIQUE, started TEXT NOT NULL, paths TEXT NOT NULL,
    stamps BLOB NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE contents (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, stamp BLOB NOT NULL,
    seal INTEGER NOT NULL, UNIQUE (name, digest));
CREATE TABLE builds (
    out TEXT NOT NULL, name TEXT NOT NULL, options TEXT NOT NULL, environment INTEGER NOT NULL, since TEXT NOT NULL,
    until TEXT NOT NULL, noted TEXT NOT NULL, shared BLOB NOT NULL, paths TEXT NOT NULL, stamps BLOB NOT NULL,
    seal INTEGER NOT NULL, told TEXT NOT NULL, PRIMARY KEY (out, name));
"""


class Unusable(Exception):
    """The store cannot be read, or is none of ours."""


def seal(text: str, *data: bytes) -> int:
    """A check sum over the values of a row, by which damage is found. It has to be made 12,000 times in a moment."""
    found = zlib.crc32(text.encode("utf-8", "surrogateescape"))
    for each in data:
        found = zlib.crc32(each, found)
    return found


def head(out: str, name: str, options: str, environment: int, since: str, until: str, noted: str, paths: str) -> str:
    """The texts and numbers of a leaflet's row, to be sealed."""
    return f"{out}\0{name}\0{options}\0{environment}\0{since}\0{until}\0{noted}\0{paths}"


def open_to_read(root: str) -> sqlite3.Connection:
    """The store as it is. Raises Unusable, OSError, sqlite3.Error when there is none of this version."""
    path = os.path.join(root, FILE)  # noqa: PTH118 - pathlib costs more
    if not os.path.isfile(path):  # noqa: PTH113
        raise Unusable("there is none")
    return _checked(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None))


def open_to_write(root: str) -> tuple[sqlite3.Connection | None, str]:
    """The store, made when there is none, and a sentence for people when something was wrong with it, or "".

    None: it can neither be written nor made here; builds go on without.
    """
    path = os.path.join(root, FILE)  # noqa: PTH118
    said = ""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        if os.path.lexists(path) and not os.path.isfile(path):  # noqa: PTH113
            _put_aside(root)
        for _ in range(3):  # another build may be putting the same one aside
            try:
                return _prepared(path), said
            except (Unusable, sqlite3.DatabaseError) as error:
                if isinstance(error, sqlite3.OperationalError) and not _garbled(error):
                    raise
                _put_aside(root)
                said = f"the memory of earlier builds was {_fault(error)} and begins anew: all is built again"
    except (OSError, sqlite3.Error) as error:
        return None, f"the memory of earlier builds cannot be kept in {FOLDER}/ ({error}): all is built each time"
    return None, f"the memory of earlier builds cannot be kept in {FOLDER}/: all is built each time"


def told_of(error: sqlite3.Error, root: str) -> str:
    """A sentence for people about an error in the midst of work. A damaged store is put aside."""
    if not isinstance(error, sqlite3.OperationalError) or _garbled(error):
        with contextlib.suppress(OSError):
            _put_aside(root)
        return "the memory of earlier builds was damaged and begins anew: all is built again"
    if "readonly" in str(error) or "disk I/O" in str(error):
        return ""  # it was taken away under us, or cannot be written: opening it again tells which
    return f"the memory of earlier builds cannot be used ({error})"


def _prepared(path: str) -> sqlite3.Connection:
    store = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=NORMAL")
        store.execute("BEGIN IMMEDIATE")  # so that two builds do not both make it
        if not store.execute("SELECT 1 FROM sqlite_master").fetchone():
            for table in _TABLES.split(";"):
                store.execute(table)
            store.execute(f"PRAGMA user_version={VERSION}")
        store.execute("COMMIT")
        return _checked(store)
    except BaseException:
        store.close()
        raise


def _checked(store: sqlite3.Connection) -> sqlite3.Connection:
    try:
        (version,) = store.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise Unusable("of another version of publish")
    except BaseException:
        store.close()
        raise
    return store


def _garbled(error: sqlite3.Error) -> bool:
    """Whether an error tells of the file's contents, not of locks or of the disk."""
    return any(word in str(error) for word in ("no such table", "no such column", "malformed", "not a database"))


def _fault(error: Exception) -> str:
    return str(error) if isinstance(error, Unusable) else "damaged"


def _put_aside(root: str) -> None:
    """Out of the way; the last one that was put aside can be looked at. Raises OSError."""
    path, aside = os.path.join(root, FILE), os.path.join(root, ASIDE)  # noqa: PTH118
    for tail in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + tail)  # noqa: PTH108
    if os.path.isdir(path) or os.path.isdir(aside):  # noqa: PTH112
        shutil.rmtree(aside, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        os.replace(path, aside)  # noqa: PTH105
