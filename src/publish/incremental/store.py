"""The store of earlier builds: SQLite in `.publish/builds.sqlite`. It holds nothing that the files do not prove.

One row a leaflet and place of outputs; what many leaflets are made of (products, safety texts, themes) stands once.
Rows are sealed: what the disk or anybody else has changed in one is found, and the leaflet is built anew. A store of
another version, or garbage in its place, is put aside. No id is given twice: a build that runs remembers some, and
another one may have taken the row away meanwhile.
"""

from __future__ import annotations

import os
import sqlite3
from binascii import crc32

from publish import __version__

FOLDER = ".publish"
FILE = f"{FOLDER}/builds.sqlite"
VERSION = crc32(f"2 {__version__}".encode()) >> 1
"""Changes with the tables below and with publish itself."""

PATIENCE = 10.0
"""Seconds that one build waits for another one to write."""

TABLES = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE environments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, parts TEXT NOT NULL UNIQUE, started TEXT NOT NULL, paths TEXT NOT NULL,
    stamps BLOB NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL,
    stamp BLOB NOT NULL, seal INTEGER NOT NULL, UNIQUE (name, digest));
CREATE TABLE builds (
    out TEXT NOT NULL, name TEXT NOT NULL, options TEXT NOT NULL, environment INTEGER NOT NULL, since TEXT NOT NULL,
    until TEXT NOT NULL, noted TEXT NOT NULL, shared BLOB NOT NULL, paths TEXT NOT NULL, stamps BLOB NOT NULL,
    seal INTEGER NOT NULL, told TEXT NOT NULL, PRIMARY KEY (out, name));
"""


class Unusable(Exception):
    """The store cannot be read, or is none of ours."""


def seal(text: str, *data: bytes) -> int:
    """A check sum over the values of a row, by which damage is found. It has to be made 12,000 times in a moment."""
    found = crc32(text.encode("utf-8", "surrogateescape"))
    for each in data:
        found = crc32(each, found)
    return found


def head(out: str, name: str, options: str, environment: int, since: str, until: str, noted: str, paths: str) -> str:
    """The texts and numbers of a leaflet's row, to be sealed."""
    return f"{out}\0{name}\0{options}\0{environment}\0{since}\0{until}\0{noted}\0{paths}"


def open_to_read(root: str) -> sqlite3.Connection:
    """The store as it is. Raises Unusable, OSError, sqlite3.Error when there is none of this version."""
    path = os.path.join(root, FILE)  # noqa: PTH118 - pathlib costs more
    if not os.path.isfile(path):  # noqa: PTH113
        raise Unusable("there is none")
    return checked(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None))


def checked(store: sqlite3.Connection) -> sqlite3.Connection:
    """The same, if it is of this version; else Unusable, and it is closed."""
    try:
        (version,) = store.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise Unusable("of another version of publish")
    except BaseException:
        store.close()
        raise
    return store
