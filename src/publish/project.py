"""Where things are: the project's root, its folders and limits from `publish.toml`, and the catalogue of leaflets."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from publish.diagnostics import Finding, Place, Refused, did_you_mean, refuse
from publish.incremental import asked

FILE_NAME = "publish.toml"
LEAFLET_FILE = "leaflet.md"


@dataclass(frozen=True, slots=True)
class Limits:
    """What building one leaflet may take: seconds, memory and output in MB (10^6 bytes), pages."""

    seconds: int = 120
    memory_mb: int = 2048
    pages: int = 400
    output_mb: int = 200


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk. All paths are absolute and stand inside `root`, links followed: `linked` if there were any."""

    root: Path
    source: Path
    themes: Path
    outputs: Path
    limits: Limits = Limits()
    linked: bool = False


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=lambda name: name.replace("_", "-"))


class _Folders(_Settings):
    source: str = "source"
    themes: str = "themes"
    outputs: str = "outputs"


class _Limits(_Settings):
    seconds: int = Field(default=120, ge=1, le=86_400)
    memory_mb: int = Field(default=2048, ge=64, le=1_000_000)
    pages: int = Field(default=400, ge=1, le=100_000)
    output_mb: int = Field(default=200, ge=1, le=100_000)


class _File(_Settings):
    folders: _Folders = _Folders()
    limits: _Limits = _Limits()


_KNOWN = {
    (): ("folders", "limits"),
    ("folders",): ("source", "themes", "outputs"),
    ("limits",): ("seconds", "memory-mb", "pages", "output-mb"),
}


def open_project(start: Path) -> Project:
    """The project that `start` stands in: the nearest folder upwards that holds `publish.toml`.

    Refused, with every fault of the file at once, when there is none or it cannot be used.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return _load(folder.resolve())
    raise refuse(
        "project.not-found",
        f"no {FILE_NAME} stands in {start} or in a folder above it, so this is no project",
        hint="start one with `publish init DIR`, or name one with `--project DIR`",
    )


def _load(root: Path) -> Project:
    try:
        text = (root / FILE_NAME).read_text(encoding="utf-8-sig")
        settings = _File.model_validate(tomllib.loads(text))
    except OSError as error:
        raise refuse("project.unreadable", f"{FILE_NAME} cannot be read: {error.strerror}", Place(FILE_NAME)) from None
    except UnicodeDecodeError as error:
        raise refuse(
            "project.unreadable", f"{FILE_NAME} is not UTF-8 at byte {error.start}", Place(FILE_NAME)
        ) from None
    except ValidationError as error:
        raise Refused(*(_finding(fault, text) for fault in error.errors())) from None
    except (ValueError, RecursionError) as error:  # tomllib: a syntax error, or a number beyond all measure
        raise refuse(
            "project.syntax",
            f"{FILE_NAME} is no TOML: {error}",
            Place(FILE_NAME, _toml_line(str(error))),
            "write [folders] and [limits] with `key = value` lines, or delete the file's content to use the defaults",
        ) from None
    folders = settings.folders
    names = (folders.source, folders.themes, folders.outputs)
    source, themes, outputs = (_inside(root, name) for name in names)
    for one, other in ((outputs, source), (outputs, themes), (source, themes)):
        if one == other or one in other.parents or other in one.parents:
            raise refuse(
                "project.folders",
                f"the folders {shown(one, root)} and {shown(other, root)} lie inside each other",
                Place(FILE_NAME),
                "what people write and what is generated must be kept apart: give each a folder of its own",
            )
    given = settings.limits
    limits = Limits(given.seconds, given.memory_mb, given.pages, given.output_mb)
    linked = [os.path.normpath(root / name) for name in names] != [str(each) for each in (source, themes, outputs)]
    return Project(root, source, themes, outputs, limits, linked)


def _inside(root: Path, name: str) -> Path:
    path = (root / name).resolve() if name.strip() and "\0" not in name else root
    if root not in path.parents:
        raise refuse(
            "project.folder-outside",
            f"the folder “{name}” does not stand inside the project",
            Place(FILE_NAME),
            "name a folder below the one that holds publish.toml, such as “source”",
        )
    return path


def _finding(fault: Any, text: str) -> Finding:
    *parents, key = (str(part) for part in fault["loc"])
    place = Place(FILE_NAME, line_of_key(text, key))
    if fault["type"] == "extra_forbidden":
        hint = did_you_mean(key, _KNOWN.get(tuple(parents), ()))
        return Finding("project.key-unknown", f"{FILE_NAME} has an unknown key “{key}”", place, hint)
    return Finding(
        "project.value", f"“{key}” has a value that does not fit: {fault['msg'].lower()}", place, "see the project page"
    )


def line_of_key(text: str, key: str) -> int | None:
    """The line of a TOML text (from 1) on which `key` is given or opened as a table; None when it cannot be told."""
    name = re.escape(key)
    pattern = rf"""^[ \t]*(?:\[+[ \t]*)?(?:[\w.-]+\.)?["']?{name}["']?[ \t]*(?:[.=\]])"""
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _toml_line(message: str) -> int | None:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else None


def shown(path: Path, root: Path) -> str:
    """A path as people read it: relative to the root where it stands inside, with forward slashes."""
    return path.relative_to(root).as_posix() if path == root or root in path.parents else path.as_posix()


def leaflet_names(project: Project) -> tuple[str, ...]:
    """The leaflets there are: folders of `source/leaflets` that hold a `leaflet.md`, sorted."""
    folder = project.source / "leaflets"
    if not folder.is_dir():
        return ()
    return tuple(sorted(name for name in os.listdir(folder) if _there(folder, name)))  # noqa: PTH208 - may be many


def leaflet_folder(project: Project, name: str) -> Path:
    """The folder of the leaflet `name`; Refused names the nearest when there is none."""
    folder = project.source / "leaflets" / name
    if not (_one_folder(name) and _there(folder.parent, name) and _as_spelled(folder)):
        names = leaflet_names(project)  # only now: there may be ten thousand of them
        raise refuse(
            "project.leaflet-unknown",
            f"there is no leaflet “{name}”",
            hint=did_you_mean(name, names) if names else "start one with `publish new NAME`",
        )
    return folder


def _there(leaflets: Path, name: str) -> bool:
    """Whether there is a leaflet of this name; pathlib takes five times as long, and there may be ten thousand."""
    return os.path.isfile(f"{leaflets}/{name}/{LEAFLET_FILE}")  # noqa: PTH113


def _one_folder(name: str) -> bool:
    """Whether a name is that of one folder, and no way to another."""
    return name not in ("", ".", "..") and "/" not in name and "\0" not in name


def _as_spelled(folder: Path) -> bool:
    """Whether the system knows a folder by this very name; those of Apple take “Nomid” for “nomid”."""
    return sys.platform != "darwin" or folder.name in os.listdir(folder.parent)  # noqa: PTH208


def settings_of(project: Project) -> str:
    """What the store of earlier builds must know of a project: see `asked.settings`."""
    source, themes, outputs = (shown(each, project.root) for each in (project.source, project.themes, project.outputs))
    return asked.settings(source, themes, outputs, project.limits.pages, project.limits.output_mb, project.linked)
