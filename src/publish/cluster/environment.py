"""What decides over the bytes of a leaflet besides its source and theme: publish, Python and the libraries.

Two machines that agree in all of it make the same files. So a worker is asked for it before it gets work.
"""

from __future__ import annotations

import functools
import platform
import sys
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import publish
from publish import inputs, programs
from publish.incremental import program

Environment = Mapping[str, str]
"""Versions by name; a library that is not there has none (`MISSING`)."""

MISSING = "not installed"
_DRAWING = (programs.PANGO, programs.PANGOFT2, programs.HARFBUZZ, programs.HARFBUZZ_SUBSET, programs.FONTCONFIG)


@functools.cache
def here(press: bool) -> Environment:
    """This process's own. `press`: with what only a file for the press asks for."""
    found = {
        "publish": f"{publish.__version__} ({_own_files()[:12]})",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{sys.platform} {platform.machine()}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    for needed in (*_DRAWING, *((programs.GHOSTSCRIPT,) if press else ())):
        answer = needed.probe()
        found[needed.name] = answer.version if answer else MISSING
    for name, folder in program.distributions().items():
        found[name] = Path(folder).name.removesuffix(".dist-info").partition("-")[2]
    return found


def differences(ours: Environment, theirs: Environment) -> tuple[str, ...]:
    """What another has otherwise, in words."""
    return tuple(
        f"{name} is {theirs.get(name, MISSING)} there and {ours.get(name, MISSING)} here"
        for name in dict.fromkeys((*ours, *theirs))
        if ours.get(name, MISSING) != theirs.get(name, MISSING)
    )


def _own_files() -> str:
    """A hash over the program's own files: its code, rules and labels, and the theme that ships."""
    package = Path(publish.__file__).resolve().parent
    base = inputs.shipped_themes() / "base"
    named = {f"publish/{path.relative_to(package).as_posix()}": path for path in _files(package)}
    named = {name: path for name, path in named.items() if not name.startswith("publish/themes/")}
    named |= {f"base/{path.relative_to(base).as_posix()}": path for path in _files(base)}
    lines = (f"{sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in sorted(named.items()))
    return sha256("".join(lines).encode()).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Plain files; nothing of what Python itself writes beside the code, at any time and under passing names."""
    for path in folder.rglob("*"):
        if "__pycache__" not in path.parts and not path.name.startswith(".") and path.is_file():
            yield path
