"""The thorough answer: why a leaflet must be built, or that it need not be; and what was built, written down.

A leaflet is up to date when each file that it was made of says the same as then, those that were not there are still
not there, the same is asked of the same program on a day that makes no difference, and its outputs stand as they were
made. Stamps are looked at first; where they differ, hashes decide, and the new stamps are kept.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from publish import inputs
from publish.incremental import asked, making, quick, rows, store
from publish.incremental.looking import Eyes
from publish.incremental.programs import Programs
from publish.incremental.rows import Build, Content
from publish.incremental.stamps import FINE, UNSURE, Stamp, pack, proves, stamp, trusted, witness

T = TypeVar("T")

_MOST_PROGRAMS = 4
"""More are looked through for those that built nothing that still stands."""
_TWO_CONTENTS = "SELECT 1 FROM contents GROUP BY name HAVING count(*) > 1 LIMIT 1"
_MOMENT = 2.0
"""Seconds for which a look at what many leaflets share is good for all of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one leaflet. `out` is the absolute folder of outputs, `day` the one that approvals go by."""

    name: str
    out: str
    options: str
    day: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: hashes of all inputs (`build.Made.inputs`) and outputs, and what the worker had loaded.

    It would be the same on each day from `since` to `until`. `noted`: what it has of findings, such as “2 warnings”.
    """

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    libraries: tuple[str, ...] = ()
    since: str = "0001-01-01"
    until: str = "9999-12-31"
    noted: str = ""


@dataclass(frozen=True, slots=True)
class Fresh:
    """An up-to-date leaflet: the hashes of its outputs, and what it had of findings when it was built."""

    outputs: Mapping[str, str]
    noted: str


