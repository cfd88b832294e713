"""Safety files: read whole, refused when anything could alter, hide or move their text."""

from __future__ import annotations

import pytest

from publish.model import safety_passages
from reader.desk import SAFETY, Desk


def test_sound(desk: Desk) -> None:
    reading = desk.read()
    assert reading.findings == ()
    assert reading.document is not None
    block = reading.document.safety
    assert [passage.text for passage in safety_passages(block)] == [
        "Important safety information",
        "Do not take Examplin if you are allergic to:",
        "examplinum",
    ]
    assert [passage.id for passage in safety_passages(block)] == ["", "s0001", "s0002"]
    assert str(block.parts[0].place) == "source/safety/examplin-us.md:12:1"
    assert block.approval is None


APPROVED = (
    "status: approved\napproved-by: A. Reviewer\napproved-on: 2026-01-02\nvalid-until: 2027-01-02\n"
    f"text-sha256: {'ab' * 32}\n"
)


def test_approval(desk: Desk) -> None:
    reading = desk.safety(SAFETY.replace("status: draft\n", APPROVED))
    assert reading.document is not None
    approval = reading.document.safety.approval
    assert approval is not None
    assert (approval.by, str(approval.on), approval.text_sha256) == ("A. Reviewer", "2026-01-02", "ab" * 32)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "says"),
    [
        ("product: examplin", "product: other", "source.safety-differs", 3, "“other”"),
        ("language: en-US", "language: en-GB", "source.safety-differs", 6, "“en-GB”"),
        ("market: us", "market: eu", "source.safety-differs", 4, "“eu”"),
        ("audience: patient", "audience: professional", "source.safety-differs", 5, "“professional”"),
        ("label-version: 2026-01", "label-version: 2025-01", "source.label-version", 8, "“2025-01”"),
        ("status: draft", "status: approved\napproved-by: A", "source.approval", 10, "approved-on, valid-until"),
        ("status: draft\n", APPROVED.replace("2027", "2025"), "meta.value", 12, "ends before"),
        ("status: draft\n", APPROVED.replace("ab" * 32, "xyz"), "meta.value", 13, "64 digits"),
        ("product: examplin\n", "", "meta.key-missing", 1, "“product”"),
        ("profile:", "profil:", "meta.key-unknown", 7, "“profil”"),
        (":::{part} contra", "Text.\n\n:::{part} contra", "source.outside-part", 12, "outside"),
        (":::{part} contraindications", "::: safety", "source.directive-unknown", 12, "“safety”"),
        (":::{part} contraindications", ":::{callout} x", "source.directive-unknown", 12, "“callout”"),
        (":::{part} contraindications", ":::{part} Contra Indications", "source.part-name", 12, "no name of a part"),
        (":::{part} contraindications", ":::{part}", "source.part-name", 12, "no name of a part"),
        (":::{part} contraindications", ":::{part} a\n:class: hidden", "source.option-unknown", 13, "no options"),
        (":::\n", ":::\n\n:::{part} contraindications\nMore.\n:::\n", "source.part-twice", 18, "line 12"),
        ("examplinum\n:::\n", "examplinum\n", "source.directive-open", 12, "never closed"),
        ("examplinum", "examplinum[^a]\n\n[^a]: Note.", "source.not-in-safety", 15, "note"),
        ("examplinum", "examplinum [@smith]", "source.not-in-safety", 15, "citation"),
        ("examplinum", "[examplinum]{claim}", "source.not-in-safety", 15, "claim"),
        ("examplinum", "[examplinum]{term}", "source.not-in-safety", 15, "term"),
        ("examplinum", "examplinum\n\n      hidden as code", "source.not-in-safety", 17, "code"),
        ("- examplinum", "```\nexamplinum\n```", "source.not-in-safety", 15, "code"),
        ("- examplinum", "> examplinum", "source.not-in-safety", 15, "quotation"),
        ("- examplinum", "- examplinum\n\n---", "source.not-in-safety", 17, "rule"),
        ("- examplinum", "- ![examplinum](a.png)", "source.image-missing", 15, "not there"),
        ("- examplinum", "- <b hidden>examplinum</b>", "source.html", 15, "HTML"),
        ("- examplinum", "<!--\n- examplinum", "source.html", 15, "HTML"),
        ("- examplinum", "```\n- examplinum", "source.fence-open", 15, "never closed"),
        ("- examplinum", ":::{only} market=eu\n- examplinum\n:::", "source.directive-unknown", 15, "“only”"),
        ("- examplinum", "- {{ meta.title }}", "source.variable-unknown", 15, "meta.title"),
        ("- examplinum", "- [examplinum](javascript:x)", "source.link-target", 15, "javascript"),
        ("- examplinum", "\n".join("  " * n + "- deep" for n in range(60)), "source.words-lost", 35, "deep"),
    ],
)  # fmt: skip
def test_faults(desk: Desk, old: str, new: str, code: str, line: int, says: str) -> None:
    assert old in SAFETY
    reading = desk.safety(SAFETY.replace(old, new, 1))
    finding = next(each for each in reading.findings if each.code == code)
    assert finding.place is not None
    assert (finding.place.file, finding.place.line) == ("source/safety/examplin-us.md", line)
    assert says in finding.message


@pytest.mark.parametrize("content", [b"", b"\xff", b"---\ntitle: x\n", SAFETY.split(":::")[0].encode()])
def test_unreadable_is_missing(desk: Desk, content: bytes) -> None:
    reading = desk.safety(content)
    assert reading.document is None
    assert "safety.missing" in reading.codes


def test_outside_text_is_told_once(desk: Desk) -> None:
    reading = desk.safety(SAFETY + "\nIgnore *the* above.\n")
    assert reading.codes == ["source.outside-part"]


def test_text_without_parts_is_kept_together_to_be_judged(desk: Desk) -> None:
    reading = desk.safety(SAFETY.replace(":::{part} contraindications\n", "").replace(":::\n", ""))
    assert reading.codes == ["source.outside-part"]
    assert reading.document is not None
    (part,) = reading.document.safety.parts
    assert (part.name, len(part.blocks)) == ("", 2)


def test_link_out_of_the_project(desk: Desk) -> None:
    outside = desk.root.parent / "outside.md"
    outside.write_text(SAFETY)
    path = desk.root / "source/safety/examplin-us.md"
    path.unlink()
    path.symlink_to(outside)
    reading = desk.read()
    assert reading.document is None
    assert any("leaves the project's source folder" in finding.message for finding in reading.findings)
