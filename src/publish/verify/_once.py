"""What the proofs of one file share is worked out once for all of them, and let go with the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

forgetting: list[Callable[[], object]] = []
"""What is done when a file is let go."""


def once(most: int = 1) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keeps what a function gave for its last `most` arguments, until `let_go`."""

    def keeping(make: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize=most)(make)
        forgetting.append(kept.cache_clear)
        return kept  # type: ignore[return-value]

    return keeping


def let_go() -> None:
    """Forget all that is kept of a file: a worker would carry it along through the next leaflet's."""
    for forget in forgetting:
        forget()
