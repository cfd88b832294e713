"""WeasyPrint imported without what it needs on other systems or for fonts that no theme may have.

Must be imported before WeasyPrint. Three things cost more than all the rest of that import:

- `ctypes.util.find_library` starts a compiler for each library that is asked for by a foreign system's name. On Linux
  the name that is right there opens without it.
- What it declares of the C libraries is parsed by a parser of C written in Python. It is the same each time, and was
  parsed beforehand (`_weasy_ffi.py`); other declarations are parsed as ever.
- fontTools is there to unpack web fonts, to fix variable fonts and to empty emoji. Themes ship static TTFs, which
  HarfBuzz subsets: fontTools is imported when WeasyPrint first reaches for it.
"""

from __future__ import annotations

import ctypes.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from types import ModuleType
from typing import Any

_FONT_TOOLS = {
    "fontTools.ttLib": ("TTFont", "TTLibError", "ttFont", "woff2"),
    "fontTools.subset": (),
    "fontTools.varLib": (),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
}
"""What WeasyPrint imports of fontTools, and from where."""

_USERS = ("weasyprint.text.fonts", "weasyprint.pdf.fonts")


class _Later:
    """Stands for something of fontTools until it is called or looked into; then the real thing takes its place."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._real()(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)

    def _real(self) -> Any:
        """All stand-ins are replaced at once: an `except TTLibError` must name an exception when it is looked at."""
        for user in map(sys.modules.get, _USERS):
            for name, value in list(vars(user).items()) if user else ():
                if isinstance(value, _Later):
                    setattr(user, name, _found(value._module, value._name))
        return _found(self._module, self._name)


def _found(module: str, name: str) -> Any:
    found = import_module(module)
    return getattr(found, name) if hasattr(found, name) else import_module(f"{module}.{name}")


@contextmanager
def _without_font_tools() -> Iterator[None]:
    lacking = [module for module in _FONT_TOOLS if module not in sys.modules]
    for module in lacking:
        stand_in = ModuleType(module)
        stand_in.__path__ = []
        for name in _FONT_TOOLS[module]:
            setattr(stand_in, name, _Later(module, name))
        sys.modules[module] = stand_in
    if "fontTools.subset" in lacking:
        sys.modules["fontTools.subset"].__class__ = _Package
    try:
        yield
    finally:
        for module in lacking:
            del sys.modules[module]


class _Package(ModuleType):
    """A stand-in that is itself what is imported: `from fontTools import subset`."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


@contextmanager
def _without_find_library() -> Iterator[None]:
    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find


class _Ffi:
    """An interface to C libraries whose declarations are known already. For others it raises ValueError."""

    def __init__(self) -> None:
        from publish.formats import _weasy_ffi

        self._declared, native = _weasy_ffi.DECLARED, _weasy_ffi.ffi
        for name in dir(native):
            if not name.startswith("__"):
                setattr(self, name, getattr(native, name))
        # A library must outlive all that it has to free, also when the process ends: it is never unloaded.
        self.dlopen = lambda name, flags=0: native.dlopen(name, flags | getattr(os, "RTLD_NODELETE", 0))

    def cdef(self, source: str) -> None:
        """What is declared; it must be what was parsed beforehand."""
        if sha256(source.encode()).hexdigest() != self._declared:
            raise ValueError("these declarations were not parsed beforehand")


@contextmanager
def _with_known_declarations() -> Iterator[None]:
    cffi: Any = import_module("cffi")
    parsing = cffi.FFI
    if sys.platform == "linux":
        cffi.FFI = _Ffi
    try:
        yield
    finally:
        cffi.FFI = parsing


def _import() -> None:
    if "weasyprint" in sys.modules:
        return
    try:
        with _without_font_tools(), _without_find_library(), _with_known_declarations():
            import_module("weasyprint")
    except Exception:  # a library under another name, or one that changed: the plain way may still do
        for module in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
            del sys.modules[module]
        import_module("weasyprint")


_import()
