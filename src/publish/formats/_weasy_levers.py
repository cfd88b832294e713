"""WeasyPrint made faster without another byte: which of its insides are replaced, and when they are left alone.

The `_weasy_*` files are the only ones that replace WeasyPrint's functions for speed. What they give is what WeasyPrint
gives, byte for byte; tests hold them to that. A lever is pulled only when the library's files on which it relies are
the very ones that it was written for: by digest, for a version number does not tell what a distributor changed.
Otherwise WeasyPrint works as it came. After another version of it: read what changed in these files, run the tests of
the levers, and write the new digests down.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

WRITTEN_FOR = {
    "css": "77ad7287f90d7cfa",
    "formatting_structure.boxes": "8ffd28ab74a149f0",
    "layout": "f226ba97ad21e447",
    "layout.absolute": "240e268cec1e66dd",
    "layout.block": "9457dca0528c378f",
    "layout.column": "83ae1a3e83596293",
    "layout.float": "4e6cc308ad2a7d2a",
    "layout.inline": "0e7c1569330f5473",
    "layout.page": "d99c5aceb36d4586",
    "layout.percent": "bac190e240dce17b",
    "layout.preferred": "a7973703cd8ac5fa",
    "layout.replaced": "efe7e86803c80150",
    "layout.table": "3a5b6442410f18e6",
    "text.fonts": "59d74d0c161349b8",
    "text.line_break": "1f5a855ad992e0be",
    "tinyhtml5.inputstream": "1c89c26bad474550",
}
"""The library's files as the levers know them: the beginnings of their SHA-256."""

_LAYOUT = (
    "formatting_structure.boxes", "layout", "layout.absolute", "layout.block", "layout.column", "layout.float",
    "layout.inline", "layout.page", "layout.replaced", "layout.table",
)  # fmt: skip

LEVERS = {
    "patterns of HTML kept": ("_weasy_html.patterns_once", ("tinyhtml5.inputstream",)),
    "copies of styles marked": ("_weasy_styles.mark_copies", ("css",)),
    "styles at hand": ("_weasy_styles.styles_at_hand", ("css",)),
    "boxes at hand": ("_weasy_styles.boxes_at_hand", ("formatting_structure.boxes",)),
    "lengths resolved once": ("_weasy_styles.resolve_once", ("css", "formatting_structure.boxes", "layout.percent")),
    "memory given back": ("_weasy_text.give_back", ("text.fonts", "text.line_break")),
    "struts measured once": ("_weasy_text.strut_once", ("css", "layout.inline", "text.line_break")),
    "lines measured once": (
        "_weasy_text.measure_once", ("css", "layout.inline", "layout.preferred", "text.fonts", "text.line_break"),
    ),
    "what comes next in columns asked once": ("_weasy_columns.ask_once", _LAYOUT),
    "blocks laid out once": ("_weasy_blocks.try_once", _LAYOUT),
}  # fmt: skip
"""Where each lever is, and the files of the library on which it relies."""


def fits(name: str) -> bool:
    """Whether the library's files are those that the lever was written for."""
    return all(_digest(file) == WRITTEN_FOR[file] for file in LEVERS[name][1])


@cache
def pull_levers() -> tuple[str, ...]:
    """From now on WeasyPrint is faster in this process. The names of the levers that were pulled."""
    fitting = tuple(name for name in LEVERS if fits(name))
    for name in fitting:
        file, _, lever = LEVERS[name][0].partition(".")
        getattr(import_module(f"publish.formats.{file}"), lever)()
    return fitting


@cache
def _digest(file: str) -> str:
    found = importlib.util.find_spec(file if file.startswith("tinyhtml5.") else f"weasyprint.{file}")
    try:
        return sha256(Path(found.origin if found and found.origin else "").read_bytes()).hexdigest()[:16]
    except OSError:
        return ""
