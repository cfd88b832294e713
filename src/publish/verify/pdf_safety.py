"""The safety block in the finished PDF: word for word, in order, once, shown and legible.

The file's own text says which words stand where; the drawn page must then show each letter. Stated openly: words
elsewhere that contradict the block are beyond a machine, and so is a picture of text.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from publish.diagnostics import Finding, Place, Refused
from publish.model import Document, safety_passages
from publish.policy import Mandate, Sighting
from publish.verify import Artifact, _pdf_faces, _pdf_geometry
from publish.verify._pdf_block import Shown, numbers_of_lists, raised_letters, shown_at
from publish.verify._pdf_copies import copies
from publish.verify._pdf_geometry import Fault, Flags
from publish.verify._pdf_ink import ink
from publish.verify._pdf_limits import BAD_CORE, CONTRAST_ROUNDING, MM, MOSTLY, PLAIN_LIGHTNESS
from publish.verify._pdf_lost import lost, right_to_left, unproven
from publish.verify._pdf_match import drawn_letters, find, read_letters, source_letters, words_around, wrong_hyphens
from publish.verify._pdf_measure import Ink
from publish.verify._pdf_numbers import wrong_numbers
from publish.verify._pdf_read import Drawn, on_panels, read_pdf

APPLIES_TO = ("pdf", "press")
CODES = (
    "pdf.unreadable",
    "pdf.page-size",
    "pdf.page-count",
    "pdf.right-to-left",
    "pdf.safety-missing",
    "pdf.safety-altered",
    "pdf.safety-order",
    "pdf.safety-untagged",
    "pdf.safety-number",
    "pdf.safety-copy",
    "pdf.safety-hidden",
    "pdf.safety-clipped",
    "pdf.safety-covered",
    "pdf.safety-parted",
    "pdf.safety-contrast",
    "pdf.safety-struck",
    "pdf.safety-off-page",
    "pdf.safety-small",
    "pdf.safety-leading",
    "pdf.safety-condensed",
    "pdf.safety-turned",
    "pdf.safety-mirrored",
    "pdf.safety-spacing",
    "pdf.safety-font",
    "pdf.safety-glyph",
)

_WHY = "nobody gets a leaflet whose safety block is not whole and legible"


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """What keeps a reader from the block, by page and words; and where it is shown."""
    try:
        drawn = read_pdf(artifact.data, artifact.name)
    except Refused as refused:
        yield from refused.findings
        return
    drawn = on_panels(drawn, mandate.sheet if artifact.format == "press" else None)
    if any(right_to_left(passage.text) for passage in safety_passages(document.safety)):
        yield unproven(artifact.name)
        return
    wanted = source_letters(passage.text for passage in safety_passages(document.safety))
    order = drawn.reading
    letters = read_letters(drawn)
    places = list(find(wanted, letters))
    if not places:
        painted = np.setdiff1d(np.arange(len(drawn.texts)), drawn.labels)
        as_painted = drawn_letters(drawn, painted)
        places = list(find(wanted, as_painted))
        if not places:
            yield from lost(artifact.name, drawn, wanted, letters, as_painted)
            return
        order, letters = painted, as_painted
        yield _untagged(artifact.name, drawn, int(as_painted.where[places[0]]))
    at = places[0]
    for index in wrong_hyphens(wanted, letters, at, drawn):
        page = int(drawn.page[letters.where[at + index]]) + 1
        yield Finding(
            "pdf.safety-altered",
            f"a hyphen is lost or added in “{words_around(wanted, index, 12, 16)}”",
            Place(artifact.name, page=page),
            "let the theme neither add hyphens inside a line nor take the text's own away",
        )
    shown = shown_at(drawn, order, letters, wanted, at, raised_letters(document.safety))
    yield from _replaced(artifact.name, drawn, shown)
    yield from copies(artifact.name, drawn, shown, document)
    yield from _parted(artifact.name, shown, document)
    if wrong := wrong_numbers(drawn, shown.runs, list(_numbers(document))):
        yield Finding(
            "pdf.safety-number",
            f"the numbers of the safety block's lists are not the source's: {wrong}",
            Place(artifact.name, page=int(shown.page[0]) + 1),
            "take `counter-reset`, `counter-increment` and `list-style` away from the block's lists",
        )
    heights = _pdf_faces.x_heights(drawn, shown, mandate.fonts)
    faults = [
        *_pdf_geometry.faults(drawn, shown, mandate.profile, heights),
        *_pdf_faces.faults(drawn, shown, mandate.fonts),
    ]
    seen = ink(artifact.data, drawn, shown, mandate.profile.min_contrast * CONTRAST_ROUNDING, grounds=True)
    faults += _unseen(drawn, shown, seen, mandate.profile.min_contrast, faults)
    for fault in faults:
        yield _finding(artifact.name, shown, fault)
    yield from _sightings(drawn, shown, seen)


def _numbers(document: Document) -> Iterator[int]:
    for part in document.safety.parts:
        yield from numbers_of_lists(part.blocks)


def _finding(name: str, shown: Shown, fault: Fault) -> Finding:
    page = int(shown.page[np.nonzero(fault.places)[0][0]]) + 1
    return Finding(
        fault.code,
        f"the safety block's {shown.words(fault.places)}: {fault.what}; {_WHY}",
        Place(name, page=page),
        fault.hint,
    )


def _parted(name: str, shown: Shown, document: Document) -> Iterator[Finding]:
    """A lead-in at the foot of a page, its list on the next: who reads only this page reads a list with no items."""
    passages = safety_passages(document.safety)
    said = shown.wanted.where[shown.letter]
    for number, passage in enumerate(passages[:-1]):
        own, after = shown.leaf[said == number], shown.leaf[said == number + 1]
        if passage.text.rstrip().endswith(":") and len(own) and len(after) and own[-1] != after[0]:
            yield Finding(
                "pdf.safety-parted",
                f"“{passage.text.strip()}” stands on another page or panel than the first item of its list",
                Place(name, page=int(shown.page[said == number][-1]) + 1),
                "keep them together: `.lead-in { break-after: avoid }`, and no page break inside the block's lists",
            )


def _replaced(name: str, drawn: Drawn, shown: Shown) -> Iterator[Finding]:
    for run in shown.runs:
        tagged = drawn.tagged.get(run)
        if drawn.runs[run].replaced or (tagged is not None and tagged.replaced):
            yield Finding(
                "pdf.safety-altered",
                "the safety block is drawn word for word, but a screen reader is given other words in its place",
                Place(name, page=int(drawn.run_pages[run]) + 1),
                "put no replacement text (ActualText, Alt) on the block",
            )
            return


def _untagged(name: str, drawn: Drawn, glyph: int) -> Finding:
    return Finding(
        "pdf.safety-untagged",
        "the safety block is drawn, but it does not stand in one piece in the file's reading order; a screen reader "
        "does not read it out",
        Place(name, page=int(drawn.page[glyph]) + 1),
        "leave the block in the flow of the page: no `position: running()`, no `string-set`, no margin box",
    )


def _unseen(drawn: Drawn, shown: Shown, seen: Ink, demanded: float, known: list[Fault]) -> Iterator[Fault]:
    """What the pictures show: each letter without ink or contrast is told once, by its likeliest cause."""
    runs = drawn.run[shown.glyphs]
    off_page = np.zeros(len(shown.glyphs), dtype=bool)
    for fault in known:
        if fault.code == "pdf.safety-off-page":
            off_page |= fault.places
    inked = (drawn.boxes[shown.glyphs, 2] - drawn.boxes[shown.glyphs, 0] > 0.2) & ~off_page
    layer = np.array([run.layer or run.mixed for run in drawn.runs], dtype=bool)[runs]
    mode = np.array([run.mode in (3, 7) for run in drawn.runs], dtype=bool)[runs]
    hidden = layer | mode | (inked & (seen.core == 0))
    inked &= ~_commas_after_words(drawn, shown)
    struck = inked & ~hidden & (seen.unrest > PLAIN_LIGHTNESS) & (seen.lost < MOSTLY)
    lost = inked & ~hidden & ~struck & (seen.lost > BAD_CORE)
    clipped = lost & _clipped(drawn, shown)
    covered = lost & ~clipped & _would_contrast(drawn, shown, seen, demanded)
    pale = (seen.faint > BAD_CORE) | (seen.contrast < demanded * CONTRAST_ROUNDING)
    faint = inked & ~hidden & ~struck & ~clipped & ~covered & (pale | lost)
    if hidden.any():
        yield Fault(
            "pdf.safety-hidden",
            "not drawn, or drawn in a way that can be switched off (layer, mask, blend mode)",
            "take `visibility`, layers or invisible text modes away from the block",
            hidden,
        )
    if clipped.any():
        yield Fault(
            "pdf.safety-clipped",
            "cut off by the box it stands in",
            "take the fixed height or width and `overflow: hidden` away from the block and what is around it",
            clipped,
        )
    if covered.any():
        yield Fault(
            "pdf.safety-covered",
            "something is drawn over it",
            "look in the theme for backgrounds, pictures or `::before`/`::after` boxes that reach over the block",
            covered,
        )
    if faint.any():
        yield Fault(
            "pdf.safety-contrast",
            f"drawn with a contrast of {seen.contrast[faint].min():.1f}:1; {demanded:g}:1 is needed",
            "give the block darker text on a light ground, or the reverse, and full opacity",
            faint,
        )
    if struck.any():
        yield Fault(
            "pdf.safety-struck",
            "a line, a pattern or other text runs behind or through its letters",
            "take `text-decoration: line-through`, pictures and patterned backgrounds away from behind the block",
            struck,
        )


def _commas_after_words(drawn: Drawn, shown: Shown) -> Flags:
    """An underline runs through the tail of a comma. Between digits, where a comma is a number's, it must be seen."""
    texts = [drawn.texts[glyph] for glyph in shown.glyphs.tolist()]
    after = [*texts[1:], ""]
    commas = [text in (",", ";") and not follower[:1].isdigit() for text, follower in zip(texts, after, strict=True)]
    return np.array(commas, dtype=bool)


