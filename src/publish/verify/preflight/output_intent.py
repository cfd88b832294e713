"""The output intent: for which printing the colours of the file are made.

GWG 2022 R0035: it is CMYK. ISO 15930-7 demands exactly one of subtype GTS_PDFX, a condition's identifier, and an ICC
output profile in the file (ICC.1:2010, 7.2: class “prtr”, colour space “CMYK”).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from publish.diagnostics import Finding, Place
from publish.policy import PressProfile, PressRule
from publish.press.colors import converts_cmyk
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._telling import told

RULES = ("output-intent", "output-condition")
CODES = ("preflight.output-intent", "preflight.output-condition")

_LARGEST = 32 * 1024 * 1024
"""Bytes of a colour profile that are looked at: CMYK profiles have 0.5 to 4 MB."""

_INKS = 4


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The facts about the file's output intent, and whether it is the vendor's."""
    place = Place(file.name)
    intents = [each for each in _intents(file.pdf) if str(each.get("/S")) == "/GTS_PDFX"]
    hint = (
        f"export it as PDF/X-4 for {profile.condition or 'the printing condition of the vendor'}, its profile embedded"
    )
    if rule := profile.rules.get("output-intent"):
        for message in _faults(intents):
            yield told("preflight.output-intent", message, place, hint, rule)
    if (rule := profile.rules.get("output-condition")) and len(intents) == 1 and profile.condition:
        yield from _condition(intents[0], profile, rule, place)


def _condition(intent: Any, profile: PressProfile, rule: PressRule, place: Place) -> Iterator[Finding]:
    made_for = str(intent.get("/OutputConditionIdentifier", ""))
    if made_for.casefold() != profile.condition.casefold():
        yield told(
            "preflight.output-condition",
            f"the file is made for “{made_for}”, but the vendor prints by “{profile.condition}”",
            place,
            f"export it for {profile.condition_title or profile.condition}, or ask the vendor whether this will do",
            rule,
        )


def _intents(pdf: pikepdf.Pdf) -> list[Any]:
    said = pdf.Root.get("/OutputIntents")
    return [each for each in said if isinstance(each, pikepdf.Dictionary)] if isinstance(said, pikepdf.Array) else []


def _faults(intents: list[Any]) -> Iterator[str]:
    if len(intents) != 1:
        yield (
            "the file does not say for which printing its colours are made: it has no PDF/X output intent"
            if (not intents)
            else f"the file has {len(intents)} PDF/X output intents; it must have one"
        )
        return
    intent = intents[0]
    if not str(intent.get("/OutputConditionIdentifier", "")).strip():
        yield "the output intent does not name its printing condition (OutputConditionIdentifier)"
    embedded = intent.get("/DestOutputProfile")
    if not isinstance(embedded, pikepdf.Stream):
        yield "the output intent has no colour profile in the file (DestOutputProfile)"
        return
    try:
        data = embedded.read_bytes()
    except (pikepdf.PdfError, RuntimeError) as broken:
        yield f"the output intent's profile cannot be read: {str(broken)[:120]}"
        return
    yield from _profile_faults(data, embedded.get("/N"))


def _profile_faults(data: bytes, inks: Any) -> Iterator[str]:
    header = Header.of(data)
    if header is None or len(data) > _LARGEST:
        yield "the output intent's profile is no ICC profile"
    elif header.space != "CMYK" or header.kind != "prtr":
        yield (
            f"the output intent's profile is of class “{header.kind}” for “{header.space}”; "
            "it must be an output profile (“prtr”) for CMYK"
        )
    elif not converts_cmyk(data):
        yield "the output intent's ICC profile is damaged: colours cannot be converted by it"
    elif inks != _INKS:
        yield f"the output intent's profile is said to have {inks} inks, but it is one for CMYK and has 4"


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of an ICC profile says of it (ICC.1:2010, 7.2): its class and colour space."""

    kind: str
    space: str

    @staticmethod
    def of(data: bytes) -> Header | None:
        """The header, or None when this is no ICC profile."""
        if len(data) < 128 or data[36:40] != b"acsp":
            return None
        kind, space = (data[at : at + 4].decode("latin-1").strip() for at in (12, 16))
        return Header(kind, space)
