"""What all leaflets share: products, the glossary, the references, and the labels of a language. All of it TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from publish import inputs
from publish.diagnostics import Place, did_you_mean
from publish.model import Product
from publish.project import line_of_key
from publish.reader import admission
from publish.reader.ledger import Ledger, Shared

_KEY = re.compile(r"[A-Za-z0-9][\w-]*")
_LONGEST = 5_000  # characters of a value
_DEPTH = 8
_TEXTS = ("name", "generic-name", "company", "label-version")
_FLAGS = ("boxed-warning", "additional-monitoring")


@dataclass(frozen=True, slots=True)
class Word:
    """A glossary entry in one language."""

    term: str
    definition: str
    place: Place


@dataclass(frozen=True, slots=True)
class Work:
    """An entry of the references."""

    text: str
    url: str
    place: Place


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML file: its data, its own text for places, its name."""

    data: Mapping[str, Any]
    text: str
    file: str

    def place(self, key: str) -> Place:
        return Place(self.file, line_of_key(self.text, key))


def one_line(value: str) -> str:
    """A value on one line: each run of blanks and line ends is a space; no-break spaces stay."""
    return re.sub(r"[ \t\n]+", " ", value).strip(" ")


def product(key: str, ledger: Ledger, rules: admission.Rules, place: Place | None) -> Product | None:
    """The product `key`; None, told, when it is unknown or its file cannot be used."""
    return ledger.shared(_products, (key, rules), lambda: _product(key, ledger, rules, place))


_products: Shared[Product | None] = inputs.Memory(100)
_glossaries: Shared[Mapping[str, Word]] = inputs.Memory(30)
_works: Shared[Mapping[str, Work]] = inputs.Memory(30)
_labels: Shared[Mapping[str, str]] = inputs.Memory(60)


def _product(key: str, ledger: Ledger, rules: admission.Rules, place: Place | None) -> Product | None:
    folder = ledger.project.source / "products"
    path = folder / f"{key}.toml"
    if not inputs.exists(path):
        known = sorted(each.stem for each in folder.glob("*.toml")) if folder.is_dir() else []
        ledger.tell("meta.product-unknown", f"there is no product “{key}”", place, did_you_mean(key, known))
        return None
    table = _table(ledger, f"products/{key}.toml", rules)
    if table is None:
        return None
    data, sound = table.data, True
    for name in _TEXTS:
        if not isinstance(data.get(name), str) or not data[name].strip():
            what = "is missing" if name not in data else "must be text in quotes"
            ledger.tell("source.product", f"the product's “{name}” {what}", table.place(name), f'add `{name} = "…"`')
            sound = False
    for name in _FLAGS:
        if not isinstance(data.get(name, False), bool):
            ledger.tell("source.product", f"“{name}” must be true or false", table.place(name), "write it unquoted")
            sound = False
    if not sound:
        return None
    return Product(
        key=key,
        name=data["name"],
        generic_name=data["generic-name"],
        company=data["company"],
        boxed_warning=data.get("boxed-warning", False),
        additional_monitoring=data.get("additional-monitoring", False),
        values=dict(_flat(data, "product", table, ledger)),
    )


def glossary(ledger: Ledger, rules: admission.Rules) -> Mapping[str, Word]:
    """The glossary in a language: `[key]` with term and definition, or `[key.de]` where languages differ."""
    return ledger.shared(_glossaries, rules, lambda: _glossary(ledger, rules))


def _glossary(ledger: Ledger, rules: admission.Rules) -> Mapping[str, Word]:
    table = _table(ledger, "glossary.toml", rules)
    found: dict[str, Word] = {}
    for key, entry in _entries(table, ledger, ("term", "definition"), languages=True):
        chosen = entry.get(rules.language, entry)
        assert table is not None
        if isinstance(chosen, Mapping) and all(isinstance(chosen.get(name), str) for name in ("term", "definition")):
            found[key] = Word(one_line(chosen["term"]), one_line(chosen["definition"]), table.place(key))
    return found


def works(ledger: Ledger, rules: admission.Rules) -> Mapping[str, Work]:
    """The references: `[key]` with text and, if there is one, url."""
    return ledger.shared(_works, rules, lambda: _all_works(ledger, rules))


def _all_works(ledger: Ledger, rules: admission.Rules) -> Mapping[str, Work]:
    table = _table(ledger, "references.toml", rules)
    found: dict[str, Work] = {}
    for key, entry in _entries(table, ledger, ("text", "url")):
        assert table is not None
        if not isinstance(entry.get("text"), str) or not entry["text"].strip():
            ledger.tell("source.reference", f"the reference “{key}” has no text", table.place(key), 'add `text = "…"`')
        else:
            found[key] = Work(one_line(entry["text"]), str(entry.get("url", "")), table.place(key))
    return found


