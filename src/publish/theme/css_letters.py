"""Judges of properties that set letters and lines: each tells whether a value does harm to the safety block.

All take the value without white space and with custom properties replaced, and give None when it does no harm.
"""

from __future__ import annotations

from publish.theme.css_values import MEDIUM, Paint, Token, color, length, number, split, strings, within, words
from publish.theme.css_verdict import (
    ALTERS,
    COVERS,
    HIDES,
    RECOLOURS,
    SHRINKS,
    WIDE,
    Subject,
    Verdict,
    functions,
    longest,
)

_INLINE_TAGS = frozenset(
    "a abbr b bdi bdo cite code dfn em i kbd mark q s samp small span strong sub sup u var".split()
)


def letter_spacing(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `letter-spacing`."""
    if words(value) & (WIDE | {"normal"}):
        return None
    found = length(value[0], subject.em, subject.em) if len(value) == 1 else None
    if found is None or not -0.0201 <= found / subject.em <= 0.1501:
        return Verdict(ALTERS, "pushes its letters together or apart (allowed: −0.02em to 0.15em)")
    return None


def word_spacing(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `word-spacing`."""
    if words(value) & (WIDE | {"normal"}):
        return None
    found = length(value[0], subject.em, subject.em / 4) if len(value) == 1 else None
    if found is None or not -0.1001 <= found / subject.em <= 0.6:
        return Verdict(ALTERS, "pushes its words together or apart (allowed: −0.1em to 0.6em)")
    return None


def text_indent(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `text-indent`."""
    first = [token for token in value if token.type != "ident"]
    if not first:
        return None
    found = length(first[0], subject.em, 300)
    hung = max((longest(subject, name) for name in ("padding-left", "margin-left", "padding", "margin")), default=0.0)
    hung = max(hung, longest(subject, "padding-inline-start"), longest(subject, "margin-inline-start"))
    if found is None or found > 100 or (found < -1 and -found > hung + 1):
        return Verdict(HIDES, "moves the first words off the page")
    return None


def white_space(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `white-space`."""
    stiff = words(value) & {"nowrap", "pre", "-webkit-nowrap", "preserve"} and "wrap" not in words(value)
    bad = stiff and not (subject.role == "inside" and subject.tags <= _INLINE_TAGS | {"pre"} and subject.tags)
    return Verdict(HIDES, "keeps its lines from breaking, so that they run off the page") if bad else None


def line_height(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `line-height`."""
    if words(value) or len(value) != 1 or (subject.tags and subject.tags <= {"sup", "sub"}):
        return None
    factor = number(value[0])
    measured = length(value[0], subject.em, subject.em)
    found = factor if factor is not None else (measured or 0) / subject.em
    if found < 1:
        return Verdict(COVERS, "sets its lines on top of one another")
    return Verdict(ALTERS, "tears its lines apart") if found > 4 else None


def size(value: list[Token], subject: Subject) -> Verdict | None:
    """Sizes are measured on the page as a whole; here only whether one can be told at all."""
    if len(value) == 1 and (value[0].type == "ident" or length(value[0], subject.em, subject.em) is not None):
        return None
    return Verdict(SHRINKS, "sets a size that cannot be computed; write it in em, rem, pt or %")


def decoration(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `text-decoration`."""
    if words(value) & {"line-through", "blink", "overline"}:
        return Verdict(ALTERS, "strikes it through")
    return thickness([token for token in value if token.type in ("dimension", "percentage", "function")], subject)


def thickness(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `text-decoration-thickness`."""
    for token in value:
        found = length(token, subject.em, subject.em)
        if (
            token.type != "ident"
            and color(token, False) is None
            and (found is None or found > 0.25 * _smallest(subject))
        ):
            return Verdict(COVERS, "draws a line so thick that it covers words")
    return None


def _smallest(subject: Subject) -> float:
    """The size (pt) of the letters that a line may run through: smaller ones may stand inside what is reached."""
    return min(subject.em, MEDIUM)


def underline_offset(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `text-underline-offset`."""
    found = length(value[0], subject.em, subject.em) if len(value) == 1 and value[0].type != "ident" else 0.0
    return Verdict(ALTERS, "strikes it through") if found is None or found < -0.1 * _smallest(subject) else None


_FEATURES = frozenset(
    "kern liga clig calt dlig lnum onum pnum tnum zero locl ccmp mark mkmk rlig init medi fina".split()
)


def features(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `font-feature-settings`."""
    strange = [tag for tag in strings(value) if tag not in _FEATURES]
    return Verdict(ALTERS, f"switches on the font's “{strange[0]}”, which changes letters") if strange else None


_VARIATIONS = {"wght": (300, 900), "wdth": (75, 150), "opsz": (5, 200), "slnt": (-15, 15), "ital": (0, 1)}


def variations(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `font-variation-settings`."""
    for part in split(value, ","):
        if len(part) != 2 or part[0].type != "string":
            continue
        low, high = _VARIATIONS.get(part[0].value, (1, 0))
        found = number(part[1])
        if found is None or not low <= found <= high:
            return Verdict(ALTERS, f"sets the font's axis “{part[0].value}” to where letters are hard to read")
    return None


def variant(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `font-variant`."""
    bad = words(value) & _BAD_VARIANTS
    return Verdict(ALTERS, f"changes its letters (“{min(bad)}”)") if bad or functions(value) else None


_BAD_VARIANTS = frozenset(
    "small-caps all-small-caps petite-caps all-petite-caps unicase titling-caps sub super ruby ordinal "
    "diagonal-fractions stacked-fractions historical-forms historical-ligatures".split()
)


def stretch(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `font-stretch`."""
    narrow = words(value) & {"ultra-condensed", "extra-condensed"}
    found = number(value[0]) if value and value[0].type == "percentage" else None
    return Verdict(SHRINKS, "makes its letters too narrow") if narrow or (found is not None and found < 0.7) else None


def size_adjust(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `font-size-adjust`."""
    if words(value) & (WIDE | {"none", "auto"}) and len(value) == 1:
        return None
    found = number(value[-1])
    least = 0.99 if value[-1].type == "percentage" else 0.42
    return Verdict(SHRINKS, "changes the size of its letters") if found is None or found < least else None


_SYMBOL_FONTS = ("wingdings", "webdings", "symbol", "dingbats", "barcode", "adobe blank", "blank", "redacted", "flow ")


def family(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `font-family`."""
    named = " ".join([*strings(value), *(token.value for token in value if token.type == "ident")]).lower()
    bad = next((name for name in _SYMBOL_FONTS if name in named), None)
    return Verdict(ALTERS, "sets it in a font that draws signs in place of letters") if bad else None


def font(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `font`."""
    if len(value) == 1 and words(value) and not words(value) & WIDE:
        return Verdict(SHRINKS, "takes a font and size from the reader's system")
    strange = functions(value) - _COMPUTED
    if strange:
        return Verdict(SHRINKS, f"sets a size that cannot be computed ({min(strange)}())")
    return variant(value, subject) or stretch(value, subject) or family(value, subject)


_COMPUTED = frozenset({"calc", "min", "max", "clamp", "abs", "-webkit-calc", "-moz-calc"})


def stroke(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `text-stroke`."""
    found = [length(token, subject.em) for token in value if token.type in ("dimension", "number", "function")]
    thick = any(each is not None and each > 0.3 for each in found) or words(value) & {"thin", "medium", "thick"}
    return Verdict(RECOLOURS, "draws outlines over its letters") if thick else None


def shadow_of_text(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `text-shadow`."""
    lengths = [
        length(token, subject.em)
        for token in value
        if token.type in ("dimension", "number", "function") and color(token, False) is None
    ]
    large = sum(1e9 if found is None else abs(found) for found in lengths) > 0.25 * subject.em + 0.01
    return Verdict(RECOLOURS, "draws shadows so large that words blur") if large else None


def direction(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `direction`."""
    own = "rtl" if subject.rtl else "ltr"
    return None if words(value) <= {own} | WIDE else Verdict(ALTERS, "turns its direction round")


def has_words(text: str) -> bool:
    """Whether a string that CSS brings in says something: letters or digits, or a sign that negates."""
    return any(character.isalnum() for character in text) or bool(set(text) & set("✗✘❌✖⊘⛔🚫×")) or len(text) > 4


def brings_words(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges values whose strings would add words."""
    said = next((text for text in strings(value) if has_words(text)), None)
    return Verdict(ALTERS, f"adds “{said[:30]}”, which is in no source") if said else None


_BRINGING = frozenset({"attr", "element", "string", "target-text", "target-counter", "leader", "content", "env"})


_PICTURES = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "paint"})


def content(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `content`."""
    if not subject.pseudo and not words(value) <= {"normal", "none"} | WIDE:
        return Verdict(HIDES, "replaces its words")
    found = brings_words(value, subject)
    if found is not None:
        return found
    brought = functions(value) & _BRINGING
    if brought:
        return Verdict(ALTERS, f"adds words by {min(brought)}()")
    picture = any(token.type == "url" for token in within(value)) or functions(value) & _PICTURES
    drawn = picture or any("gradient" in name for name in functions(value))
    if drawn and (subject.role != "around" or "position" in subject.beside):
        return Verdict(COVERS, "lays a picture among or over its words")
    return None


def transparent_ink(value: list[Token], subject: Subject) -> Verdict | None:
    """Judges `color`."""
    found = color(value[0], False) if len(value) == 1 else None
    if isinstance(found, Paint) and found.alpha < 0.5:
        return Verdict(RECOLOURS, "makes its letters see-through")
    return known_color(value, subject)


def known_color(value: list[Token], subject: Subject) -> Verdict | None:
    """Contrast is measured on the page as a whole; here only whether the colour can be told at all."""
    if len(value) != 1 or words(value) & WIDE or color(value[0], False) is not None:
        return None
    return Verdict(RECOLOURS, "has a colour that cannot be judged; write it as #rrggbb, rgb() or a token")
