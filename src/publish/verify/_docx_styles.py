"""Effective properties: document defaults, table, paragraph and character styles, then what stands on the text itself.

ECMA-376 Part 1, 17.7.2. On/off properties of several styles would cancel each other out in Word and not in every other
client; here they hold when any style sets them, which is the careful reading for a proof.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from publish.wordfile import A, Element, WordFile, is_on, local, number, q, value

Properties = dict[str, Element]
"""Property elements by local name; those of other namespaces keep their whole tag."""

_MERGED = ("rFonts", "spacing", "ind", "lang", "pBdr")
_DEEPEST_CHAIN = 20
_TOGGLES = frozenset(
    "b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint vanish webHidden specVanish rtl cs "
    "snapToGrid noProof oMath".split()
)
_THEMED = (("ascii", "asciiTheme"), ("hAnsi", "hAnsiTheme"), ("cs", "cstheme"), ("eastAsia", "eastAsiaTheme"))
_DEFAULT_MAPPING = {
    "bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2", "background1": "light1", "text1": "dark1",
    "background2": "light2", "text2": "dark2",
}  # fmt: skip
_SCHEME = {
    "dark1": "dk1", "light1": "lt1", "dark2": "dk2", "light2": "lt2", "hyperlink": "hlink",
    "followedHyperlink": "folHlink",
}  # fmt: skip


@dataclass(slots=True)
class Styles:
    """The styles of a file, and its theme's colours and fonts."""

    by_id: Mapping[str, Element]
    default_run: Properties
    default_paragraph: Properties
    defaults: Mapping[str, str]
    colors: Mapping[str, str]
    fonts: Mapping[str, str]
    _flat: dict[tuple[str, str], Properties] = field(default_factory=dict)
    _runs: dict[tuple[str, bytes], Properties] = field(default_factory=dict)
    _paragraphs: dict[tuple[str, bytes, int], tuple[Properties, Properties]] = field(default_factory=dict)
    in_tables: dict[tuple[str, str, bytes], tuple[Properties, ...]] = field(default_factory=dict)
    """What runs within tables show as, by the paragraph's style, the table's, and what is said of the run itself."""
    judged: dict[tuple[object, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """The faults of runs, paragraphs and tables that are set alike, by how they are set.

    They may be known by their `id`: what `run` and `paragraph` gave, and `in_tables` holds, lives as long as this does.
    """

    def flat(self, style: str, kind: str) -> Properties:
        """All properties of a style and those it is based on; `kind` is `rPr` or `pPr`."""
        key = style, kind
        if key not in self._flat:
            merged: Properties = {}
            for element in reversed(list(self._chain(style))):
                merged = merge(merged, properties(element.find(q(kind))))
            self._flat[key] = merged
        return self._flat[key]

    def _chain(self, style: str) -> Iterator[Element]:
        for _ in range(_DEEPEST_CHAIN):
            element = self.by_id.get(style)
            if element is None:
                return
            yield element
            style = value(element.find(q("basedOn")))

    def whole(self, table_style: str) -> Iterator[Element]:
        """A table style and those it is based on."""
        yield from self._chain(table_style)

    def conditions(self, table_style: str) -> Iterator[Element]:
        """The conditional formats of a table style, such as that of the first row."""
        for element in self._chain(table_style):
            yield from element.findall(q("tblStylePr"))

    def run(self, paragraph_style: str, direct: Element | None, beneath: Properties) -> Properties:
        """The effective properties of a run. `beneath` is what its table's style says. They are never changed."""
        if beneath:
            return self._run(paragraph_style, direct, beneath)
        key = paragraph_style, said(direct)
        if key not in self._runs:
            self._runs[key] = self._run(paragraph_style, direct, beneath)
        return self._runs[key]

    def _run(self, paragraph_style: str, direct: Element | None, beneath: Properties) -> Properties:
        own = properties(direct)
        character = value(own.get("rStyle")) or self.defaults.get("character", "")
        paragraph = self.flat(paragraph_style, "rPr")
        styled = self.flat(character, "rPr")
        layers = (self.default_run, beneath, paragraph, styled)
        merged = merge(merge(merge(merge(self.default_run, beneath), paragraph), styled), own)
        for name in _TOGGLES & {name for layer in layers for name in layer}:
            if name not in own:
                on = next((layer[name] for layer in layers if is_on(layer.get(name))), None)
                if on is not None:
                    merged[name] = on
        return merged

    def paragraph(self, style: str, direct: Element | None, numbered: Properties) -> Properties:
        """The effective properties of a paragraph; numbering's indents lie between style and direct ones.

        Paragraphs that are set alike share theirs; they are never changed.
        """
        key = style, said(direct), id(numbered) if numbered else 0
        if key not in self._paragraphs:
            styled = merge(self.default_paragraph, self.flat(style, "pPr"))
            self._paragraphs[key] = merge(merge(styled, numbered), properties(direct)), numbered
        return self._paragraphs[key][0]

    def color(self, element: Element | None, plain: str = "val", theme: str = "themeColor") -> tuple[str, ...]:
        """The colours that a property may show as: by theme and by plain value, for clients differ. #-less hex."""
        found = []
        slot = value(element, theme)
        if slot and slot != "none":
            slot = self.colors.get(slot, "")
            if slot:
                found.append(_toned(slot, element, theme))
        given = value(element, plain)
        if len(given) == 6:
            found.append(given.upper())
        return tuple(dict.fromkeys(found))

    def families(self, run: Properties) -> tuple[str, ...]:
        """The font families of a run for Latin text: a theme font takes precedence over a name beside it.

        The hint `eastAsia` gives some Latin letters and signs to the East Asian font (17.3.2.26).
        """
        fonts = run.get("rFonts")
        found = []
        for plain, themed in (("ascii", "asciiTheme"), ("hAnsi", "hAnsiTheme")):
            slot = value(fonts, themed)
            name = self.fonts.get(slot[:5], "") if slot else value(fonts, plain)
            found.append(name or "Times New Roman")
        if value(fonts, "hint") == "eastAsia" and value(fonts, "eastAsia"):
            found.append(value(fonts, "eastAsia"))
        return tuple(dict.fromkeys(found))


def read_styles(word: WordFile) -> Styles:
    """The styles of a file; one without styles has none."""
    root = word.related_tree("styles")
    theme = word.related_tree("theme")
    settings = word.related_tree("settings")
    found = root.findall(q("style")) if root is not None else []
    defaults = {value(style, "type"): value(style, "styleId") for style in found if is_default(style)}
    base = root.find(q("docDefaults")) if root is not None else None
    run = base.find(f"{q('rPrDefault')}/{q('rPr')}") if base is not None else None
    paragraph = base.find(f"{q('pPrDefault')}/{q('pPr')}") if base is not None else None
    return Styles(
        by_id={value(style, "styleId"): style for style in found},
        default_run=properties(run),
        default_paragraph=properties(paragraph),
        defaults=defaults,
        colors=_colors(theme, settings.find(q("clrSchemeMapping")) if settings is not None else None),
        fonts=_fonts(theme),
    )


def is_default(style: Element) -> bool:
    """Whether a style is its type's default."""
    return value(style, "default").lower() in ("1", "true", "on")


def properties(element: Element | None) -> Properties:
    """The children of an `rPr` or `pPr` by name."""
    if element is None:
        return {}
    return {name: child for child in element if (name := _named(child.tag))}


@lru_cache(maxsize=1024)
def _named(tag: object) -> str:
    """What a property is called by; a comment is none."""
    if not isinstance(tag, str):
        return ""
    name = tag.rpartition("}")[2]
    return name if tag == q(name) else tag


def said(element: Element | None) -> bytes:
    """An element as it is written: two that say the same are the same properties."""
    return b"" if element is None else etree.tostring(element, with_tail=False)


def merge(below: Properties, above: Properties) -> Properties:
    """Properties over others. Some are merged attribute by attribute (17.3.1.12, 17.3.1.33, 17.3.2.26)."""
    merged = below | above
    for name in _MERGED:
        if name in below and name in above and name != "pBdr":
            both = copy.copy(below[name])
            both.attrib.update(above[name].attrib)
            if name == "rFonts":
                _drop_overruled(both, above[name])
            merged[name] = both
    return merged


def _drop_overruled(both: Element, above: Element) -> None:
    """A family named above beats a theme font from below."""
    for plain, themed in (
        ("ascii", "asciiTheme"),
        ("hAnsi", "hAnsiTheme"),
        ("cs", "cstheme"),
        ("eastAsia", "eastAsiaTheme"),
    ):
        if above.get(q(plain)) is not None and above.get(q(themed)) is None and both.get(q(themed)) is not None:
            del both.attrib[q(themed)]


def _colors(theme: Element | None, mapping: Element | None) -> dict[str, str]:
    """Every name by which a property may call a theme colour, and its #-less hex."""
    scheme: dict[str, str] = {}
    if theme is not None:
        for entry in theme.iterfind(f".//{{{A}}}clrScheme/*"):
            for hue in entry:
                scheme[local(entry)] = (hue.get("lastClr") or hue.get("val") or "000000").upper()
    named = dict(_DEFAULT_MAPPING)
    if mapping is not None:
        long = {"bg1": "background1", "t1": "text1", "bg2": "background2", "t2": "text2"}
        for key, target in mapping.attrib.items():
            short = str(key).rsplit("}", 1)[-1]
            named[short] = named[long.get(short, short)] = str(target)
    names = set(named) | set(scheme) | set(_SCHEME)
    resolved = {name: scheme.get(_SCHEME.get(named.get(name, name), named.get(name, name)), "") for name in names}
    return {name: rgb for name, rgb in resolved.items() if rgb}


def _fonts(theme: Element | None) -> dict[str, str]:
    """`major` and `minor` and their Latin family."""
    if theme is None:
        return {}
    found = {}
    for key in ("major", "minor"):
        latin = theme.find(f".//{{{A}}}{key}Font/{{{A}}}latin")
        if latin is not None:
            found[key] = latin.get("typeface", "")
    return found


def _toned(rgb: str, element: Element | None, theme: str) -> str:
    """A theme colour with its tint (towards white) and shade (towards black), 17.18.97."""
    prefix = "themeFill" if theme == "themeFill" else "theme"
    parts = [int(rgb[index : index + 2], 16) for index in (0, 2, 4)]
    tint, shade = value(element, f"{prefix}Tint"), value(element, f"{prefix}Shade")
    try:
        if shade:
            parts = [round(part * int(shade, 16) / 255) for part in parts]
        if tint:
            parts = [round(part * int(tint, 16) / 255 + 255 - int(tint, 16)) for part in parts]
    except ValueError:
        return rgb
    return "".join(f"{part:02X}" for part in parts)


def size_of(run: Properties) -> float:
    """The size of a run in pt; Word's own default is 10."""
    return number(run.get("sz"), default=20) / 2
