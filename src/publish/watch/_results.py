"""What came of a drawing or a proof: put before people's eyes, and told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from publish import policy
from publish.build import Made
from publish.diagnostics import Failure, Finding, Place
from publish.watch import Event, Found, Kept, Pictures
from publish.watch._leaflet import Watched, same_inputs
from publish.watch._post import Came
from publish.watch.drawing import Sketch
from publish.worker import as_finding


def drawn(leaflet: Watched, came: Came, root: Path) -> Iterator[Event]:
    """Fresh pictures; or the last good ones, which are called stale."""
    sketch = came.result if isinstance(came.result, Sketch) else Sketch(_unmade(leaflet.name, came.result))
    seconds = _since(leaflet.since)
    leaflet.unproven = leaflet.since
    leaflet.drawing = leaflet.since = None
    leaflet.drawn_of.set(sketch.made, root, whole=bool(sketch.pages))
    if not sketch.made.inputs:
        leaflet.drawn_of.sure = False
    leaflet.sketch = sketch if sketch.pages else None
    wrong = sketch.made.findings
    news = leaflet.tell_drawn(wrong, whole=bool(sketch.pages))
    if sketch.pages:
        files = leaflet.preview.show(sketch, came.order.folder, wrong)
        yield Pictures(leaflet.name, files, sketch.count, sketch.pdf_sha256, seconds)
        if news.new or news.mended:
            yield Found(leaflet.name, wrong, news.new, news.mended, None, seconds)
    else:
        leaflet.unproven = None
        yield Kept(leaflet.name, leaflet.preview.keep(sketch.title, wrong), seconds)
        yield Found(leaflet.name, wrong, news.new, (), False, seconds)


def proven(leaflet: Watched, came: Came, root: Path) -> Iterator[Event]:
    """Whether the very file that the pictures show has passed its proofs, and its siblings in the other formats."""
    made = came.result if isinstance(came.result, Made) else _unmade(leaflet.name, came.result)
    seconds = _since(leaflet.unproven)
    leaflet.proving = leaflet.unproven = None
    leaflet.proven_of.set(made, root, whole=True)
    sketch = leaflet.sketch
    if sketch is None:
        return
    if not made.blocked and made.files.get(sketch.pdf) != sketch.pdf_sha256:
        if not same_inputs(sketch.made.inputs, made.inputs):
            return  # a file has changed in between; the next look finds that, and the leaflet is drawn again
        made = replace(made, findings=(*made.findings, _other_file(sketch.pdf)))
    news = leaflet.tell_proven(made.findings)
    leaflet.preview.judge(made.findings, proven=not made.blocked)
    yield Found(leaflet.name, made.findings, news.new, news.mended, not made.blocked, seconds)


def _other_file(name: str) -> Finding:
    return Finding(
        "watch.other-file",
        "the file that was proven is not the one that the pictures show, though both were made of the same sources",
        Place(name),
        "this is a fault of publish or of a library under it: please report it with the leaflet",
    )


def _unmade(name: str, came: Any) -> Made:
    """What is told of a leaflet whose work was stopped or refused."""
    findings = came.findings if isinstance(came, Failure) else (as_finding(came, name),)
    return Made(name, findings=policy.judge(findings, "approved"))


def _since(when: float | None) -> float:
    return time.monotonic() - when if when is not None else 0.0
