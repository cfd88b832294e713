"""One file a check: finished bytes + document + mandate -> facts. Adding a check is adding one file here.

A check is a module with `APPLIES_TO` (format names), `CODES` (the finding codes it may state) and
`check(artifact, document, mandate) -> Iterator[Finding | Sighting]`. It reads the finished file with readers of its
own, never the writers', and states facts; policy judges them. A leading underscore marks a shared inside.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

from publish.diagnostics import Finding
from publish.model import Document
from publish.policy import Mandate, Sighting
from publish.verify._once import let_go as let_go

_APPLIES = re.compile(r"^APPLIES_TO = \(([^)]*)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished file: its format's name, the name shown in findings (`nomid.pdf`), and its bytes."""

    format: str
    name: str
    data: bytes


class Check(Protocol):
    """The shape of a module in this folder."""

    APPLIES_TO: tuple[str, ...]
    CODES: tuple[str, ...]

    def check(self, artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
        """The facts: what is wrong, and where the safety block is shown."""


def names() -> tuple[str, ...]:
    """The checks there are, found by looking."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")))


def load(name: str) -> Check:
    """The check module called `name`."""
    return cast(Check, import_module(f"publish.verify.{name}"))


def checks_for(format_name: str) -> tuple[Check, ...]:
    """Every check that applies to a format."""
    return tuple(check for check in map(load, _said_for(format_name)) if format_name in check.APPLIES_TO)


@cache
def _said_for(format_name: str) -> tuple[str, ...]:
    """The checks whose files say that they apply, or do not say it in one line; to load the others would take long."""
    said = {name: _APPLIES.search(_file(name)) for name in names()}
    return tuple(name for name, found in said.items() if found is None or f'"{format_name}"' in found[1])


def _file(name: str) -> str:
    spec = find_spec(f"publish.verify.{name}")
    return Path(spec.origin).read_text("utf-8") if spec and spec.origin else ""
