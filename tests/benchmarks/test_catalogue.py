"""The maker of catalogues: the same seed makes the same files, leaflets differ, and each of them builds."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pytest

from benchmarks import catalogue, finished, peer_source, wording
from publish.build import DEFAULT_FORMATS, Request, make
from publish.model import Document, Table, blocks_within, segments
from publish.project import open_project
from publish.reader import read_leaflet


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _words(document: Document) -> list[str]:
    return [word for segment in segments(document) for each in segment.passages for word in each.text.split()]


def _stretches(file: Path) -> set[tuple[str, ...]]:
    """Each eight words of the text that follow each other: about a line of a column."""
    words = file.read_text("utf-8").split("---\n", 2)[2].split()
    return {tuple(words[at : at + 8]) for at in range(len(words) - 8)}


def _read(folder: Path, name: str) -> Document:
    document, _ = read_leaflet(open_project(folder), name)
    assert document is not None
    return document


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of eight leaflets; the eighth has all that a leaflet may have."""
    folder = tmp_path_factory.mktemp("catalogue")
    catalogue.write(folder, 8)
    return folder


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "source" / "leaflets").iterdir())


def test_the_same_seed_makes_the_same_files(eight: Path, tmp_path: Path) -> None:
    catalogue.write(tmp_path / "again", 8)
    catalogue.write(tmp_path / "other", 8, seed=2)
    assert _hashes(tmp_path / "again") == _hashes(eight)
    assert _hashes(tmp_path / "other") != _hashes(eight)


def test_leaflets_differ_in_words_tables_pictures_and_languages(eight: Path) -> None:
    documents = [_read(eight, name) for name in _names(eight)]
    assert {each.meta.language for each in documents} == {"en-US", "de", "fr", "es", "it", "nl"}
    english = [each for each in documents if each.meta.language == "en-US"]
    first, second = (_stretches(eight / "source" / "leaflets" / each.name / "leaflet.md") for each in english)
    assert len(first & second) < 0.3 * len(first)
    assert len({sha256(each.read_bytes()).digest() for each in eight.rglob("photograph.jpg")}) == 8
    assert len({each.safety.key for each in english}) == 1, "leaflets of a language share the safety file"


def test_the_unit_is_what_it_is_said_to_be(tmp_path: Path) -> None:
    name = catalogue.one(tmp_path)
    document = _read(tmp_path, name)
    assert len(_words(document)) == catalogue.UNIT_WORDS == 1058
    assert sum(isinstance(block, Table) for block in blocks_within(document.body)) == 3
    (picture,) = tmp_path.rglob("*.jpg")
    assert 165_000 < picture.stat().st_size < 175_000


def test_a_long_leaflet_is_the_unit_many_times_and_never_the_same(tmp_path: Path) -> None:
    document = _read(tmp_path, catalogue.long(tmp_path, 4))
    words = _words(document)
    assert len(words) == 4 * catalogue.UNIT_WORDS
    assert sum(isinstance(block, Table) for block in blocks_within(document.body)) == 12
    assert len({sha256(each.read_bytes()).digest() for each in tmp_path.rglob("*.jpg")}) == 4


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_each_language_is_sound(eight: Path, language: str) -> None:
    name = next(each for each in _names(eight) if f"-{language}-" in each)
    made = make(lambda stage: None, Request(open_project(eight), name, DEFAULT_FORMATS, None, date(2026, 11, 22)), None)
    assert [str(finding) for finding in made.findings if finding.code != "safety.not-approved"] == []


def test_the_richest_leaflet_builds_on_two_pages(eight: Path, tmp_path: Path) -> None:
    (name,) = (each.parent.parent.name for each in eight.rglob("curve.svg") if (each.parent / "scheme.png").is_file())
    request = Request(open_project(eight), name, DEFAULT_FORMATS, None, date(2026, 11, 22))
    made = make(lambda stage: None, request, tmp_path)
    assert not made.blocked, [str(finding) for finding in made.findings]
    assert sorted(made.files) == sorted((*(f"{name}.{suffix}" for suffix in ("pdf", "docx", "epub")), "proof.html"))
    opened = pypdfium2.PdfDocument(tmp_path / f"{name}.pdf")
    assert len(opened) == 2
    opened.close()


def test_the_peers_set_the_same_words(eight: Path, tmp_path: Path) -> None:
    for name in _names(eight):
        text = peer_source.write(eight, name, tmp_path / name).read_text("utf-8")
        given = Counter(_letters(text))
        wanted = Counter(_letters(" ".join(_words(_read(eight, name)))))
        assert not (missing := wanted - given), f"{name}: {missing}"


def _letters(text: str) -> list[str]:
    return [
        "".join(filter(str.isalpha, word))
        for word in text.replace("[^made-up]", "").replace("](", " ").replace("/", " ").split()
    ]


def test_made_up_outputs_are_up_to_date(tmp_path: Path) -> None:
    catalogue.write(tmp_path, 7)
    for name in _names(tmp_path):
        if "-en-" not in name:
            (tmp_path / "source" / "leaflets" / name / "leaflet.md").unlink()
    project = open_project(tmp_path)
    assert finished.lay_down(project) == 2
    assert finished.lay_down(project) == 0
    (tmp_path / "source" / "glossary.toml").write_text("", "utf-8")
    assert finished.stale(project) == sorted(name for name in _names(tmp_path) if "-en-" in name)


def test_the_words_of_all_languages_have_the_same_shape() -> None:
    shapes = [_shape(tomllib.loads(file.read_text("utf-8"))) for file in sorted(wording.FOLDER.glob("*.toml"))]
    assert len(shapes) == len(wording.LANGUAGES)
    assert all(shape == shapes[0] for shape in shapes)


def _shape(table: dict[str, object]) -> dict[str, object]:
    return {key: sorted(value) if isinstance(value, dict) else type(value).__name__ for key, value in table.items()}
