"""Rules on the plates and on processing steps, by real Ghostscript: what breaks them and what is just inside."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

import bad_pdfs
from press_files import codes, found, press_pdf, separation, step
from publish import programs
from publish.diagnostics import Severity
from publish.verify.preflight import plates

PLATES = ("drawing", "total-ink", "bleed-ink", "step-inks")


def inked(percent: float, box: str = "20 20 20 20") -> str:
    """A surface with so much ink in all, spread over four inks."""
    share = percent / 400
    return f"{share} {share} {share} {share} k {box} re f"


# --- total ink ---


@pytest.mark.parametrize(
    ("what", "content", "codes_"),
    [
        ("nothing", "", []),
        ("319 %", inked(319), []),
        ("322 %", inked(322), ["preflight.total-ink"]),
        ("400 % on a stripe too narrow to wet the sheet", inked(400, "20 20 2 20"), []),
        ("400 % on 81 % of the square", inked(400, "20 20 13.5 13.5"), ["preflight.total-ink"]),
        ("400 % on 78 % of the square", inked(400, "20 20 13.2 13.2"), []),
        ("400 % beyond the bleed", inked(310, "-3 -3 66 56") + " " + inked(400, "-10 -10 7 70"), []),
        ("300 % and a full spot under it", "/Spot cs 1 scn 20 20 20 20 re f /Over gs 1 1 1 0 k 20 20 20 20 re f",
         ["preflight.total-ink"]),
        ("300 % that knocks the spot out", "/Spot cs 1 scn 20 20 20 20 re f 1 1 1 0 k 20 20 20 20 re f", []),
        ("registration marks beside the trim", inked(310, "0 0 60 50") + " /All cs 1 scn -3 -3 2.8 56 re f", []),
        ("registration colour on the page", "/All cs 1 scn 20 20 20 20 re f", ["preflight.total-ink"]),
    ],
)  # fmt: skip
def test_total_ink_is_the_mean_of_the_fullest_square(what, content, codes_):
    assert codes(press_pdf(content), "total-ink") == codes_


def test_the_fullest_square_is_told_with_its_place():
    (fact,) = found(press_pdf(inked(360, "30 20 16 16"), size=(60, 50)), "total-ink")
    assert fact.severity is Severity.WARNING
    assert "36" in fact.message and "GWG 2022" in fact.source
    left, top, right, bottom = fact.place.box
    assert (right - left, bottom - top) == pytest.approx((15, 15), abs=0.3)
    assert left >= 29.7 and right <= 46.3 and top >= 13.7 and bottom <= 30.3


def test_a_page_smaller_than_the_square_is_one_square():
    assert codes(press_pdf(inked(330, "-5 -5 30 30"), size=(8, 8), bleed=2), "total-ink") == ["preflight.total-ink"]


# --- ink that is cut off at the trim ---


@pytest.mark.parametrize(
    ("what", "content", "sides"),
    [
        ("inside", "0 0 0 1 k 10 10 20 20 re f", []),
        ("up to the trim on the left", "0 0 0 1 k 0 10 20 20 re f", ["left"]),
        ("half a millimetre before it", "0 0 0 1 k 0.5 10 20 20 re f", []),
        ("over the whole bleed", "0 0 0 1 k -3 10 20 20 re f", []),
        ("beyond the bleed", "0 0 0 1 k -5 10 20 20 re f", []),
        ("only 1 mm beyond the trim", "0 0 0 1 k -1 10 20 20 re f", ["left"]),
        ("on all sides", "1 0 0 0 k 0 0 60 50 re f", ["top", "bottom", "left", "right"]),
        ("a spot at the top", "/Spot cs 0.5 scn 10 40 20 10 re f", ["top"]),
        ("white", "0 0 0 0 k 0 0 60 50 re f", []),
        ("a hairline", "0 0 0 1 K 0.1 w 0 10 m 20 10 l S", []),
        ("a photo that goes on", "0.2 0.1 0.3 0 k -3 -3 66 56 re f 0 0 0 0 k -3 10 3.2 0.5 re f", []),
    ],
)
def test_ink_at_the_trim_goes_on_into_the_bleed(what, content, sides):
    facts = found(press_pdf(content), "bleed-ink")
    assert [fact.message.split()[3] for fact in facts] == sides
    assert all(fact.severity is Severity.WARNING for fact in facts)


def test_a_file_without_bleed_is_told_where_ink_reaches_the_edge():
    def change(pdf: Pdf) -> None:
        pdf.pages[0].MediaBox = pdf.pages[0].BleedBox = pdf.pages[0].TrimBox

    facts = found(press_pdf("0 0 0 1 k 0 10 20 20 re f", change=change), "bleed-ink")
    assert [fact.code for fact in facts] == ["preflight.bleed-ink"]
    assert facts[0].place.box == pytest.approx((0, 20, 0.25, 40), abs=0.3)


# --- processing steps: which, and how they are written ---


def with_steps(*steps: tuple[str, str]) -> Callable[[Pdf], None]:
    """Layers that are these steps, and no others."""

    def change(pdf: Pdf) -> None:
        layers = Array([step(pdf, group, kind) for group, kind in steps])
        pdf.Root.OCProperties = Dictionary(OCGs=layers, D=Dictionary(Name=String("Default"), ON=layers))

    return change


CUT, FOLD = ("Structural", "Cutting"), ("Structural", "Folding")


@pytest.mark.parametrize(
    ("steps", "says", "weight"),
    [
        ([], "no layer for cutting", Severity.ERROR),
        ([FOLD], "no layer for cutting", Severity.ERROR),
        ([CUT, ("Structural", "Creasing")], "a layer for creasing", Severity.ERROR),
        ([CUT, ("Structural", "Perforating")], "of which nothing is agreed", Severity.WARNING),
        ([CUT, ("", "Folding")], "names no group", Severity.ERROR),
        ([CUT, ("Structural", "")], "does not say which", Severity.ERROR),
        ([CUT, ("Structural", "Foldng")], "does not know", Severity.ERROR),
        ([CUT, ("Struktural", "Folding")], "does not know", Severity.ERROR),
        ([CUT, ("Braille", "Dots")], "has no types", Severity.ERROR),
        ([CUT, ("ABCD_Scent", "")], "of somebody's own", Severity.WARNING),
    ],
)
def test_a_step_that_is_not_as_it_must_be_is_told(steps, says, weight):
    facts = [
        f for f in found(press_pdf(change=with_steps(*steps)), "processing-steps") if f.severity is not Severity.NOTE
    ]
    assert len(facts) == 1
    assert says in facts[0].message
    assert facts[0].severity is weight


@pytest.mark.parametrize("more", [[], [FOLD], [("Braille", "")], [("Positions", "Barcode"), ("Structural", "Bleed")]])
def test_steps_that_a_leaflet_may_have(more):
    facts = found(press_pdf(change=with_steps(CUT, *more)), "processing-steps")
    assert {fact.severity for fact in facts} <= {Severity.NOTE}
    assert [("Dimensions" in fact.message, "ContentArea" in fact.message) for fact in facts] == [
        (True, False),
        (False, True),
    ]


def test_a_near_name_is_offered():
    (fact,) = (f for f in found(press_pdf(change=with_steps(CUT, ("Structural", "Foldng"))), "processing-steps")
               if f.severity is Severity.ERROR)  # fmt: skip
    assert "Folding" in fact.hint


# --- processing steps: their inks ---


def die(drawn: str) -> Callable[[Pdf], None]:
    """The page's content, followed by `drawn` on the layer of the die."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[0]
        page.Resources.ColorSpace.Cyan = separation("Cyan", (1, 0, 0, 0))
        old = page.Contents.read_bytes()
        page.Contents = pdf.make_stream(
            old + b"\nq 2.8346 0 0 2.8346 28.346 28.346 cm /OC /Die BDC " + drawn.encode() + b" EMC Q"
        )

    return change


