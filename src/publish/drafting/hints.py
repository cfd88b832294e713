"""What a person must look at in a draft that a program made: what only somebody who knows the medicine can decide."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.model import Document, Passage, passages

_SAFETY = re.compile(
    r"important safety information|contraindicat|do not (?:take|use) |side effects? (?:include|are|may)|boxed warning|"
    r"prescribing information|Wichtige Sicherheits|Gegenanzeige|Nebenwirkung|contre-indication|effets? indésirable",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\d+(?:[.,]\d+)?\s?%|\b\d+ (?:in|out of|of|von|sur|su) \d+\b|\bp ?[<=] ?0?[.,]\d+|\bstud(?:y|ies)\b|Studie"
)


def hints(document: Document) -> Iterator[str]:
    """One sentence each. The front matter's guesses first, then the text from top to bottom."""
    yield (
        f"the head was filled in from the project's first safety text ({document.meta.safety}): check product, safety, "
        "market, audience, language and job-code"
    )
    found = list(passages(document.body))
    safety = [each for each in found if _SAFETY.search(each.text)]
    if safety:
        yield (
            "the text speaks of safety itself; the theme sets the approved safety block, so take out here what repeats "
            f"it: {_lines(safety)}"
        )
    claims = [each for each in found if _CLAIM.search(each.text) and each not in safety]
    if claims:
        yield f"mark what must be supported as [words]{{claim}}[@reference]: {_lines(claims)}"
    name = document.product.name
    named = [each for each in found if name and name in each.text]
    if named:
        yield f"write {{{{ product.name }}}} for “{name}”, so that it changes everywhere at once: {_lines(named)}"


def _lines(found: list[Passage]) -> str:
    numbers = [str(each.place.line) for each in found if each.place.line]
    shown = ", ".join(dict.fromkeys(numbers[:12]))
    return f"line{'s' * (len(set(numbers)) > 1)} {shown}" + (" and more" if len(numbers) > 12 else "")
