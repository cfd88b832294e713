"""Folds: each is folded here in earnest, panel by panel, and must come out with its cover on top and nothing jammed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.diagnostics import Place, Refused
from publish.model import Press
from publish.press.folds import FEWEST, MOST, NARROWEST_MM, FoldedSheet, fold_names, folded, refuse_sheet

HERE = Place("leaflet.md", 12)
PAGE = (210.0, 297.0)
INCH = 25.4
OPEN = ("roll", "accordion")


def sheet(fold: str, stock: str = "", panels: int | None = None, **more: object) -> FoldedSheet:
    compensation: Mapping[str, float] = more.pop("compensation", {})  # type: ignore[assignment]
    press = Press(fold=fold, stock=stock, panels=panels, **more)  # type: ignore[arg-type]
    return folded(press, PAGE, compensation, HERE)


def inside(given: FoldedSheet) -> list[float]:
    return [panel.width for panel in given.sides[1].panels]


# --- a strip of paper ---


@dataclass
class Strip:
    """The sheet seen from its inside, as panels that are turned over creases.

    `spans` are each panel's edges in mm, `up` whether its inside faces the one who folds, `pile` the panels from the
    lowest to the highest, `pending` the creases (by the panel on their left) that are still flat.
    """

    widths: Sequence[float]
    spans: list[tuple[float, float]] = field(init=False)
    up: list[bool] = field(init=False)
    pile: list[int] = field(init=False)
    pending: set[int] = field(init=False)

    def __post_init__(self) -> None:
        edges = [sum(self.widths[:number]) for number in range(len(self.widths) + 1)]
        self.spans = list(pairwise(edges))
        self.up = [True] * len(self.widths)
        self.pile = list(range(len(self.widths)))
        self.pending = set(range(len(self.widths) - 1))

    def crease(self, left: int) -> float:
        """Where the crease between a panel and its right neighbour lies now."""
        shared = set(self.spans[left]) & set(self.spans[left + 1])
        assert len(shared) == 1, "two panels hang together by one crease"
        return shared.pop()

    def turn(self, moving: Mapping[int, int], over: bool = True) -> None:
        """Turns panels, each about a crease, onto the others or behind them; creases turned about are folded now."""
        axes = {crease: self.crease(crease) for crease in set(moving.values())}
        for panel, crease in moving.items():
            left, right = self.spans[panel]
            self.spans[panel] = (round(2 * axes[crease] - right, 6), round(2 * axes[crease] - left, 6))
            self.up[panel] = not self.up[panel]
        self.pending -= set(axes)
        stack = [panel for panel in reversed(self.pile) if panel in moving]
        rest = [panel for panel in self.pile if panel not in moving]
        self.pile = rest + stack if over else stack + rest

    def room_to(self, panel: int, crease: int) -> float:
        """How far a panel that was turned in stays off a crease that is still to be folded: less than 0 jams."""
        left, right = self.spans[panel]
        at = self.crease(crease)
        return max(left - at, at - right)


def fold_up(fold: str, widths: Sequence[float]) -> tuple[Strip, list[float]]:
    """Folds a strip as the fold is done by hand; also how much room each panel has that is tucked in."""
    strip, room, last = Strip(widths), [], len(widths) - 1
    if fold == "single-sheet":
        strip.up = [False]  # not folded, only laid with its cover up
    elif fold == "half":
        strip.turn({0: 0})
    elif fold == "letter-tri":
        strip.turn({2: 1})
        room.append(strip.room_to(2, 0))
        strip.turn({0: 0})
    elif fold == "z":
        strip.turn({2: 1}, over=False)
        strip.turn({0: 0})
    elif fold == "gate":
        strip.turn({2: 1})
        strip.turn({0: 0})
        room.append(strip.spans[2][0] - strip.spans[0][1])
    elif fold == "double-gate":
        strip.turn({3: 2})
        strip.turn({0: 0})
        room += [strip.room_to(3, 1), strip.room_to(0, 1)]
        strip.turn({1: 1, 0: 1})
    elif fold == "double-parallel":
        strip.turn({2: 1, 3: 1})
        room.append(strip.crease(2) - strip.crease(0))  # the inner sheet is creased before the outer one ends
        strip.turn({0: 0, 3: 2})
    elif fold == "roll":
        for crease in range(last - 1, 0, -1):
            strip.turn(dict.fromkeys(range(crease + 1, last + 1), crease))
            room += [strip.room_to(panel, crease - 1) for panel in range(crease + 1, last + 1)]
        strip.turn({0: 0})
    elif fold == "accordion":
        for crease in range(last - 1, 0, -1):
            strip.turn(dict.fromkeys(range(crease + 1, last + 1), crease), over=crease % 2 == 0)
        strip.turn({0: 0})
    return strip, room


def number_of(given: FoldedSheet, panel: int, on_inside: bool) -> int:
    """The number printed on a panel's face; the outside is seen from behind, so its panels run the other way."""
    side = given.sides[1].panels if on_inside else given.sides[0].panels[::-1]
    return side[panel].number


