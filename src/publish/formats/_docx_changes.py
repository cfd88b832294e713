"""The pieces of an old and a new paragraph as one paragraph with tracked changes (ECMA-376 Part 1, 17.13.5)."""

from __future__ import annotations

import copy
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Literal, TypeAlias

from lxml import etree

from publish.formats._docx_pieces import Look, Piece, note_of, run_of
from publish.formats._docx_xml import WP, Element, q, w
from publish.model.alignment import Stretch, word_changes

Kind = Literal["ins", "del"]

_LAYOUT = (q("keepNext"), q("contextualSpacing"))
"""What the writer sets by what stands around a paragraph; that it changes is no news to a reviewer."""

_DELETED = {q("t"): q("delText"), q("instrText"): q("delInstrText")}


@dataclass(slots=True)
class Reviser:
    """Who changed it and when (UTC), and what is counted while changes are written.

    `notes` are the notes met: their numbers in the old document and in the new one. In the redline they are numbered as
    they come; LibreOffice finds the text of a note by the place of its mark among the others.
    """

    author: str
    when: datetime
    count: int = 0
    notes: list[tuple[int | None, int | None]] = field(default_factory=list)

    def revision(self, name: str, *children: Element) -> Element:
        """`w:ins`, `w:del` or one of the changes of properties, with number, author and time."""
        self.count += 1
        stamp = f"{self.when:%Y-%m-%dT%H:%M:%SZ}"
        return w(name, *children, id=self.count, author=self.author, date=stamp)


def revised(reviser: Reviser, old: Sequence[Piece], new: Sequence[Piece], guarded: bool = False) -> Iterator[Element]:
    """The content of a paragraph that was changed. `guarded`: it does not begin with an insertion if that can be."""
    yield from _linked(_steps(reviser, old, new, guarded))


def whole(reviser: Reviser, kind: Kind, given: Iterable[Piece]) -> Iterator[Element]:
    """The content of a paragraph that is new, or gone."""
    yield from _linked(_one_sided(reviser, kind, given))


def mark(reviser: Reviser, paragraph: Element, kind: Kind) -> None:
    """The paragraph's end is new, or gone."""
    properties = paragraph.find(q("pPr"))
    if properties is None:
        properties = w("pPr")
        paragraph.insert(0, properties)
    made = w("rPr", reviser.revision(kind))
    change = properties.find(q("pPrChange"))
    if change is not None:
        change.addprevious(made)
    else:
        properties.append(made)


def restyle(reviser: Reviser, paragraph: Element, old: Element | None) -> None:
    """The paragraph's properties were others; nothing when a reader would not see it."""
    properties = paragraph.find(q("pPr"))
    before = w("pPr", *(copy.deepcopy(each) for each in (old if old is not None else ()) if each.tag not in _LAYOUT))
    now = [each for each in (properties if properties is not None else ()) if each.tag not in _LAYOUT]
    if _same(before, now) or properties is None:
        return
    properties.append(reviser.revision("pPrChange", before))


def _same(one: Iterable[Element], two: Iterable[Element]) -> bool:
    return [etree.tostring(each) for each in one] == [etree.tostring(each) for each in two]


# --- steps: what is written, and in which link ---

_Step: TypeAlias = tuple[Look | None, Element]
_Fixed: TypeAlias = Mapping[int, list[_Step]]


def _steps(reviser: Reviser, old: Sequence[Piece], new: Sequence[Piece], guarded: bool) -> Iterator[_Step]:
    """Words and what stands in one piece, compared; what has no width follows the new words, the old names last."""
    before = [piece for piece in old if piece.width]
    after = [piece for piece in new if piece.width]
    fixed = _fixtures(new)
    yield from _placed(fixed, 0)
    yield from ((None, step) for piece in old if not piece.width for step in _old_anchor(piece))
    stretches = word_changes([piece.key for piece in before], [piece.key for piece in after])
    for gone, come, same in _replacing(stretches) if guarded else stretches:
        if same:
            for one, two, count in _equal(before, after, gone, come, fixed):
                yield from _kept(reviser, one, two)
                yield from _placed(fixed, count)
            continue
        yield from _replaced(reviser, before, after, gone, come, fixed)


def _replacing(stretches: list[Stretch]) -> list[Stretch]:
    """The stretches, of which the first, if it only puts words in, takes the word behind it out and in again."""
    if len(stretches) < 2 or stretches[0][0] or stretches[0][2]:
        return stretches
    (gone, come, _), (old, new, _), *rest = stretches
    first = (range(gone.start, old.start + 1), range(come.start, new.start + 1), False)
    return [first, *([(old[1:], new[1:], True)] if len(old) > 1 else []), *rest]


