"""Every word of the document stands in the Word file, in order and once; all else is furniture. Lists count right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache

from publish import model
from publish.diagnostics import Finding, Place
from publish.model import Block, Claim, Document, Node
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._docx_color import page_background
from publish.verify._docx_legible import legibility_faults
from publish.verify._docx_markers import actual_markers, expected_markers
from publish.verify._docx_markup import ambiguous, made_fields
from publish.verify._docx_match import Wanted, first_difference, places, shortened, squeezed, wanted
from publish.verify._docx_reading import opened, unreadable
from publish.verify._docx_text import Paragraph, Reading
from publish.wordfile import V, WordFile, q, value

APPLIES_TO = ("docx",)
CODES = (
    "docx.unreadable",
    "docx.words-missing",
    "docx.words-added",
    "docx.words-hidden",
    "docx.words-illegible",
    "docx.list-number",
    "docx.bookmark-missing",
    "docx.alt-missing",
    "docx.damaged",
    "docx.active",
)
_REBUILD = "build the file again; if it was edited, bring the change into the source"
_ACTIVE = ("vbaProject", "oleObject", "package", "control", "aFChunk", "subDocument", "attachedTemplate", "frame")
_SAFE_ADDRESS = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_COUNTED = frozenset({"field:PAGE", "field:NUMPAGES"})


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """What the file lacks or has too much, and what is broken in it. One finding names the first difference."""
    yield from unreadable(artifact)
    read = opened(artifact)
    if not read:
        return
    place = Place(artifact.name)
    _, reading = read[0]
    found, missing = _placed(document, reading)
    if missing:
        yield _missing(*missing, reading, found, place)
    else:
        yield from _added(document, mandate, reading, found, place)
        yield from _numbers(document, reading, found, place)
    yield from _legible(reading, found, place)
    yield from _bookmarks(document, reading, place)
    yield from _alternatives(document, reading, place)
    for trouble in (*reading.troubles, *_broken(reading.word), *ambiguous(reading.word)):
        yield Finding("docx.damaged", f"the file is damaged: {trouble}", place, "build it again")
    for name in dict.fromkeys(made_fields(reading.word)):
        yield Finding(
            "docx.active",
            f"a field ({name or 'nameless'}) makes or moves words when the file is opened",
            place,
            "put plain text in its place in the theme's review.docx",
        )
    for part in _active(reading.word):
        yield Finding("docx.active", f"the file carries {part}", place, "take it out of the theme's review.docx")


# --- words ---


def _placed(document: Document, reading: Reading) -> tuple[dict[str, tuple[int, ...]], tuple[Wanted, bool] | None]:
    """Where each segment stands, longest first, and the first in the document's order that does not."""
    body, notes = [each.text for each in reading.body], [each.text for each in reading.notes]
    segments = [wanted(segment.name, segment.passages) for segment in model.segments(document)]
    found: dict[str, tuple[int, ...]] = {}
    for segment in sorted(segments, key=lambda each: -len(each.texts)):
        story, taken = (notes, set[int]()) if segment.name == "notes" else (body, _taken(found))
        if stretches := places(segment, story, taken):
            found[segment.name] = stretches[0]
    lacking = next((each for each in segments if each.texts and each.name not in found), None)
    return found, (lacking, lacking.name == "notes") if lacking else None


def _taken(found: dict[str, tuple[int, ...]]) -> set[int]:
    """The paragraphs of the main text in which a segment was found."""
    return {index for name, each in found.items() if name != "notes" for index in each}


def _missing(
    segment: Wanted, in_notes: bool, reading: Reading, found: dict[str, tuple[int, ...]], place: Place
) -> Finding:
    paragraphs = reading.notes if in_notes else reading.body
    taken: set[int] = set() if in_notes else _taken(found)
    expected, instead = first_difference(segment, [each.text for each in paragraphs], taken)
    if not expected:
        return _too_much(paragraphs[0].story, instead, place)
    shown = f"the file says “{shortened(instead)}”" if instead else "the file does not say it there"
    return Finding(
        "docx.words-missing",
        f"in the segment “{segment.name}” the document says “{shortened(expected)}” and {shown}",
        place,
        _REBUILD,
    )


def _too_much(story: str, said: str, place: Place) -> Finding:
    return Finding(
        "docx.words-added",
        f"{story} says “{shortened(said)}”, which neither the source nor the theme says there",
        place,
        _REBUILD,
    )


