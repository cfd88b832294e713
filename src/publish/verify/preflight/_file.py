"""A PDF opened for preflight: its bytes, its name, and pikepdf's view of it; what is no leaflet is refused at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pikepdf

from publish.diagnostics import Place, Refused, refuse
from publish.verify.preflight._limits import LIMITS, Limits
from publish.verify.preflight._pages import MM, leaves

_HEAD = 1024
"""Bytes within which a PDF says that it is one (ISO 32000-1, annex H, 3.4.1)."""

_AGAIN = "export it again, and open it once in a viewer before you deliver it"


@dataclass(frozen=True, slots=True)
class PressFile:
    """An open PDF. `name` is shown in findings."""

    name: str
    data: bytes
    pdf: pikepdf.Pdf


@contextmanager
def bounded(limits: Limits = LIMITS) -> Iterator[None]:
    """While this lasts, no stream is unpacked to more than `limits.bytes`."""
    before = pikepdf.settings.set_qpdf_limits(flate_max_memory=limits.bytes, run_length_max_memory=limits.bytes)
    try:
        yield
    finally:
        pikepdf.settings.set_qpdf_limits(
            flate_max_memory=int(before["flate_max_memory"]), run_length_max_memory=int(before["run_length_max_memory"])
        )


def open_file(data: bytes, name: str, limits: Limits = LIMITS) -> PressFile:
    """The file, opened. Raises Refused with one finding when it is no PDF, broken, locked, or no leaflet by far."""
    if not data:
        raise _unreadable(name, "the file is empty")
    if b"%PDF-" not in data[:_HEAD]:
        raise _unreadable(name, f"the file is no PDF: it begins with {_beginning(data)}")
    try:
        pdf = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise refuse(
            "preflight.unreadable", "the file is locked with a password", Place(name), "deliver it without one"
        ) from None
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise _unreadable(name, f"the file is damaged and cannot be read as a PDF: {_said(error)}") from None
    try:
        _refuse_absurd(pdf, name, limits)
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, RecursionError) as error:
        pdf.close()
        raise _unreadable(name, f"the file is damaged, its pages cannot be found: {_said(error)}") from None
    except Refused:
        pdf.close()
        raise
    return PressFile(name, data, pdf)


def _refuse_absurd(pdf: pikepdf.Pdf, name: str, limits: Limits) -> None:
    count = len(pdf.pages)
    if count == 0:
        raise _unreadable(name, "the file is damaged or empty: it has no pages")
    if count > limits.pages:
        raise refuse(
            "preflight.too-much",
            f"the file has {count} pages; preflight looks at up to {limits.pages} sheet sides, and a leaflet has two",
            Place(name),
            "deliver each piece as a file of its own",
        )
    for leaf in leaves(pdf):
        width, height = ((leaf.media[at + 2] - leaf.media[at]) / MM for at in (0, 1))
        if not limits.smallest_mm <= min(width, height) <= max(width, height) <= limits.largest_mm:
            raise refuse(
                "preflight.page-size",
                f"the page is {width:.0f} × {height:.0f} mm with all its margins; preflight looks at sheets "
                f"from {limits.smallest_mm:g} to {limits.largest_mm:g} mm",
                Place(name, page=leaf.number),
                "export it at its true size; a unit may have been taken for another",
            )


def _unreadable(name: str, message: str) -> Refused:
    return refuse("preflight.unreadable", message, Place(name), _AGAIN)


def _said(error: Exception) -> str:
    """A library's words in one line, without the stream's name that stands before them."""
    return str(error).rpartition(">: ")[2].replace("\n", " ")[:160]


def _beginning(data: bytes) -> str:
    """The first bytes in words that people can tell a file by."""
    known = {
        b"\xff\xd8\xff": "those of a JPEG",
        b"\x89PNG": "those of a PNG",
        b"PK\x03\x04": "those of a ZIP or Word file",
    }
    known |= {b"%!PS": "those of PostScript", b"II*\0": "those of a TIFF", b"MM\0*": "those of a TIFF"}
    return next((words for bytes_, words in known.items() if data.startswith(bytes_)), _plain(data[:12]))


def _plain(data: bytes) -> str:
    text = "".join(chr(each) if 32 <= each < 127 else "·" for each in data)
    return f"“{text}”"
