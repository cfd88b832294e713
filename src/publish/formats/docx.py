"""The Word copy for regulatory review: the theme's review.docx, filled with the document and the safety block."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import docx
from docx.document import Document as Package

from publish import inputs
from publish.diagnostics import Refused, refuse
from publish.formats import Options
from publish.formats._docx_blocks import STEP, blocks, leaf, spacer
from publish.formats._docx_copy import Copy, Spot, bookmarked, glossary_targets, link_targets, reference_targets
from publish.formats._docx_fonts import embed_fonts
from publish.formats._docx_inlines import link
from publish.formats._docx_lists import new_list, number_properties
from publish.formats._docx_notes import footnotes, open_notes
from publish.formats._docx_package import describe, to_bytes
from publish.formats._docx_page import Told, Written, set_header, set_sheet
from publish.formats._docx_redline import merged, merged_notes, open_merging, settled
from publish.formats._docx_review import annex, history, protect, remarks
from publish.formats._docx_styles import apply_theme, by_id
from publish.formats._docx_tables import frame, plain_row, text_cell
from publish.formats._docx_xml import Element, child, paragraph, q, run, w
from publish.model import Document, anchors
from publish.theme import Theme
from publish.theme.word import check_template, slots

NAME = "docx"
SUFFIX = ".docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_TEMPLATE = "review.docx"


def write(document: Document, theme: Theme, options: Options) -> bytes:
    """The review copy as a Word file, or the redline that the options ask for.

    Raises Refused when template or document cannot be set.
    """
    copy = _opened(document, theme, options)
    package = copy.package
    notes = open_notes(package)
    apply_theme(package, theme, document.meta.language)
    embed_fonts(package, theme)
    merging = open_merging(copy, options.redline) if options.redline else None

    def told(written: Written) -> list[Element]:
        """What a part of the writer writes: of the document alone, or with what has changed since the old one."""
        new = list(written(copy))
        return list(merged(merging, list(written(merging.earlier)), new)) if merging else new

    _fill(copy, told, locked=not merging or merging.earlier.document.safety == document.safety)
    if copy.commented:
        _append(package, told(lambda each: (*annex(each), *history(each))))
    if merging:
        _append(package, (spacer(),))  # where the mark of a last paragraph, taken back, finds a next one
        notes.element.extend(merged_notes(merging, footnotes(merging.earlier, notes), footnotes(copy, notes)))
    else:
        notes.element.extend(footnotes(copy, notes).values())
    set_header(copy, told)
    if copy.commented or merging:
        protect(copy, enforced=copy.commented)
    if merging:
        settled([package.element, notes.element])
    describe(package, document, options.redline.old.source_sha256 if options.redline else "")
    return to_bytes(package)


def _fill(copy: Copy, told: Told, locked: bool) -> None:
    """The template's controls, in its own order: notes are numbered as they come."""
    spot = Spot(copy.package.part)
    found = slots(copy.package.element.body)
    for tag, control in found.items():
        if tag == "body":
            _replace(control, told(lambda each: (*(() if "title" in found else _title(each)), *_body(each, spot))))
        elif tag == "title":
            _replace(control, told(_title))
        else:
            _fill_safety(control, told(lambda each: _safety(each, spot)), locked)
            for label in told(lambda each: (paragraph("SafetyLabel", (run(each.label("safety-notice")),)),)):
                control.addprevious(label)
            if copy.commented:
                for place in reversed(told(lambda each: (remarks(each),))):
                    control.addnext(place)


def _opened(document: Document, theme: Theme, options: Options) -> Copy:
    path = theme.find(_TEMPLATE)
    if path is None:
        raise refuse("theme.incomplete", f"the theme has no {_TEMPLATE}", hint="add the file, or extend “base”")
    if findings := tuple(check_template(path)):
        raise Refused(*findings)
    package = _package(path)
    return Copy(
        document=document,
        theme=theme,
        package=package,
        styles=by_id(package),
        width=set_sheet(package, theme.page),
        targets=link_targets(document),
        entries=glossary_targets(document),
        references=reference_targets(document),
        commented=document.meta.status == "in-review" if options.for_review is None else options.for_review,
    )


