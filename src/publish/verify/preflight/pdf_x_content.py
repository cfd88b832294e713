"""What a PDF/X-4 file may not hold: locks, actions, other files, PostScript, old compression, pictures to be swapped.

GWG 2022 R0001; ISO 15930-7:2010, known here from public sources: the CGATS Application Notes and PDFlib's list of what
PDF/X forbids, the PDF Association's Arlington model for the keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from publish.diagnostics import Finding, Place
from publish.policy import PressProfile
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._telling import told

RULES = ("pdf-x-content",)
CODES = (
    "preflight.x-locked",
    "preflight.x-forbidden",
)

MOST_OBJECTS = 300_000
"""Objects of a file that are looked at: a leaflet has some hundreds."""

_FIRST = 5


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The facts about what the file holds and may not."""
    rule = profile.rules.get("pdf-x-content")
    if rule is None:
        return
    place = Place(file.name)
    if file.pdf.is_encrypted:
        message = "the file is encrypted; it opens without a password, but a press may not be able to use it"
        yield told("preflight.x-locked", message, place, "export it without any protection", rule)
    for message, hint in (*_in_catalog(file.pdf), *_in_objects(file.pdf)):
        yield told("preflight.x-forbidden", message, place, hint, rule)


# --- the file ---


def _in_catalog(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    root = pdf.Root
    if isinstance(root.get("/OpenAction"), pikepdf.Dictionary) or "/AA" in root:
        yield "the file does something when it is opened; actions are forbidden", "remove the action"
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if "/JavaScript" in names:
            yield "the file holds JavaScript", "remove it"
        if "/EmbeddedFiles" in names:
            yield "other files are packed into the file", "deliver them on their own, where the press needs them"
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and (
        "/XFA" in form or (isinstance(form.get("/Fields"), pikepdf.Array) and len(form["/Fields"]))
    ):
        yield "the file is a form to fill in", "export it without form fields"
    preferences = root.get("/ViewerPreferences")
    if isinstance(preferences, pikepdf.Dictionary):
        for key in ("/ViewArea", "/ViewClip", "/PrintArea", "/PrintClip"):
            if str(preferences.get(key, "/MediaBox")) not in ("/MediaBox", "/BleedBox"):
                yield (
                    f"the file asks that only its {str(preferences[key])[1:]} is shown or printed ({key[1:]})",
                    "leave this preference out",
                )


# --- each object ---

_Test = Callable[[Any], bool]


def _named(said: Any, *names: str) -> bool:
    return isinstance(said, pikepdf.Name) and str(said) in names


def _filters(said: Any) -> list[str]:
    found = said.get("/Filter")
    return [str(each) for each in (found if isinstance(found, pikepdf.Array) else [found]) if each is not None]


def _transfer(said: Any) -> bool:
    """A transfer function that changes tones. In a soft mask the same key is no curve of the press."""
    if _named(said.get("/S"), "/Luminosity", "/Alpha") or _named(said.get("/Type"), "/Halftone"):
        return False
    return any(_curve(said.get(key)) for key in ("/TR", "/TR2"))


def _curve(said: Any) -> bool:
    if isinstance(said, pikepdf.Array):
        return any(_curve(each) for each in said)
    return isinstance(said, pikepdf.Dictionary | pikepdf.Stream) and "/FunctionType" in said


def _is_form(said: Any) -> bool:
    return _named(said.get("/Subtype"), "/Form", "/PS")


_ACTIONS = (
    "/URI", "/Launch", "/JavaScript", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToR", "/GoToE",
    "/Sound", "/Movie", "/Rendition", "/GoTo3DView", "/RichMediaExecute", "/SetOCGState", "/Named",
)  # fmt: skip

_FORBIDDEN: tuple[tuple[str, str, _Test], ...] = (
    (
        "packed by LZW, which PDF/X forbids",
        "export the file again with another compression (Flate, JPEG)",
        lambda it: isinstance(it, pikepdf.Stream) and any(each in ("/LZWDecode", "/LZW") for each in _filters(it)),
    ),
    (
        "kept in another file",
        "embed all that is printed",
        lambda it: isinstance(it, pikepdf.Stream) and "/F" in it and "/FFilter" not in it,
    ),
    (
        "PostScript, which no viewer shows and some presses draw",
        "export the file again without PostScript in it",
        lambda it: _named(it.get("/Subtype"), "/PS")
        or (_is_form(it) and (_named(it.get("/Subtype2"), "/PS") or "/PS" in it)),
    ),
    (
        "a place-holder for a picture to be put in later (OPI)",
        "put the fine pictures into the file",
        lambda it: "/OPI" in it and _named(it.get("/Subtype"), "/Image", "/Form"),
    ),
    (
        "a reference to a page of another file",
        "embed the page itself",
        lambda it: _is_form(it) and isinstance(it.get("/Ref"), pikepdf.Dictionary),
    ),
    (
        "a picture with another in its place for printing",
        "keep only the picture that is to be printed",
        lambda it: _named(it.get("/Subtype"), "/Image")
        and any(each.get("/DefaultForPrinting") is True for each in _dictionaries(it.get("/Alternates"))),
    ),
    (
        "a curve that changes tones on the press (TR)",
        "export the file again without transfer curves",
        _transfer,
    ),
    (
        "an action, such as a link to a web site",
        "export it without links and buttons",
        lambda it: _named(it.get("/S"), *_ACTIONS) and "/P" not in it,
    ),
    (
        "a file packed into it",
        "deliver other files on their own",
        lambda it: _named(it.get("/Type"), "/Filespec", "/F") and "/EF" in it,
    ),
)  # fmt: skip


def _in_objects(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, each in enumerate(_every_dictionary(pdf)):
        if number >= MOST_OBJECTS:
            break
        for message, hint, test in _FORBIDDEN:
            try:
                if test(each):
                    found[message, hint].append(each.objgen[0])
            except (TypeError, ValueError, AttributeError, pikepdf.PdfError):
                continue
    for (message, hint), objects in found.items():
        numbers = ", ".join(str(number) for number in sorted(set(objects) - {0})[:_FIRST])
        where = f" (object {numbers}{' …' if len(set(objects)) > _FIRST else ''})" if numbers else ""
        yield (
            f"the file holds something that is {message}{where}"
            if message.startswith(("packed", "kept"))
            else (f"the file holds {message}{where}"),
            hint,
        )


def _every_dictionary(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Dictionaries and streams, and those that stand directly in them or in their lists, two levels down."""
    for each in pdf.objects:
        yield from _within(each, 3)


def _within(each: Any, depth: int) -> Iterator[Any]:
    if isinstance(each, pikepdf.Array):
        children: Any = list(each)
    elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
        yield each
        children = [value for _, value in each.items()]
    else:
        return
    if depth:
        for child in children:
            if isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect:
                yield from _within(child, depth - 1)


def _dictionaries(said: Any) -> Iterator[Any]:
    if isinstance(said, pikepdf.Array):
        yield from (each for each in said if isinstance(each, pikepdf.Dictionary))
