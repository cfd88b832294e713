"""The runs of a Word file with tracked changes as HTML: ins, del, emphasis, links, pictures, and the marks of notes."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from publish.model import note_mark
from publish.wordfile import WP, A, Element, R, WordFile, q, value

_SAFE = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_TAGS = (("b", "strong"), ("i", "em"))
_LIFTED = {"superscript": "sup", "subscript": "sub"}


@dataclass(frozen=True, slots=True)
class Item:
    """A list item: its depth from 0, and the number that is shown before it."""

    ordered: bool
    depth: int
    number: int


@dataclass(slots=True)
class Story:
    """A part of the file while it is told. `notes` are those whose marks were met, as stories of their own; `level`
    is that of the last heading.
    """

    word: WordFile
    part: str
    root: Element | None = None
    notes: list[Story] = field(default_factory=list)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    level: int = 0

    def paragraphs(self) -> Iterator[tuple[Element, bool]]:
        """Every paragraph and table, and whether it stands in the control of the safety block."""
        root = self.root if self.root is not None else self.word.tree(self.part).find(q("body"))
        for element in root if root is not None else ():
            if element.tag in (q("p"), q("tbl")):
                yield element, False
            content = element.find(q("sdtContent")) if element.tag == q("sdt") else None
            yield from ((each, True) for each in (content if content is not None else ()))

    def item(self, paragraph: Element) -> Item | None:
        """What list item a paragraph opens, counted on; None when it opens none."""
        found = paragraph.find(f"{q('pPr')}/{q('numPr')}")
        if found is None:
            return None
        number, depth = value(found.find(q("numId"))), int(value(found.find(q("ilvl")), default="0"))
        ordered, start = self._kind(number)
        if not _gone(paragraph):
            self.counts[number, depth] = self.counts.get((number, depth), start - 1) + 1
        return Item(ordered, depth, self.counts.get((number, depth), start))

    def _kind(self, number: str) -> tuple[bool, int]:
        numbering = self.word.related_tree("numbering")
        for each in numbering.iter(q("num")) if numbering is not None else ():
            if value(each, "numId") == number and numbering is not None:
                begins = each.find(f"{q('lvlOverride')}/{q('startOverride')}")
                kind = value(each.find(q("abstractNumId")))
                ordered = any(
                    value(abstract, "abstractNumId") == kind
                    and value(abstract.find(f"{q('lvl')}/{q('numFmt')}")) == "decimal"
                    for abstract in numbering.iter(q("abstractNum"))
                )
                return ordered, int(value(begins, default="1"))
        return False, 1

    # --- marks of paragraphs and rows ---

    def mark(self, paragraph: Element) -> str:
        """Attributes of a paragraph that is new or gone, or whose style was another."""
        properties = paragraph.find(q("pPr"))
        mark = properties.find(q("rPr")) if properties is not None else None
        for name, kind in (("ins", "new"), ("del", "gone")):
            if mark is not None and mark.find(q(name)) is not None:
                return f' data-change="{kind}"'
        change = properties.find(q("pPrChange")) if properties is not None else None
        if change is None:
            return ""
        was = value(change.find(f"{q('pPr')}/{q('pStyle')}"))
        return f' data-change="restyled" title="{escape(_stamp(change))}: was set as {escape(was)}"'

    def row_mark(self, row: Element) -> str:
        """Attributes of a table row that is new or gone."""
        properties = row.find(q("trPr"))
        for name, kind in (("ins", "new"), ("del", "gone")):
            if properties is not None and properties.find(q(name)) is not None:
                return f' data-change="{kind}"'
        return ""

    # --- runs ---

    def words(self, paragraph: Element) -> str:
        """What a paragraph says, as HTML; nothing when it says nothing."""
        return "".join(self._inline(each) for each in paragraph)

    def _inline(self, element: Element) -> str:
        if element.tag == q("r"):
            return self._run(element)
        if element.tag in (q("ins"), q("del")):
            name = "ins" if element.tag == q("ins") else "del"
            inner = "".join(self._inline(each) for each in element)
            return f'<{name} title="{escape(_stamp(element))}">{inner}</{name}>' if inner else ""
        if element.tag == q("hyperlink"):
            inner = "".join(self._inline(each) for each in element)
            target = self._target(element)
            return f'<a href="{escape(target)}">{inner}</a>' if target and inner else inner
        if element.tag == q("bookmarkStart") and not value(element, "name").startswith("was_"):
            return f'<span id="{escape(value(element, "name"))}"></span>' if self._led_to(element) else ""
        return ""

    def _led_to(self, bookmark: Element) -> bool:
        names = {value(each, "anchor") for each in self.word.tree(self.part).iter(q("hyperlink"))}
        return value(bookmark, "name") in names

    def _target(self, hyperlink: Element) -> str:
        anchor, key = value(hyperlink, "anchor"), hyperlink.get(f"{{{R}}}id", "")
        if anchor:
            return "" if anchor.startswith("was_") else f"#{anchor}"
        target = next((each.target for each in self.word.relations(self.part) if each.id == key), "")
        return target if _SAFE.match(target) else ""

    def _run(self, run: Element) -> str:
        said = "".join(self._piece(each) for each in run)
        look = run.find(q("rPr"))
        if not said or look is None:
            return said
        for name, tag in _TAGS:
            if look.find(q(name)) is not None:
                said = f"<{tag}>{said}</{tag}>"
        lifted = _LIFTED.get(value(look.find(q("vertAlign"))))
        style = value(look.find(q("rStyle")))
        if lifted or style in ("Citation", "FootnoteReference"):
            said = f"<{lifted or 'sup'}>{said}</{lifted or 'sup'}>"
        if style == "CodeText":
            said = f"<code>{said}</code>"
        change = look.find(q("rPrChange"))
        if change is not None:
            said = f'<span class="restyled" title="{escape(_stamp(change))}: looked otherwise">{said}</span>'
        return said

    def _piece(self, element: Element) -> str:
        if element.tag in (q("t"), q("delText")):
            return escape(element.text or "", quote=False)
        if element.tag == q("tab"):
            return "\t"
        if element.tag == q("br"):
            return "<br>"
        if element.tag == q("footnoteReference"):
            return self._note(value(element, "id"))
        return self._picture(element) if element.tag == q("drawing") else ""

    def _note(self, number: str) -> str:
        parts = self.word.related("footnotes")
        notes = self.word.tree(parts[0]) if parts else ()
        root = next((each for each in notes if value(each, "id") == number), None)
        if root is None:
            return ""
        self.notes.append(Story(self.word, parts[0], root))
        count = len(self.notes)
        return f'<a id="mark-{count}" href="#note-{count}" aria-label="note {count}">{note_mark(count)}</a>'

    def _picture(self, drawing: Element) -> str:
        alt = next((each.get("descr", "") for each in drawing.iter(f"{{{WP}}}docPr")), "")
        key = next((each.get(f"{{{R}}}embed", "") for each in drawing.iter(f"{{{A}}}blip")), "")
        name = next((each.target for each in self.word.relations(self.part) if each.id == key), "")
        width = next((int(each.get("cx", "0")) // 9525 for each in drawing.iter(f"{{{WP}}}extent")), 0)
        kind = mimetypes.guess_type(name)[0] or "image/png"
        data = base64.b64encode(self.word.parts.get(name, b"")).decode()
        return f'<img alt="{escape(alt)}" width="{width}" src="data:{kind};base64,{data}">'


def _gone(paragraph: Element) -> bool:
    return paragraph.find(f"{q('pPr')}/{q('rPr')}/{q('del')}") is not None


def _stamp(change: Element) -> str:
    """Who made a change, and when."""
    return f"{value(change, 'author')}, {value(change, 'date')[:10]}"
