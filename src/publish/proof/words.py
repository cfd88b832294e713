"""What a build came to, in words: the verdict, the block as each file shows it, findings, approvals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from publish.diagnostics import Finding, Place, Severity
from publish.model import Document, SafetyBlock, Waiver
from publish.policy import Profile, Sighting, known_codes, text_hash
from publish.proof import Finished, Subject

FORMATS = {
    "pdf": "PDF to read",
    "press": "PDF for the press",
    "docx": "Word copy for review",
    "epub": "EPUB",
}
STATUS = {
    "draft": ("Draft", "A draft: not to be given to anyone as information about the medicine."),
    "in-review": ("In review", "In review: not to be given out before it is approved."),
    "approved": ("Approved", "Approved to be given out, as long as the approval of its safety text holds."),
}
AUDIENCES = {"patient": "Patients", "professional": "Healthcare professionals"}

Fact: TypeAlias = tuple[str, str]
"""A term and what is said of it."""


def counted(number: int, word: str) -> str:
    """“1 file”, “2 files”."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """“a, b and c”."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def points(size: float) -> str:
    """“9 pt”, kept on one line."""
    return f"{size:g}\N{NO-BREAK SPACE}pt"


def ratio(contrast: float) -> str:
    """“4.5 : 1”, kept on one line."""
    return f"{contrast:g}\N{NO-BREAK SPACE}:\N{NO-BREAK SPACE}1"


# --- the verdict ---


def verdict(subject: Subject) -> str:
    """One sentence: what was built, and what was found."""
    names = listed(FORMATS.get(file.format, file.format) for file in subject.files)
    return f"Built and proven in {counted(len(subject.files), 'file')}: {names}. {_found(subject.findings)}."


def _found(findings: tuple[Finding, ...]) -> str:
    numbers = {weight: sum(finding.severity is weight for finding in findings) for weight in Severity}
    said = [counted(numbers[Severity.ERROR], "error"), counted(numbers[Severity.WARNING], "warning")]
    if numbers[Severity.NOTE]:
        said.append(counted(numbers[Severity.NOTE], "note"))
    return listed(said)


# --- the safety block in a file ---


@dataclass(frozen=True, slots=True)
class Shown:
    """How one file shows the whole block: words in all, the smallest size (pt), the least contrast."""

    where: str
    words: int
    size: float
    contrast: float

    def __str__(self) -> str:
        return f"{counted(self.words, 'word')}, at least {points(self.size)}, contrast at least {ratio(self.contrast)}"


def shown(file: Finished) -> Shown:
    """The sightings of a file taken together."""
    seen = file.sightings
    pages = sorted({sighting.page for sighting in seen if sighting.page is not None})
    word = "sheet side" if file.format == "press" else "page"
    where = (
        f"{word}{'s' * (len(pages) > 1)} {listed(map(str, pages))}" if pages else "no pages; read back from the file"
    )
    return _together(where, seen)


def _together(where: str, seen: Sequence[Sighting]) -> Shown:
    return Shown(
        where,
        sum(sighting.words for sighting in seen),
        min((sighting.size for sighting in seen), default=0.0),
        min((sighting.contrast for sighting in seen), default=0.0),
    )


def sighted(sightings: Sequence[Sighting]) -> str:
    """What one page, or one side of a sheet, shows of the block."""
    return str(_together("", sightings))


def placed(sighting: Sighting) -> str:
    """Where on the trimmed page the block stands."""
    if sighting.box is None:
        return ""
    left, top, right, bottom = (f"{edge:.1f}" for edge in sighting.box)
    return f"{left} to {right} mm from the left edge, {top} to {bottom} mm from the top"


def demands(profile: Profile) -> str:
    """What the rule profile asks of the block's look, in words."""
    asked = [f"at least {points(profile.min_size)}"] if profile.min_size else []
    if profile.min_x_height:
        asked.append(f"an x-height of at least {profile.min_x_height:g} mm")
    if profile.min_leading:
        asked.append(f"at least {profile.min_leading:g} mm from line to line")
    asked.append(f"a contrast of at least {ratio(profile.min_contrast)}")
    return listed(asked)


# --- findings ---


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as the table shows it. `waiver` is who answers for it and why, when somebody does."""

    weight: str
    code: str
    message: str
    place: str
    hint: str
    source: str
    waiver: Waiver | None


_WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def told(subject: Subject) -> tuple[Told, ...]:
    """All findings, the worst first."""
    waivers = {waiver.code: waiver for waiver in subject.document.meta.waivers}
    ranked = sorted(subject.findings, key=lambda finding: _WORST_FIRST.index(finding.severity))
    return tuple(_told(finding, waivers.get(finding.code)) for finding in ranked)


def _told(finding: Finding, waiver: Waiver | None) -> Told:
    message = finding.message
    if waiver and not known_codes().get(finding.code, {}).get("waivable", False):
        waiver = None
    if waiver:
        message = message.removesuffix(f" (waived by {waiver.by}: {waiver.reason})")
    weight = "waived" if waiver else str(finding.severity)
    return Told(weight, finding.code, message, _place(finding.place), finding.hint, finding.source, waiver)


def _place(place: Place | None) -> str:
    return str(place) if place else ""


# --- approvals ---


def approvals(document: Document) -> tuple[Fact, ...]:
    """Who answers for leaflet and safety text, until when, and whether the approved text is the one in the files."""
    meta, block = document.meta, document.safety
    facts: list[Fact] = [("Leaflet", STATUS[meta.status][1]), (f"Safety text “{block.key}”", _approval(block))]
    facts.append(("Label version", block.label_version))
    facts.append(("Expiry", f"This piece expires on {meta.expires}." if meta.expires else "No expiry date is stated."))
    facts.append(("Waivers", "; ".join(map(_waiver, meta.waivers)) or "None: nobody has waived a finding."))
    return tuple(facts)


def _approval(block: SafetyBlock) -> str:
    approval, found = block.approval, text_hash(block)
    if approval is None:
        return f"Nobody has approved it yet (status: {STATUS[block.status][0].lower()}). Its text has SHA-256 {found}."
    said = f"Approved by {approval.by} on {approval.on}, valid until {approval.until}."
    if approval.text_sha256 != found:
        return f"{said} The text in these files is another one (SHA-256 {found}): the approval does not cover it."
    state = "" if block.status == "approved" else f" Its status is “{STATUS[block.status][0].lower()}” all the same."
    return f"{said} The text in these files is the approved one (SHA-256 {found}).{state}"


def _waiver(waiver: Waiver) -> str:
    return f"{waiver.code}: waived by {waiver.by}, because: {waiver.reason}"
