"""A PDF opened for preflight: its bytes, its name, and pikepdf's view of it."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf

from publish.diagnostics import Place, refuse


@dataclass(frozen=True, slots=True)
class PressFile:
    """An open PDF. `name` is shown in findings."""

    name: str
    data: bytes
    pdf: pikepdf.Pdf


def open_file(data: bytes, name: str) -> PressFile:
    """The file, opened. Raises Refused with one finding when it is no PDF, broken, or locked."""
    try:
        return PressFile(name, data, pikepdf.open(io.BytesIO(data)))
    except pikepdf.PasswordError:
        raise refuse(
            "preflight.unreadable", "the file is locked with a password", Place(name), "deliver it without one"
        ) from None
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise refuse(
            "preflight.unreadable",
            f"the file cannot be read as a PDF: {str(error)[:160]}",
            Place(name),
            "export it again, and open it once in a viewer before you deliver it",
        ) from None
