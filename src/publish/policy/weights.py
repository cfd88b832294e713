"""What findings weigh by a leaflet's status, and which may be waived. `rules/findings/*.toml` is the data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from publish.diagnostics import Finding, Severity
from publish.model import Status, Waiver
from publish.policy.profiles import rules_folder


@cache
def _tables() -> tuple[str, ...]:
    """The tables as they are written, in the order of their names."""
    folder = rules_folder() / "findings"
    return tuple(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir(), key=lambda each: each.name))


@cache
def _read(table: str) -> Mapping[str, Mapping[str, Any]]:
    return dict(_flattened(tomllib.loads(table)))


def _flattened(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, value in table.items():
        if "says" in value:
            yield prefix + key, value
        else:
            yield from _flattened(value, f"{prefix}{key}.")


@cache
def known_codes() -> Mapping[str, Mapping[str, Any]]:
    """Every finding code with what it `says`, what it weighs by status, and whether it may be waived."""
    return {code: entry for table in _tables() for code, entry in _read(table).items()}


@cache
def _entry(code: str) -> Mapping[str, Any]:
    """What is known of one code. Only a table that names it is parsed: to parse all takes longer than to judge."""
    return next((found[code] for table in _tables() if f"[{code}]" in table and code in (found := _read(table))), {})


def severity(code: str, status: Status) -> Severity:
    """What a finding weighs at a leaflet's status. Codes no table lists are errors."""
    entry = _entry(code)
    said = entry.get(status, entry.get("severity", "error"))
    return Severity.ERROR if said == "profile" else Severity(said)


def _stated(code: str) -> bool:
    """Whether a press profile weighs this finding: then the check, which looked there, has said the weight already."""
    return _entry(code).get("severity") == "profile"


def judge(findings: Iterable[Finding], status: Status, waivers: Iterable[Waiver] = ()) -> tuple[Finding, ...]:
    """Findings with the weight that policy gives them. A waiver turns a waivable finding into a note that names it."""
    waived = {waiver.code: waiver for waiver in waivers}
    judged: list[Finding] = []
    for finding in findings:
        waiver = waived.get(finding.code)
        if waiver and _entry(finding.code).get("waivable", False):
            told = f"{finding.message} (waived by {waiver.by}: {waiver.reason})"
            judged.append(replace(finding, message=told, severity=Severity.NOTE))
        else:
            judged.append(finding if _stated(finding.code) else finding.at(severity(finding.code, status)))
    return tuple(judged)


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether judged findings keep a leaflet from going out."""
    return any(finding.severity is Severity.ERROR for finding in findings)