def _replaced(
    reviser: Reviser, before: Sequence[Piece], after: Sequence[Piece], gone: range, come: range, fixed: _Fixed
) -> Iterator[_Step]:
    """Words in place of others. A note in place of another is one note whose words were changed.

    Where the mark of one note is taken out beside that of another put in, LibreOffice joins paragraphs on resolving.
    """
    marks_old = [at for at in gone if note_of(before[at]) is not None]
    marks_new = [at for at in come if note_of(after[at]) is not None]
    for one, two in zip(marks_old, marks_new, strict=False):
        yield from _one_sided(reviser, "del", before[gone.start : one])
        yield from _come(reviser, after, range(come.start, two), fixed)
        yield from _kept(reviser, before[one], after[two])
        yield from _placed(fixed, two + 1)
        gone, come = range(one + 1, gone.stop), range(two + 1, come.stop)
    yield from _one_sided(reviser, "del", before[gone.start : gone.stop])
    yield from _come(reviser, after, come, fixed)


def _come(reviser: Reviser, after: Sequence[Piece], come: range, fixed: _Fixed) -> Iterator[_Step]:
    """New pieces, and what has no width at its place among them."""
    start = come.start
    for at in come:
        if at + 1 in fixed or at + 1 == come.stop:
            yield from _one_sided(reviser, "ins", after[start : at + 1])
            yield from _placed(fixed, at + 1)
            start = at + 1


def _equal(
    before: Sequence[Piece], after: Sequence[Piece], gone: range, come: range, fixed: _Fixed
) -> Iterator[tuple[Piece, Piece, int]]:
    """Pieces that say the same, words in a row as one, and how many new pieces there are up to their end."""
    start = 0
    for index, at in enumerate(come):
        ends = index + 1 == len(come) or at + 1 in fixed or after[at].solid or after[at + 1].solid
        if ends:
            old, new = before[gone[start] : gone[index] + 1], after[come[start] : at + 1]
            yield _together(old), _together(new), at + 1
            start = index + 1


def _together(given: Sequence[Piece]) -> Piece:
    if len(given) == 1:
        return given[0]
    return Piece("", tuple(part for piece in given for part in piece.parts))


def _fixtures(new: Sequence[Piece]) -> dict[int, list[_Step]]:
    """What has no width in the new paragraph, by the number of pieces before it."""
    found: dict[int, list[_Step]] = {}
    count = 0
    for piece in new:
        if piece.width:
            count += 1
        else:
            found.setdefault(count, []).extend((piece.look, copy.deepcopy(each)) for each in piece.solid)
    return found


def _placed(fixed: _Fixed, at: int) -> Iterator[_Step]:
    yield from fixed.get(at, ())


def _old_anchor(piece: Piece) -> Iterator[Element]:
    """A bookmark of the old document, which a link that is gone may lead to; the others are dropped at the end."""
    for each in piece.solid:
        if each.tag in (q("bookmarkStart"), q("bookmarkEnd")):
            made = copy.deepcopy(each)
            made.set(q("id"), f"old{each.get(q('id'))}")
            yield made


def _kept(reviser: Reviser, old: Piece, new: Piece) -> Iterator[_Step]:
    """A piece that says the same; its look, or where it leads, may be another."""
    if new.solid:
        if old.look is not None and new.look is not None and old.look.link != new.look.link:
            yield from _one_sided(reviser, "del", (old,))
            yield from _one_sided(reviser, "ins", (new,))
            return
        for each in new.solid:
            made = copy.deepcopy(each)
            _count_note(reviser, made, old, new)
            yield new.look, made
        return
    for text, one, two in _by_look(old, new):
        if one.link != two.link:
            yield one, reviser.revision("del", _deleted(run_of(text, one)))
            yield two, reviser.revision("ins", run_of(text, two))
            continue
        made = run_of(text, two)
        if one.style != two.style:
            properties = made.find(q("rPr"))
            if properties is None:
                properties = w("rPr")
                made.insert(0, properties)
            before = copy.deepcopy(one.properties) if one.properties is not None else w("rPr")
            properties.append(reviser.revision("rPrChange", before))
        yield two, made


def _by_look(old: Piece, new: Piece) -> Iterator[tuple[str, Look, Look]]:
    """The letters of equal words, cut where the look of either changes."""
    for (one, two), group in groupby(_letters(old, new), key=lambda each: each[1:]):
        yield "".join(text for text, _, _ in group), one, two


def _letters(old: Piece, new: Piece) -> Iterator[tuple[str, Look, Look]]:
    one, two = deque(old.parts), deque(new.parts)
    while one and two:
        (text, look), (other, new_look) = one.popleft(), two.popleft()
        length = min(len(text), len(other))
        yield text[:length], look, new_look
        if len(text) > length:
            one.appendleft((text[length:], look))
        if len(other) > length:
            two.appendleft((other[length:], new_look))


