"""A theme to try templates and style sheets in: it extends `base` and holds what the test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from publish.theme import Theme
from publish.theme.load import load_theme

MakeTheme = Callable[..., Theme]


@pytest.fixture
def make_theme(tmp_path: Path) -> MakeTheme:
    """`make_theme({"leaflet.html.j2": "…"})`: a theme called `tried` with these files, extending `base`."""

    def make(
        files: dict[str, str | bytes] | None = None, toml: str = 'extends = "base"\n', name: str = "tried"
    ) -> Theme:
        folder = tmp_path / "themes" / name
        folder.mkdir(parents=True)
        for file_name, content in ({"theme.toml": toml} | (files or {})).items():
            path = folder / file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_theme(name, tmp_path / "themes")

    return make
