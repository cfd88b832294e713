"""Word comments on claims: which claim it is, and what supports it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from publish.formats._docx_copy import Copy
from publish.formats._docx_xml import Element, w
from publish.model import Claim


def comment_on(copy: Copy, claim: Claim, content: Iterable[Element]) -> Iterator[Element]:
    """A claim's runs with a comment that names its id and the references that support it.

    LibreOffice before 7.5 loses notes when a comment stands between the first mark of one note and another's; the
    comment of such a claim stands in the annex instead.
    """
    runs = tuple(content)
    marks = sum(1 for key in copy.counts if key.startswith("note "))
    if 0 < marks < len(copy.document.notes):
        copy.next(f"annex comment {claim.id}")
        yield from runs
    else:
        yield from commented(copy, claim, runs)


def commented(copy: Copy, claim: Claim, content: Iterable[Element]) -> Iterator[Element]:
    """Content with the comment on a claim."""
    company = copy.document.product.company
    initials = "".join(word[0] for word in company.split())[:4]
    comment = copy.package.comments.add_comment(_said_of(copy, claim), author=company, initials=initials)
    comment._comment_elm.date = datetime.combine(copy.document.meta.prepared, time(), UTC)
    number = comment.comment_id
    yield w("commentRangeStart", id=number)
    yield from content
    yield w("commentRangeEnd", id=number)
    yield w("r", w("rPr", w("rStyle", val="CommentReference")), w("commentReference", id=number))


def _said_of(copy: Copy, claim: Claim) -> str:
    return "\n".join((f"{copy.label('claim')} {claim.id}", *support(copy, claim)))


def support(copy: Copy, claim: Claim) -> Iterator[str]:
    """The references of a claim, each with its number."""
    by_key = {reference.key: reference for reference in copy.document.references}
    for key in claim.references:
        if key in by_key:
            yield f"[{by_key[key].number}] {by_key[key].text}"
