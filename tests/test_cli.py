"""The command line as somebody meets it who has never seen it: exit codes, places, hints, JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def publish(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "publish", *words],
        cwd=root, env=os.environ | environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def test_without_words_it_shows_what_there_is(tmp_path: Path) -> None:
    done = publish(tmp_path)
    assert done.returncode == 2
    for command in ("build", "check", "prove", "preflight", "list", "new", "theme", "init", "doctor"):
        assert command in done.stdout


def test_a_new_project_builds_at_once(tmp_path: Path) -> None:
    assert publish(tmp_path, "init", "mine").returncode == 0
    root = tmp_path / "mine"
    assert publish(root, "new", "spring-leaflet").returncode == 0
    assert publish(root, "theme", "new", "plum").returncode == 0
    done = publish(root, "build", "--theme", "plum")
    assert done.returncode == 0, done.stderr
    assert "built spring-leaflet" in done.stdout
    assert "warning" not in done.stderr
    for name in ("welcome", "spring-leaflet"):
        for suffix in ("pdf", "docx", "epub"):
            assert (root / "outputs" / name / f"{name}.{suffix}").stat().st_size > 5000
    proven = publish(root, "prove", "outputs/welcome/welcome.epub", "outputs/welcome/welcome.pdf", "--theme", "plum")
    assert proven.returncode == 0, proven.stderr
    assert "safety block shown" in proven.stdout
    listed = publish(root, "list")
    assert "welcome: “Understanding your treatment”, draft, us, en-US" in listed.stdout
    assert "welcome.pdf" in listed.stdout


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    publish(tmp_path, "init", "mine")
    root = tmp_path / "mine"
    for words in (("init", "."), ("new", "welcome"), ("new", "Bad Name"), ("new", "../up"), ("theme", "new", "a/b")):
        done = publish(root, *words)
        assert done.returncode == 1, words
        assert "error[project." in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("build", "exampln"), 2, "did you mean “examplin”"),
        (("build", "--format", "pdff"), 2, "did you mean “pdf”"),
        (("build", "--them", "x"), 2, "--theme"),
        (("biuld",), 2, "build"),
        (("build", "--theme", "bass"), 1, "did you mean “base”"),
        (("build", "--out", "source/leaflets"), 2, "where people write"),
        (("prove", "nothing.pdf"), 2, "there is no file nothing.pdf"),
        (("--project", "/nowhere", "list"), 1, "publish init"),
    ],
)
def test_wrong_words_are_told_with_the_right_ones(
    tiny_project: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = publish(tiny_project, *words)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_finding_has_its_place_and_its_hint(tiny_project: Path) -> None:
    leaflet = tiny_project / "source" / "leaflets" / "examplin" / "leaflet.md"
    leaflet.write_text(
        leaflet.read_text().replace("{{ product.name }}", "{{ product.nme }}") + "\n:::{colout} x\n:::\n"
    )
    done = publish(tiny_project, "check")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert any(
        line.startswith("source/leaflets/examplin/leaflet.md:17:") and "[source.variable-unknown]" in line
        for line in lines
    )
    assert any("[source.directive-unknown]" in line for line in lines), "all findings in one run"
    assert any("hint: did you mean “callout”" in line for line in lines)
    assert "examplin is blocked by 2 errors" in done.stdout


def test_json_is_one_object_a_line(tiny_project: Path) -> None:
    done = publish(tiny_project, "build", "--format", "pdf", "--json")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert {each["type"] for each in said} == {"progress", "finding", "leaflet"}
    assert said[-1] == {
        "type": "leaflet", "leaflet": "examplin", "blocked": False, "fresh": False, "files": said[-1]["files"],
    }  # fmt: skip
    assert list(said[-1]["files"]) == ["examplin.pdf", "proof.html"]


def test_outputs_may_go_elsewhere(tiny_project: Path, tmp_path: Path) -> None:
    done = publish(tiny_project, "build", "--format", "pdf", "--out", str(tmp_path / "elsewhere"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "elsewhere" / "examplin" / "examplin.pdf").is_file()
    assert not (tiny_project / "outputs").exists()


def test_strict_turns_warnings_into_errors(tiny_project: Path) -> None:
    folder = tiny_project / "themes" / "ornate"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('extends = "base"\n')
    (folder / "leaflet.css").write_text("h1 { shape-rendering:\n  crispEdges }\n")
    words = ("build", "--format", "pdf", "--theme", "ornate")
    relaxed = publish(tiny_project, *words)
    assert relaxed.returncode == 0, relaxed.stderr
    assert "warning[pdf.css-ignored] the PDF shows nothing of “shape-rendering: crispEdges”: " in relaxed.stderr
    strict = publish(tiny_project, *words, "--strict")
    assert strict.returncode == 1
    assert "error[pdf.css-ignored]" in strict.stderr


def test_the_doctor_tells_what_is_there() -> None:
    done = publish(Path(), "doctor")
    assert done.returncode == 0
    assert "Pango" in done.stdout
    assert "EPUBCheck" in done.stdout


def test_one_bad_leaflet_does_not_stop_the_others(sample_project: Path) -> None:
    (sample_project / "source" / "leaflets" / "nomid" / "leaflet.md").write_text("no front matter\n")
    done = publish(sample_project, "build", "--format", "pdf")
    assert done.returncode == 1
    assert "nomid is blocked" in done.stdout
    assert "built beispielin" in done.stdout
