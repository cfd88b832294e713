"""Other ways from the same words to three files: the commands that somebody would type, one process after another.

python -m benchmarks.peers PROJECT LEAFLET FOLDER      makes the files in each way, to look at
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import peer_source

ROOT = Path(__file__).parent.parent
LOOK = Path(__file__).parent / "look"
FONTS = ROOT / "themes" / "base" / "fonts"
PYTHON = sys.executable
NAMES = ("pandoc-weasyprint", "pandoc-typst", "plain")

Command = list[str]


@dataclass(frozen=True, slots=True)
class Ready:
    """A leaflet as Markdown for the peers, and the style sheet of its pages beside it."""

    file: Path
    css: Path


def ready(project: Path, name: str, folder: Path) -> Ready:
    """Prepare a leaflet for the peers in `folder`. This is not measured: somebody would have written it so."""
    file = peer_source.write(project, name, folder)
    css = folder / "leaflet.css"
    css.write_text((LOOK / "leaflet.css").read_text("utf-8").replace("FONTS", FONTS.as_posix()), "utf-8")
    return Ready(file, css)


def commands(peer: str, leaflet: Ready, out: Path) -> list[Command]:
    """What makes the three files of a leaflet in `out`; each command is a process of its own, run in its folder."""
    name = leaflet.file.stem
    pdf, docx, epub = (str(out / f"{name}.{suffix}") for suffix in ("pdf", "docx", "epub"))
    source, css, book = str(leaflet.file), str(leaflet.css), str(LOOK / "book.css")
    if peer == "plain":
        return [[PYTHON, "-m", "benchmarks.plain", source, str(out), css, book]]
    pandoc = [_pandoc(), source, "--resource-path", str(leaflet.file.parent)]
    both = [[*pandoc, "-o", docx], [*pandoc, "--css", book, "-o", epub]]
    if peer == "pandoc-weasyprint":
        engine = str(Path(PYTHON).parent / "weasyprint")
        return [*both, [*pandoc, f"--pdf-engine={engine}", "--css", css, "-o", pdf]]
    if peer == "pandoc-typst":
        made = str(leaflet.file.with_suffix(".typ"))
        look = ["--metadata-file", str(LOOK / "typst.yaml"), "-H", str(LOOK / "leaflet.typ")]
        call = (
            f"import typst; typst.compile({made!r}, output={pdf!r}, font_paths=[{str(FONTS)!r}], "
            "ignore_system_fonts=True)"
        )
        return [*both, [*pandoc, "-t", "typst", "-s", *look, "-o", made], [PYTHON, "-I", "-c", call]]
    raise ValueError(f"there is no peer {peer}; there are {', '.join(NAMES)}")


def _pandoc() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def main() -> int:
    """Make one leaflet in each way."""
    project, name, folder = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).absolute()
    for peer in NAMES:
        out = folder / peer
        out.mkdir(parents=True, exist_ok=True)
        for command in commands(peer, ready(project, name, folder / "source"), out):
            subprocess.run(command, check=True, cwd=folder / "source", env=environment())
        print(f"{peer}: {', '.join(sorted(each.name for each in out.iterdir()))}")
    return 0


def environment() -> dict[str, str]:
    """The environment of the peers' commands: the repository's modules are found."""
    import os

    return os.environ | {"PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    sys.exit(main())