def _package(path: Path) -> Package:
    return docx.Document(io.BytesIO(inputs.read(path)))


def _replace(control: Element, content: list[Element]) -> None:
    """Content instead of a control. Controls around text cost LibreOffice's users their formatting."""
    for element in reversed(content):
        control.addnext(element)
    parent = control.getparent()
    if parent is not None:
        parent.remove(control)


def _append(package: Package, content: Iterable[Element]) -> None:
    """Content at the end of the document, before the properties of its last section."""
    body = package.element.body
    last = child(body, "sectPr")
    for element in content:
        last.addprevious(element)


def _title(copy: Copy) -> Iterator[Element]:
    meta = copy.document.meta
    yield paragraph("Title", bookmarked(copy, anchors.TITLE, (run(meta.title),)))
    if meta.subtitle:
        yield paragraph("Subtitle", bookmarked(copy, anchors.SUBTITLE, (run(meta.subtitle),)))
    yield from (_facts(copy), spacer())


def _facts(copy: Copy) -> Element:
    """What reviewers must know of the piece: two columns of names and values."""
    meta = copy.document.meta
    facts = [
        (copy.label("job-code"), meta.job_code),
        (copy.label("version"), meta.version),
        (copy.label("status"), copy.label(meta.status)),
        (copy.label("prepared"), meta.prepared.isoformat()),
        (copy.label("label-version"), copy.document.safety.label_version),
        (copy.label("expires"), meta.expires.isoformat() if meta.expires else "–"),
        (copy.label("market"), meta.market.upper()),
        (copy.label("audience"), copy.label(meta.audience)),
    ]
    widths = [copy.width * share // 100 for share in (22, 28, 22, 28)]
    table = frame("FactsTable", widths)
    for left, right in zip(facts[::2], facts[1::2], strict=True):
        pairs = ((text_cell("FactName", name), text_cell("Fact", value)) for name, value in (left, right))
        table.append(plain_row(widths, *chain.from_iterable(pairs)))
    return table


def _body(copy: Copy, spot: Spot) -> Iterator[Element]:
    yield from blocks(copy, spot, copy.document.body)
    yield from _references(copy, spot)


def _references(copy: Copy, spot: Spot) -> Iterator[Element]:
    """The works cited, as a numbered list; an entry with an address is a link to it."""
    references = copy.document.references
    if not references:
        return
    yield paragraph("LabelHeading", (run(copy.label("references")),))
    inset = replace(spot, indent=STEP)
    number = previous = 0
    for each in references:
        if not number or each.number != previous + 1:
            number = new_list(copy, ordered=True, start=each.number, depth=0)
        previous = each.number
        words = link(copy, spot, each.url, each.text) if each.url else run(each.text)
        marker, bookmark = number_properties(number, 0), copy.references[each.number]
        yield leaf(copy, inset, "Reference", "", (words,), number=marker, bookmark=bookmark)


def _safety(copy: Copy, spot: Spot) -> Iterator[Element]:
    block = copy.document.safety
    inside = Spot(spot.part, style="SafetyText")
    yield paragraph("SafetyTitle", bookmarked(copy, anchors.SAFETY_TITLE, (run(block.title),)))
    for part in block.parts:
        yield from blocks(copy, inside, part.blocks)


def _fill_safety(control: Element, content: list[Element], locked: bool) -> None:
    """The safety block in its control, locked for Word's users.

    Where it has changed it cannot be locked: changes in a locked control can neither be accepted nor rejected.
    """
    child(control, "sdtContent")[:] = content
    properties = child(control, "sdtPr")
    for old in properties.findall(q("lock")):
        properties.remove(old)
    lock = w("lock", val="sdtContentLocked" if locked else "sdtLocked")
    child(properties, "id").addnext(lock)
    if properties.find(q("docPartObj")) is None:
        lock.addnext(_building_block())


def _building_block() -> Element:
    """What makes the control one of whole paragraphs for LibreOffice too.

    It takes any other for one around the title's words, and then stores a tracked change of them as broken XML.
    """
    return w("docPartObj", w("docPartGallery", val="Custom 1"), w("docPartUnique"))
