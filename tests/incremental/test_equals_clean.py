"""Whatever was edited in between: what an incremental build leaves is what a clean build makes, byte for byte.

A hundred sequences of random edits of random inputs. Each sequence starts from a copy of a built project, with its
store; after each edit it is built, and in the end all is compared with a build that knows nothing.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import projects
from incremental.shelf import build, change, clean, files

NAMES = ("examplin", "second")
SEQUENCES = {("docx",): 92, ("pdf",): 4, ("epub",): 4}
OFTEN = 3
"""Edits of a sequence at most."""

Edit = Callable[[Path, random.Random], None]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], Path]:
    """A project of two leaflets that share product, safety text, glossary and theme; built in these formats."""
    made: dict[tuple[str, ...], Path] = {}

    def start(formats: tuple[str, ...]) -> Path:
        if formats not in made:
            made[formats] = _started(tmp_path_factory.mktemp("started"), formats)
        return made[formats]

    return start


def _started(folder: Path, formats: tuple[str, ...]) -> Path:
    root = projects.tiny(folder)
    leaflets = root / "source" / "leaflets"
    text = projects.LEAFLET.replace("theme: base", "theme: own") + "\n![A picture of a house](images/house.png)\n"
    (leaflets / "examplin" / "leaflet.md").write_text(text)
    projects.write(root, {"themes/own/theme.toml": 'extends = "base"\n', "themes/own/notes.txt": "nothing reads this"})
    shutil.copytree(leaflets / "examplin", leaflets / "second")
    for name in NAMES:
        (leaflets / name / "images").mkdir()
        Image.new("RGB", (300, 200), "teal").save(leaflets / name / "images" / "house.png")
    made = build(root, formats=formats)
    assert made.did == list(NAMES) and not any(each.blocked for each in made.made.values())
    return root


def words(root: Path, dice: random.Random) -> None:
    """A word in one leaflet."""
    path = root / "source" / "leaflets" / dice.choice(NAMES) / "leaflet.md"
    change(path, "tells you", f"tells you {dice.choice(('much', 'little', 'all', 'more'))}")


def picture(root: Path, dice: random.Random) -> None:
    """Another picture of the same size in bytes and pixels, in the same second."""
    path = root / "source" / "leaflets" / dice.choice(NAMES) / "images" / "house.png"
    image = Image.new("RGB", (300, 200), dice.choice(("teal", "navy", "black", "olive")))
    if dice.random() < 0.5:
        image.save(path)
    else:
        image.save(path.with_name("new.png"))
        path.with_name("new.png").replace(path)


def product(root: Path, dice: random.Random) -> None:
    path = root / "source" / "products" / "examplin.toml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("hotline")]
    path.write_text("\n".join([*lines, f'hotline = "{dice.randrange(4)}"']) + "\n")


def safety(root: Path, dice: random.Random) -> None:
    path = root / "source" / "safety" / "examplin-us-patient.md"
    change(path, "- headache\n", f"- {dice.choice(('cough', 'fever', 'rash'))}\n- headache\n")


def glossary(root: Path, dice: random.Random) -> None:
    """It comes, changes or goes."""
    path = root / "source" / "glossary.toml"
    if path.exists() and dice.random() < 0.5:
        path.unlink()
    else:
        path.write_text(f'[disease]\nterm = "disease"\ndefinition = "not {dice.randrange(5)} good days"\n')


def look(root: Path, dice: random.Random) -> None:
    """The theme of both."""
    path = root / "themes" / "own" / "leaflet.css"
    path.write_text(f"h1 {{ margin-top: {dice.randrange(3, 6)}mm }}\n") if dice.random() < 0.7 else path.unlink(True)


def touched(root: Path, dice: random.Random) -> None:
    """Nothing but a time."""
    path = dice.choice([each for each in sorted((root / "source").rglob("*")) if each.is_file()])
    os.utime(path, ns=(dice.randrange(10**18), dice.randrange(10**18)))


def unread(root: Path, dice: random.Random) -> None:
    """A file that nothing reads."""
    (root / "themes" / "own" / "notes.txt").write_text(str(dice.random()))


def output(root: Path, dice: random.Random) -> None:
    """An output is lost, altered behind its time, or somebody else's file stands there."""
    path = dice.choice([each for each in sorted((root / "outputs").glob("*/*")) if each.is_file()])
    told = path.stat()
    if dice.random() < 0.4:
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[dice.randrange(len(data))] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def store(root: Path, dice: random.Random) -> None:
    """The store is damaged somewhere, or gone."""
    for tail in ("-wal", "-shm"):
        (root / ".publish" / f"builds.sqlite{tail}").unlink(missing_ok=True)
    path = root / ".publish" / "builds.sqlite"
    if dice.random() < 0.3:
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    at = dice.randrange(len(data))
    data[at : at + 300] = dice.randbytes(len(data[at : at + 300]))
    path.write_bytes(data)


def settings(root: Path, dice: random.Random) -> None:
    (root / "publish.toml").write_text(f"[limits]\npages = {dice.choice((100, 200, 400))}\n")


EDITS: tuple[Edit, ...] = (
    *(words, words, picture, product, safety, glossary, look, touched, unread, output, output, store, settings),
)


@pytest.mark.parametrize(
    ("formats", "number"),
    [(formats, number) for formats, count in SEQUENCES.items() for number in range(count)],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else str(value),
)
def test_an_incremental_build_is_a_clean_build(
    started: Callable[[tuple[str, ...]], Path], formats: tuple[str, ...], number: int, tmp_path: Path
) -> None:
    root = shutil.copytree(started(formats), tmp_path / "project")
    dice = random.Random(f"{formats} {number}")
    edits = []
    for _ in range(dice.randint(1, OFTEN)):
        edit = dice.choice(EDITS)
        edits.append(edit.__name__)
        edit(root, dice)
        if dice.random() < 0.6:
            build(root, formats=formats, whole=dice.random() < 0.5)
    last = build(root, formats=formats, whole=dice.random() < 0.5)
    again = build(root, formats=formats)
    clean(root, tmp_path / "clean", *NAMES, formats=formats)
    told = f"{', '.join(edits)}; {last.why}"
    assert files(root / "outputs") == files(tmp_path / "clean"), told
    assert again.did == [], f"{told}: built again for nothing: {again.why}"
