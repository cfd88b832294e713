"""Safety files: front matter and named parts, and nothing that could alter, hide or move the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from markdown_it.token import Token

from publish import inputs
from publish.diagnostics import Place, did_you_mean
from publish.model import (
    Approval,
    Block,
    Heading,
    List,
    Paragraph,
    Part,
    SafetyBlock,
    Table,
    blocks_within,
)
from publish.reader import admission, blocks, front_matter, grammar, words
from publish.reader.ledger import Ledger, Shared
from publish.reader.schema import SafetyShape
from publish.reader.scope import Scope

_APPROVAL = ("approved-by", "approved-on", "valid-until", "text-sha256")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the leaflet asks for: the file's name, and what it must agree with. Unknown values are empty."""

    key: str
    product: str
    language: str
    market: str
    audience: str
    place: Place | None


def read(wanted: Wanted, ledger: Ledger, variables: Mapping[str, str]) -> SafetyBlock | None:
    """The safety block; None, told, when it cannot be read. Whether it says enough is policy's to judge."""
    key = (replace(wanted, place=None), tuple(variables.items()))  # the place is for findings, which are not kept
    return ledger.shared(_blocks, key, lambda: _read(wanted, ledger, variables))


_blocks: Shared[SafetyBlock | None] = inputs.Memory(60)


def _read(wanted: Wanted, ledger: Ledger, variables: Mapping[str, str]) -> SafetyBlock | None:
    folder = ledger.project.source / "safety"
    path = folder / f"{wanted.key}.md"
    if not inputs.exists(path):
        known = sorted(each.stem for each in folder.glob("*.md")) if folder.is_dir() else []
        message = f"there is no safety file “{wanted.key}”"
        ledger.tell("safety.missing", message, wanted.place, did_you_mean(wanted.key, known))
        return None
    file = ledger.name(path)
    rules = admission.Rules(wanted.language.split("-")[0] or "en", safety=True)
    hint = "restore the safety text; without it nothing may go out"
    text = ledger.text_of(path, "safety.missing", hint, rules=rules)
    halves = front_matter.split(text, file, ledger) if text is not None else None
    if halves is None:
        ledger.tell("safety.missing", f"the safety file “{wanted.key}” cannot be read", wanted.place, hint)
        return None
    front = front_matter.read(halves.head, SafetyShape, file, ledger, rules)
    scope = Scope(
        ledger=ledger,
        file=file,
        lines=halves.body.split("\n"),
        rules=rules,
        prefix="s",
        folder=folder,
        variables=variables,
        conditions={},
        glossary={},
        works={},
        labels={},
        sure=bool(variables),
    )
    parts = tuple(_parts(scope, halves.body))
    words.tell_lost(scope, parts)
    if not parts:
        message = f"the safety file “{wanted.key}” holds no part"
        ledger.tell("safety.missing", message, Place(file, 1), "write its text in parts: :::{part} contraindications")
    if front is None or not parts:
        return None
    label_version = variables.get("product.label-version", "")
    _tell_differences(front, wanted, label_version, ledger, file)
    return _block(wanted.key, front, parts, ledger, file)


def _parts(scope: Scope, body: str) -> Iterator[Part]:
    """The parts in order. Text outside is told and kept in a part without a name, so that it is judged as well."""
    tokens = grammar.parser().parse(body, {})
    scope.used = grammar.labels_used(tokens)
    stream = blocks.Stream(scope, tokens)
    seen: dict[str, Place] = {}
    outside: list[Block] = []
    while stream.more():
        token = stream.next()
        inner = stream.inner() if token.nesting == 1 else []
        place = blocks.place_of(scope, token)
        if _opens_part(token):
            if outside:
                yield Part("", tuple(outside), place=outside[0].place)
            outside = []
            yield _part(scope, token, inner, place, seen)
            continue
        found = blocks.converted(scope, [token, *inner, *([_closing(token)] if token.nesting == 1 else [])])
        if found and token.type != "directive_open":  # a faulty directive has been told for itself
            hint = "put it between :::{part} name and :::"
            scope.tell("source.outside-part", "text stands outside of a part", place, hint)
        outside.extend(found)
    if outside:
        yield Part("", tuple(outside), place=outside[0].place)


