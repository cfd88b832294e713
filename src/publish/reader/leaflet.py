"""A leaflet's file, and all that it names, as a Document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from markdown_it.token import Token

from publish import policy
from publish.diagnostics import Place, did_you_mean
from publish.model import (
    NOWHERE,
    Block,
    Document,
    Edition,
    Meta,
    Note,
    Paragraph,
    Press,
    PressCode,
    Product,
    Reference,
    SafetyBlock,
    Waiver,
)
from publish.project import LEAFLET_FILE
from publish.reader import (
    admission,
    blocks,
    catalogue,
    conditions,
    front_matter,
    grammar,
    links,
    safety,
    spans,
    words,
)
from publish.reader.ledger import Ledger
from publish.reader.schema import LeafletShape, PressShape
from publish.reader.scope import Scope


def whole(file: str) -> Place:
    """The place of a file as a whole."""
    return Place(file)


def read(ledger: Ledger, folder: Path, name: str) -> Document | None:
    """The document; None, told, when its front matter, product or safety text cannot be used."""
    path = folder / LEAFLET_FILE
    file = ledger.name(path)
    text = ledger.text_of(path, "source.unreadable")
    halves = front_matter.split(text, file, ledger) if text is not None else None
    if text is None or halves is None:
        return None
    rules = admission.Rules.sniffed(halves.head or "")
    front = front_matter.read(halves.head, LeafletShape, file, ledger, rules)
    meta = _meta(front, ledger) if front else None
    product = catalogue.product(meta.product, ledger, rules, front.place("product")) if meta and front else None
    labels = catalogue.labels(meta.language, ledger, front.place("language")) if meta and front else {}
    variables = {**(product.values if product else {}), **(_variables(meta) if meta else {})}
    if meta and front:
        title, subtitle = (_resolved(meta, front, key, variables, ledger) for key in ("title", "subtitle"))
        meta = replace(meta, title=title, subtitle=subtitle)
    block = _safety(front, product, ledger, variables) if front else None
    scope = Scope(
        ledger=ledger,
        file=file,
        lines=halves.body.split("\n"),
        rules=rules,
        prefix="b",
        folder=folder,
        variables=variables,
        conditions=_conditions(meta),
        glossary=catalogue.glossary(ledger, rules),
        works=catalogue.works(ledger, rules),
        labels=labels,
        sure=meta is not None and product is not None,
    )
    body, notes = _body(scope, halves.body)
    references = tuple(_references(scope))
    _check_targets(scope)
    words.tell_lost(scope, (body, notes))
    if not body and not ledger.findings:
        ledger.tell("source.empty", "the leaflet has no text", whole(file), "write it below the front matter")
    if meta is None or product is None or block is None or not labels:
        return None
    return Document(
        name=name,
        meta=meta,
        product=product,
        body=body,
        safety=block,
        notes=notes,
        references=references,
        assets=dict(scope.assets),
        labels=labels,
        sources=ledger.sources(),
        source_sha256=ledger.digest(),
    )


def _meta(front: front_matter.Front[LeafletShape], ledger: Ledger) -> Meta:
    values = front.values
    codes = policy.known_codes() if values.waivers else {}
    for index, waiver in enumerate(values.waivers):
        place = front.place("waivers", index)
        if waiver.code not in codes:
            message = f"there is no finding “{waiver.code}” to waive"
            ledger.tell("meta.waiver-unknown", message, place, did_you_mean(waiver.code, codes))
        elif not codes[waiver.code].get("waivable", False):
            message = f"the finding “{waiver.code}” may not be waived"
            ledger.tell("meta.waiver-forbidden", message, place, "mend what it tells instead")
    if values.expires and values.expires < values.prepared:
        message = "the piece expires before it is prepared"
        ledger.tell("meta.value", message, front.place("expires"), "correct one of the two dates")
    return Meta(
        title=values.title,
        subtitle=values.subtitle,
        product=values.product,
        safety=values.safety,
        market=values.market,
        audience=values.audience,
        language=values.language,
        status=values.status,
        version=values.version,
        job_code=values.job_code,
        prepared=values.prepared,
        theme=values.theme,
        expires=values.expires,
        waivers=tuple(Waiver(waiver.code, waiver.reason, waiver.by) for waiver in values.waivers),
        history=tuple(Edition(each.version, each.date, each.author, each.change) for each in values.history),
        press=_press(front),
    )


def _press(front: front_matter.Front[LeafletShape]) -> Press | None:
    given = front.values.press
    if given is None:
        return None
    codes = tuple(
        PressCode(code.kind, code.value, code.panel, code.corner, code.module, _placed(front, "press", "codes", index))
        for index, code in enumerate(given.codes)
    )
    places = {key: place for key in PressShape.model_fields if (place := front.place("press", key))}
    return Press(given.fold, given.stock, given.panels, given.widths, given.profile, given.bleed, codes, places)


def _placed(front: front_matter.Front[LeafletShape], *path: str | int) -> Place:
    return front.place(*path) or NOWHERE


def _variables(meta: Meta) -> Mapping[str, str]:
    given = {
        "title": meta.title,
        "subtitle": meta.subtitle,
        "market": meta.market,
        "audience": meta.audience,
        "language": meta.language,
        "status": meta.status,
        "version": meta.version,
        "job-code": meta.job_code,
        "prepared": meta.prepared.isoformat(),
        "expires": meta.expires.isoformat() if meta.expires else "",
    }
    return {f"meta.{key}": value for key, value in given.items() if value}


_IN_TITLE = re.compile(r"\{\{[ \t]*([A-Za-z][\w-]*(?:\.[\w-]+)*)[ \t]*\}\}")


def _resolved(
    meta: Meta,
    front: front_matter.Front[LeafletShape],
    key: str,
    variables: Mapping[str, str],
    ledger: Ledger,
) -> str:
    """The title or subtitle with the product's variables in it."""
    known = {name: value for name, value in variables.items() if name.startswith("product.")}

    def value(found: re.Match[str]) -> str:
        if found[1] not in known:
            hint = did_you_mean(found[1], known)
            ledger.tell("source.variable-unknown", f"there is no variable “{found[1]}”", front.place(key), hint)
        return known.get(found[1], found[0])

    return _IN_TITLE.sub(value, meta.title if key == "title" else meta.subtitle)


