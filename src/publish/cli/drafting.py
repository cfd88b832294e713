"""`publish new NAME --from FILE` at the command line: a draft made from a file, and the list of what needs a hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from publish.cli.telling import Teller, near
from publish.diagnostics import Finding, Refused, WrongUsage
from publish.project import Project


def begin_from(project: Project, name: str, file: Path, today: date) -> None:
    """Make the draft where it may be stopped, put it in its place, and tell what is to be done."""
    from publish.drafting import TODO_FILE, draft, put
    from publish.worker import Stopped, as_finding, run

    if not file.is_file():
        raise WrongUsage(Finding("draft.no-file", f"there is no file {file}", hint="name a .docx, .html or .txt file"))
    teller = Teller(False)
    made = run(draft, project, name, file.absolute(), today, limits=project.limits, told=teller.progress(name))
    teller.clear()
    if isinstance(made, Stopped):
        raise Refused(as_finding(made, name))
    path = put(project, name, made)
    pictures = sum(each.startswith("images/") for each in made.files)
    print(f"wrote {near(path)}" + (f" with {pictures} picture{'s' * (pictures != 1)}" if pictures else ""))
    print(f"{len(made.todo)} things need a hand; they are listed in {near(path.with_name(TODO_FILE))}:")
    for item in made.todo:
        print(f"  - {item}")
    print(f"then look with `publish check {name}`")
