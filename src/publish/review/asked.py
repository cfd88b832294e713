"""A redline as somebody asks for it: versions by name, made where it may be stopped, its base kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from publish.project import Project
from publish.review import store
from publish.review.page import page
from publish.review.redline import redline
from publish.review.revisions import changes
from publish.review.versions import version
from publish.theme.load import load_theme
from publish.wordfile import open_word_file


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: versions as they are named, who and when (UTC) if that is said, with a page or without."""

    leaflet: str
    old: str
    new: str = ""
    author: str = ""
    when: datetime | None = None
    theme: str | None = None
    page: bool = False


@dataclass(frozen=True, slots=True)
class Redlined:
    """The finished redline, how many changes it shows, and what the two versions are called."""

    docx: bytes
    page: str
    count: int
    old: str
    new: str


def make(tell: Callable[[str], None], project: Project, wish: Wish) -> Redlined:
    """The redline. Runs in a worker. Raises Refused when a version cannot be found or read, or nothing sound comes out.

    Without an author the company stands at the changes, without a time the day for which the new version is prepared.
    The new version's sources are kept, so that the file may come back with more changes in it.
    """
    with tempfile.TemporaryDirectory(prefix="publish-") as scratch:
        folders = [Path(scratch).resolve() / name for name in ("old", "new")]
        for folder in folders:
            folder.mkdir()
        tell("reading both versions")
        old = version(project, wish.leaflet, wish.old, folders[0])
        new = version(project, wish.leaflet, wish.new, folders[1])
        theme = load_theme(wish.theme or new.document.meta.theme, project.themes)
        author = wish.author or new.document.product.company
        when = wish.when or datetime.combine(new.document.meta.prepared, time())
        made = redline(old.document, new.document, theme, author, when, tell)
        store.keep(project, new.document, new.root)
    word = open_word_file(made)
    parts = (word.main, *word.related("footnotes"), *word.related("header"), *word.related("footer"))
    count = sum(len(changes(word.tree(part))) for part in parts)
    shown = page(made, new.document, theme, old.called, new.called, count) if wish.page else ""
    return Redlined(made, shown, count, old.called, new.called)