class Book:
    """The store during one command; `settings` are of `asked.settings`. `note` is what people must be told, or ""."""

    def __init__(self, root: Path, settings: str) -> None:
        self.note = ""
        self._root = str(root)
        self._source = asked.folder(settings, "source")
        self._settings = settings
        self._eyes = Eyes()
        self._programs = Programs()
        self._waiting: list[tuple[float, Asked, Result]] = []
        self._recorded = False
        self._store: sqlite3.Connection | None = None
        self._looked = float("-inf")
        self._verdicts: dict[int, str] = {}
        self._contents: dict[int, Content] = {}
        self._kept_contents: dict[str, tuple[int, str, Stamp]] = {}
        self._open()

    def close(self) -> None:
        """Write down what is left to be written, and let the store go."""
        if self._waiting:
            time.sleep(max(0.0, self._waiting[-1][0] + 1.5 * FINE / 1e9 - time.monotonic()))
        self.settle(everything=True)
        if self._recorded:
            self._safely(_tidied, None)
        if self._store is not None:
            self._store.close()
            self._store = None

    # --- the answer ---

    def why(self, wanted: Asked) -> tuple[str, ...] | Fresh:
        """Why a leaflet must be built, in words, the weightiest first; or that it is up to date."""
        never: tuple[str, ...] | Fresh = ("never built",)
        return self._safely(lambda kept: self._why(kept, wanted), never)

    def standing(self, wanted: Iterable[Asked]) -> dict[str, str]:
        """Those of many leaflets that their files' stamps prove to be up to date, and what they had of findings.

        It is the same answer as that of `why`, found in a moment for ten thousand; those that are missing may be up to
        date too.
        """
        alike: dict[tuple[str, str, str], list[str]] = {}
        for each in wanted:
            alike.setdefault((each.out, each.options, each.day), []).append(each.name)
        found: dict[str, str] = {}
        for (out, options, day), names in alike.items():
            place, asked_for = asked.place(self._root, out), f"{options}\n{self._settings}"
            found |= self._safely(partial(_standing, self._root, place, asked_for, day, names), dict[str, str]())
        return found

    def changed(self, told: Mapping[str, str]) -> tuple[str, ...]:
        """The inputs that do not say any more what they were told to say, by name."""
        return tuple(name for name, digest in told.items() if self._eyes.look(self._path(name))[1] != digest)

    def _why(self, kept: sqlite3.Connection, wanted: Asked) -> tuple[str, ...] | Fresh:
        place = asked.place(self._root, wanted.out)
        build = next(iter(rows.builds(kept, place, wanted.name)), None)
        if build is None:
            return ("never built",)
        try:
            own, outputs = rows.hashes(build)
        except ValueError:
            return ("never built",)
        reasons = list(asked.differences(build.options, f"{wanted.options}\n{self._settings}"))
        if not build.since <= wanted.day <= build.until:
            reasons.append(f"on {wanted.day} an approval holds otherwise than when it was built")
        reasons += self._programs.updated(kept, build.environment)
        shared = [self._content(kept, id_) for id_ in build.shared]
        reasons += [reason for reason in shared if reason]
        if self._stamps(build.paths) != build.stamps:
            unlike = list(self._unlike(own, {f"{place}/{build.name}/{file}": told for file, told in outputs.items()}))
            reasons += unlike
            if not unlike and not reasons:
                self._refresh(kept, build, own, outputs)
        return tuple(reasons) or Fresh(outputs, build.noted)

    def _unlike(self, own: Mapping[str, str], outputs: Mapping[str, str]) -> Iterable[str]:
        for name, digest in own.items():
            now = self._eyes.look(self._path(name))[1]
            if now != digest:
                yield _said(name, digest, now)
        for name, digest in outputs.items():
            now = self._eyes.look(self._path(name))[1]
            if now != digest:
                yield f"{name} was altered" if now else f"{name} is missing"

    def _content(self, kept: sqlite3.Connection, id_: int) -> str:
        """Why what is shared is not what it was; "" when it is."""
        if time.monotonic() - self._looked > _MOMENT:
            self._looked, self._verdicts, self._contents = time.monotonic(), {}, rows.contents(kept)
        if id_ not in self._contents:  # another build has come to know it since
            self._contents = rows.contents(kept)
        said = self._verdicts.get(id_)
        if said is None:
            said = self._verdicts[id_] = self._held(kept, self._contents.get(id_))
        return said

    def _held(self, kept: sqlite3.Connection, content: Content | None) -> str:
        if content is None:
            return "what it was made of is not known any more"
        path = self._path(content.name)
        if path == os.path.join(self._root, content.path):  # noqa: PTH118
            self._eyes.believe(path, content.stamp, content.digest)
        now, digest = self._eyes.look(path)
        if digest != content.digest:
            return _said(content.name, content.digest, digest)
        if (now, path) != (content.stamp, os.path.join(self._root, content.path)) and now != UNSURE:  # noqa: PTH118
            rows.put_content(kept, content.name, self._near(path), digest, now)
        return ""

    # --- what was built ---

    def record(self, wanted: Asked, result: Result) -> None:
        """Write down that a leaflet was built, and stands in its place. It is written when its files have stamps that
        prove something, which is at the next `record`, or when the book is closed.
        """
        self._waiting.append((time.monotonic(), wanted, result))
        self.settle()

    def settle(self, everything: bool = False) -> None:
        """Write down all builds that are old enough."""
        until = time.monotonic() - 1.5 * FINE / 1e9
        ripe = [each for each in self._waiting if everything or each[0] <= until]
        if ripe:
            self._waiting = self._waiting[len(ripe) :]
            self._safely(lambda kept: self._written(kept, ripe), None)

    def _written(self, kept: sqlite3.Connection, ripe: Iterable[tuple[float, Asked, Result]]) -> None:
        kept.execute("BEGIN IMMEDIATE")
        try:
            for _, wanted, result in ripe:
                build = self._build(kept, wanted, result)
                if build is not None:
                    rows.put_build(kept, build)
                    if not rows.stands(kept, build):
                        raise sqlite3.DatabaseError("what was written cannot be read")  # so that it begins anew
                    self._recorded = True
            kept.execute("COMMIT")
        except BaseException:
            if kept.in_transaction:
                kept.execute("ROLLBACK")
            raise

    def _build(self, kept: sqlite3.Connection, wanted: Asked, result: Result) -> Build | None:
        """The row of a build; None when a file is not what it was any more, so that it has to be built again."""
        prefix = f"{self._source}/leaflets/{wanted.name}/"
        own = {name: digest for name, digest in result.inputs.items() if name.startswith(prefix)}
        place = asked.place(self._root, wanted.out)
        looked = self._looked_at(place, wanted.name, own, result.outputs)
        environment = self._programs.keep(kept, result.libraries)
        if looked is None or environment is None:
            return None
        shared: list[int] = []
        for name, digest in result.inputs.items():
            if name not in own:
                path = self._path(name)
                now, said = self._eyes.look(path)
                if said != digest:
                    return None
                shared.append(self._keep_content(kept, name, path, digest, now))
        return Build(
            *(place, wanted.name, f"{wanted.options}\n{self._settings}", environment, result.since, result.until),
            *(result.noted, tuple(shared), tuple(looked), pack(looked.values()), rows.told(own, result.outputs)),
        )

    def _keep_content(self, kept: sqlite3.Connection, name: str, path: str, digest: str, now: Stamp) -> int:
        """The id of what a shared file says. What was kept by this book, and still is, is not written again."""
        known = self._kept_contents.get(name)
        if known is not None and known[1:] == (digest, now) and rows.has(kept, "contents", known[0]):
            return known[0]
        id_ = rows.put_content(kept, name, self._near(path), digest, now)
        self._kept_contents[name] = id_, digest, now
        return id_

    def _looked_at(
        self, place: str, name: str, own: Mapping[str, str], outputs: Mapping[str, str]
    ) -> dict[str, Stamp] | None:
        """The paths that prove a leaflet's own files and outputs, with their stamps; None when one differs."""
        looked: dict[str, Stamp] = {}
        for file, digest in {**own, **{f"{place}/{name}/{file}": told for file, told in outputs.items()}}.items():
            path = self._path(file)
            if digest == inputs.ABSENT:
                path = witness(path)
                looked.setdefault(self._near(path), trusted(stamp(path)))  # the first one: it is older than all looks
                if self._eyes.look(self._path(file))[1] != digest:
                    return None
            else:
                looked[self._near(path)], now = self._eyes.look(path)
                if now != digest:
                    return None
        return looked

    def _refresh(
        self, kept: sqlite3.Connection, build: Build, own: Mapping[str, str], outputs: Mapping[str, str]
    ) -> None:
        """Files were touched, and say the same: keep their new stamps."""
        looked = self._looked_at(build.out, build.name, own, outputs)
        if looked is not None and pack(looked.values()) != build.stamps:
            changed = Build(
                *(build.out, build.name, build.options, build.environment, build.since, build.until, build.noted),
                *(build.shared, tuple(looked), pack(looked.values()), build.told),
            )
            rows.put_build(kept, changed)

    # --- the store ---

    def _open(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store, said = making.open_to_write(Path(self._root))
        self.note = self.note or said
        self._looked, self._verdicts, self._kept_contents = float("-inf"), {}, {}
        self._programs.forget()
        self._safely(self._keep_settings, None)

    def _keep_settings(self, kept: sqlite3.Connection) -> None:
        """What publish.toml says, for the quick answer, which cannot read TOML. Not while somebody is writing it."""
        of = stamp(self._path(asked.PROJECT_FILE))
        if proves(of, time.time_ns() - int(_MOMENT * 1e9)):
            packed = pack([of]) + self._settings.encode()
            value = b"%d\n%s" % (store.seal("", packed), packed)
            if kept.execute("SELECT value FROM settings WHERE key = 'project'").fetchone() != (value,):
                kept.execute("INSERT OR REPLACE INTO settings VALUES ('project', ?)", (value,))

    def _safely(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` finds in the store; `otherwise` when there is none. One that turns out damaged begins anew."""
        for _ in range(2):
            if self._store is None:
                return otherwise
            try:
                return work(self._store)
            except UnicodeEncodeError:  # a file's name that is no text: such a leaflet is built each time
                return otherwise
            except sqlite3.Error as error:
                self._store.close()
                self._store = None
                self.note = self.note or making.given_up(error, Path(self._root))
                self._open()
        return otherwise

    def _stamps(self, paths: Iterable[str]) -> bytes:
        return pack(stamp(os.path.join(self._root, path)) for path in paths)  # noqa: PTH118

    def _path(self, name: str) -> str:
        """The file of a name as `inputs.name_of` gives it, or of one relative to the project."""
        if name.startswith("publish:"):
            return str(inputs.path_of(name, Path(self._root)))
        return os.path.join(self._root, name)  # noqa: PTH118 - what `path_of` does, a hundred times a leaflet

    def _near(self, path: str) -> str:
        """A path as it is kept: relative to the project where it stands inside, so that a copy of it knows itself."""
        inside = path.startswith(self._root + os.sep)
        return path[len(self._root) + 1 :] if inside else path


def _standing(
    root: str, place: str, options: str, day: str, names: list[str], kept: sqlite3.Connection
) -> dict[str, str]:
    """See `Book.standing`."""
    few = names if len(names) <= quick.FEW else ()
    at = os.open(root, os.O_RDONLY)
    try:
        seen = None if few else quick.left(root, place, options, day)
        found = dict(seen or quick.standing(kept, at, place, options, day, few))
    except sqlite3.Error:
        raise
    except quick.DAMAGED:  # `why` finds which row it is
        return {}
    finally:
        os.close(at)
    return {name: found[name] for name in names if name in found}


def _tidied(kept: sqlite3.Connection) -> None:
    """What no build refers to goes, when there is some."""
    (programs,) = kept.execute("SELECT count(*) FROM environments").fetchone()
    if programs > _MOST_PROGRAMS or kept.execute(_TWO_CONTENTS).fetchone():
        kept.execute("BEGIN IMMEDIATE")
        rows.drop_unused(kept)
        kept.execute("COMMIT")


def _said(name: str, before: str, now: str) -> str:
    """How an input differs."""
    if now and before:
        return f"{name} changed"
    return f"{name} has come" if now else f"{name} is gone"
