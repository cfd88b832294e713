"""Real builds go by the store: what is built, why, and what is told of it; in this process, and as users start it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

import projects
from incremental.shelf import TODAY, build, change, clean, command, files
from publish.build import Request, make
from publish.incremental import book, quick
from publish.incremental.uses import uses
from publish.project import open_project, settings_of

TEXT = "source/leaflets/examplin/leaflet.md"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one leaflet, built as Word file."""
    root = projects.tiny(tmp_path_factory.mktemp("first"))
    assert build(root).why == {"examplin": ("never built",)}
    return root


@pytest.fixture
def root(first: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return shutil.copytree(first, tmp_path / "project")


def test_only_what_changed_is_built(root: Path) -> None:
    shutil.copytree(root / "source/leaflets/examplin", root / "source/leaflets/second")
    assert build(root).why == {"second": ("never built",)}
    change(root / TEXT, "This leaflet", "This short leaflet")
    assert build(root).why == {"examplin": (f"{TEXT} changed",)}
    change(root / "source/products/examplin.toml", "Example Company", "Another Company")
    assert build(root).did == ["examplin", "second"]
    assert build(root).fresh == {"examplin", "second"}


def test_force_builds_all_the_same(root: Path) -> None:
    before = files(root / "outputs")
    assert build(root, force=True).why == {"examplin": ("--force",)}
    assert files(root / "outputs") == before


def test_what_is_asked_decides(root: Path, tmp_path: Path) -> None:
    assert build(root, out=tmp_path / "out").why == {"examplin": ("never built",)}
    assert build(root, out=tmp_path / "out").did == build(root).did == []
    assert build(root, strict=True).why == {"examplin": ("strict: no before, yes now",)}
    projects.write(root, {"themes/other/theme.toml": 'extends = "base"\n'})
    assert build(root, theme="other").did == ["examplin"]
    assert build(root, theme="other").did == []
    assert build(root).why == {
        "examplin": ("theme: other before, the leaflet's own now",),
    }
    assert build(root, formats=("docx", "pdf")).why == {"examplin": ("formats: docx before, docx,pdf now",)}


def test_a_file_of_another_format_that_the_record_tells_of_is_looked_at(root: Path) -> None:
    build(root, formats=("epub",))
    assert build(root, formats=("epub",)).did == []
    (root / "outputs/examplin/examplin.docx").unlink()
    assert build(root, formats=("epub",)).why == {"examplin": ("outputs/examplin/examplin.docx is missing",)}
    record = json.loads((root / "outputs/examplin/build.json").read_text())
    assert sorted(record["outputs"]) == ["examplin.epub", "proof.html"]
    assert build(root, formats=("epub",)).did == []


def turned(link: Path, target: str) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


@pytest.mark.parametrize("theme", ["corporate", "designs/current"])
def test_a_theme_behind_a_link_that_is_turned(root: Path, theme: str) -> None:
    """As people do who keep the versions of a design side by side: the theme.toml of both says the same."""
    for version, color in (("v1", "#112233"), ("v2", "#332211")):
        projects.write(root, {
            f"designs/{version}/theme.toml": 'extends = "base"\n',
            f"designs/{version}/leaflet.css": f"h2 {{ color: {color} }}\n",
        })  # fmt: skip
    (root / "themes").mkdir(exist_ok=True)
    link = root / ("themes/corporate" if theme == "corporate" else theme)
    asked = theme if theme == "corporate" else str(link)
    turned(link, os.path.relpath(root / "designs/v1", link.parent))
    build(root, theme=asked, formats=("pdf",))
    before = files(root / "outputs")
    assert build(root, theme=asked, formats=("pdf",)).did == []
    turned(link, os.path.relpath(root / "designs/v2", link.parent))
    sheet = (link / "leaflet.css").relative_to(root)
    assert build(root, theme=asked, formats=("pdf",)).why == {"examplin": (f"{sheet} changed",)}
    assert files(root / "outputs")["examplin/examplin.pdf"] != before["examplin/examplin.pdf"]


def test_a_leaflet_behind_a_link_that_is_turned(root: Path) -> None:
    """Both have the same text and another picture."""
    leaflets, variants = root / "source/leaflets", root / "source/variants"
    change(root / TEXT, "This leaflet", "![A square](square.png)\n\nThis leaflet")
    for version, color in (("v1", "red"), ("v2", "blue")):
        shutil.copytree(leaflets / "examplin", variants / version)
        Image.new("RGB", (300, 300), color).save(variants / version / "square.png", dpi=(300, 300))
    shutil.rmtree(leaflets / "examplin")
    turned(leaflets / "examplin", "../variants/v1")
    assert not build(root).made["examplin"].blocked
    turned(leaflets / "examplin", "../variants/v2")
    assert build(root).why == {"examplin": ("source/leaflets/examplin/square.png changed",)}


def test_a_folder_of_the_project_behind_a_link_that_is_turned(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """publish.toml says the same, and so do all files of the version that was built."""
    monkeypatch.setattr(book, "_MOMENT", 0.0)
    monkeypatch.chdir(root)
    words = ["build", "-f", "docx"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.combine(TODAY, datetime.min.time(), UTC).timestamp())))
    time.sleep(0.1)  # until publish.toml is at rest
    build(root)
    assert quick.answer(words) is not None
    (root / "versions").mkdir()
    shutil.copytree(root / "source", root / "versions/v2")
    change(root / "versions/v2" / Path(TEXT).relative_to("source"), "This leaflet", "That leaflet")
    (root / "source").rename(root / "versions/v1")
    turned(root / "source", "versions/v1")
    assert quick.answer(words) is None
    assert build(root).did == ["examplin"]
    assert build(root).did == []
    assert quick.answer(words) is None
    turned(root / "source", "versions/v2")
    assert quick.answer(words) is None
    assert build(root).did == ["examplin"]


