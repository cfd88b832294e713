"""The safety block in the finished EPUB: there once, first, word for word, in plain sight by day and by night."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from publish import model
from publish.diagnostics import Finding
from publish.model import Document
from publish.policy import Mandate, Sighting
from publish.theme.css_markup import lint_markup
from publish.verify import Artifact
from publish.verify._epub_read import OPS_TYPE, XHTML, Book, Unreadable, open_book, unreadable
from publish.verify._epub_style import Outcome, outcomes, style_findings
from publish.verify._epub_text import first_difference, squeezed, words

APPLIES_TO = ("epub",)
CODES = (
    "epub.unreadable",
    "epub.safety-missing",
    "epub.safety-twice",
    "epub.safety-late",
    "epub.safety-skipped",
    "epub.safety-unmarked",
    "epub.safety-altered",
    "epub.safety-small",
    "epub.safety-faint",
    "epub.dark-contrast",
    "epub.style-lost",
    "theme.hides-safety",
    "theme.active-content",
    "theme.hidden-style",
    "theme.outside-address",
    "css.hides",
    "css.shrinks",
    "css.recolours",
    "css.alters",
    "css.adds-words",
    "css.covers",
    "css.outside",
    "css.font",
    "css.syntax",
    "css.too-complex",
    "css.variable",
    "css.unjudged",
)

_AGAIN = "build the leaflet again; never edit a finished EPUB"


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """Where and how the block is shown, and everything that keeps it from being seen as it was approved."""
    try:
        book = open_book(artifact)
    except Unreadable as error:
        yield unreadable(artifact, error)
        return
    found = [
        (path, element)
        for path, root in book.documents.items()
        for element in root.iter(etree.Element)
        if element.get("id") == "safety" or "safety" in (element.get("class") or "").split()
    ]
    if len(found) != 1:
        code = "epub.safety-twice" if found else "epub.safety-missing"
        yield Finding(code, f"the safety block stands in the book {len(found)} times", book.place(""), _AGAIN)
    for path, block in found:
        yield from _position(book, path, block)
        yield from _semantics(book, path, block, document)
        yield from _same(book, path, block, document)
        yield from _sight(book, path, block, mandate)


def _position(book: Book, path: str, block: etree._Element) -> Iterator[Finding]:
    """Second in the reading order at the latest, behind nothing but the cover, and never skipped."""
    order = [step.item.path for step in book.spine]
    if path not in order:
        yield Finding("epub.safety-missing", "no reader comes to the safety block: it is not in the spine",
                      book.place(path, block), _AGAIN)  # fmt: skip
        return
    index = order.index(path)
    before = [book.documents.get(other) for other in order[:index]]
    if index > 1 or any(root is None or not _is_cover(root) for root in before):
        yield Finding("epub.safety-late", "the document with the safety block must come right after the cover",
                      book.place(path, block), _AGAIN)  # fmt: skip
    if not book.spine[index].linear:
        yield Finding("epub.safety-skipped", "the safety block's document is marked as one that readers may skip",
                      book.place(path, block), _AGAIN)  # fmt: skip


def _is_cover(root: etree._Element) -> bool:
    """A cover shows its picture and says nothing."""
    marked = any("cover" in (element.get(OPS_TYPE) or "").split() for element in root.iter(etree.Element))
    body = root.find(f"{XHTML}body")
    return marked and body is not None and not words(body)


def _semantics(book: Book, path: str, block: etree._Element, document: Document) -> Iterator[Finding]:
    """`<section id="safety" class="safety">` that is a notice and has the block's title as its name."""
    faults = []
    if (
        block.tag != f"{XHTML}section"
        or block.get("id") != "safety"
        or "safety" not in (block.get("class") or "").split()
    ):
        faults.append('it is not <section id="safety" class="safety">')
    if "notice" not in (block.get(OPS_TYPE) or "").split() or block.get("role") != "doc-notice":
        faults.append("it is not marked as a notice (epub:type, role)")
    named = [element for element in block.iter(etree.Element) if element.get("id") == block.get("aria-labelledby")]
    title = squeezed([document.safety.title])
    if len(named) != 1 or words(named[0]) != title or block.get("aria-label") is not None:
        faults.append("its accessible name is not its title")
    for fault in faults:
        yield Finding(
            "epub.safety-unmarked", f"the safety block is not announced as what it is: {fault}",
            book.place(path, block), "leave the markup of {{ safety_html }} as it is",
        )  # fmt: skip


# --- the same words, the same meaning ---


def _same(book: Book, path: str, block: etree._Element, document: Document) -> Iterator[Finding]:
    wanted = squeezed(passage.text for passage in model.safety_passages(document.safety))
    difference = first_difference(wanted, words(block))
    if difference:
        yield _altered(book, path, block, f"its words are not the source's: {difference}")
    blocks = [each for part in document.safety.parts for each in model.blocks_within(part.blocks)]
    for what, in_source, in_book in (
        ("lists", _model_lists(blocks), list(_lists(block))),
        ("links", _model_links(blocks), [a.get("href") or "" for a in block.iter(f"{XHTML}a") if _leads_out(a)]),
        ("raised or lowered characters", _model_raised(blocks), list(_raised(block))),
        ("pictures", sum(isinstance(each, model.Figure) for each in blocks), len(list(block.iter(f"{XHTML}img")))),
    ):
        if in_source != in_book:
            yield _altered(book, path, block, f"its {what} are not the source's: {in_book} instead of {in_source}")