GROUND = "0.5 0 0 0 k 10 10 30 30 re f"


@pytest.mark.parametrize(
    ("what", "drawn", "says"),
    [
        ("a spot of its own that overprints", "/Over gs /CutSpace CS 1 SCN 0.3 w 5 20 m 50 20 l S", None),
        ("it knocks out what is below", "/Off gs /CutSpace CS 1 SCN 0.3 w 5 20 m 50 20 l S", "takes away Cyan"),
        ("it is drawn in black", "/Over gs 0 0 0 1 K 0.3 w 5 20 m 50 20 l S", "on the plate of Black"),
        ("it is a spot called Cyan", "/Over gs /Cyan CS 1 SCN 0.3 w 42 20 m 50 20 l S", "on the plate of Cyan"),
        ("it is an ink of the piece", "/Over gs /Spot CS 1 SCN 0.3 w 5 20 m 50 20 l S", "prints on the piece, too"),
    ],
)  # fmt: skip
def test_the_inks_of_a_step(what, drawn, says):
    content = GROUND + " /Spot cs 1 scn 45 40 5 5 re f"
    facts = found(press_pdf(content, change=die(drawn)), "step-inks")
    assert [says] * (says is not None) == [s for s in [says] if any(s and s in fact.message for fact in facts)]
    assert bool(facts) == (says is not None), facts
    assert all(fact.severity is Severity.ERROR and fact.place.box for fact in facts)


