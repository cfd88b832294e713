"""Redlines as they are asked for: versions by revision, by file and by copy; what is written, and what cannot be."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from projects import LEAFLET, ROOT, SAFETY, write
from publish.cli import app
from publish.diagnostics import Failure
from publish.project import open_project
from publish.review import store
from review.told import told

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MARKDOWN = "source/leaflets/examplin/leaflet.md"
LATER = LEAFLET.replace("tells you", "tells everybody").replace('version: "0.1"', 'version: "0.2"')


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    ran = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@pytest.fixture
def project(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in git: its first version is committed and tagged, a later one stands in the folder."""
    git(tiny_project, "init", "--quiet")
    git(tiny_project, "add", "--all")
    git(tiny_project, "commit", "--quiet", "--message", "first")
    git(tiny_project, "tag", "v1")
    write(tiny_project, {MARKDOWN: LATER})
    monkeypatch.chdir(tiny_project)
    return tiny_project


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def failed(*words: str) -> str:
    """What the command says when it fails."""
    result = run(*words)
    assert isinstance(result.exception, Failure), result.output
    return " ".join(str(finding) for finding in result.exception.findings)


def changed(path: Path) -> list[str]:
    return [line for line in told(path.read_bytes()) if set("{[‹") & set(line)]


EXPECTED = [
    "| Job code | EXA-2026-001 | Version | [-0.1-]{+0.2+}",
    "This leaflet tells [-you-]{+everybody+} about Examplin.",
]


def test_a_revision_against_the_source_as_it_stands(project: Path) -> None:
    result = run("redline", "examplin", "--from", "v1", "-o", "out/red.docx", "--author", "Ann", "--date", "2026-12-01")
    assert result.exit_code == 0, result.output
    assert re.search(r"wrote out/red\.docx: \d+ changes from v1 to the source as it stands", result.output)
    assert changed(project / "out/red.docx") == EXPECTED
    with zipfile.ZipFile(project / "out/red.docx") as archive:
        text = archive.read("word/document.xml").decode()
    assert 'w:author="Ann"' in text and 'w:date="2026-12-01T00:00:00Z"' in text


def test_two_revisions_and_the_company_and_date_of_the_leaflet(project: Path) -> None:
    git(project, "commit", "--quiet", "--all", "--message", "second")
    write(project, {MARKDOWN: LATER.replace("everybody", "nobody")})
    assert run("redline", "examplin", "--from", "v1", "--to", "HEAD", "-o", "red.docx").exit_code == 0
    assert changed(project / "red.docx") == EXPECTED
    with zipfile.ZipFile(project / "red.docx") as archive:
        text = archive.read("word/document.xml").decode()
    assert 'w:author="Example Company"' in text and 'w:date="2026-11-22T00:00:00Z"' in text


def test_a_text_file_and_the_other_way_round(project: Path) -> None:
    (project / "older.md").write_text(LEAFLET)
    assert run("redline", "examplin", "--from", "older.md", "-o", "red.docx").exit_code == 0
    assert changed(project / "red.docx") == EXPECTED
    assert run("redline", "examplin", "--from", "", "--to", "older.md", "-o", "back.docx").exit_code == 0
    assert changed(project / "back.docx")[1] == "This leaflet tells [-everybody-]{+you+} about Examplin."


def test_a_copy_that_was_sent_months_ago(project: Path) -> None:
    write(project, {MARKDOWN: LEAFLET})
    assert run("build", "examplin", "--format", "docx").exit_code == 0
    write(project, {MARKDOWN: LATER})
    assert run("redline", "examplin", "--from", "outputs/examplin/examplin.docx", "-o", "red.docx").exit_code == 0
    assert changed(project / "red.docx") == EXPECTED


def test_the_new_versions_sources_are_kept(project: Path) -> None:
    assert run("redline", "examplin", "--from", "v1", "--to", "v1", "-o", "red.docx").exit_code == 0
    with zipfile.ZipFile(project / "red.docx") as archive:
        root = etree.fromstring(archive.read("docProps/custom.xml"))
    digest = next(each[0].text for each in root if each.get("name") == "publish-source")
    kept = store.base(open_project(project), digest or "")
    assert kept is not None and (kept / MARKDOWN).read_text() == LEAFLET


