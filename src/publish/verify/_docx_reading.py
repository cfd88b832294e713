"""Opens a finished Word file for the checks, once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Finding, Place
from publish.verify import Artifact
from publish.verify._docx_numbering import label, read_numbering
from publish.verify._docx_revisions import has_revisions, resolved
from publish.verify._docx_styles import read_styles
from publish.verify._docx_text import Reading, read
from publish.verify._once import once
from publish.wordfile import Element, Unreadable, WordFile, open_word_file


@once()
def readings(data: bytes) -> tuple[tuple[str, Reading], ...]:
    """The file as it is, or if it has tracked changes: with all accepted, then with all rejected; each with words.

    Raises Unreadable for what is no plain Word file.
    """
    word = open_word_file(data)
    main = word.tree(word.main)
    if not _tracked(word):
        return (("", _read(word, main)),)
    return (
        (" with all changes accepted", _read(word, resolved(main, accept=True))),
        (" with all changes rejected", _read(word, resolved(main, accept=False))),
    )


def _tracked(word: WordFile) -> bool:
    return has_revisions(word.tree(word.main))


def _read(word: WordFile, main: Element) -> Reading:
    styles, numbering = read_styles(word), read_numbering(word)
    reading = read(word, styles, main, numbering.paragraph_properties())
    label(reading.body, numbering)
    label(reading.notes, numbering)
    return reading


def opened(artifact: Artifact) -> tuple[tuple[str, Reading], ...]:
    """The readings of an artifact; none when it cannot be read, which `unreadable` reports."""
    try:
        return readings(artifact.data)
    except (Unreadable, RecursionError):
        return ()


def unreadable(artifact: Artifact) -> Iterator[Finding]:
    """Why a file cannot be read at all."""
    try:
        readings(artifact.data)
    except (Unreadable, RecursionError) as error:
        why = str(error) if isinstance(error, Unreadable) else "it is nested too deeply"
        yield Finding(
            "docx.unreadable",
            f"this is no Word file that can be read: {why}",
            Place(artifact.name),
            "build it again; a file saved by another program must be a plain .docx",
        )
