"""Lines of text, measured by Pango once a process.

A two-column page asks for each line about five times, and the leaflets of a product share most of theirs. What is kept
is bound to the fonts, and found by the words, the width, and all that measuring reads of the style.
"""

from __future__ import annotations

from itertools import count
from operator import itemgetter
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text import line_break

from publish.formats._weasy_styles import fixed, to_compute

_MOST_LINES = 2_500
"""Lines that are kept for each font configuration, in each of two generations: about 1.2 kB each."""

_MOST_STYLES = 2_000

READ = (
    "direction", "font_family", "font_feature_settings", "font_kerning", "font_language_override", "font_size",
    "font_stretch", "font_style", "font_variant_alternates", "font_variant_caps", "font_variant_east_asian",
    "font_variant_ligatures", "font_variant_numeric", "font_variant_position", "font_variation_settings",
    "font_weight", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphens", "lang",
    "letter_spacing", "overflow_wrap", "tab_size", "text_decoration_line", "white_space", "word_break", "word_spacing",
)  # fmt: skip
"""The properties that measuring a line reads; a test watches that there are no others."""

_values = itemgetter(*READ)


class _Lines:
    """Measured lines of one font configuration, the least used forgotten."""

    __slots__ = ("earlier", "numbers", "styles", "those")

    def __init__(self) -> None:
        self.those: dict[Any, Any] = {}
        self.earlier: dict[Any, Any] = {}
        self.styles: dict[str, int] = {}
        self.numbers = count()

    def get(self, key: Any) -> Any:
        found = self.those.get(key)
        if found is None and (found := self.earlier.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: Any, value: Any) -> None:
        if len(self.those) >= _MOST_LINES:
            self.earlier, self.those = self.those, {}
        self.those[key] = value

    def style(self, style: Any) -> int:
        """A number that stands for all that measuring reads of a style; -1 for one whose values are to be computed."""
        values = _values(style)
        if not fixed(style) or any(map(to_compute, values)):
            return -1
        if len(self.styles) >= _MOST_STYLES:
            self.styles.clear()  # numbers are never given twice: what was kept under the old ones is only not found
        said = str(values)
        found = self.styles.get(said)
        if found is None:
            found = self.styles[said] = next(self.numbers)
        return found


def _copied(layout: Any) -> Any:
    """A layout of its own: drawing writes into the one it is given."""
    made = line_break.Layout.__new__(line_break.Layout)
    made.__dict__.update(layout.__dict__)
    return made


def measure_once() -> None:
    measure = line_break.split_first_line

    def split_first_line(
        text: str, style: Any, context: Any, max_width: Any, justification_spacing: Any, is_line_start: bool = True,
        minimum: bool = False,
    ) -> Any:  # fmt: skip
        kept = style.font_config.__dict__
        lines = kept.get("_lines")
        if lines is None:
            lines = kept["_lines"] = _Lines()
        number = style.__dict__.get("_number")
        if number is None:
            number = style._number = lines.style(style)
        if number < 0:
            return measure(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        key = (text, number, max_width, justification_spacing, is_line_start, minimum)
        found = lines.get(key)
        if found is None:
            found = measure(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            lines.put(key, (_copied(found[0]), *found[1:]))
            return found
        return (_copied(found[0]), *found[1:])

    for user in (inline, preferred):  # not where SVG looks, which changes its styles between two lines
        user.split_first_line = split_first_line


def strut_once() -> None:
    measure = line_break.strut

    def strut(style: Any) -> Any:
        found = style.__dict__.get("_strut")
        if found is None:
            found = measure(style)
            if fixed(style) and not to_compute(style["line_height"]):
                style._strut = found
        return found

    line_break.strut = inline.strut = strut


# --- memory that is given back ---


class _Unshared(dict[bytes, Any]):
    """Font features of which each layout has its own: what is shared can never be given back."""

    def setdefault(self, key: bytes, default: Any = None) -> Any:
        return default


def give_back() -> None:
    """A layout's list of attributes goes when the layout goes; WeasyPrint lets some 250 bytes a line leak."""
    set_up, pango, null = line_break.Layout.setup, line_break.pango, line_break.ffi.NULL

    def setup(self: Any, style: Any) -> None:
        if type(style.font_config.font_features) is not _Unshared:
            style.font_config.font_features = _Unshared()
        set_up(self, style)
        attributes = pango.pango_layout_get_attributes(self.layout)
        if attributes != null:
            pango.pango_attr_list_unref(attributes)  # the layout holds it, too

    line_break.Layout.setup = setup
