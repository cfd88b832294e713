"""The characters of a Word paragraph, each with what a source can say of it: emphasis, a link, a claim, an object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publish.wordfile import WP, Element, R, is_on, local, q, value, word_name

OBJECT = "\ufffc"
"""Stands for what is no character: the mark of a note, a picture."""

_TEXT = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011"}
_THROUGH = ("smartTag", "customXml", "ins", "moveTo", "dir", "bdo", "sdtContent")
_LIFTED = {"superscript": "sup", "subscript": "sub"}
_CODE = ("code text", "source text", "verbatim char", "html code", "code char", "teletype")
_OWN = ("hyperlink", "term", "claim", "citation", "quotation", "internet link", "default paragraph font", *_CODE)
_OF_NOTES = ("footnote reference", "footnote characters", "footnote anchor", "footnote symbol")
_NAMED_LOOKS = {"emphasis": "em", "strong": "strong", "strong emphasis": "strong", "intense emphasis": "em"}
_FANCY = ("strike", "dstrike", "caps", "smallCaps", "highlight", "emboss", "imprint", "outline", "shadow")
_ANCHORS = ("blk_", "meta_", "safety_", "ttl_", "trm_", "url_")
_MOST_OPEN = 200
_NOTEREF = re.compile(r"\s*NOTEREF\s+\"?mark_(\d+)\"?", re.IGNORECASE)
_HYPERLINK = re.compile(r"\s*HYPERLINK\s+(?:(\\l)\s+)?\"([^\"]*)\"", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Char:
    """One character. `looks` are of strong, em, sup, sub, code; `link` is an address or `#bookmark`.

    `object` names what OBJECT stands for: `note:3` (the id of a footnote), `mark:2` (a further mark of note 2),
    `picture:name`. `claim`: it carries the look of a claim.
    """

    text: str
    looks: frozenset[str] = frozenset()
    link: str = ""
    claim: bool = False
    object: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: its name, its words, and the part that holds it."""

    name: str
    words: str
    part: str


@dataclass(slots=True)
class Styles:
    """Names of styles by id, in lower case, and the looks of those for runs."""

    names: dict[str, str] = field(default_factory=dict)
    looks: dict[str, frozenset[str]] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)

    def ancestry(self, style: str) -> Iterator[Element]:
        """A style and those that it is based on, each once."""
        seen: set[str] = set()
        while style in self.elements and style not in seen:
            seen.add(style)
            yield self.elements[style]
            style = value(self.elements[style].find(q("basedOn")))


def read_styles(root: Element | None) -> Styles:
    """The styles of a file."""
    styles = Styles()
    for each in root.iter(q("style")) if root is not None else ():
        key = value(each, "styleId")
        styles.elements[key] = each
        styles.names[key] = value(each.find(q("name")), default=key).lower().strip()
    for key, element in styles.elements.items():
        if value(element, "type") == "character":
            styles.looks[key] = _style_looks(styles, key)
    return styles


def _style_looks(styles: Styles, key: str) -> frozenset[str]:
    name = styles.names[key]
    if name in _CODE:
        return frozenset({"code"})
    if name in _NAMED_LOOKS:
        return frozenset({_NAMED_LOOKS[name]})
    if name in _OWN or name in _OF_NOTES:
        return frozenset()
    found: set[str] = set()
    for element in styles.ancestry(key):
        properties = element.find(q("rPr"))
        if properties is not None:
            found |= _direct(properties)[0]
    return frozenset(found)


def _direct(properties: Element) -> tuple[set[str], set[str]]:
    """The looks that run properties switch on, and those that they switch off."""
    on, off = set[str](), set[str]()
    for name, look in (("b", "strong"), ("i", "em")):
        found = properties.find(q(name))
        if found is not None:
            (on if is_on(found) else off).add(look)
    lifted = properties.find(q("vertAlign"))
    if lifted is not None:
        if value(lifted) in _LIFTED:
            on.add(_LIFTED[value(lifted)])
        off |= {"sup", "sub"} - on
    return on, off


