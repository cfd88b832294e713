"""An old and a new row of written paragraphs and tables as one row with tracked changes.

Both documents are written by the same writer into the same package; what it wrote is paired up by what it says, and
what differs becomes insertions, deletions and changed properties. So accepting all gives what the writer makes of the
new document, and rejecting all what it makes of the old one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from copy import copy as shallow
from copy import deepcopy
from dataclasses import dataclass, replace

from publish.formats import Redline
from publish.formats._docx_changes import Kind, Reviser, mark, restyle, revised, whole
from publish.formats._docx_copy import Copy, glossary_targets, link_targets, reference_targets
from publish.formats._docx_pairing import (
    Alike,
    Unit,
    list_kinds,
    list_numbers,
    renumber,
    row_key,
    rows_alike,
    units,
)
from publish.formats._docx_pieces import Names, pieces
from publish.formats._docx_xml import PIC, WP, Element, child, q, w
from publish.model.alignment import aligned

_OLD = "was_"
"""Begins the names of the old document's bookmarks, so that none is there twice."""


@dataclass(frozen=True, slots=True)
class Merging:
    """What merging needs to know: the old document's copy beside the new one's, who revises, both sets of names."""

    earlier: Copy
    copy: Copy
    reviser: Reviser
    old: Names
    new: Names


def open_merging(copy: Copy, redline: Redline) -> Merging:
    """The old document's copy, written into the same package as the new one's."""
    old = redline.old
    earlier = replace(
        copy,
        document=old,
        targets=link_targets(old),
        entries=glossary_targets(old),
        references=reference_targets(old),
        commented=False,
        counts={},
    )
    now, before = _stands_for(copy), _stands_for(earlier)
    names = {identity: name for name, identity in now.items()}
    called = {name: names.get(identity, _OLD + name) for name, identity in before.items()}
    return Merging(
        earlier,
        copy,
        Reviser(redline.author, redline.when),
        old=Names(before, lambda name: called.get(name, _OLD + name), _OLD),
        new=Names(now, lambda name: name),
    )


def _stands_for(copy: Copy) -> dict[str, Hashable]:
    """What each bookmark that something leads to is, whatever its number in this version."""
    found: dict[str, Hashable] = {name: ("anchor", anchor) for anchor, name in copy.targets.items()}
    found |= {name: ("entry", key) for key, name in copy.entries.items()}
    document = copy.document
    found |= {copy.references[each.number]: ("reference", each.key) for each in document.references}
    return found | {f"mark_{note.number}": ("note", note.label) for note in document.notes}


def merged(
    merging: Merging, old: Sequence[Element], new: Sequence[Element], behind: Element | None = None
) -> Iterator[Element]:
    """The rows of paragraphs and tables as one; `behind` is the paragraph after which they stand."""
    yield from _flowing(merging.reviser, list(_merged(merging, old, new, behind)))


def _merged(
    merging: Merging, old: Sequence[Element], new: Sequence[Element], behind: Element | None
) -> Iterator[Element]:
    if len(old) == len(new) == 1 and old[0].tag == new[0].tag == q("p"):
        yield merged_paragraph(merging, old[0], new[0], behind)
        return
    lists = list_kinds(merging.copy)
    before, after = list(units(old, merging.old, lists)), list(units(new, merging.new, lists))
    steps = aligned([each.key for each in before], [each.key for each in after], Alike(before, after))
    numbers = list_numbers(lists, before, after, steps)
    for unit in before:
        renumber(unit.element, numbers)
    for one, two in steps:
        if one is None and two is not None:
            made = list(_one_sided(merging, "ins", after[two]))
        elif two is None and one is not None:
            made = list(_one_sided(merging, "del", before[one]))
        elif one is not None and two is not None:
            made = list(_both(merging, before[one], after[two], behind))
        yield from made
        behind = made[-1]