CASES = [
    *((fold, stock, None) for fold in fold_names() if fold not in OPEN for stock in ("letter", "a4", "317.5 x 200")),
    *(
        (fold, stock, count)
        for fold in OPEN
        for count in (2, 3, 4, 5)
        for stock in ("letter", "a4", "317.5 x 200")
    ),
    *((fold, "900 x 200", MOST) for fold in OPEN),
]  # fmt: skip


@pytest.mark.parametrize(("fold", "stock", "count"), CASES)
def test_a_fold_comes_out_with_its_cover_on_top(fold, stock, count):
    given = sheet(fold, stock, count)
    widths = inside(given)
    strip, _ = fold_up(fold, widths)
    assert strip.pending == set()
    top, bottom = strip.pile[-1], strip.pile[0]
    assert number_of(given, top, on_inside=strip.up[top]) == 1
    seen_behind = number_of(given, bottom, on_inside=not strip.up[bottom])
    panels = len(widths)
    accordion = panels + 2 if panels % 2 == 0 else panels + 1
    assert seen_behind == {"single-sheet": 2, "z": 4, "accordion": accordion}.get(fold, 2 * panels)


@pytest.mark.parametrize(("fold", "stock", "count"), CASES)
def test_what_is_tucked_in_is_shorter_than_its_room_and_nothing_sticks_out(fold, stock, count):
    widths = inside(sheet(fold, stock, count))
    strip, room = fold_up(fold, widths)
    assert all(clearance > 0.5 for clearance in room), room
    assert bool(room) is (fold not in ("single-sheet", "half", "z", "accordion") and len(widths) > 2)
    cover, back = strip.spans[strip.pile[-1]], strip.spans[strip.pile[0]]
    left, right = min(cover[0], back[0]), max(cover[1], back[1])
    assert all(left - 1e-4 <= span[0] and span[1] <= right + 1e-4 for span in strip.spans), strip.spans


def test_a_tucked_panel_that_is_too_long_would_be_noticed():
    """The simulation can fail: a letter fold of equal panels has no room, one turned round jams."""
    assert fold_up("letter-tri", [93, 93, 93])[1] == [0]
    assert fold_up("letter-tri", [92, 93, 94])[1] == [-1]
    assert fold_up("roll", [60, 60, 61, 59])[1][-1] < 0
    assert fold_up("gate", [70, 138, 70])[1] == [-2]


@pytest.mark.parametrize(("fold", "stock", "count"), CASES)
def test_the_sides_mirror_each_other_and_fill_the_sheet(fold, stock, count):
    given = sheet(fold, stock, count)
    outside, within = given.sides
    assert (outside.name, within.name) == ("outside", "inside")
    for side in given.sides:
        assert side.panels[0].left == 0
        for one, other in pairwise(side.panels):
            assert other.left == pytest.approx(one.left + one.width)
        assert side.panels[-1].left + side.panels[-1].width == pytest.approx(given.width)
    assert [panel.width for panel in outside.panels] == inside(given)[::-1]
    assert [given.width - fold for fold in outside.folds[::-1]] == pytest.approx(list(within.folds))


@pytest.mark.parametrize(("fold", "stock", "count"), CASES)
def test_each_number_of_the_reading_order_stands_once(fold, stock, count):
    given = sheet(fold, stock, count)
    panels = len(inside(given))
    assert [panel.number for panel in given.panels] == list(range(1, 2 * panels + 1))


def test_what_one_sees_on_opening_is_read_in_order():
    assert [p.number for p in sheet("letter-tri").sides[1].panels] == [2, 3, 4]
    assert [p.number for p in sheet("gate").sides[0].panels] == [2, 6, 1]  # the doors, seen from the front: 1, 2
    assert [p.number for p in sheet("double-gate").sides[1].panels] == [4, 5, 6, 7]
    assert [p.number for p in sheet("double-parallel").sides[0].panels] == [2, 3, 8, 1]


# --- the tables of printers, in inches ---


