"""The rows of the store as the thorough answer reads and writes them: builds, environments, and what builds share."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publish.incremental import store
from publish.incremental.stamps import Stamp, pack, unpack


@dataclass(frozen=True, slots=True)
class Build:
    """What is kept of a leaflet's last build into one place.

    `since` and `until`: the first and last day on which it comes out the same. `noted`: its findings, as “2 warnings”.
    `shared`: ids of Content. `paths` are looked at with `stamps`: own files, outputs, and folders that witness what is
    not there. `told` holds their hashes: see `hashes`.
    """

    out: str
    name: str
    options: str
    environment: int
    since: str
    until: str
    noted: str
    shared: tuple[int, ...]
    paths: tuple[str, ...]
    stamps: bytes
    told: str


@dataclass(frozen=True, slots=True)
class Content:
    """A file that several leaflets may be made of, with what it said: its name, its path, its hash, its stamp."""

    id: int
    name: str
    path: str
    digest: str
    stamp: Stamp


_BUILD = "out, name, options, environment, since, until, noted, shared, paths, stamps, seal, told"


def builds(kept: sqlite3.Connection, out: str | None = None, name: str | None = None) -> Iterable[Build]:
    """The builds that are kept, of one place and of one leaflet if these are given. Damaged rows are none."""
    query = f"SELECT {_BUILD} FROM builds"
    values: list[str] = []
    for column, value in (("out", out), ("name", name)):
        if value is not None:
            query += f" {'AND' if values else 'WHERE'} {column} = ?"
            values.append(value)
    for row in kept.execute(query, values):
        try:
            yield _build(row)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue


def _build(row: tuple[str, str, str, int, str, str, str, bytes, str, bytes, int, str]) -> Build:
    out, name, options, environment, since, until, noted, shared, paths, stamps, seal, told = row
    if seal != store.seal(store.head(out, name, options, environment, since, until, noted, paths), shared, stamps):
        raise ValueError("damaged")
    own = tuple(paths.split("\0"))
    return Build(out, name, options, environment, since, until, noted, tuple(array("q", shared)), own, stamps, told)


def hashes(build: Build) -> tuple[dict[str, str], dict[str, str]]:
    """The hashes of a leaflet's own inputs, by the names of `inputs.name_of`, and of its outputs, by their file names.

    Raises ValueError when the row is damaged.
    """
    check, _, text = build.told.partition("\n")
    if check != str(store.seal(text)):
        raise ValueError("damaged")
    inputs, outputs = json.loads(text)
    return inputs, outputs


def told(inputs: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    """See `hashes`."""
    text = json.dumps([dict(inputs), dict(outputs)])
    return f"{store.seal(text)}\n{text}"


def put_build(kept: sqlite3.Connection, build: Build) -> None:
    """Keep a build, in place of an earlier one of the same leaflet and place."""
    paths, shared = "\0".join(build.paths), array("q", build.shared).tobytes()
    head = store.head(
        *(build.out, build.name, build.options, build.environment, build.since, build.until, build.noted, paths)
    )
    kept.execute(
        f"INSERT OR REPLACE INTO builds ({_BUILD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(build.out, build.name, build.options, build.environment, build.since, build.until, build.noted),
            *(shared, paths, build.stamps, store.seal(head, shared, build.stamps), build.told),
        ),
    )


def contents(kept: sqlite3.Connection, ids: Iterable[int] | None = None) -> dict[int, Content]:
    """What leaflets share, by id: all of it, or that of these ids. Damaged rows are none."""
    some = "" if ids is None else f" WHERE id IN ({','.join(map(str, ids))})"
    found: dict[int, Content] = {}
    for id_, name, path, digest, stamp, seal in kept.execute(
        f"SELECT id, name, path, digest, stamp, seal FROM contents{some}"
    ):
        try:
            if seal == store.seal(f"{name}\0{path}\0{digest}", stamp):
                found[id_] = Content(id_, name, path, digest, unpack(stamp)[0])
        except (ValueError, TypeError, AttributeError, IndexError):
            continue
    return found


def stands(kept: sqlite3.Connection, build: Build) -> bool:
    """Whether a build that was put can be read again, with all that it refers to: damage may have hidden it."""
    if list(builds(kept, build.out, build.name)) != [build] or environment(kept, build.environment) is None:
        return False
    return contents(kept, build.shared).keys() >= set(build.shared)


def put_content(kept: sqlite3.Connection, name: str, path: str, digest: str, stamp: Stamp) -> int:
    """Keep what a shared file said, with a stamp that proves it; its id, the same for the same name and hash."""
    packed = pack([stamp])
    values = (name, path, digest, packed, store.seal(f"{name}\0{path}\0{digest}", packed))
    (id_,) = kept.execute(
        "INSERT INTO contents (name, path, digest, stamp, seal) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name, digest) "
        "DO UPDATE SET path = excluded.path, stamp = excluded.stamp, seal = excluded.seal RETURNING id",
        values,
    ).fetchone()
    return int(id_)


def put_environment(
    kept: sqlite3.Connection, parts: Mapping[str, str], started: str, paths: Iterable[str], stamps: Iterable[Stamp]
) -> int:
    """Keep a program, with the stamps that prove it; its id."""
    values = (json.dumps(dict(parts)), started, "\0".join(paths))
    packed = pack(stamps)
    (id_,) = kept.execute(
        "INSERT INTO environments (parts, started, paths, stamps, seal) VALUES (?, ?, ?, ?, ?) ON CONFLICT (parts) "
        "DO UPDATE SET started = excluded.started, paths = excluded.paths, stamps = excluded.stamps, "
        "seal = excluded.seal RETURNING id",
        (*values, packed, store.seal("\0".join(values), packed)),
    ).fetchone()
    return int(id_)


def environment(kept: sqlite3.Connection, id_: int) -> tuple[dict[str, str], str, tuple[str, ...], bytes] | None:
    """A program's parts, what it knew at its start, its paths and their stamps; None when it is not known."""
    query = "SELECT parts, started, paths, stamps, seal FROM environments WHERE id = ?"
    row = kept.execute(query, (id_,)).fetchone()
    if row is None or row[4] != store.seal("\0".join(row[:3]), row[3]):
        return None
    return json.loads(row[0]), row[1], tuple(row[2].split("\0")), row[3]


def programs(kept: sqlite3.Connection) -> list[int]:
    """The ids of all programs that are known, the latest first."""
    return [id_ for (id_,) in kept.execute("SELECT id FROM environments ORDER BY id DESC").fetchall()]


def has(kept: sqlite3.Connection, table: str, id_: int) -> bool:
    """Whether a row is still there: another build may have taken away what nothing referred to."""
    return kept.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id_,)).fetchone() is not None


def drop_unused(kept: sqlite3.Connection) -> None:
    """Take away what no build refers to any more."""
    used: set[int] = set()
    for (shared,) in kept.execute("SELECT shared FROM builds"):
        used.update(array("q", shared[: len(shared) // 8 * 8]))
    for (id_,) in kept.execute("SELECT id FROM contents").fetchall():
        if id_ not in used:
            kept.execute("DELETE FROM contents WHERE id = ?", (id_,))
    kept.execute("DELETE FROM environments WHERE id NOT IN (SELECT environment FROM builds)")
