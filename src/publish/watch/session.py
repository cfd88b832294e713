"""The watch itself: it looks, gives work to two hands, and tells what happened. The newest edit wins.

One hand draws pictures and is free again at once; the other proves what was drawn, in all formats, and may take longer.
Work for a state that has passed is given up.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType

from publish.build import DEFAULT_FORMATS, Request, today
from publish.diagnostics import Failure, Finding, WrongUsage
from publish.project import FILE_NAME, LEAFLET_FILE, Project, leaflet_folder, leaflet_names, open_project
from publish.watch import FOLDER, Came, Changed, Event, Noted, Watching, Working
from publish.watch._changes import Hands, changed, stale
from publish.watch._leaflet import Basis, Watched
from publish.watch._post import Post
from publish.watch._results import drawn, proven
from publish.watch._workplace import Workplace
from publish.watch.drawing import Order, draw, prove
from publish.watch.looking import Look
from publish.watch.notices import Notices
from publish.watch.preview import BEAT_SECONDS, Preview, beat

MOST_LEAFLETS = 24
"""Watched at once: more would keep whoever waits for a picture waiting."""

_LOOK_SECONDS, _DEAF_SECONDS, _UNSETTLED_SECONDS = 1.0, 0.25, 0.02
"""Between two looks: with notices of the system, without, and while a file seems to be in the middle of a save."""


class Session:
    """A watch of some leaflets, or of all there are and will be. Use it with `with`, and go through its `events`.

    Entering it raises WrongUsage for a leaflet that does not exist or too many of them, Refused when another watch has
    one of them or there is no place for pictures. `theme` overrides the leaflets' own.
    """

    def __init__(self, project: Project, names: Sequence[str] = (), theme: str | None = None) -> None:
        self.project = project
        self.folder = project.root / FOLDER
        self._theme = theme
        self._chosen = tuple(dict.fromkeys(names))
        self._leaflets: dict[str, Watched] = {}
        self._look = Look()
        self._settings = Basis([project.root / FILE_NAME])
        self._next_look = self._next_beat = 0.0
        self._settings.know()
        self._notices = Notices()
        self._stopped = False
        self._told_deaf = False

    def __enter__(self) -> Session:
        with ExitStack() as stack:
            stack.callback(self._notices.close)
            self._workplace = Workplace(self.folder)
            stack.callback(self._workplace.close)
            for name in self._names():
                self._add(name)
                stack.callback(self._leaflets[name].preview.end)
            drawer = Post(draw, self.project.limits)
            stack.callback(drawer.end)
            prover = Post(prove, self.project.limits)
            stack.callback(prover.end)
            self._hands = Hands(drawer, prover)
            self._closing = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def stop(self) -> None:
        """End `events` soon. May be called from anywhere, a signal's handler too."""
        self._stopped = True
        self._notices.wake()

    def events(self) -> Iterator[Event]:
        """What happens, as it happens, until `stop`."""
        yield Watching(tuple(self._leaflets), self.folder)
        while not self._stopped:
            if time.monotonic() >= self._next_beat:
                beat(self.folder)
                self._next_beat = time.monotonic() + BEAT_SECONDS
            noticed = self._notices.heard()
            if noticed or time.monotonic() >= self._next_look:
                yield from self._looked(noticed)
            for hand in (self._hands.drawer, self._hands.prover):
                yield from self._heard(hand)
            self._give()
            wait(
                [self._notices.fileno(), self._hands.drawer.connection, self._hands.prover.connection], self._patience()
            )

    # --- looking ---

    def _looked(self, noticed: bool) -> Iterator[Event]:
        """Look at everything that the leaflets are made of, and tell what has changed."""
        yield from self._joined()
        watched = self._leaflets.values()
        made_of = [{each.file, *each.drawn_of.files, *each.proven_of.files} for each in watched]
        self._look.again(set(self._settings.files).union(*made_of))
        if self._settings.changed(self._look):
            yield from self._reopened()
        for leaflet in watched:
            yield from changed(leaflet, self._look, self._hands, noticed, self.project.root)
        yield from self._listening()
        calm = _DEAF_SECONDS if self._notices.deaf else _LOOK_SECONDS
        self._next_look = time.monotonic() + (_UNSETTLED_SECONDS if self._look.unsettled else calm)

    def _joined(self) -> Iterator[Event]:
        """New leaflets, when all are watched."""
        if self._chosen:
            return
        for name in leaflet_names(self.project):
            if name not in self._leaflets and len(self._leaflets) < MOST_LEAFLETS:
                try:
                    self._add(name)
                except Failure as failure:
                    yield from (Noted(finding) for finding in failure.findings)
                    continue
                self._closing.callback(self._leaflets[name].preview.end)
                yield Came(name)

    def _reopened(self) -> Iterator[Event]:
        """publish.toml has changed. While it is broken, what it said before holds."""
        try:
            project = open_project(self.project.root)
        except Failure as failure:
            yield from (Noted(finding) for finding in failure.findings)
            return
        if project != self.project:
            self.project = project
            for leaflet in self._leaflets.values():
                leaflet.file = _file(project, leaflet.name)
                stale(leaflet, self._hands)
                yield Changed(leaflet.name, (FILE_NAME,))

    def _listening(self) -> Iterator[Event]:
        """Hear of the folders that there are now; tell when the system gives no notices."""
        project = self.project
        used = {path.parent for leaflet in self._leaflets.values() for path in leaflet.drawn_of.files}
        beyond = {
            real
            for folder in used
            if not (real := folder.resolve()).is_relative_to(project.source)
            and not real.is_relative_to(project.themes)
            and not real.is_relative_to(project.root / ".publish")
        }
        self._notices.follow([project.source, project.themes, *sorted(beyond)])
        if self._notices.deaf and not self._told_deaf:
            self._told_deaf = True
            yield Noted(
                Finding(
                    "watch.no-notices",
                    f"the system gives no notice of changed files ({self._notices.deaf[:200]}); "
                    "publish looks at them four times a second instead",
                    hint="on Linux raise fs.inotify.max_user_watches, or close programs that watch many files",
                )
            )

    # --- work ---

    def _give(self) -> None:
        """Work for hands that are free: what was edited last comes first."""
        watched = sorted(self._leaflets.values(), key=lambda each: each.noticed, reverse=True)
        if self._hands.drawer.free:
            for leaflet in watched:
                if leaflet.since is not None and leaflet.there:
                    leaflet.drawing = self._order(leaflet)
                    self._hands.drawer.give(leaflet.drawing, self.project.limits)
                    break
        if self._hands.prover.free:
            for leaflet in watched:
                if leaflet.unproven is not None and leaflet.since is None and leaflet.there and leaflet.sketch:
                    leaflet.proving = self._order(leaflet)
                    self._hands.prover.give(leaflet.proving, self.project.limits)
                    break

    def _order(self, leaflet: Watched) -> Order:
        return self._workplace.order(Request(self.project, leaflet.name, DEFAULT_FORMATS, self._theme, today()))

    def _heard(self, hand: Post) -> Iterator[Event]:
        while (heard := hand.hear()) is not None:
            if isinstance(heard, str):
                if hand.order:
                    yield Working(hand.order.request.name, heard)
                continue
            leaflet = self._leaflets[heard.order.request.name]
            if heard.result is None:
                self._unmade(leaflet, heard.order)
            elif leaflet.drawing is heard.order:
                yield from drawn(leaflet, heard, self.project.root)
                self._next_look = 0.0
            elif leaflet.proving is heard.order:
                yield from proven(leaflet, heard, self.project.root)
            shutil.rmtree(heard.order.folder, ignore_errors=True)

    @staticmethod
    def _unmade(leaflet: Watched, order: Order) -> None:
        """Nothing came of an order. If it was not given up here, its ticket was thrown away: it is given anew."""
        if leaflet.drawing is order:
            leaflet.drawing = None
        elif leaflet.proving is order:
            leaflet.proving = None

    def _patience(self) -> float:
        """Seconds until something is to be done although nobody says anything."""
        next_ = min(self._next_look, self._next_beat) - time.monotonic()
        return max(0.0, min(next_, self._hands.drawer.patience(), self._hands.prover.patience()))

    # --- leaflets ---

    def _names(self) -> tuple[str, ...]:
        try:
            for name in self._chosen:
                leaflet_folder(self.project, name)
        except Failure as failure:
            raise WrongUsage(*failure.findings) from None
        names = self._chosen or leaflet_names(self.project)
        if len(names) > MOST_LEAFLETS:
            raise WrongUsage(
                Finding(
                    "watch.too-many",
                    f"{len(names)} leaflets cannot be watched at once; the most is {MOST_LEAFLETS}",
                    hint="name those that you work on: publish watch NAME",
                )
            )
        return names

    def _add(self, name: str) -> None:
        preview = Preview(self.folder, name)
        preview.hold()
        preview.drawing()
        file = _file(self.project, name)
        drawn_of = Basis([file])
        drawn_of.know()
        self._leaflets[name] = Watched(name, file, preview, time.monotonic(), drawn_of, Basis())


def _file(project: Project, name: str) -> Path:
    return project.source / "leaflets" / name / LEAFLET_FILE
