"""A small project to read from."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.desk import Desk, laid_out


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A sound project with one leaflet, `about`."""
    return laid_out(tmp_path / "project")
