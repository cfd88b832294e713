"""The review round at the command line: copies that come back are shown, and carried into the source."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publish.cli.telling import AsJson, Teller, door
from publish.diagnostics import Finding, Severity, WrongUsage
from publish.project import Limits, Project, open_project

if TYPE_CHECKING:
    from publish.review.importing import Choice, Import, Listed

review_app = typer.Typer(help="The review round: copies that come back from reviewers.", no_args_is_help=True)

_DOOR = Limits(seconds=2, memory_mb=300, output_mb=1)
"""What looking at a file from outside may take."""

Ids = list[str] | None


@review_app.command("import")
def import_(
    copies: Annotated[list[Path], typer.Argument(help="Word files that came back; several copies of one base go too.")],
    apply: Annotated[bool, typer.Option("--apply", help="Write the changes into the source.")] = False,
    accept: Annotated[Ids, typer.Option("--accept", help="Take only these changes (ids of the listing).")] = None,
    reject: Annotated[Ids, typer.Option("--reject", help="Take all changes but these.")] = None,
    author: Annotated[str, typer.Option("--author", help="Take only this reviewer's tracked changes.")] = "",
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Ask about each change.")] = False,
    propose_safety: Annotated[
        bool, typer.Option("--propose-safety", help="A changed safety block becomes a proposal to the safety file.")
    ] = False,
    keep_comments: Annotated[
        bool, typer.Option("--keep-comments", help="Keep the comments in review.toml beside the leaflet.")
    ] = False,
    leaflet: Annotated[str, typer.Option("--leaflet", help="The leaflet, when the copy does not say.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what reviewers changed, and with --apply carry it into the source."""
    from publish.review.admission import read_bytes
    from publish.review.importing import Choice
    from publish.review.patching import recover

    project = open_project(door.start)
    recover(project)
    if accept and reject:
        hint = "name those to take with --accept, or those to leave with --reject"
        raise WrongUsage(Finding("review.choice", "--accept and --reject exclude each other", hint=hint))
    data = {str(path): read_bytes(path) for path in copies}
    choice = Choice(frozenset(_ids(accept)), frozenset(_ids(reject)), author)
    imports = _examined(project, data, choice, leaflet, propose_safety, as_json)
    if interactive:
        choice = _asked(imports, choice)
        imports = _examined(project, data, choice, leaflet, propose_safety, as_json)
    for each in imports:
        _tell_json(each) if as_json else _tell(each)
    files, before = _to_write(project, imports, apply, keep_comments)
    if files:
        _write(project, files, before)
    if not as_json:
        _tell_end(imports, files, apply)
    if any(each.blocked for each in imports):
        raise typer.Exit(1)


def _ids(given: Ids) -> list[str]:
    return [id_ for each in given or () for id_ in each.replace(",", " ").split()]


def _examined(
    project: Project, data: dict[str, bytes], choice: Choice, leaflet: str, propose: bool, as_json: bool
) -> tuple[Import, ...]:
    """The door first, with little time and memory, then the import itself; both in a process that may be killed."""
    from publish.review.admission import look
    from publish.review.importing import examine
    from publish.worker import run

    teller = Teller(as_json)
    preload = ["publish.review.admission"]
    looked = run(look, data, limits=_DOOR, preload=preload)
    _stopped(looked, data)
    tell = teller.progress(", ".join(data))
    found = run(examine, project, data, choice, leaflet, propose, limits=project.limits, told=tell, preload=preload)
    teller.clear()
    _stopped(found, data)
    return found  # type: ignore[return-value]


def _stopped(result: object, data: Iterable[str]) -> None:
    from publish.diagnostics import refuse
    from publish.worker import Stopped

    if isinstance(result, Stopped):
        names = ", ".join(data)
        if result.why == "crash":
            message = f"{names} could not be read: {result.detail}; nothing was changed"
            hint = "this is a fault of publish: please report it with the copy"
            raise refuse("review.crashed", message, None, hint)
        what = "took too long" if result.why == "time" else "asked for too much memory"
        message = f"reading {names} {what} ({result.detail}); nothing was changed"
        raise refuse(
            "review.too-costly", message, None, "ask for the copy again, saved anew, without what was pasted in"
        )


# --- told ---


def _made(change: Listed) -> str:
    """What kind of change it is, and whose; of what was typed with tracking off nobody knows that."""
    if change.kind == "untracked" and not change.author:
        return "typed with tracking off"
    return f"{change.kind} by {change.author or 'somebody unknown'}"


def _tell(each: Import) -> None:
    print(f"{each.copy}: a copy of “{each.name}”")
    for change in each.changes:
        date = f", {change.date}" if change.date else ""
        where = f" (line {change.line})" if change.line else ""
        said = " ".join(change.text.split())[:100]
        mark = " " if change.taken else "-"
        print(f"  {mark}[{change.id}] {_made(change)}{date}{where}: “{said}”")
    for line in _comment_lines(each):
        print(f"  {line}")
    for conflict in each.conflicts:
        print(_side_by_side(conflict))
    for path, text in each.files.items():
        print("".join(_diff(path, each.before[path], text)), end="")
    order = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
    for finding in sorted(each.findings, key=lambda finding: order.index(finding.severity)):
        print(finding, file=sys.stderr)


