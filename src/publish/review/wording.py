"""New words for a source block: what stayed keeps its source, what is new is written so that it says itself.

The new source is parsed again and compared with what was wanted. Where no way of writing it comes back right, the looks
that cannot be carried are given up and told; words are never.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from publish.reader import admission
from publish.review.alignment import Alignment, Unit, aligned, units_of_atoms, units_of_chars
from publish.review.atoms import LOOKS, Atom, Mark, link_of, looks_of, same_address, written
from publish.review.runs import OBJECT, Char
from publish.review.shown import CITED, cited, shown_by

PARAGRAPH = "\u2029"
"""Parts the words of a block that has become several."""

Tell = Callable[[str, str], None]
"""Takes a finding code and a sentence."""

_SIGNS = {"strong": "**", "em": "*", "sup": "^", "sub": "~", "code": "`"}
_SPECIAL = re.compile(r"[\\`*_\[\]<>^~|{&]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINE_START = re.compile(r"(\d{1,9}(?=[.)](?:\s|$))|[-+*](?=\s|$)|#{1,6}(?=\s|$)|>|:|=+\s*$|-{2,}|`{3}|~{3})")


@dataclass(frozen=True, slots=True)
class Ways:
    """What new words need to know: the label of each note that they may mark; which characters a source may hold."""

    labels: Mapping[str, str]
    rules: admission.Rules


@dataclass(slots=True)
class Words:
    """The new atoms of a block, one list for each paragraph it has become, and what went wrong on the way."""

    parts: list[list[Atom]] = field(default_factory=list)
    taken: list[set[int]] = field(default_factory=list)


# --- the new atoms ---


def reworded(old: Sequence[Atom], chars: Sequence[Char], tell: Tell, ways: Ways, *, cell: bool = False) -> Words:
    """The atoms that say what the characters of the copy say. What changed of a fixed value is told, not applied.

    Raises nothing: what cannot be put in is told.
    """
    chars = cited(chars)
    units, news = units_of_atoms(old), units_of_chars(chars)
    alignment = aligned(units, news)
    _protect(old, units, chars, news, alignment, tell)
    slots: list[_Slot] = []
    for at, char in enumerate(chars):
        back = alignment.mapped[at]
        if back == _DROPPED:
            continue
        if back is None:
            slots.append(_Slot(_inserted(char, tell, ways, cell), None, char))
            continue
        unit = units[back]
        if unit.offset == 0:
            edited = alignment.mapped[at + 1 : at + 2] == [_DROPPED] and len(old[unit.index].text) > 1
            slots.append(_Slot(old[unit.index], unit.index, None if edited else char))
    slots = _clear_of_breaks(_with_silent(old, slots))
    _with_marks(slots)
    return _parted(slots)


@dataclass(slots=True)
class _Slot:
    """An atom on its way: which old one it is, and the character of the copy that says how it looks."""

    atom: Atom
    origin: int | None
    char: Char | None


_DROPPED = -1


def _protect(
    old: Sequence[Atom],
    units: Sequence[Unit],
    chars: Sequence[Char],
    news: Sequence[Unit],
    alignment: Alignment,
    tell: Tell,
) -> None:
    """Values that stand elsewhere (variables, citations) stay whole: they are kept, or they go."""
    spans: dict[int, list[int]] = {}
    for at, unit in enumerate(units):
        if old[unit.index].object and not old[unit.index].object.startswith("note:"):
            spans.setdefault(unit.index, []).append(at)
    back = {one: two for two, one in enumerate(alignment.mapped) if one is not None and one >= 0}
    for index, places in spans.items():
        found = [back.get(place) for place in places]
        there = [place for place in found if place is not None]
        if len(there) == len(places) and there == list(range(there[0], there[0] + len(there))):
            continue
        if there:
            first, last = there[0], there[-1]
        else:
            swap = next((each for each in alignment.swapped if list(each[0]) == places), None)
            if swap is None:
                continue  # it went with the words around it
            first, last = swap[1][0], swap[1][-1]
        while first > 0 and alignment.mapped[first - 1] is None and _letter(chars[first - 1]) and _letter(chars[first]):
            first -= 1
        end = last + 1
        while end < len(chars) and alignment.mapped[end] is None and _letter(chars[end]) and _letter(chars[end - 1]):
            end += 1
        said = "".join(char.text for char in chars[first:end])
        _tell_fixed(old[index], said, tell)
        for place in range(first, end):
            alignment.mapped[place] = _DROPPED
        alignment.mapped[first] = places[0]


def _letter(char: Char) -> bool:
    return char.text.isalnum() and not char.object


def _tell_fixed(atom: Atom, said: str, tell: Tell) -> None:
    kind, _, key = atom.object.partition(":")
    if kind == "variable":
        tell("review.variable-edited", f"“{atom.text}” was changed to “{said}”, but it is the value of {key}")
    else:
        tell("review.citation-edited", f"the reference number “{atom.text}” was changed to “{said}”")


def _inserted(char: Char, tell: Tell, ways: Ways, cell: bool) -> Atom:
    if char.object:
        if char.object in ways.labels:
            return Atom(OBJECT, f"[^{ways.labels[char.object]}]", (), char.object)
        tell("review.picture", "a picture was put into the text")
        return Atom("", "")
    if char.link == CITED:
        tell("review.citation-edited", f"the reference number “{char.text}” was put in or moved by hand")
        return Atom("", "")
    if char.text == PARAGRAPH:
        return Atom(PARAGRAPH, PARAGRAPH)
    if hidden := admission.hidden_in(char.text, ways.rules):
        tell("review.hidden-character", f"the hidden character {admission.named(hidden)} was put in; it is left out")
        return Atom("", "")
    if char.text == "\t":
        return Atom(" ", " ")
    if char.text == "\n":
        if cell:
            tell("review.break-in-cell", "a line break was put into a table cell")
            return Atom(" ", " ")
        return Atom("\n", "\\\n")
    return Atom(char.text, char.text)


def _clear_of_breaks(slots: list[_Slot]) -> list[_Slot]:
    """No spaces stand beside a new line break: Markdown drops them there."""
    kept = []
    for at, slot in enumerate(slots):
        beside = [slots[each].atom.source for each in (at - 1, at + 1) if 0 <= each < len(slots)]
        if slot.atom.text != " " or slot.atom.object or "\\\n" not in beside:
            kept.append(slot)
    return kept


def _with_silent(old: Sequence[Atom], slots: list[_Slot]) -> list[_Slot]:
    """What shows nothing of its own stays with what stood behind it."""
    silent = [index for index, atom in enumerate(old) if atom.source and not atom.text]
    for index in silent:
        behind = (at for at, slot in enumerate(slots) if slot.origin is not None and slot.origin > index)
        slots.insert(next(behind, len(slots)), _Slot(old[index], index, None))
    return slots


def _with_marks(slots: list[_Slot]) -> None:
    """Each new atom with the marks that the copy shows on it; marks of the source are used again where they reach."""
    behind: list[tuple[Mark, ...]] = [()] * len(slots)
    for at in range(len(slots) - 2, -1, -1):
        behind[at] = slots[at + 1].atom.marks if slots[at + 1].origin is not None else behind[at + 1]
    before: tuple[Mark, ...] = ()
    for at, slot in enumerate(slots):
        if slot.char is not None:
            marks = tuple(_marks(slot.atom, slot.origin is not None, slot.char, before, behind[at]))
            if marks != slot.atom.marks:
                slot.atom = replace(slot.atom, marks=marks)
        if not slot.atom.text.isspace():
            before = slot.atom.marks
    _spaces(slots)


def _marks(atom: Atom, old: bool, char: Char, before: tuple[Mark, ...], behind: tuple[Mark, ...]) -> Iterator[Mark]:
    """The marks of one atom, those of the source first."""
    citation = atom.object.startswith("citation:")
    link = "" if char.link == CITED else same_address(char.link)
    looks = looks_of(atom) if citation or (char.text.isspace() and old) else char.looks
    if old and looks == looks_of(atom) and (citation or link == link_of(atom)):
        yield from atom.marks
        return
    own = atom.marks if old else ()
    near = [*own, *before, *(mark for mark in behind if mark not in before)]
    for mark in own:
        if mark.kind == "claim" or (mark.kind in ("link", "term") and not mark.target):
            yield mark
    if not old:
        inside = char.claim or any(mark.kind == "claim" and mark in behind for mark in before)
        claim = next((mark for mark in near if mark.kind == "claim"), None) if inside else None
        if claim:
            yield claim
        silent = [m for m in before if m in behind and m.kind in ("link", "term") and not m.target and not char.link]
        yield from silent
    if link:
        same = next((mark for mark in near if mark.target == link), None)
        yield same or Mark("link", link, open="[", close=f"]({_address(char.link)})")
    for look in LOOKS:
        if look in looks:
            sign = _SIGNS[look]
            yield next((mark for mark in near if mark.kind == look), Mark(look, open=sign, close=sign))


def _address(link: str) -> str:
    return f"<{link}>" if re.search(r"[\s()<>]", link) else link


def _spaces(slots: list[_Slot]) -> None:
    """White space has the looks that the words on both its sides have."""
    right: list[tuple[Mark, ...]] = [()] * len(slots)
    for at in range(len(slots) - 2, -1, -1):
        following = slots[at + 1].atom
        right[at] = following.marks if following.text and not following.text.isspace() else right[at + 1]
    left: tuple[Mark, ...] = ()
    for at, slot in enumerate(slots):
        atom = slot.atom
        if not atom.text.isspace() or atom.object:
            left = atom.marks if atom.text else left
            continue
        own = tuple(mark for mark in atom.marks if mark.kind not in LOOKS or mark.kind in ("code", "sup", "sub"))
        both = tuple(mark for mark in left if mark in right[at] and mark.kind in LOOKS and mark not in own)
        if slot.origin is None or {m.kind for m in atom.marks if m.kind in LOOKS} != {m.kind for m in both}:
            slot.atom = replace(atom, marks=(*own, *both))


def _parted(slots: list[_Slot]) -> Words:
    words = Words([[]], [set()])
    for slot in slots:
        if slot.atom.text == PARAGRAPH:
            words.parts.append([])
            words.taken.append(set())
            continue
        words.parts[-1].append(slot.atom)
        if slot.origin is not None:
            words.taken[-1].add(slot.origin)
    words.parts = [_stripped(part) for part in words.parts]
    return words


def _stripped(atoms: list[Atom]) -> list[Atom]:
    first, last = 0, len(atoms)
    while first < last and atoms[first].text.isspace() and not atoms[first].object:
        first += 1
    while last > first and atoms[last - 1].text.isspace() and not atoms[last - 1].object:
        last -= 1
    return atoms[first:last]


# --- written so that it says itself ---

Parse = Callable[[str], list[Atom] | None]


def source_of(atoms: Sequence[Atom], parse: Parse, tell: Tell, new: set[int] | None = None) -> str:
    """The source of atoms that a parse gives back as they are, with as few escapes as will do.

    Looks that cannot be written are given up and told. Raises ValueError when not even the words come back.
    """
    fresh = new if new is not None else {index for index, atom in enumerate(atoms) if atom.source == atom.text}
    exact = list(atoms)
    source = _written_as(exact, fresh, parse)
    if source is not None:
        return source
    fewer: tuple[Callable[[], list[Atom]], ...] = (
        lambda: _tight(exact),
        lambda: [
            replace(atom, marks=tuple(m for m in atom.marks if m.serial >= 0 or m.kind == "link")) for atom in exact
        ],
        lambda: [replace(atom, marks=tuple(m for m in atom.marks if m.kind not in LOOKS)) for atom in exact],
    )
    for lessen in fewer:
        lessened = lessen()
        source = _written_as(lessened, fresh, parse)
        if source is not None:
            if shown_by(lessened) != shown_by(exact):
                tell("review.looks-lost", f"not all of the formatting of “{_said(atoms)}” can be written in the source")
            return source
    raise ValueError(f"“{_said(atoms)}” cannot be written in the source")


def _written_as(atoms: list[Atom], fresh: set[int], parse: Parse) -> str | None:
    goal = shown_by(atoms)

    def good(attempt: list[Atom]) -> bool:
        got = parse(written(attempt))
        return got is not None and shown_by(got) == goal

    for which in (set[int](), fresh, set(range(len(atoms)))):
        for guarded in (False, True):
            for underscored in (False, True):
                signs = _signs_in(atoms, which)
                attempt = _attempt(atoms, which, signs, guarded, underscored)
                if not good(attempt):
                    continue
                for sign in sorted(signs, reverse=True):  # those that need no escape lose it
                    fewer = _attempt(atoms, which, signs - {sign}, guarded, underscored)
                    if good(fewer):
                        signs, attempt = signs - {sign}, fewer
                return written(attempt)
    return None


def _said(atoms: Sequence[Atom]) -> str:
    return "".join(atom.text for atom in atoms)[:80]


def _attempt(atoms: list[Atom], which: set[int], signs: set[str], guarded: bool, underscored: bool) -> list[Atom]:
    made = _escaped(atoms, which, signs)
    made = _guarded(made) if guarded else made
    return [_underscored(atom) for atom in made] if underscored else made


def _signs_in(atoms: list[Atom], which: set[int]) -> set[str]:
    """The signs among the atoms that might mean something."""
    return {atoms[index].text for index in which if _SPECIAL.fullmatch(atoms[index].text)}


def _escaped(atoms: list[Atom], which: set[int], signs: set[str]) -> list[Atom]:
    made = list(atoms)
    for index in which:
        atom = made[index]
        looks = looks_of(atom)
        if atom.object or "code" in looks or atom.source != atom.text:
            continue
        if looks & {"sup", "sub"} and atom.text.isspace():
            made[index] = replace(atom, source="\\ ")
        elif atom.text in signs and _means(made, index):
            made[index] = replace(atom, source=f"\\{atom.text}")
    return made


def _means(atoms: list[Atom], index: int) -> bool:
    """Whether a sign may mean something where it stands; others are never escaped."""
    text = atoms[index].text
    if text == "&":
        return _ENTITY.match("".join(atom.text for atom in atoms[index : index + 34])) is not None
    if text == "{":
        behind = atoms[index + 1].text if index + 1 < len(atoms) else ""
        before = atoms[index - 1] if index else Atom("", "")
        return (behind in ("{", "%", "#") and before.source != "\\{") or before.text in ("$", "]")
    return True


def _guarded(atoms: list[Atom]) -> list[Atom]:
    """What would begin a list, heading or directive at the start of a line is kept from it by a backslash."""
    made = list(atoms)
    start = 0
    text = [atom.source for atom in made]
    for index in range(len(made) + 1):
        if index < len(made) and "\n" not in text[index]:
            continue
        line = "".join(text[start:index])
        found = _LINE_START.match(line)
        if found and start < len(made):
            at = start + (len(found[0]) if found[0].isdigit() else 0)
            if at < len(made) and made[at].source == made[at].text:
                made[at] = replace(made[at], source=f"\\{made[at].text}")
        start = index + 1
    return made


def _tight(atoms: list[Atom]) -> list[Atom]:
    """New emphasis without the signs at its edges, which Markdown does not let it begin or end with there."""
    made = list(atoms)
    for order in (range(len(made)), range(len(made) - 1, -1, -1)):
        for at in order:
            other = made[at - order.step].marks if 0 <= at - order.step < len(made) else ()
            edge = [m for m in made[at].marks if m.kind in ("strong", "em") and m.serial < 0 and m not in other]
            if edge and not made[at].text.isalnum() and not made[at].object:
                made[at] = replace(made[at], marks=tuple(m for m in made[at].marks if m not in edge))
    return made


def _underscored(atom: Atom) -> Atom:
    marks = tuple(
        replace(mark, open="_", close="_") if mark.kind == "em" and mark.serial < 0 else mark for mark in atom.marks
    )
    return replace(atom, marks=marks)
