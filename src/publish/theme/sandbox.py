"""The Jinja environment for themes: a sandbox without the ways to run, read or exhaust what a design has no need of."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from jinja2 import BaseLoader, BytecodeCache, Environment, StrictUndefined, TemplateNotFound
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publish import inputs
from publish.theme import Theme

MOST_OUTPUT_CHARACTERS = 20_000_000
_MOST_REPETITIONS = 10_000
_MOST_TEMPLATES = 100
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


class _FromFolders(BaseLoader):
    """Templates of a theme: `base/leaflet.html.j2` is that of the folder `base`, any other name the first that has it.

    It reads by way of inputs.py, so that each template which a leaflet was made with is known.
    """

    def __init__(self, theme: Theme) -> None:
        self._folders = theme.folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The template's text and its file. Raises TemplateNotFound, UnicodeDecodeError."""
        parts = split_template_path(template)  # refuses `..`
        named = [(folder, parts[1:]) for folder in reversed(self._folders) if [folder.name] == parts[:1] != parts]
        for folder, inside in (*named[:1], *((folder, parts) for folder in self._folders)):
            path = folder.joinpath(*inside)
            if inputs.exists(path):
                return inputs.read_text(path), str(path), lambda: True
        raise TemplateNotFound(template)


class _Compiled(BytecodeCache):
    """Templates compiled once in a process: their code depends on text, name and place, and on no leaflet."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], CodeType] = OrderedDict()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the code that is known for a template's name, file and text."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the code of a template; the oldest goes when there are many."""
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code
        if len(self._kept) > _MOST_TEMPLATES:
            self._kept.popitem(last=False)


_COMPILED = _Compiled()


def environment(theme: Theme) -> ThemeEnvironment:
    """The environment of a theme. `{% extends "base/leaflet.html.j2" %}` names the template of a theme below."""
    made = ThemeEnvironment(
        loader=_FromFolders(theme),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=50,
        bytecode_cache=_COMPILED,
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
