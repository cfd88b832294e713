"""publish as it would be without proofs, to measure what they cost.

Only the benchmarks have this. Finished files are not read back, and no proof sheet is drawn. What it writes must not be
given to anybody. Processes get it by `environment()`, before anything of publish is loaded; so nothing of the product
knows of it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:  # each process pays for what is loaded here
    from collections.abc import Callable, Iterator, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120


def _without_checks(module: ModuleType) -> None:
    """`publish.verify`: one check, that takes the finished file at its word."""
    module.checks_for = lambda name: (SimpleNamespace(check=_believed),)  # type: ignore[attr-defined]


def _believed(*given: Any) -> Iterator[Any]:
    from publish.policy import Sighting

    yield Sighting(None, None, 0.0, 0.0, 0)


def _without_sheet(module: ModuleType) -> None:
    """`publish.proof.sheet`: an empty one."""
    module.write = lambda subject: b""  # type: ignore[attr-defined]


_CHANGED: dict[str, Callable[[ModuleType], None]] = {
    "publish.verify": _without_checks,
    "publish.proof.sheet": _without_sheet,
}


class _Changer:
    """Changes the modules as they are loaded, so that nothing is loaded earlier than without it."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _CHANGED:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            spec.loader = _Changed(spec.loader)
        return spec


class _Changed:
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _CHANGED[module.__name__](module)


def take_proofs_away() -> None:
    """From now on in this process and in those that it forks."""
    sys.meta_path.insert(0, _Changer())


def environment() -> dict[str, str]:
    """The environment of a process that is to go without proofs."""
    path = f"{_HERE}/without_proofs{os.pathsep}{os.path.dirname(_HERE)}"  # noqa: PTH120
    return os.environ | {"PYTHONPATH": path}
