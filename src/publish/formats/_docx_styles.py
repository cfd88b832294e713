"""The theme's tokens on the template's styles: colours and fonts by theme slots, sizes and leading by style name."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

from docx.document import Document as Package
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from publish.formats._docx_xml import A, Element, parse, q, w
from publish.theme import Theme

_SLOTS = {
    "dk1": "ink",
    "lt1": "paper",
    "dk2": "muted",
    "lt2": "tint",
    "accent1": "brand",
    "accent2": "accent",
    "accent3": "rule",
    "accent4": "safety-paper",
    "accent5": "safety-ink",
    "accent6": "brand",
    "hlink": "brand",
    "folHlink": "brand",
}
"""Which colour token fills which slot of Word's colour scheme; designers see the slots as the theme's palette."""

_STAND_INS = {
    "muted": "ink",
    "tint": "paper",
    "accent": "brand",
    "rule": "brand",
    "safety-paper": "paper",
    "safety-ink": "ink",
}
_NAMED_SLOTS = {
    "text1": "dk1", "background1": "lt1", "text2": "dk2", "background2": "lt2", "dark1": "dk1", "light1": "lt1",
    "dark2": "dk2", "light2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
}  # fmt: skip

_SIZES = {
    "Normal": "body",
    "Title": "title",
    "Subtitle": "h3",
    "Heading1": "h1",
    "Heading2": "h2",
    "Heading3": "h3",
    "Caption": "small",
    "CalloutTitle": "h3",
    "StoryTitle": "h3",
    "SafetyLabel": "small",
    "SafetyTitle": "h2",
    "SafetyText": "safety",
    "Remarks": "small",
    "Header": "small",
    "Footer": "small",
    "FactName": "small",
    "Fact": "small",
    "FootnoteText": "small",
    "CommentText": "small",
    "Reference": "small",
}
"""Which size token which style takes. Styles that are not named inherit."""

_TIGHTER = {"Title": 1.1, "Heading1": 1.15, "Heading2": 1.2, "Heading3": 1.25, "SafetyTitle": 1.2}
"""Line heights of display sizes, as a factor of the size; running text takes the theme's leading."""


def apply_theme(package: Package, theme: Theme, language: str) -> None:
    """Gives the template the theme's colours, fonts, sizes and leading, and the document's language."""
    palette = {slot: _token(theme, token) for slot, token in _SLOTS.items()}
    _fill_scheme(package, theme, palette)
    styles = package.styles.element
    for root in (styles, package.part.numbering_part.element):
        _fill_colors(root, palette)
        _fill_fonts(root, theme)
    for style in styles.findall(q("style")):
        key = _SIZES.get(style.get(q("styleId"), ""))
        if key:
            _set_size(style, theme.sizes[key], _TIGHTER.get(style.get(q("styleId"), ""), theme.leading))
    defaults = styles.find(f"{q('docDefaults')}/{q('rPrDefault')}/{q('rPr')}")
    tongue = defaults.find(q("lang"))
    tongue.set(q("val"), language)
    tongue.set(q("eastAsia"), language)


def safety_ink(theme: Theme) -> str:
    """The colour of the safety block's text, #-less hex."""
    return _token(theme, "safety-ink")


def frame(styles: Mapping[str, Element], style: str) -> tuple[Element | None, Element | None]:
    """Copies of a style's own border and shading, for paragraphs of other styles in the same panel."""
    found = _first(styles, style, "pBdr"), _first(styles, style, "shd")
    border, shade = (copy.deepcopy(each) if each is not None else None for each in found)
    return border, shade


def own_indent(styles: Mapping[str, Element], style: str) -> tuple[int, int]:
    """A style's left and right indent in twips, its own or inherited."""
    indent = _first(styles, style, "ind")
    if indent is None:
        return 0, 0
    return int(indent.get(q("left"), "0")), int(indent.get(q("right"), "0"))


