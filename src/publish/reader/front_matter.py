"""The front matter: the lines between two `---` at the head of a leaflet or safety file, checked against its shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from publish.diagnostics import Place
from publish.reader import admission, schema, strict_yaml
from publish.reader.ledger import Ledger

_FENCE = re.compile(r"^---[ \t]*$")
_LIMIT = 512 << 10  # characters; the shape sets the limits that people meet

S = TypeVar("S", bound=schema.Shape)


@dataclass(frozen=True, slots=True)
class Split:
    """A source file in two: the front matter's text, and the body after as many empty lines as stood before it.

    So lines count in the body as they count in the file. `head` is None where there is none.
    """

    head: str | None
    body: str


def split(text: str, file: str, ledger: Ledger) -> Split | None:
    """The two halves of a file; told, when there is no front matter (all is body), or it is never closed (None)."""
    lines = text.split("\n")
    if not _FENCE.match(lines[0]):
        ledger.tell(
            "source.front-matter-missing",
            "the file does not begin with front matter",
            Place(file, 1),
            "delete the empty lines before its first `---`"
            if _FENCE.match(text.lstrip("\n").split("\n", 1)[0])
            else "begin it with a line `---`, then `key: value` lines such as `title: …`, then another `---`",
        )
        return Split(None, text)
    end = next((number for number, line in enumerate(lines[1:], 1) if _FENCE.match(line)), None)
    if end is None:
        ledger.tell(
            "source.front-matter-open",
            "the front matter that begins here is never closed",
            Place(file, 1),
            "put a line `---` after its last `key: value` line",
        )
        return None
    return Split("\n".join(lines[1:end]), "\n" * (end + 1) + "\n".join(lines[end + 1 :]))


@dataclass(frozen=True, slots=True)
class Front(Generic[S]):
    """Front matter that fits its shape, and where each key stands in the file."""

    values: S
    places: Mapping[tuple[str | int, ...], Place]

    def place(self, *path: str | int) -> Place | None:
        """Where a key stands; None when it is not given."""
        return self.places.get(path)


def read(head: str | None, shape: type[S], file: str, ledger: Ledger, rules: admission.Rules) -> Front[S] | None:
    """The front matter in its shape; None, every fault told, when it does not fit."""
    if head is None:
        return None
    if len(head) > _LIMIT:
        ledger.tell("source.front-matter", "the front matter is longer than 500 kB", Place(file, 1), "shorten it")
        return None
    try:
        mapping = strict_yaml.load(head)
    except strict_yaml.BadYaml as bad:
        message = f"the front matter cannot be used: {bad.message}"
        ledger.tell("source.front-matter", message, Place(file, bad.line + 1), bad.hint)
        return None
    places = {path: Place(file, line + 1) for path, line in mapping.lines.items()}
    _tell_hidden(mapping.data, (), places, ledger, rules)
    outcome = schema.checked(shape, mapping.data)
    if isinstance(outcome, list):
        codes = {"unknown": "meta.key-unknown", "missing": "meta.key-missing", "value": "meta.value"}
        for fault in outcome:
            place = next(
                (places[fault.path[:n]] for n in range(len(fault.path), 0, -1) if fault.path[:n] in places), None
            )
            ledger.tell(codes[fault.kind], fault.message, place or Place(file, 1), fault.hint)
        return None
    return Front(outcome, places)


def _tell_hidden(
    value: object,
    path: tuple[str | int, ...],
    places: Mapping[tuple[str | int, ...], Place],
    ledger: Ledger,
    rules: admission.Rules,
) -> None:
    """Hidden characters that YAML's own escapes (`"\\u200b"`) have brought in."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _tell_hidden(inner, (*path, key), places, ledger, rules)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _tell_hidden(inner, (*path, index), places, ledger, rules)
    elif isinstance(value, str) and (char := admission.hidden_in(value, rules)) and char != "\ufffd":
        message = f"the value of “{path[-1]}” holds the hidden character {admission.named(char)}"
        ledger.tell("source.hidden-character", message, places.get(path), "write the value without the escape")
