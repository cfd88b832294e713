"""A Word file as lines that can be compared: what each paragraph and row says, in which style, with which marks.

What no reader sees is left out: where runs are cut, names of bookmarks, numbers of lists, what is kept together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from publish.review.revisions import resolved
from publish.wordfile import WP, Element, R, WordFile, open_word_file, q

_UNSEEN = {q(name) for name in ("rPr", "keepNext", "contextualSpacing", "numPr", "pPrChange", "pStyle")}
_TEXT = {q("t"): None, q("tab"): "\t", q("br"): "\n"}


def lines(data: bytes, accept: bool) -> list[str]:
    """The lines of a file in which all tracked changes are accepted, or all rejected. Empty paragraphs are left out.

    Raises publish.wordfile.Unreadable.
    """
    word = open_word_file(data)
    stories = [word.main, *sorted({*word.related("header"), *word.related("footer")})]
    found: list[str] = []
    for name in stories:
        reader = _Reader(word, accept, _targets(word, name), _notes(word, accept))
        found += [f"{'' if name == word.main else name + ' '}{line}" for line in reader.of(_root(word, name, accept))]
    return found


def _root(word: WordFile, name: str, accept: bool) -> Element:
    return resolved(word.tree(name), accept)


def _notes(word: WordFile, accept: bool) -> dict[str, Element]:
    names = word.related("footnotes")
    root = _root(word, names[0], accept) if names else ()
    return {each.get(q("id"), ""): each for each in root}


def _targets(word: WordFile, part: str) -> dict[str, str]:
    return {relation.id: relation.target for relation in word.relations(part)}


@dataclass(slots=True)
class _Reader:
    """The walk through one story. `lists` are the lists met so far; a note is read where its mark stands."""

    word: WordFile
    accept: bool
    targets: Mapping[str, str]
    notes: Mapping[str, Element]
    lists: dict[str, int] = field(default_factory=dict)

    def of(self, parent: Element) -> Iterator[str]:
        for element in parent:
            if element.tag == q("p"):
                said = self._said(element)
                if said:
                    yield f"{self._kind(element)}: {said}"
            elif element.tag == q("tbl"):
                for row in element.iter(q("tr")):
                    cells = (" / ".join(self._cell(cell)) for cell in row.iter(q("tc")))
                    yield "row: " + " | ".join(cells)
            elif element.tag in (q("body"), q("sdt"), q("sdtContent")):
                yield from self.of(element)

    def _cell(self, cell: Element) -> Iterator[str]:
        for paragraph in cell.iter(q("p")):
            yield f"{self._kind(paragraph)} {self._said(paragraph)}"

    def _kind(self, paragraph: Element) -> str:
        """Style, list and depth, and what else is set on the paragraph."""
        properties = paragraph.find(q("pPr"))
        if properties is None:
            return ""
        style = properties.find(q("pStyle"))
        number = properties.find(f"{q('numPr')}/{q('numId')}")
        level = properties.find(f"{q('numPr')}/{q('ilvl')}")
        kind = style.get(q("val"), "") if style is not None else ""
        if number is not None and level is not None:
            count = self.lists.setdefault(number.get(q("val"), ""), len(self.lists) + 1)
            kind += f" list {count} level {level.get(q('val'))} {self._list_kind(number.get(q('val'), ''))}"
        return " ".join([kind, *sorted(_signature(each) for each in properties if each.tag not in _UNSEEN)])

    def _list_kind(self, number: str) -> str:
        numbering = self.word.related_tree("numbering")
        for each in numbering.findall(q("num")) if numbering is not None else ():
            if each.get(q("numId")) == number:
                return " ".join(f"{value.get(q('val'))}" for value in each.iter(q("abstractNumId"), q("startOverride")))
        return ""

    def _said(self, paragraph: Element) -> str:
        """The words, with their marks where these change."""
        shown: list[str] = []
        last = ""
        for run, link in _runs(paragraph, ""):
            marks, words = self._marks(run, link), self._words(run)
            if not words:
                continue
            if marks != last:
                shown.append(f"⟦{marks}⟧")
            last = marks
            shown.append(words)
        return "".join(shown)

    def _marks(self, run: Element, link: str) -> str:
        properties = run.find(q("rPr"))
        looks = sorted(_signature(each) for each in properties) if properties is not None else []
        leads = self.targets.get(link, link)
        return " ".join([*looks, f"→{leads}"] if link else looks)

    def _words(self, run: Element) -> str:
        return "".join(self._of_child(each) for each in run if each.tag != q("rPr"))

    def _of_child(self, child: Element) -> str:
        if child.tag in _TEXT:
            return _TEXT[str(child.tag)] or child.text or ""
        if child.tag == q("footnoteReference"):
            note = self.notes.get(child.get(q("id"), ""))
            return f"⟦note {' ¶ '.join(self._of_note(note))}⟧" if note is not None else "⟦no note⟧"
        picture = child.find(f".//{{{WP}}}docPr")
        return f"⟦picture {picture.get('descr')}⟧" if picture is not None else ""

    def _of_note(self, note: Element) -> Iterator[str]:
        part = self.word.related("footnotes")[0]
        yield from replace(self, targets=_targets(self.word, part)).of(note)


def _runs(parent: Element, link: str) -> Iterator[tuple[Element, str]]:
    for child in parent:
        if child.tag == q("r"):
            yield child, link
        elif child.tag == q("hyperlink"):
            yield from _runs(child, child.get(f"{{{R}}}id", "#"))


def _signature(element: Element) -> str:
    said = ",".join(f"{_local(name)}={value!s}" for name, value in sorted(element.attrib.items()))
    inner = " ".join(_signature(each) for each in element)
    return f"{_local(element.tag)}({said}{' ' + inner if inner else ''})"


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
