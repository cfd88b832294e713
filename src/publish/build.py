"""The pipeline on one screen: read -> check -> write -> verify -> move into outputs/.

`make` runs in a worker and stages the finished, proven files; batch.py keeps their place in outputs/ and moves them
there only when nothing blocks. A file that was not read back and found whole is never moved.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

from publish import formats, inputs, policy, verify
from publish.diagnostics import Failure, Finding, Place, Severity, refuse
from publish.incremental import memory, program
from publish.model import Document, Press, passages
from publish.outputs import stage
from publish.policy import Mandate, Sighting
from publish.press.codes import check_codes
from publish.press.folds import FoldedSheet, folded, refuse_sheet
from publish.programs import GHOSTSCRIPT
from publish.project import Project
from publish.reader import read_leaflet
from publish.review import remarks
from publish.theme import Theme
from publish.theme.check import check_document, check_theme
from publish.theme.load import load_theme
from publish.worker import Tell

DEFAULT_FORMATS = ("pdf", "docx", "epub")
_APPROVALS = frozenset({"safety.approval-void", "safety.approval-expired", "safety.not-approved"})


@dataclass(frozen=True, slots=True)
class Request:
    """What to make of one leaflet. `theme` overrides the leaflet's own; `today` decides whether approvals hold.

    `strict`: warnings block as errors do.
    """

    project: Project
    name: str
    formats: tuple[str, ...]
    theme: str | None
    today: date
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one leaflet: judged findings, the finished files, and where each shows the safety block.

    `sources` are the source files of the document, which `source_sha256` is the hash of. `inputs` are all files that
    decided over what was made, the theme's too, by the names of `inputs.name_of`; the hash of one that was looked for
    and is not there is `inputs.ABSENT`. `libraries` are the native ones that the work had loaded. The verdict is the
    same on each of `days`, first and last. `fresh`: it was made earlier, and nothing that it was made of has changed;
    `noted` is what it had of findings then, such as “2 warnings”.
    """

    name: str
    status: str = ""
    theme: str = ""
    source_sha256: str = ""
    findings: tuple[Finding, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    sightings: Mapping[str, tuple[Sighting, ...]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    days: tuple[date, date] = (date.min, date.max)
    fresh: bool = False
    noted: str = ""

    @property
    def blocked(self) -> bool:
        """Whether a finding keeps this leaflet from going out."""
        return policy.blocks(self.findings)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The reading PDF alone, and no proof of it: `pdf` is None when it must not or cannot be drawn; `made` says why."""

    made: Made
    pdf: bytes | None
    title: str = ""


def today() -> date:
    """The day by which approvals are judged: SOURCE_DATE_EPOCH when it is set (reproducible builds), else now, UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return when.date()


def make(tell: Tell, request: Request, staging: Path | None) -> Made:
    """Read, check, write and verify one leaflet; the finished files are put into `staging`. Without it: only check."""
    with inputs.keeping(memory.Kept(request.project.root)), inputs.listening() as heard:
        made = _made(tell, request, staging)
        return _with_inputs(made, request, heard)


def _with_inputs(made: Made, request: Request, heard: inputs.Inputs) -> Made:
    root, told = request.project.root, heard.told()
    named = {inputs.name_of(path, root): digest for path, digest in sorted(told.items())}
    return replace(made, inputs=named, libraries=_libraries(request))


def _libraries(request: Request) -> tuple[str, ...]:
    """The native libraries that decided over the files, and the program that made the plates of a press file.

    Of that, the places where it was looked for in vain are told as well: one that comes there is used from then on.
    """
    if "press" not in request.formats:
        return program.loaded()
    found = GHOSTSCRIPT.probe()
    used = str(found.path) if found else "/usr/bin/gs"
    places = (os.path.join(folder, "gs") for folder in os.get_exec_path() if folder.startswith("/"))  # noqa: PTH118
    return (*program.loaded(), *takewhile(lambda place: place != used, places), used)


def draw(tell: Tell, request: Request) -> Drawn:
    """The PDF to read, drawn as `make` draws it, and nothing proven yet: for whoever wants to look at it at once.

    Nothing is drawn of an unsound theme, nor of a safety text that breaks its rules, approved or not: a picture of it
    could be taken for the leaflet's.
    """
    findings: list[Finding] = []
    pdf: bytes | None = None
    with inputs.listening() as heard:
        document, theme, fit = _readied(tell, request, findings)
        if document and theme and fit and not _breaks_the_mandate(findings, document):
            pdf = _drawn(tell, request, document, theme, findings)
        made = _with_inputs(_judged(request, document, theme, findings), request, heard)
    return Drawn(made, pdf, document.meta.title if document else "")


def _drawn(tell: Tell, request: Request, document: Document, theme: Theme, findings: list[Finding]) -> bytes | None:
    pdf = formats.load("pdf")
    tell(f"drawing {request.name}{pdf.SUFFIX} in the theme “{theme.name}”")
    profile, sheet = press_of(request.project, document, theme)
    try:
        data: bytes = pdf.write(document, theme, formats.Options(press=profile, sheet=sheet, report=findings.append))
    except Failure as failure:
        findings += failure.findings
        return None
    return data


def _breaks_the_mandate(findings: list[Finding], document: Document) -> bool:
    """Whether the safety text itself is wrong. Who has approved it is another matter: that text can be looked at."""
    of_the_text = [each for each in findings if each.code.startswith("safety.") and each.code not in _APPROVALS]
    return policy.blocks(policy.judge(of_the_text, document.meta.status))


def _readied(tell: Tell, request: Request, findings: list[Finding]) -> tuple[Document | None, Theme | None, bool]:
    """The document and its theme, checked; whether both are fit for anything to be written of them."""
    tell("reading the source")
    document, found = read_leaflet(request.project, request.name)
    findings += found
    if document is None:
        return None, None, False
    findings += remarks.open_remarks(request.project, request.name)
    theme = _theme(request, document, findings)
    unfit = list(_content(document, request.today))
    findings += unfit
    if theme is None or any(finding.code == "safety.profile-unknown" for finding in unfit):
        return document, None, False
    if any(finding.code == "source.hidden-character" for finding in findings):
        return document, theme, False  # U+FFFD stands for it: all that follows would be of that
    tell(f"checking the theme “{theme.name}”")
    unsound = [*check_theme(theme), *_press_table(request.project, document, theme)]
    findings += unsound
    return document, theme, not policy.blocks(policy.judge(unsound, document.meta.status))


def _made(tell: Tell, request: Request, staging: Path | None) -> Made:
    findings: list[Finding] = []
    document, theme, fit = _readied(tell, request, findings)
    if document is None or theme is None or not fit:
        return _judged(request, document, theme, findings)
    files: dict[str, str] = {}
    sightings: dict[str, tuple[Sighting, ...]] = {}
    if staging is None:
        findings += _dressed(document, theme, findings)
    else:
        files, sightings = _write_and_verify(tell, request, document, theme, staging, findings)
    made = _judged(request, document, theme, findings, files, sightings)
    if staging is None or made.blocked or not made.files:
        return made
    tell("drawing the proof sheet")
    return _with_proof_sheet(made, request, document, theme, staging)


def _with_proof_sheet(made: Made, request: Request, document: Document, theme: Theme, staging: Path) -> Made:
    """What was made, and the sheet that shows it to people. No check reads the sheet: it is made of what is proven."""
    from publish import proof
    from publish.proof import sheet

    names = {request.name + formats.load(name).SUFFIX: name for name in request.formats}
    finished = tuple(
        proof.Finished(file, names[file], (staging / file).read_bytes(), made.sightings[file]) for file in made.files
    )
    profile = policy.load_profile(document.safety.profile)
    subject = proof.Subject(
        document, theme, made.findings, finished, profile, *press_of(request.project, document, theme)
    )
    data = stage(staging / proof.FILE_NAME, sheet.write(subject))
    return replace(made, files={**made.files, proof.FILE_NAME: sha256(data).hexdigest()})


def prove_file(tell: Tell, request: Request, file: Path) -> Made:
    """Verify one finished file against the leaflet's source as it is now."""
    document, found = read_leaflet(request.project, request.name)
    findings = list(found)
    if document is None:
        return _judged(request, None, None, findings)
    theme = _theme(request, document, findings)
    if theme is None:
        return _judged(request, document, None, findings)
    suffixes = {name: formats.load(name).SUFFIX for name in formats.names()}
    fitting = [name for name, suffix in suffixes.items() if file.name.lower().endswith(suffix)]
    name = max(fitting, key=lambda each: len(suffixes[each]), default=None)
    if name is None:
        raise refuse("prove.no-format", f"{file.name} is no PDF, Word or EPUB file", Place(str(file)))
    tell(f"verifying {file.name}")
    artifact = verify.Artifact(name, file.name, file.read_bytes())
    sightings = _verify(artifact, document, mandate_of(request.project, document, theme), findings)
    return _judged(request, document, theme, findings, {}, {file.name: sightings})


def mandate_of(project: Project, document: Document, theme: Theme) -> Mandate:
    """What the leaflet's finished files must show. Raises Refused when the press table of its front matter is wrong."""
    profile, sheet = press_of(project, document, theme)
    return Mandate(
        profile=policy.load_profile(document.safety.profile),
        fonts={face.name: face.path for face in theme.faces},
        furniture=formats.furniture(document, theme, profile),
        press=profile,
        sheet=sheet,
    )


def press_of(project: Project, document: Document, theme: Theme) -> tuple[policy.PressProfile, FoldedSheet | None]:
    """What the print vendor demands, and how the piece is folded, where it is."""
    press = document.meta.press or Press()
    place = _leaflet(document.name)
    profile = policy.load_press_profile(press.profile, project.source / "press", press.place("profile", place))
    if not press.fold:
        refuse_sheet(press, place)
        return profile, None
    page = (theme.page.width, theme.page.height)
    return profile, folded(press, page, profile.compensation, place)


def _write_and_verify(
    tell: Tell, request: Request, document: Document, theme: Theme, staging: Path, findings: list[Finding]
) -> tuple[dict[str, str], dict[str, tuple[Sighting, ...]]]:
    mandate = mandate_of(request.project, document, theme)
    unfit = list(_dressed(document, theme, findings))
    findings += unfit
    files: dict[str, str] = {}
    sightings: dict[str, tuple[Sighting, ...]] = {}
    if any(finding.code == "theme.letters-missing" for finding in unfit):
        return files, sightings  # each file's proof would only tell of the same letters again
    pdf: bytes | None = None
    options = formats.Options(press=mandate.press, sheet=mandate.sheet, report=findings.append)
    for name in _in_order(request.formats):
        written = formats.load(name)
        file_name = request.name + written.SUFFIX
        tell(f"writing {file_name} with the theme “{theme.name}”")
        try:
            data = written.write(document, theme, replace(options, pdf=pdf))
        except Failure as failure:
            findings += failure.findings
            continue
        pdf = data if name == "pdf" else pdf
        if name not in request.formats:
            continue  # drawn only because the EPUB is tied to its pages
        tell(f"verifying {file_name}")
        artifact = verify.Artifact(name, file_name, stage(staging / file_name, data))
        sightings[file_name] = _verify(artifact, document, mandate, findings)
        files[file_name] = sha256(artifact.data).hexdigest()
    return files, sightings


def _in_order(wanted: tuple[str, ...]) -> Iterator[str]:
    """The PDF first: the EPUB takes its cover and page list from it."""
    if "pdf" in wanted or "epub" in wanted:
        yield "pdf"
    yield from (name for name in wanted if name != "pdf")


def _verify(
    artifact: verify.Artifact, document: Document, mandate: Mandate, findings: list[Finding]
) -> tuple[Sighting, ...]:
    sightings: list[Sighting] = []
    try:
        for check_ in verify.checks_for(artifact.format):
            for fact in check_.check(artifact, document, mandate):
                (sightings if isinstance(fact, Sighting) else findings).append(fact)  # type: ignore[arg-type]
    finally:
        verify.let_go()
    if not sightings and not any(finding.place and finding.place.file == artifact.name for finding in findings):
        findings.append(
            Finding("safety.unproven", "no check found the safety block in this file", Place(artifact.name))
        )
    return tuple(sightings)


def _content(document: Document, today: date) -> Iterator[Finding]:
    """The mandate on the safety text itself."""
    try:
        profile = policy.load_profile(document.safety.profile)
    except Failure as failure:
        yield from failure.findings
        return
    yield from policy.check_safety(document.safety, profile, document.meta, document.product, today)
    yield from policy.check_audience(passages(document.body), profile, document.meta)


def _press_table(project: Project, document: Document, theme: Theme) -> Iterator[Finding]:
    """What is wrong with the press table of the front matter: its profile, its fold and its codes."""
    try:
        _, sheet = press_of(project, document, theme)
    except Failure as failure:
        yield from failure.findings
        return
    if document.meta.press is not None:
        panels = len(sheet.panels) if sheet else None
        yield from check_codes(document.meta.press, _leaflet(document.name), panels)


def _leaflet(name: str) -> Place:
    return Place(f"source/leaflets/{name}/leaflet.md")


def _dressed(document: Document, theme: Theme, findings: list[Finding]) -> Iterator[Finding]:
    """The theme's style sheets held against this leaflet's own markup."""
    profile = policy.load_profile(document.safety.profile)
    pages = formats.pages(document, theme, findings.append)
    return check_document(theme, pages, profile.min_size, profile.min_contrast)


def _theme(request: Request, document: Document, findings: list[Finding]) -> Theme | None:
    place = None if request.theme else _leaflet(request.name)  # one that was asked for stands in no file
    try:
        return load_theme(request.theme or document.meta.theme, request.project.themes, place)
    except Failure as failure:
        findings += failure.findings
        return None


def _judged(
    request: Request,
    document: Document | None,
    theme: Theme | None,
    findings: list[Finding],
    files: Mapping[str, str] | None = None,
    sightings: Mapping[str, tuple[Sighting, ...]] | None = None,
) -> Made:
    if document is None:
        return Made(request.name, findings=policy.judge(findings, "approved"))
    meta = document.meta
    return Made(
        name=request.name,
        status=meta.status,
        theme=theme.name if theme else "",
        source_sha256=document.source_sha256,
        findings=_weighed(request, policy.judge(dict.fromkeys(findings), meta.status, meta.waivers)),
        files=files or {},
        sightings=sightings or {},
        sources={source.path: source.sha256 for source in document.sources},
        days=_days(document, request.today),
    )


def _days(document: Document, today: date) -> tuple[date, date]:
    """The first and last day on which the verdict is today's: an approval ends only once."""
    approval = document.safety.approval
    until = approval.until if approval else date.max
    return (date.min, until) if today <= until else (until + timedelta(days=1), date.max)


def _weighed(request: Request, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    if not request.strict:
        return findings
    return tuple(f.at(Severity.ERROR) if f.severity is Severity.WARNING else f for f in findings)
