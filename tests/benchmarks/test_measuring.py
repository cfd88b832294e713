"""Costs are of all processes of a command, ratios are of pairs, and targets are compared the right way round."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.measure import Cost
from benchmarks.results import Row

from benchmarks import measure, unproven

_BURN = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"
_ORPHAN = f"import os\nif not os.fork():\n    os.setsid()\n    if not os.fork():\n        exec({_BURN!r})\n"


def _row(value: float, target: float, at_least: bool = False) -> Row:
    return Row("name", "work", 2.0, 1.0, "a peer", "s", value, target, at_least)


def test_a_process_that_nobody_waits_for_is_counted() -> None:
    alone = measure.run([sys.executable, "-I", "-c", "pass"])
    cost = measure.run([sys.executable, "-I", "-c", _ORPHAN])
    assert cost.cpu - alone.cpu > 0.25


def test_commands_are_added_up() -> None:
    command = [sys.executable, "-I", "-c", _BURN]
    assert measure.run(command, command).cpu > 0.55


def test_a_command_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(measure.CommandFailed, match=r"ended with 3: no more"):
        measure.run([sys.executable, "-c", "import sys; print('no more', file=sys.stderr); sys.exit(3)"])


def test_ways_are_measured_in_turn_and_the_first_round_is_not_counted() -> None:
    order: list[str] = []

    def way(name: str, cpu: float) -> Cost:
        order.append(name)
        return Cost(cpu, 0.0, 0.0)

    ways = {"a": lambda number: way("a", number), "b": lambda number: way("b", 10 * number)}
    costs = measure.in_turn(ways, runs=2, warm=1)
    assert order == ["a", "b"] * 3
    assert [cost.cpu for cost in costs["a"]] == [1, 2]
    assert [cost.cpu for cost in costs["b"]] == [10, 20]


def test_a_ratio_is_of_pairs() -> None:
    assert measure.ratio([1, 4, 30], [2, 4, 10]) == 1
    assert measure.median([Cost(1, 5, 9), Cost(3, 4, 7), Cost(2, 6, 8)]) == Cost(2, 5, 8)


def test_a_slope_is_that_of_the_line() -> None:
    assert measure.slope([(0, 7), (1, 10), (2, 13)]) == pytest.approx(3)


@pytest.mark.parametrize(
    ("value", "target", "at_least", "met", "used"),
    [
        (0.5, 1.0, False, True, 0.5),
        (2.0, 1.0, False, False, 2.0),
        (0.9, 0.9, True, True, 1.0),
        (0.45, 0.9, True, False, 2.0),
    ],
)
def test_a_target_is_a_most_or_a_least(value: float, target: float, at_least: bool, met: bool, used: float) -> None:
    row = _row(value, target, at_least)
    assert row.met is met
    assert row.used == pytest.approx(used)


def test_only_the_benchmarks_go_without_proofs(tmp_path: Path) -> None:
    asked = "from publish import verify; print(len(verify.checks_for('pdf')))"
    counts = [
        int(subprocess.run([sys.executable, "-c", asked], env=env, capture_output=True, text=True, check=True).stdout)
        for env in (dict(os.environ), unproven.environment())
    ]
    assert counts[0] > 1
    assert counts[1] == 1
