"""What a copy says of the leaflet as a whole: title and subtitle come back, facts are told where they stand."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator

import yaml

from publish.diagnostics import Finding, Place
from publish.model import Document
from publish.review.outline import Outline
from publish.review.places import plain_atoms
from publish.review.returned import Line
from publish.review.sorting import Sorted
from publish.review.wording import Ways, reworded

_KEYS = ("job-code", "version", "status", "prepared", "label-version", "expires", "market", "audience")


def retitled(text: str, outline: Outline, document: Document, heaps: Sorted, ways: Ways) -> str:
    """The source with the title and subtitle that the copy shows."""
    meta = document.meta
    for key, lines, shown in (("title", heaps.title, meta.title), ("subtitle", heaps.subtitle, meta.subtitle)):
        said = " ".join(" ".join(line.text.split()) for line in lines if line.text.strip())
        if said and said != " ".join(shown.split()):
            text = _patched(text, key, lines, outline, ways)
    return text


def _patched(text: str, key: str, lines: list[Line], outline: Outline, ways: Ways) -> str:
    head, _, rest = text.partition("\n---")
    found = re.search(rf"^{key}:[ \t]*(.*)$", head, re.MULTILINE)
    if not found:
        return text
    raw = yaml.safe_load(found[1]) if found[1] else ""
    atoms = plain_atoms(str(raw or ""), outline.names)
    chars = [char for line in lines for char in line.chars]
    new = "".join(
        atom.source for atom in reworded(atoms, chars, lambda code, message: None, ways).parts[0] if atom.text != "\n"
    )
    value = new if _is_plain(new) and not found[1].startswith(('"', "'")) else json.dumps(new, ensure_ascii=False)
    return f"{head[: found.start(1)]}{value}{head[found.end(1) :]}\n---{rest}"


def _is_plain(words: str) -> bool:
    try:
        return bool(yaml.safe_load(f"key: {words}") == {"key": words})
    except yaml.YAMLError:
        return False


def facts_changed(document: Document, heaps: Sorted, file: str) -> Iterator[Finding]:
    """Facts of the copy that were written over: each is told with the key that gives it."""
    meta, labels = document.meta, document.labels
    values = {
        "job-code": meta.job_code,
        "version": meta.version,
        "status": labels.get(meta.status, meta.status),
        "prepared": meta.prepared.isoformat(),
        "label-version": document.safety.label_version,
        "expires": meta.expires.isoformat() if meta.expires else "–",
        "market": meta.market.upper(),
        "audience": labels.get(meta.audience, meta.audience),
    }
    names = {labels.get(key, key): key for key in _KEYS}
    cells = [line for line in heaps.own if line.cell is not None]
    for name, fact in itertools.pairwise(cells):
        key = names.get(name.text.strip())
        if key is None or fact.cell is None or name.cell is None or name.cell.column + 1 != fact.cell.column:
            continue
        if name.cell.columns == 4 and fact.text.strip() != values[key]:
            where = "the product's file" if key == "label-version" else "the front matter"
            message = f"“{name.text.strip()}” was changed from “{values[key]}” to “{fact.text.strip()}”"
            yield Finding("review.fact-edited", message, Place(file), f"change `{key}:` in {where}")


def references_changed(document: Document, heaps: Sorted) -> Iterator[Finding]:
    """Entries of the list of references that were written over."""
    known = {f"blk_{each.id}": each for each in document.references}
    for line in heaps.references:
        for anchor in line.anchors:
            work = known.get(anchor)
            if work is not None and " ".join(line.text.split()) != " ".join(work.text.split()):
                message = f"the reference “{work.text[:120]}” was changed to “{line.text[:120]}”"
                hint = f"change the entry “{work.key}” there; it shows in every leaflet that cites it"
                yield Finding("review.elsewhere", message, Place("source/references.toml"), hint)
