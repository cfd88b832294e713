"""Ace by DAISY: is a book accessible?"""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from clients import not_checked, surroundings
from publish import programs

SECONDS = 180


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a book breaks: its impact (minor to critical), its name, the file and what is wrong there."""

    impact: str
    rule: str
    file: str
    text: str


def ace(book: bytes) -> list[Violation]:
    """What Ace finds. Its report is read, for its exit code is 0 whatever it finds."""
    program, browser = programs.ACE.probe(), programs.CHROMIUM.probe()
    if program is None or program.path is None:
        not_checked(programs.ACE)
    if browser is None or browser.path is None:
        not_checked(programs.CHROMIUM)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "book.epub").write_bytes(book)
        command = [program.path, "--silent", "--outdir", folder / "report", "--tempdir", folder / "temporary"]
        environment = surroundings(PUPPETEER_EXECUTABLE_PATH=str(browser.path), HOME=name)
        ran = subprocess.run(
            [*command, folder / "book.epub"], env=environment, capture_output=True, timeout=SECONDS, check=False
        )
        report = folder / "report" / "report.json"
        assert report.is_file(), f"Ace made no report: {ran.stdout.decode()} {ran.stderr.decode()}"
        told = json.loads(report.read_text("utf-8"))
    violations = [
        Violation(
            impact=assertion["earl:test"].get("earl:impact", ""),
            rule=assertion["earl:test"]["dct:title"],
            file=document["earl:testSubject"]["url"],
            text=assertion["earl:result"]["dct:description"],
        )
        for document in told["assertions"]
        for assertion in document["assertions"]
    ]
    outcome = told["earl:result"]["earl:outcome"]
    assert (outcome == "pass") is (not violations), f"Ace says {outcome} and names {violations}"
    return violations
