"""The real programs that tests hold finished files against, each behind one plain call."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

from publish.programs import Program

ALLOW_MISSING = "PUBLISH_ALLOW_MISSING"


def surroundings(**more: str) -> dict[str, str]:
    """The environment for another program: not our own choice of fonts, without which office and browser crash."""
    return {**{key: value for key, value in os.environ.items() if not key.startswith("FONTCONFIG_")}, **more}


def not_checked(program: Program) -> NoReturn:
    """Fail for want of a program; with PUBLISH_ALLOW_MISSING=1 skip, saying that nothing was checked."""
    told = f"not checked: {program.name} is missing; install it: {program.install()}"
    if os.environ.get(ALLOW_MISSING) == "1":
        pytest.skip(told)
    pytest.fail(f"{told} (or set {ALLOW_MISSING}=1 to go on without)", pytrace=False)
