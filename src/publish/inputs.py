"""What a piece of work is made of: every file that it read, with its hash, and every file that it looked for in vain.

Whoever reads a file of a project or theme asks here, so that nothing is read that is not told. Inside `listening` a
file is read once: all who ask get the same bytes, and what is told is the hash of exactly these.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import Generic, Protocol, TypeVar

ABSENT = ""
"""Stands for the hash of a file that was looked for and is not there: if it comes, the work may come out otherwise."""

_SHIPPED = "publish:themes/"
_PACKAGE = Path(__file__).resolve().parent

V = TypeVar("V")


class Contents(bytes):
    """A file's bytes, with their SHA-256 in hex."""

    sha256: str

    def __new__(cls, data: bytes) -> Contents:
        """The bytes, hashed."""
        made = super().__new__(cls, data)
        made.sha256 = sha256(data).hexdigest()
        return made


class ByContent(Generic[V]):
    """Answers that depend on nothing but the contents of a file, and on a key. At most `most` of them are kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, Hashable], V] = OrderedDict()

    def of(self, contents: Contents, make: Callable[[Contents], V], key: Hashable = None) -> V:
        """What `make` gives of these contents, or gave before. What it raises is not kept."""
        known = (contents.sha256, key)
        if known in self._kept:
            self._kept.move_to_end(known)
            return self._kept[known]
        made = self._kept[known] = make(contents)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return made


class Inputs:
    """What was read since somebody began to listen. A listening inside another one sees the same bytes as that one."""

    def __init__(self, around: Inputs | None = None) -> None:
        self._bytes: dict[Path, Contents] = around._bytes if around else {}
        self._there: dict[Path, bool] = around._there if around else {}
        self._told: dict[Path, str] = {}
        self._found: set[Path] = set()

    def contents(self, path: Path) -> Contents:
        """The bytes of a file; raises OSError. A file that was missed before stays missed in what is told."""
        found = self._bytes.get(path)
        if found is None:
            try:
                found = self._bytes[path] = Contents(path.read_bytes())
            except (FileNotFoundError, NotADirectoryError):
                self._told[path] = ABSENT
                raise
        if not _of_the_program(path):
            self._told.setdefault(path, found.sha256)
        return found

    def exists(self, path: Path) -> bool:
        """Whether a regular file stands there."""
        there = self._there.get(path)
        if there is None:
            there = self._there[path] = path in self._bytes or path.is_file()
        if _of_the_program(path):
            return there
        if there:
            self._found.add(path)
        else:
            self._told[path] = ABSENT
        return there

    def holds(self, told: Mapping[Path, str]) -> bool:
        """Whether each file is what it was told to be elsewhere."""
        for path, digest in told.items():
            if digest == ABSENT and self.exists(path):
                return False
            try:
                if digest != ABSENT and self.contents(path).sha256 != digest:
                    return False
            except OSError:
                return False
        return True

    def join(self, other: Inputs) -> None:
        """Take over what another listening has noted."""
        self._found |= other._found
        for path, digest in other._told.items():
            if digest == ABSENT:
                self._told[path] = ABSENT
            else:
                self._told.setdefault(path, digest)

    def told(self) -> Mapping[Path, str]:
        """Hashes by path: of each file that was read, or found and left unread; ABSENT for those that are not there."""
        for path in self._found - self._told.keys():
            try:
                self.contents(path)
            except OSError:
                self._told[path] = ABSENT
        return dict(self._told)


_LISTENING: ContextVar[Inputs | None] = ContextVar("listening", default=None)


@contextmanager
def listening() -> Iterator[Inputs]:
    """Notes all that is read and looked for meanwhile. Inside another listening, both hear it."""
    around = _LISTENING.get()
    heard = Inputs(around)
    token = _LISTENING.set(heard)
    try:
        yield heard
    finally:
        _LISTENING.reset(token)
        if around:
            around.join(heard)


def read(path: Path) -> Contents:
    """The bytes of a file, noted. Raises OSError."""
    heard = _LISTENING.get()
    return heard.contents(path) if heard else Contents(path.read_bytes())


def read_text(path: Path, errors: str = "strict") -> str:
    """The text of a UTF-8 file with LF line ends, noted. Raises OSError, UnicodeDecodeError."""
    return read(path).decode("utf-8", errors).replace("\r\n", "\n").replace("\r", "\n")


def exists(path: Path) -> bool:
    """Whether a regular file stands at `path`, noted either way."""
    heard = _LISTENING.get()
    return heard.exists(path) if heard else path.is_file()


class Memory(Generic[V]):
    """Answers that are kept for as long as every file that they were made of is as it was. At most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Mapping[Path, str], V]] = OrderedDict()

    def answer(self, key: Hashable, make: Callable[[], V], fit: Callable[[V], bool] = lambda made: True) -> V:
        """What `make` gives, or gave when the same files said the same. `key` holds all else that it depends on.

        What the answer was made of is noted either way, so that a warm process tells the same inputs as a fresh one.
        Only what is `fit` is kept.
        """
        around, kept = _LISTENING.get(), self._kept.get(key)
        if kept is not None:
            again = Inputs(around)
            if again.holds(kept[0]):
                self._kept.move_to_end(key)
                if around:
                    around.join(again)
                return kept[1]
        with listening() as heard:
            made = make()
        if not fit(made):
            return made
        self._kept[key] = heard.told(), made
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return made


# --- what outlives the process ---


class Keeper(Protocol):
    """Keeps bytes for the processes to come, by kind and key. Each may be gone at any time."""

    def recall(self, kind: str, key: str) -> bytes | None:
        """What was remembered, undamaged; None when it is not there."""

    def remember(self, kind: str, key: str, value: bytes) -> None:
        """Keep `value`, if that can be done."""


_KEEPER: ContextVar[Keeper | None] = ContextVar("keeper", default=None)


@contextmanager
def keeping(keeper: Keeper) -> Iterator[None]:
    """Meanwhile, `keeper` keeps what is dear to make."""
    token = _KEEPER.set(keeper)
    try:
        yield
    finally:
        _KEEPER.reset(token)


def kept(kind: str, key: str, make: Callable[[], bytes], fit: Callable[[bytes], bool]) -> bytes:
    """What `make` gives now, or gave another process of the same program.

    What was kept stands in a folder that others may write to: it is used only when it is found `fit`.
    """
    keeper = _KEEPER.get()
    if keeper is None:
        return make()
    known = keeper.recall(kind, key)
    if known is not None and fit(known):
        return known
    made = make()
    keeper.remember(kind, key, made)
    return made


# --- names that mean the same on every machine ---


def shipped_themes() -> Path:
    """The folder of the themes that come with publish: inside the wheel, or the checkout's own `themes/`."""
    inside = _PACKAGE / "themes"
    return inside if inside.is_dir() else _PACKAGE.parents[1] / "themes"


def _of_the_program(path: Path) -> bool:
    """Whether a file is a part of the program, such as a rule profile that ships: it is known by the version."""
    return path.is_relative_to(_PACKAGE) and not path.is_relative_to(_PACKAGE / "themes")


def name_of(path: Path, root: Path) -> str:
    """A file's name in a record: relative to the project's root, `publish:themes/…` for what ships, else as it is."""
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    shipped = shipped_themes()
    if path.is_relative_to(shipped):
        return f"{_SHIPPED}{path.relative_to(shipped).as_posix()}"
    return path.as_posix()


def path_of(name: str, root: Path) -> Path:
    """The file that `name_of` named so."""
    return shipped_themes() / name.removeprefix(_SHIPPED) if name.startswith(_SHIPPED) else root / name