@pytest.mark.parametrize(
    ("fold", "stock", "count", "inches"),
    [
        ("letter-tri", "letter", None, [3.6875, 3.6875, 3.625]),
        ("half", "letter", None, [5.5, 5.5]),
        ("z", "letter", None, [11 / 3] * 3),
        ("double-gate", "letter", None, [2.75 + 1 / 32 - 1 / 16, 2.75 + 1 / 32, 2.75 + 1 / 32, 2.75 + 1 / 32 - 1 / 16]),
        (
            "double-parallel",
            "letter",
            None,
            [2.75 + 1 / 32, 2.75 + 1 / 32, 2.75 + 1 / 32 - 1 / 16, 2.75 + 1 / 32 - 1 / 16],
        ),
        ("accordion", "tabloid", 4, [17 / 4] * 4),
        ("single-sheet", "letter", None, [8.5]),
    ],
)
def test_the_panels_are_those_of_the_printers_tables(fold, stock, count, inches):
    assert [width / INCH for width in inside(sheet(fold, stock, count))] == pytest.approx(inches, abs=1e-6)


def test_the_doors_of_a_gate_are_three_thirty_seconds_shorter_than_half_of_the_centre():
    left, centre, right = inside(sheet("gate", "letter"))
    assert left == right and (centre / 2 - left) / INCH == pytest.approx(3 / 32)


def test_each_panel_of_a_roll_is_a_thirty_second_shorter_than_the_one_it_is_rolled_into():
    widths = [width / INCH for width in inside(sheet("roll", "500 x 210", 6))]
    steps = [one - other for one, other in pairwise(widths)]
    assert steps == pytest.approx([0] + [1 / 32] * 4)


def test_a_vendor_may_have_a_compensation_of_its_own():
    widths = inside(sheet("letter-tri", "a4", compensation={"letter-tri": 2.0, "gate": 9.0}))
    assert widths == pytest.approx([99 + 2 / 3, 99 + 2 / 3, 97 + 2 / 3])


# --- stocks ---


@pytest.mark.parametrize(
    ("fold", "stock", "size"),
    [
        ("half", "letter", (279.4, 215.9)),
        ("half", "Letter", (279.4, 215.9)),
        ("half", "a4 portrait", (210, 297)),
        ("single-sheet", "a4", (210, 297)),
        ("single-sheet", "a4 landscape", (297, 210)),
        ("single-sheet", "dl", (99, 210)),
        ("half", "", (297, 210)),
        ("single-sheet", "", PAGE),
        ("half", "300 x 210", (300, 210)),
        ("half", "300×210 mm", (300, 210)),
        ("half", "210.5x300", (210.5, 300)),
        ("z", "tabloid", (431.8, 279.4)),
    ],
)
def test_a_stock_lies_crosswise_when_it_is_folded(fold, stock, size):
    given = sheet(fold, stock)
    assert (given.width, given.height) == size


@given(
    st.sampled_from(fold_names()),
    st.floats(600, 1200),
    st.integers(FEWEST, MOST),
    st.floats(0, 3),
)
def test_any_sheet_is_filled_by_its_panels(fold, width, count, compensation):
    given = sheet(
        fold, f"{width:.2f} x 210", count if fold in OPEN else None, compensation={fold: compensation}
    )  # fmt: skip
    assert sum(inside(given)) == pytest.approx(given.width)
    assert min(inside(given)) >= NARROWEST_MM


@pytest.mark.parametrize(
    ("fold", "widths", "said"),
    [
        ("letter-tri", (99.0, 99.0, 99.0), "panel 3 of the inside"),
        ("letter-tri", (98.0, 99.0, 100.0), "100 mm do not go into 98 mm"),
        ("gate", (75.0, 147.0, 75.0), "panel 1 of the inside"),
        ("double-gate", (74.0, 74.5, 74.5, 74.0), ""),
        ("double-gate", (74.0, 74.0, 74.5, 74.5), "panel 1 of the inside"),
        ("double-parallel", (74.0, 74.0, 74.5, 74.5), "panel 3 of the inside"),
        ("roll", (75.0, 75.0, 73.5, 73.5), "panel 4 of the inside"),
        ("half", (120.0, 177.0), ""),
        ("z", (90.0, 110.0, 97.0), ""),
    ],
)
def test_panels_given_so_that_the_fold_jams_are_refused(fold, widths, said):
    if not said:
        assert inside(sheet(fold, "a4", widths=widths)) == list(widths)
        return
    with pytest.raises(Refused) as caught:
        sheet(fold, "a4", widths=widths)
    (finding,) = caught.value.findings
    assert finding.code == "press.fold-size" and said in finding.message and "narrower" in finding.hint


