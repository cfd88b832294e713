"""What one reading has found and opened: the findings so far, and every file read, with its hash."""

from __future__ import annotations

import hashlib
import stat
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

from publish import inputs
from publish.diagnostics import Finding, Place
from publish.model import SourceFile
from publish.project import Project, shown
from publish.reader import admission

V = TypeVar("V")

Shared: TypeAlias = "inputs.Memory[tuple[V, Mapping[str, str], bool]]"
"""What was made of files that many leaflets share, the files and their hashes, and that there was nothing to tell."""

TEXT_LIMIT = 2 << 20  # bytes of a text file; two pages need a thousandth of it
MOST_OF_A_KIND = 50  # findings of one code; nobody reads a thousand
_MOST_TOLD = 20  # hidden characters told one by one in each file


@dataclass(slots=True)
class Ledger:
    """Gathers findings instead of stopping at the first, so that an author mends them all in one go."""

    project: Project
    findings: list[Finding] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    known: set[Finding] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)
    said: int = 0

    def tell(self, code: str, message: str, place: Place | None, hint: str = "") -> None:
        """State a finding, once."""
        self.said += 1
        finding = Finding(code, message, place, hint)
        if finding in self.known:
            return
        self.known.add(finding)
        self.told[code] += 1
        if self.told[code] <= MOST_OF_A_KIND:
            self.findings.append(finding)
        elif self.told[code] == MOST_OF_A_KIND + 1:
            told = f"{message} (there is more of this kind; mend the first {MOST_OF_A_KIND} and check again)"
            self.findings.append(Finding(code, told, place, hint))

    def shared(self, memory: Shared[V], key: Hashable, make: Callable[[], V]) -> V:
        """What `make` gives of files that many leaflets share: made once, for as long as they are as they were.

        What findings had to be told of is made anew for each leaflet.
        """

        def noted() -> tuple[V, Mapping[str, str], bool]:
            before, said = self.read, self.said
            self.read = {}
            try:
                return make(), self.read, said == self.said
            finally:
                self.read = {**before, **self.read}

        project = self.project
        made, read, _ = memory.answer((project.root, project.source, key), noted, lambda answer: answer[2])
        self.read.update(read)
        return made

    def name(self, path: Path) -> str:
        """The path as a Place shows it."""
        return shown(path, self.project.root)

    def bytes_of(self, path: Path, limit: int, code: str, hint: str = "") -> inputs.Contents | None:
        """The bytes of a regular file inside the source folder, recorded; None (and a finding `code`) if it is not."""
        place = Place(self.name(path))
        fault = _fault(path, self.project.source, limit)
        if fault is None:
            try:
                data = inputs.read(path)
            except OSError as error:
                fault = f"cannot be read: {error.strerror}"
            else:
                self.read[self.name(path)] = data.sha256
                return data
        self.tell(code, f"{place.file} {fault}", place, hint)
        return None

    def text_of(self, path: Path, code: str, hint: str = "", *, rules: admission.Rules | None = None) -> str | None:
        """The admitted text of a source file. Forbidden characters are told and stand as U+FFFD in what is returned.

        Without `rules`, the file's own `language:` line decides which characters it needs.
        """
        data = self.bytes_of(path, TEXT_LIMIT, code, hint)
        if data is None:
            return None
        place = Place(self.name(path))
        try:
            text = admission.decoded(data)
        except admission.NotText as fault:
            self.tell(
                "source.encoding",
                f"the file is not UTF-8 text: line {fault.line}, byte {fault.byte} of the file has the value "
                f"0x{fault.value:02X}",
                Place(place.file, fault.line),
                "save the file as UTF-8 in the editor and look at the character in that line",
            )
            return None
        if not text.strip():
            self.tell("source.empty", "the file is empty", place, hint or "write it, or restore it from a copy")
            return None
        return self.admitted(text, place.file, rules or admission.Rules.sniffed(text))

    def admitted(self, text: str, file: str, rules: admission.Rules) -> str:
        """The text with each forbidden character told and replaced by U+FFFD."""
        faults = list(admission.faults(text, rules))
        for fault in faults[:_MOST_TOLD]:
            self.tell(fault.code, fault.message, Place(file, fault.line, fault.column), fault.hint)
        if len(faults) > _MOST_TOLD:
            more = len(faults) - _MOST_TOLD
            place = Place(file, faults[_MOST_TOLD].line, faults[_MOST_TOLD].column)
            self.tell("source.hidden-character", f"{more} more such characters follow in this file", place)
        return admission.replaced(text, rules)

    def sources(self) -> tuple[SourceFile, ...]:
        """Every file read, sorted by path."""
        return tuple(SourceFile(path, digest) for path, digest in sorted(self.read.items()))

    def digest(self) -> str:
        """One hash over all files read: their project-relative paths and contents."""
        lines = "".join(f"{source.sha256}  {source.path}\n" for source in self.sources())
        return hashlib.sha256(lines.encode()).hexdigest()


def _fault(path: Path, folder: Path, limit: int) -> str | None:
    """Why a file may not be read; None when it may."""
    try:
        real = path.resolve(strict=True)
        facts = real.stat()
    except (OSError, RuntimeError):  # RuntimeError: a circle of links
        inputs.exists(path)
        return "does not exist"
    if folder.resolve() not in real.parents:
        return "is a link that leaves the project's source folder"
    if not stat.S_ISREG(facts.st_mode):
        return "is not a regular file"
    if facts.st_size > limit:
        return f"has {facts.st_size:,} bytes; at most {limit:,} are read"
    return None
