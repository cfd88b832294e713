"""Three-way, as texts: a base, what each side made of it, and what comes of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.review.merge import apply, by_line, hunks, merged

BASE = "one two three four\n\nfive six\n\nseven\n"

CASES = {
    "only theirs": (BASE, BASE.replace("two", "2"), BASE.replace("two", "2"), 0),
    "only ours": (BASE.replace("two", "2"), BASE, BASE.replace("two", "2"), 0),
    "two lines": (BASE.replace("two", "2"), BASE.replace("six", "6"), BASE.replace("two", "2").replace("six", "6"), 0),
    "one line": (BASE.replace("one", "1"), BASE.replace("four", "4"), BASE.replace("one", "1").replace("four", "4"), 0),
    "the same on both": (BASE.replace("two", "2"), BASE.replace("two", "2"), BASE.replace("two", "2"), 0),
    "the same word": (BASE.replace("two", "2"), BASE.replace("two", "II"), BASE.replace("two", "2"), 1),
    "words that touch": (BASE.replace("two", "2"), BASE.replace("three", "3"), BASE.replace("two", "2"), 1),
    "deleted and changed": (
        BASE.replace("five six\n\n", ""),
        BASE.replace("six", "6"),
        BASE.replace("five six\n\n", ""),
        1,
    ),
    "both put in at one place": (BASE + "ours\n", BASE + "theirs\n", BASE + "ours\n", 1),
}


@pytest.mark.parametrize(("ours", "theirs", "both", "conflicts"), CASES.values(), ids=CASES)
def test_merged(ours, theirs, both, conflicts):
    text, found = merged(BASE, ours, theirs)
    assert (text, len(found)) == (both, conflicts)


TEXT = st.lists(st.sampled_from(["a b c\n", "\n", "d\n", "e f\n", "x y z w\n"]), max_size=12).map("".join)


@given(TEXT, TEXT)
def test_hunks_make_one_text_of_the_other(one, two):
    assert apply(one, hunks(one, two)) == two
    assert apply(one, by_line(one, two)) == two


@given(TEXT, TEXT)
def test_with_one_side_unchanged_the_other_is_the_answer(base, other):
    assert merged(base, base, other) == (other, [])
    assert merged(base, other, base) == (other, [])
