"""The levers under WeasyPrint: not a byte differs from what it makes by itself, in whatever a process drew before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tinyhtml5
from tinyhtml5 import inputstream
from tools import weasy_ffi
from weasyprint.css import InitialStyle
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.fonts import FontConfiguration

import documents as d
import varied
from publish import inputs
from publish.diagnostics import Finding
from publish.formats import Options, _pdf_sheets, _weasy_html, _weasy_levers, _weasy_text, pdf
from publish.theme.load import load_theme

ROOT = Path(__file__).parents[2]
SEEDS = (1, 2, 3, 4, 5, 9)  # each style of `varied`, and a leaflet that does not fit its fold


def _said(*command: str) -> str:
    """What Python says in a process of its own."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    ran = subprocess.run(
        [sys.executable, "-c", *command], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert (ran.stderr, ran.returncode) == ("", 0)
    return ran.stdout


def plainly(format_: str, seeds: Sequence[int]) -> list[dict[str, Any]]:
    """Drawn without levers, each leaflet in a process of its own."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    ran = subprocess.run(
        [sys.executable, ROOT / "tests" / "varied.py", format_, *map(str, seeds)],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


# --- the same bytes ---


def test_leaflets_drawn_one_after_another_are_what_each_is_by_itself_without_levers() -> None:
    expected = plainly("pdf", SEEDS)
    made = {seed: varied.drawn(seed) for seed in reversed(SEEDS)}
    assert [made[seed] for seed in SEEDS] == expected
    assert sum(len(str(each["result"])) == 64 for each in expected) > len(SEEDS) / 2  # the rest do not fit their fold
    assert [varied.drawn(seed) for seed in SEEDS] == expected  # once more, when all is known


def test_press_files_are_the_same_without_levers() -> None:
    seeds = range(2, 4)
    assert [varied.drawn(seed, "press") for seed in seeds] == plainly("press", seeds)


# --- blocks ---


LOOK = """
<style>
  @page { size: A4; margin: 10mm }
  body { font-size: 10px; line-height: 12px; orphans: 1; widows: 1; margin: 0 }
  main { columns: 2; column-gap: 7mm }
  p { margin: 0 }
  .float { float: left; width: 30mm; background: silver }
  .whole { break-inside: avoid }
</style>
<p>So that the columns do not begin the page</p>
"""


def words(number: int) -> str:
    return " ".join("the medicine antibodies dose of in cells and patients".split()[each % 9] for each in range(number))


HANGS_OUT = f"""
<main>
  <div><div class="float" style="height: 80px"></div><p>One line, laid out once and then taken from memory</p></div>
  <p>Goes over the end of the first column, and so is laid out anew in each try: {words(300)}</p>
</main>
"""
"""The float is higher than the block that brings it: the paragraph after it must make room for it in each try."""

COMES_AND_GOES = f"""
<main>
  <p>Fills the first column: {words(200)}</p>
  <div class="float" style="height: 20px"></div>
  <p class="whole">Begins the second column in each try: {words(80)}</p>
  <p>Makes the second column the longer one: {words(140)}</p>
</main>
"""
"""In the first tries the float begins the second column, too. In a higher one it still fits in the first."""


CUT = f"""
<main>
  <p>Fills most of the first column: {words(100)}</p>
  <div style="position: relative; top: 3px">
    <p style="break-after: avoid">Laid out whole, then cut: {words(100)}</p>
    <p class="whole">Does not fit, and must not begin the second column: {words(100)}</p>
  </div>
  <p>The rest: {words(135)}</p>
