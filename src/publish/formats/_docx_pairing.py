"""What was written, paired up: which paragraph, table, row and list of the old document each of the new one's is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publish.formats._docx_copy import Copy
from publish.formats._docx_pieces import Names, pieces, said
from publish.formats._docx_xml import Element, child, q
from publish.model.alignment import Pair, likeness

_Said = tuple[str, ...]

_OTHER_PLACE = 0.75
"""What likeness counts where one is a heading or list item and the other is not, or one of another depth."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, or a table with the spacer behind it, that would else grow together with the next table."""

    element: Element
    spacer: Element | None
    key: tuple[object, ...]
    words: Counter[str]

    @property
    def is_table(self) -> bool:
        return bool(self.element.tag == q("tbl"))


def units(given: Sequence[Element], names: Names, lists: Mapping[str, str]) -> Iterator[Unit]:
    waiting = list(reversed(given))
    while waiting:
        element = waiting.pop()
        if element.tag == q("tbl"):
            spacer = waiting.pop() if waiting and _style(waiting[-1]) == "Spacer" else None
            rows = tuple(row_key(row, names) for row in element.iter(q("tr")))
            words = Counter(word for row in rows for cell in row for word in cell)
            yield Unit(element, spacer, ("table", rows), words)
        else:
            told = said(pieces(element, names))
            yield Unit(element, None, (_style(element), _list(element, lists), told), _words(told))


def _style(paragraph: Element) -> str:
    found = paragraph.find(f"{q('pPr')}/{q('pStyle')}")
    return found.get(q("val"), "") if found is not None else ""


def _list(paragraph: Element, lists: Mapping[str, str]) -> tuple[str, str]:
    """The kind of list in which a paragraph is an item, and how deep; not which list of its kind."""
    found = paragraph.find(f"{q('pPr')}/{q('numPr')}")
    if found is None:
        return "", ""
    level, number = (child(found, name).get(q("val"), "") for name in ("ilvl", "numId"))
    return lists.get(number, ""), level


def row_key(row: Element, names: Names) -> tuple[_Said, ...]:
    return tuple(said(pieces(each, names)) for each in row.iter(q("p")))


def _words(told: _Said) -> Counter[str]:
    """The words of a paragraph. A picture counts by its file: described anew it is the same one."""
    plain = (" ".join(word.split()[:2]) if word[0] == "\0" else word.casefold() for word in told)
    return Counter(word for word in plain if word[0].isalnum() or word[0] == "\0") or Counter(told)


class Alike:
    """How alike two units are. What says nothing is alike, but less than what says something."""

    def __init__(self, old: Sequence[Unit], new: Sequence[Unit]) -> None:
        self._old, self._new = old, new

    def __call__(self, one: int, two: int) -> float:
        old, new = self._old[one], self._new[two]
        if old.is_table or new.is_table:
            same = old.is_table and new.is_table and _columns(old.element) == _columns(new.element)
            return max(likeness(old.words, new.words), 0.41) if same and _look(old) == _look(new) else 0.0
        if not old.words or not new.words:
            return 0.5 if old.key == new.key else 0.0
        return likeness(old.words, new.words) * (1.0 if old.key[:2] == new.key[:2] else _OTHER_PLACE)


def _columns(table: Element) -> int:
    return len(table.findall(f"{q('tblGrid')}/{q('gridCol')}"))


def _look(unit: Unit) -> str:
    found = unit.element.find(f"{q('tblPr')}/{q('tblStyle')}")
    return found.get(q("val"), "") if found is not None else ""


def list_kinds(copy: Copy) -> dict[str, str]:
    """Each list by its number: bullets or figures, and the figure it begins with."""
    numbering = copy.package.part.numbering_part.element
    found = {}
    for each in numbering.findall(q("num")):
        begins = each.find(f"{q('lvlOverride')}/{q('startOverride')}")
        kind = child(each, "abstractNumId").get(q("val"), "")
        found[each.get(q("numId"), "")] = f"{kind} from {begins.get(q('val')) if begins is not None else ''}"
    return found


def list_numbers(
    lists: Mapping[str, str], old: Sequence[Unit], new: Sequence[Unit], steps: Iterable[Pair]
) -> Mapping[str, str]:
    """Which list of the new document each list of the old one became: that with which it shares the most items."""
    votes: Counter[tuple[str, str]] = Counter()
    for one, two in steps:
        if one is not None and two is not None:
            number, other = _number(old[one].element), _number(new[two].element)
            if number and other and lists.get(number) == lists.get(other):
                votes[number, other] += 1
    found: dict[str, str] = {}
    for (number, other), _ in votes.most_common():
        if number not in found and other not in found.values():
            found[number] = other
    return found


def _number(element: Element) -> str:
    found = element.find(f"{q('pPr')}/{q('numPr')}/{q('numId')}")
    return found.get(q("val"), "") if found is not None else ""


def renumber(paragraph: Element, numbers: Mapping[str, str]) -> None:
    found = paragraph.find(f"{q('pPr')}/{q('numPr')}/{q('numId')}")
    if found is not None:
        found.set(q("val"), numbers.get(found.get(q("val"), ""), found.get(q("val"), "")))


def rows_alike(old: Sequence[tuple[_Said, ...]], new: Sequence[tuple[_Said, ...]]) -> Callable[[int, int], float]:
    """Rows are alike by the cells that say the same, or by their words; heads only pair with heads."""
    words_old = [Counter(word for cell in row for word in cell) for row in old]
    words_new = [Counter(word for cell in row for word in cell) for row in new]

    def alike(one: int, two: int) -> float:
        if (one == 0) != (two == 0):
            return 0.0
        same = sum(a == b for a, b in zip(old[one], new[two], strict=True)) / (len(new[two]) or 1)
        return max(same, likeness(words_old[one], words_new[two]), 0.41 if one == 0 else 0.0)

    return alike
