"""Every finding code stands in rules/findings/ once, is used, and is told in docs/findings.md."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import publish
from publish.diagnostics import Severity

ROOT = Path(__file__).parent.parent
SOURCE = Path(publish.__file__).parent
TABLES = sorted((SOURCE / "rules" / "findings").glob("*.toml"))
PAGE = ROOT / "docs" / "findings.md"

CODE = re.compile(r"[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*)+")
FILE_ENDINGS = {"css", "docx", "epub", "j2", "json", "md", "pdf", "toml", "xhtml", "xml", "yaml"}
MAKERS = {"Finding", "refuse"}
KEYS = {"says", "severity", "draft", "in-review", "approved", "waivable"}


def entries(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Each code with its entry; an entry is a table that holds other things than tables."""
    for key, value in table.items():
        assert isinstance(value, Mapping), f"{prefix}{key} stands outside of an entry"
        if any(not isinstance(inner, Mapping) for inner in value.values()):
            yield prefix + key, value
        else:
            yield from entries(value, f"{prefix}{key}.")


LISTED = [
    (code, entry, path.name) for path in TABLES for code, entry in entries(tomllib.loads(path.read_text("utf-8")))
]
CODES = {code for code, _, _ in LISTED}
ROOMS = {code.split(".")[0] for code in CODES}


def used() -> dict[str, str]:
    """Each code that src/ speaks of, with a place: what Finding or refuse is given, and words of a code's shape."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        given = {
            id(call.args[0])
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MAKERS and call.args
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                word = node.value
                like_one = CODE.fullmatch(word) and word.split(".")[-1] not in FILE_ENDINGS
                if word in CODES or id(node) in given or (like_one and word.split(".")[0] in ROOMS):
                    found[word] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return found


USED = used()


def test_there_are_codes():
    assert len(CODES) > 10 and len(USED) > 10


def test_every_code_used_is_listed():
    lost = [f"{code} ({place})" for code, place in USED.items() if code not in CODES]
    assert not lost, "these stand in no table:\n" + "\n".join(lost)


def test_every_code_listed_is_used():
    idle = sorted(CODES - USED.keys())
    assert not idle, "no module states these; remove them, or write the code out as one string:\n" + "\n".join(idle)


def test_no_code_is_listed_twice():
    assert [code for code, times in Counter(code for code, _, _ in LISTED).items() if times > 1] == []


@pytest.mark.parametrize(("code", "entry", "table"), LISTED, ids=[code for code, _, _ in LISTED])
def test_an_entry_is_well_made(code, entry, table):
    assert CODE.fullmatch(code), "a code is lower-case words, dotted: room.what-is-wrong"
    assert set(entry) <= KEYS, f"known keys are {sorted(KEYS)}"
    assert str(entry["says"]).endswith((".", "!")), "`says` is one whole sentence"
    for key in ("severity", "draft", "in-review", "approved"):
        assert key not in entry or entry[key] in {*Severity, "profile"}
    assert isinstance(entry.get("waivable", False), bool)


def test_nothing_about_the_safety_block_may_be_waived():
    assert [code for code, entry, _ in LISTED if code.startswith("safety.") and entry.get("waivable")] == []


def test_the_page_tells_every_code_once():
    told = Counter(re.findall(r"^#* ?`([a-z0-9.-]+)`", PAGE.read_text("utf-8"), re.MULTILINE))
    assert told == Counter(CODES), "docs/findings.md is made from the tables: run `make docs`"