@dataclass(slots=True)
class Reader:
    """A way through the runs of one paragraph after the other; fields may reach over several."""

    styles: Styles
    targets: Mapping[str, str]
    note: bool = False
    fancy: list[tuple[str, str]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    chars: list[Char] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    covered: dict[str, int] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    fields: list[list[str]] = field(default_factory=list)
    images: Mapping[str, str] = field(default_factory=dict)

    def paragraph(self, element: Element) -> None:
        """Read one paragraph; `chars`, `pictures`, `covered` and `started` are then its own."""
        self.chars, self.pictures, self.started = [], [], []
        self.covered = dict.fromkeys(self.open.values(), 0)
        self._inside(element, "")

    def _inside(self, parent: Element, link: str) -> None:
        for child in parent:
            name = word_name(child)
            if name == "r":
                self._run(child, link)
            elif name == "hyperlink":
                self._inside(child, self._target(child))
            elif name == "fldSimple":
                self._simple_field(child, link)
            elif name == "bookmarkStart":
                self._opened(child)
            elif name == "bookmarkEnd":
                self.open.pop(value(child, "id"), None)
            elif name == "sdt":
                content = child.find(q("sdtContent"))
                if content is not None:
                    self._inside(content, link)
            elif name in _THROUGH:
                self._inside(child, link)
            elif name == "AlternateContent":
                self._alternate(child, link)
            elif name in ("oMath", "oMathPara"):
                self.odd.append("a formula")

    def _opened(self, element: Element) -> None:
        self.begin(element)
        name = value(element, "name")
        if name in self.open.values():
            self.covered.setdefault(name, 0)
            self.started.append(name)

    def begin(self, element: Element) -> None:
        """A bookmark of the copy's own begins; others, and more than a copy can have open, are passed over."""
        name = value(element, "name")
        if name.startswith(_ANCHORS) and len(self.open) < _MOST_OPEN:
            self.open[value(element, "id")] = name

    def _target(self, element: Element) -> str:
        anchor = value(element, "anchor")
        return f"#{anchor}" if anchor else self.targets.get(element.get(f"{{{R}}}id", ""), "")

    def _simple_field(self, element: Element, link: str) -> None:
        code = value(element, "instr")
        found = _NOTEREF.match(code)
        if found:
            self._add(Char(OBJECT, object=f"mark:{found[1]}"))
        else:
            self._inside(element, self._field_link(code) or link)

    def _field_link(self, code: str) -> str:
        found = _HYPERLINK.match(code)
        return (f"#{found[2]}" if found[1] else found[2]) if found else ""

    def _alternate(self, element: Element, link: str) -> None:
        """Markup for several generations of programs: the first that has content, once."""
        for choice in element:
            if local(choice) in ("Choice", "Fallback") and len(choice):
                for child in choice:
                    if word_name(child) == "r":
                        self._run(child, link)
                    else:
                        self._piece(child, frozenset(), link, False, "")
                return

    def _run(self, run: Element, link: str) -> None:
        properties = run.find(q("rPr"))
        style = value(properties.find(q("rStyle")) if properties is not None else None)
        name = self.styles.names.get(style, style.lower())
        looks = set(self.styles.looks.get(style, frozenset()))
        if properties is not None:
            on, off = _direct(properties)
            looks = (looks | on) - (off - on)
            if any(is_on(properties.find(q(each))) for each in ("vanish", "webHidden", "specVanish")):
                self.odd.append("hidden text")
                return
            self._note_fancy(run, properties, bool(link))
        if self.note and name in _OF_NOTES:
            return
        skip = False
        for child in run:
            if word_name(child) == "footnoteReference":
                self._add(Char(OBJECT, object=f"note:{value(child, 'id')}"))
                skip = is_on(child) and value(child, "customMarkFollows") not in ("", "0", "false", "off")
            elif not (skip and word_name(child) == "t"):
                self._piece(child, frozenset(looks), link, name == "claim", name)

    def _note_fancy(self, run: Element, properties: Element, linked: bool) -> None:
        words = "".join(each.text or "" for each in run.iter(q("t")))
        if not words.strip():
            return
        for name in _FANCY:
            found = properties.find(q(name))
            if found is not None and is_on(found):
                self.fancy.append((name, words))
        under = properties.find(q("u"))
        if under is not None and value(under, default="single") not in ("none", "0") and not linked:
            self.fancy.append(("u", words))

    def _piece(self, child: Element, looks: frozenset[str], link: str, claim: bool, style: str) -> None:
        name = word_name(child)
        if name == "fldChar":
            self._field(value(child, "fldCharType"))
        elif name == "instrText":
            if self.fields:
                self.fields[-1][0] += child.text or ""
        elif self._in_code():
            return
        elif name in ("drawing", "pict", "object"):
            self._picture(child)
        elif name == "AlternateContent":
            self._alternate(child, link)
        elif name == "endnoteReference":
            self.odd.append("an endnote")
        elif name == "sym":
            self.odd.append(f"a symbol of the font {value(child, 'font')}")
        else:
            shown = _shown(child, name)
            target = next((each[1] for each in reversed(self.fields) if each[1]), "") or link
            if target.startswith("note "):
                return
            if not target and style == "hyperlink" and self.chars and ":" in self.chars[-1].link:
                target = self.chars[-1].link  # LibreOffice leaves what is typed at a link's end outside of it
            for char in shown:
                self._add(Char(char, looks, target, claim))

    def _field(self, kind: str) -> None:
        """A complex field: its code is dropped, its result is kept. Each entry is [code, link, stage]."""
        if kind == "begin":
            self.fields.append(["", "", "code"])
        elif kind == "separate" and self.fields:
            self.fields[-1][2] = "result"
            found = _NOTEREF.match(self.fields[-1][0])
            if found:
                self.fields[-1][1] = f"note {found[1]}"
                self._add(Char(OBJECT, object=f"mark:{found[1]}"))
            else:
                self.fields[-1][1] = self._field_link(self.fields[-1][0])
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _in_code(self) -> bool:
        return any(each[2] == "code" for each in self.fields)

    def _picture(self, element: Element) -> None:
        if element.find(f".//{q('txbxContent')}") is not None:
            self.odd.append("a text box")
            return
        about = next(element.iter(f"{{{WP}}}docPr"), None)
        name, words = (about.get("name", ""), about.get("descr", "")) if about is not None else ("", "")
        relation = next((each.get(f"{{{R}}}embed", "") for each in element.iter() if local(each) == "blip"), "")
        self.pictures.append(Picture(name, words, self.images.get(relation, "")))
        self._add(Char(OBJECT, object=f"picture:{name}"))

    def _add(self, char: Char) -> None:
        self.chars.append(char)
        for name in self.open.values():
            self.covered[name] = self.covered.get(name, 0) + 1


def _shown(child: Element, name: str) -> str:
    if name == "t":
        return child.text or ""
    if name == "br":
        return "\n" if value(child, "type", "textWrapping") == "textWrapping" else ""
    return _TEXT.get(name, "")
