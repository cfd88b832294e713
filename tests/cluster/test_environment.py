"""What two machines must have in common before one builds for the other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import publish
from publish.cluster.environment import MISSING, differences, here


def test_it_names_what_decides_over_the_bytes() -> None:
    found = here(press=False)
    assert {"publish", "Python", "Pango", "HarfBuzz", "HarfBuzz-Subset", "Fontconfig", "weasyprint", "pillow"} <= set(
        found
    )
    assert MISSING not in found.values()
    assert "Ghostscript" not in found
    assert "Ghostscript" in here(press=True)
    assert not {"typer", "distributed"} & set(found)


def test_differences_are_told_in_words() -> None:
    ours = {"Pango": "1.50", "pillow": "12.0", "lxml": "6.0"}
    theirs = {"Pango": MISSING, "pillow": "12.1", "lxml": "6.0"}
    assert differences(ours, theirs) == (
        "Pango is not installed there and 1.50 here",
        "pillow is 12.1 there and 12.0 here",
    )
    assert differences(ours, ours) == ()
    assert differences({}, {"new": "1"}) == ("new is 1 there and not installed here",)


def test_one_changed_rule_is_another_publish(tmp_path: Path) -> None:
    """A copy elsewhere is the same publish; a copy with a word altered in a rule or the base theme is not."""
    package = tmp_path / "publish"
    shutil.copytree(Path(publish.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(publish.__file__).parents[2] / "themes" / "base", package / "themes" / "base")
    ask = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    ask += "import publish.cluster.environment as e; print(e.here(False)['publish'])"

    def told() -> str:
        return subprocess.run(
            [sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=60
        ).stdout.strip()

    assert told() == here(False)["publish"]
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "batch.cpython-311.pyc.140213").write_bytes(b"half of it, while Python writes")
    assert told() == here(False)["publish"]
    with (package / "themes" / "base" / "leaflet.css").open("a") as sheet:
        sheet.write("/* altered */")
    assert told() != here(False)["publish"]
