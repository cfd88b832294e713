"""What characters of a copy and atoms of a source show, in one form, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from publish.review.atoms import Atom, link_of, looks_of, same_address
from publish.review.runs import Char

CITED = "#cited"
"""Where the number of a reference leads, whichever it is."""


def shown_of(chars: Iterable[Char]) -> list[tuple[str, frozenset[str], str]]:
    """What characters of a copy say, in the form in which they are compared; trimmed."""
    found = [
        (char.object or char.text, frozenset() if char.text.isspace() else char.looks, same_address(char.link))
        for char in chars
    ]
    while found and found[0][0].isspace():
        found.pop(0)
    while found and found[-1][0].isspace():
        found.pop()
    return found


def shown_by(atoms: Iterable[Atom]) -> list[tuple[str, frozenset[str], str]]:
    """What atoms say, in the same form; a citation's own links do not count."""
    found = []
    for atom in atoms:
        if atom.object.startswith("note:"):
            found += [(atom.object, frozenset[str](), "")] if atom.text else []
            continue
        for char in atom.text:
            looks = frozenset[str]() if char.isspace() else looks_of(atom)
            found.append((char, looks, CITED if atom.object.startswith("citation:") else link_of(atom)))
    while found and found[0][0].isspace():
        found.pop(0)
    while found and found[-1][0].isspace():
        found.pop()
    return found


def cited(chars: Sequence[Char]) -> list[Char]:
    """The characters of a copy, those of citations marked as such; the comma between two numbers belongs to them."""
    made = [replace(char, link=CITED, looks=frozenset()) if char.link.startswith("#blk_r") else char for char in chars]
    for index in range(1, len(made) - 1):
        if made[index].text == "," and made[index - 1].link == CITED and made[index + 1].link == CITED:
            made[index] = replace(made[index], link=CITED, looks=frozenset())
    return made
