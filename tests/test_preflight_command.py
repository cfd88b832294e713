"""`publish preflight` as somebody meets it who has a PDF and a vendor: what it says, how it ends, and bad files."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

import bad_pdfs
from press_files import press_pdf

command = importlib.import_module("publish.cli.preflight")
"""The module: `publish.cli.preflight` is the function by the same name, which the package imports."""

SECONDS = 60.0
"""No file keeps it longer, on a machine that is busy: it is stopped at 150 s of its own clock at the latest."""


def preflight(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "publish", "preflight", *words],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def file(folder: Path, data: bytes, name: str = "leaflet.pdf") -> str:
    (folder / name).write_bytes(data)
    return name


def test_a_sound_file_passes_and_the_last_line_says_by_what(tmp_path: Path) -> None:
    done = preflight(tmp_path, file(tmp_path, press_pdf("0 0 0 1 k 10 10 20 20 re f")))
    assert done.returncode == 0, done.stderr
    assert "error[" not in done.stderr and "warning[" not in done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("leaflet.pdf: no errors and no warnings by the ")
    assert last.endswith(" rules of “GWG 2022, Label & Leaflet” (gwg-2022-leaflet)")


def test_a_fault_is_told_with_page_place_source_and_what_to_do(tmp_path: Path) -> None:
    data = press_pdf("0 0 0 1 k 0 10 20 20 re f 0.9 0.9 0.9 0.9 k 30 20 20 20 re f", bleed=2)
    done = preflight(tmp_path, file(tmp_path, data))
    assert done.returncode == 1
    assert "leaflet.pdf: page 1, " in done.stderr and " mm from the left, " in done.stderr
    for said in ("error[preflight.bleed]", "warning[preflight.bleed-ink]", "warning[preflight.total-ink]"):
        assert said in done.stderr
    assert "source: GWG 2022, Label & Leaflet, R0025, R0026" in done.stderr
    assert "hint: export it with a bleed of 3 mm on each side" in done.stderr
    assert "leaflet.pdf: 1 error and 2 warnings by" in done.stdout


def test_json_is_one_object_a_line_and_the_last_sums_up(tmp_path: Path) -> None:
    done = preflight(tmp_path, file(tmp_path, press_pdf(bleed=2)), "--json")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert {each["type"] for each in said[:-1]} == {"finding"}
    bleed = next(each for each in said if each.get("code") == "preflight.bleed")
    assert (bleed["file"], bleed["page"], bleed["severity"]) == ("leaflet.pdf", 1, "error")
    assert bleed["box-mm"] == pytest.approx([-2, -2, 62, 52], abs=0.02)
    last = said[-1]
    assert (last["type"], last["profile"], last["errors"], last["not-checked"]) == (
        "preflight", "gwg-2022-leaflet", 1, [],
    )  # fmt: skip
    assert "total-ink" in last["rules"]


def test_without_ghostscript_it_ends_with_3_and_says_what_was_not_checked(tmp_path: Path) -> None:
    name = file(tmp_path, press_pdf("0 0 0 1 k 10 10 20 20 re f"))
    done = preflight(tmp_path, name, PATH=str(tmp_path))
    assert done.returncode == 3, done.stderr
    assert "warning[preflight.not-checked] the ink on the plates was not measured" in done.stderr
    assert "install ghostscript" in done.stderr
    assert "; not checked: the ink on the plates was not measured" in done.stdout


def test_a_projects_own_profile_is_used_inside_it(tiny_project: Path) -> None:
    folder = tiny_project / "source" / "press"
    folder.mkdir()
    (folder / "sharp.toml").write_text('title = "Sharp"\nextends = "gwg-2022-leaflet"\n[sheet]\nbleed-mm = 5\n')
    done = preflight(tiny_project, file(tiny_project, press_pdf()), "--profile", "sharp")
    assert done.returncode == 1
    assert "5 mm are asked for" in done.stderr
    assert "“Sharp” (sharp)" in done.stdout


def test_the_help_lists_the_profiles(tmp_path: Path) -> None:
    done = preflight(tmp_path, "--help", COLUMNS="200")
    assert done.returncode == 0
    for name in ("gwg-2022-leaflet", "gwg-2022-sheet", "vendor-example", "source/press"):
        assert name in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("leaflet.pdf", "--profile", "gwg-2022-leaflt"), "did you mean “gwg-2022-leaflet”"),
        (("nothing.pdf",), "there is no file nothing.pdf"),
        (("folder",), "folder is a folder"),
        (("/dev/zero",), "/dev/zero is a device"),
        (("pipe",), "pipe is a device or a pipe"),
        ((), "file"),
    ],
)
def test_wrong_words_end_with_2(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    file(tmp_path, press_pdf())
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    done = preflight(tmp_path, *words)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_profile_is_told_with_its_place(tiny_project: Path) -> None:
    folder = tiny_project / "source" / "press"
    folder.mkdir()
    (folder / "bad.toml").write_text(
        'title = "Bad"\nextends = "gwg-2022-leaflet"\n[rules.total-ink]\nwarning = "much"\n'
    )
    done = preflight(tiny_project, file(tiny_project, press_pdf()), "--profile", "bad")
    assert done.returncode == 1
    assert "source/press/bad.toml:3: error[press.profile]" in done.stderr and "Traceback" not in done.stderr


def test_a_file_far_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.pdf").open("wb") as opened:
        opened.truncate(3 * 10**9)
    done = preflight(tmp_path, "huge.pdf")
    assert done.returncode == 1
    assert "error[preflight.too-much] the file has 3000 MB" in done.stderr


BAD = [
    # what it is, its bytes, the codes of its errors that must be among what is told, what is said
    ("no PDF", lambda: b"\x89PNG\r\n\x1a\n rest", "unreadable", "begins with those of a PNG"),
    ("some text", lambda: b"Dear printer,\n", "unreadable", "the file is no PDF: it begins with “Dear printer”"),
    ("nothing", lambda: b"", "unreadable", "the file is empty"),
    ("only a head", bad_pdfs.only_a_head, "unreadable", "the file is damaged"),
    ("no page", bad_pdfs.empty_but_valid, "unreadable", "it has no pages"),
    ("truncated", bad_pdfs.truncated, "unreadable|damaged", "damaged"),
    ("broken xref", bad_pdfs.lost_xref, "damaged", "repaired by guessing"),
    ("user password", lambda: bad_pdfs.locked(owner_only=False), "unreadable", "locked with a password"),
    ("owner password", lambda: bad_pdfs.locked(owner_only=True), "x-locked", "the file is encrypted"),
    ("10,000 pages", lambda: bad_pdfs.long(10_000), "too-much", "the file has 10000 pages"),
    ("4 metres", bad_pdfs.vast, "page-size", "the page is 4020 × 4020 mm"),
    ("4 metres by its unit", bad_pdfs.vast_by_unit, "page-size", "the page is 4000 × 4000 mm"),
    ("no size", bad_pdfs.no_size, "page-size", "the page is 1 × 71 mm"),
    ("own parent", bad_pdfs.own_parent, "unreadable", "damaged"),
    ("a picture that lies", bad_pdfs.lying_image, "", ""),
    ("operators without end", bad_pdfs.bomb_of_operators, "drawing", "page 1 cannot be unpacked"),
    ("metadata without end", bad_pdfs.bomb_of_metadata, "x-version", "no metadata (XMP) that can be read"),
    ("laughing metadata", bad_pdfs.laughing_metadata, "x-version", "no metadata (XMP) that can be read"),
]


@pytest.mark.parametrize(("what", "data", "code", "says"), BAD, ids=[each[0] for each in BAD])
def test_a_bad_file_is_told_once_in_bounded_time(
    what: str, data, code: str, says: str, tmp_path: Path, monkeypatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = file(tmp_path, data())
    started = time.monotonic()
    with pytest.raises(typer.Exit) as ended:  # in this process: the worker is the same, and one start serves all
        command.preflight(Path(name))
    assert time.monotonic() - started < SECONDS
    assert ended.value.exit_code == 1
    told = capfd.readouterr()
    assert "Traceback" not in told.err + told.out
    codes = [line.split("[preflight.")[1].split("]")[0] for line in told.err.splitlines() if "error[preflight." in line]
    if code:
        assert len([each for each in codes if each in code.split("|")]) == 1, told.err
    assert says in told.err
    assert len(codes) <= 4, told.err
