"""A look finds what has changed by content, whichever way it was saved, and is not deceived by a file in mid-save."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from publish.inputs import ABSENT
from publish.watch import looking
from publish.watch.looking import Look


def of(words: str) -> str:
    return sha256(words.encode()).hexdigest()


class Eye:
    """A look at one file, that knew it as it was at first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.look = Look()
        self.look.again([path])
        self.known = {path: ABSENT}
        self.known |= self.look.differing(self.known)

    def now(self) -> str | None:
        """The file's new hash, None when it is the one that was known."""
        self.look.again([self.path])
        found = self.look.differing(self.known)
        self.known |= found
        return found.get(self.path)

    def settled(self) -> str | None:
        """The same, once what may be in mid-save is settled."""
        found = self.now()
        end = time.monotonic() + 5
        while self.look.unsettled and time.monotonic() < end:
            time.sleep(0.02)
            found = found if (now := self.now()) is None else now
        return found


@pytest.fixture
def eye(tmp_path: Path) -> Eye:
    path = tmp_path / "leaflet.md"
    path.write_text("old")
    return Eye(path)


def in_place(path: Path) -> None:
    path.write_text("new")


def renamed(path: Path) -> None:
    path.with_name("swap").write_text("new")
    path.with_name("swap").rename(path)


def deleted_and_created(path: Path) -> None:
    path.unlink()
    path.write_text("new")


def truncated_first(path: Path) -> None:
    path.write_text("")
    time.sleep(0.03)
    path.write_text("new")


def folder_exchanged(path: Path) -> None:
    other = path.parent.with_name("other")
    other.mkdir()
    (other / path.name).write_text("new")
    path.parent.rename(path.parent.with_name("away"))
    other.rename(path.parent)


def with_its_old_time(path: Path) -> None:
    """The same size and time of change, as `cp -p` or a clock set back leave it."""
    before = path.stat()
    path.write_text("new")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


SAVES: list[Callable[[Path], None]] = [
    in_place, renamed, deleted_and_created, truncated_first, folder_exchanged, with_its_old_time
]  # fmt: skip


@pytest.mark.parametrize("save", SAVES)
def test_each_way_to_save_is_seen(eye: Eye, save: Callable[[Path], None]) -> None:
    save(eye.path)
    assert eye.settled() == of("new")
    assert eye.settled() is None


def test_a_touched_file_has_not_changed(eye: Eye) -> None:
    os.utime(eye.path, (1, 1))
    assert eye.settled() is None


def test_a_second_save_of_the_same_size_within_one_tick_of_the_clock_is_seen(eye: Eye) -> None:
    eye.path.write_text("one")
    when = time.time_ns()
    os.utime(eye.path, ns=(when, when))
    assert eye.now() == of("one")
    eye.path.write_text("two")
    os.utime(eye.path, ns=(when, when))
    assert eye.settled() == of("two")


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_text("")], ids=["gone", "empty"])
def test_a_file_that_is_gone_or_empty_is_believed_to_be_only_after_a_while(eye: Eye, spoil) -> None:  # type: ignore[no-untyped-def]
    spoil(eye.path)
    began = time.monotonic()
    assert eye.now() is None and eye.look.unsettled
    assert eye.settled() in (ABSENT, of(""))
    assert looking.PATIENCE <= time.monotonic() - began < looking.PATIENCE + 2


def test_a_file_that_comes_into_being_is_seen(tmp_path: Path) -> None:
    eye = Eye(tmp_path / "source" / "glossary.toml")
    assert eye.now() is None
    eye.path.parent.mkdir()
    eye.path.write_text("new")
    assert eye.now() == of("new")
    assert eye.look.there(eye.path)


def test_a_folder_in_a_files_place_is_no_file(eye: Eye) -> None:
    eye.path.unlink()
    eye.path.mkdir()
    assert eye.settled() == ABSENT
