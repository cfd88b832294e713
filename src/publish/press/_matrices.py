"""Data Matrix and QR: what a value is as dark and light modules, and those as few rectangles."""

from __future__ import annotations

import re
from collections.abc import Sequence

import segno
from pystrich.datamatrix import FNC1, DataMatrixData, DataMatrixEncoder
from pystrich.exceptions import PyStrichError, PyStrichInvalidPayloadLength
from segno.encoder import DataOverflowError

from publish.diagnostics import Place, Refused, refuse
from publish.press.gs1 import SEPARATOR, elements, message

Rows = Sequence[Sequence[int | None]]


def qr(value: str, place: Place) -> Rows:
    """QR at level M. What is not ASCII goes as UTF-8 and says so (ISO/IEC 18004, 7.4.2: ECI)."""
    try:
        plain = value.isascii()
        made = segno.make_qr(value, error="m", encoding=None if plain else "utf-8", eci=not plain)
    except DataOverflowError:
        raise _too_long("QR code", value, place) from None
    except (ValueError, UnicodeError):
        raise _unsayable("QR code", value, place) from None
    return tuple(made.matrix)


def data_matrix(value: str, place: Place) -> Rows:
    """Data Matrix ECC 200. What is not ASCII says how it is encoded (ISO/IEC 16022, 5.4: ECI)."""
    try:
        return _drawn(DataMatrixData(value, auto_encoding=True))
    except PyStrichInvalidPayloadLength:
        raise _too_long("Data Matrix", value, place) from None
    except (PyStrichError, UnicodeError):
        raise _unsayable("Data Matrix", value, place) from None


def gs1_data_matrix(value: str, place: Place) -> tuple[str, Rows]:
    """GS1 DataMatrix: FNC1 first, and between elements of open length. Also what a reader says of it."""
    says = message(elements(value, place))
    parts = [part for each in says.split(SEPARATOR) for part in (FNC1, each)]
    try:
        return says, _drawn(DataMatrixData(*parts, encoding="ascii"))
    except PyStrichInvalidPayloadLength:
        raise _too_long("GS1 DataMatrix", value, place) from None


def _drawn(data: DataMatrixData) -> Rows:
    return DataMatrixEncoder(data, quiet_zone=0).init_renderer().matrix


def _too_long(title: str, value: str, place: Place) -> Refused:
    return refuse(
        "press.code-too-long",
        f"“{value[:20]}…”: {len(value)} characters are more than a {title} holds",
        place,
        "say less in it, such as a short web address that leads on",
    )


def _unsayable(title: str, value: str, place: Place) -> Refused:
    return refuse(
        "press.code-value", f"{value[:40]!a} cannot be said by a {title}", place, "take out its unusual characters"
    )


def merged(rows: Rows) -> list[tuple[int, int, int, int]]:
    """The dark modules as few rectangles: runs in a row, joined with the same run in the row above."""
    done: list[tuple[int, int, int, int]] = []
    growing: dict[tuple[int, int], tuple[int, int]] = {}
    for y, row in enumerate([*rows, ()]):
        cells = "".join("1" if cell else "0" for cell in row)
        runs = {(run.start(), run.end() - run.start()) for run in re.finditer("1+", cells)}
        for run in sorted(growing.keys() - runs):
            start, height = growing.pop(run)
            done.append((run[0], start, run[1], height))
        for run in runs:
            start, height = growing.get(run, (y, 0))
            growing[run] = (start, height + 1)
    return sorted(done, key=lambda bar: (bar[1], bar[0]))
