"""Each build that goes out brings its proof sheet; one that is blocked leaves the last good one."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import html

from publish.batch import build, check
from publish.build import Made, Request
from publish.project import open_project


def built(root: Path, *formats: str) -> Made:
    project = open_project(root)
    return build(Request(project, "examplin", formats, None, date(2026, 11, 22)), project.outputs)


def sheet(root: Path) -> html.HtmlElement:
    return html.document_fromstring((root / "outputs/examplin/proof.html").read_bytes())


def files_on(root: Path) -> list[str]:
    return [each.text for each in sheet(root).xpath("//section[@id='verdict']//tbody//th")]


@pytest.mark.parametrize("format_", ["pdf", "epub"])
def test_a_build_of_one_format_has_a_sheet_of_that_file(tiny_project: Path, format_: str) -> None:
    made = built(tiny_project, format_)
    assert list(made.files) == [f"examplin.{format_}", "proof.html"]
    assert files_on(tiny_project) == [f"examplin.{format_}"]
    assert bool(sheet(tiny_project).xpath("//svg[contains(@class, 'page')]")) is (format_ == "pdf")


def test_the_sheet_tells_what_the_record_tells(tiny_project: Path) -> None:
    made = built(tiny_project, "pdf", "docx", "epub")
    folder = tiny_project / "outputs" / "examplin"
    record = json.loads((folder / "build.json").read_text())
    data = (folder / "proof.html").read_bytes()
    assert record["outputs"]["proof.html"] == made.files["proof.html"] == sha256(data).hexdigest()
    shown = data.decode()
    for name, digest in record["outputs"].items():
        assert name == "proof.html" or (name in shown and digest in shown)
    for path, digest in made.sources.items():
        assert record["inputs"][path] == digest
        assert path in shown and digest in shown
    for finding in record["findings"]:
        assert finding["code"] in shown
    assert record["source-sha256"] in shown
    assert "proof.html" not in record["safety"], "no check reads it"


def test_a_blocked_build_leaves_the_last_sheet(tiny_project: Path) -> None:
    safety = tiny_project / "source/safety/examplin-us-patient.md"
    assert not built(tiny_project, "docx").blocked
    assert files_on(tiny_project) == ["examplin.docx"]
    before = (tiny_project / "outputs/examplin/proof.html").read_bytes()
    safety.write_text(safety.read_text().replace("- headache\n- nausea\n", ""))
    assert built(tiny_project, "docx").blocked
    assert (tiny_project / "outputs/examplin/proof.html").read_bytes() == before


def test_checking_draws_no_sheet(tiny_project: Path) -> None:
    assert check(Request(open_project(tiny_project), "examplin", (), None, date(2026, 11, 22))).files == {}
