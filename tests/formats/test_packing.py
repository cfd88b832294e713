"""Entries that are packed once lie in an archive exactly as zipfile lays them down."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable

import pytest

from publish.formats import _packing
from publish.inputs import Contents, keeping

FONT = Contents(random.Random(1).randbytes(30_000) + b"letters " * 4_000)
Put = Callable[[zipfile.ZipFile, zipfile.ZipInfo, bytes, int], None]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    _packing._kept.clear()


def plainly(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, data: bytes, level: int) -> None:
    archive.writestr(entry, bytes(data), zipfile.ZIP_DEFLATED, level)


def archive(put: Put, *entries: tuple[str, bytes], level: int = 9) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, (2026, 11, 22, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            put(made, entry, data, level)
    return written.getvalue()


ENTRIES = (("a.ttf", FONT), ("text.xml", b"<p>words</p>"), ("größe/b.ttf", FONT), ("empty", Contents(b"")))


def test_this_pythons_zipfile_is_known() -> None:
    assert _packing._ALIKE, "each font is deflated for each leaflet until _packing._lay_down knows this zipfile"


@pytest.mark.parametrize("level", [1, 6, 9])
def test_the_bytes_are_those_of_zipfile(level: int) -> None:
    wanted = archive(plainly, *ENTRIES, level=level)
    assert [archive(_packing.put, *ENTRIES, level=level) for _ in range(2)] == [wanted, wanted]
    with zipfile.ZipFile(io.BytesIO(wanted)) as opened:
        assert opened.testzip() is None


def test_without_the_knowledge_the_bytes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_packing, "_ALIKE", False)
    assert archive(_packing.put, *ENTRIES) == archive(plainly, *ENTRIES)
    assert _packing._kept == {}


def test_only_files_that_are_shared_are_kept_and_only_so_much_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    archive(_packing.put, ("text.xml", b"words " * 10_000), ("a.ttf", FONT))
    assert [key for key, _ in _packing._kept] == [FONT.sha256]
    monkeypatch.setattr(_packing, "_MOST", 70_000)
    others = [Contents(random.Random(seed).randbytes(30_000)) for seed in range(5)]
    archive(_packing.put, *((str(number), data) for number, data in enumerate(others)))
    assert [key for key, _ in _packing._kept] == [each.sha256 for each in others[-2:]]


class Shelf:
    """A keeper in memory; what it gives may be spoilt on the way."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], bytes] = {}

    def recall(self, kind: str, key: str) -> bytes | None:
        return self.held.get((kind, key))

    def remember(self, kind: str, key: str, value: bytes) -> None:
        self.held[kind, key] = value


def in_a_new_process(shelf: Shelf, data: bytes) -> bytes:
    _packing._kept.clear()
    with keeping(shelf):
        return archive(_packing.put, ("a.ttf", data))


LETTERS = Contents(b"".join(b"letter %d " % (number * number % 9973) for number in range(9_000)))


def test_the_next_process_packs_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, wanted = Shelf(), archive(plainly, ("a.ttf", LETTERS))
    assert in_a_new_process(shelf, LETTERS) == wanted
    ((_, packed),) = shelf.held.items()
    assert packed in wanted
    monkeypatch.setattr(shelf, "remember", None)  # nothing is made anew
    assert in_a_new_process(shelf, LETTERS) == wanted


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: b"",
        lambda packed: packed[:-1],
        lambda packed: packed + b"\0",
        lambda packed: b"\xff" + packed[1:],
        lambda packed: zlib.compressobj(9, zlib.DEFLATED, -15).flush(),
        lambda packed: deflated(LETTERS[:-1]),
        lambda packed: deflated(LETTERS + b"more"),
    ],
)
def test_what_was_kept_is_used_only_if_it_unpacks_to_the_file(spoil: Callable[[bytes], bytes]) -> None:
    shelf, wanted = Shelf(), in_a_new_process(Shelf(), LETTERS)
    in_a_new_process(shelf, LETTERS)
    shelf.held = {key: spoil(packed) for key, packed in shelf.held.items()}
    assert in_a_new_process(shelf, LETTERS) == wanted


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def test_photographs_and_small_files_are_not_handed_on() -> None:
    shelf = Shelf()
    for data in (Contents(random.Random(1).randbytes(50_000)), Contents(LETTERS[:10_000])):
        in_a_new_process(shelf, data)
    assert not shelf.held
