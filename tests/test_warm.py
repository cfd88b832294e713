"""A process that has built before gives what a fresh one gives, whichever of the files was edited meanwhile."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import fresh
import projects
from publish.inputs import shipped_themes

ALL = ("pdf", "docx", "epub")
CLINIC = projects.ROOT / "themes" / "clinic" / "fonts"


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new), encoding="utf-8")

    return edit


def written(file: str, text: str) -> Callable[[Path], None]:
    return lambda root: projects.write(root, {file: text})


def removed(file: str) -> Callable[[Path], None]:
    return lambda root: (root / file).unlink()


def repainted(root: Path) -> None:
    Image.new("RGB", (300, 300), "navy").save(root / "source/leaflets/examplin/images/square.png")


def other_font(root: Path) -> None:
    shutil.copy(CLINIC / "Figtree-Bold.ttf", root / "themes/plum/fonts/own.ttf")


def other_letterhead(root: Path) -> None:
    """The review copy's template with one word more in its footer."""
    base = zipfile.ZipFile(shipped_themes() / "base" / "review.docx")
    with zipfile.ZipFile(root / "themes/plum/review.docx", "w") as archive:
        for name in base.namelist():
            data = base.read(name)
            if name == "word/styles.xml":
                data = data.replace(b'w:val="Title"', b'w:val="Heading of all"')
            archive.writestr(name, data)


PAGE = "<html><body><h1>{{ title }}</h1>{{ safety_html }}{{ body_html }}</body></html>"
LEAFLET, SAFETY = "source/leaflets/examplin/leaflet.md", "source/safety/examplin-us-patient.md"


def own_base(root: Path) -> None:
    """A theme of the name of the one that ships, which the project's other theme extends."""
    shutil.copytree(shipped_themes() / "base", root / "themes/base")
    (root / "themes/base/leaflet.css").write_text((root / "themes/base/leaflet.css").read_text() + "p { margin: 3mm }")


Edit = Callable[[Path], None]
EDITS: dict[str, tuple[Edit, ...]] = {
    "the words of the leaflet, and what it shares with others": (
        replaced(LEAFLET, "tells you about", "speaks of"),
        replaced("source/glossary.toml", "feeling sick", "feeling unwell"),
        replaced("source/products/examplin.toml", "Example Company", "Example & Sons"),
        replaced("source/references.toml", "Study 1", "Study 2"),
    ),
    "the safety text and the picture": (replaced(SAFETY, "- headache", "- a headache"), repainted),
    "a mistake in the safety text": (replaced(SAFETY, "have an infection", "have an infe\u200bction"),),
    "the mistake mended; labels and a remark that come": (
        replaced(SAFETY, "infe\u200bction", "infection"),
        written("source/labels/en.toml", 'notes = "Remarks"\n'),
        written("source/leaflets/examplin/review.toml", '[[comment]]\nid = "a1"\nstate = "open"\ntext = "Why?"\n'),
    ),
    "labels that go; the theme's tokens, style sheet and picture": (
        removed("source/labels/en.toml"),
        replaced("themes/plum/theme.toml", "#5b2a6e", "#2a5b6e"),
        replaced("themes/plum/leaflet.css", "1mm", "2mm"),
        replaced("themes/plum/dot.svg", "<circle", "<circle opacity='0.5'"),
    ),
    "the theme's font, and a template that comes": (other_font, written("themes/plum/leaflet.html.j2", PAGE)),
    "a template that breaks": (written("themes/plum/book.xhtml.j2", "<html>{{ safety_html }"),),
    "a template that goes, and a Word template that comes": (removed("themes/plum/book.xhtml.j2"), other_letterhead),
    "a style sheet that hides the block": (
        replaced("themes/plum/leaflet.css", "ul {", ".safety { display: none } ul {"),
    ),
    "and shows it again; a theme of the name “base”": (
        replaced("themes/plum/leaflet.css", ".safety { display: none } ", ""),
        own_base,
    ),
}


@pytest.fixture
def project(tiny_project: Path) -> Path:
    """The tiny project with a file of each kind that a warm process might keep something of."""
    leaflet = projects.LEAFLET.replace("theme: base", "theme: plum") + (
        "\nSome feel [nausea]{term}.[^1] It was studied.[@one]\n\n![A square](images/square.png)\n\n"
        "[^1]: Not all do.\n\n:::{glossary}\n:::\n"
    )
    projects.write(
        tiny_project,
        {
            LEAFLET: leaflet,
            "source/glossary.toml": '[nausea]\nterm = "nausea"\ndefinition = "feeling sick"\n',
            "source/references.toml": '[one]\ntext = "Study 1"\n',
            "themes/plum/theme.toml": (
                'extends = "base"\n[colors]\nbrand = { rgb = "#5b2a6e" }\n'
                '[fonts]\nheading = "Figtree"\n[[fonts.face]]\nfile = "fonts/own.ttf"\nweight = 600\n'
            ),
            "themes/plum/leaflet.css": "ul { margin-top: 1mm } .masthead { background: url(dot.svg) }\n",
            "themes/plum/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle r='4'/></svg>",
        },
    )
    fonts, images = tiny_project / "themes/plum/fonts", tiny_project / "source/leaflets/examplin/images"
    fonts.mkdir()
    images.mkdir()
    shutil.copy(CLINIC / "Figtree-SemiBold.ttf", fonts / "own.ttf")
    Image.new("RGB", (300, 300), "green").save(images / "square.png")
    return tiny_project


@pytest.fixture
def fresh_result() -> Iterator[Callable[[Path], dict[str, Any]]]:
    """What a process that has built nothing before makes of the project."""
    command = [sys.executable, str(Path(fresh.__file__))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin and program.stdout

        def ask(root: Path) -> dict[str, Any]:
            assert program.stdin and program.stdout
            program.stdin.write(json.dumps([str(root), "examplin", ALL]) + "\n")
            program.stdin.flush()
            said: dict[str, Any] = json.loads(program.stdout.readline())
            return said

        yield ask
        program.stdin.close()


@pytest.mark.expects_logs
def test_a_warm_process_sees_each_edit(project: Path, fresh_result: Callable[[Path], dict[str, Any]]) -> None:
    first = fresh.result(project, "examplin", ALL)
    assert {"examplin.pdf", "examplin.docx", "examplin.epub"} <= first["files"].keys(), first["findings"]
    before = first
    for what, edits in EDITS.items():
        for edit in edits:
            edit(project)
        warm = fresh.result(project, "examplin", ALL)
        assert warm != before, what
        assert warm == fresh_result(project), what
        before = warm
