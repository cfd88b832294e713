"""Outputs as if a catalogue had been built, without the hours that takes: `python -m benchmarks.finished PROJECT`.

Some leaflets are really built, one a language, to learn what a leaflet is made of. For all others small files are put
into outputs/, and the store is told of them by the function that `publish build` tells it by. It believes nothing that
does not stand on the disk; so what a build with nothing to do costs is what it would cost after real builds.
"""

from __future__ import annotations

import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from benchmarks.wording import LANGUAGES
from publish import build
from publish.batch import Known, _asked, build_all, open_book
from publish.build import Made, Request
from publish.incremental.book import Book, Fresh, Result
from publish.outputs import RECORD
from publish.pool import Pool
from publish.project import Project, leaflet_names, open_project

FILES = ("pdf", "docx", "epub")


def lay_down(project: Project) -> int:
    """Make the outputs of all leaflets that are not up to date; how many that were."""
    with closing(open_book(project)) as book:
        old = [_request(project, name) for name in stale(project, book)]
        models = _models(project, book, old) if old else {}
        real = {model.name for model in models.values()}
        for request in old:
            if request.name not in real:
                _pretend(project, book, request, models[_language(request.name)])
        return len(old)


def stale(project: Project, book: Book | None = None) -> list[str]:
    """The leaflets that are not up to date, as the store says."""
    if book is None:
        with closing(open_book(project)) as opened:
            return stale(project, opened)
    names = leaflet_names(project)
    wanted = (_asked(_request(project, name), project.outputs) for name in names)
    return [each.name for each in wanted if not isinstance(book.why(each), Fresh)]


def _request(project: Project, name: str) -> Request:
    return Request(project, name, build.DEFAULT_FORMATS, None, build.today())


def _language(name: str) -> str:
    return name.split("-")[1]


def _models(project: Project, book: Book, requests: list[Request]) -> dict[str, Made]:
    """A leaflet of each language, really built."""
    chosen = {_language(request.name): request for request in reversed(requests)}
    pool = Pool(build.make, project.limits)
    made = list(build_all(chosen.values(), project.outputs, pool, known=Known(book, force=True)))
    blocked = [each.name for each in made if each.blocked]
    if blocked or not set(chosen) <= set(LANGUAGES):
        raise RuntimeError(f"blocked: {blocked}")
    return {_language(each.name): each for each in made}


def _pretend(project: Project, book: Book, request: Request, model: Made) -> None:
    """The outputs of a leaflet, and the store's word for them."""
    name, folder = request.name, project.outputs / request.name
    folder.mkdir(parents=True, exist_ok=True)
    outputs = {}
    for file in (*(f"{name}.{suffix}" for suffix in FILES), "proof.html", RECORD):
        data = f"{file} of {name}, made up\n".encode()
        (folder / file).write_bytes(data)
        outputs[file] = sha256(data).hexdigest()
    since, until = (day.isoformat() for day in model.days)
    book.record(
        _asked(request, project.outputs),
        Result(_inputs(project, name, model), outputs, model.libraries, since, until, "1 note"),
    )


def _inputs(project: Project, name: str, model: Made) -> dict[str, str]:
    """What the leaflet is made of: as the model of its language, with its own files, product and safety text."""
    own = f"source/leaflets/{model.name}/"
    product, other = name.split("-")[0], model.name.split("-")[0]
    found = {}
    for input_, digest in model.inputs.items():
        if input_.startswith(own):
            if not digest:  # looked for in vain, and not there for this one either
                found[input_.replace(model.name, name)] = digest
        elif input_.startswith(("source/products/", "source/safety/")):
            renamed = input_.replace(other, product)
            found[renamed] = _digest(project.root / renamed)
        else:
            found[input_] = digest
    folder = project.source / "leaflets" / name
    for file in (folder / "leaflet.md", *(folder / "images").iterdir()):
        found[file.relative_to(project.root).as_posix()] = _digest(file)
    return found


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    print(f"{lay_down(open_project(Path(sys.argv[1])))} leaflets were made up")
