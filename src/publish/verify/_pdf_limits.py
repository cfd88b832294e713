"""Every threshold of the PDF proofs that no rule profile names, in one place, each with its reason."""

from __future__ import annotations

MM = 72 / 25.4
"""Points in a millimetre."""

PAGE_SHORT_MM = (70.0, 330.0)
PAGE_LONG_MM = (90.0, 490.0)
"""Sheets a leaflet can be: from a folded pack insert to A3 with bleed. Anything else is refused before it is drawn."""

MAX_PAGES = 200
"""A leaflet is a few pages; hundreds are an accident in a theme and would take minutes to prove."""

MAX_FORM_DEPTH = 12
"""Forms within forms that are followed. WeasyPrint nests one for each opacity group."""

EDGE_PT = 0.5
"""How far ink may reach over the trim: less than a press can cut."""

SIZE_PT = 0.05
"""Rounding of sizes: WeasyPrint counts in CSS pixels."""

SMALL_FACTOR = 0.58
"""The least size of superscripts and subscripts, as a part of the profile's least size."""

CONDENSED = 0.95
STRETCHED = 1.25
"""The least and greatest scaling of letters in width against height (EU Readability Guideline: no condensed type)."""

SKEW = 0.3
"""The steepest slant, as a tangent: a synthetic italic has 0.2 to 0.27."""

TURN_DEGREES = 0.5
"""How far from upright, or from a quarter turn, is still straight."""

WORD_GAP_EM = 0.1
"""The least gap between words: word spaces are 0.2 em and more, less some kerning and a little negative tracking."""

WORD_SPREAD_EM = 8.0
"""The widest gap between words of one line: wider than any justified line, narrower than scattered words."""

LETTER_GAP_EM = 0.35
"""The widest gap between letters of one word; tracking used in print stays under 0.2 em."""

LETTER_OVERLAP_EM = 0.16
"""How far a letter may reach back into the one before it: kerning of the steepest pairs stays under this."""

LINE_PITCH_EM = 0.85
"""The least distance of two base lines that stand one above the other: below it ascenders meet descenders."""

SPREAD_PAIRS = 2
"""Wide pairs of letters that are let pass: a drop cap, a figure in a frame."""

INK_COVERAGE = 0.5
"""A pixel belongs to the core of a letter when at least this part of it is inked."""

THIN_COVERAGE = 0.2
"""The same for strokes so thin (a hyphen's) that no pixel reaches it; their colour is judged from all their ink."""

CONTRAST_ROUNDING = 0.97
"""Colours of eight bits, taken apart from their background, are off by up to 3 %."""

BAD_CORE = 0.1
"""The part of a letter's core that may lack contrast: pixels on its rim, mixed by smoothing."""

MOSTLY = 0.6
"""The part of a letter that must be left for a line through it to be told as a line, and not as a cover."""

INVISIBLE = 1.15
"""A contrast under this is no ink at all, only noise."""

PLAIN_LIGHTNESS = 0.07
"""How much the lightness (0 to 1) behind a letter may vary, as a standard deviation: a tint passes, a line does not."""

EM_PIXELS = 28.0
DPI = (150.0, 250.0)
"""The page is drawn so that the smallest letters are this many pixels high, within these resolutions."""

CLOSER = 1.1
"""So much larger is drawn what seemed to be covered or pale: enough for no place to be half a pixel a second time."""

UNSEEN_LETTERS = 2
"""Letters of the body that may go unseen: a full stop on a coarse picture."""

PLATE_DPI = (170.0, 170.0)
"""Plates are hard-edged: a coarser picture than a screen's tells whether a letter is printed."""

PLATE_LOST = 0.25
"""The part of a letter's core that plates may lack: their pixels are not smoothed, and a bracket has few."""

BODY_DPI = (120.0, 120.0)
"""The body's words are only asked whether they are to be seen at all: coarse pictures tell."""

LEAST_PT = 4.5
LEAST_MARK_PT = 3.0
MARK_LETTERS = 12
"""Words of the body are read at no less than this; so few letters beside larger ones are a raised or lowered mark."""

NARROWEST = 0.6
STEEPEST = 1.0
"""The least scaling in width of words of the body, and the steepest slant as a tangent (45 degrees)."""

LEAST_CONTRAST = 2.0
"""Below this, words of the body are no pale design, they are gone: WCAG 2 asks 4.5, and 3 of large letters."""

STACKED_LETTERS = 8
"""Letters of the body in whose middle another may stand: enclosing marks and the like."""

MARK_PT = 6.0
MARK_CONTRAST = 3.0
"""The least size and contrast of the mark of a draft: it must be met in passing (WCAG 2.2, 1.4.11: 3:1)."""

COPY_GRAM = 8
COPY_SHARE = 0.4
COPY_LETTERS = 20
"""A sentence of at least so many letters is a copy when this share of its groups of letters stands elsewhere again."""
