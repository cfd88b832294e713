"""The comments of a copy: who said what about which words, what was answered, and what counts as settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publish.model import Document
from publish.wordfile import W14, W15, Element, WordFile, q, value

_TEXT = {"t": None, "delText": None, "tab": "\t", "br": "\n", "cr": "\n"}


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `line` is that of the source (from 1) where its words stand; `parent` the comment it answers."""

    id: str
    author: str
    date: str
    text: str
    quoted: str
    line: int | None
    parent: str
    resolved: bool


@dataclass(slots=True)
class _Range:
    words: str = ""
    paragraph: int | None = None


def read(word: WordFile, document: Document, places: Mapping[int, int]) -> tuple[Comment, ...]:
    """The reviewers' comments in the order of the file; those that the copy went out with are left out.

    `places` gives the source line for each paragraph of the main part, by its number.
    """
    root = word.related_tree("comments")
    if root is None:
        return ()
    threads = _threads(word)
    ranges = _ranges(word.tree(word.main))
    by_paragraph: dict[str, str] = {}
    for comment in root.iter(q("comment")):
        for paragraph in comment.iter(q("p")):
            by_paragraph[paragraph.get(f"{{{W14}}}paraId", "")] = value(comment, "id")
    found = []
    own: set[str] = set()
    for comment in root.iter(q("comment")):
        key = value(comment, "id")
        said = "\n".join(_words(paragraph) for paragraph in comment.iter(q("p"))).strip()
        last = [paragraph.get(f"{{{W14}}}paraId", "") for paragraph in comment.iter(q("p"))][-1:]
        above, settled = threads.get(last[0], ("", False)) if last else ("", False)
        place = ranges.get(key, _Range())
        if _is_own(said, value(comment, "author"), document):
            own.add(key)
            continue
        line = _nearest(places, place.paragraph)
        parent = by_paragraph.get(above, "") if above else ""
        found.append(
            Comment(key, value(comment, "author"), value(comment, "date"), said, place.words, line, parent, settled)
        )
    return tuple(found)


def _threads(word: WordFile) -> dict[str, tuple[str, bool]]:
    """By the id of a comment's last paragraph: the paragraph that it answers, and whether it is settled."""
    found: dict[str, tuple[str, bool]] = {}
    root = word.related_tree("commentsExtended")
    for each in root.iter(f"{{{W15}}}commentEx") if root is not None else ():
        settled = each.get(f"{{{W15}}}done", "0") in ("1", "true")
        found[each.get(f"{{{W15}}}paraId", "")] = (each.get(f"{{{W15}}}paraIdParent", ""), settled)
    return found


def _ranges(root: Element) -> dict[str, _Range]:
    """The words that each comment is about, and the paragraph where it is anchored. A range may never end."""
    found: dict[str, _Range] = {}
    open_: set[str] = set()
    paragraph = -1
    for element in root.iter():
        if element.tag == q("p"):
            paragraph += 1
        elif element.tag == q("commentRangeStart"):
            open_.add(value(element, "id"))
            found.setdefault(value(element, "id"), _Range()).paragraph = max(paragraph, 0)
        elif element.tag == q("commentRangeEnd"):
            open_.discard(value(element, "id"))
        elif element.tag == q("commentReference"):
            place = found.setdefault(value(element, "id"), _Range())
            place.paragraph = max(paragraph, 0) if place.paragraph is None else place.paragraph
        elif element.tag in (q("t"), q("delText")):
            for key in open_:
                if len(found[key].words) < 400:
                    found[key].words += element.text or ""
    return found


def _words(paragraph: Element) -> str:
    return "".join(_shown(each) for each in paragraph.iter(*(q(name) for name in _TEXT)))


def _shown(element: Element) -> str:
    if element.tag in (q("t"), q("delText")):
        return element.text or ""
    return "\t" if element.tag == q("tab") else "\n"


def _is_own(said: str, author: str, document: Document) -> bool:
    """Whether a comment is one that names a claim, as the copy went out with."""
    label = document.labels.get("claim", "\0")
    return author == document.product.company and said.split("\n", 1)[0].startswith(f"{label} ")


def _nearest(places: Mapping[int, int], paragraph: int | None) -> int | None:
    if paragraph is None:
        return None
    before = [number for number in places if number <= paragraph]
    return places[max(before)] if before else None


@dataclass(slots=True)
class Thread:
    """A comment and its answers."""

    first: Comment
    answers: list[Comment] = field(default_factory=list)

    @property
    def resolved(self) -> bool:
        return self.first.resolved


def threads(comments: tuple[Comment, ...]) -> Iterator[Thread]:
    """Comments with their answers, in order."""
    known = {comment.id for comment in comments}
    made = {each.id: Thread(each) for each in comments if not each.parent or each.parent not in known}
    for each in comments:
        if each.id not in made:
            top = each
            seen: set[str] = set()
            while top.parent in known and top.id not in made and top.id not in seen:
                seen.add(top.id)
                top = next(other for other in comments if other.id == top.parent)
            if top.id in made:
                made[top.id].answers.append(each)
            else:
                made[each.id] = Thread(each)
    yield from made.values()
