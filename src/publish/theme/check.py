"""Everything that is demanded of a theme before it sets a leaflet."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Hashable, Iterator, Mapping

from fontTools.ttLib import TTFont
from lxml import etree

from publish import inputs
from publish.diagnostics import Finding, Place
from publish.theme import Theme
from publish.theme.css import lint, lint_markup
from publish.theme.faces import check_faces
from publish.theme.marker import check_rendering
from publish.theme.templates import check_templates, shown_path
from publish.theme.tokens import css_tokens
from publish.theme.word import check_template

_SHEETS = {"leaflet.html.j2": "leaflet.css", "book.xhtml.j2": "book.css"}


def check_theme(theme: Theme) -> Iterator[Finding]:
    """What is wrong with the theme whatever the leaflet: its templates by syntax, then by a rendering with a marker.

    A theme whose files are as they were is looked at once.
    """
    return iter(_checked.answer(_said(theme), lambda: tuple(_check(theme))))


_checked: inputs.Memory[tuple[Finding, ...]] = inputs.Memory(20)


def _said(theme: Theme) -> Hashable:
    """All that a theme says of itself, as a key."""
    fields = (getattr(theme, each.name) for each in dataclasses.fields(theme))
    return tuple(tuple(field.items()) if isinstance(field, Mapping) else field for field in fields)


def _check(theme: Theme) -> Iterator[Finding]:
    yield from _unreadable(theme)
    yield from _less_prominent(theme)
    yield from check_faces(theme)
    by_syntax = list(check_templates(theme))
    yield from by_syntax
    if not by_syntax:
        yield from check_rendering(theme)
    review = theme.find("review.docx")
    if review is not None:
        yield from check_template(review)


def check_document(
    theme: Theme, pages: Mapping[str, etree._Element], min_size: float, min_contrast: float
) -> Iterator[Finding]:
    """What the theme does to this leaflet: its style sheets held against the real markup, and letters it cannot set.

    `min_size` (pt) and `min_contrast` are what the leaflet's rule profile demands of the safety block.
    """
    for template, root in pages.items():
        yield from lint_markup(root, Place(shown_path(theme, template), 1))
        target = "pdf" if template == "leaflet.html.j2" else "epub"
        before = css_tokens(theme, lambda path: path.name, dark=target == "epub")
        for path in theme.find_all(_SHEETS[template]):
            place = Place(f"{path.parent.parent.name}/{path.parent.name}/{path.name}")
            css = inputs.read_text(path)
            yield from lint(css, root, place, target, before=before, min_size=min_size, min_contrast=min_contrast)
            before += css
    yield from _unset_letters(theme, pages)


def _less_prominent(theme: Theme) -> Iterator[Finding]:
    """21 CFR 202.1(e)(7)(viii): risks are not to be told with less prominence than benefits."""
    if theme.sizes["safety"] < theme.sizes["body"]:
        yield Finding(
            "theme.safety-smaller",
            f"the safety block has {theme.sizes['safety']:g} pt, less than the text ({theme.sizes['body']:g} pt)",
            Place(f"{theme.folders[0].parent.name}/{theme.name}/theme.toml"),
            "make [sizes] `safety` at least as large as `body`",
        )


def _unreadable(theme: Theme) -> Iterator[Finding]:
    for file_name in _SHEETS.values():
        for path in theme.find_all(file_name):
            try:
                inputs.read_text(path)
            except UnicodeDecodeError as error:
                yield Finding(
                    "theme.not-utf8",
                    f"it is not UTF-8 (byte {error.start})",
                    Place(f"{path.parent.name}/{path.name}"),
                    "save it as UTF-8",
                )


def _unset_letters(theme: Theme, pages: Mapping[str, etree._Element]) -> Iterator[Finding]:
    """No system font stands in, so a letter that the theme's fonts lack would come out as an empty box."""
    used = {letter for root in pages.values() for piece in root.itertext() for letter in str(piece)}
    missing = {letter for letter in used if not letter.isspace()}
    for face in theme.faces:
        if face.family == theme.families["text"] and not face.italic:
            missing -= _letters.of(inputs.read(face.path), _letters_of)
    if missing:
        shown = ", ".join(f"“{letter}” (U+{ord(letter):04X})" for letter in sorted(missing)[:12])
        yield Finding(
            "theme.letters-missing",
            f"the text face “{theme.families['text']}” has no {shown}",
            Place(f"{theme.name}/theme.toml"),
            "use a font that has them, or other letters",
        )


_letters: inputs.ByContent[frozenset[str]] = inputs.ByContent(60)


def _letters_of(font_file: bytes) -> frozenset[str]:
    with TTFont(io.BytesIO(font_file), lazy=True) as font:
        font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])  # names take long to read
        return frozenset(map(chr, font.getBestCmap()))
