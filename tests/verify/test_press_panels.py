"""Panels that were exchanged on the sheet are found, though every word is there and the tags tell its order."""

from __future__ import annotations

import io

import pikepdf
import pytest

import presswork as work


def exchanged(data: bytes, one: tuple[int, int], other: tuple[int, int]) -> bytes:
    """The press file with two panels, (side from 0, number), each in the other's place."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tables = [pdf.pages[side].Resources.XObject for side, _ in (one, other)]
        forms = [table[f"/P{number}"] for table, (_, number) in zip(tables, (one, other), strict=True)]
        tables[0][f"/P{one[1]}"], tables[1][f"/P{other[1]}"] = forms[1], forms[0]
        written = io.BytesIO()
        pdf.save(written)
    return written.getvalue()


def told(data: bytes) -> list[tuple[str, int | None]]:
    findings, _ = work.judged(work.letter_tri(), "press_panels", data=data)
    return [(each.code, each.place.page if each.place else None) for each in findings]


def test_the_honest_file_passes() -> None:
    assert told(work.letter_tri().data) == []


@pytest.mark.parametrize(("one", "other"), [((0, 1), (0, 5)), ((0, 5), (0, 6)), ((1, 2), (1, 3)), ((1, 3), (1, 4))])
def test_panels_in_each_others_place_are_found(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert [code for code, _ in told(exchanged(work.letter_tri().data, one, other))] == ["press.panel-order"]


def test_the_finding_says_in_which_order_they_stand() -> None:
    data = exchanged(work.letter_tri().data, (1, 2), (1, 3))
    ((finding,), _) = work.judged(work.letter_tri(), "press_panels", data=data)
    assert "1, 3, 2, 4, 5, 6" in finding.message and finding.place is not None and finding.place.page == 2
