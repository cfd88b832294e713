"""EPUBCheck and veraPDF, each in one warm JVM."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from clients import not_checked
from clients.server import Server
from publish import programs

HERE = Path(__file__).parent
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", "-Djava.awt.headless=true")


@dataclass(frozen=True, slots=True)
class Message:
    """What EPUBCheck says: severity FATAL, ERROR, WARNING, INFO or USAGE, its code, and `path:line:column`."""

    severity: str
    code: str
    place: str
    text: str

    @property
    def bad(self) -> bool:
        """Whether a book may not go out with it. RSC-025 is a broken SVG that EPUBCheck calls usage."""
        return self.severity in ("FATAL", "ERROR", "WARNING") or self.code == "RSC-025"


@dataclass(frozen=True, slots=True)
class Failed:
    """What veraPDF finds broken: the clause and test (`7.1-3`), where in the file, and the rule in words."""

    clause: str
    context: str
    text: str


def _compiled(name: str, jars: list[Path], cache: Path) -> Path:
    """The folder with `name`'s class files, compiled once for all workers and sessions."""
    source = HERE / f"{name}.java"
    key = hashlib.sha256(source.read_bytes() + "\n".join(map(str, jars)).encode()).hexdigest()[:16]
    folder = cache / f"{name}-{key}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{name}.lock"):
        if not folder.is_dir():
            compiler = shutil.which("javac")
            if compiler is None:
                not_checked(programs.JAVA)
            new = cache / f"{name}-{key}.new"
            path = os.pathsep.join(map(str, jars))
            subprocess.run([compiler, "-nowarn", "-d", new, "-cp", path, source], check=True, timeout=120)
            new.rename(folder)
    return folder


def _server(name: str, jars: list[Path], cache: Path, log: Path) -> Server:
    folder = _compiled(name, jars, cache)
    return Server(["java", *JVM, "-cp", os.pathsep.join(map(str, [folder, *jars])), name], log)


class EpubCheck:
    """EPUBCheck, warm. Call it with a book's bytes."""

    def __init__(self, folder: Path, cache: Path) -> None:
        found = programs.EPUBCHECK.probe()
        if found is None or found.path is None:
            not_checked(programs.EPUBCHECK)
        jars = [found.path, *sorted(found.path.parent.glob("lib/*.jar"))]
        self._folder = folder
        self._server = _server("EpubValidator", jars, cache, folder / "epubcheck.log")

    def __call__(self, book: bytes) -> list[Message]:
        """All messages, usage notes too; `[each for each in … if each.bad]` must be empty."""
        path = self._folder / "book.epub"
        path.write_bytes(book)
        return [Message(*fields) for fields in self._server.ask(str(path))[:-1]]

    def close(self) -> None:
        self._server.close()


class VeraPdf:
    """veraPDF, warm. Call it with a file's bytes and a profile such as `PDFUA-1` or `PDFA-2B`."""

    def __init__(self, folder: Path, cache: Path) -> None:
        found = programs.VERAPDF.probe()
        if found is None or found.path is None:
            not_checked(programs.VERAPDF)
        self._folder = folder
        self._server = _server("PdfValidator", [found.path, *programs.jaxb_jars()], cache, folder / "verapdf.log")

    def __call__(self, data: bytes, profile: str = "PDFUA-1") -> list[Failed]:
        """What fails, empty for a compliant file. The verdict and the number of checks made must agree with it."""
        path = self._folder / "file.pdf"
        path.write_bytes(data)
        *failed, (_, compliant, checks) = self._server.ask(f"{profile} {path}")
        assert int(checks) > 0, "veraPDF checked nothing"
        assert (compliant == "true") is (not failed), f"veraPDF says compliant={compliant} and names {failed}"
        return [Failed(*fields[1:]) for fields in failed]

    def close(self) -> None:
        self._server.close()
