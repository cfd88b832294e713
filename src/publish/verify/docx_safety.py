"""Proof that a Word file shows the safety block: whole, in order, once, legible, under every tracked change."""

from __future__ import annotations

import math
from collections.abc import Iterator

from publish import model
from publish.diagnostics import Finding, Place
from publish.model import Document
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._docx_color import behind, least_contrast, page_background
from publish.verify._docx_copies import copies
from publish.verify._docx_cover import covers
from publish.verify._docx_fonts import families, foreign_fonts
from publish.verify._docx_legible import HIDDEN, marker_faults
from publish.verify._docx_look import Demand, Fault, paragraph_faults, run_faults, table_style_faults, tearing_faults
from publish.verify._docx_match import Wanted, differing_words, nearest, places, shortened, squeezed
from publish.verify._docx_reading import opened
from publish.verify._docx_runs import effective_runs
from publish.verify._docx_styles import Properties, size_of
from publish.verify._docx_text import Paragraph, Reading
from publish.wordfile import W15, Element, is_on, q, value

APPLIES_TO = ("docx",)
CODES = (
    "docx.safety-missing",
    "docx.safety-altered",
    "docx.safety-order",
    "docx.safety-twice",
    "docx.safety-copied",
    "docx.safety-hidden",
    "docx.safety-effect",
    "docx.safety-small",
    "docx.safety-contrast",
    "docx.safety-font",
    "docx.safety-displaced",
    "docx.safety-covered",
    "docx.safety-replaced",
)
_MOST_FINDINGS = 12
_ADVICE = {
    "docx.safety-missing": "build the file again; the block is never edited in Word but in its source under safety/",
    "docx.safety-font": "set the style SafetyText of the theme's review.docx in a theme font",
}
_RESTYLE = "restyle SafetyText, SafetyTitle, SafetyHeading and SafetyList in the theme's review.docx"


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """What keeps the block from being read as it was approved, or where it is shown."""
    place = Place(artifact.name)
    segment = Wanted("safety", _texts(document))
    sightings: list[Sighting] = []
    found: dict[Finding, None] = {}
    for mode, reading in opened(artifact):
        for fact in _proof(mode, reading, segment, document, mandate, place):
            if isinstance(fact, Sighting):
                sightings.append(fact)
            else:
                found[fact] = None
    yield from list(found)[:_MOST_FINDINGS]
    if sightings and not found:
        yield min(sightings, key=lambda sighting: sighting.contrast)


def _texts(document: Document) -> tuple[str, ...]:
    return tuple(text for each in model.safety_passages(document.safety) if (text := squeezed(each.text)))


def _proof(
    mode: str, reading: Reading, segment: Wanted, document: Document, mandate: Mandate, place: Place
) -> Iterator[Finding | Sighting]:
    paragraphs = [each.text for each in reading.body]
    stretches = places(segment, paragraphs, set())
    if not stretches:
        yield from _why_not(mode, reading, segment, paragraphs, place)
        return
    if len(stretches) > 1:
        yield Finding("docx.safety-twice", f"the safety block stands {len(stretches)} times{mode}", place, "keep one")
    shown = [reading.body[index] for index in stretches[0]]
    yield from _torn(mode, reading, stretches[0], document, place)
    rest = [each for index, each in enumerate(reading.body) if index not in stretches[0]]
    for where, words in copies(document, [*rest, *reading.notes, *reading.others]):
        yield Finding(
            "docx.safety-copied",
            f"{where} repeats words of the safety block{mode}: “{shortened(words)}”",
            place,
            "take the repetition out: two versions side by side leave readers to guess",
        )
    yield from _legible(mode, reading, shown, document, mandate, place)


def _why_not(mode: str, reading: Reading, segment: Wanted, paragraphs: list[str], place: Place) -> Iterator[Finding]:
    """Passage by passage: missing, altered, or only somewhere else; in the wrong order when all are there."""
    whole = True
    elsewhere = {each.text: each.story for each in (*reading.notes, *reading.others)}
    for text in segment.texts:
        if text in paragraphs:
            continue
        whole = False
        similar = nearest(text, [each for each in paragraphs if each and each not in segment.texts])
        if similar:
            expected, instead = differing_words(text, similar)
            yield Finding(
                "docx.safety-altered",
                f"the safety block was altered{mode}: it must say “{shortened(expected)}”{_named(expected, instead)}, "
                f"and the file says “{shortened(instead)}”",
                place,
                _ADVICE["docx.safety-missing"],
            )
        else:
            only = f" (it stands only in {elsewhere[text]})" if text in elsewhere else ""
            yield Finding(
                "docx.safety-missing",
                f"the safety block lacks “{shortened(text)}”{mode}{only}",
                place,
                _ADVICE["docx.safety-missing"],
            )
    if whole:
        yield Finding(
            "docx.safety-order",
            f"the passages of the safety block are not in one piece or not in their order{mode}",
            place,
            _ADVICE["docx.safety-missing"],
        )


def _named(expected: str, instead: str) -> str:
    """The odd character's name, when the two look the same."""
    odd = (letter for letter in instead if ord(letter) > 0x24F or not letter.isprintable())
    strange = [letter for letter in odd if letter not in expected]
    return f" (without the character U+{ord(strange[0]):04X})" if strange else ""


# --- how it is shown ---