def _added(
    document: Document, mandate: Mandate, reading: Reading, found: dict[str, tuple[int, ...]], place: Place
) -> Iterator[Finding]:
    taken = _taken(found)
    noted = set(found.get("notes", ()))
    left = [each for index, each in enumerate(reading.body) if index not in taken]
    left += [each for index, each in enumerate(reading.notes) if index not in noted]
    left += [each for each in reading.others if each.story != "a comment"]
    known, annexed = _known(mandate.furniture), _annexed(document)
    for paragraph in left:
        said = _without_counts(paragraph)
        strange = [word for word in said.split() if not _is_furniture(word, known)]
        if strange and said not in annexed:
            yield _too_much(paragraph.story, said, place)
            return
    for name in (word for word in _watermarks(reading.word) if not _is_furniture(word, known)):
        yield Finding("docx.words-added", f"a watermark says “{name}”", place, "take it out of the theme's review.docx")
        return


@lru_cache(maxsize=4)
def _known(furniture: frozenset[str]) -> frozenset[str]:
    return frozenset(part.casefold() for word in furniture for part in re.findall(r"\w+", word))


def _is_furniture(word: str, known: frozenset[str]) -> bool:
    return all(part.casefold() in known for part in re.findall(r"\w+", word))


def _without_counts(paragraph: Paragraph) -> str:
    """What a paragraph says without its page numbers."""
    return squeezed("".join(span.text for span in paragraph.spans if not span.around & _COUNTED))


def _annexed(document: Document) -> frozenset[str]:
    """What the annexes of a copy for review say: each claim's id, words and references; the history; the hash."""
    if document.meta.status != "in-review":
        return frozenset()
    by_key = {reference.key: reference for reference in document.references}
    said = {document.source_sha256}
    for edition in document.meta.history:
        told = (edition.version, edition.date.isoformat(), edition.author, edition.change)
        said |= {squeezed(words) for words in told}
    for claim in _claims((document.body, document.notes, document.safety.parts)):
        support = (f"[{by_key[key].number}] {by_key[key].text}" for key in claim.references if key in by_key)
        said |= {claim.id, squeezed(model.text(claim.children)), squeezed(" ".join(support))}
    return frozenset(said)


def _claims(nodes: object) -> Iterator[Claim]:
    if isinstance(nodes, Claim):
        yield nodes
    if isinstance(nodes, tuple):
        for node in nodes:
            yield from _claims(node)
    elif isinstance(nodes, Node):
        for field in fields(nodes):
            yield from _claims(getattr(nodes, field.name))


def _watermarks(word: WordFile) -> Iterator[str]:
    for name in word.related("header") + word.related("footer") + (word.main,):
        for path in word.tree(name).iter(f"{{{V}}}textpath"):
            yield from path.get("string", "").split()


def _legible(reading: Reading, found: dict[str, tuple[int, ...]], place: Place) -> Iterator[Finding]:
    """The first words that cannot be read, of each code. The safety block has a proof of its own."""
    main = reading.word.tree(reading.word.main)
    page = page_background(main, reading.word.related_tree("settings"), reading.styles)
    own = set(found.get("safety", ()))
    told: set[str] = set()
    for paragraph in (*(each for index, each in enumerate(reading.body) if index not in own), *reading.notes):
        for code, reason, said in legibility_faults(reading, paragraph, page):
            if code not in told:
                told.add(code)
                yield Finding(
                    code,
                    f"“{shortened(said)}” is {reason}",
                    place,
                    f"make the style “{paragraph.style}” legible in the theme's review.docx",
                )


# --- lists, bookmarks, pictures ---


def _numbers(
    document: Document, reading: Reading, found: dict[str, tuple[int, ...]], place: Place
) -> Iterator[Finding]:
    safety = tuple(block for part in document.safety.parts for block in part.blocks)
    listed: dict[str, tuple[Block, ...]] = {"body": document.body, "safety": safety}
    for name, blocks in listed.items():
        if name in found:
            expected = list(expected_markers(blocks))
            actual = list(actual_markers(reading.body, found[name]))
            yield from _compared(expected, actual, place)
    if "references" in found:
        expected = [(f"{each.number}.", squeezed(each.text)) for each in document.references]
        yield from _compared(expected, list(actual_markers(reading.body, found["references"])), place)
    unlisted = [name for name in ("title", "subtitle") if name in found and reading.body[found[name][0]].label]
    for name in unlisted:
        yield Finding("docx.list-number", f"the {name} is numbered as if it were a list item", place, "build it again")


