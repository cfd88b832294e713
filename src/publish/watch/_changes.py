"""What a look means for a leaflet: drawn anew, proven anew, or gone. Work for an older state is given up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publish.diagnostics import Finding, Place
from publish.inputs import name_of
from publish.watch import Came, Changed, Event, Noted, Went
from publish.watch._leaflet import Watched
from publish.watch._post import Post
from publish.watch.looking import Look

_SHOW_ANYWAY_SECONDS = 2.0
"""A drawing is given up for a newer edit, unless no picture has come for so long: who saves all the time sees some."""


@dataclass(frozen=True, slots=True)
class Hands:
    """One draws pictures and is free again at once, the other proves what was drawn."""

    drawer: Post
    prover: Post


def changed(leaflet: Watched, look: Look, hands: Hands, noticed: bool, root: Path) -> Iterator[Event]:
    """Take note of what a look has found. `noticed`: the system has told that something changed somewhere."""
    there = look.there(leaflet.file)
    drawn_of, proven_of = leaflet.drawn_of.changed(look), leaflet.proven_of.changed(look)
    if leaflet.there and not there:
        yield from _gone(leaflet, hands, root)
    elif there and not leaflet.there:
        yield Came(leaflet.name)
    leaflet.there = there
    hangs = leaflet.drawing is not None and hands.drawer.slow()
    unsure = not leaflet.drawn_of.sure and leaflet.since is None
    if there and (drawn_of or (noticed and (hangs or unsure))):
        stale(leaflet, hands)
        if drawn_of:
            yield Changed(leaflet.name, tuple(name_of(path, root) for path in drawn_of))
    elif there and proven_of and leaflet.since is None:
        _unproven(leaflet, hands)
        yield Changed(leaflet.name, tuple(name_of(path, root) for path in proven_of))


def stale(leaflet: Watched, hands: Hands) -> None:
    """The leaflet must be drawn anew, and what is under way for it is not wanted, unless it has to be."""
    now = time.monotonic()
    waited = now - leaflet.since if leaflet.since is not None else 0.0
    leaflet.noticed = now
    if leaflet.since is None:
        leaflet.since = now
        leaflet.preview.drawing()
    if leaflet.drawing is not None and (waited < _SHOW_ANYWAY_SECONDS or hands.drawer.slow()):
        hands.drawer.give_up()
        leaflet.drawing = None
    _unproven(leaflet, hands)


def _unproven(leaflet: Watched, hands: Hands) -> None:
    leaflet.unproven = leaflet.unproven or time.monotonic()
    if leaflet.proving is not None:
        hands.prover.give_up()
        leaflet.proving = None


def _gone(leaflet: Watched, hands: Hands, root: Path) -> Iterator[Event]:
    stale(leaflet, hands)
    leaflet.since = leaflet.unproven = None
    gone = Finding(
        "watch.leaflet-gone",
        f"the leaflet “{leaflet.name}” is not there any more; the pictures are its last ones",
        Place(name_of(leaflet.file, root)),
        "put it back, or end the watch; a new name wants a watch of its own",
    )
    leaflet.preview.keep("", [gone])
    yield Went(leaflet.name)
    yield Noted(gone)