def _comment_lines(each: Import) -> Iterator[str]:
    from publish.review.comments import threads

    for thread in threads(each.comments):
        first = thread.first
        state = "resolved" if thread.resolved else "open"
        where = f"line {first.line}" if first.line else "no line"
        about = f" on “{' '.join(first.quoted.split())[:60]}”" if first.quoted else ""
        by = f"by {first.author or 'unknown'}, {first.date or 'no date'}"
        yield f"comment ({state}, {where}) {by}{about}: {_flat(first.text)}"
        for answer in thread.answers:
            yield f"    answered by {answer.author or 'unknown'}, {answer.date or 'no date'}: {_flat(answer.text)}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _diff(path: str, old: str, new: str) -> Iterator[str]:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=2
    )
    return (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _side_by_side(conflict: Any) -> str:
    """A conflict as two columns: the source as it is now, and the copy."""
    import shutil
    import textwrap

    width = max(30, (min(shutil.get_terminal_size().columns, 160) - 7) // 2)
    ours, theirs = (textwrap.wrap(_flat(side), width) or ["(nothing)"] for side in (conflict.ours, conflict.theirs))
    height = max(len(ours), len(theirs))
    rows = zip(ours + [""] * (height - len(ours)), theirs + [""] * (height - len(theirs)), strict=True)
    head = f"  conflict at line {conflict.line} of the source that went out; the source stays as it is\n"
    head += f"    {'the source now':<{width}} | the copy\n"
    return head + "\n".join(f"    {left:<{width}} | {right}" for left, right in rows)


def _tell_json(each: Import) -> None:
    said: dict[str, Any] = {
        "type": "import",
        "copy": each.copy,
        "leaflet": each.name,
        "base": each.base,
        "anchored": each.anchored,
        "blocked": each.blocked,
        "changes": [
            {key: value for key, value in asdict(change).items() if key not in ("numbers", "part")}
            for change in each.changes
        ],
        "comments": [asdict(comment) for comment in each.comments],
        "conflicts": [asdict(conflict) for conflict in each.conflicts],
        "findings": [finding.as_json() for finding in each.findings],
        "files": {
            path: {"diff": "".join(_diff(path, each.before[path], text)), "text": text}
            for path, text in each.files.items()
        },
    }
    print(json.dumps(said, ensure_ascii=False), flush=True)


def _tell_end(imports: tuple[Import, ...], files: dict[str, bytes], apply: bool) -> None:
    changed = {path for each in imports for path in each.files}
    if files:
        print("wrote " + ", ".join(files))
    elif not changed:
        print("nothing in the source changes")
    elif not apply:
        print("nothing was written; --apply carries this into the source")


# --- chosen ---


def _asked(imports: tuple[Import, ...], choice: Choice) -> Choice:
    """Each change shown; those that are declined are added to the rejected."""
    if len(imports) > 1:
        hint = "import one copy after the other"
        raise WrongUsage(Finding("review.choice", "--interactive goes through one copy at a time", hint=hint))
    declined = set(choice.reject)
    for change in imports[0].changes:
        if not change.taken:
            continue
        said = " ".join(change.text.split())[:200]
        where = f", line {change.line}" if change.line else ""
        question = f"[{change.id}] {_made(change)}{where}: “{said}” — take it?"
        if not typer.confirm(question, default=True):
            declined.add(change.id)
    taken = choice.accept - declined
    return replace(choice, accept=taken, reject=frozenset() if taken else frozenset(declined))


# --- written ---


def _to_write(
    project: Project, imports: tuple[Import, ...], apply: bool, keep: bool
) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files to be written and the SHA-256 that each has now."""
    from publish.project import shown
    from publish.review import remarks

    files: dict[str, bytes] = {}
    before: dict[str, str] = {}
    for each in imports:
        for path, text in each.files.items() if apply else ():
            old = (project.root / path).read_bytes()
            before.setdefault(path, sha256(old).hexdigest())
            files[path] = _as_it_was(old, text)
        if keep and each.comments:
            path = shown(remarks.path_of(project, each.name), project.root)
            there = project.root / path
            data = files.get(path, there.read_bytes() if there.is_file() else b"")
            before.setdefault(path, sha256(data).hexdigest() if there.is_file() else "")
            try:
                files[path] = remarks.kept(data.decode("utf-8"), Path(each.copy).name, each.comments).encode()
            except ValueError as fault:
                message, hint = f"{path} cannot be read: {fault}", "mend it or move it away, then import again"
                raise WrongUsage(Finding("review.comments-unreadable", message, hint=hint)) from None
    return files, before


def _as_it_was(old: bytes, text: str) -> bytes:
    """A text in the bytes of its file: with its line ends, and its byte order mark if it had one."""
    mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
    ends = b"\r\n" if b"\r\n" in old and old.count(b"\r\n") == old.count(b"\n") else b"\n"
    return mark + text.encode().replace(b"\n", ends)


def _write(project: Project, files: dict[str, bytes], before: dict[str, str]) -> None:
    from publish.review.patching import write_all

    write_all(project, files, before)
