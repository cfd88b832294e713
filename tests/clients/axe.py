"""axe-core by Deque: is a page that a browser shows accessible?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@cache
def _script() -> str:
    if not SCRIPT.is_file():
        pytest.fail(f"not checked: {SCRIPT} is missing; install it: npm ci", pytrace=False)
    return SCRIPT.read_text("utf-8")


_UNDECIDABLE = ("imgNode", "shortTextContent")
"""Words that are part of a picture, and words of one letter: of those axe-core never tells a contrast."""


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is shown now, best practices too: rule, element, what to mend.

    Words whose contrast it cannot tell count as wrong, for then a person cannot be sure of it either.
    """
    page.evaluate(_script())
    told = page.evaluate("axe.run(document)")
    assert told["passes"], "axe-core looked at nothing"
    return [
        f"{rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in (*told["violations"], *told["incomplete"])
        for node in rule["nodes"]
        if not any((check["data"] or {}).get("messageKey") in _UNDECIDABLE for check in node["any"])
    ]
