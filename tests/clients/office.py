"""LibreOffice Writer: a file as an office program opens and stores it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from clients import not_checked
from clients.server import Server
from publish import programs

HERE = Path(__file__).parent


@cache
def _python_with_uno() -> str | None:
    """A Python that can speak to LibreOffice: the system's, or the one that LibreOffice brings along."""
    for path in ("/usr/bin/python3", "/Applications/LibreOffice.app/Contents/Resources/python"):
        if Path(path).exists() and subprocess.run([path, "-c", "import uno"], capture_output=True).returncode == 0:
            return path
    return None


class Office:
    """LibreOffice, warm. Call it with a file's bytes and the kind wanted: `pdf`, `docx`, `odt` or `txt`.

    `accepted` and `rejected` are a docx in which all tracked changes are accepted or rejected by the editor's command.
    """

    def __init__(self, folder: Path) -> None:
        found, python = programs.LIBREOFFICE.probe(), _python_with_uno()
        if found is None or python is None:
            not_checked(programs.LIBREOFFICE)
        self._folder = folder
        command = [python, str(HERE / "office_server.py"), str(found.path), str(folder)]
        self._server = Server(command, folder / "office.log")

    def __call__(self, data: bytes, kind: str, given: str = "docx") -> bytes:
        """The bytes of `data` (a `given` file) stored as `kind`. Raises Died when LibreOffice cannot or hangs."""
        source, target = (
            self._folder / f"given.{given}",
            self._folder / f"stored.{'docx' if kind in ('accepted', 'rejected') else kind}",
        )
        target.unlink(missing_ok=True)
        source.write_bytes(data)
        self._server.ask(f"{kind}\t{source}\t{target}")
        return target.read_bytes()

    def edited(self, data: bytes, steps: Sequence[Sequence[Any]], kind: str = "docx") -> bytes:
        """A Word file after the steps of an editor (the methods of office_server.Desk), stored as `kind`."""
        source, target = self._folder / "opened.docx", self._folder / f"edited.{kind}"
        target.unlink(missing_ok=True)
        source.write_bytes(data)
        self._server.ask(f"edit\t{source}\t{target}\t{json.dumps(steps)}")
        return target.read_bytes()

    def close(self) -> None:
        self._server.close()
