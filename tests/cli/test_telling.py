from __future__ import annotations

import json

import pytest

from publish.build import Made
from publish.cli.telling import Teller
from publish.diagnostics import Finding, Place, Severity

SHARED = Finding(
    "safety.not-approved", "the safety text is a draft", Place("safety.md", 1), "approve it", Severity.NOTE
)
BROKEN = Finding("safety.broken", "the safety text cannot be read", Place("safety.md", 9), "mend it")


def told(*of: tuple[str, Finding], as_json: bool = False) -> None:
    teller = Teller(as_json, len(of))
    for name, finding in of:
        made = Made(name, findings=(finding,))
        teller.told(made)
        teller.done(made, f"built {name}")
    teller.summary("built")


def test_what_many_leaflets_share_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    own = Finding("style.long", "a long sentence", Place("c.md", 3), severity=Severity.WARNING)
    told(("a", SHARED), ("b", SHARED), ("c", own), ("d", SHARED))
    said = capsys.readouterr()
    assert said.err.count("the safety text is a draft") == said.err.count("approve it") == 1
    assert said.err.count("a long sentence") == 1
    assert "one of the findings above holds for several leaflets; --json tells those of each" in said.err
    assert [line for line in said.out.splitlines() if line.startswith("built ")] == [f"built {name}" for name in "abcd"]


def test_an_error_is_named_for_each_leaflet_that_it_stops(capsys: pytest.CaptureFixture[str]) -> None:
    told(("a", BROKEN), ("b", BROKEN))
    said = capsys.readouterr().err
    assert said.count("mend it") == 1
    assert said.count("safety.md:9: error[safety.broken] the safety text cannot be read\n") == 1
    assert said.count("safety.md:9: error[safety.broken] the safety text cannot be read (as above)\n") == 1


def test_programs_are_told_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    told(("a", SHARED), ("b", SHARED), as_json=True)
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["leaflet"] for each in said if each["type"] == "finding"] == ["a", "b"]
