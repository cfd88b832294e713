"""The command line: a thin door. It finds the project, calls the rooms behind it, and tells what they found."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publish import __version__
from publish.cli.clusters import OnCluster, cluster_hands
from publish.cli.drafting import begin_from
from publish.cli.listing import list_
from publish.cli.preflight import preflight
from publish.cli.redline import redline
from publish.cli.review import review_app
from publish.cli.stopping import Interrupted, end, stoppable
from publish.cli.telling import AsJson, Teller, door, near, usable
from publish.cli.watch import watch
from publish.diagnostics import Failure, Finding, Severity, WrongUsage, did_you_mean
from publish.incremental import quick
from publish.project import Project, leaflet_folder, leaflet_names, open_project

if TYPE_CHECKING:
    from publish.build import Made, Request
    from publish.incremental.book import Book
    from publish.worker import Hands

app = typer.Typer(
    name="publish",
    help="Medicine leaflets as PDF, Word and EPUB from one source, the safety block proven in each finished file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
theme_app = typer.Typer(help="Themes: how leaflets look.", no_args_is_help=True)
app.add_typer(theme_app, name="theme")
app.command()(preflight)
app.command()(watch)
app.add_typer(review_app, name="review")


Leaflets = Annotated[list[str] | None, typer.Argument(help="Names of leaflets; all when none is given.")]
Formats = Annotated[list[str] | None, typer.Option("--format", "-f", help="pdf, press, docx or epub; may be repeated.")]
ThemeName = Annotated[str | None, typer.Option("--theme", help="A theme's name or folder, in place of the leaflet's.")]
_NOTHING_WRITTEN = "nothing was written; earlier files, if any, are as they were"

Strict = Annotated[bool, typer.Option("--strict", help="Warnings block as errors do.")]
Force = Annotated[bool, typer.Option("--force", help="Build what is up to date, too.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say of each leaflet that is built why it is.")]
Jobs = Annotated[
    str | None,
    typer.Option("--jobs", "-j", metavar="N", help="How many leaflets at a time; one for each processor if not given."),
]


def main() -> None:
    """Run the command. Exit codes: 0 done, 1 blocked, 2 wrong usage, 3 component missing, 130 stopped by Ctrl-C."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # what has threads cannot be forked
    try:
        app()
    except Failure as failure:
        for finding in failure.findings:
            print(finding, file=sys.stderr)
        sys.exit(failure.exit_code)
    except Interrupted as stop:
        end(stop)


@app.callback(invoke_without_command=True)
def _start(
    project: Annotated[Path, typer.Option("--project", help="The project's folder, or one inside it.")] = Path(),
    version: Annotated[bool, typer.Option("--version", help="Tell the version and stop.")] = False,
) -> None:
    door.start = project
    if version:
        print(f"publish {__version__}")
        raise typer.Exit


@app.command()
def build(
    leaflets: Leaflets = None,
    format_: Formats = None,
    theme: ThemeName = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where finished files go, in place of outputs/.")] = None,
    strict: Strict = False,
    jobs: Jobs = None,
    cluster: OnCluster = None,
    force: Force = False,
    explain: Explain = False,
    as_json: AsJson = False,
) -> None:
    """Make the files, prove each, and put them into outputs/. What is up to date is left as it is."""
    from publish import batch
    from publish.build import make

    project = open_project(door.start)
    usable()
    target = (out or project.outputs).absolute()
    for folder in (project.source, project.themes):
        if target.resolve().is_relative_to(folder):
            message = f"finished files may not go into {near(folder)}, where people write"
            raise WrongUsage(Finding("build.out-among-sources", message, hint="name a folder outside it with --out"))
    requests = _requests(project, leaflets, format_, theme, strict)
    teller = Teller(as_json, len(requests))
    hands: Hands = _pool(make, project, jobs, teller) if cluster is None else cluster_hands(cluster, jobs, teller)
    blocked = False
    with stoppable(), _book(project, teller) as book:
        known = batch.Known(book, force, teller.reasons if explain else lambda name, reasons: None, whole=as_json)
        shown = near(target)
        with closing(batch.build_all(requests, target, hands, teller.stage, known)) as all_made:
            for made in all_made:
                blocked |= _tell(teller, made, _outcome(made, shown), _NOTHING_WRITTEN)
    teller.summary("built")
    raise typer.Exit(1 if blocked else 0)


