"""Writes src/publish/formats/_weasy_ffi.py: the C declarations of WeasyPrint, parsed beforehand.

Run it after another version of WeasyPrint was chosen. Without it, or for other declarations, WeasyPrint parses its own
each time that it is loaded.
"""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import cffi

TARGET = Path(__file__).parents[1] / "src" / "publish" / "formats" / "_weasy_ffi.py"


def declarations() -> str:
    """What WeasyPrint tells cffi."""
    package = importlib.util.find_spec("weasyprint")
    assert package is not None and package.submodule_search_locations
    source = Path(package.submodule_search_locations[0]) / "text" / "ffi.py"
    found = [
        node.args[0].value
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "cdef"
        and isinstance(node.args[0], ast.Constant)
    ]  # fmt: skip
    assert len(found) == 1, "WeasyPrint declares its functions in more than one place now"
    return str(found[0])


def page() -> str:
    """The text of the module."""
    said = declarations()
    ffi = cffi.FFI()
    ffi.cdef(said)
    ffi.set_source("_weasy_ffi", None)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.py"
        ffi.emit_python_code(str(made))
        code = made.read_text(encoding="utf-8").split("\n", 1)[1]
    head = '"""What WeasyPrint declares of Pango, HarfBuzz and fontconfig, parsed. Made by tools/weasy_ffi.py."""'
    digest = sha256(said.encode()).hexdigest()
    text = f'{head}\n\n# fmt: off\n# ruff: noqa\n# mypy: ignore-errors\n{code}\nDECLARED = "{digest}"\n'
    compile(text, str(TARGET), "exec")
    return text


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    subprocess.run([sys.executable, "-c", "import publish.formats._weasy_ffi"], check=True)
