"""What decides over the bytes of a leaflet besides its source and theme: publish, Python and the libraries.

Two machines that agree in all of it make the same files. So a worker is asked for it before it gets work.
"""

from __future__ import annotations

import functools
import importlib.metadata
import platform
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import publish
from publish import inputs, programs

Environment = Mapping[str, str]
"""Versions by name; a library that is not there has none (`MISSING`)."""

MISSING = "not installed"
_DRAWING = (programs.PANGO, programs.PANGOFT2, programs.HARFBUZZ, programs.HARFBUZZ_SUBSET, programs.FONTCONFIG)
_ASIDE = frozenset({"typer"})
"""What publish needs only to be typed at, with all that this brings along."""


@functools.cache
def here(press: bool) -> Environment:
    """This process's own. `press`: with what only a file for the press asks for."""
    found = {
        "publish": f"{publish.__version__} ({_program()[:12]})",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{sys.platform} {platform.machine()}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    for program in (*_DRAWING, *((programs.GHOSTSCRIPT,) if press else ())):
        answer = program.probe()
        found[program.name] = answer.version if answer else MISSING
    for name in sorted(_packages("publish")):
        found[name] = _version(name)
    return found


def differences(ours: Environment, theirs: Environment) -> tuple[str, ...]:
    """What another has otherwise, in words."""
    return tuple(
        f"{name} is {theirs.get(name, MISSING)} there and {ours.get(name, MISSING)} here"
        for name in dict.fromkeys((*ours, *theirs))
        if ours.get(name, MISSING) != theirs.get(name, MISSING)
    )


def _program() -> str:
    """A hash over the program's own files: its code, rules and labels, and the theme that ships."""
    package = Path(publish.__file__).resolve().parent
    base = inputs.shipped_themes() / "base"
    named = {f"publish/{path.relative_to(package).as_posix()}": path for path in _files(package)}
    named = {name: path for name, path in named.items() if not name.startswith("publish/themes/")}
    named |= {f"base/{path.relative_to(base).as_posix()}": path for path in _files(base)}
    lines = (f"{sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in sorted(named.items()))
    return sha256("".join(lines).encode()).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix != ".pyc" and not path.name.startswith(".") and path.is_file():
            yield path


def _packages(name: str) -> set[str]:
    """The packages that publish needs for its work, and those that they need."""
    known: set[str] = set()
    waiting = [name]
    while waiting:
        try:
            needs = importlib.metadata.requires(waiting.pop()) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for need in needs:
            found = re.match(r"[A-Za-z0-9._-]+", need)
            package = re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""
            if package and ";" not in need and package not in known | _ASIDE:
                known.add(package)
                waiting.append(package)
    return known


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return MISSING
