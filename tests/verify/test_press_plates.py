"""A safety block that a screen shows and a press does not print is found on the plates; an honest one is let pass."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

import documents as d
import presswork as work
from publish import programs

Change = Callable[[bytes], bytes]


def rewritten(
    change: Change, state: dict[str, object] | None = None, spot: tuple[str, list[float]] | None = None
) -> bytes:
    """The shared press file with the panels' content changed, and a graphics state or spot that it may name."""
    with pikepdf.open(io.BytesIO(work.letter_tri().data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form" and "/StructParents" in thing:
                thing.write(change(thing.read_bytes()))
                if state:
                    thing.Resources.ExtGState["/odd"] = pikepdf.Dictionary(
                        {f"/{key}": value for key, value in state.items()}
                    )
                if spot:
                    tint = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=spot[1], N=1)
                    space = pikepdf.Array(
                        [pikepdf.Name.Separation, pikepdf.Name("/" + spot[0]), pikepdf.Name.DeviceCMYK, tint]
                    )
                    thing.Resources.ColorSpace["/odd"] = space
        written = io.BytesIO()
        pdf.save(written)
    return written.getvalue()


def letters(color: bytes) -> Change:
    """All words in another colour: operators before each string."""
    return lambda content: content.replace(b"\nBT\n", b"\nBT\n" + color + b"\n")


def found(data: bytes) -> list[str]:
    return [finding.code for finding in work.judged(work.letter_tri(), "press_plates", data=data)[0]]


def seen_on_screen(data: bytes) -> set[str]:
    return {finding.code for finding in work.judged(work.letter_tri(), "pdf_safety", data=data)[0]}


def test_the_honest_file_passes() -> None:
    assert found(rewritten(lambda content: content)) == []


HIDDEN: dict[str, Callable[[], bytes]] = {
    "a spot that no plate gets (None)": lambda: rewritten(letters(b"/odd cs 1 scn"), spot=("None", [0, 0, 0, 1])),
    "white letters that would knock out of a screen's black ground": lambda: rewritten(
        letters(b"0 0 0 0 k"), {"op": False, "OP": False}
    ),
    "letters in the ink of their ground": lambda: rewritten(letters(b"0.02 0.02 0.05 0 k")),
    "a white box that knocks the letters out": lambda: rewritten(
        lambda content: content + b"\nq 0 0 0 0 k /odd gs -2000 -2000 9000 9000 re f Q", {"op": False, "OP": False}
    ),
    "yellow letters": lambda: rewritten(letters(b"0 0 1 0 k")),
}


@pytest.mark.parametrize("trick", HIDDEN)
def test_letters_that_no_plate_prints_are_found(trick: str) -> None:
    assert "press.safety-plates" in found(HIDDEN[trick]())


def test_white_that_overprints_hides_nothing_on_the_press_though_a_screen_shows_a_cover() -> None:
    """White with overprint (OPM 1) leaves all plates as they are: PDFium covers the letters, the press does not."""
    data = rewritten(
        lambda content: content + b"\nq /odd gs 0 0 0 0 k -2000 -2000 9000 9000 re f Q",
        {"op": True, "OP": True, "OPM": 1},
    )
    assert found(data) == []
    assert seen_on_screen(data), "the proof on the screen still refuses it"


def test_white_letters_that_overprint_a_dark_ground_vanish_on_the_press_alone() -> None:
    """The classic: reversed type set to overprint. On a screen it is white on dark; on paper it is not there."""
    ground = b"q 0.6 0.3 0 0.6 k -2000 -2000 9000 9000 re f Q\n"
    data = rewritten(
        lambda content: (
            ground + letters(b"/odd gs 0 0 0 0 k")(content).replace(b"/over gs", b"").replace(b"/knock gs", b"")
        ),
        {"op": True, "OP": True, "OPM": 1},
    )
    assert "press.safety-plates" in found(data)


def test_a_block_on_a_page_with_transparency_is_not_lost(tmp_path: Path) -> None:
    """Ghostscript rounds the edges of letters another way on such a page."""
    look = work.themed(tmp_path / "odd", {"press.css": ".masthead { opacity: 0.5; }"})
    findings, sightings = work.judged(work.made(d.document(), look), "press_plates")
    assert [finding.message for finding in findings] == [] and sightings == []


def test_without_ghostscript_nothing_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.Program, "probe", lambda self: None)
    assert found(work.letter_tri().data) == ["press.not-checked"]