def test_a_step_that_is_not_shown_by_default_is_looked_at_all_the_same():
    def change(pdf: Pdf) -> None:
        die("/Over gs 0 0 0 1 K 0.3 w 5 20 m 50 20 l S")(pdf)
        config = pdf.Root.OCProperties.D
        config.OFF, config.ON = config.ON, Array([])

    assert codes(press_pdf(change=change), "step-inks") == ["preflight.step-inks"]


def test_what_a_step_draws_is_no_ink_of_the_piece():
    drawn = "/Over gs /CutSpace cs 1 scn 10 10 30 30 re f"
    assert codes(press_pdf(inked(300, "10 10 30 30"), change=die(drawn)), "total-ink", "step-inks") == []


# --- what cannot be measured ---


def test_without_ghostscript_nothing_has_passed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    programs._ghostscript.cache_clear()
    try:
        facts = found(press_pdf(inked(400)), *PLATES)
    finally:
        programs._ghostscript.cache_clear()
    assert [(fact.code, fact.severity) for fact in facts] == [("preflight.not-checked", Severity.WARNING)]
    assert "Ghostscript is not installed" in facts[0].message
    assert "install ghostscript" in facts[0].hint


def test_a_complaint_of_ghostscript_is_told() -> None:
    def change(pdf: Pdf) -> None:
        broken = Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 1, 1], Function=Dictionary(FunctionType=9)
        )
        pdf.pages[0].Resources.Shading = Dictionary(Sh=broken)

    facts = found(press_pdf("/Sh sh", change=change), "drawing")
    assert [fact.code for fact in facts] == ["preflight.drawing"]


def test_a_ghostscript_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "gs"
    program.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo 10.0.0 && exit 0\necho "Unrecoverable error" >&2; exit 1\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    programs._ghostscript.cache_clear()
    try:
        facts = found(press_pdf(), *PLATES)
    finally:
        programs._ghostscript.cache_clear()
    assert [fact.code for fact in facts] == ["preflight.drawing"]
    assert "Unrecoverable error" in facts[0].message


def test_a_file_that_is_drawn_without_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plates, "SECONDS", 3.0)
    (fact,) = found(bad_pdfs.endless_forms(), *PLATES)
    assert fact.code == "preflight.drawing"
    assert "drawing its plates takes longer than 3 s" in fact.message