def _clipped(drawn: Drawn, shown: Shown) -> Flags:
    """The glyphs that reach out of the rectangle that bounds what their run may paint."""
    everywhere = (-1e9, -1e9, 1e9, 1e9)
    clips = np.array([run.clip or everywhere for run in drawn.runs], dtype=np.float64)[drawn.run[shown.glyphs]]
    boxes = drawn.boxes[shown.glyphs]
    low = (boxes[:, :2] < clips[:, :2] - 0.1).any(axis=1)
    high = (boxes[:, 2:] > clips[:, 2:] + 0.1).any(axis=1)
    outside: Flags = np.asarray(low | high, dtype=bool)
    return outside


def _would_contrast(drawn: Drawn, shown: Shown, seen: Ink, demanded: float) -> Flags:
    """Whether a glyph's own colour would be legible on the ground that is to be seen around it."""
    lights = np.array([_luminance(run.color) if run.opacity > 0.5 else np.nan for run in drawn.runs])
    own = lights[drawn.run[shown.glyphs]]
    contrast = (np.fmax(own, seen.ground) + 0.05) / (np.fmin(own, seen.ground) + 0.05)
    legible: Flags = np.isfinite(own) & (contrast >= demanded)
    return legible


def _luminance(color: tuple[float, ...] | None) -> float:
    if color is None or len(color) not in (1, 3, 4):
        return float("nan")
    if len(color) == 4:
        color = tuple((1 - part) * (1 - color[3]) for part in color[:3])
    rgb = color * 3 if len(color) == 1 else color
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _sightings(drawn: Drawn, shown: Shown, seen: Ink) -> Iterator[Sighting]:
    for leaf in np.unique(shown.leaf).tolist():
        own = shown.leaf == leaf
        page = int(shown.page[own][0])
        boxes = drawn.boxes[shown.glyphs[own]]
        left, _, _, top = drawn.sheets[page].trim
        inked = own & (seen.core > 0)
        starts = np.unique(shown.letter[own])
        yield Sighting(
            page=page + 1,
            box=(
                round(float(boxes[:, 0].min() - left) / MM, 2),
                round(float(top - boxes[:, 3].max()) / MM, 2),
                round(float(boxes[:, 2].max() - left) / MM, 2),
                round(float(top - boxes[:, 1].min()) / MM, 2),
            ),
            size=round(float(shown.size[own].min()), 2),
            contrast=round(float(seen.contrast[inked].min()) if inked.any() else 1.0, 2),
            words=sum(shown.wanted.spaced[letter] for letter in starts.tolist()),
        )