</main>
"""
"""The lines before the cut are moved with the copy that holds them; the paragraph that was whole stays."""


def test_blocks_with_floats_and_blocks_that_are_cut_are_what_they_are_without_levers() -> None:
    pages = {"hangs out": LOOK + HANGS_OUT, "comes and goes": LOOK + COMES_AND_GOES, "cut": LOOK + CUT}
    plain = _said(
        "import sys, varied; varied.without_levers(); print(*map(varied.page, sys.argv[1:]))", *pages.values()
    )
    pdf.pull_levers()
    made = {name: varied.page(html) for name, html in pages.items()}
    assert made == dict(zip(pages, plain.split(), strict=True))


# --- when they are pulled ---


def test_the_levers_are_made_for_the_library_that_is_installed() -> None:
    """When this fails, read what changed in these files, run the tests here, and write the new digests down."""
    assert {file: _weasy_levers._digest(file) for file in _weasy_levers.WRITTEN_FOR} == _weasy_levers.WRITTEN_FOR
    assert _weasy_levers.pull_levers() == tuple(_weasy_levers.LEVERS)


def test_a_library_that_changed_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_weasy_levers.WRITTEN_FOR, "layout.table", "another")
    left_alone = [name for name in _weasy_levers.LEVERS if not _weasy_levers.fits(name)]
    assert left_alone == ["what comes next in columns asked once", "blocks laid out once"]
    monkeypatch.setitem(_weasy_levers.WRITTEN_FOR, "css", "another")
    assert not _weasy_levers.fits("lines measured once") and not _weasy_levers.fits("styles at hand")


def test_the_import_starts_no_program_and_loads_no_fonttools_until_it_is_used() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _IMPORT], env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True,
        text=True,
    )  # fmt: skip
    assert said.stdout.splitlines() == ["0.0", "False", "False", "True", "not a font"], said.stderr
    assert (said.returncode, said.stderr) == (0, "")


_IMPORT = """
import ctypes.util, resource, sys
find = ctypes.util.find_library
from publish.formats import _weasy_import
import weasyprint.pdf.fonts as fonts
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)
print("fontTools.subset" in sys.modules)
print("pycparser" in sys.modules)
print(ctypes.util.find_library is find)
try:
    fonts.TTFont("/dev/null")
except fonts.TTLibError:
    print("not a font")
