"""Which program built a leaflet, and whether it is the one that runs here: publish, Python and the libraries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from publish.incremental import program, rows
from publish.incremental.stamps import pack, stamp, trusted

_MOST_NAMED = 5


class Programs:
    """What is known of programs during one command. Each is looked at once."""

    def __init__(self) -> None:
        self._code = list(program.own_files())
        self.forget()

    def forget(self) -> None:
        """The store begins anew."""
        self._said: dict[int, tuple[str, ...]] = {}
        self._ids: dict[tuple[str, ...], int] = {}

    def updated(self, kept: sqlite3.Connection, id_: int) -> tuple[str, ...]:
        """Which components were updated since the program of this id built something, in words."""
        said = self._said.get(id_)
        if said is None:
            said = self._said[id_] = tuple(self._changes(kept, id_))
        return said

    def _changes(self, kept: sqlite3.Connection, id_: int) -> Iterable[str]:
        found = rows.environment(kept, id_)
        if found is None:
            yield "the program that built it is not known any more"
            return
        parts, started, paths, stamps = found
        libraries = tuple(name for name in parts if name.startswith("/"))
        if started == program.started() and pack(map(stamp, paths)) == stamps:
            self._ids[libraries] = id_
            return
        names = program.changes(parts, program.parts(libraries))
        if names:
            more = ", …" if len(names) > _MOST_NAMED else ""
            yield f"publish or a library was updated: {', '.join(names[:_MOST_NAMED])}{more}"
        else:
            self._put(kept, libraries)  # the same, installed again, or somewhere else

    def keep(self, kept: sqlite3.Connection, libraries: tuple[str, ...]) -> int | None:
        """The id of the program that runs here; None when its code has changed since it started."""
        known = self._ids.get(libraries)
        if known is not None and rows.has(kept, "environments", known):
            return known
        if list(program.own_files()) != self._code:
            return None
        for id_ in rows.programs(kept):  # to ask what is installed costs more than a look at what is known
            if not self.updated(kept, id_) and libraries in self._ids:
                return self._ids[libraries]
        return self._put(kept, libraries)

    def _put(self, kept: sqlite3.Connection, libraries: tuple[str, ...]) -> int:
        paths = program.evidence(libraries)
        stamps = [trusted(stamp(path)) for path in paths]
        parts = program.parts(libraries)
        id_ = self._ids[libraries] = rows.put_environment(kept, parts, program.started(), paths, stamps)
        return id_