def merged_notes(merging: Merging, old: Mapping[int, Element], new: Mapping[int, Element]) -> Iterator[Element]:
    """The notes whose marks the text holds, in the order of their numbers in the redline."""
    for number, (before, after) in enumerate(list(merging.reviser.notes), 1):
        made = w("footnote", id=number)
        if before is not None and after is not None:
            first, *rest = list(old[before])
            head, *tail = list(new[after])
            made.append(merged_paragraph(merging, first, head))
            made.extend(merged(merging, rest, tail, made[0]))
        else:
            kind: Kind = "del" if after is None else "ins"
            given = old[before] if before is not None else new[after or 0]
            for element in list(given):
                made.extend(_of_note(merging, kind, element))
        yield made


def merged_paragraph(merging: Merging, old: Element, new: Element, behind: Element | None = None) -> Element:
    """Two paragraphs that surely belong together, as one.

    Where the paragraph before ends with an insertion this one does not begin with another: LibreOffice would take both
    for one, and the end of the paragraph between them along when it is rejected.
    """
    made, notes = _bare(new), len(merging.reviser.notes)
    before, after = pieces(old, merging.old), pieces(new, merging.new)
    content = list(revised(merging.reviser, before, after))
    if behind is not None and _says_new(behind, -1) and _is_new(content, 0):
        del merging.reviser.notes[notes:]
        content = list(revised(merging.reviser, before, after, guarded=True))
    made.extend(content)
    restyle(merging.reviser, made, old.find(q("pPr")))
    return made


# --- writing ---


def _both(merging: Merging, old: Unit, new: Unit, behind: Element | None) -> Iterator[Element]:
    if not new.is_table:
        yield merged_paragraph(merging, old.element, new.element, behind)
        return
    yield _table(merging, old.element, new.element)
    if new.spacer is not None:
        yield new.spacer


def _one_sided(merging: Merging, kind: Kind, unit: Unit) -> Iterator[Element]:
    if not unit.is_table:
        yield _paragraph(merging, kind, unit.element)
        return
    made = deepcopy(unit.element)
    for row in made.findall(q("tr")):
        _mark_row(merging, kind, row)
    yield made
    if unit.spacer is not None:
        yield _paragraph(merging, kind, unit.spacer)


def _paragraph(merging: Merging, kind: Kind, element: Element) -> Element:
    made = _bare(element)
    mark(merging.reviser, made, kind)
    names = merging.old if kind == "del" else merging.new
    made.extend(whole(merging.reviser, kind, pieces(element, names)))
    return made


def _of_note(merging: Merging, kind: Kind, element: Element) -> Iterator[Element]:
    """A paragraph or table of a note that is new or gone.

    The note goes with its mark, so the ends of its paragraphs are not marked: LibreOffice would take the end of the
    paragraph along in which the mark stands.
    """
    if element.tag != q("p"):
        yield from _one_sided(merging, kind, Unit(element, None, (), Counter()))
        return
    made = _bare(element)
    made.extend(whole(merging.reviser, kind, pieces(element, merging.old if kind == "del" else merging.new)))
    yield made


def _bare(paragraph: Element) -> Element:
    """A paragraph's copy that has its properties only."""
    made = shallow(paragraph)
    made[:] = [deepcopy(each) for each in paragraph if each.tag == q("pPr")]
    return made


def _table(merging: Merging, old: Element, new: Element) -> Element:
    before, after = old.findall(q("tr")), new.findall(q("tr"))
    keys_old = [row_key(row, merging.old) for row in before]
    keys_new = [row_key(row, merging.new) for row in after]
    made = shallow(new)
    made[:] = [deepcopy(each) for each in new if each.tag != q("tr")]
    for one, two in aligned(keys_old, keys_new, rows_alike(keys_old, keys_new)):
        if one is not None and two is not None:
            made.append(_row(merging, before[one], after[two]))
        elif one is not None:
            made.append(_mark_row(merging, "del", deepcopy(before[one])))
        elif two is not None:
            made.append(_mark_row(merging, "ins", deepcopy(after[two])))
    return made


