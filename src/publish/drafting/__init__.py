"""Any file as a start: a Word file, web page or plain text becomes a leaflet's draft and a list of what needs a hand.

The file is from outside: it is looked at as a returned copy is, and converted where the work may be stopped. Nothing
stands in the project before all of it is made.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from publish.diagnostics import Place, refuse
from publish.drafting.hints import hints
from publish.drafting.markdown import Writer
from publish.drafting.sources import SUFFIXES, opened, pictures
from publish.project import FILE_NAME, LEAFLET_FILE, Project, open_project, shown
from publish.reader import read_leaflet
from publish.reader.admission import Rules, faults, replaced
from publish.scaffold import check_new, leaflet_text

TODO_FILE = "TODO.md"
_LOST = "�"


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of a leaflet's folder by name, the list of what needs a hand among them, and that list."""

    files: Mapping[str, bytes]
    todo: tuple[str, ...]


def draft(tell: Callable[[str], None], project: Project, name: str, file: Path, today: date) -> Draft:
    """The draft made from a file; nothing is written. Runs in a worker.

    Raises Refused when the file cannot be used, or a leaflet of that name is there already.
    """
    check_new(project, name)
    if file.suffix.lower() not in SUFFIXES:
        hint = "name a Word file (.docx), a web page (.html) or a text (.txt)"
        raise refuse("draft.kind", f"{file.name} is of no kind that a leaflet can begin with", Place(str(file)), hint)
    tell(f"reading {file.name}")
    root, lost = opened(file)
    kept: dict[str, bytes] = {}
    folder = file.parent if file.suffix.lower() in (".html", ".htm") else None
    writer = Writer(pictures(folder, kept))
    body = writer.document(root)
    if not body.strip():
        raise refuse("draft.empty", f"{file.name} has no text", Place(str(file)), "name another file")
    title = writer.title or name.replace("-", " ").capitalize()
    text = leaflet_text(project, name, today, title, _admitted(body, writer))
    files = {LEAFLET_FILE: text.encode(), **kept}
    tell("checking the draft")
    todo = tuple(dict.fromkeys((*writer.told, *lost, *_checked(project, name, files))))
    page = _page(file.name, todo)
    return Draft({**files, TODO_FILE: page.encode()}, todo)


def put(project: Project, name: str, made: Draft) -> Path:
    """The draft in its place, whole or not at all; its leaflet.md. Raises Refused when it cannot be written."""
    check_new(project, name)
    target = project.source / "leaflets" / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=target.parent) as staging:
            folder = Path(staging) / name
            _write(folder, made.files)
            os.rename(folder, target)  # noqa: PTH104 - fails if somebody was quicker, where Path.replace would not say
    except OSError as error:
        message = f"the draft cannot be written: {error.strerror or error}"
        raise refuse(
            "build.cannot-write", message, Place(str(target)), "give yourself the right to write there"
        ) from None
    return target / LEAFLET_FILE


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _admitted(body: str, writer: Writer) -> str:
    """The text without characters that nobody can see; told how many there were."""
    rules = Rules.sniffed(body)
    unseen = [each for each in faults(body, rules) if each.code == "source.hidden-character"]
    if not unseen:
        return body
    writer.tell("characters that cannot be seen, such as soft hyphens, were taken out")
    return re.sub(f" *{_LOST}(?= )|{_LOST}", "", replaced(body, rules))


def _checked(project: Project, name: str, files: Mapping[str, bytes]) -> list[str]:
    """What the reader says of the draft, tried out in a copy of the sources."""
    with tempfile.TemporaryDirectory(prefix="publish-") as scratch:
        root = Path(scratch).resolve()
        source = root / shown(project.source, project.root)
        shutil.copytree(project.source, source)
        shutil.copyfile(project.root / FILE_NAME, root / FILE_NAME)
        _write(source / "leaflets" / name, files)
        document, findings = read_leaflet(open_project(root), name)
    told = [
        f"line {each.place.line}: {each.message}" + (f" ({each.hint})" if each.hint else "")
        for each in findings
        if each.place and each.place.line and each.place.file.endswith(f"{name}/{LEAFLET_FILE}")
    ]
    return [*(hints(document) if document else ()), *told]


def _page(file: str, todo: tuple[str, ...]) -> str:
    lines = "".join(f"- [ ] {item}\n" for item in todo)
    return (
        f"# What needs a hand\n\nThis draft was made from {file} by a program. Go through the list, tick off what is "
        f"done, and delete this file.\n\n{lines}"
    )
