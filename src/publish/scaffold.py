"""Beginnings: a new project, a new leaflet, a new theme. Nothing that is there already is written over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from publish.diagnostics import Place, refuse
from publish.project import FILE_NAME, LEAFLET_FILE, Project

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def start_project(folder: Path) -> tuple[Path, ...]:
    """A new project in `folder` that builds at once; the files written. Refused when one is there already."""
    if (folder / FILE_NAME).exists():
        raise refuse("project.exists", f"{folder} is a publish project already", Place(str(folder / FILE_NAME)))
    written = [*_copy(files("publish") / "start" / "project", folder)]
    return tuple(written)


def start_leaflet(project: Project, name: str, today: date) -> Path:
    """A first draft of a leaflet, for the first safety file of the project; its path."""
    check_new(project, name)
    target = project.source / "leaflets" / name / LEAFLET_FILE
    text = leaflet_text(project, name, today, name.replace("-", " ").capitalize())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def check_new(project: Project, name: str) -> None:
    """Raises Refused when a new leaflet cannot have this name, or one has it already."""
    _named(name, "leaflet")
    target = project.source / "leaflets" / name / LEAFLET_FILE
    if target.exists():
        raise refuse(
            "project.exists", f"there is a leaflet “{name}” already", Place(str(target)), "choose another name"
        )


def leaflet_text(project: Project, name: str, today: date, title: str, body: str = "") -> str:
    """The text of a new leaflet: the head for the first safety file of the project, then `body`, or a first line."""
    said = _first_safety(project)
    text = (files("publish") / "start" / "leaflet.md").read_text(encoding="utf-8")
    quoted = " ".join(title.split())[:300].replace("\\", "\\\\").replace('"', '\\"')
    values = {"TITLE": quoted, "NAME": name, "TODAY": today.isoformat()} | said
    head, mark, first = text.rpartition("---\n")
    for key, value in values.items():
        head, first = head.replace(f"@{key}@", value), first.replace(f"@{key}@", value)
    return head + mark + (f"\n{body}" if body else first)


def start_theme(project: Project, name: str) -> tuple[Path, ...]:
    """A theme that extends `base` and holds only a colour of its own; the files written."""
    _named(name, "theme")
    folder = project.themes / name
    if folder.exists():
        raise refuse("project.exists", f"there is a theme “{name}” already", Place(str(folder)), "choose another name")
    return tuple(_copy(files("publish") / "start" / "theme", folder))


def _named(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise refuse(
            "project.bad-name",
            f"“{name}” cannot be the name of a {what}",
            hint="use small letters, digits and hyphens, such as “spring-leaflet”",
        )


def _first_safety(project: Project) -> dict[str, str]:
    """What the front matter of the project's first safety file says, for a leaflet to begin with."""
    for path in sorted((project.source / "safety").glob("*.md")):
        head = path.read_text(encoding="utf-8", errors="replace").split("---")[1:2]
        said = dict(re.findall(r"^(\w[\w-]*):\s*(.+?)\s*$", head[0] if head else "", re.M))
        if said.keys() >= {"product", "market", "audience", "language"}:
            keys = ("product", "market", "audience", "language")
            return {"SAFETY": path.stem} | {key.upper(): said[key] for key in keys}
    raise refuse(
        "project.no-safety",
        "the project has no safety file, and no leaflet can be without one",
        Place(str(project.source / "safety")),
        "write source/safety/<product>-<market>-<audience>.md first",
    )


def _copy(source: Traversable, target: Path) -> Iterator[Path]:
    for entry in sorted(source.iterdir(), key=lambda each: each.name):
        path = target / (".gitignore" if entry.name == "gitignore" else entry.name)
        if entry.is_dir():
            yield from _copy(entry, path)
        elif not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entry.read_bytes())
            yield path