@app.command()
def check(
    leaflets: Leaflets = None,
    theme: ThemeName = None,
    strict: Strict = False,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Look at source and theme without writing anything."""
    from publish import batch
    from publish.build import make

    project = open_project(door.start)
    usable()
    requests = _requests(project, leaflets, None, theme, strict)
    teller = Teller(as_json, len(requests))
    blocked = False
    with stoppable(), closing(batch.check_all(requests, _pool(make, project, jobs, teller), teller.stage)) as all_made:
        for made in all_made:
            success = f"{made.name}: source and theme are sound"
            blocked |= _tell(teller, made, success, "mend the errors above, then check again")
    teller.summary("sound")
    raise typer.Exit(1 if blocked else 0)


@app.command()
def prove(
    files: Annotated[list[Path], typer.Argument(help="Finished files: .pdf, -press.pdf, .docx or .epub.")],
    leaflet: Annotated[
        str | None, typer.Option("--leaflet", help="The leaflet, when the file's name does not say.")
    ] = None,
    theme: ThemeName = None,
    as_json: AsJson = False,
) -> None:
    """Hold existing files against their source: is the safety block shown, whole and legible?"""
    from publish import batch

    project = open_project(door.start)
    usable()
    blocked = False
    teller = Teller(as_json)
    for file in files:
        if not file.is_file():
            raise WrongUsage(Finding("prove.no-file", f"there is no file {file}", hint="name a finished file"))
        request = _requests(project, [leaflet or _leaflet_of(file)], None, theme, False)[0]
        made = batch.prove(request, file.absolute(), teller.progress(file.name))
        teller.told(made)
        blocked |= made.blocked
        if not made.blocked:
            shown = "; ".join(_sighting(sighting) for sightings in made.sightings.values() for sighting in sightings)
            teller.done(made, f"{file}: proven against {made.name}, safety block shown ({shown})")
    raise typer.Exit(1 if blocked else 0)


app.command()(redline)


app.command("list")(list_)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The new leaflet's name, such as spring-leaflet.")],
    from_: Annotated[
        Path | None, typer.Option("--from", help="A Word file, web page or text (.docx, .html, .txt) to begin with.")
    ] = None,
) -> None:
    """Begin a leaflet."""
    from publish.build import today
    from publish.scaffold import start_leaflet

    project = open_project(door.start)
    if from_ is not None:
        begin_from(project, name, from_, today())
        return
    path = start_leaflet(project, name, today())
    print(f"wrote {near(path)}; build it with `publish build {name}`")


@theme_app.command("new")
def theme_new(name: Annotated[str, typer.Argument(help="The new theme's name.")]) -> None:
    """Begin a theme that extends `base`."""
    from publish.scaffold import start_theme

    for path in start_theme(open_project(door.start), name):
        print(f"wrote {near(path)}")
    print(f"try it with `publish build --theme {name}`")


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Where the project is to stand.")]) -> None:
    """Begin a project that builds at once."""
    from publish.scaffold import start_project

    written = start_project(folder.absolute())
    print(f"wrote {len(written)} files; next: cd {folder} && publish build")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Tell which components are there, and how to install those that are missing."""
    from publish.programs import diagnose

    lacking = False
    for report in diagnose():
        lacking |= report.found is None and report.program.required
        if as_json:
            said: dict[str, Any] = {"name": report.program.name, "state": report.state}
            said |= {"version": report.found.version if report.found else None}
            print(json.dumps(said | {"install": None if report.found else report.program.install()}))
        else:
            print(report)
    raise typer.Exit(3 if lacking else 0)


# --- behind the door ---


def _pool(work: Callable[..., Made], project: Project, asked: str | None, teller: Teller) -> Hands:
    """The workers of this machine; what is to be said of their number goes to the teller."""
    from publish import capacity
    from publish.pool import Pool

    used, note = capacity.workers(asked, teller.total, project.limits)
    if note:
        teller.remark(note)
    return Pool(work, project.limits, used)


@contextmanager
def _book(project: Project, teller: Teller) -> Iterator[Book]:
    """The store of earlier builds; what is to be said of it goes to the teller, once."""
    from publish.batch import open_book

    with closing(open_book(project)) as book:
        said = book.note
        if said:
            teller.remark(Finding("build.memory", said, severity=Severity.NOTE))
        yield book
    if book.note != said:
        teller.remark(Finding("build.memory", book.note, severity=Severity.NOTE))


def _outcome(made: Made, target: Path) -> str:
    """The line that tells of a leaflet that goes out."""
    if made.fresh:
        return quick.line(made.name, made.noted, str(target))
    return f"built {made.name}: {', '.join(str(target / made.name / file) for file in made.files)}"


def _requests(
    project: Project, names: Iterable[str] | None, formats: list[str] | None, theme: str | None, strict: bool
) -> list[Request]:
    from publish import formats as known
    from publish.build import DEFAULT_FORMATS, Request, today

    chosen = list(dict.fromkeys(names or leaflet_names(project)))
    if not chosen:
        raise WrongUsage(Finding("project.empty", "the project has no leaflet yet", hint="begin one: publish new NAME"))
    try:
        for name in names or ():
            leaflet_folder(project, name)
    except Failure as failure:
        raise WrongUsage(*failure.findings) from None
    for name in formats or ():
        if name not in known.names():
            hint = did_you_mean(name, known.names())
            raise WrongUsage(Finding("build.format-unknown", f"there is no format “{name}”", hint=hint))
    if theme and (Path(theme) / "theme.toml").is_file() and not (project.themes / theme / "theme.toml").is_file():
        theme = str(Path(theme).absolute())
    wanted = tuple(dict.fromkeys(formats or DEFAULT_FORMATS))
    day = today()
    return [Request(project, name, wanted, theme, day, strict) for name in chosen]


def _tell(teller: Teller, made: Made, success: str, failure: str) -> bool:
    """Tell what came of a leaflet; whether it is blocked."""
    teller.told(made)
    if not made.blocked:
        teller.done(made, success)
        return False
    errors = sum(finding.severity is Severity.ERROR for finding in made.findings)
    teller.done(made, f"{made.name} is blocked by {errors} error{'s' * (errors != 1)}; {failure}")
    return True


def _leaflet_of(file: Path) -> str:
    """The leaflet that a finished file is named after: `nomid-press.pdf` is the press file of `nomid`."""
    return file.stem.removesuffix("-press") if file.suffix.lower() == ".pdf" else file.stem


def _sighting(sighting: Any) -> str:
    where = f"page {sighting.page}, " if sighting.page else ""
    return f"{where}{sighting.words} words, at least {sighting.size:.1f} pt, contrast {sighting.contrast:.1f}"
