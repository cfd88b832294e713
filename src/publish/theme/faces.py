"""The font files of publish's own themes: looked into and measured once, and known by their contents."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from publish import inputs
from publish.diagnostics import Finding, Place
from publish.theme import Face, Theme


@cache
def known_faces() -> Mapping[str, tuple[str, str]]:
    """Family and PostScript name by the SHA-256 of the file: faces.toml."""
    said = tomllib.loads((files("publish") / "theme" / "faces.toml").read_text(encoding="utf-8"))
    return {face["sha256"]: (face["family"], face["name"]) for face in said["faces"].values()}


def check_faces(theme: Theme) -> Iterator[Finding]:
    """What is wrong with the theme's font files. Those in faces.toml are known; others are measured, once."""
    for face in theme.faces:
        digest = inputs.read(face.path).sha256
        if digest in known_faces():
            continue
        from publish.theme.fonts import faults  # only here: what measures fonts is not needed for those that are known

        for fault in faults(face.path, digest):
            yield Finding(fault.code, fault.what, _place(theme, face), fault.hint)


def _place(theme: Theme, face: Face) -> Place:
    folder = next((folder for folder in theme.folders if face.path.is_relative_to(folder)), face.path.parent)
    return Place(f"{folder.parent.name}/{folder.name}/{face.path.relative_to(folder).as_posix()}")
