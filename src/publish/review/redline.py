"""A redline: the review copy of one version with all that has changed since another, as Word's own tracked changes.

It is not handed out before it is resolved both ways: with all changes accepted it must be the new version's copy, with
all rejected the old one's, line by line, marks, lists, rows, notes, headers and footers included.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest

from publish import formats
from publish.diagnostics import refuse
from publish.formats import Options, Redline
from publish.model import Document
from publish.review.lines import lines
from publish.theme import Theme

_AROUND = 80
"""Characters of a line that a message shows before and after the first difference."""


def redline(
    old: Document,
    new: Document,
    theme: Theme,
    author: str,
    when: datetime,
    tell: Callable[[str], None] = lambda stage: None,
) -> bytes:
    """The Word file. Author and time (UTC) stand at each change. Raises Refused when it does not resolve both ways."""
    writer = formats.load("docx")
    tell("writing the redline")
    made = writer.write(new, theme, Options(redline=Redline(old, author, when)))
    review = new.meta.status == "in-review"
    for accept, document in ((True, new), (False, old)):
        tell(f"proving the redline: all changes {'accepted' if accept else 'rejected'}")
        plain = writer.write(document, theme, Options(for_review=review))
        _compare(lines(made, accept), lines(plain, True), accept)
    return made


def _compare(got: list[str], wanted: list[str], accept: bool) -> None:
    for one, two in zip_longest(got, wanted, fillvalue=""):
        if one != two:
            verb, version = ("accepted", "new") if accept else ("rejected", "old")
            at = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
            says, should = (line[max(0, at - _AROUND) : at + _AROUND] for line in (one, two))
            raise refuse(
                "review.redline-unsound",
                f"with all changes {verb} the redline would not be the {version} version: it would say “{says}” "
                f"where that says “{should}”",
                hint="this is a fault of publish; please report it with both versions of the leaflet",
            )
