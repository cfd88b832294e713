"""What reviewers work with: the annexes of claims and of the revision history, a place for remarks, tracking on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from publish import model
from publish.formats._docx_claims import commented, support
from publish.formats._docx_copy import Copy
from publish.formats._docx_tables import frame, plain_row, text_cell
from publish.formats._docx_xml import Element, paragraph, q, run, w
from publish.model import Claim, Node

_BEFORE_REVISIONS = (
    "writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries "
    "displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth printFormsData embedTrueTypeFonts "
    "embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader "
    "bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors activeWritingStyle proofState "
    "formsDesign attachedTemplate linkStyles stylePaneFormatFilter stylePaneSortMethod documentType mailMerge "
    "revisionView"
).split()
"""The settings that stand before trackRevisions (ECMA-376 Part 1, 17.15.1.78)."""


def annex(copy: Copy) -> Iterator[Element]:
    """The table of all claims, each with its id and the references that support it; nothing without claims."""
    claims = list(_claims(copy))
    if not claims:
        return
    widths = [copy.width * share // 100 for share in (14, 43, 43)]
    table = frame("LeafletTable", widths)
    names = (copy.label("claim"), copy.label("text"), copy.label("references"))
    table.append(plain_row(widths, *(text_cell("TableHead", name) for name in names), head=True))
    for claim in claims:
        words: Iterable[Element] = (run(model.text(claim.children)),)
        if f"annex comment {claim.id}" in copy.counts:
            words = commented(copy, claim, words)
        cells = (
            text_cell("TableText", claim.id),
            paragraph("TableText", words),
            text_cell("TableText", "\n".join(support(copy, claim))),
        )
        table.append(plain_row(widths, *cells))
    yield paragraph("LabelHeading", (run(copy.label("claims")),), w("pageBreakBefore"))
    yield table
    yield paragraph("Spacer")


def history(copy: Copy) -> Iterator[Element]:
    """The versions so far, and the hash of the very source that this copy was made from."""
    editions = copy.document.meta.history
    yield paragraph("LabelHeading", (run(copy.label("history")),))
    if editions:
        widths = [copy.width * share // 100 for share in (12, 15, 25, 48)]
        table = frame("LeafletTable", widths)
        names = (copy.label(key) for key in ("version", "date", "author", "change"))
        table.append(plain_row(widths, *(text_cell("TableHead", name) for name in names), head=True))
        for each in editions:
            said = (each.version, each.date.isoformat(), each.author, each.change)
            table.append(plain_row(widths, *(text_cell("TableText", words) for words in said)))
        yield from (table, paragraph("Spacer"))
    yield text_cell("FactName", copy.label("source"))
    yield text_cell("FactName", copy.document.source_sha256)


def _claims(copy: Copy) -> Iterator[Claim]:
    document = copy.document
    yield from _claims_within(document.body)
    yield from _claims_within(document.notes)
    yield from _claims_within(document.safety.parts)


def _claims_within(nodes: object) -> Iterator[Claim]:
    """Every claim, wherever it stands: in cells, terms and captions too."""
    if isinstance(nodes, Claim):
        yield nodes
    if isinstance(nodes, tuple):
        for node in nodes:
            yield from _claims_within(node)
    elif isinstance(nodes, Node):
        for field in fields(nodes):
            yield from _claims_within(getattr(nodes, field.name))


def remarks(copy: Copy) -> Element:
    """Where reviewers may comment on the safety block: a locked control cannot carry their remarks."""
    return paragraph("Remarks", (run(copy.label("remarks")),))


def protect(copy: Copy, enforced: bool) -> None:
    """Tracking on, and enforced. LibreOffice honours the protection only together with trackRevisions.

    Where it is enforced, changes can be accepted and rejected only after the protection is lifted.
    """
    settings = copy.package.settings.element
    before = {q(name) for name in _BEFORE_REVISIONS}
    index = sum(1 for child in settings if child.tag in before)
    settings[index:index] = [w("trackRevisions")]
    if enforced:
        settings.insert(index + 1, w("documentProtection", edit="trackedChanges", enforcement=1))
