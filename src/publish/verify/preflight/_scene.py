"""What a PDF paints, object by object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the pages paint. `unread` says what was not looked at, because it would take too long."""

    name: str
    unread: str = ""
    unread_from: int | None = None


def read_scene(pdf: Any, name: str) -> Scene:
    """The scene of an open PDF."""
    return Scene(name)
