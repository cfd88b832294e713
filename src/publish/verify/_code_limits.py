"""How finely the codes on a press sheet are looked at, and how far off they may be, each with its reason."""

from __future__ import annotations

SCAN_PPI = 220.0
"""The whole sheet is searched at this: the finest module that prints (0.25 mm) is two pixels wide."""

MODULE_PIXELS = 40.0
"""Where a code must stand it is drawn so finely that a pixel is 2.5 % of its module."""

MOST_PIXELS = 4000
"""The most pixels that one such picture is wide or high; larger codes are drawn less finely."""

TILE_MM, OVERLAP_MM = 320.0, 60.0
"""A sheet is searched in pieces so large, which overlap by more than a code."""

MOST_TILES = 12
"""Pieces searched in one file: 60 × 90 cm on both sides, larger than any leaflet. Codes in their places are read on
sheets of any size."""

DARK = 128
"""Brightness (0 to 255) under which a pixel is ink to a reader: the mean of black and white."""

STAINED = 250
"""The brightness of the darkest of the three colours under which a pixel is not paper: a tint of 3 % yellow is seen."""

WIDTH_MODULES = 0.06
"""How far the width of a pharmacode's bar or gap may be off, in thin bars: two pixels and the rounding of the file."""

EDGE_MODULES = 0.03
"""The same for each edge of a module of the other codes: a pixel and the rounding of the file."""

RING_MODULES = 0.1
"""Ink so near to a code is a part of it that has grown; what stands further off is in its quiet zone."""

HEIGHT_MM = 0.1
"""How far a pharmacode's bars may be longer, shorter or higher than they should."""

PLACE_MM = 0.15
"""How far a code may stand beside its place: less than a cutter is off."""

STRAY_SHARE = 0.002
"""The part of a code's ink that may be missing or too much: a few pixels at corners."""

OTHER_SHARE = 0.1
"""From this part on it is not this code spoiled, but another one, or this one mirrored or turned."""

PLATE_MODULE_PIXELS = 10.0
PLATE_PPI = (300.0, 1200.0)
"""On the plates a module is so many pixels wide, within these resolutions."""

FULL_INK = 250
SOME_INK = 64
FREE_OF_INK = 6
"""Of 255: a plate is full from here on; something is printed; and a plate is empty up to there (rounding)."""

PALE = 80
COLOURED = 24
"""Without plates: bars are black when no colour of the picture is brighter than this, and none differs by more."""

UNKNOWN_BARS = 4
UNKNOWN_HEIGHT_MM = 5.0
UNKNOWN_TOLERANCE = 0.2
UNKNOWN_QUIET_GAPS = 4
"""What is taken for a pharmacode that nobody asked for: so many bars of its proportions, so high, with so many gaps'
room beside. The numeral III in a heading is none."""

ON_DARK = 0.55
"""The part of a pharmacode with its quiet zone that is ink only when it stands white on dark: bars make 0.4 at most."""