def test_publish_toml_counts_for_what_it_decides(root: Path) -> None:
    (root / "publish.toml").write_text("# a remark\n[limits]\nseconds = 300\n")
    assert build(root).did == []
    (root / "publish.toml").write_text("[limits]\npages = 3\n")
    assert build(root).why == {"examplin": ("pages: 400 before, 3 now",)}


def test_a_leaflet_that_is_renamed_or_removed(root: Path) -> None:
    (root / "source/leaflets/examplin").rename(root / "source/leaflets/renamed")
    assert build(root).why == {"renamed": ("never built",)}
    (root / "source/leaflets/renamed").rename(root / "source/leaflets/examplin")
    assert build(root).did == []


def test_a_blocked_leaflet_is_tried_again_and_an_undone_mistake_costs_nothing(root: Path) -> None:
    before = files(root / "outputs")
    change(root / TEXT, "product: examplin", "product: unknown")
    for _ in range(2):
        tried = build(root)
        assert tried.did == ["examplin"] and tried.made["examplin"].blocked
    change(root / TEXT, "product: unknown", "product: examplin")
    assert build(root).did == []
    assert files(root / "outputs") == before


def test_findings_of_an_up_to_date_leaflet_are_not_lost(root: Path) -> None:
    built = build(root, force=True).made["examplin"]
    again = build(root).made["examplin"]
    assert again.fresh and again.findings == built.findings != ()
    assert again.files == built.files


def test_an_approval_holds_until_its_last_day(root: Path) -> None:
    path = root / "source/safety/examplin-us-patient.md"
    change(
        path,
        "status: draft",
        "status: draft\napproved-by: Ada\napproved-on: 2026-01-01\nvalid-until: 2026-12-31\n"
        + f"text-sha256: {'0' * 64}",
    )
    for day, days in (
        (TODAY, (date.min, date(2026, 12, 31))),
        (date(2026, 12, 31), (date.min, date(2026, 12, 31))),
        (date(2027, 1, 1), (date(2027, 1, 1), date.max)),
    ):
        made = make(lambda stage: None, Request(open_project(root), "examplin", ("docx",), None, day), None)
        assert made.days == days


def test_another_day_without_an_approval_is_no_reason(root: Path) -> None:
    assert build(root, today=TODAY + timedelta(days=900)).did == []


# --- changed meanwhile ---


def test_a_file_that_is_changed_during_its_build_is_built_again(root: Path, tmp_path: Path) -> None:
    edits = iter(("This leaflet", "Our leaflet", "My leaflet"))
    change(root / TEXT, "This leaflet", next(edits))

    def edit(name: str) -> None:
        if (root / TEXT).read_text().count("This leaflet"):
            change(root / TEXT, "This leaflet", "Your leaflet")

    built = build(root, force=True, meanwhile=edit)
    assert built.did == ["examplin", "examplin"] and not built.made["examplin"].blocked
    assert build(root).did == []
    clean(root, tmp_path / "clean", "examplin")
    assert files(root / "outputs") == files(tmp_path / "clean")


def test_a_file_that_does_not_come_to_rest_is_told(root: Path) -> None:
    before = files(root / "outputs")
    count = iter(range(99))
    path = root / "source/glossary.toml"
    built = build(root, force=True, meanwhile=lambda name: path.write_text(f"# {next(count)}\n") and None)
    assert built.did == ["examplin"] * 3
    (finding,) = built.made["examplin"].findings
    assert finding.code == "build.restless" and "source/glossary.toml changed each of the 3 times" in finding.message
    assert files(root / "outputs") == before
    assert build(root).did == ["examplin"], "what was never built in rest must not be up to date"


def test_a_store_that_is_deleted_during_a_build(root: Path) -> None:
    change(root / TEXT, "This leaflet", "Our leaflet")
    built = build(root, meanwhile=lambda name: shutil.rmtree(root / ".publish"))
    assert not built.made["examplin"].blocked
    build(root)
    assert build(root).did == []


# --- as users start it ---