def _first(styles: Mapping[str, Element], style: str, name: str) -> Element | None:
    """A paragraph property of a style or of the nearest style it is based on."""
    current = styles.get(style)
    while current is not None:
        found = current.find(f"{q('pPr')}/{q(name)}")
        if found is not None:
            return found
        parent = current.find(q("basedOn"))
        current = styles.get(parent.get(q("val"), "")) if parent is not None else None
    return None


def by_id(package: Package) -> dict[str, Element]:
    """The template's styles by id."""
    return {style.get(q("styleId"), ""): style for style in package.styles.element.findall(q("style"))}


def _token(theme: Theme, name: str) -> str:
    while name not in theme.colors:
        name = _STAND_INS[name]
    return theme.colors[name].rgb.removeprefix("#").upper()


def _fill_scheme(package: Package, theme: Theme, palette: dict[str, str]) -> None:
    """The colour and font scheme of word/theme/theme1.xml, where Word takes them from."""
    part = package.part.part_related_by(RT.THEME)
    root = parse(part.blob)
    for slot, rgb in palette.items():
        element = root.find(f".//{{{A}}}clrScheme/{{{A}}}{slot}")
        if element is not None:
            element[:] = [etree.Element(f"{{{A}}}srgbClr", val=rgb)]
    for kind, role in (("majorFont", "heading"), ("minorFont", "text")):
        for latin in root.iterfind(f".//{{{A}}}{kind}/{{{A}}}latin"):
            latin.set("typeface", theme.families[role])
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _fill_colors(root: Element, palette: dict[str, str]) -> None:
    """The plain values beside theme colours, for clients that do not know colour schemes."""
    for element in root.iter():
        for named, plain in (("themeColor", "color" if element.tag != q("color") else "val"), ("themeFill", "fill")):
            slot = element.get(q(named)) if isinstance(element.tag, str) else None
            if slot is not None and (slot := _NAMED_SLOTS.get(slot, slot)) in palette:
                element.set(q(plain), palette[slot])


def _fill_fonts(root: Element, theme: Theme) -> None:
    """The plain family names beside theme fonts; East Asian and complex scripts take the same families."""
    for fonts in root.iter(q("rFonts")):
        for attribute, scheme in (("ascii", "asciiTheme"), ("hAnsi", "hAnsiTheme")):
            slot = fonts.get(q(scheme), "")
            if slot:
                family = theme.families["heading" if slot.startswith("major") else "text"]
                fonts.set(q(attribute), family)
                for other, other_scheme in (("eastAsia", "eastAsiaTheme"), ("cs", "cstheme")):
                    fonts.set(q(other), family)
                    fonts.attrib.pop(q(other_scheme), "")


def _set_size(style: Element, size: float, leading: float) -> None:
    """Size in pt (Word counts half points) and line height; a line may grow for what stands above it."""
    run = _ensured(style, "rPr", after=("pPr", "qFormat", "uiPriority", "next", "basedOn", "name"))
    for name in ("sz", "szCs"):
        for old in run.findall(q(name)):
            run.remove(old)
    following = [child for child in run if child.tag in {q(name) for name in ("highlight", "u", "vertAlign")}]
    at = run.index(following[0]) if following else len(run)
    run[at:at] = [w("sz", val=_half_points(size)), w("szCs", val=_half_points(size))]
    paragraph = _ensured(style, "pPr", after=("qFormat", "uiPriority", "next", "basedOn", "name"))
    spacing = paragraph.find(q("spacing"))
    if spacing is None:
        spacing = w("spacing")
        later = {q(name) for name in ("ind", "contextualSpacing", "jc", "outlineLvl")}
        following = [child for child in paragraph if child.tag in later]
        paragraph.insert(paragraph.index(following[0]) if following else len(paragraph), spacing)
    spacing.set(q("line"), str(round(size * leading * 20)))
    spacing.set(q("lineRule"), "atLeast")


def _half_points(size: float) -> int:
    return round(size * 2)


def _ensured(style: Element, name: str, after: tuple[str, ...]) -> Element:
    found = style.find(q(name))
    if found is not None:
        return found
    made = w(name)
    before: Iterator[Element] = (each for key in after if (each := style.find(q(key))) is not None)
    next(before).addnext(made)
    return made
