"""The words of a document in reading order, as a reading system shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from publish.verify._epub_read import XHTML

_INLINE = frozenset(
    f"{XHTML}{name}"
    for name in (
        "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q rb rp rt ruby s samp small span strike "
        "strong sub sup time tt u var wbr big"
    ).split()
)
_BREAKS = frozenset({f"{XHTML}br", f"{XHTML}img", f"{XHTML}hr"})


def words(element: etree._Element) -> list[str]:
    """The words inside an element. A block's edge, a line break and a picture part words; inline markup does not."""
    pieces: list[str] = []
    for event, each in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces.append(each.tail or "")
            continue
        parts_words = each.tag not in _INLINE
        if event == "start":
            if parts_words:
                pieces.append(" ")
            pieces.append(each.text or "")
        else:
            if parts_words or each.tag in _BREAKS:
                pieces.append(" ")
            if each is not element:
                pieces.append(each.tail or "")
    return "".join(pieces).split()


def first_difference(wanted: Sequence[str], found: Sequence[str]) -> str:
    """Where two texts part, in words; "" when they are equal."""
    for index, (want, got) in enumerate(zip(wanted, found, strict=False)):
        if want != got:
            return f"after “{_before(wanted, index)}” it must say “{want}”, and says “{_shown(got)}”"
    if len(wanted) > len(found):
        return f"after “{_before(wanted, len(found))}” the words “{' '.join(wanted[len(found) :][:8])}” are missing"
    if len(found) > len(wanted):
        return f"after “{_before(wanted, len(wanted))}” it says besides “{_shown(' '.join(found[len(wanted) :][:8]))}”"
    return ""


def _before(words_: Sequence[str], index: int) -> str:
    return " ".join(words_[max(0, index - 5) : index]) or "the beginning"


def _shown(text: str) -> str:
    """Text with its invisible characters made visible."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def place_of(wanted: Sequence[str], found: Sequence[str], start: int = 0) -> int | None:
    """Where one text stands in another in one piece; None when it does not."""
    if not wanted:
        return None
    first, size = wanted[0], len(wanted)
    for index in range(start, len(found) - size + 1):
        if found[index] == first and list(found[index : index + size]) == list(wanted):
            return index
    return None


def nearest(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Where a text that is not there in one piece most likely begins: the longest common start, or the most words."""
    best, at = 0, 0
    for index in range(len(found)):
        size = 0
        while size < len(wanted) and index + size < len(found) and found[index + size] == wanted[size]:
            size += 1
        if size > best:
            best, at = size, index
    return at


def squeezed(texts: Iterable[str]) -> list[str]:
    """The words of several texts, one behind the other."""
    return " ".join(texts).split()
