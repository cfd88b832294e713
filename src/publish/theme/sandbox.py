"""The Jinja environment for themes: a sandbox without the ways to run, read or exhaust what a design has no need of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publish.theme import Theme

MOST_OUTPUT_CHARACTERS = 20_000_000
_MOST_REPETITIONS = 10_000
_TEXT_METHODS = frozenset(
    "capitalize casefold endswith find index isdigit lower lstrip removeprefix removesuffix rstrip split startswith "
    "strip title upper".split()
)
_FILTERS = frozenset(
    "abs capitalize count default d e escape first float int join last length list lower reverse string "
    "striptags title trim upper urlencode".split()
)
"""The filters of Jinja that neither reach into objects by a name in a string nor multiply text."""


class ThemeEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which arithmetic and text cannot grow without bound.

    The stock sandbox keeps a template away from Python's insides, but lets it compute for hours or fill the memory.
    """

    intercepted_binops = frozenset(["**", "*", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Powers, products and remainders of modest numbers only; text is neither multiplied nor formatted."""
        if not all(isinstance(side, int | float) and abs(side) <= 1e9 for side in (left, right)):
            raise SecurityError(f"“{operator}” works on numbers of modest size only")
        if operator == "**" and abs(right) > 16:
            raise SecurityError("a power above 16 is not a matter of design")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> None:
        """Text is not formatted, so `format` is refused like any other method that is not given."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Attributes of plain data; of text, the harmless methods."""
        if isinstance(obj, str) and callable(value) and attr not in _TEXT_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)


def _modest_range(*numbers: int) -> range:
    found = range(*numbers)
    if len(found) > _MOST_REPETITIONS:
        raise SecurityError(f"range() gives at most {_MOST_REPETITIONS} numbers")
    return found


def environment(theme: Theme) -> ThemeEnvironment:
    """The environment of a theme. `{% extends "base/leaflet.html.j2" %}` names the template of a theme below."""
    own = FileSystemLoader([str(folder) for folder in theme.folders])
    by_name = PrefixLoader({folder.name: FileSystemLoader(str(folder)) for folder in theme.folders})
    made = ThemeEnvironment(
        loader=ChoiceLoader([by_name, own]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=50,
    )
    made.globals = {"range": _modest_range}
    made.filters = {name: function for name, function in made.filters.items() if name in _FILTERS}
    return made


def fill(environment: ThemeEnvironment, name: str, values: Mapping[str, Any]) -> str:
    """The template filled in. Raises SecurityError when its output passes all measure."""
    pieces: list[str] = []
    size = 0
    for piece in environment.get_template(name).generate(**values):
        size += len(piece)
        if size > MOST_OUTPUT_CHARACTERS:
            raise SecurityError(f"the output passes {MOST_OUTPUT_CHARACTERS:,} characters")
        pieces.append(piece)
    return "".join(pieces)