def _conditions(meta: Meta | None) -> Mapping[str, str]:
    if meta is None:
        return {}
    return {
        "market": meta.market,
        "audience": meta.audience,
        "language": meta.language,
        "status": meta.status,
    }


def _safety(
    front: front_matter.Front[LeafletShape],
    product: Product | None,
    ledger: Ledger,
    variables: Mapping[str, str],
) -> SafetyBlock | None:
    values = front.values
    wanted = safety.Wanted(
        values.safety, values.product, values.language, values.market, values.audience, front.place("safety")
    )
    own = {key: value for key, value in variables.items() if key.startswith("product.")}
    return safety.read(wanted, ledger, own)


def _body(scope: Scope, body: str) -> tuple[tuple[Block, ...], tuple[Note, ...]]:
    md = grammar.parser()
    env: dict[str, object] = {}
    parsed = md.parse(body, env)
    scope.used = grammar.labels_used(parsed)
    tokens = conditions.pruned(scope, parsed)
    written = _notes_written(scope, tokens)
    scope.defined = set(written)
    scope.wanted = spans.terms_in(scope, tokens)
    found = blocks.converted(scope, tokens)
    notes = tuple(_notes(scope, written))
    for label, (inner, place) in written.items():
        if label not in scope.notes and label not in scope.left_out:
            hint = f"put its mark [^{label}] where it belongs, or delete the note"
            scope.tell("source.note-unused", f"the note “{label}” is nowhere marked", place, hint)
        if label not in scope.notes:
            scope.account_lines(inner)
    if scope.terms and scope.glossary_place is None:
        term, place = next(iter(scope.terms.items()))
        message = f"the term “{term}” is marked, but the leaflet shows no glossary that explains it"
        scope.tell(
            "source.glossary-missing", message, place, "add a line :::{glossary} and a line ::: where it shall stand"
        )
    return found, notes


def _notes_written(scope: Scope, tokens: list[Token]) -> dict[str, tuple[list[Token], Place]]:
    """The notes by label, wherever they are written."""
    found: dict[str, tuple[list[Token], Place]] = {}
    stream = blocks.Stream(scope, tokens)
    while stream.more():
        token = stream.next()
        if token.type != "footnote_reference_open":
            continue
        label, place = token.meta["label"], blocks.place_of(scope, token)
        inner = blocks.Stream(scope, tokens, stream.index).inner()
        scope.account(place.line or 1, label)
        if label in found:
            message = f"the note “{label}” is written twice; the first is in line {found[label][1].line}"
            scope.tell("source.note-twice", message, place, "give each note its own label")
            scope.account_lines(inner)
        else:
            found[label] = (inner, place)
    return found


def _notes(scope: Scope, written: Mapping[str, tuple[list[Token], Place]]) -> Iterator[Note]:
    done = 0
    while done < len(scope.notes):
        label = list(scope.notes)[done]
        done += 1
        inner, place = written[label]
        scope.prefix, scope.count = f"n{done:04d}p", 0
        found = blocks.converted(scope, inner)
        if not found or not isinstance(found[0], Paragraph):
            scope.tell("source.note-empty", f"the note “{label}” does not begin with text", place, "write its text")
        else:
            yield Note(f"n{done:04d}", label, done, found, place=place)


def _references(scope: Scope) -> Iterator[Reference]:
    for key, number in scope.cited.items():
        work = scope.works[key]
        fault = links.fault(work.url) if work.url else ""
        if fault:
            scope.tell("source.link-target", f"the address of the reference “{key}” {fault}", work.place, "correct it")
        url = links.encoded(work.url) if work.url and not fault else ""
        yield Reference(f"r{number:04d}", key, number, work.text, url, place=work.place)


def _check_targets(scope: Scope) -> None:
    known = {*scope.anchors, *scope.claims, "safety"}
    for target, place in scope.targets:
        if target[1:] not in known:
            hint = did_you_mean(target[1:], known)
            scope.tell("source.anchor-unknown", f"the link to {target} leads nowhere in this leaflet", place, hint)