def _altered(book: Book, path: str, block: etree._Element, how: str) -> Finding:
    return Finding("epub.safety-altered", f"the safety block was altered: {how[:400]}", book.place(path, block), _AGAIN)


def _lists(block: etree._Element) -> Iterator[tuple[str, str, int]]:
    """Kind, numbering and number of items of each list."""
    for element in block.iter(f"{XHTML}ol", f"{XHTML}ul"):
        numbering = [element.get(key) or "" for key in ("start", "type", "reversed")]
        numbering += [item.get("value") or "" for item in element.iterchildren(f"{XHTML}li")]
        items = sum(1 for _ in element.iterchildren(f"{XHTML}li"))
        yield etree.QName(element).localname, ",".join(each for each in numbering if each), items


def _model_lists(blocks: Iterable[model.Block]) -> list[tuple[str, str, int]]:
    return [
        (
            "ol" if each.ordered else "ul",
            str(each.start) if each.ordered and each.start != 1 else "",
            len(each.items),
        )
        for each in blocks
        if isinstance(each, model.List)
    ]


def _leads_out(link: etree._Element) -> bool:
    return not (link.get("href") or "").startswith("#") and link.get("href") is not None


def _inlines(blocks: Iterable[model.Block]) -> Iterator[model.Inline]:
    for each in blocks:
        match each:
            case model.Heading(inlines=inlines) | model.Paragraph(inlines=inlines):
                yield from model.inlines_within(inlines)
            case model.Table(head=head, rows=rows):
                for row in (head, *rows):
                    for cell in row:
                        yield from model.inlines_within(cell.inlines)
            case model.DefinitionList(items=items):
                for item in items:
                    yield from model.inlines_within(item.term)
            case model.Callout(title=title):
                yield from model.inlines_within(title)
            case _:
                pass


def _model_links(blocks: Iterable[model.Block]) -> list[str]:
    links = (each.target for each in _inlines(blocks) if isinstance(each, model.Link))
    return [target for target in links if not target.startswith("#")]


def _model_raised(blocks: Iterable[model.Block]) -> list[str]:
    found = []
    for each in _inlines(blocks):
        if isinstance(each, model.Superscript | model.Subscript | model.Citation | model.NoteMark):
            tag = "sub" if isinstance(each, model.Subscript) else "sup"
            found.append(f"{tag} {model.text([each])}")
    return found


def _raised(block: etree._Element) -> Iterator[str]:
    for element in block.iter(f"{XHTML}sup", f"{XHTML}sub"):
        yield f"{etree.QName(element).localname} {''.join(str(piece) for piece in element.itertext())}"


# --- in plain sight ---


def _sight(book: Book, path: str, block: etree._Element, mandate: Mandate) -> Iterator[Finding | Sighting]:
    root, profile = book.documents[path], mandate.profile
    yield from (each for each in lint_markup(root, book.place(path)) if each.code == "theme.hides-safety")
    yield from style_findings(book, path, root, profile, mandate.fonts)
    all_outcomes = list(outcomes(book, path, root, profile))
    yield from _small(book, path, all_outcomes, profile.min_size)
    yield from _faint(book, path, all_outcomes, profile.min_contrast)
    if all_outcomes:
        by_day = [each for each in all_outcomes if not (each.lone and each.environment.dark)]
        yield Sighting(
            page=None,
            box=None,
            size=round(min((each.size for each in all_outcomes if each.least_size >= profile.min_size), default=0), 2),
            contrast=round(min((each.contrast for each in by_day if each.contrast is not None), default=21.0), 2),
            words=len(words(block)),
        )


def _start(outcome: Outcome) -> str:
    return " ".join(words(outcome.element.etree_element)[:6])


def _small(book: Book, path: str, all_outcomes: list[Outcome], least: float) -> Iterator[Finding]:
    worst = min(all_outcomes, key=lambda each: each.size / each.least_size, default=None)
    if worst is not None and worst.size < worst.least_size - 0.005:
        yield Finding(
            "epub.safety-small",
            f"the safety block's “{_start(worst)}” comes out {worst.size:.3g} pt large {worst.environment.name} "
            f"(1em = 12 pt); its rules demand {least:g} pt",
            book.place(path, worst.element.etree_element),
            "set the theme's `safety` size higher, and h5 and h6 in the block not below it",
        )


def _faint(book: Book, path: str, all_outcomes: list[Outcome], least: float) -> Iterator[Finding]:
    """A colour alone is held against white by day. By night the page is the reading system's: only a warning."""
    for code, by_night in (("epub.safety-faint", False), ("epub.dark-contrast", True)):
        seen = [
            (each.contrast, each)
            for each in all_outcomes
            if each.contrast is not None and (each.lone and each.environment.dark) == by_night
        ]
        ratio, worst = min(seen, key=lambda each: each[0], default=(21.0, None))
        if worst is not None and ratio < least - 0.005:
            yield Finding(
                code,
                f"the safety block's “{_start(worst)}” has a contrast of {ratio:.3g} {worst.environment.name}; "
                f"its rules demand {least:g}",
                book.place(path, worst.element.etree_element),
                "give text and background a colour each, for light and for dark screens",
            )
