"""What a declaration may do to the safety block: harmless properties, keywords that are allowed, judges of the rest.

A property in no table is nobody's judgement yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from publish.theme import css_boxes as boxes
from publish.theme import css_letters as letters
from publish.theme.css_values import Token
from publish.theme.css_verdict import ALTERS, COVERS, HIDES, RECOLOURS, SHRINKS, WIDE, Judge, Subject, Verdict

PREFIXES = (
    "-webkit-",
    "-moz-",
    "-ms-",
    "-o-",
    "-epub-",
    "-khtml-",
    "-apple-",
    "-weasy-",
    "-adobe-",
    "-ah-",
    "-prince-",
)


HARMLESS = frozenset(
    "accent-color align-content align-items align-self anchor appearance aspect-ratio background-attachment "
    "background-origin background-position background-position-x background-position-y background-repeat "
    "background-size bleed bookmark-level bookmark-state border-block-color border-block-style "
    "border-bottom-color border-bottom-left-radius border-bottom-right-radius border-bottom-style border-collapse "
    "border-color border-end-end-radius border-end-start-radius border-inline-color border-inline-end-color "
    "border-inline-end-style border-inline-start-color border-inline-start-style border-inline-style "
    "border-left-color border-left-style border-radius border-right-color border-right-style border-spacing "
    "border-start-end-radius border-start-start-radius border-style border-top-color border-top-left-radius "
    "border-top-right-radius border-top-style box-align box-decoration-break box-direction box-flex box-pack "
    "box-sizing break-after break-before break-inside caption-side caret-color clear color-adjust color-scheme "
    "column-break-after column-break-before column-break-inside column-fill column-gap column-rule "
    "column-rule-color column-rule-style column-span counter-increment counter-reset counter-set cursor "
    "empty-cells flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap font-display "
    "grid-column grid-column-start "
    "font-kerning font-language-override font-optical-sizing font-smoothing font-style font-synthesis "
    "font-synthesis-small-caps font-synthesis-style font-synthesis-weight font-variant-east-asian "
    "font-variant-emoji font-variant-ligature font-variant-ligatures font-weight footnote-display footnote-policy "
    "forced-color-adjust gap grid-auto-flow grid-column-gap grid-gap grid-row-gap grid-template-areas "
    "hanging-punctuation hyphenate-after hyphenate-before hyphenate-limit-chars hyphenate-limit-last "
    "hyphenate-limit-lines hyphenate-limit-zone hyphenate-lines hyphens image-orientation image-rendering "
    "image-resolution initial-letter isolation justify-content justify-items justify-self lang line-break "
    "line-height-step link list-style-image list-style-position locale margin-break margin-trim max-zoom "
    "min-block-size min-height object-fit object-position order orphans osx-font-smoothing outline-color outline-style "
    "overflow-anchor overflow-scrolling overflow-wrap page page-break-after page-break-before page-break-inside "
    "paint-order perspective-origin place-content place-items place-self pointer-events print-color-adjust resize "
    "row-gap ruby-align ruby-position scroll-behavior scroll-margin scroll-padding scrollbar-color "
    "scrollbar-gutter scrollbar-width shape-margin tab-size table-layout tap-highlight-color text-align "
    "text-align-all text-align-last text-autospace text-box text-box-edge text-box-trim text-decoration-color "
    "text-decoration-skip text-decoration-skip-ink text-decoration-style text-justify text-rendering text-spacing "
    "text-spacing-trim text-underline-position text-wrap-style touch-action touch-callout transform-box "
    "transform-origin transform-style user-drag user-select white-space-collapse widows word-break word-wrap".split()
)
"""Nothing that these can be set to hides, shrinks, recolours or alters words."""


_NO = frozenset({"none"})


ONLY: Mapping[str, tuple[frozenset[str], str, str]] = {
    "visibility": (frozenset({"visible"}), HIDES, "makes it invisible"),
    "content-visibility": (frozenset({"visible", "auto"}), HIDES, "keeps it from being drawn"),
    "clip": (frozenset({"auto"}), HIDES, "cuts part of it away"),
    "clip-path": (_NO, HIDES, "cuts part of it away"),
    "mask": (_NO, HIDES, "cuts part of it away"),
    "mask-image": (_NO, HIDES, "cuts part of it away"),
    "mask-border": (_NO, HIDES, "cuts part of it away"),
    "mask-border-source": (_NO, HIDES, "cuts part of it away"),
    "mask-box-image": (_NO, HIDES, "cuts part of it away"),
    "mask-box-image-source": (_NO, HIDES, "cuts part of it away"),
    "interactivity": (frozenset({"auto"}), HIDES, "takes it from those who listen or type"),
    "line-clamp": (_NO, HIDES, "cuts the text off after some lines"),
    "max-lines": (_NO, HIDES, "cuts the text off after some lines"),
    "block-ellipsis": (_NO | {"no-ellipsis"}, HIDES, "cuts the text off after some lines"),
    "continue": (frozenset({"auto"}), HIDES, "drops text that does not fit"),
    "text-overflow": (frozenset({"clip"}), HIDES, "replaces the end of lines by dots"),
    "text-security": (_NO, HIDES, "shows dots in place of letters"),
    "animation": (_NO, HIDES, "changes it while it is read"),
    "animation-name": (_NO, HIDES, "changes it while it is read"),
    "transition": (_NO, HIDES, "changes it while it is read"),
    "flow-into": (_NO, HIDES, "takes it out of the text"),
    "flow": (frozenset({"auto"}), HIDES, "takes it out of the text"),
    "box-reflect": (_NO, COVERS, "draws a mirror image"),
    "filter": (_NO, RECOLOURS, "changes its colours or blurs it"),
    "backdrop-filter": (_NO, RECOLOURS, "changes its colours or blurs it"),
    "mix-blend-mode": (frozenset({"normal"}), RECOLOURS, "mixes its colours with those behind"),
    "background-blend-mode": (frozenset({"normal"}), RECOLOURS, "mixes its background's colours"),
    "background-clip": (frozenset({"border-box", "padding-box", "content-box"}), RECOLOURS, "paints letters as holes"),
    "text-fill-color": (frozenset({"currentcolor"}), RECOLOURS, "gives letters another colour than `color`"),
    "transform": (_NO, ALTERS, "turns, mirrors, shrinks or moves it"),
    "rotate": (_NO, ALTERS, "turns it"),
    "scale": (_NO, SHRINKS, "mirrors or shrinks it"),
    "translate": (_NO, HIDES, "moves it"),
    "perspective": (_NO, ALTERS, "distorts it"),
    "backface-visibility": (frozenset({"visible"}), HIDES, "hides it when it is turned"),
    "offset": (_NO, HIDES, "moves it along a path"),
    "offset-path": (_NO, HIDES, "moves it along a path"),
    "shape-outside": (_NO, ALTERS, "squeezes lines around a shape"),
    "text-transform": (_NO | {"full-size-kana"}, ALTERS, "changes its letters"),
    "font-variant-caps": (frozenset({"normal"}), ALTERS, "shows small letters as capitals"),
    "font-variant-position": (frozenset({"normal"}), SHRINKS, "shows letters as small raised or lowered ones"),
    "font-variant-alternates": (frozenset({"normal"}), ALTERS, "changes the form of letters"),
    "text-combine-upright": (_NO, SHRINKS, "squeezes letters together"),
    "text-orientation": (frozenset({"mixed"}), ALTERS, "turns its letters"),
    "writing-mode": (frozenset({"horizontal-tb", "lr-tb", "lr"}), ALTERS, "sets its lines upright"),
    "unicode-bidi": (frozenset({"normal", "embed", "isolate", "plaintext"}), ALTERS, "reverses its letters"),
    "string-set": (_NO, ALTERS, "copies its words elsewhere"),
    "speak": (frozenset({"auto", "normal", "always"}), HIDES, "silences it for those who listen"),
    "voice-volume": (frozenset({"medium", "loud", "x-loud"}), HIDES, "silences it for those who listen"),
    "position-try": (_NO, HIDES, "moves it"),
    "position-area": (_NO, HIDES, "moves it"),
    "white-space-treatment": (frozenset({"preserve"}), ALTERS, "drops its spaces"),
}
"""Properties of which only these keywords are allowed on the block."""


_EDGES = ("top", "right", "bottom", "left", "block", "inline", "block-start", "block-end", "inline-start", "inline-end")
_PADDINGS = ("padding", *(f"padding-{edge}" for edge in _EDGES))
_BORDERS = ("border", "border-width", *(f"border-{edge}{part}" for edge in _EDGES for part in ("", "-width")))

PREDICATES: Mapping[str, Judge] = {
    "display": boxes.display,
    "opacity": boxes.opacity,
    "zoom": boxes.zoom,
    "position": boxes.position,
    "float": boxes.floating,
    **dict.fromkeys(("top", "right", "bottom", "left"), boxes.offset),
    "z-index": boxes.z_index,
    "letter-spacing": letters.letter_spacing,
    "word-spacing": letters.word_spacing,
    "text-indent": letters.text_indent,
    "white-space": letters.white_space,
    "text-wrap": letters.white_space,
    "text-wrap-mode": letters.white_space,
    **{f"margin-{side}": partial(boxes.margin, side=side) for side in ("top", "right", "bottom", "left")},
    **dict.fromkeys(("height", "max-height", "block-size", "max-block-size"), boxes.height),
    **dict.fromkeys(("width", "max-width", "inline-size", "max-inline-size"), boxes.width),
    **dict.fromkeys(("min-width", "min-inline-size"), boxes.min_width),
    **dict.fromkeys(("columns", "column-count", "column-width"), boxes.columns),
    **dict.fromkeys(
        ("grid-template", "grid-template-rows", "grid-template-columns", "grid-auto-rows", "grid-auto-columns", "grid"),
        boxes.tracks,
    ),
    **dict.fromkeys(("grid-area", "grid-row", "grid-row-start", "grid-row-end"), boxes.grid_area),
    **dict.fromkeys(_PADDINGS, boxes.padding),
    **dict.fromkeys(_BORDERS, boxes.border),
    "font-size": letters.size,
    "line-height": letters.line_height,
    "text-decoration": letters.decoration,
    "text-decoration-line": letters.decoration,
    "text-decoration-thickness": letters.thickness,
    "column-rule-width": letters.thickness,
    "text-underline-offset": letters.underline_offset,
    "font-feature-settings": letters.features,
    "font-variation-settings": letters.variations,
    "font-variant": letters.variant,
    "font-variant-numeric": letters.variant,
    "font-stretch": letters.stretch,
    "font-width": letters.stretch,
    "font-size-adjust": letters.size_adjust,
    "text-size-adjust": letters.size_adjust,
    "font-family": letters.family,
    "font": letters.font,
    "text-stroke": letters.stroke,
    "text-stroke-width": letters.stroke,
    "stroke-width": letters.stroke,
    "text-shadow": letters.shadow_of_text,
    "box-shadow": boxes.shadow_of_box,
    "outline": boxes.outline,
    "outline-width": boxes.outline,
    "outline-offset": boxes.outline_offset,
    "vertical-align": boxes.vertical_align,
    "contain": boxes.contain,
    "direction": letters.direction,
    "quotes": letters.brings_words,
    "list-style": letters.brings_words,
    "list-style-type": letters.brings_words,
    "hyphenate-character": letters.brings_words,
    "text-emphasis": letters.brings_words,
    "content": letters.content,
    "color": letters.transparent_ink,
    "background-color": letters.known_color,
    "background-image": boxes.known_background,
    "bookmark-label": letters.brings_words,
    "background": boxes.clipped_background,
}
"""Properties that can do harm, and the function that tells whether a value does."""


_ENDS = ("", "-start", "-end")

MEASURED = frozenset({"text-stroke-color", "stroke", "stroke-color", "fill", "overflow"})


MEASURED_TOO = frozenset(
    {"overflow-x", "overflow-y", "overflow-block", "overflow-inline", "all", "inset", "margin"}
    | {f"{kind}-{axis}{end}" for kind in ("inset", "margin") for axis in ("block", "inline") for end in _ENDS}
)
"""Judged on the page as a whole, where other declarations count too."""


@lru_cache(maxsize=1_000)
def unprefixed(name: str) -> str:
    """A property's name without its maker's prefix, which does the same."""
    for prefix in PREFIXES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def known(name: str) -> bool:
    """Whether any table judges this property."""
    return name in HARMLESS or name in ONLY or name in PREDICATES or name in MEASURED or name in MEASURED_TOO


def judge(name: str, value: list[Token], subject: Subject) -> Verdict | None:
    """What a property with this value does to whom it reaches; None when it does no harm."""
    if name in ONLY:
        allowed, code, does = ONLY[name]
        named = {token.lower_value for token in value if token.type == "ident"}
        plain = all(token.type == "ident" for token in value)
        return None if plain and named <= allowed | WIDE else Verdict(code, does)
    if name in PREDICATES and value:
        return PREDICATES[name](value, subject)
    return None
