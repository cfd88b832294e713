"""What comes back counts only when its hashes hold: the files, and the sources that they were made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from publish.build import Made, Request
from publish.cluster.arrivals import Unlike, arrived
from publish.cluster.packing import Packer
from publish.cluster.parcel import Done, Entry, Parcel
from publish.diagnostics import Failure
from publish.project import open_project

BOOK = b"a finished book"


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def parcel(root: Path, packer: Packer) -> Parcel:
    return packer.packed(Request(open_project(root), "examplin", ("epub",), None, date(2026, 11, 22)), False)


def sources(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): digest(path.read_bytes()) for path in (root / "source").rglob("*.*")}


def came(root: Path) -> Done:
    files = {"examplin.epub": digest(BOOK)}
    return Done(Made("examplin", files=files, inputs=sources(root)), {"examplin.epub": BOOK}, {})


def test_what_is_right_is_staged(tiny_project: Path, tmp_path: Path) -> None:
    packer = Packer()
    sent = parcel(tiny_project, packer)
    made = arrived(came(tiny_project), sent, packer.shared_tree(sent), tmp_path)
    assert isinstance(made, Made)
    assert (tmp_path / "examplin.epub").read_bytes() == BOOK


def with_file(done: Done, **files: bytes) -> Done:
    return replace(done, files={name.replace("__", "."): data for name, data in files.items()})


def with_inputs(done: Done, **inputs: str) -> Done:
    assert isinstance(done.came, Made)
    return replace(done, came=replace(done.came, inputs={**done.came.inputs, **inputs}))


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (lambda done: with_file(done, examplin__epub=BOOK + b" altered"), "examplin.epub with other bytes"),
        (lambda done: with_file(done), "another leaflet's files"),
        (lambda done: with_file(done, examplin__epub=BOOK, more=b""), "another leaflet's files"),
        (lambda done: replace(done, came=replace(done.came, name="other")), "another leaflet's files"),
        (
            lambda done: with_inputs(done, **{"source/products/examplin.toml": digest(b"old")}),
            "made of another source/products/examplin.toml",
        ),
        (
            lambda done: with_inputs(done, **{"source/products/examplin.toml": ""}),
            "made without source/products/examplin.toml",
        ),
        (lambda done: with_inputs(done, **{"source/other.toml": digest(b"")}), "made of another source/other.toml"),
    ],
)
def test_what_is_not_is_refused_and_nothing_is_staged(tiny_project: Path, tmp_path: Path, spoilt, said: str) -> None:  # type: ignore[no-untyped-def]
    packer = Packer()
    sent = parcel(tiny_project, packer)
    with pytest.raises(Unlike, match=said):
        arrived(spoilt(came(tiny_project)), sent, packer.shared_tree(sent), tmp_path)
    assert list(tmp_path.glob("*.epub")) == []


def test_a_file_that_was_not_there_for_the_worker(tiny_project: Path, tmp_path: Path) -> None:
    """One that came into being meanwhile is the store's to find. One that is not sent at all must not be missed."""
    packer = Packer()
    sent = parcel(tiny_project, packer)
    glossary = tiny_project / "source/glossary.toml"
    done = with_inputs(came(tiny_project), **{"source/glossary.toml": ""})
    assert isinstance(arrived(done, sent, packer.shared_tree(sent), tmp_path), Made)
    glossary.write_text("")
    assert isinstance(arrived(done, sent, packer.shared_tree(sent), tmp_path), Made)
    glossary.rename(tiny_project / "elsewhere.toml")
    glossary.symlink_to(tiny_project / "elsewhere.toml")
    with pytest.raises(Failure, match=r"cluster\.cannot-ship"):
        arrived(done, sent, packer.shared_tree(sent), tmp_path)
    glossary.unlink()
    glossary.mkdir()
    with pytest.raises(Failure, match=r"cluster\.cannot-ship"):
        arrived(done, sent, packer.shared_tree(sent), tmp_path)


def test_a_large_file_that_its_author_takes_away_meanwhile(tiny_project: Path, tmp_path: Path) -> None:
    """Only its size was sent, and its hash is found here: there is none any more, and the leaflet is sent again."""
    packer, name = Packer(), "source/leaflets/examplin/huge.png"
    sent = parcel(tiny_project, packer)
    sent = replace(sent, own={**sent.own, f"project/{name}": Entry(30_000_000)})
    with pytest.raises(Unlike, match="which is gone"):
        arrived(with_inputs(came(tiny_project), **{name: digest(b"")}), sent, packer.shared_tree(sent), tmp_path)
    assert not (tmp_path / "examplin.epub").exists()
