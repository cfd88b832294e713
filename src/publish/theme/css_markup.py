"""The lint of the filled template: what its elements and attributes do to the safety block, and what runs or loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from publish.diagnostics import Finding, Place
from publish.theme.css_scene import RIGHT_TO_LEFT
from publish.theme.css_urls import strange
from publish.theme.markup import EPUB, XHTML

_AROUND = frozenset("html body main div section article header footer span table tbody tr td".split())
_INSIDE = frozenset(
    "section div header p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd strong em b i a span sup sub abbr br wbr code cite dfn "
    "time kbd samp var q table thead tbody tfoot tr th td caption colgroup col blockquote pre hr small bdi figure img "
    "figcaption".split()
)
_HIDDEN_TYPES = frozenset("footnote footnotes endnote rearnote rearnotes note sidebar annotation pagefooter".split())
_HIDDEN_ROLES = frozenset("presentation none doc-footnote doc-endnote doc-tip img".split())
_DRAWN = frozenset(
    "color bgcolor background text face size width height align valign nowrap popover inert slot".split()
)
_ACTIVE = frozenset(
    "script iframe frame frameset object embed applet portal form input button select textarea option datalist "
    "audio video canvas dialog template noscript noembed noframes marquee blink fencedframe "
    "foreignobject animate animatemotion animatetransform set".split()
)
_LOADING = ("src", "href", "data", "poster", "action", "formaction", "srcset", "background", "cite", "longdesc", "ping")
_LINKS = frozenset({"a", "area"})


def lint_markup(root: etree._Element, place: Place) -> Iterator[Finding]:
    """What is wrong with the markup of a filled template or of an EPUB's document, as theme.* findings.

    The safety block must stand in plain sight: no element and no attribute around or inside it may hide, shrink,
    strike or silence it. Nowhere may anything run, or load what is not in the theme.
    """
    blocks = [each for each in root.iter(etree.Element) if each.get("id") == "safety" and _name(each) != "a"]
    for block in blocks:
        for element in (block, *block.iterancestors()):
            yield from _around(element, element is block, place)
            if element.get("dir", "auto").lower() not in ("auto", _direction(root)):
                yield _hides(element, place, "stands in text whose direction is turned round")
        for element in block.iterdescendants(etree.Element):
            yield from _inside(element, root, place)
    for element in root.iter(etree.Element):
        yield from _anywhere(element, place)


def _direction(root: etree._Element) -> str:
    """The direction of the document's language, whatever its attributes say."""
    language = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").split("-")[0].lower()
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()


def _at(element: etree._Element, place: Place) -> Place:
    """Only the line of a finished file is the line a person can go to; a filled template's is not its source's."""
    line = element.sourceline
    return Place(place.file, line) if place.line is None and isinstance(line, int) else place


def _hides(element: etree._Element, place: Place, why: str) -> Finding:
    return Finding(
        "theme.hides-safety",
        f"the safety block {why}",
        _at(element, place),
        "place the block directly in <body>, <main>, <div> or <section>, plainly shown",
    )


def _attributes(element: etree._Element) -> dict[str, str]:
    return {etree.QName(str(key)).localname.lower(): str(value) for key, value in element.attrib.items()}


def _around(element: etree._Element, is_block: bool, place: Place) -> Iterator[Finding]:
    name, said = _name(element), _attributes(element)
    foreign = etree.QName(element).namespace not in (XHTML, None)
    if name not in _AROUND or foreign or (is_block and name not in ("section", "div")):
        yield _hides(element, place, f"stands in <{name}>, which clients hide, collapse, strike or skip")
    if set(said.get("type", "").lower().split()) & _HIDDEN_TYPES and f"{{{EPUB}}}type" in element.attrib:
        yield _hides(element, place, f"stands in something of the kind “{said['type']}”, which readers hide")
    if said.get("role", "").lower() in _HIDDEN_ROLES:
        yield _hides(element, place, f"has or stands in the role “{said['role']}”, which takes its meaning away")
    yield from _hiding_attributes(element, said, place)


def _hiding_attributes(element: etree._Element, said: dict[str, str], place: Place) -> Iterator[Finding]:
    if "hidden" in said or said.get("aria-hidden", "false").lower() not in ("false", ""):
        yield _hides(element, place, "is hidden by an attribute (hidden, aria-hidden)")
    for attribute in sorted(set(said) & _DRAWN):
        if not (_name(element) in ("img", "col", "td", "th") and attribute in ("width", "height")):
            yield _hides(element, place, f"is under the attribute `{attribute}`, which hides or changes it")


def _inside(element: etree._Element, root: etree._Element, place: Place) -> Iterator[Finding]:
    name, said = _name(element), _attributes(element)
    if name not in _INSIDE or etree.QName(element).namespace not in (XHTML, None):
        yield _hides(element, place, f"holds <{name}>, which clients hide, collapse, strike or skip")
    yield from _hiding_attributes(element, said, place)
    if said.get("role", "").lower() in _HIDDEN_ROLES and name != "img":
        yield _hides(element, place, f"holds the role “{said['role']}”, which takes meaning away")
    if said.get("dir", "auto").lower() not in ("auto", "ltr", _direction(root)):
        yield _hides(element, place, "holds text whose direction is turned round")
    named = {"aria-label", "aria-labelledby", "aria-description", "aria-roledescription"} & set(said)
    if named and name not in ("a", "section") and said.get("role") != "doc-pagebreak":
        yield _hides(element, place, f"holds `{min(named)}`, by which those who listen hear other words")


def _anywhere(element: etree._Element, place: Place) -> Iterator[Finding]:
    name, said = _name(element), _attributes(element)
    running = [key for key in said if re.match(r"on[a-z]+$", key)]
    refreshing = name == "meta" and said.get("http-equiv", "").lower() not in ("", "content-type", "default-style")
    if name in _ACTIVE or running or refreshing:
        what = f"<{name}>" if name in _ACTIVE or refreshing else f"the attribute `{running[0]}`"
        yield Finding(
            "theme.active-content",
            f"the document holds {what}; a leaflet runs nothing and asks for nothing",
            _at(element, place),
            "take it out",
        )
    misplaced = name == "style" and (not _is_html(element) or _parent(element) != "head")
    if misplaced or (name == "link" and not _is_html(element)):
        yield Finding(
            "theme.hidden-style",
            f"the document holds <{name}> outside its head or in another namespace, where its rules escape the proof",
            _at(element, place),
            "write the rules into the theme's style sheet",
        )
    if name == "base":
        yield _outside(element, place, "<base> gives every address another meaning")
    for attribute in _LOADING:
        address = said.get(attribute, "")
        if name in _LINKS and attribute in ("href", "cite"):
            if re.match(r"(?i)\s*(javascript|vbscript|data|file):", address):
                yield _outside(element, place, f"the link “{address[:60]}” runs a program or opens a local file")
        elif address and attribute != "cite" and not address.startswith("#"):
            why = next((found for part in _each(attribute, address) if (found := strange(part))), "")
            if why and not (name == "link" and said.get("rel", "").lower() in ("license", "author")):
                yield _outside(element, place, f"the address “{address[:60]}” {why}")


def _is_html(element: etree._Element) -> bool:
    return etree.QName(element).namespace in (XHTML, None)


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else _name(parent)


def _each(attribute: str, address: str) -> list[str]:
    return [part.split()[0] for part in address.split(",") if part.split()] if attribute == "srcset" else [address]


def _outside(element: etree._Element, place: Place, what: str) -> Finding:
    return Finding("theme.outside-address", what, _at(element, place), "use files of the theme, by a relative path")