def _compared(expected: list[tuple[str, str]], actual: list[tuple[str, str]], place: Place) -> Iterator[Finding]:
    """The first list item whose marker is not the document's."""
    for index in range(max(len(expected), len(actual))):
        want = expected[index] if index < len(expected) else ("no marker", "")
        have = actual[index] if index < len(actual) else ("no marker", "")
        if want != have:
            yield Finding(
                "docx.list-number",
                f"Word shows “{have[0]}” before “{shortened(have[1] or want[1], 60)}”; the document has "
                f"“{want[0]}” before “{shortened(want[1] or have[1], 60)}”",
                place,
                "build it again; the lists of the theme's review.docx must be decimal numbers and bullets",
            )
            return


def _bookmarks(document: Document, reading: Reading, place: Place) -> Iterator[Finding]:
    """Review finds each block again by the bookmark around it."""
    names = Counter(name for each in (*reading.body, *reading.notes) for name in each.bookmarks)
    blocks = sum(len({passage.id for passage in each.passages if passage.id}) for each in model.segments(document))
    marked = sum(1 for name in names if name.startswith("blk_"))
    if marked < blocks:
        yield Finding(
            "docx.bookmark-missing",
            f"{blocks - marked} of {blocks} blocks have no bookmark, by which a returned copy is read",
            place,
            "build it again",
        )
    for name, count in names.items():
        if count > 1:
            yield Finding("docx.damaged", f"the file is damaged: the bookmark “{name}” stands {count} times", place)


def _alternatives(document: Document, reading: Reading, place: Place) -> Iterator[Finding]:
    described = Counter(
        element.get("descr", "") for element in reading.word.tree(reading.word.main).iter() if _is_picture(element.tag)
    )
    for story in ("footnotes",):
        root = reading.word.related_tree(story)
        if root is not None:
            described.update(element.get("descr", "") for element in root.iter() if _is_picture(element.tag))
    figures = [block for block in _blocks(document) if isinstance(block, model.Figure)]
    for figure in figures:
        if described[figure.alt] < sum(1 for each in figures if each.alt == figure.alt):
            yield Finding(
                "docx.alt-missing",
                f"no picture carries the words “{shortened(figure.alt)}” that say it to who cannot see it",
                place,
                "build it again",
            )
            return


def _is_picture(tag: object) -> bool:
    return isinstance(tag, str) and tag.endswith("}docPr")


def _blocks(document: Document) -> Iterator[Block]:
    yield from model.blocks_within(document.body)
    for note in document.notes:
        yield from model.blocks_within(note.blocks)


# --- what is broken ---


def _active(word: WordFile) -> Iterator[str]:
    """What runs, or is fetched from elsewhere, when the file is opened."""
    for part in word.parts:
        for relation in word.relations(part) if not part.endswith(".rels") else ():
            if relation.external and (relation.kind != "hyperlink" or not _SAFE_ADDRESS.match(relation.target)):
                yield f"a link to be followed on opening ({relation.kind}: {shortened(relation.target, 60)})"
            elif relation.kind in _ACTIVE:
                yield f"a part that runs or replaces text ({relation.kind})"


def _broken(word: WordFile) -> Iterator[str]:
    """Faults that clients mend in silence, each in its own way."""
    root = word.tree(word.main)
    ids = Counter(value(each, "id") for each in root.iter(q("bookmarkStart")))
    yield from (f"two bookmarks have the id {each}" for each, count in ids.items() if count > 1)
    for deleted in root.iter(q("del")):
        if next(deleted.iter(q("t")), None) is not None:
            yield "text that is marked as deleted is stored as if it were not"
            break
    for part in word.parts:
        for relation in word.relations(part) if not part.endswith(".rels") else ():
            if not relation.external and relation.target not in word.parts:
                yield f"{part} leads to the part {relation.target}, which is missing"
    comments = word.related_tree("comments")
    known = {value(each, "id") for each in comments} if comments is not None else set()
    if any(value(each, "id") not in known for each in root.iter(q("commentReference"))):
        yield "a comment's mark leads to no comment"
