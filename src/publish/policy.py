"""The mandate: what a safety block must hold, what every finished file must show, and which findings block.

This is the one place that knows. Thresholds are data: `rules/<profile>.toml` says what a market and audience demand,
`rules/findings/*.toml` says what each finding code weighs at draft, in-review and approved. Checks state facts;
`judge` weighs them. A code that no table lists weighs as an error.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from publish.diagnostics import Finding, Severity, did_you_mean, refuse
from publish.model import (
    Block,
    Heading,
    List,
    Meta,
    Paragraph,
    Part,
    SafetyBlock,
    Status,
    Waiver,
    blocks_within,
    inlines_within,
    safety_passages,
    text,
)
from publish.model import Link as ModelLink


@dataclass(frozen=True, slots=True)
class PartRule:
    """One part of a safety block. `items`: it must hold a list. A part `common-ra` fulfils the rule `common`.

    `headings` gives, by language, a regular expression that the part's first heading must match.
    """

    name: str
    required: bool
    items: bool
    source: str
    headings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a market and audience demand. Sizes: `min_size` in pt; `min_x_height`, `min_leading` in mm (0: no demand).

    `min_contrast` is the WCAG 2 contrast ratio. `verbatim` are sentences, by language, that must stand word for word.
    """

    id: str
    title: str
    market: str
    audience: str
    min_size: float
    min_x_height: float
    min_leading: float
    min_contrast: float
    ordered: bool
    parts: tuple[PartRule, ...]
    verbatim: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a finished file must show; the build puts it together from profile, theme and document.

    `fonts` are the pinned font files by PostScript name. `furniture` are the words that the theme itself sets
    (its templates' own text, labels, page numbers' words): the only ones a file may hold besides the document's.
    """

    profile: Profile
    fonts: Mapping[str, Path]
    furniture: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a finished file shows the safety block. `box` is left, top, right, bottom in mm from the page's top left.

    `page` counts from 1; both are None in formats without pages. `size` is the smallest in pt, `contrast` the least.
    """

    page: int | None
    box: tuple[float, float, float, float] | None
    size: float
    contrast: float
    words: int


# --- profiles ---


def profile_names() -> tuple[str, ...]:
    """The rule profiles that ship with publish."""
    return tuple(sorted(path.name.removesuffix(".toml") for path in _rules().iterdir() if path.name.endswith(".toml")))


@cache
def load_profile(name: str) -> Profile:
    """The rule profile called `name`; Refused names the nearest when there is none."""
    if name not in profile_names():
        raise refuse(
            "safety.profile-unknown", f"there is no rule profile “{name}”", hint=did_you_mean(name, profile_names())
        )
    data = tomllib.loads((_rules() / f"{name}.toml").read_text(encoding="utf-8"))
    show = data["show"]
    return Profile(
        id=name,
        title=data["title"],
        market=data["market"],
        audience=data["audience"],
        min_size=float(show["min-size-pt"]),
        min_x_height=float(show.get("min-x-height-mm", 0)),
        min_leading=float(show.get("min-leading-mm", 0)),
        min_contrast=float(show["min-contrast"]),
        ordered=bool(data.get("ordered", False)),
        parts=tuple(
            PartRule(
                name=part["name"],
                required=part.get("required", True),
                items=part.get("items", False),
                source=part.get("source", ""),
                headings=part.get("headings", {}),
            )
            for part in data["part"]
        ),
        verbatim={language: tuple(texts) for language, texts in data.get("verbatim", {}).items()},
    )


def _rules() -> Any:
    return files("publish") / "rules"


# --- content ---