def test_the_panels_may_be_given():
    given = sheet("letter-tri", "a4", widths=(100.0, 100.0, 97.0))
    assert inside(given) == [100, 100, 97]
    assert [panel.width for panel in given.sides[0].panels] == [97, 100, 100]
    assert len(sheet("accordion", "400 x 210", widths=(100.0,) * 4).panels) == 8


# --- refusals ---


@pytest.mark.parametrize(
    ("press", "code", "said", "hint"),
    [
        (Press(fold="leter-tri"), "press.fold-unknown", "leter-tri", "letter-tri"),
        (Press(fold="map"), "press.fold-unknown", "map", ""),
        (Press(fold="half", panels=3), "press.fold-panels", "2 panels a side, not 3", "panels"),
        (Press(fold="letter-tri", panels=6), "press.fold-panels", "3 panels a side, not 6", "panels"),
        (Press(fold="roll"), "press.fold-panels", "says nothing", "panels: 4"),
        (Press(fold="accordion", panels=1), "press.fold-panels", "says 1", "panels: 4"),
        (Press(fold="accordion", panels=MOST + 1, stock="999 x 210"), "press.fold-panels", "says 13", "panels: 4"),
        (Press(fold="half", widths=(100.0, 100.0, 97.0)), "press.fold-panels", "names 3 panels; this fold has 2", "mm"),
        (Press(fold="roll", panels=4, widths=(99.0,) * 3), "press.fold-panels", "names 3 panels", "mm"),
        (Press(fold="z", stock="a4", widths=(99.0, 99.0, 98.0)), "press.fold-size", "296 mm wide", "1.00 mm wider"),
        (Press(fold="z", stock="a4", widths=(99.0, 99.0, 99.5)), "press.fold-size", "297.5 mm", "0.50 mm narrower"),
        (Press(fold="half", stock="a4", widths=(260.0, 37.0)), "press.fold-size", "37.0 mm", "stock"),
        (Press(fold="accordion", panels=8, stock="a4"), "press.fold-size", "37.1 mm", "fewer panels"),
        (Press(fold="gate", stock="90 x 50"), "press.fold-size", "no text can be read", "stock"),
        (Press(fold="half", stock="a44"), "press.stock-unknown", "a44", "a4"),
        (Press(fold="half", stock="a4 sideways"), "press.stock-unknown", "sideways", "portrait"),
        (Press(fold="half", stock="300 by 210"), "press.stock-unknown", "300 by 210", "300 x 210"),
        (Press(fold="half", stock="a4 landscape portrait"), "press.stock-unknown", "landscape portrait", "turns it"),
        (Press(fold="half", stock="0 x 0"), "press.fold-size", "0 × 0 mm", "300 x 210"),
        (Press(fold="half", stock="9999 x 9999"), "press.fold-size", "40 to 1500 mm", "300 x 210"),
        (Press(fold="single-sheet", stock="300 x 12"), "press.fold-size", "300 × 12 mm", "300 x 210"),
        (Press(fold="half", stock="-300 x 210"), "press.stock-unknown", "-300", "mm"),
    ],
)
def test_what_does_not_fit_together_is_refused(press, code, said, hint):
    with pytest.raises(Refused) as caught:
        folded(press, PAGE, {}, HERE)
    (finding,) = caught.value.findings
    assert finding.code == code and finding.place == HERE
    assert said in finding.message and hint in finding.hint, str(finding)


@pytest.mark.parametrize(
    ("press", "key"),
    [
        (Press(fold="leter-tri"), "fold"),
        (Press(fold="half", panels=3), "panels"),
        (Press(fold="roll"), "fold"),  # what is missing is told where the fold is named
        (Press(fold="half", stock="a44"), "stock"),
        (Press(fold="half", stock="9999 x 9999"), "stock"),
        (Press(fold="half", widths=(100.0, 100.0, 97.0)), "widths"),
        (Press(fold="letter-tri", stock="a4", widths=(99.0, 99.0, 99.0)), "widths"),
        (Press(stock="a4"), "stock"),
        (Press(panels=4), "panels"),
    ],
)
def test_it_is_told_by_the_line_on_which_it_is_written(press, key):
    lines = {name: Place("leaflet.md", line) for line, name in enumerate(("fold", "stock", "panels", "widths"), 20)}
    given = {name: place for name, place in lines.items() if getattr(press, name)}
    said = replace(press, places=given)
    with pytest.raises(Refused) as caught:
        folded(said, PAGE, {}, HERE) if said.fold else refuse_sheet(said, HERE)
    (finding,) = caught.value.findings
    assert finding.place == lines[key] and finding.hint


def test_pages_without_a_fold_are_the_themes():
    refuse_sheet(Press(bleed=5.0), HERE)  # says nothing of a sheet
