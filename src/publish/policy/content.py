"""The mandate on the safety text: its parts, lead-ins, prescribed sentences, and what its approval is worth."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from publish.diagnostics import Finding, did_you_mean
from publish.model import (
    Block,
    Heading,
    List,
    Meta,
    Paragraph,
    Part,
    Passage,
    Product,
    SafetyBlock,
    Text,
    Variable,
    blocks_within,
    safety_passages,
    text,
)
from publish.policy.profiles import PartRule, Profile


def text_hash(block: SafetyBlock) -> str:
    """SHA-256 over everything the block says and how: titles, parts, structure, words, raised letters, link targets.

    An approval names this hash, so a text changed by a letter is no longer the approved one. Where a line of the
    source breaks, and whether a word came from a variable, says nothing and does not count.
    """
    said = [block.title, *([part.name, *map(_said, part.blocks)] for part in block.parts)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


_SAYS_NOTHING = frozenset({"place", "id", "anchor", "tight"})


def _said(node: Any) -> Any:
    """A node of the model as plain data: its kind, then what it says, words that adjoin as one text."""
    if isinstance(node, tuple):
        merged: list[Any] = []
        for each in map(_said, node):
            if merged and isinstance(each, str) and isinstance(merged[-1], str):
                merged[-1] += each
            else:
                merged.append(each)
        return merged
    if isinstance(node, Text | Variable):
        return node.value
    if is_dataclass(node):
        shown = [_said(getattr(node, field.name)) for field in fields(node) if field.name not in _SAYS_NOTHING]
        return [type(node).__name__, *shown]
    return node


def check_safety(block: SafetyBlock, profile: Profile, meta: Meta, product: Product, today: date) -> Iterator[Finding]:
    """What the safety block lacks of its profile and its product, and whether its approval holds."""
    yield from _fits(block, profile, meta)
    yield from _flags(block, profile, meta, product)
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


def _flags(block: SafetyBlock, profile: Profile, meta: Meta, product: Product) -> Iterator[Finding]:
    raised = {"boxed-warning": product.boxed_warning, "additional-monitoring": product.additional_monitoring}
    shown = _squeezed(" ".join(passage.text for passage in safety_passages(block)))
    for rule in profile.flags:
        if not raised[rule.name]:
            continue
        if rule.part and not any(part.name == rule.part for part in block.parts):
            yield Finding(
                "safety.flag-unmet",
                f"{product.name} has the flag {rule.name}, but the safety block has no part “{rule.part}”",
                block.place,
                f"add `:::{{part}} {rule.part}` with the warning ({rule.source})",
            )
        sentence = rule.verbatim.get(meta.language.split("-")[0], "")
        if sentence and _squeezed(sentence) not in shown:
            yield Finding(
                "safety.flag-unmet",
                f"{product.name} has the flag {rule.name}, so the block must say: “{sentence}”",
                block.place,
                f"add the sentence exactly as it stands here ({rule.source})",
            )


def check_audience(body: Iterable[Passage], profile: Profile, meta: Meta) -> Iterator[Finding]:
    """A statement that turns the leaflet's own audience away, such as a professionals' gate on a patient's leaflet."""
    for passage in body:
        for pattern in profile.gates.get(meta.language.split("-")[0], ()):
            if re.search(pattern, _squeezed(passage.text), re.IGNORECASE):
                yield Finding(
                    "audience.gate",
                    f"this leaflet is for “{meta.audience}”, and these words turn that reader away: “{passage.text}”",
                    passage.place,
                    "take the statement out, or correct `audience:` in the front matter",
                )


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