def _torn(mode: str, reading: Reading, stretch: tuple[int, ...], document: Document, place: Place) -> Iterator[Finding]:
    raw = [each.text for each in model.safety_passages(document.safety) if squeezed(each.text)]
    before = None
    for previous, index, expected in zip((stretch[0] - 1, *stretch), stretch, raw, strict=False):
        paragraph = reading.body[index]
        gap = sum(1 for each in reading.body[previous + 1 : index] if not each.label)
        for code, reason in tearing_faults(before, paragraph, gap, expected):
            message = f"“{shortened(paragraph.text, 80)}” in the safety block is {reason}{mode}"
            yield Finding(code, message, place, _RESTYLE)
        before = paragraph


def _legible(
    mode: str, reading: Reading, shown: list[Paragraph], document: Document, mandate: Mandate, place: Place
) -> Iterator[Finding | Sighting]:
    demand = Demand(mandate.profile, families(mandate.fonts), _lifted(document))
    main = reading.word.tree(reading.word.main)
    page = page_background(main, reading.word.related_tree("settings"), reading.styles)
    smallest, least, words, bad = math.inf, math.inf, 0, False
    for paragraph in shown:
        look = _Look(reading, paragraph, demand, page)
        for code, reason, said in look.faults():
            bad = True
            message = f"“{shortened(said, 80)}” in the safety block is {reason}{mode}"
            yield Finding(code, message, place, _ADVICE.get(code, _RESTYLE))
        for code, reason, said in marker_faults(reading, paragraph, page):
            bad = True
            code = "docx.safety-hidden" if code == HIDDEN else "docx.safety-effect"
            yield Finding(code, f"“{shortened(said, 80)}” in the safety block is {reason}{mode}", place, _RESTYLE)
        smallest, least = min(smallest, look.smallest), min(least, look.least)
        words += len(paragraph.text.split())
    for code, message in _around(reading, mandate):
        bad = True
        yield Finding(code, f"{message}{mode}", place, "take it out of the theme's review.docx")
    if not bad:
        yield Sighting(None, None, smallest, round(least, 2), words)


class _Look:
    """How one paragraph of the block is shown: its faults, and its least size and contrast once they are read."""

    def __init__(self, reading: Reading, paragraph: Paragraph, demand: Demand, page: tuple[str, ...]) -> None:
        self.reading, self.paragraph, self.demand = reading, paragraph, demand
        self.lies_on = behind(reading.styles, paragraph.effective, paragraph.cells, page)
        self.smallest = self.least = math.inf

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Code, what is the matter, and the words."""
        largest = line = 0.0
        for span in self.paragraph.spans:
            if not span.text.strip():
                continue
            for run in effective_runs(self.reading, self.paragraph, span.properties):
                size = size_of(run)
                self.smallest, largest = min(self.smallest, size), max(largest, size)
                known = [self.demand.families.get(name) for name in self.reading.styles.families(run)]
                line = max([line, *(each.line * size for each in known if each)])
                faults = [*run_faults(self.reading.styles, span, run, self.demand), *self._contrast(run)]
                yield from ((code, reason, span.text.strip()) for code, reason in faults)
        for code, reason in paragraph_faults(self.paragraph, largest, line or largest * 1.2, self.demand.profile):
            yield code, reason, self.paragraph.text
        for code, reason in table_style_faults(self.reading.styles, self.paragraph):
            yield code, reason, self.paragraph.text

    def _contrast(self, run: Properties) -> Iterator[Fault]:
        ratio, ink, paper = least_contrast(self.reading.styles, run, self.lies_on)
        self.least = min(self.least, ratio)
        least = self.demand.profile.min_contrast
        if ratio < least:
            colors = f"#{ink.lower()} on #{paper.lower()}"
            yield "docx.safety-contrast", f"set with a contrast of {ratio:.2f} ({colors}); {least:g} is demanded"


def _lifted(document: Document) -> frozenset[str]:
    """The texts that the document itself sets as superscript or subscript within the block."""
    found: set[str] = set()
    for block in model.blocks_within(block for part in document.safety.parts for block in part.blocks):
        for inline in model.inlines_within(getattr(block, "inlines", ())):
            if isinstance(inline, model.Superscript | model.Subscript | model.NoteMark):
                found.add(squeezed(model.text((inline,))))
            elif isinstance(inline, model.Citation):
                found |= {",", *(str(number) for number in inline.numbers)}
    return frozenset(found)


def _folds(element: Element) -> bool:
    return (element.get(f"{{{W15}}}val") or value(element, default="true")).lower() not in ("0", "false", "off")


def _around(reading: Reading, mandate: Mandate) -> Iterator[tuple[str, str]]:
    """What lies over the block, folds it away, or gives its letters other shapes."""
    yield from covers(reading, mandate.profile.min_contrast)
    for part in (reading.word.main, *reading.word.related("styles"), *reading.word.related("numbering")):
        if any(_folds(element) for element in reading.word.tree(part).iter(f"{{{W15}}}collapsed")):
            yield "docx.safety-hidden", f"a heading is folded in {part}, and hides what stands below it"
    settings = reading.word.related_tree("settings")
    if settings is not None and is_on(settings.find(q("linkStyles"))):
        yield "docx.safety-replaced", "the styles are replaced by those of another file when this one is opened"
    for family in foreign_fonts(reading.word, mandate.fonts):
        yield "docx.safety-font", f"the file brings a font of its own as “{family}”, which is not the theme's"
