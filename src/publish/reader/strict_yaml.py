"""YAML without its traps: a mapping of plain text, lists and mappings, and the line of each key.

Anchors, aliases, tags, merge keys, double keys and second documents are refused, and every scalar is text, so that
`no`, `1.10` or a number of 100,000 digits mean what they look like until the schema gives them a type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
_DEPTH = 20
_NODES = 5_000


class BadYaml(Exception):
    """YAML that is not admitted. `line` counts from 1 in the text given."""

    def __init__(self, message: str, line: int, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.hint = message, line, hint


@dataclass(frozen=True, slots=True)
class Mapping:
    """The data, and the line (from 1) of each key by its path."""

    data: dict[str, Value]
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    depth = 0
    nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise BadYaml(f"aliases (*{event.anchor}) are not allowed", line, "write the value out in each place")
        if getattr(event, "anchor", None):
            raise BadYaml(f"anchors (&{event.anchor}) are not allowed", line, "write the value out in each place")
        if getattr(event, "tag", None):
            raise BadYaml(f"tags ({event.tag}) are not allowed", line, "write the plain value, in quotes if need be")
        self.depth += 1
        self.nodes += 1
        if self.depth > _DEPTH:
            raise BadYaml(f"values are nested more than {_DEPTH} deep", line, "write plain `key: value` lines")
        if self.nodes > _NODES:
            raise BadYaml(f"there are more than {_NODES:,} values", line, "write plain `key: value` lines")
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def load(text: str) -> Mapping:
    """The mapping that a YAML text holds. Raises BadYaml."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadYaml(*_plain(error.problem or "it is no YAML", line)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadYaml(f"it is no YAML: {str(error)[:150]}", 1) from None
    if node is None:  # nothing but comments or blank lines: the schema tells which keys are missing
        return Mapping({})
    if not isinstance(node, yaml.MappingNode):
        raise BadYaml("it must be `key: value` lines", 1, "write lines such as `title: About NOMID`")
    lines: dict[tuple[str | int, ...], int] = {}
    data = _mapping(node, (), lines)
    return Mapping(data, lines)


def _plain(problem: str, line: int) -> tuple[str, int, str]:
    if "another document" in problem:
        return "there is a second document in it", line, "keep one block of `key: value` lines"
    if "mapping values are not allowed" in problem:
        return "a value holds a “: ”, or the line before has no key", line, "write `key: value`, long values in quotes"
    return f"the line cannot be read: {problem}", line, "write `key: value`, and put values with signs in quotes"


def _mapping(node: Any, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise BadYaml("a key must be plain text", line, "write lines such as `title: About NOMID`")
        key = key_node.value
        if key == "<<":
            raise BadYaml("merge keys (<<) are not allowed", line, "write the values out")
        if key in found:
            raise BadYaml(f"the key “{key}” is given twice", line, "keep one of the two lines")
        lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), lines)
    return found


def _value(node: Any, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> Value:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        items: list[Value] = []
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            items.append(_value(item, (*path, index), lines))
        return items
    value: str = node.value
    return value
