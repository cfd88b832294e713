"""Results are kept row by row; the table says what was not met; the charts are sound SVG."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.results import Row
from lxml import etree

from benchmarks import chart, results

GOOD = Row("good", "some work", 0.5, 2.0, "a peer", "s", 0.25, 0.5, note="As it should be.")
BAD = Row("bad", "more & more work", 300.0, None, "", "MiB", 300.0, 90.0, of="MiB", note="Too much.")
EFFICIENT = Row("efficient", "work by two", 5.0, 9.0, "by one", "s", 0.9, 0.9, at_least=True, of="efficiency")
SVG = "{http://www.w3.org/2000/svg}"


def test_a_row_run_anew_replaces_its_own_alone(tmp_path: Path) -> None:
    results.keep([GOOD, BAD], ["good", "bad"], tmp_path)
    kept = results.keep([replace(BAD, value=10.0)], ["bad", "good"], tmp_path)
    assert [(row.name, row.value) for row in kept] == [("bad", 10.0), ("good", 0.25)]
    assert results.load(tmp_path) == kept
    assert json.loads((tmp_path / results.KEPT).read_text("utf-8"))["versions"]["publish"]


def test_the_table_says_what_was_measured_and_what_was_not_met(tmp_path: Path) -> None:
    results.write_table(results.keep([GOOD, BAD, EFFICIENT], ["good", "bad", "efficient"], tmp_path), tmp_path)
    lines = (tmp_path / results.TABLE).read_text("utf-8").splitlines()
    assert "| good | some work; against a peer | 0.50 s | 2.00 s | 0.25  | ≤ 0.50  | yes |" in lines
    assert "| bad | more & more work | 300 MiB | – | 300 MiB | ≤ 90.0 MiB | **no** |" in lines
    assert (
        "| efficient | work by two; against by one | 5.00 s | 9.00 s | 0.90 efficiency | ≥ 0.90 efficiency | yes |"
        in lines
    )
    assert any(line.startswith("- `good` (1 runs") and line.endswith("As it should be.") for line in lines)


def test_bars_are_as_long_as_what_is_used_of_the_target() -> None:
    tree = etree.fromstring(chart.bars([GOOD, replace(GOOD, name="half", value=0.125), BAD]).encode())
    said = [text.text for text in tree.iter(f"{SVG}text")]
    assert {"good", "half", "bad"} <= set(said)
    assert "300 MiB, asked ≤ 90.0 (cut)" in said
    bars = [rect for rect in tree.iter(f"{SVG}rect") if rect.get("rx")]
    good, half, bad = (float(rect.get("width", "")) for rect in bars)
    assert good == pytest.approx(2 * half, abs=0.2)
    assert bad == pytest.approx(4 * good, abs=0.5), "cut at twice the target"
    assert bars[0].get("fill") == bars[1].get("fill") != bars[2].get("fill")


def test_nothing_of_a_chart_stands_outside_of_it() -> None:
    curve = chart.curve([(0, 100.0), (1000, 180.0), (2000, 175.0)], "Memory", "all is well", "built", "MiB")
    for drawn in (chart.bars([GOOD, BAD, EFFICIENT]), curve):
        tree = etree.fromstring(drawn.encode())
        width, height = float(tree.get("width", "")), float(tree.get("height", ""))
        for text in tree.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x", "")) <= width
            assert 0 <= float(text.get("y", "")) <= height
        for line in tree.iter(f"{SVG}polyline"):
            points = [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
            assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


def test_figures_have_three_digits_that_matter() -> None:
    assert [results.figure(value) for value in (0.0123, 0.456, 7.891, 45.67, 1234.5)] == [
        "0.012", "0.46", "7.89", "45.7", "1234",
    ]  # fmt: skip
