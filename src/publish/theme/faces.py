"""The font files of publish's own themes: looked into and measured once, and known by their contents."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def known_faces() -> Mapping[str, tuple[str, str]]:
    """Family and PostScript name by the SHA-256 of the file: faces.toml."""
    said = tomllib.loads((files("publish") / "theme" / "faces.toml").read_text(encoding="utf-8"))
    return {face["sha256"]: (face["family"], face["name"]) for face in said["faces"].values()}
