"""Making the store, and what becomes of one that is no good: it is put aside, and the next one begins empty."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from publish.incremental.store import FILE, FOLDER, PATIENCE, TABLES, VERSION, Unusable, checked

ASIDE = f"{FOLDER}/builds.damaged"

_OF_THE_SYSTEM = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
    *(
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
    ),
)
_ANEW = "begins anew: all is built again"


def open_to_write(root: Path) -> tuple[sqlite3.Connection | None, str]:
    """The store, made when there is none, and a sentence for people when something was wrong with it, or "".

    None: it can neither be written nor made here; builds go on without.
    """
    path, said, fault = root / FILE, "", ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if (path.exists() or path.is_symlink()) and not path.is_file():
            said = f"the memory of earlier builds was no file and {_ANEW}"
            _put_aside(root)
        for _ in range(3):  # another build may be putting the same one aside
            try:
                return _prepared(path), said
            except Unusable as error:
                said = f"the memory of earlier builds was {error} and {_ANEW}"
            except sqlite3.Error as error:
                if not damaged(error):
                    raise
                said = f"the memory of earlier builds was damaged and {_ANEW}"
            _put_aside(root)
    except FileExistsError:
        fault = ", for a file stands in the place of that folder"
    except (OSError, sqlite3.Error) as error:
        fault = f" ({error})"
    return None, f"the memory of earlier builds cannot be kept in {FOLDER}/{fault}: all is built each time"


def given_up(error: sqlite3.Error, root: Path) -> str:
    """A sentence for people about an error in the midst of work, or "". A damaged store is put aside."""
    if damaged(error):
        with contextlib.suppress(OSError):
            _put_aside(root)
        return f"the memory of earlier builds was damaged and {_ANEW}"
    if "readonly" in str(error) or "disk I/O" in str(error):
        return ""  # it was taken away under us, or cannot be written: opening it again tells which
    return f"the memory of earlier builds cannot be used ({error})"


def damaged(error: sqlite3.Error) -> bool:
    """Whether an error tells of what the file holds, not of locks or of the disk."""
    if isinstance(error, sqlite3.ProgrammingError):
        return False
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _OF_THE_SYSTEM


def _prepared(path: Path) -> sqlite3.Connection:
    kept = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        kept.execute("PRAGMA journal_mode=WAL")
        kept.execute("PRAGMA synchronous=NORMAL")
        kept.execute("BEGIN IMMEDIATE")  # so that two builds do not both make it
        if not kept.execute("SELECT 1 FROM sqlite_master").fetchone():
            for table in TABLES.split(";"):
                kept.execute(table)
            kept.execute(f"PRAGMA user_version={VERSION}")
        kept.execute("COMMIT")
    except BaseException:
        kept.close()
        raise
    return checked(kept)


def _put_aside(root: Path) -> None:
    """Out of the way; the last one that was put aside can be looked at. Raises OSError."""
    path, aside = root / FILE, root / ASIDE
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
    if aside.is_dir():
        shutil.rmtree(aside)
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir():
            aside.unlink(missing_ok=True)
        path.replace(aside)