def test_the_command_says_what_it_does(root: Path) -> None:
    words = ("build", "-f", "docx")
    told = command(root, *words, "--explain", SOURCE_DATE_EPOCH="1795305600")
    assert told.stdout.startswith("examplin is up to date (1 note in ")
    assert told.stderr == ""
    forced = command(root, *words, "--force", "--explain")
    assert forced.stdout.splitlines()[0] == "examplin: --force"
    (root / "outputs/examplin/examplin.docx").unlink()
    explained = command(root, *words, "--explain", "--json")
    lines = [json.loads(line) for line in explained.stdout.splitlines()]
    reasons = [line for line in lines if line["type"] == "reasons"]
    assert reasons == [
        {"type": "reasons", "leaflet": "examplin", "reasons": ["outputs/examplin/examplin.docx is missing"]}
    ]
    assert [line["fresh"] for line in lines if line["type"] == "leaflet"] == [False]


def test_the_quick_answer_loads_no_library_and_says_the_same(root: Path) -> None:
    words = ("build", "-f", "docx", "examplin")
    thorough = command(root, *words, "--jobs", "1")
    time.sleep(2.1)  # publish.toml must be at rest for a moment
    command(root, *words, "--jobs", "1")
    code = (
        "import sys; sys.argv = ['publish', *sys.argv[1:]]\n"
        "from publish.__main__ import main\n"
        "main(); print(*sorted(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "--project", str(root), *words], capture_output=True, text=True, check=True
    )
    assert ran.stdout == thorough.stdout != ""
    loaded = set(ran.stderr.split())
    assert "publish.incremental.quick" in loaded
    heavy = {
        "typer",
        "pydantic",
        "publish.cli",
        "publish.build",
        "dataclasses",
        "json",
        "hashlib",
        "pathlib",
        "asyncio",
    }
    assert not loaded & heavy


def test_two_builds_at_once_and_one_that_is_killed(root: Path, tmp_path: Path) -> None:
    """Whoever is second finds what the first has made; what a killed one left is made whole by the next."""
    change(root / TEXT, "This leaflet", "Our leaflet")
    start = [sys.executable, "-m", "publish", "--project", str(root), "build", "-f", "docx"]
    killed = subprocess.Popen(start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (root / "outputs/.staging-examplin").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    both = [subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [each.communicate(timeout=200) for each in both]
    assert [each.returncode for each in both] == [0, 0], told
    assert sum("built examplin" in out for out, _ in told) >= 1
    assert build(root, today=date.today()).did == []
    clean(root, tmp_path / "clean", "examplin")
    assert files(root / "outputs") == files(tmp_path / "clean")


# --- which leaflets a file touches ---


def test_uses(root: Path) -> None:
    project = open_project(root)

    def touched(name: str) -> list[tuple[str, bool]]:
        return [(use.leaflet, use.missing) for use in uses(root, settings_of(project), frozenset({name})).uses]

    assert touched("source/safety/examplin-us-patient.md") == [("examplin", False)]
    assert touched(TEXT) == [("examplin", False)]
    assert touched("source/glossary.toml") == [("examplin", True)]
    assert touched("source/leaflets/examplin/review.toml") == [("examplin", True)]
    assert touched("publish:themes/base/leaflet.css") == [("examplin", False)]
    assert touched("source/nothing.md") == []
    assert touched("source/leaflets") == touched("publish:themes/base") == [("examplin", False)]
    (use,) = uses(root, settings_of(project), frozenset({TEXT})).uses
    assert use.outputs == ("outputs/examplin/examplin.docx", "outputs/examplin/proof.html")


def test_uses_as_people_ask(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(root / "source/leaflets/examplin", root / "source/leaflets/unbuilt")
    shutil.copytree(root / "source/leaflets/examplin", root / "source/leaflets/other")
    change(root / "source/leaflets/other/leaflet.md", "product: examplin", "product: other")
    asked = command(root, "list", "--uses", str(root / "source/products/examplin.toml"))
    assert [line.split(":")[0] for line in asked.stdout.splitlines()] == ["examplin", "unbuilt"]
    assert asked.stdout.splitlines()[1] == "unbuilt: not built yet"
    for of_all in ("publish.toml", "."):  # what is decided there may change each leaflet
        asked = command(root, "list", "--uses", str(root / of_all))
        assert [line.split(":")[0] for line in asked.stdout.splitlines()] == ["examplin", "other", "unbuilt"]
    monkeypatch.chdir(root / "source")
    asked = command(root, "list", "--uses", "glossary.toml", "--json")
    assert all(json.loads(line)["missing"] for line in asked.stdout.splitlines())
    for nothing in ("glosary.toml", "g" * 300):
        wrong = command(root, "list", "--uses", nothing, check=False)
        assert wrong.returncode == 2 and wrong.stderr.startswith("error[project.no-file]"), wrong.stderr


def test_relative_paths_are_the_users_when_something_is_to_be_done(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick answer looks from the project's folder; when it has none, the command goes on where the user is."""
    monkeypatch.chdir(root.parent)
    words = [sys.executable, "-m", "publish", "--project", root.name, "build", "-f", "epub", "--out", "here"]
    subprocess.run(words, check=True, capture_output=True)
    change(root / "source/leaflets/examplin/leaflet.md", "product: examplin", "product:  examplin")
    subprocess.run(words, check=True, capture_output=True)
    assert (root.parent / "here/examplin/examplin.epub").is_file() and not (root / "here").exists()