def _one_sided(reviser: Reviser, kind: Kind, given: Iterable[Piece]) -> Iterator[_Step]:
    for wordy, group in groupby(given, key=lambda piece: bool(piece.parts)):
        if wordy:
            parts = [part for piece in group for part in piece.parts]
            for look, alike in groupby(parts, key=lambda part: part[1]):
                made = run_of("".join(text for text, _ in alike), look)
                yield look, reviser.revision(kind, _deleted(made) if kind == "del" else made)
            continue
        for piece in group:
            yield from _solid(reviser, kind, piece)


def _solid(reviser: Reviser, kind: Kind, piece: Piece) -> Iterator[_Step]:
    """What stands in one piece, or has no width, as new or gone."""
    if not piece.width:
        yield from _unchanged(reviser, kind, piece)
    else:
        runs = [copy.deepcopy(each) for each in piece.solid]
        for each in runs:
            _count_note(reviser, each, *((piece, None) if kind == "del" else (None, piece)))
        yield piece.look, reviser.revision(kind, *(_deleted(each) if kind == "del" else each for each in runs))


def _unchanged(reviser: Reviser, kind: Kind, piece: Piece) -> Iterator[_Step]:
    if kind == "del":
        yield from ((None, each) for each in _old_anchor(piece))
        return
    for each in piece.solid:
        made = copy.deepcopy(each)
        yield piece.look, reviser.revision("ins", made) if made.tag == q("r") else made


def _deleted(run: Element) -> Element:
    """A run as it stands in a deletion: its text in elements of another name, a picture's name that of an old one."""
    for each in run.iter():
        each.tag = _DELETED.get(str(each.tag), each.tag)
    for picture in run.iter(f"{{{WP}}}docPr"):
        picture.set("name", f"was_{picture.get('name')}")
    return run


def _count_note(reviser: Reviser, run: Element, old: Piece | None, new: Piece | None) -> None:
    """Gives a note's mark the number of the note in the redline, and remembers from which notes that is made."""
    mark_ = run.find(q("footnoteReference"))
    if mark_ is None:
        return
    reviser.notes.append((_number(old), _number(new)))
    mark_.set(q("id"), str(len(reviser.notes)))


def _number(piece: Piece | None) -> int | None:
    found = note_of(piece) if piece else None
    return int(found.get(q("id"), "0")) if found is not None else None


# --- written ---


def _linked(steps: Iterable[_Step]) -> Iterator[Element]:
    """The steps in their links. Neighbours of one link stand in one, runs of one kind and look are one."""
    holder: Element | None = None
    leads: object = None
    last: Element | None = None
    for look, element in steps:
        link = look.link if look is not None else None
        if link is None:
            if holder is not None:
                yield holder
                holder = None
            if last is not None and _grown(last, element):
                continue
            if last is not None:
                yield last
            last = element
            continue
        if last is not None:
            yield last
            last = None
        if holder is None or link != leads:
            if holder is not None:
                yield holder
            assert look is not None and look.hyperlink is not None
            holder, leads = w("hyperlink"), link
            holder.attrib.update(look.hyperlink.attrib)
        if not len(holder) or not _grown(holder[-1], element):
            holder.append(element)
    for rest in (holder, last):
        if rest is not None:
            yield rest


def _grown(into: Element, other: Element) -> bool:
    """Whether the second could be joined to the first: runs, or changes of one kind, that look the same."""
    if into.tag != other.tag or into.tag not in (q("r"), q("ins"), q("del")):
        return False
    one, two = (into, other) if into.tag == q("r") else (into[-1], other[0])
    if one.tag != q("r") or two.tag != q("r"):
        return False
    first, second = one.find(q("rPr")), two.find(q("rPr"))
    texts = {q("t"), q("delText")}
    last, head = one[-1], next((each for each in two if each.tag != q("rPr")), None)
    if head is None or last.tag not in texts or head.tag != last.tag or not _alike(first, second):
        return False
    last.text = (last.text or "") + (head.text or "")
    two.remove(head)
    one.extend(each for each in list(two) if each.tag != q("rPr"))
    into.extend(each for each in list(other)[1:]) if into.tag != q("r") else None
    return True


def _alike(one: Element | None, two: Element | None) -> bool:
    """Whether two runs look the same; of runs whose look was changed, whether it was changed alike."""
    shown = [etree.tostring(each, with_tail=False) if each is not None else b"" for each in (one, two)]
    return _without_number(shown[0]) == _without_number(shown[1])


def _without_number(xml: bytes) -> bytes:
    return re.sub(rb' w:id="\d+"', b"", xml)
