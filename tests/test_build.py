"""From source to outputs: what goes out, what does not, and that the same source gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from publish.batch import build, check, prove
from publish.build import Made, Request, make
from publish.project import open_project

TODAY = date(2026, 11, 22)
ALL = ("pdf", "docx", "epub")


def built(root: Path, name: str = "examplin", formats: tuple[str, ...] = ("pdf",), theme: str | None = None) -> Made:
    project = open_project(root)
    return build(Request(project, name, formats, theme, TODAY), project.outputs)


def codes(made: Made, severity: str = "error") -> set[str]:
    return {finding.code for finding in made.findings if finding.severity == severity}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def theme(root: Path, name: str = "tried", **files: str) -> str:
    folder = root / "themes" / name
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('extends = "base"\n')
    for file_name, content in files.items():
        (folder / file_name.replace("__", ".")).write_text(content)
    return name


def outputs(root: Path, name: str = "examplin") -> dict[str, str]:
    folder = root / "outputs" / name
    return (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*")}
        if folder.exists()
        else {}
    )


# --- what goes out ---


def test_each_leaflet_of_the_sample_goes_out_in_each_format(sample_project: Path) -> None:
    for name in ("nomid", "beispielin"):
        made = built(sample_project, name, ALL)
        assert codes(made) == set(), [str(finding) for finding in made.findings]
        assert codes(made, "warning") == set(), [str(finding) for finding in made.findings]
        files = {f"{name}.pdf", f"{name}.docx", f"{name}.epub", "proof.html", "build.json"}
        assert set(outputs(sample_project, name)) == files


def test_the_record_says_where_each_file_shows_the_block(sample_project: Path) -> None:
    built(sample_project, "nomid", ALL)
    record = json.loads((sample_project / "outputs" / "nomid" / "build.json").read_text())
    assert set(record["safety"]) == {"nomid.pdf", "nomid.docx", "nomid.epub"}
    for name, sightings in record["safety"].items():
        assert sightings, name
        for sighting in sightings:
            assert sighting["size-pt"] >= 8, name
            assert sighting["contrast"] >= 4.5, name
            assert sighting["words"] > 0, name
    pages = [sighting["page"] for sighting in record["safety"]["nomid.pdf"]]
    assert pages == sorted(pages)
    for sighting in record["safety"]["nomid.pdf"]:
        left, top, right, bottom = sighting["box-mm"]
        assert 0 <= left < right <= 216
        assert 0 <= top < bottom <= 280
    assert record["outputs"] == {n: h for n, h in outputs(sample_project, "nomid").items() if n != "build.json"}
    assert "source/safety/kineret-us-patient.md" in record["inputs"]


def test_a_draft_says_so_on_every_page_and_an_approved_leaflet_does_not(sample_project: Path) -> None:
    import pypdfium2

    for name, word, drafted in (("nomid", "Draft", True), ("beispielin", "Entwurf", False)):
        built(sample_project, name)
        pdf = pypdfium2.PdfDocument(sample_project / "outputs" / name / f"{name}.pdf")
        for page in pdf:
            shown = "".join(page.get_textpage().get_text_bounded().casefold().split())
            assert (word.casefold() in shown) is drafted


def test_both_themes_set_both_samples(sample_project: Path) -> None:
    for name in ("nomid", "beispielin"):
        for chosen in ("base", "clinic"):
            made = built(sample_project, name, ("pdf",), chosen)
            assert codes(made) == set(), [str(finding) for finding in made.findings]


# --- what does not ---


def test_no_leaflet_goes_out_without_its_safety_file(tiny_project: Path) -> None:
    (tiny_project / "source" / "safety" / "examplin-us-patient.md").unlink()
    made = built(tiny_project, formats=ALL)
    assert "safety.missing" in codes(made)
    assert outputs(tiny_project) == {}


def test_the_list_that_was_lost_on_the_first_page_is_found(tiny_project: Path) -> None:
    safety = tiny_project / "source" / "safety" / "examplin-us-patient.md"
    change(safety, "- are allergic to exemplinum\n- are allergic to any other ingredient of Examplin\n", "")
    made = built(tiny_project, formats=ALL)
    assert {"safety.lead-in-empty", "safety.items-missing"} <= codes(made)
    finding = next(finding for finding in made.findings if finding.code == "safety.lead-in-empty")
    assert finding.place is not None
    assert finding.place.line == safety.read_text().splitlines().index("Do not take Examplin if you:") + 1
    assert outputs(tiny_project) == {}


def test_a_hidden_character_is_told_alone_without_what_follows_from_it(tiny_project: Path) -> None:
    """It is read as U+FFFD, which no font has and no file shows: all further findings would lead astray."""
    source = tiny_project / "source/leaflets/examplin/leaflet.md"
    source.write_text(source.read_text(encoding="utf-8") + "\nTake it with wa\u202eter.\n", encoding="utf-8")
    made = built(tiny_project, formats=ALL)
    assert codes(made) == {"source.hidden-character"}
    assert outputs(tiny_project) == {}


def test_a_letter_that_the_fonts_lack_is_told_once(tiny_project: Path) -> None:
    source = tiny_project / "source/leaflets/examplin/leaflet.md"
    source.write_text(source.read_text(encoding="utf-8") + "\nIt is called \u4f8b.\n", encoding="utf-8")
    assert codes(built(tiny_project, formats=ALL)) == {"theme.letters-missing"}
    assert outputs(tiny_project) == {}


def test_a_blocked_build_leaves_the_earlier_files(tiny_project: Path) -> None:
    built(tiny_project, formats=ALL)
    before = outputs(tiny_project)
    assert len(before) == 5
    hiding = theme(tiny_project, leaflet__css=".safety { display: none }")
    made = built(tiny_project, formats=ALL, theme=hiding)
    assert made.blocked
    assert outputs(tiny_project) == before
    assert [path.name for path in (tiny_project / "outputs").iterdir() if path.name.startswith(".staging")] == []


HIDING = [
    ("hidden", ".safety { display: none }"),
    ("too small", ".safety { font-size: 4pt }"),
    (
        "covered",
        ".safety { position: relative } .safety::after { content: ''; position: absolute; inset: 0; background: #fff }",
    ),
    ("clipped", ".safety { height: 8mm; overflow: hidden }"),
    ("recoloured", ".safety { color: #eee }"),
    ("mirrored", ".safety { transform: scaleX(-1) }"),
    ("added to", ".safety::before { content: 'The following is not valid:' }"),
]


@pytest.mark.parametrize("css", [case[1] for case in HIDING], ids=[case[0] for case in HIDING])
def test_a_theme_that_spoils_the_block_is_blocked_by_the_lint_and_by_the_proof(tiny_project: Path, css: str) -> None:
    made = built(tiny_project, theme=theme(tiny_project, leaflet__css=css))
    rooms = {code.split(".")[0] for code in codes(made)}
    assert rooms >= {"css", "pdf"}, [str(finding) for finding in made.findings]
    assert outputs(tiny_project) == {}
    declared = next(finding for finding in made.findings if finding.code.startswith("css."))
    assert declared.place is not None
    assert declared.place.file == "themes/tried/leaflet.css"
    assert declared.place.line == 1


def test_a_list_on_another_page_than_its_lead_in_is_blocked(tiny_project: Path) -> None:
    made = built(tiny_project, theme=theme(tiny_project, leaflet__css=".safety ul { break-before: page }"))
    assert "pdf.safety-parted" in codes(made), [str(finding) for finding in made.findings]
    finding = next(finding for finding in made.findings if finding.code == "pdf.safety-parted")
    assert finding.place is not None
    assert finding.place.page == 1


def test_a_theme_that_spoils_the_block_in_the_epub_only_is_blocked(tiny_project: Path) -> None:
    made = built(tiny_project, formats=("epub",), theme=theme(tiny_project, book__css=".safety { display: none }"))
    judged = {finding.place.file for finding in made.findings if finding.code == "css.hides" and finding.place}
    assert "themes/tried/book.css" in judged, "the lint, before anything is written"
    assert any(file.startswith("examplin.epub") for file in judged), "the proof, in the finished file"
    assert outputs(tiny_project) == {}


def test_a_theme_without_end_is_stopped_and_other_leaflets_still_build(tiny_project: Path) -> None:
    change(tiny_project / "publish.toml", "[folders]\n", "[limits]\nseconds = 12\n\n[folders]\n")
    page = (
        "<!DOCTYPE html><html><head><title>t</title></head><body>{{ safety_html }}{{ body_html }}"
        + "<div style='columns:2'>" * 12 + "x y z " * 400 + "</div>" * 12 + "</body></html>"
    )  # fmt: skip
    made = built(tiny_project, theme=theme(tiny_project, leaflet__html__j2=page))
    assert codes(made) & {"build.too-long", "build.too-large", "theme.exhausts"}, codes(made)
    assert "tried" in made.findings[-1].message
    assert codes(built(tiny_project)) == set()


def test_a_file_that_cannot_be_staged_whole_is_told(
    tiny_project: Path,
) -> None:
    built(tiny_project)
    before = outputs(tiny_project)
    change(tiny_project / "publish.toml", "[folders]\n", "[limits]\noutput-mb = 1\n\n[folders]\n")
    noise = tiny_project / "source" / "leaflets" / "examplin" / "noise.png"
    Image.frombytes("RGB", (900, 900), os.urandom(900 * 900 * 3)).save(noise)
    leaflet = tiny_project / "source" / "leaflets" / "examplin" / "leaflet.md"
    leaflet.write_text(leaflet.read_text() + "\n:::{figure} noise.png\n:alt: Noise\n:::\n")
    made = built(tiny_project)
    assert [finding.code for finding in made.findings] == ["build.cannot-write"]
    assert "output-mb" in made.findings[0].hint
    assert outputs(tiny_project) == before


def test_a_template_of_two_slots_shows_title_and_draft_all_the_same(tiny_project: Path) -> None:
    head = "<!doctype html><html><head><title>{{ title }}</title></head>"
    short = head + "<body>{{ safety_html }}{{ body_html }}</body></html>"
    book = short.replace("<!doctype html><html>", '<html xmlns="http://www.w3.org/1999/xhtml">')
    chosen = theme(tiny_project, leaflet__html__j2=short, book__xhtml__j2=book)
    made = built(tiny_project, formats=ALL, theme=chosen)
    assert codes(made) == set(), [str(finding) for finding in made.findings]
    assert codes(made, "warning") == set(), [str(finding) for finding in made.findings]


def test_a_theme_cannot_call_a_draft_approved(tiny_project: Path) -> None:
    page = (
        "<!DOCTYPE html><html><head><title>t</title></head><body><p>{{ labels.approved }}</p>"
        "{{ safety_html }}{{ body_html }}</body></html>"
    )
    assert "pdf.status-mark" in codes(built(tiny_project, theme=theme(tiny_project, leaflet__html__j2=page)))


def test_a_press_table_that_cannot_be_is_told_by_its_line(tiny_project: Path) -> None:
    leaflet = tiny_project / "source/leaflets/examplin/leaflet.md"
    table = "press:\n  fold: letter-tri\n  widths: [90, 90, 90]\n  codes:\n  - {kind: qr, value: x, panel: 9}\n"
    change(leaflet, "theme: base\n", f"theme: base\n{table}")
    told = check(Request(open_project(tiny_project), "examplin", (), None, TODAY)).findings
    assert ("press.fold-size", 15) in [(each.code, each.place and each.place.line) for each in told]
    change(leaflet, "  widths: [90, 90, 90]\n", "")
    told = check(Request(open_project(tiny_project), "examplin", (), None, TODAY)).findings
    assert ("press.code-panel", 16) in [(each.code, each.place and each.place.line) for each in told]


def test_an_unknown_theme_is_named_with_the_nearest(tiny_project: Path) -> None:
    made = built(tiny_project, theme="bass")
    (unknown,) = [finding for finding in made.findings if finding.code == "theme.unknown"]
    assert "base" in unknown.hint
    assert unknown.place is None, "the leaflet's own file names another theme, rightly"


def test_checking_finds_the_same_and_writes_nothing(tiny_project: Path) -> None:
    change(
        tiny_project / "source" / "leaflets" / "examplin" / "leaflet.md",
        "This leaflet",
        "{{ product.nme }} this leaflet",
    )
    project = open_project(tiny_project)
    made = check(Request(project, "examplin", (), None, TODAY))
    assert codes(made) == {"source.variable-unknown"}
    assert not (tiny_project / "outputs").exists()


# --- an existing file ---


def test_a_finished_file_is_proven_against_its_source_later(tiny_project: Path) -> None:
    built(tiny_project, formats=ALL)
    project = open_project(tiny_project)
    request = Request(project, "examplin", (), None, TODAY)
    for suffix in ("pdf", "docx", "epub"):
        file = tiny_project / "outputs" / "examplin" / f"examplin.{suffix}"
        assert codes(prove(request, file)) == set(), suffix
    change(tiny_project / "source" / "safety" / "examplin-us-patient.md", "- nausea", "- nausea and vomiting")
    for suffix in ("pdf", "docx", "epub"):
        file = tiny_project / "outputs" / "examplin" / f"examplin.{suffix}"
        assert codes(prove(request, file)) != set(), suffix


@pytest.mark.parametrize("suffix", ["pdf", "docx", "epub"])
def test_garbage_is_not_proven_and_does_not_crash(tiny_project: Path, tmp_path: Path, suffix: str) -> None:
    request = Request(open_project(tiny_project), "examplin", (), None, TODAY)
    for number, data in enumerate((b"", b"garbage", b"%PDF-1.7\n", b"PK\x03\x04" + b"\0" * 30, os.urandom(5000))):
        file = tmp_path / f"garbage{number}.{suffix}"
        file.write_bytes(data)
        found = codes(prove(request, file))
        assert found, data[:10]
        assert "build.crashed" not in found, data[:10]


# --- the same bytes ---


def test_two_builds_give_the_same_bytes_wherever_and_whenever(sample_project: Path, tmp_path: Path) -> None:
    """Other process, time zone, umask, hash seed, folder and locale."""
    found = []
    for number, (zone, seed, umask, locale) in enumerate(
        (("UTC", "0", 0o022, "C"), ("Asia/Kathmandu", "4711", 0o077, "C.UTF-8"))
    ):
        root = tmp_path / f"place{number}"
        shutil.copytree(sample_project, root)
        environment = os.environ | {
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "SOURCE_DATE_EPOCH": "1795305600",
        }
        subprocess.run(
            [sys.executable, "-m", "publish", "--project", str(root), "build"],
            env=environment, umask=umask, check=True, capture_output=True,
        )  # fmt: skip
        found.append(outputs(root, "nomid") | outputs(root, "beispielin"))
    assert found[0] == found[1]
    assert len(found[0]) == 8


def test_the_places_where_ghostscript_was_looked_for_in_vain_are_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_project: Path
) -> None:
    """Who installs another one there gets other plates."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    told = {
        form: make(lambda stage: None, Request(open_project(tiny_project), "examplin", (form,), None, TODAY), None)
        for form in ("press", "pdf")
    }
    assert f"{tmp_path}/gs" in told["press"].libraries and told["press"].libraries[-1] != f"{tmp_path}/gs"
    assert not any(each.endswith("/gs") for each in told["pdf"].libraries)
