"""Entries that are packed once lie in an archive exactly as zipfile lays them down."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pytest

from publish.formats import _packing
from publish.inputs import Contents

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
