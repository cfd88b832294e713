"""Layers (optional content): which are on when the file is printed, and which are processing steps.

ISO 32000-1, 8.11; ISO 19593-1 for processing steps, layers that show what is done with the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pikepdf

from publish.press.steps import Step, step_of

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer. `step` is its processing step, such as (“Structural”, “Cutting”); `on` when the file is printed."""

    name: str
    on: bool
    step: Step | None = None


class Layers:
    """The layers of a file, by their object."""

    def __init__(self, root: Any) -> None:
        self._off: set[tuple[int, int]] = set()
        self._on: set[tuple[int, int]] = set()
        self._base_off = False
        try:
            self._read(root.get("/OCProperties"))
        except (TypeError, ValueError, AttributeError, pikepdf.PdfError):
            return

    def _read(self, properties: Any) -> None:
        """The default configuration, and the states for printing that it applies by itself (/AS, event Print)."""
        if not isinstance(properties, pikepdf.Dictionary):
            return
        config = properties.get("/D")
        if not isinstance(config, pikepdf.Dictionary):
            return
        self._base_off = config.get("/BaseState") == "/OFF"
        self._on = {group.objgen for group in config.get("/ON", [])}
        self._off = {group.objgen for group in config.get("/OFF", [])}
        for usage in config.get("/AS", []):
            if usage.get("/Event") == "/Print":
                for group in usage.get("/OCGs", []):
                    self._apply(group)

    def _apply(self, group: Any) -> None:
        state = group.get("/Usage", {}).get("/Print", {}).get("/PrintState")
        if state is not None:
            (self._on if state == "/ON" else self._off).add(group.objgen)
            (self._off if state == "/ON" else self._on).discard(group.objgen)

    def of(self, said: Any) -> Layer | None:
        """The layer that an /OC entry or a /Properties entry names; None when it is none."""
        try:
            return self._layer(said)
        except (TypeError, ValueError, AttributeError, KeyError, IndexError, pikepdf.PdfError):
            return None

    def _layer(self, said: Any) -> Layer | None:
        if not isinstance(said, pikepdf.Dictionary):
            return None
        if said.get("/Type") == "/OCMD":
            return self._membership(said)
        return Layer(str(said.get("/Name", "")), self._is_on(said), step_of(said))

    def _is_on(self, group: Any) -> bool:
        if self._base_off:
            return group.objgen in self._on
        return group.objgen not in self._off

    def _membership(self, said: Any) -> Layer:
        """A layer made of others (8.11.2.2): on by their states and a policy, or by an expression."""
        groups = said.get("/OCGs", [])
        members = [groups] if isinstance(groups, pikepdf.Dictionary) else [each for each in groups if each is not None]
        states = [self._is_on(group) for group in members]
        policy = str(said.get("/P", "/AnyOn"))
        on = {
            "/AllOn": all(states),
            "/AnyOff": not states or not all(states),
            "/AllOff": not any(states),
        }.get(policy, not states or any(states))
        if isinstance(said.get("/VE"), pikepdf.Array):
            on = self._expression(said["/VE"], 0)
        names = " + ".join(str(group.get("/Name", "")) for group in members)
        steps = [step for step in map(step_of, members) if step]
        return Layer(names, on, steps[0] if steps and len(steps) == len(members) else None)

    def _expression(self, said: Any, depth: int) -> bool:
        if isinstance(said, pikepdf.Dictionary):
            return self._is_on(said)
        if depth > _DEEPEST or not isinstance(said, pikepdf.Array) or not len(said):
            return True
        parts = [self._expression(each, depth + 1) for each in list(said)[1:]]
        operator = str(said[0])
        if operator == "/Not":
            return not all(parts)
        return any(parts) if operator == "/Or" else all(parts)
