"""A catalogue of leaflets that differ in words, tables, pictures and languages: `python -m benchmarks.catalogue DIR`.

The same numbers and seed make the same files. Each leaflet shows about 1,060 words (in German, whose words are longer,
900) on two pages, with three tables and a JPEG of about 170 kB; every third has a PNG besides, every fifth an SVG,
every fourth a story with a code to scan. A product has 24 leaflets: four topics in six languages; those of a language
share one safety file. The JPEGs come from a pool of 200 different ones, and each leaflet gets a file of its own; so
the first 200 leaflets have 200 different pictures. Two leaflets of a language have about one in six of their stretches
of eight words in common, besides the safety text.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

from benchmarks import leaflets, pictures
from benchmarks.leaflets import PER_PRODUCT, TOPICS, Subject
from benchmarks.wording import LANGUAGES

UNIT_WORDS = 1058
POOL = 200

_SETTINGS = "[limits]\nseconds = 1200\nmemory-mb = 8000\n"
_Pool = dict[int, bytes]


def write(folder: Path, number: int, seed: int = 1) -> list[str]:
    """A project of so many leaflets; their names. Files that are there already are written over."""
    made = [_subject(index, seed) for index in range(number)]
    pool: _Pool = {}
    _shared(folder, made, seed)
    for index, subject in enumerate(made):
        _leaflet(folder, subject, seed, {subject.photograph: index % POOL}, pool)
    return [subject.name for subject in made]


def one(folder: Path, seed: int = 1) -> str:
    """The unit of measure: a flat leaflet of 1,058 words, three tables and a JPEG of 170 kB on two pages; its name."""
    subject = Subject("unit", 0, "en", "start", f"{seed} unit", UNIT_WORDS)
    _shared(folder, [subject], seed)
    _leaflet(folder, subject, seed, {subject.photograph: 0}, {})
    return subject.name


def long(folder: Path, times: int = 50, seed: int = 1) -> str:
    """A leaflet of so many times the unit's words, tables and pictures, all of them different; its name."""
    name = f"long-{times}"
    subject = Subject(name, 0, "en", "start", f"{seed} long", UNIT_WORDS * times, "photograph-{}.jpg", chapters=times)
    _shared(folder, [subject], seed)
    _leaflet(folder, subject, seed, {f"photograph-{chapter}.jpg": chapter % POOL for chapter in range(times)}, {})
    return name


def _subject(index: int, seed: int) -> Subject:
    product, kind = divmod(index, PER_PRODUCT)
    language, topic = LANGUAGES[kind % len(LANGUAGES)], TOPICS[kind // len(LANGUAGES)]
    return Subject(
        name=f"{leaflets.product_key(product)}-{language}-{topic}",
        product=product,
        language=language,
        topic=topic,
        seed=f"{seed} {index}",
        words=UNIT_WORDS + Random(f"{seed} {index} words").randint(-30, 30) - (160 if language == "de" else 0),
        scheme="scheme.png" if index % 3 == 1 else "",
        drawing="curve.svg" if index % 5 == 2 else "",
        story=index % 4 == 3,
    )


def _shared(folder: Path, made: Iterable[Subject], seed: int) -> None:
    """What leaflets share: settings, products, safety files, glossary and references."""
    for name in ("products", "safety", "leaflets"):
        (folder / "source" / name).mkdir(parents=True, exist_ok=True)
    (folder / "publish.toml").write_text(_SETTINGS, "utf-8")
    source, known, products = folder / "source", set[str](), dict[int, None]()
    for subject in made:
        products[subject.product] = None
        if subject.safety not in known:
            known.add(subject.safety)
            (source / "safety" / f"{subject.safety}.md").write_text(leaflets.safety_file(subject, seed), "utf-8")
    for product in products:
        file = source / "products" / f"{leaflets.product_key(product)}.toml"
        file.write_text(leaflets.product_file(product), "utf-8")
    entries = []
    for language, (term, definition) in leaflets.GLOSSARY.items():
        key = "active-substance" if language == "en" else f"active-substance.{language}"
        entries.append(f'[{key}]\nterm = "{term}"\ndefinition = "{definition}"\n')
    (source / "glossary.toml").write_text("".join(entries), "utf-8")
    (source / "references.toml").write_text("".join(map(leaflets.reference, products)), "utf-8")


def _leaflet(folder: Path, subject: Subject, seed: int, photographs: dict[str, int], pool: _Pool) -> None:
    """One leaflet's folder; `photographs` are numbers of the pool, which is filled as it is asked."""
    place = folder / "source" / "leaflets" / subject.name
    os.makedirs(place / "images", exist_ok=True)  # noqa: PTH103  (half the time of Path.mkdir, 12,000 times)
    (place / "leaflet.md").write_text(leaflets.leaflet(subject, seed), "utf-8")
    for name, number in photographs.items():
        if number not in pool:
            pool[number] = pictures.photograph(seed * POOL + number)
        (place / "images" / name).write_bytes(pool[number])
    own = Random(subject.seed).randrange(2**32)
    if subject.scheme:
        (place / "images" / subject.scheme).write_bytes(pictures.scheme(own))
    if subject.drawing:
        (place / "images" / subject.drawing).write_text(pictures.drawing(own), "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write a catalogue, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalogue", description="Make a project of leaflets.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--leaflets", type=int, default=100, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    if given.leaflets < 1:
        parser.error("--leaflets must be 1 or more")
    names = write(given.folder, given.leaflets, given.seed)
    print(f"{len(names)} leaflets in {given.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
