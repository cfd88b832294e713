"""Each component is found when it is there, missed when it is not, and never taken for passed."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from publish import programs
from publish.diagnostics import ComponentMissing
from publish.programs import PROGRAMS, Found, Program, Report, diagnose, require


def script(folder: Path, name: str, body: str) -> Path:
    """A program in a folder of its own."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def program(found: Found | None, required: bool = False) -> Program:
    hints = {"apt": "apt-get install gauge", "brew": "brew install gauge"}
    return Program("Gauge", "measuring", lambda: found, hints, required)


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """An otherwise empty PATH, and nothing remembered from before."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    for probe in (programs._java, programs._chromium, programs._libreoffice, programs._ace, programs._ghostscript):
        probe.cache_clear()
    yield tmp_path
    for probe in (programs._java, programs._chromium, programs._libreoffice, programs._ace, programs._ghostscript):
        probe.cache_clear()


@pytest.mark.parametrize("each", PROGRAMS, ids=lambda each: each.name)
def test_every_component_says_how_it_is_installed(each):
    assert each.needed_for and not each.needed_for.endswith(".")
    assert re.search(r"\b(apt-get|pip|npm|brew) ", each.install())


def test_what_weasyprint_needs_is_required_and_found():
    required = {report.program.name: report for report in diagnose() if report.program.required}
    assert set(required) == {"Pango", "PangoFT2", "HarfBuzz", "HarfBuzz-Subset", "Fontconfig"}
    assert {report.state for report in required.values()} == {"found"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", required["Pango"].found.version)
    require()


@pytest.mark.parametrize(
    ("found", "required", "state"),
    [(Found("1.2"), True, "found"), (None, True, "missing"), (None, False, "not checked")],
)
def test_the_state_of_a_component(found, required, state):
    report = Report(program(found, required), found)
    assert report.state == state
    assert "passed" not in str(report)
    if found is None:
        assert str(report).startswith(f"Gauge: {state}; needed for measuring: ")
        assert str(report).endswith("install gauge")


def test_a_missing_required_component_ends_the_command_with_3():
    with pytest.raises(ComponentMissing) as ended:
        require(program(None, required=True), program(Found("1.2")), program(None))
    assert ended.value.exit_code == 3
    assert [finding.code for finding in ended.value.findings] == ["programs.missing"] * 2
    assert "install gauge" in ended.value.findings[0].hint


def test_a_library_that_is_not_there_is_missed():
    assert programs._library("libnosuchthing.so.7", "libnosuchthing.7.dylib", lambda library: "1") is None


def test_a_program_is_asked_for_its_version(on_path):
    path = script(on_path, "chromium", "echo Chromium 156.0.8078.79 built on something")
    assert programs.CHROMIUM.probe() == Found("156.0.8078.79", path)


def test_ghostscript_is_asked_for_and_the_press_is_not_checked_without_it(on_path):
    report = next(report for report in diagnose() if report.program is programs.GHOSTSCRIPT)
    assert report.state == "not checked"
    assert "measuring ink on the plates" in str(report) and "install ghostscript" in str(report)
    programs._ghostscript.cache_clear()
    path = script(on_path, "gs", "echo 10.00.0")
    assert programs.GHOSTSCRIPT.probe() == Found("10.00.0", path)


def test_a_named_chromium_comes_first(on_path, monkeypatch):
    script(on_path, "chromium", "echo Chromium 1.0")
    named = script(on_path, "another", "echo Chromium 2.0")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert programs.CHROMIUM.probe() == Found("2.0", named)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("fails", "echo Chromium 1.0; exit 1"),
        ("is a door to something that is not installed", "echo requires the chromium snap to be installed; exit 1"),
        ("says nothing", "true"),
    ],
)
def test_a_program_that_cannot_answer_is_missed(on_path, what, body):
    script(on_path, "chromium-browser", body)
    assert programs.CHROMIUM.probe() is None, what


def test_a_program_that_hangs_is_missed(on_path, monkeypatch):
    monkeypatch.setattr(programs, "PROBE_SECONDS", 0.3)
    script(on_path, "soffice", "exec /bin/sleep 30")
    assert programs.LIBREOFFICE.probe() is None


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', "17.0.15"),
        ('openjdk version "21" 2023-09-19', "21"),
        ('java version "1.8.0_292"', None),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
    ],
)
def test_java_must_be_new_enough(on_path, told, version):
    (on_path / "told").write_text(told)
    script(on_path, "java", f"/bin/cat {on_path / 'told'} >&2")
    found = programs.JAVA.probe()
    assert (found.version if found else None) == version


def test_epubcheck_and_verapdf_are_nothing_without_java(on_path):
    assert programs.EPUBCHECK.probe() is None
    assert programs.VERAPDF.probe() is None


def test_verapdf_needs_jaxb(monkeypatch, tmp_path):
    monkeypatch.setenv("JAXB_HOME", str(tmp_path))
    assert programs.jaxb_jars() == ()
    (tmp_path / "jaxb-runtime.jar").touch()
    assert programs.jaxb_jars() == (tmp_path / "jaxb-runtime.jar",)
