"""The sources of a Word copy are kept whole under their hash, and trusted only when they still are what they were."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from projects import LEAFLET, write
from publish import batch
from publish import build as pipeline
from publish.build import Request
from publish.diagnostics import Refused
from publish.model import Document
from publish.project import Project, open_project
from publish.reader import read_leaflet
from publish.review import store


def opened(folder: Path) -> tuple[Project, Document]:
    project = open_project(folder)
    document, _ = read_leaflet(project, "examplin")
    assert document is not None
    return project, document


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_kept_is_a_project_that_reads_the_same(tiny_project: Path) -> None:
    project, document = opened(tiny_project)
    kept = store.keep(project, document)
    assert kept == tiny_project / ".publish" / "bases" / document.source_sha256
    write(tiny_project, {"source/leaflets/examplin/leaflet.md": LEAFLET.replace("tells", "told")})
    base = store.base(project, document.source_sha256)
    assert base == kept
    assert opened(kept)[1] == document


def test_a_source_folder_of_another_name_is_kept_too(tiny_project: Path) -> None:
    (tiny_project / "source").rename(tiny_project / "texts")
    (tiny_project / "publish.toml").write_text('[folders]\nsource = "texts"\n')
    project, document = opened(tiny_project)
    assert opened(store.keep(project, document))[1] == document


def test_pictures_are_kept_with_the_text(sample_project: Path) -> None:
    project = open_project(sample_project)
    document, _ = read_leaflet(project, "nomid")
    assert document is not None and document.assets
    again, _ = read_leaflet(open_project(store.keep(project, document)), "nomid")
    assert again == document


def test_keeping_twice_changes_nothing(tiny_project: Path) -> None:
    project, document = opened(tiny_project)
    before = files(store.keep(project, document))
    assert files(store.keep(project, document)) == before
    assert [each.name for each in (tiny_project / ".publish" / "bases").iterdir()] == [document.source_sha256]


# --- what several bases have in common ---


def later(project: Path) -> tuple[Project, Document]:
    """The same leaflet after its text was changed."""
    write(project, {"source/leaflets/examplin/leaflet.md": LEAFLET.replace("tells", "told")})
    return opened(project)


def inodes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_what_two_bases_share_stands_on_the_disk_once(tiny_project: Path) -> None:
    first = inodes(store.keep(*opened(tiny_project)))
    second = inodes(store.keep(*later(tiny_project)))
    assert {name for name in first if first[name] != second[name]} == {"source/leaflets/examplin/leaflet.md"}
    sources = inodes(tiny_project / "source").values()
    assert not set(first.values()) & set(sources), "what people edit is linked to nothing"


def test_a_base_that_was_altered_spoils_no_later_one(tiny_project: Path) -> None:
    """The files are one, so the earlier base is spoilt with it; but nothing altered is taken over."""
    project, document = opened(tiny_project)
    kept = store.keep(project, document)
    write(kept, {"source/products/examplin.toml": "altered"})
    project, document = later(tiny_project)
    again = store.keep(project, document)
    assert store.base(project, document.source_sha256) == again
    assert (again / "source/products/examplin.toml").read_text() != "altered"


def test_a_disk_without_links_takes_bases_all_the_same(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refusing)
    for look in (opened, later):
        project, document = look(tiny_project)
        assert store.base(project, store.keep(project, document).name)


def test_contents_that_no_base_has_any_more_go(tiny_project: Path) -> None:
    project, document = opened(tiny_project)
    contents = tiny_project / ".publish" / "contents"
    digest = sha256(LEAFLET.encode()).hexdigest()
    write(contents, {f"{digest[:2]}/{'0' * 62}": "of a base that was deleted"})
    store.keep(project, document)
    assert [path.name for path in (contents / digest[:2]).iterdir()] == [digest[2:]]
    assert (contents / ".gitignore").read_text() == "*\n"


# --- what is no base ---


SPOILERS: dict[str, Callable[[Path], object]] = {
    "a byte is altered": lambda folder: write(folder, {"source/leaflets/examplin/leaflet.md": LEAFLET + " "}),
    "a file is gone": lambda folder: (folder / "source/products/examplin.toml").unlink(),
    "a file was added": lambda folder: write(folder, {"source/glossary.toml": ""}),
    "a file was added beside the sources": lambda folder: write(folder, {"secret.txt": "x"}),
    "its settings lead elsewhere": lambda folder: write(folder, {"publish.toml": '[folders]\nsource = "other"\n'}),
    "its settings are gone": lambda folder: (folder / "publish.toml").unlink(),
    "a file is a link": lambda folder: _linked(folder / "source/leaflets/examplin/leaflet.md"),
    "a folder is a link": lambda folder: _linked(folder / "source/products"),
}


def _linked(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    path.symlink_to(path.parent.parent / "moved")


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_altered_sources_are_no_base_and_are_kept_anew(tiny_project: Path, spoil: Callable[[Path], object]) -> None:
    project, document = opened(tiny_project)
    kept = store.keep(project, document)
    before = files(kept)
    spoil(kept)
    assert store.base(project, document.source_sha256) is None
    store.keep(project, document)
    assert files(kept) == before
    assert store.base(project, document.source_sha256) == kept


@pytest.mark.parametrize("digest", ["", "..", "../../source", "0" * 63, "0" * 64, "A" * 64, "x" * 64])
def test_no_other_name_leads_to_a_base(tiny_project: Path, digest: str) -> None:
    assert store.base(open_project(tiny_project), digest) is None


def test_a_source_that_changed_meanwhile_is_not_kept_as_what_it_was(tiny_project: Path) -> None:
    project, document = opened(tiny_project)
    write(tiny_project, {"source/leaflets/examplin/leaflet.md": LEAFLET + "\nMore.\n"})
    with pytest.raises(Refused, match=r"review\.source-moved"):
        store.keep(project, document)
    assert files(tiny_project / ".publish" / "bases") == {}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
@pytest.mark.parametrize("failing", range(5))
def test_each_write_may_fail_and_no_half_base_is_left(
    tiny_project: Path, monkeypatch: pytest.MonkeyPatch, failing: int, code: int
) -> None:
    project, document = opened(tiny_project)
    calls = {"n": 0}
    real = os.fsync

    def sync(descriptor: int) -> None:
        calls["n"] += 1
        if calls["n"] == failing + 1:
            raise OSError(code, os.strerror(code))
        real(descriptor)

    monkeypatch.setattr("publish.review.disk.os.fsync", sync)
    if failing < 4:  # three sources and the settings; the fifth is the folder's, which is only a precaution
        with pytest.raises(Refused, match=r"build\.(disk-full|cannot-write)"):
            store.keep(project, document)
        assert files(tiny_project / ".publish" / "bases") == {}
        assert not list((tiny_project / ".publish").glob(".new-*"))
    else:
        assert store.keep(project, document)


def test_a_file_where_the_folder_belongs(tiny_project: Path) -> None:
    project, document = opened(tiny_project)
    (tiny_project / ".publish").write_text("no folder")
    with pytest.raises(Refused) as caught:
        store.keep(project, document)
    (finding,) = caught.value.findings
    assert finding.code == "build.cannot-write"
    assert finding.hint == "move the file out of the way that stands where a folder belongs"


def test_what_a_killed_build_left_is_taken_away(tiny_project: Path) -> None:
    project, document = opened(tiny_project)
    write(tiny_project, {".publish/.new-base-left/source/x": "half"})
    store.keep(project, document)
    assert [each.name for each in (tiny_project / ".publish" / "bases").iterdir()] == [document.source_sha256]
    assert not list((tiny_project / ".publish").glob(".new-*"))


@pytest.mark.parametrize(("formats", "kept"), [(("docx",), True), (("pdf",), False)])
def test_a_build_keeps_the_sources_of_a_word_copy(tiny_project: Path, formats: tuple[str, ...], kept: bool) -> None:
    project, document = opened(tiny_project)
    request = Request(project, "examplin", formats, None, pipeline.today())
    made = batch.build(request, project.outputs)
    assert made.files and not made.blocked
    assert (store.base(project, document.source_sha256) is not None) is kept
