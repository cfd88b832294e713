"""What is asked of a build, as the store compares it: the same words always mean the same files.

The quick answer (`quick`) and the thorough one (`book`) must agree on these, so they stand once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator

DEFAULT_FORMATS = ("pdf", "docx", "epub")
"""Made when no format is named."""

PROJECT_FILE = "publish.toml"
RECORD = "build.json"


def options(formats: Iterable[str], theme: str | None, strict: bool) -> str:
    """The options that decide over the outputs, as lines of `key=value`."""
    return f"formats={','.join(formats)}\ntheme={theme or ''}\nstrict={'yes' if strict else 'no'}"


_LINKED = "\nlinked=yes"


def settings(source: str, themes: str, outputs: str, pages: int, output_mb: int, linked: bool = False) -> str:
    """What publish.toml decides over the outputs; folders relative to the project. Other limits only stop a build.

    `linked`: a folder was found behind a link, which may come to lead elsewhere while publish.toml stays as it is.
    """
    said = f"source={source}\nthemes={themes}\noutputs={outputs}\npages={pages}\noutput-mb={output_mb}"
    return said + _LINKED * linked


def hold(settings: str, root: str) -> bool:
    """Whether the folders are what publish.toml alone says: no link has led to them, and none stands there now."""
    paths = [os.path.join(root, folder(settings, name)) for name in ("source", "themes", "outputs")]  # noqa: PTH118
    return not settings.endswith(_LINKED) and all(os.path.realpath(path) == path for path in paths)


def folder(settings: str, name: str) -> str:
    """A folder of the project, out of its settings."""
    return dict(line.partition("=")[::2] for line in settings.split("\n"))[name]


def differences(before: str, now: str) -> Iterator[str]:
    """What was asked otherwise, in words."""
    old, new = (dict(line.partition("=")[::2] for line in text.split("\n")) for text in (before, now))
    for key in dict.fromkeys((*old, *new)):
        if old.get(key, "") != new.get(key, ""):
            was, told = old.get(key) or "the leaflet's own", new.get(key) or "the leaflet's own"
            yield f"{key}: {was} before, {told} now"


def place(root: str, out: str) -> str:
    """A folder of outputs by its name in the store: relative to the project where it stands inside."""
    path = os.path.abspath(out)  # noqa: PTH100 - pathlib costs more
    return os.path.relpath(path, root) if path == root or path.startswith(root + os.sep) else path


def day() -> str:
    """The day by which approvals are judged, as YYYY-MM-DD: see `build.today`. Raises ValueError, OverflowError."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(epoch) if epoch.isdigit() else None))
