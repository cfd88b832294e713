"""A real editor between export and import: LibreOffice makes each kind of edit, and the source gets its exact bytes."""

from __future__ import annotations

from functools import cache

import pytest

from clients.office import Office
from publish.review.importing import Import
from review import made
from review.edits import ROUNDS, Case

pytestmark = pytest.mark.client

WAYS = {"tracked": True, "untracked": False}
CASES = {f"{round_}: {case[0]}": (round_, case) for round_, cases in ROUNDS.items() for case in cases}


@cache
def brought_back(office: Office, round_: str, tracked: bool) -> Import:
    """The import of a copy in which all of a round's edits were made."""
    project, data = made.base()
    steps = [step for _, steps, _ in ROUNDS[round_] for step in steps]
    return made.imported(project, office.edited(data, [["track", tracked], *steps]))


def expected(cases: list[Case]) -> str:
    text = made.SOURCE
    for name, _, changes in cases:
        for old, new in changes:
            assert text.count(old) == 1, f"{name}: “{old}” must stand in the source once"
            text = text.replace(old, new)
    return text


def test_there_are_enough():
    assert len(CASES) >= 60


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("round_", ROUNDS)
def test_all_edits_of_a_round_give_these_bytes(office: Office, round_: str, way: str) -> None:
    result = brought_back(office, round_, WAYS[way])
    assert made.text_after(result, made.base()[0]).splitlines() == expected(ROUNDS[round_]).splitlines()
    assert made.text_after(result, made.base()[0]) == expected(ROUNDS[round_])
    assert not result.blocked and not result.conflicts


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("round_", "case"), CASES.values(), ids=CASES)
def test_an_edit_is_carried(office: Office, round_: str, case: Case, way: str) -> None:
    """Which edit it is that fails, when a round does."""
    text = made.text_after(brought_back(office, round_, WAYS[way]), made.base()[0])
    _, _, changes = case
    for old, new in changes:
        assert new in text and (old in new or old not in text or made.SOURCE.count(old) > 1), (old, new)


@pytest.mark.parametrize("name", ["nomid", "beispielin"])
def test_an_unedited_copy_changes_no_byte(office: Office, name: str) -> None:
    project, data = made.sample(name)
    for back in (data, office(data, "docx")):
        result = made.imported(project, back)
        assert result.files == {} and result.findings == () and result.changes == () and result.comments == ()
    project, data = made.base()
    for back in (data, office(data, "docx")):
        result = made.imported(project, back)
        assert result.files == {} and result.findings == () and result.changes == ()


def test_the_safety_title_changed_by_libreoffice_is_refused(office: Office) -> None:
    """LibreOffice once stored this as XML that nobody can read."""
    project, data = made.base()
    steps = [["track", True], ["select", "Important Safety Information"], ["type", "Important Words"]]
    result = made.imported(project, office.edited(data, steps))
    (finding,) = [each for each in result.findings if each.code == "review.safety-changed"]
    assert "after: “Important Words about Examplin”" in finding.message and result.blocked


def test_a_note_put_into_the_safety_block_does_not_come_into_the_leaflet(office: Office) -> None:
    project, data = made.base()
    steps = [["track", True], ["after", "headache"], ["do", "InsertFootnote"], ["type", "Not so."]]
    result = made.imported(project, office.edited(data, steps))
    assert [finding.code for finding in result.findings] == ["review.safety-changed"]
    assert result.blocked and result.files == {}
