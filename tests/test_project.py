"""publish.toml: what it may say, and what each fault gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.diagnostics import Refused
from publish.project import Limits, leaflet_folder, leaflet_names, line_of_key, open_project, shown


def project_file(root: Path, content: str | bytes = "") -> Path:
    root.mkdir(exist_ok=True)
    (root / "publish.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def test_defaults(tmp_path: Path) -> None:
    root = project_file(tmp_path / "p").resolve()
    project = open_project(root)
    assert (project.root, project.source) == (root, root / "source")
    assert (project.themes, project.outputs) == (root / "themes", root / "outputs")
    assert project.limits == Limits(seconds=120, memory_mb=2048, pages=400, output_mb=200)


def test_found_from_a_folder_below(tmp_path: Path) -> None:
    root = project_file(tmp_path / "p").resolve()
    below = root / "source/leaflets/a"
    below.mkdir(parents=True)
    assert open_project(below).root == root


def test_everything_said(tmp_path: Path) -> None:
    text = (
        '[folders]\nsource = "text"\nthemes = "design/themes"\noutputs = "out"\n\n'
        "[limits]\nseconds = 5\nmemory-mb = 512\npages = 8\noutput-mb = 20\n"
    )
    for data in (text.encode(), text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode()):
        project = open_project(project_file(tmp_path / "p", data))
        assert project.themes == project.root / "design/themes"
        assert project.limits == Limits(5, 512, 8, 20)


def test_none(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        open_project(tmp_path)
    (finding,) = refused.value.findings
    assert finding.code == "project.not-found"
    assert "publish init DIR" in finding.hint


@pytest.mark.parametrize(
    ("content", "code", "line", "says", "hint"),
    [
        ("[folder]\n", "project.key-unknown", 1, "“folder”", "“folders”"),
        ('[folders]\nsorce = "a"\n', "project.key-unknown", 2, "“sorce”", "“source”"),
        ("[limits]\n\nmemory_mb = 5\n", "project.key-unknown", 3, "“memory_mb”", "“memory-mb”"),
        ('[limits]\nseconds = "60"\n', "project.value", 2, "“seconds”", ""),
        ("[limits]\nseconds = 0\n", "project.value", 2, "“seconds”", ""),
        ("[limits]\nseconds = true\n", "project.value", 2, "“seconds”", ""),
        ("limits = 5\n", "project.value", 1, "“limits”", ""),
        ('[folders]\nsource = ["a"]\n', "project.value", 2, "“source”", ""),
        ('[folders]\nsource = "/etc"\n', "project.folder-outside", None, "“/etc”", ""),
        ('[folders]\nsource = "../x"\n', "project.folder-outside", None, "“../x”", ""),
        ('[folders]\nsource = "."\n', "project.folder-outside", None, "“.”", ""),
        ('[folders]\nsource = ""\n', "project.folder-outside", None, "“”", ""),
        ('[folders]\noutputs = "source/out"\n', "project.folders", None, "source/out", ""),
        ('[folders]\noutputs = "source"\n', "project.folders", None, "source", ""),
        ("[folders\n", "project.syntax", 1, "no TOML", ""),
        ("a = 1\na = 2\n", "project.syntax", 2, "no TOML", ""),
        ("a = " + "[" * 5000, "project.syntax", None, "no TOML", ""),
        ("a = " + "9" * 5000, "project.syntax", None, "no TOML", ""),
        (b"\xff", "project.unreadable", None, "UTF-8", ""),
    ],
)  # fmt: skip
def test_faults(tmp_path: Path, content: str | bytes, code: str, line: int | None, says: str, hint: str) -> None:
    root = project_file(tmp_path / "p", content)
    with pytest.raises(Refused) as refused:
        open_project(root)
    finding = refused.value.findings[0]
    assert finding.code == code
    assert finding.place is not None
    assert (finding.place.file, finding.place.line) == ("publish.toml", line)
    assert says in finding.message
    assert hint in finding.hint


def test_all_faults_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        open_project(project_file(tmp_path / "p", "a = 1\n[limits]\nb = 2\nseconds = 0\n"))
    assert sorted(finding.code for finding in refused.value.findings) == [
        "project.key-unknown",
        "project.key-unknown",
        "project.value",
    ]


def test_folder_that_is_a_link_out(tmp_path: Path) -> None:
    root = project_file(tmp_path / "p")
    (tmp_path / "elsewhere").mkdir()
    (root / "source").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="folder-outside"):
        open_project(root)


def test_leaflets(tmp_path: Path) -> None:
    root = project_file(tmp_path / "p")
    project = open_project(root)
    assert leaflet_names(project) == ()
    with pytest.raises(Refused, match="publish new NAME"):
        leaflet_folder(project, "a")
    for name in ("nomid", "about", "empty"):
        (project.source / "leaflets" / name).mkdir(parents=True)
        if name != "empty":
            (project.source / "leaflets" / name / "leaflet.md").touch()
    assert leaflet_names(project) == ("about", "nomid")
    assert leaflet_folder(project, "nomid") == project.source / "leaflets/nomid"
    for wrong in ("nomd", "../../etc", "", "."):
        with pytest.raises(Refused, match="leaflet-unknown"):
            leaflet_folder(project, wrong)
    for wrong in ("nomid/", "./nomid", "about/../nomid", "nomid\0", "n" * 300):
        with pytest.raises(Refused, match="leaflet-unknown"):
            leaflet_folder(project, wrong)
    with pytest.raises(Refused, match="did you mean “nomid”"):
        leaflet_folder(project, "nomd")


def test_a_leaflet_is_found_without_a_look_at_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 12,000 leaflets that look, made for each of them, took three hours."""
    project = open_project(project_file(tmp_path / "p"))
    (project.source / "leaflets" / "nomid").mkdir(parents=True)
    (project.source / "leaflets" / "nomid" / "leaflet.md").touch()
    monkeypatch.delattr("publish.project.leaflet_names")
    assert leaflet_folder(project, "nomid").name == "nomid"


def test_shown(tmp_path: Path) -> None:
    assert shown(tmp_path / "a/b.md", tmp_path) == "a/b.md"
    assert shown(Path("/etc/passwd"), tmp_path) == "/etc/passwd"


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a = 1\nb=2\n", "b", 2),
        ("\n[x]\n", "x", 2),
        ('"a b" = 1\n', "a b", 1),
        ("[x.de]\n", "x", 1),
        ("a = 1", "z", None),
    ],
)
def test_line_of_key(text: str, key: str, line: int | None) -> None:
    assert line_of_key(text, key) == line
