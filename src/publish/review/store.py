"""The sources of each Word copy that went out, kept under their hash, so that a copy that comes back has its base.

`.publish/bases/<source-sha256>/` is a readable project root of its own: the files that went into the document, at their
paths, and a publish.toml. The folder's name is the hash over all of them, so it proves its own content. Commit the
folder together with the sources: a copy may come back to somebody else's machine.

What is the same in several bases stands on the disk once, as links to one file, which `.publish/contents/` finds by its
hash: twelve thousand leaflets share their glossary, and a leaflet that goes out again brings the same pictures.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from publish.diagnostics import Place, Refused, refuse
from publish.model import Document
from publish.project import FILE_NAME, Project, shown
from publish.review.disk import put, sync

FOLDER = Path(".publish") / "bases"
_CONTENTS = Path(".publish") / "contents"
_NAME = re.compile(r"[0-9a-f]{64}")
_HEAD = "# The sources of a Word copy that went out. Never edit them: reviewers' changes are held against them.\n"
_SETTINGS = re.compile(re.escape(_HEAD) + r'\n\[folders\]\nsource = "([^"\\\n]+)"\n')
_PATIENCE = 60.0
"""Seconds that one build waits for another that keeps its base."""
_NEW = ".new-base-"
"""What a base is called until it is whole. It stands beside the others, of which there may be ten thousand to list."""


def keep(project: Project, document: Document, origin: Project | None = None) -> Path:
    """Keep the sources of a document; where. They stand in `origin`, or in the project itself. See `keep_sources`."""
    files = {source.path: source.sha256 for source in document.sources}
    return keep_sources(project, files, document.source_sha256, origin)


def keep_sources(project: Project, files: Mapping[str, str], digest: str, origin: Project | None = None) -> Path:
    """Keep source files, by project-relative path and SHA-256, under the hash over them; the folder they stand in.

    The folder appears whole or not at all, and is left as it is when it stands there already. Raises Refused when a
    source is not what was read any more, or the disk cannot take it.
    """
    if base(project, digest):
        return project.root / FOLDER / digest
    bases = project.root / FOLDER
    try:
        bases.mkdir(parents=True, exist_ok=True)
        with FileLock(bases.parent / ".bases.lock", timeout=_PATIENCE):
            for left in bases.parent.glob(f"{_NEW}*"):  # of a build that was killed
                shutil.rmtree(left, ignore_errors=True)
            return _written(origin or project, files, digest, bases, project.root / _CONTENTS)
    except Timeout:
        raise refuse("build.busy", "another build is keeping its sources", Place(str(bases)), "build again") from None
    except OSError as error:
        raise _unwritable(bases, error) from None


def base(project: Project, digest: str) -> Path | None:
    """The root of the kept sources whose hash is `digest`; None when there are none, or they were altered."""
    folder = project.root / FOLDER / digest
    if not _NAME.fullmatch(digest) or not folder.is_dir():
        return None
    try:
        return folder if _is_sound(folder, digest) else None
    except OSError:
        return None


def _written(project: Project, files: Mapping[str, str], digest: str, bases: Path, contents: Path) -> Path:
    staging = Path(tempfile.mkdtemp(prefix=_NEW, dir=bases.parent))
    try:
        for path, wanted in files.items():
            _put_once(staging / path, _source(project, path, wanted), contents)
        source = shown(project.source, project.root)
        _put_once(staging / FILE_NAME, f'{_HEAD}\n[folders]\nsource = "{source}"\n'.encode(), contents)
        if not _is_sound(staging, digest):
            raise _moved(shown(project.source, project.root))
        target = bases / digest
        shutil.rmtree(target, ignore_errors=True)  # only one that was altered can stand there: see `base`
        staging.chmod(0o755)
        staging.replace(target)
        sync(bases)
        return target
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put_once(path: Path, data: bytes, contents: Path) -> None:
    """Put a file down, as a link to the same bytes where these are kept already and still are what they were."""
    digest = sha256(data).hexdigest()
    kept = contents / digest[:2] / digest[2:]
    with contextlib.suppress(OSError):  # there is none, or it has all the links that it can have
        if kept.read_bytes() == data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.hardlink_to(kept)
            return
    put(path, data)
    with contextlib.suppress(OSError):  # a disk without links: then each base has files of its own
        _offer(path, kept)


def _offer(path: Path, kept: Path) -> None:
    """Let later bases find a file. Of its neighbours those go that no base has any more."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.unlink(missing_ok=True)
    for other in kept.parent.iterdir():
        if other.stat().st_nlink == 1:
            other.unlink()
    kept.hardlink_to(path)
    ignore = kept.parent.parent / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")


def _source(project: Project, path: str, wanted: str) -> bytes:
    real = project.root / path
    try:
        data = real.read_bytes()
    except FileNotFoundError:
        raise _moved(path) from None
    if sha256(data).hexdigest() != wanted:
        raise _moved(path)
    return data


def _moved(path: str) -> Refused:
    return refuse(
        "review.source-moved",
        f"{path} was changed while the Word copy was built, so what it was built from cannot be kept",
        Place(path),
        "save the file, let it rest, and build again",
    )


def _is_sound(folder: Path, digest: str) -> bool:
    """Whether a folder holds exactly the sources of this hash: each byte, and nothing besides but its settings."""
    found: dict[str, str] = {}
    source: str | None = None
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        if name == FILE_NAME:
            settings = _SETTINGS.fullmatch(data.decode("utf-8", "replace"))
            source = settings[1] if settings else None
        else:
            found[name] = sha256(data).hexdigest()
    lines = "".join(f"{found[name]}  {name}\n" for name in sorted(found))
    under = bool(source) and all(name.startswith(f"{source}/") for name in found)
    return under and sha256(lines.encode()).hexdigest() == digest


def _files(folder: Path) -> Iterator[Path]:
    """Every file below. Raises OSError for anything that is neither a plain file nor a folder."""
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
            raise OSError(errno.EINVAL, f"{entry} is no plain file")
        yield from _files(entry) if entry.is_dir() else (entry,)


def _unwritable(folder: Path, error: OSError) -> Refused:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    hint = "make room on the disk and build again" if full else "give yourself the right to write there"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        hint = "move the file out of the way that stands where a folder belongs"
    return refuse(
        "build.disk-full" if full else "build.cannot-write",
        f"the sources of the Word copy cannot be kept: {error.strerror or error}; the earlier files are as they were",
        Place(str(folder)),
        hint,
    )
