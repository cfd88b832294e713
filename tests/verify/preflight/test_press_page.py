"""docs/press.md tells every rule that a press profile may name, once, and the profiles that ship name only such."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from publish.policy import load_press_profile, press_profile_names
from publish.verify.preflight import rule_names

PAGE = Path(__file__).parents[3] / "docs" / "press.md"


def test_the_page_tells_every_rule_once():
    told = Counter(re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    assert told == Counter(rule_names())


def test_the_page_tells_every_profile():
    text = PAGE.read_text("utf-8")
    assert [name for name in press_profile_names() if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", press_profile_names())
def test_a_profile_that_ships_names_rules_that_there_are(name):
    profile = load_press_profile(name)
    assert set(profile.rules) <= set(rule_names())
    assert profile.source and profile.icc.is_file()
    assert [rule.name for rule in profile.rules.values() if not rule.source] == []