def _opens_part(token: Token) -> bool:
    return token.type == "directive_open" and token.meta["name"] == "part" and token.meta["form"] == "braces"


def _closing(token: Token) -> Token:
    return Token(token.type.replace("open", "close"), "", -1)


def _part(scope: Scope, token: Token, inner: list[Token], place: Place, seen: dict[str, Place]) -> Part:
    name = token.meta["argument"]
    scope.account(place.line or 1, f"part {name}")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        message = f"“{name}” is no name of a part"
        scope.tell("source.part-name", message, place, "write a lower-case name, as in :::{part} contraindications")
    elif name in seen:
        message = f"the part “{name}” stands here a second time; the first is in line {seen[name].line}"
        scope.tell("source.part-twice", message, place, f"join the two, or name one “{name}-…”")
    seen.setdefault(name, place)
    if not token.meta["closed"]:
        message = f"the part “{name}” that begins here is never closed"
        scope.tell("source.directive-open", message, place, "put a line ::: behind its text")
    for key, value, line in token.meta["options"]:
        scope.account(line + 1, f"{key} {value}")
        scope.tell("source.option-unknown", "a part has no options", scope.place(line + 1, 1), "delete the line")
    scope.level = 5  # headings in a part begin where the theme's own end
    found = blocks.converted(scope, inner)
    for block in blocks_within(found):
        if not isinstance(block, Heading | Paragraph | List | Table):
            kind = _NAMES.get(type(block).__name__, type(block).__name__.lower())
            hint = "write it as headings, paragraphs, lists or tables"
            scope.tell("source.not-in-safety", f"{kind} may not stand in a safety file", block.place, hint)
    return Part(name, found, place=place)


_NAMES = {
    "CodeBlock": "code (a line indented by four spaces, or between ```)",
    "Quote": "a quotation",
    "Rule": "a rule",
    "DefinitionList": "a definition list",
    "Figure": "a picture",
}


def _tell_differences(
    front: front_matter.Front[SafetyShape], wanted: Wanted, label_version: str, ledger: Ledger, file: str
) -> None:
    values = front.values
    for what, here, there in (
        ("product", values.product, wanted.product),
        ("language", values.language, wanted.language),
        ("market", values.market, wanted.market),
        ("audience", values.audience, wanted.audience),
    ):
        if there and here != there:
            ledger.tell(
                "source.safety-differs",
                f"this safety file is for the {what} “{here}”, the leaflet's {what} is “{there}”",
                front.place(what) or Place(file, 1),
                f"name the safety file for “{there}” in the leaflet's `safety:`, or correct one of the two",
            )
    if label_version and values.label_version != label_version:
        ledger.tell(
            "source.label-version",
            f"this safety text follows the label version “{values.label_version}”, the product's is “{label_version}”",
            front.place("label-version") or Place(file, 1),
            "bring the safety text up to the current label, or correct the product's label-version",
        )


def _block(
    key: str, front: front_matter.Front[SafetyShape], parts: tuple[Part, ...], ledger: Ledger, file: str
) -> SafetyBlock:
    values, approval = front.values, None
    by, on, until, digest = values.approved_by, values.approved_on, values.valid_until, values.text_sha256
    if by and on and until and digest:
        approval = Approval(by, on, until, digest)
        if until < on:
            message = "the approval ends before it begins"
            ledger.tell("meta.value", message, front.place("valid-until"), "correct one of the two dates")
    elif by or on or until or digest:
        missing = [name for name, value in zip(_APPROVAL, (by, on, until, digest), strict=True) if not value]
        given = next(name for name in _APPROVAL if front.place(name))
        message = f"the approval is not complete: {', '.join(missing)} missing"
        ledger.tell("source.approval", message, front.place(given), "give all four lines, or none until it is approved")
    return SafetyBlock(
        key=key,
        title=values.title,
        profile=values.profile,
        label_version=values.label_version,
        status=values.status,
        approval=approval,
        parts=parts,
        place=Place(file, 1),
    )
