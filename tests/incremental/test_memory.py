"""The memory gives back what it was given, or nothing; never half a value, and never another program's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from publish import inputs
from publish.incremental import memory, program
from publish.incremental.memory import recall, remember


def entries(root: Path, kind: str = "kind") -> list[Path]:
    return sorted((root / memory.FOLDER / kind).iterdir())


def test_what_is_remembered_is_recalled(tmp_path: Path) -> None:
    assert recall(tmp_path, "kind", "key") is None
    remember(tmp_path, "kind", "key", b"value")
    remember(tmp_path, "kind", "empty", b"")
    assert recall(tmp_path, "kind", "key") == b"value"
    assert recall(tmp_path, "kind", "empty") == b""
    assert recall(tmp_path, "other", "key") is None
    remember(tmp_path, "kind", "key", b"later")
    assert recall(tmp_path, "kind", "key") == b"later"


@pytest.mark.parametrize("spoilt", [b"", b"short", b"\0" * 64])
def test_a_damaged_entry_is_no_entry(tmp_path: Path, spoilt: bytes) -> None:
    remember(tmp_path, "kind", "key", b"value")
    (entry,) = entries(tmp_path)
    entry.write_bytes(spoilt)
    assert recall(tmp_path, "kind", "key") is None
    remember(tmp_path, "kind", "key", b"anew")
    assert recall(tmp_path, "kind", "key") == b"anew"


def test_one_flipped_bit_is_damage(tmp_path: Path) -> None:
    remember(tmp_path, "kind", "key", b"value")
    (entry,) = entries(tmp_path)
    data = bytearray(entry.read_bytes())
    data[-1] ^= 1
    entry.write_bytes(data)
    assert recall(tmp_path, "kind", "key") is None


def test_an_entry_under_another_keys_name_is_damage(tmp_path: Path) -> None:
    remember(tmp_path, "kind", "one", b"1")
    (one,) = entries(tmp_path)
    remember(tmp_path, "kind", "two", b"2")
    (two,) = set(entries(tmp_path)) - {one}
    two.write_bytes(one.read_bytes())
    assert recall(tmp_path, "kind", "two") is None


def test_another_program_does_not_believe_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(tmp_path, "kind", "key", b"value")
    monkeypatch.setattr(memory, "program", lambda: "another version")
    assert recall(tmp_path, "kind", "key") is None


def test_the_program_changes_with_its_code_and_its_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site-packages"
    (site / "weasyprint-70.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(site)])
    monkeypatch.setattr(program, "_told", [])

    def told() -> str:
        program._told.clear()
        return program.program()

    seen = {told()}
    (site / "weasyprint-70.0.dist-info").rename(site / "weasyprint-71.0.dist-info")
    seen.add(told())
    own = list(program.own_files())
    path, size, time = own[0]
    monkeypatch.setattr(program, "own_files", lambda: iter([(path, size, time + 1), *own[1:]]))
    seen.add(told())
    assert len(seen) == 3


def test_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 10)
    for number in range(11):
        remember(tmp_path, "kind", str(number), b"value")
        for entry in entries(tmp_path):
            status = entry.stat()
            os.utime(entry, ns=(status.st_atime_ns, status.st_mtime_ns - 10**9))
    left = [number for number in range(11) if recall(tmp_path, "kind", str(number))]
    assert left == list(range(3, 11))


def test_a_disk_that_takes_nothing_is_no_error(tmp_path: Path) -> None:
    (tmp_path / ".publish").write_text("a file where the folder would be")
    remember(tmp_path, "kind", "key", b"value")
    assert recall(tmp_path, "kind", "key") is None


def test_processes_use_it_at_once(tmp_path: Path) -> None:
    """Each reads only whole values, whoever wrote them."""
    code = (
        "import sys; from pathlib import Path; from publish.incremental.memory import recall, remember\n"
        "root, me = Path(sys.argv[1]), sys.argv[2].encode() * 100_000\n"
        "for _ in range(60):\n"
        "    remember(root, 'kind', 'key', me)\n"
        "    found = recall(root, 'kind', 'key')\n"
        "    assert found is not None and len(set(found)) == 1 and len(found) == 100_000, found and len(found)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), letter]) for letter in "abc"]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    assert [each.name.startswith(".new-") for each in entries(tmp_path)] == [False]


def test_rooms_that_keep_by_inputs_reach_it(tmp_path: Path) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"dear")
        return made[-1]

    with inputs.keeping(memory.Kept(tmp_path)):
        for _ in range(2):
            assert inputs.kept("kind", "key", make, lambda value: value == b"dear") == b"dear"
        assert made == [b"dear"]
        inputs.kept("kind", "key", make, lambda value: False)
    inputs.kept("kind", "key", make, lambda value: True)  # nobody keeps any more
    assert len(made) == 3