def labels(language: str, ledger: Ledger, place: Place | None) -> Mapping[str, str]:
    """The document's own words in a language, the project's (`source/labels/<language>.toml`) before the program's."""
    return ledger.shared(_labels, language, lambda: _labels_in(language, ledger, place))


def _labels_in(language: str, ledger: Ledger, place: Place | None) -> Mapping[str, str]:
    primary = language.split("-")[0]
    shipped = files("publish") / "labels"
    known = {each.name.removesuffix(".toml") for each in shipped.iterdir() if each.name.endswith(".toml")}
    found: dict[str, str] = {}
    if primary in known:
        found.update(tomllib.loads((shipped / f"{primary}.toml").read_text(encoding="utf-8")))
    own = ledger.project.source / "labels"
    for name in dict.fromkeys((primary, language)):
        if inputs.exists(own / f"{name}.toml"):
            table = _table(ledger, f"labels/{name}.toml", admission.Rules(primary))
            for key, value in table.data.items() if table else ():
                if isinstance(value, str) and value.strip():
                    found[key] = value
                elif table:
                    ledger.tell(
                        "source.labels", f"the label “{key}” must be text", table.place(key), "put it in quotes"
                    )
    if not found:
        choices = known | ({each.stem for each in own.glob("*.toml")} if own.is_dir() else set())
        ledger.tell(
            "meta.language-unknown",
            f"there are no labels (“Notes”, “Page” …) in the language “{language}”; "
            f"known are: {', '.join(sorted(choices))}",
            place,
            f"write source/labels/{primary}.toml after the example of another language, or correct `language:`",
        )
    return found


def _entries(
    table: _Table | None, ledger: Ledger, known: tuple[str, ...], *, languages: bool = False
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, entry in table.data.items() if table else ():
        assert table is not None
        if not isinstance(entry, Mapping):
            ledger.tell(
                "source.toml", f"“{key}” must be a table", table.place(key), f"write `[{key}]` and its lines below"
            )
            continue
        for name, value in entry.items():
            if name in known and isinstance(value, str):
                continue
            if languages and isinstance(value, Mapping) and re.fullmatch(r"[a-z]{2,3}", name):
                continue
            if name in known:
                ledger.tell("source.toml", f"“{key}.{name}” must be text", table.place(key), "put it in quotes")
            else:
                message = f"there is no key “{name}” in an entry of this file"
                ledger.tell("source.toml", message, table.place(name), did_you_mean(name, known))
        yield key, entry


def _flat(
    data: Mapping[str, Any], prefix: str, table: _Table, ledger: Ledger, depth: int = 0
) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        path = f"{prefix}.{key}"
        if isinstance(value, Mapping) and depth < _DEPTH:
            yield from _flat(value, path, table, ledger, depth + 1)
        elif isinstance(value, bool):
            yield path, "true" if value else "false"
        elif isinstance(value, str | int) and _KEY.fullmatch(key):
            yield path, one_line(str(value))
        else:
            ledger.tell(
                "source.product", f"“{path}” must be text or a table", table.place(key), "put the value in quotes"
            )


def _table(ledger: Ledger, name: str, rules: admission.Rules) -> _Table | None:
    path = ledger.project.source / name
    if not inputs.exists(path) and not path.exists() and not path.is_symlink():
        return None
    file = ledger.name(path)
    text = ledger.text_of(path, "source.unreadable", rules=rules)
    if text is None:
        return None
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)(?:, column (\d+))?", str(error))
        end = text.rstrip().count("\n") + 1 if "end of document" in str(error) else None
        place = Place(file, int(found[1]), int(found[2]) if found[2] else None) if found else Place(file, end)
        ledger.tell("source.toml", f"the file is no TOML: {str(error)[:150]}", place, 'write `key = "value"` lines')
        return None
    table = _Table(data, text, file)
    for key, value in _strings(data):
        if (char := admission.hidden_in(value, rules)) and char != "\ufffd":
            message = f"the value of “{key}” holds the hidden character {admission.named(char)}"
            ledger.tell("source.hidden-character", message, table.place(key), "write the value without the escape")
        if len(value) > _LONGEST:
            ledger.tell(
                "source.toml", f"“{key}” is longer than {_LONGEST:,} characters", table.place(key), "shorten it"
            )
    return table


def _strings(data: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield key, data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from _strings(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value, key)
