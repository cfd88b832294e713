"""Makes docs/findings.md from the tables in src/publish/rules/findings/."""

from __future__ import annotations

from pathlib import Path

from publish.policy import known_codes, severity

PAGE = Path(__file__).parent.parent / "docs" / "findings.md"

HEAD = """\
# The finding codes

What `publish` may say of a leaflet, a theme or a finished file. Each message also names the place and the next action.
An **error** blocks the leaflet; a **warning** or a **note** does not. What a finding weighs may depend on the leaflet's
`status:` (draft, in-review, approved). A finding marked *waivable* becomes a note when the leaflet's front matter
waives it, with a reason and a name.

This page is made by `make docs` from the tables in `src/publish/rules/findings/`.
"""

STATUSES = ("draft", "in-review", "approved")


def weight(code: str) -> str:
    """What a code weighs, in words: once if it weighs the same at each status."""
    by_status = {status: str(severity(code, status)) for status in STATUSES}
    if len(set(by_status.values())) == 1:
        return by_status["draft"]
    return ", ".join(f"{weighs} when {status}" for status, weighs in by_status.items())


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    room = ""
    for code, entry in sorted(known_codes().items()):
        if code.split(".")[0] != room:
            room = code.split(".")[0]
            parts.append(f"## {room}\n")
        waivable = "; *waivable*" if entry.get("waivable") else ""
        parts.append(f"`{code}` ({weight(code)}{waivable})\n: {entry['says']}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
