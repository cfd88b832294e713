"""Markdown and what it becomes, side by side in cases/*.txt.

A case begins with `@@ name`, and its expected outline and findings with `@@=`. → stands for a tab, ␣ for a space at
a line's end. `ACCEPT=1 pytest tests/reader/test_cases.py` writes what is read now as expected: look at the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from reader.desk import FRONT, Desk, Reading
from reader.outline import outline

FILES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
SKIPPED = FRONT.count("\n")  # lines in findings count from the case's first


def cases(path: Path) -> list[tuple[str, str, str]]:
    parts = re.split(r"^@@ (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = []
    for name, content in zip(parts[1::2], parts[2::2], strict=True):
        source, _, expected = content.partition("@@=\n")
        found.append((name, source, expected.rstrip("\n")))
    return found


def shown(reading: Reading) -> str:
    lines = outline(reading.document) if reading.document else ["no document"]
    for finding in reading.findings:
        place = finding.place
        line = place.line - SKIPPED if place and place.line else "-"
        where = f"{line}:{place.column or '-'}" if place else "-"
        lines.append(f"! {finding.code} {where} {finding.message}")
    return "\n".join(lines)


def read(desk: Desk, source: str) -> str:
    return shown(desk.body(source.replace("→", "\t").replace("␣", " ")))


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [pytest.param(*case, id=f"{path.stem}: {case[0]}") for path in FILES for case in cases(path)],
)
def test_case(desk: Desk, name: str, source: str, expected: str) -> None:
    assert read(desk, source) == expected


@pytest.mark.skipif("ACCEPT" not in os.environ, reason="only to accept new results")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_accept(desk: Desk, path: Path) -> None:
    whole = "".join(f"@@ {name}\n{source}@@=\n{read(desk, source)}\n\n" for name, source, _ in cases(path))
    path.write_text(whole.rstrip("\n") + "\n", encoding="utf-8")
