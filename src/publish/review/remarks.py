"""Reviewers' comments kept beside the leaflet, in `review.toml`: each is open until somebody closes it.

People edit the file too: a comment is settled by `state = "closed"`. What is open keeps an approved leaflet from going
out.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from publish import inputs
from publish.diagnostics import Finding, Place
from publish.project import Project, leaflet_folder, line_of_key, shown
from publish.review.comments import Comment, Thread, threads

FILE = "review.toml"
_HEAD = (
    "# What reviewers said of this leaflet. A comment is open until its state is “closed”; while one is\n"
    '# open, a leaflet whose status is “approved” is not built. To settle one, write: state = "closed"\n'
)
_STATES = ("open", "closed")


def path_of(project: Project, name: str) -> Path:
    """Where the comments on a leaflet are kept."""
    return leaflet_folder(project, name) / FILE


def kept(text: str, copy: str, comments: tuple[Comment, ...]) -> str:
    """The file's text with the comments of a copy in it; those that are there keep their state.

    Raises ValueError (of which tomllib's is one) when the text cannot be understood.
    """
    entries = {str(each["id"]): dict(each) for each in _entries(tomllib.loads(text))}
    for thread in threads(comments):
        made = _entry(thread, copy)
        old = entries.get(made["id"])
        if old is not None:
            made["state"] = "closed" if made["state"] == "closed" else str(old.get("state", "open"))
        entries[made["id"]] = made
    return _HEAD + "".join(f"\n{_written(each)}" for each in entries.values())


def _entries(data: dict[str, Any]) -> list[dict[str, Any]]:
    entries = data.get("comment", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) and "id" in each for each in entries):
        raise ValueError("it holds no [[comment]] entries with an id")
    return entries


def _entry(thread: Thread, copy: str) -> dict[str, Any]:
    first = thread.first
    said = "\0".join((first.author, first.date, first.text, first.quoted))
    return {
        "id": sha256(said.encode()).hexdigest()[:12],
        "state": "closed" if thread.resolved else "open",
        "copy": copy,
        "author": first.author,
        "date": first.date,
        "line": first.line or 0,
        "about": first.quoted,
        "text": first.text,
        "answers": [{"author": each.author, "date": each.date, "text": each.text} for each in thread.answers],
    }


def _written(entry: dict[str, Any]) -> str:
    lines = ["[[comment]]"]
    for key, value in entry.items():
        if key == "answers":
            inner = (", ".join(f"{name} = {_string(said)}" for name, said in each.items()) for each in value)
            lines += [f"answers = [{', '.join('{ ' + each + ' }' for each in inner)}]"] if value else []
        else:
            lines.append(f"{key} = {value if isinstance(value, int) else _string(str(value))}")
    return "\n".join(lines) + "\n"


def _string(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for DEL and lone surrogates."""
    plain = value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def open_remarks(project: Project, name: str) -> Iterator[Finding]:
    """A finding for each comment that is kept and not closed."""
    path = path_of(project, name)
    if not inputs.exists(path):
        return
    place = Place(shown(path, project.root))
    try:
        text = inputs.read_text(path)
        entries = _entries(tomllib.loads(text))
    except (OSError, ValueError) as fault:
        hint = "mend or delete the file; comments come back when the copies are imported again"
        yield Finding("review.comments-unreadable", f"the kept comments cannot be read: {fault}", place, hint)
        return
    for entry in entries:
        state = str(entry.get("state", "open"))
        line = line_of_key(text[text.find(f'id = "{entry["id"]}"') :], "id") if state in _STATES else None
        at = text.count("\n", 0, text.find(f'id = "{entry["id"]}"')) + (line or 1)
        said = " ".join(str(entry.get("text", "")).split())[:160]
        if state != "closed":
            who = str(entry.get("author", "")) or "a reviewer"
            message = f"a comment by {who} is open: “{said}”"
            hint = 'answer it in the text, then write state = "closed"'
            yield Finding("review.comment-open", message, Place(place.file, at), hint)