def _row(merging: Merging, old: Element, new: Element) -> Element:
    made = deepcopy(new)
    for one, two in zip(old.iter(q("p")), list(made.iter(q("p"))), strict=True):
        parent = two.getparent()
        if parent is not None:
            parent.replace(two, merged_paragraph(merging, one, two))
    return made


def _mark_row(merging: Merging, kind: Kind, row: Element) -> Element:
    properties = row.find(q("trPr"))
    if properties is not None:
        properties.append(merging.reviser.revision(kind))
    for each in list(row.iter(q("p"))):
        parent = each.getparent()
        if parent is not None:
            parent.replace(each, _paragraph(merging, kind, each))
    return row


# --- insertions that begin in a paragraph and go on in new ones ---

_SILENT = tuple(map(q, ("pPr", "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")))


def _flowing(reviser: Reviser, made: list[Element]) -> list[Element]:
    """What was put in at a paragraph's end and the new paragraphs behind it, as one stretch of new text.

    So Word itself writes it: the first paragraph's end is new, the last one's is the old one. Otherwise LibreOffice,
    when the changes are rejected, takes the old end along.
    """
    at = 0
    while at + 1 < len(made):
        first, end = made[at], at
        while end + 1 < len(made) and _mark_of(made[end + 1]) is not None:
            end += 1
        if end > at and _mark_of(first) is None and _ends_new(first):
            last = made[end]
            properties = child(last, "pPr")
            properties.remove(child(properties, "rPr"))
            old = first.find(f"{q('pPr')}/{q('pPrChange')}/{q('pPr')}")
            restyle(reviser, last, old if old is not None else deepcopy(first.find(q("pPr"))))
            mark(reviser, first, "ins")
        at = end + 1 if end > at else at + 1
    return made


def _mark_of(element: Element) -> Element | None:
    """The mark of a paragraph that is new."""
    return element.find(f"{q('pPr')}/{q('rPr')}/{q('ins')}") if element.tag == q("p") else None


def _ends_new(paragraph: Element) -> bool:
    """Whether a paragraph whose end is old ends with an insertion."""
    return paragraph.find(f"{q('pPr')}/{q('rPr')}") is None and _says_new(paragraph, -1)


def _says_new(paragraph: Element, at: int) -> bool:
    return bool(paragraph.tag == q("p")) and _is_new(list(paragraph), at)


def _is_new(content: Sequence[Element], at: int) -> bool:
    """Whether the first (0) or last (-1) thing that is said is an insertion."""
    told = [each for each in content if each.tag not in _SILENT]
    if not told:
        return False
    edge = told[at]
    return bool(q("ins") in (edge.tag, edge[at].tag if len(edge) else ""))


# --- at the end ---


def settled(stories: Sequence[Element]) -> None:
    """Each bookmark and picture gets a number of its own; old bookmarks that nothing leads to are dropped."""
    used = {each.get(q("anchor"), "") for root in stories for each in root.iter(q("hyperlink"))}
    codes = [each.text or "" for root in stories for each in root.iter(q("instrText"), q("delInstrText"))]
    used |= {word for code in codes for word in code.split()}
    count = 0
    for root in stories:
        numbers: dict[str, str] = {}
        for each in list(root.iter(q("bookmarkStart"))):
            if each.get(q("name"), "").startswith(_OLD) and each.get(q("name")) not in used:
                _drop(each)
                continue
            numbers[each.get(q("id"), "")] = str(count)
            each.set(q("id"), str(count))
            count += 1
        for each in list(root.iter(q("bookmarkEnd"))):
            if each.get(q("id"), "") in numbers:
                each.set(q("id"), numbers[each.get(q("id"), "")])
            else:
                _drop(each)
    for number, each in enumerate((each for root in stories for each in root.iter(f"{{{WP}}}docPr")), 1):
        each.set("id", str(number))
        inline = each.getparent()
        for inner in inline.iter(f"{{{PIC}}}cNvPr") if inline is not None else ():
            inner.set("id", str(number))


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
