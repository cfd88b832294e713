"""Bytes to text: what simply works, and what is told with line, column and code point."""

from __future__ import annotations

import pytest

from publish.model import safety_passages
from publish.reader.admission import Rules, faults
from reader.desk import FRONT, SAFETY, Desk

LEAFLET = FRONT + "\n# Fever\n\nTake 5 mg.\n"


@pytest.mark.parametrize(
    "data",
    [
        LEAFLET.encode("utf-8-sig"),
        LEAFLET.replace("\n", "\r\n").encode(),
        LEAFLET.replace("\n", "\r").encode(),
        LEAFLET.rstrip("\n").encode(),
    ],
    ids=["byte order mark", "CRLF", "CR", "no line end"],
)
def test_simply_works(desk: Desk, data: bytes) -> None:
    desk.write("leaflets/about/leaflet.md", LEAFLET)
    plain = desk.read().document
    desk.write("leaflets/about/leaflet.md", data)
    reading = desk.read()
    assert reading.findings == ()
    assert reading.document is not None
    assert plain is not None
    assert reading.document.body == plain.body


@pytest.mark.parametrize(
    ("data", "line", "byte"), [(b"5 \xb5g", 16, 0xB5), (b"\xff\xfe", 16, 0xFF), (b"a\n\xed\xa0\x80", 17, 0xED)]
)
def test_not_utf8(desk: Desk, data: bytes, line: int, byte: int) -> None:
    desk.write("leaflets/about/leaflet.md", FRONT.encode() + b"\n# Fever\n\n" + data)
    reading = desk.read()
    assert reading.codes == ["source.encoding"]
    finding = reading.findings[0]
    assert finding.place is not None
    assert finding.place.line == line
    assert f"line {line}, byte" in finding.message
    assert f"0x{byte:02X}" in finding.message


def test_utf16(desk: Desk) -> None:
    desk.write("leaflets/about/leaflet.md", LEAFLET.encode("utf-16"))
    assert desk.read().codes == ["source.encoding"]


HIDDEN = {
    "NUL": "\0",
    "escape": "\x1b",
    "next line": "\x85",
    "soft hyphen": "\xad",
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "left-to-right mark": "\u200e",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "right-to-left override": "\u202e",
    "word joiner": "\u2060",
    "isolate": "\u2066",
    "byte order mark inside": "\ufeff",
    "replacement character": "\ufffd",
    "tag letter": "\U000e0041",
    "variation selector": "\ufe0f",
    "private use": "\ue000",
    "private use of a high plane": "\U00100000",
    "Hangul filler": "\u3164",
    "blank Braille": "\u2800",
    "hair space": "\u200a",
    "stroke over the letter": "\u0338",
    "non-character": "\uffff",
}


@pytest.mark.parametrize("char", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("where", ["leaflet", "safety"])
def test_hidden_characters(desk: Desk, char: str, where: str) -> None:
    if where == "leaflet":
        reading = desk.body(f"\n# Fever\n\nDo n{char}ot take.\n")
        line, column = 16, 5
    else:
        reading = desk.safety(SAFETY.replace("Do not", f"Do n{char}ot"))
        line, column = 13, 5
    finding = reading.one("source.hidden-character")
    assert finding.place is not None
    assert (finding.place.line, finding.place.column) == (line, column)
    assert f"U+{ord(char):04X}" in finding.message


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u2007"])
def test_spaces_that_are_kept(desk: Desk, space: str) -> None:
    reading = desk.safety(SAFETY.replace("- examplinum", f"- 5{space}mg"))
    assert reading.findings == ()
    assert reading.document is not None
    assert f"5{space}mg" in [passage.text for passage in safety_passages(reading.document.safety)]


@pytest.mark.parametrize(
    ("language", "char", "safety", "sound"),
    [
        ("fa", "\u200c", False, True),
        ("fa", "\u200c", True, False),
        ("hi", "\u200d", False, True),
        ("he", "\u200f", False, True),
        ("hi", "\u200f", False, False),
        ("en", "\u200d", False, False),
        ("ar", "\u202e", False, False),
    ],
)
def test_joiners_by_language(language: str, char: str, safety: bool, sound: bool) -> None:
    assert (not list(faults(f"a{char}b", Rules(language, safety)))) is sound


@pytest.mark.parametrize(
    ("word", "language", "safety", "sound"),
    [
        ("nоt", "en", True, False),  # Cyrillic о
        ("nοt", "en", True, False),  # Greek ο
        ("сор", "en", True, False),  # Cyrillic throughout
        ("ｎｏｔ", "en", True, False),  # full width
        ("𝐧𝐨𝐭", "en", True, False),  # mathematical
        ("nоt", "en", False, False),
        ("сор", "en", False, True),
        ("µg", "en", True, True),  # micro sign
        ("μg", "en", True, True),  # Greek mu
        ("μmol", "en", True, True),
        ("α", "en", True, True),
        ("IL-1α", "en", True, True),
        ("TNFα", "en", True, False),
        ("Ängste", "de", True, True),
        ("naïve", "en", True, True),
        ("Ω", "en", True, True),
        ("Лекарство Examplin", "ru", True, True),
        ("Лекapство", "ru", True, False),  # Latin a and p
        ("薬を飲む", "ja", True, True),
        ("φάρμακο", "el", True, True),
        ("ª º 5", "es", True, True),
    ],
)
def test_mixed_scripts(word: str, language: str, safety: bool, sound: bool) -> None:
    assert (not list(faults(f"Do {word} take", Rules(language, safety)))) is sound


def test_homoglyph_by_entity_in_safety(desk: Desk) -> None:
    reading = desk.safety(SAFETY.replace("Do not", "Do n&#x43E;t"))
    assert "source.mixed-scripts-safety" in reading.codes


def test_stacked_marks() -> None:
    assert [each.code for each in faults("n" + "\u0301" * 9 + "o", Rules("en"))] == ["source.hidden-character"]


def test_too_large(desk: Desk) -> None:
    desk.write("leaflets/about/leaflet.md", FRONT + "word " * 450_000)
    reading = desk.read()
    assert reading.codes == ["source.unreadable"]
    assert "at most 2,097,152" in reading.findings[0].message


def test_many_hidden_characters_are_not_a_flood(desk: Desk) -> None:
    reading = desk.body("\n\n" + "a\u200bb\n\n" * 500)
    assert len(reading.findings) == 21
    assert "480 more" in reading.findings[-1].message