"""


def test_the_declarations_that_were_parsed_beforehand_are_those_of_the_library() -> None:
    """When this fails, run tools/weasy_ffi.py."""
    assert weasy_ffi.TARGET.read_text(encoding="utf-8") == weasy_ffi.page()


def test_other_declarations_are_parsed_as_ever() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _OTHER], env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True,
        text=True,
    )  # fmt: skip
    assert (said.stdout, said.returncode) == ("FFI True\n", 0), said.stderr


_OTHER = """
import sys
from publish.formats import _weasy_ffi
_weasy_ffi.DECLARED = "another"
from publish.formats import _weasy_import
import weasyprint
from weasyprint.text.ffi import ffi
print(type(ffi).__name__, weasyprint.HTML(string="<hr>").write_pdf()[:5] == b"%PDF-")
"""


def test_a_process_that_drew_ends_as_it_should() -> None:
    """Libraries are freed in any order then; one that was unloaded before its fonts would end the process badly."""
    assert _said("import varied; print(len(varied.drawn(2)['result']))") == "64\n"


def test_a_line_that_was_measured_gives_its_memory_back() -> None:
    pdf.pull_levers()
    style = InitialStyle(FontConfiguration())
    style.update(font_variant_numeric=("lining-nums",), overflow_wrap="break-word", font_size=12, lang=None)

    def resident() -> int:
        for _ in range(3_000):
            line_break.create_layout("Some words", style, None, 200, 0).get_first_line()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    resident()
    before = resident()
    assert resident() - before < 200_000  # 700 kB when each leaks


# --- what is read ---


def test_the_patterns_by_which_html_is_read_are_those_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "<p id=a class='b' title=\"c\">d&amp;e <!-- f --><style>g{}</style><script>h</script><br/></p>"

    def patterns(known: dict[Any, Any]) -> set[str]:
        monkeypatch.setattr(inputstream, "characters_until_regex", known)
        tinyhtml5.parse(text)
        return {pattern.pattern for pattern in known.values()}

    kept = _weasy_html._Patterns()
    assert patterns(kept) == patterns({}) != set()
    before = dict(kept)
    assert patterns(kept) and kept == before  # each is found again


# --- lines ---


class Watched:
    """A style that remembers which of its properties were asked for."""

    def __init__(self, style: Any, asked: set[str]) -> None:
        self.__dict__.update(_style=style, _asked=asked)

    def __getitem__(self, name: str) -> Any:
        self._asked.add(name)
        return self._style[name]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._style, name)


@pytest.mark.parametrize(
    "css", ["", "html { hyphens: auto; font-kerning: none } p { word-spacing: 1pt } td { white-space: pre }"]
)
def test_measuring_a_line_asks_for_no_property_that_lines_are_not_told_apart_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, css: str
) -> None:
    asked: set[str] = set()

    def measure(text: str, style: Any, *others: Any, **named: Any) -> Any:
        return line_break.split_first_line(text, Watched(style, asked), *others, **named)

    pdf.pull_levers()
    monkeypatch.setattr(inline, "split_first_line", measure)
    pdf.write(d.everything(), _theme(tmp_path / "look", css), Options())
    assert {"font_family", "hyphens", "white_space", "lang"} <= asked <= set(_weasy_text.READ)


def test_what_is_kept_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_weasy_text, "_MOST_LINES", 20)
    lines = _weasy_text._Lines()
    for number in range(100):
        lines.put(number, number)
        assert lines.get(0 if number < 20 else number) is not None
    assert len(lines.those) + len(lines.earlier) <= 40


# --- sheets and fonts ---


def _theme(folder: Path, css: str) -> Any:
    folder.mkdir(exist_ok=True)
    (folder / "theme.toml").write_text('extends = "base"\n')
    (folder / "leaflet.css").write_text(css)
    return load_theme(f"{folder}/", folder.parent)


def _drawn(look: Any) -> tuple[bytes, list[str]]:
    told: list[Finding] = []
    document = replace(d.document(), meta=replace(d.document().meta, title="A title"))
    return pdf.write(document, look, Options(report=told.append)), [str(finding) for finding in told]


def test_what_is_wrong_with_a_sheet_is_told_for_each_leaflet(tmp_path: Path) -> None:
    look = _theme(
        tmp_path / "look", "p { colour: red }\nh1 { color: var(--size-body) }\n@font-face { src: url(no.ttf) }"
    )
    first = _drawn(look)
    assert len(first[1]) == 3
    assert _drawn(look) == first
    assert _drawn(look) == first


def test_a_theme_that_is_edited_between_two_leaflets_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "look"
    face = "@font-face { font-family: Own; src: url(own.ttf) } h1 { font-family: Own }"
    fonts = sorted((ROOT / "themes" / "base" / "fonts").glob("*.ttf"))
    edits = (
        ("own.ttf", fonts[0].read_bytes()),
        ("own.ttf", fonts[-1].read_bytes()),
        ("leaflet.css", b"p { color: red }"),
    )
    look, seen = _theme(folder, face), set()
    shutil.copy(fonts[1], folder / "own.ttf")
    for name, content in (*edits, edits[0]):
        (folder / name).write_bytes(content)
        warm, told = _drawn(look)
        _pdf_sheets._themes, _pdf_sheets._sheets = inputs.Memory(6), inputs.Memory(40)
        assert (warm, told) == _drawn(look)
        seen.add(warm)
    assert len(seen) == 3


def test_fonts_that_somebody_cleared_away_are_unpacked_again(tmp_path: Path) -> None:
    look = _theme(tmp_path / "look", "h2 { color: red }")
    first = _drawn(look)
    for _, read in _pdf_sheets._themes._kept.values():
        if read.fonts._folder is not None:
            shutil.rmtree(read.fonts._folder, ignore_errors=True)
    assert _drawn(look) == first
