"""Which program this is: publish's own code, the interpreter and the libraries, native ones too.

What one program found, another one does not believe. `program` is the short form, for the memory; `parts` names each
component, so that people can be told which one was updated.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib costs more
_told: list[str] = []
_SITES = ("site-packages", "dist-packages")
_ASIDE = frozenset({"typer"})
"""What publish needs only to be typed at, with all that this brings along."""
_STEERING = ("LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "PYTHONHOME")
"""Variables that decide which libraries are found."""


def started() -> str:
    """What a process knows of its program at once, without looking at a file."""
    return "\n".join((sys.version, sys.executable, *(f"{name}={os.environ.get(name, '')}" for name in _STEERING)))


def program() -> str:
    """A SHA-256 in hex that changes with publish, Python, or the version of any library installed beside them.

    Files are told by size and time, not by their contents: it has to take a few milliseconds. Found once a process.
    """
    if _told:
        return _told[0]
    from hashlib import sha256  # costs more than all that the quick answer does with this module

    said = [started(), *(f"{name} {size} {time}" for name, size, time in own_files())]
    said += [path for paths in _installed().values() for path in paths]
    _told.append(sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest())
    return _told[0]


def own_files(folder: str = PACKAGE) -> Iterator[tuple[str, int, int]]:
    """publish's own files, code and data: path, size in bytes, time of change in ns."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from own_files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns


def parts(libraries: Iterable[str]) -> dict[str, str]:
    """Each component by name, and a text that changes with it. `libraries` are those that were loaded: see `loaded`.

    They are named by their paths, which begin with a slash.
    """
    found = {"Python": started(), "publish": _digest(path for path, _, _ in own_files())}
    for name, folder in distributions().items():
        found[name] = f"{os.path.basename(folder)} {_digest([f'{folder}/RECORD'])}"  # noqa: PTH119
    for path in libraries:
        found[path] = _identity(path)
    return found


def evidence(libraries: Iterable[str]) -> list[str]:
    """The files and folders whose stamps show that `parts` is what it was."""
    own = [path for path, _, _ in own_files()]
    folders = sorted({os.path.dirname(path) for path in own})  # noqa: PTH120
    known = distributions().values()
    sites = sorted({os.path.dirname(folder) for folder in known})  # noqa: PTH120
    return [*folders, *own, *sites, *(f"{folder}/RECORD" for folder in known), *libraries]


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The components that differ, as people know them, publish and Python first."""
    names = dict.fromkeys(("publish", "Python", *sorted({*before, *now})))
    return [os.path.basename(name) for name in names if before.get(name) != now.get(name)]  # noqa: PTH119


def loaded() -> tuple[str, ...]:
    """The system's shared libraries that this process has loaded, by the names that the linker looks for.

    Those that come with a Python distribution are known by its version. Only Linux tells.
    """
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:  # noqa: PTH123
            paths = {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if ".so" in line and " r-xp " in line}
    except OSError:
        return ()
    inner = (*(f"/{site}/" for site in _SITES), "/lib-dynload/")
    return tuple(sorted(_linked(path) for path in paths if path.startswith("/") and not any(i in path for i in inner)))


def _linked(path: str) -> str:
    """`libpango-1.0.so.0` for `libpango-1.0.so.0.5000.14`: the link is what an update turns."""
    head, found, version = path.partition(".so.")
    link = f"{head}.so.{version.split('.')[0]}"
    return link if found and os.path.exists(link) else path  # noqa: PTH110


def distributions() -> dict[str, str]:
    """publish's dependencies that are installed, by name, each with its folder of metadata; all, if publish is not."""
    installed = _installed()
    if "publish" not in installed:
        return {name: folders[0] for name, folders in installed.items()}
    found: dict[str, str] = {}
    done: set[tuple[str, frozenset[str]]] = set()
    waiting: list[tuple[str, frozenset[str]]] = [("publish", frozenset())]
    while waiting:
        wanted = waiting.pop()
        if wanted in done or wanted[0] not in installed or wanted[0] in _ASIDE:
            continue
        done.add(wanted)
        name, extras = wanted
        found[name] = installed[name][0]
        waiting += _requirements(found[name], extras)
    del found["publish"]  # known by its files
    return dict(sorted(found.items()))


def _installed() -> dict[str, list[str]]:
    """The folders of metadata of each distribution, in the order of sys.path: the first is the one that is used."""
    found: dict[str, list[str]] = {}
    for folder in dict.fromkeys(sys.path):
        if folder.endswith(_SITES) and os.path.isdir(folder):  # noqa: PTH112
            for name in sorted(os.listdir(folder)):  # noqa: PTH208
                if name.endswith(".dist-info"):
                    found.setdefault(_plain(name.split("-")[0]), []).append(f"{folder}/{name}")
    return found


def _requirements(folder: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What a distribution requires: names and the extras that it asks of them."""
    try:
        with open(f"{folder}/METADATA", encoding="utf-8", errors="replace") as metadata:  # noqa: PTH123
            for line in metadata:
                if not line.strip():
                    return  # the description follows
                if line.startswith("Requires-Dist:"):
                    needed, _, marker = line[14:].partition(";")
                    if "extra" not in marker or any(f"{quote}{e}{quote}" in marker for e in extras for quote in "'\""):
                        yield _named(needed)
    except OSError:
        return


def _named(requirement: str) -> tuple[str, frozenset[str]]:
    """`fonttools[woff]>=4.61` -> fonttools, {woff}."""
    text = requirement.strip()
    length = next((at for at, char in enumerate(text) if not (char.isalnum() or char in "-_.")), len(text))
    inner = text[length:].lstrip()
    extras = inner[1 : inner.find("]")].split(",") if inner.startswith("[") else []
    return _plain(text[:length]), frozenset(each.strip() for each in extras)


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _digest(paths: Iterable[str]) -> str:
    from hashlib import sha256

    whole = sha256()
    for path in paths:
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                data = file.read()
        except OSError:
            data = b"absent"
        whole.update(f"{os.path.relpath(path, PACKAGE)} {len(data)}\0".encode("utf-8", "surrogateescape"))
        whole.update(data)
    return whole.hexdigest()


def _identity(path: str) -> str:
    """A library by its place, size and time: systems install files with the time at which they were made."""
    try:
        told = os.stat(path)  # noqa: PTH116
    except OSError:
        return "absent"
    return f"{os.path.realpath(path)} {told.st_size} {told.st_mtime_ns}"