def test_a_changed_safety_text_is_in_the_redline(project: Path) -> None:
    write(project, {"source/safety/examplin-us-patient.md": SAFETY.replace("- nausea", "- nausea\n- fatigue")})
    assert run("redline", "examplin", "--from", "v1", "-o", "red.docx").exit_code == 0
    assert "{+fatigue+}" in "\n".join(changed(project / "red.docx"))


# --- what cannot be ---


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "nowhere", "-o", "x.docx"), "review.version-unknown] “nowhere” is neither a file nor a revision"),
        (("--from", "--upload-pack=x", "-o", "x.docx"), "review.version-unknown"),
        (("--from", "missing.docx", "-o", "x.docx"), "review.no-file"),
        (("--from", "v1", "-o", "x.pdf"), "review.redline-name"),
        (("--from", "v1", "-o", "source/x.docx"), "build.out-among-sources"),
        (("--from", "v1", "-o", "x.docx", "--date", "soon"), "review.date"),
        (("--from", "v1", "-o", "x.docx", "--html", "x.docx"), "review.redline-name"),
        (("--from", "broken.md", "-o", "x.docx"), "review.version-unreadable"),
        (("--from", "copy.docx", "-o", "x.docx"), "review.base-unknown"),
    ],
)
def test_what_cannot_be_told_apart(project: Path, words: tuple[str, ...], says: str) -> None:
    (project / "broken.md").write_text("no front matter")
    (project / "copy.docx").write_bytes((Path(__file__).parents[2] / "themes/base/review.docx").read_bytes())
    assert says in failed("redline", "examplin", *words)
    assert not (project / "x.docx").exists()


def test_a_copy_of_another_leaflet(project: Path) -> None:
    write(project, {"source/leaflets/other/leaflet.md": LEAFLET})
    assert run("build", "other", "--format", "docx").exit_code == 0
    said = failed("redline", "examplin", "--from", "outputs/other/other.docx", "-o", "x.docx")
    assert "is a copy of “other”, not of “examplin”" in said


def test_a_project_that_is_not_in_git(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny_project)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tiny_project.parent))
    assert "review.needs-git" in failed("redline", "examplin", "--from", "HEAD", "-o", "x.docx")


# --- the page ---


def test_the_page_shows_what_word_shows(project: Path) -> None:
    assert run("redline", "examplin", "--from", "v1", "-o", "red.docx", "--html", "red.html").exit_code == 0
    page = (project / "red.html").read_text()
    root = etree.fromstring(page.removeprefix("<!DOCTYPE html>"), etree.HTMLParser())
    assert [each.text for each in root.iter("ins")] == ["put in", "0.2", "everybody"]
    assert [each.text for each in root.iter("del")] == ["taken out", "0.1", "you"]
    assert root.get("lang") == "en-US"
    assert [each.text for each in root.iter("h1")] == ["About Examplin"]
    assert root.find(".//section[@class='safety']") is not None
    assert "<script" not in page and "http" not in re.sub(r"https?://www\.fda\.gov", "", page)


@pytest.mark.client
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_used_by_everybody(sample_project: Path, browser: Browser, scheme: str) -> None:
    """axe-core finds nothing on the page of the sample leaflet, of which a good deal was changed."""
    text = sample_project / "source/leaflets/nomid/leaflet.md"
    (sample_project / "older.md").write_text(
        text.read_text().replace("# All in", "## All in").replace("Mostly", "Often")
    )
    words = ["--project", str(sample_project), "redline", "nomid", "--from", str(sample_project / "older.md")]
    result = run(*words, "-o", str(sample_project / "r.docx"), "--html", str(sample_project / "r.html"))
    assert result.exit_code == 0, result.output
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((sample_project / "r.html").as_uri())
    page.add_script_tag(path=ROOT / "node_modules/axe-core/axe.min.js")
    found = page.evaluate("axe.run()")["violations"]
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
