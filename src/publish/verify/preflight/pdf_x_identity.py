"""That the file says of itself what PDF/X-4 demands: which standard, title, dates, trapping, its own number.

GWG 2022 R0001; ISO 15930-7:2010 (PDF/X-4), known here from public sources: the CGATS Application Notes and the
documentation of the LaTeX package pdfx for GTS_PDFXVersion in XMP (NPES name space), title, dates and Trapped, their
agreement with Info, and the trailer's ID. Unconfirmed, and so never more than a warning: the xmpMM properties, and that
a file of PDF 2.0 may not be PDF/X-4.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
from lxml import etree
from pikepdf.models.metadata import decode_pdf_date

from publish.diagnostics import Finding, Place, Severity
from publish.policy import PressProfile, PressRule
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._telling import told

RULES = ("pdf-x-identity",)
CODES = ("preflight.x-version", "preflight.x-metadata")

_PDFX = "{http://www.npes.org/pdfx/ns/id/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MM = "{http://ns.adobe.com/xap/1.0/mm/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LARGEST = 4 * 1024 * 1024
"""Bytes of XMP that are read; it has a few thousand."""

_HINT = "export it as PDF/X-4; adding the words by hand would not make it one"


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The facts about what the file says of itself."""
    rule = profile.rules.get("pdf-x-identity")
    if rule is None:
        return
    place = Place(file.name)
    yield from _version(file.pdf, rule, place)
    said = _xmp(file.pdf)
    if said is None:
        message = "the file has no metadata (XMP) that can be read, and so does not say that it is PDF/X-4"
        yield told("preflight.x-version", message, place, _HINT, rule)
        return
    yield from _standard(said, file.pdf, rule, place)
    info = _info(file.pdf)
    for message in (*_missing(said), *_trapped(said, info), *_agreement(said, info)):
        yield told("preflight.x-metadata", message, place, _HINT, rule)
    unconfirmed = [name for name in ("DocumentID", "VersionID", "RenditionClass") if f"{_MM}{name}" not in said]
    if unconfirmed:
        message = f"the metadata has no {', '.join(f'xmpMM:{name}' for name in unconfirmed)}"
        yield told("preflight.x-metadata", message, place, _HINT, rule, Severity.WARNING)


def _version(pdf: pikepdf.Pdf, rule: PressRule, place: Place) -> Iterator[Finding]:
    version = max(_numbers(pdf.pdf_version), _numbers(str(pdf.Root.get("/Version", "")).lstrip("/")))
    if version < (1, 6):
        message = f"the file is PDF {version[0]}.{version[1]}; PDF/X-4 is built on PDF 1.6"
        yield told("preflight.x-version", message, place, _HINT, rule)
    elif version >= (2, 0):
        message = "the file is PDF 2.0, which is the ground of PDF/X-6, not of PDF/X-4"
        yield told("preflight.x-version", message, place, _HINT, rule, Severity.WARNING)
    identity = pdf.trailer.get("/ID")
    if not isinstance(identity, pikepdf.Array) or len(identity) != 2 or not all(len(bytes(each)) for each in identity):
        message = "the file has no number of its own (ID) by which a press could tell it from a later version"
        yield told("preflight.x-metadata", message, place, _HINT, rule)


def _standard(said: dict[str, str], pdf: pikepdf.Pdf, rule: PressRule, place: Place) -> Iterator[Finding]:
    named = said.get(f"{_PDFX}GTS_PDFXVersion", "")
    if named == "PDF/X-4":
        return
    elsewhere = str(_info(pdf).get("/GTS_PDFXVersion", ""))
    if named == "PDF/X-4p":
        message = "the file is PDF/X-4p: its colour profile is not in the file, and the press would have to find it"
    elif named:
        message = f"the file says that it is {named}, not PDF/X-4"
    elif elsewhere:
        message = f"only the old document information names a PDF/X standard ({elsewhere}); PDF/X-4 stands in the XMP"
    else:
        message = "the file does not say that it is PDF/X-4 (GTS_PDFXVersion in its XMP)"
    yield told("preflight.x-version", message, place, _HINT, rule)


def _missing(said: dict[str, str]) -> Iterator[str]:
    for name, what in (
        (f"{_DC}title", "a title"),
        (f"{_XMP}CreateDate", "the date it was made"),
        (f"{_XMP}ModifyDate", "the date it was last changed"),
    ):
        if not said.get(name, "").strip():
            yield f"the metadata does not give {what} ({'dc' if name.startswith(_DC) else 'xmp'}:{name.split('}')[1]})"


def _trapped(said: dict[str, str], info: dict[str, str]) -> Iterator[str]:
    xmp, old = said.get(f"{_PDF}Trapped", ""), info.get("/Trapped", "").lstrip("/")
    known = [each for each in (xmp, old) if each]
    if not known:
        yield "the file does not say whether it is trapped (Trapped: True or False)"
    elif any(each not in ("True", "False") for each in known):
        yield f"the file says that it is trapped: “{known[0]}”; PDF/X wants True or False"
    elif len(set(known)) > 1:
        yield f"the metadata says Trapped: {xmp}, the document information says {old}"


def _agreement(said: dict[str, str], info: dict[str, str]) -> Iterator[str]:
    """Info is the older place; what stands there too must be the same (ISO 32000-1, 14.3.3; ISO 15930-7)."""
    old, new = info.get("/Title", "").strip(), said.get(f"{_DC}title", "").strip()
    if old and new and old != new:
        yield f"the title in the document information (“{old[:60]}”) is not that in the metadata (“{new[:60]}”)"
    for key, name in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
        old, new = info.get(key, ""), said.get(f"{_XMP}{name}", "")
        if old and new and not _same_moment(old, new):
            yield f"{key[1:]} in the document information ({old}) is not {name} in the metadata ({new})"


def _same_moment(pdf_date: str, xmp_date: str) -> bool:
    try:
        one, other = decode_pdf_date(pdf_date), datetime.fromisoformat(xmp_date)
    except (ValueError, OverflowError):
        return False
    if one.tzinfo is None or other.tzinfo is None:
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    else:
        one, other = one.astimezone(UTC), other.astimezone(UTC)
    return abs((one - other).total_seconds()) < 1 if len(xmp_date) > len("2026-01-01") else one.date() == other.date()


def _info(pdf: pikepdf.Pdf) -> dict[str, str]:
    said = pdf.trailer.get("/Info")
    if not isinstance(said, pikepdf.Dictionary):
        return {}
    return {key: str(value) for key, value in said.items() if isinstance(value, pikepdf.String | pikepdf.Name)}


def _xmp(pdf: pikepdf.Pdf) -> dict[str, str] | None:
    """The properties of the file's XMP by their full names; None when there is none that can be read."""
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return None
    try:
        data = stream.read_bytes()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(data, parser) if len(data) <= _LARGEST else None
    except (pikepdf.PdfError, RuntimeError, etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    said: dict[str, str] = {}
    for described in root.iter(f"{_RDF}Description"):
        said |= {str(name): str(value) for name, value in described.attrib.items()}
        said |= {str(each.tag): _text(each) for each in described if isinstance(each.tag, str)}
    return said


def _text(element: Any) -> str:
    """What a property says: its text, or the first entry of its list."""
    first = next(element.iter(f"{_RDF}li"), None)
    return "".join((element if first is None else first).itertext()).strip()


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)