def text_hash(block: SafetyBlock) -> str:
    """SHA-256 over everything the block says: part names, each leaf text with its kind, and link targets.

    An approval names this hash, so a text changed by a letter is no longer the approved one.
    """
    lines = [f"title\t{block.title}"]
    for part in block.parts:
        lines.append(f"part\t{part.name}")
        for inner in blocks_within(part.blocks):
            lines.append(f"{type(inner).__name__}\t{_own_text(inner)}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _own_text(block: Block) -> str:
    if isinstance(block, Heading | Paragraph):
        targets = [inline.target for inline in inlines_within(block.inlines) if isinstance(inline, ModelLink)]
        return "\t".join([text(block.inlines), *targets])
    if isinstance(block, List):
        return f"{block.ordered} {block.start} {len(block.items)}"
    return repr(block)


def check_safety(block: SafetyBlock, profile: Profile, meta: Meta, today: date) -> Iterator[Finding]:
    """What the safety block lacks of its profile, and whether its approval holds at the leaflet's status."""
    yield from _fits(block, profile, meta)
    yield from _parts(block, profile, meta.language)
    for part in block.parts:
        yield from _lead_ins(part)
    shown = _squeezed(" ".join(passage.text for passage in safety_passages(block)))
    for sentence in profile.verbatim.get(meta.language.split("-")[0], ()):
        if _squeezed(sentence) not in shown:
            yield Finding(
                "safety.verbatim",
                f"the profile {profile.id} demands this sentence word for word: “{sentence}”",
                block.place,
                "add the sentence to the safety file exactly as it stands here",
            )
    yield from _approval(block, meta, today)


def _squeezed(words: str) -> str:
    return " ".join(words.split())


def _fits(block: SafetyBlock, profile: Profile, meta: Meta) -> Iterator[Finding]:
    for what, needed, given in (
        ("market", profile.market, meta.market),
        ("audience", profile.audience, meta.audience),
    ):
        if needed != given:
            yield Finding(
                "safety.wrong-profile",
                f"the safety block “{block.key}” follows {profile.id}, which is for the {what} “{needed}”; "
                f"this leaflet's {what} is “{given}”",
                block.place,
                f"refer to a safety file for the {what} “{given}”, or correct the leaflet's `{what}:`",
            )


def _fulfils(part: Part, rule: PartRule) -> bool:
    return part.name == rule.name or part.name.startswith(rule.name + "-")


def _parts(block: SafetyBlock, profile: Profile, language: str) -> Iterator[Finding]:
    known = [rule.name for rule in profile.parts]
    positions: list[int] = []
    for part in block.parts:
        index = next((i for i, rule in enumerate(profile.parts) if _fulfils(part, rule)), None)
        if index is None:
            yield Finding(
                "safety.part-unknown",
                f"the profile {profile.id} knows no part “{part.name}”",
                part.place,
                did_you_mean(part.name, known),
            )
        else:
            positions.append(index)
            yield from _part_holds(part, profile.parts[index], profile.id, language)
    if profile.ordered and positions != sorted(positions):
        yield Finding(
            "safety.part-order",
            f"the parts do not stand in the order that {profile.id} prescribes",
            block.place,
            "the order is: " + ", ".join(known),
        )
    for rule in profile.parts:
        if rule.required and not any(_fulfils(part, rule) for part in block.parts):
            yield Finding(
                "safety.part-missing",
                f"the safety block “{block.key}” has no part “{rule.name}”, which {profile.id} requires",
                block.place,
                f"add `:::{{part}} {rule.name}` with its text" + (f" ({rule.source})" if rule.source else ""),
            )


def _part_holds(part: Part, rule: PartRule, profile: str, language: str) -> Iterator[Finding]:
    inner = list(blocks_within(part.blocks))
    if not any(isinstance(block, Paragraph | Heading) and text(block.inlines).strip() for block in inner):
        yield Finding(
            "safety.part-empty",
            f"the part “{part.name}” says nothing",
            part.place,
            "write its text, or the patient is not told",
        )
    elif rule.items and not any(isinstance(block, List) for block in inner):
        yield Finding(
            "safety.items-missing",
            f"the part “{part.name}” has no list; {profile} requires one",
            part.place,
            "list each item on a line that begins with “- ”",
        )
    pattern = rule.headings.get(language.split("-")[0])
    heading = next((block for block in inner if isinstance(block, Heading)), None)
    if pattern and (heading is None or not re.search(pattern, text(heading.inlines))):
        yield Finding(
            "safety.heading",
            f"the part “{part.name}” does not begin with the heading that {profile} prescribes",
            heading.place if heading else part.place,
            f"its first heading must match: {pattern}",
        )


def _lead_ins(part: Part) -> Iterator[Finding]:
    """21 CFR 202.1(e)(3)(iii) asks for the risks themselves: a lead-in ending in “:” with no list says nothing."""
    yield from _lead_ins_among(part.blocks, part)


def _lead_ins_among(blocks: Iterable[Block], part: Part) -> Iterator[Finding]:
    siblings = list(blocks)
    for block, after in zip(siblings, [*siblings[1:], None], strict=False):
        if isinstance(block, Heading | Paragraph) and text(block.inlines).rstrip().endswith((":", "：")):
            if not isinstance(after, List):
                yield Finding(
                    "safety.lead-in-empty",
                    f"“{text(block.inlines).strip()}” in the part “{part.name}” is followed by no list",
                    block.place,
                    "list the items right below it, each on a line that begins with “- ”",
                )
        elif isinstance(block, List):
            for item in block.items:
                if not any(
                    isinstance(leaf, Heading | Paragraph) and text(leaf.inlines).strip()
                    for leaf in blocks_within(item.blocks)
                ):
                    yield Finding(
                        "safety.item-empty",
                        f"a list item in the part “{part.name}” is empty",
                        item.place,
                        "write the item or take the bullet away",
                    )
                yield from _lead_ins_among(item.blocks, part)


def _approval(block: SafetyBlock, meta: Meta, today: date) -> Iterator[Finding]:
    approval, found = block.approval, text_hash(block)
    if approval is not None and approval.text_sha256 != found:
        yield Finding(
            "safety.approval-void",
            f"the safety text “{block.key}” is not the text that {approval.by} approved on {approval.on}",
            block.place,
            f"restore the approved text, or have this one approved and set `text-sha256: {found}`",
        )
    if approval is not None and approval.until < today:
        yield Finding(
            "safety.approval-expired",
            f"the approval of “{block.key}” by {approval.by} ended on {approval.until}",
            block.place,
            "have the text approved again and renew `valid-until:`",
        )
    if approval is None or block.status != "approved":
        yield Finding(
            "safety.not-approved",
            f"the safety text “{block.key}” is not approved (its status is “{block.status}”)",
            block.place,
            "set `status: approved` with `approved-by:`, `approved-on:`, `valid-until:` and "
            f"`text-sha256: {found}` once it is approved; until then keep the leaflet a draft",
        )


# --- judging ---


@cache
def _weights() -> Mapping[str, Mapping[str, Any]]:
    merged: dict[str, Mapping[str, Any]] = {}
    for path in sorted((_rules() / "findings").iterdir(), key=lambda each: each.name):
        merged.update(_flattened(tomllib.loads(path.read_text(encoding="utf-8"))))
    return merged


def _flattened(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, value in table.items():
        if "says" in value:
            yield prefix + key, value
        else:
            yield from _flattened(value, f"{prefix}{key}.")


def known_codes() -> Mapping[str, Mapping[str, Any]]:
    """Every finding code with what it `says`, what it weighs by status, and whether it may be waived."""
    return _weights()


def severity(code: str, status: Status) -> Severity:
    """What a finding weighs at a leaflet's status. Codes no table lists are errors."""
    entry = _weights().get(code, {})
    return Severity(entry.get(status, entry.get("severity", "error")))


def judge(findings: Iterable[Finding], status: Status, waivers: Iterable[Waiver] = ()) -> tuple[Finding, ...]:
    """Findings with the weight that policy gives them. A waiver turns a waivable finding into a note that names it."""
    waived = {waiver.code: waiver for waiver in waivers}
    judged: list[Finding] = []
    for finding in findings:
        waiver = waived.get(finding.code)
        if waiver and _weights().get(finding.code, {}).get("waivable", False):
            told = f"{finding.message} (waived by {waiver.by}: {waiver.reason})"
            judged.append(Finding(finding.code, told, finding.place, finding.hint, Severity.NOTE))
        else:
            judged.append(finding.at(severity(finding.code, status)))
    return tuple(judged)


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether judged findings keep a leaflet from going out."""
    return any(finding.severity is Severity.ERROR for finding in findings)
