"""What a build says it was made of: each file that is read, each that was looked for in vain, and no other."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import projects
from publish import inputs
from publish.inputs import ABSENT, Memory, listening, name_of, path_of

TESTS = Path(__file__).parent


def made_of(root: Path, name: str, *formats: str) -> dict[str, Any]:
    """One leaflet built in a fresh process: what it says it was made of, and what was opened meanwhile."""
    arguments = [sys.executable, str(TESTS / "made_of.py"), str(root), name, *formats]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


def furnished(root: Path) -> Path:
    """The tiny project with one of each kind of file that a leaflet can be made of."""
    leaflet = projects.LEAFLET.replace("theme: base", "theme: plum\npress:\n  profile: ours")
    body = "\nIt has a picture.\n\n![A green square](images/green.png)\n"
    projects.write(
        root,
        {
            "source/leaflets/examplin/leaflet.md": leaflet + body,
            "source/leaflets/examplin/review.toml": "",
            "source/leaflets/examplin/images/unused.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "source/glossary.toml": '[nausea]\nterm = "nausea"\ndefinition = "feeling sick"\n',
            "source/references.toml": "",
            "source/labels/en.toml": 'safety-notice = "Safety notice"\n',
            "source/press/ours.toml": 'title = "Ours"\nextends = "gwg-2022-leaflet"\n[sheet]\nicc = "ours.icc"\n',
            "themes/plum/theme.toml": 'extends = "base"\n',
            "themes/plum/leaflet.css": "body { background-image: url(dot.svg) }\n",
            "themes/plum/leaflet.html.j2": '{% extends "base/leaflet.html.j2" %}\n',
            "themes/plum/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
            "themes/plum/readme.txt": "nobody reads this",
        },
    )
    icc = Path(inputs.__file__).parent / "press" / "icc" / "ISOcoated_v2_300_bas.icc"
    (root / "source/press/ours.icc").write_bytes(icc.read_bytes())
    Image.new("RGB", (300, 300), "green").save(root / "source/leaflets/examplin/images/green.png")
    return root


def test_all_that_is_read_is_told_and_nothing_else(tiny_project: Path) -> None:
    said = made_of(furnished(tiny_project), "examplin", "pdf", "docx", "epub", "press")
    assert said["unlisted"] == []
    assert said["unopened"] == []
    assert {"examplin.pdf", "examplin.docx", "examplin.epub", "examplin-press.pdf"} <= said["files"].keys()
    read = {name: digest for name, digest in said["inputs"].items() if digest != ABSENT}
    own = {name for name in read if not name.startswith("publish:")}
    assert own == {
        "source/glossary.toml",
        "source/labels/en.toml",
        "source/leaflets/examplin/images/green.png",
        "source/leaflets/examplin/leaflet.md",
        "source/leaflets/examplin/review.toml",
        "source/press/ours.icc",
        "source/press/ours.toml",
        "source/products/examplin.toml",
        "source/references.toml",
        "source/safety/examplin-us-patient.md",
        "themes/plum/dot.svg",
        "themes/plum/leaflet.css",
        "themes/plum/leaflet.html.j2",
        "themes/plum/theme.toml",
    }
    assert {"publish:themes/base/theme.toml", "publish:themes/base/review.docx"} <= read.keys()
    for name, digest in read.items():
        assert sha256(path_of(name, tiny_project).read_bytes()).hexdigest() == digest


def test_what_could_come_is_told(tiny_project: Path) -> None:
    """Each of these files would change the outputs, though none of them is there."""
    said = made_of(tiny_project, "examplin", "pdf", "docx", "epub")
    assert said["unlisted"] == []
    assert {name for name, digest in said["inputs"].items() if digest == ABSENT} == {
        "source/glossary.toml",
        "source/labels/en-US.toml",
        "source/labels/en.toml",
        "source/leaflets/examplin/review.toml",
        "source/press/gwg-2022-leaflet.toml",
        "source/references.toml",
        "themes/base/theme.toml",
    }


# --- listening ---


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("one")
    return path


def digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def test_a_file_is_read_once_and_told_as_it_was_read(file: Path) -> None:
    with listening() as heard:
        assert inputs.read(file) == b"one"
        file.write_text("two")
        assert inputs.read_text(file) == "one"
    assert heard.told() == {file: digest("one")}


def test_a_missing_file_stays_missed_though_it_comes_meanwhile(file: Path) -> None:
    """So that whoever compares with the disk afterwards sees that the work was made of something else."""
    other = file.with_name("b.txt")
    with listening() as heard:
        assert not inputs.exists(other)
        other.write_text("here")
        assert not inputs.exists(other)
        assert inputs.read(other) == b"here"
    assert heard.told() == {other: ABSENT}


def test_a_file_that_is_found_but_not_read_is_told_too(file: Path) -> None:
    with listening() as heard:
        assert inputs.exists(file)
    assert heard.told() == {file: digest("one")}


def test_parts_of_the_program_are_no_inputs() -> None:
    with listening() as heard:
        inputs.read(Path(inputs.__file__).parent / "rules" / "us-patient.toml")
    assert heard.told() == {}


def test_both_hear_what_is_read_inside(file: Path) -> None:
    with listening() as outer:
        with listening() as inner:
            inputs.read(file)
        assert inner.told() == outer.told() == {file: digest("one")}


def test_an_answer_is_kept_while_its_files_are_as_they_were(file: Path) -> None:
    memory: Memory[str] = Memory(2)
    asked: list[str] = []

    def make() -> str:
        asked.append("")
        return inputs.read_text(file) + str(inputs.exists(file.with_name("b.txt")))

    assert [memory.answer("key", make) for _ in range(2)] == ["oneFalse"] * 2
    assert len(asked) == 1
    file.write_text("two")
    assert [memory.answer("key", make) for _ in range(2)] == ["twoFalse"] * 2
    file.with_name("b.txt").write_text("")
    assert memory.answer("key", make) == "twoTrue"
    assert len(asked) == 3


def test_a_kept_answer_tells_the_same_inputs_as_a_new_one(file: Path) -> None:
    memory: Memory[bytes] = Memory(2)
    told = []
    for words in ("one", "one", "two"):
        file.write_text(words)
        with listening() as heard:
            memory.answer("key", lambda: inputs.read(file))
        told.append(heard.told())
    assert told == [{file: digest(words)} for words in ("one", "one", "two")]


def test_an_answer_that_no_longer_holds_leaves_no_trace(file: Path) -> None:
    """A file that the old answer was made of, and the new one is not, is no input any more."""
    memory: Memory[bytes] = Memory(2)
    other = file.with_name("b.txt")
    other.write_text("other")
    file.write_text("b.txt")
    follow = lambda: inputs.read(file.with_name(inputs.read_text(file)))  # noqa: E731
    assert memory.answer("key", follow) == b"other"
    file.write_text("a.txt")
    with listening() as heard:
        assert memory.answer("key", follow) == b"a.txt"
    assert heard.told() == {file: digest("a.txt")}


def test_only_so_many_answers_are_kept() -> None:
    memory: Memory[int] = Memory(2)
    assert [memory.answer(key, lambda: 1) for key in "abc"] == [1, 1, 1]
    assert memory.answer("a", lambda: 2) == 2
    assert memory.answer("c", lambda: 2) == 1


# --- names ---


def test_names_lead_back_to_their_files(tmp_path: Path) -> None:
    for path, name in (
        (tmp_path / "source" / "a.md", "source/a.md"),
        (inputs.shipped_themes() / "base" / "theme.toml", "publish:themes/base/theme.toml"),
        (tmp_path.parent / "elsewhere" / "theme.toml", str(tmp_path.parent / "elsewhere" / "theme.toml")),
    ):
        assert name_of(path, tmp_path) == name
        assert path_of(name, tmp_path) == path
