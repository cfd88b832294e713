"""A sound PDF: tagged, titled, in a language, with bookmarks, its fonts inside, and nothing that acts on its own.

The clauses are those of ISO 14289-1 (PDF/UA-1) that a broken theme or writer can break; a full conformance checker
stands behind them in the tests.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pikepdf

from publish.diagnostics import Finding, Place, Refused
from publish.model import Document, Heading, blocks_within, text
from publish.policy import Mandate, Sighting
from publish.verify import Artifact
from publish.verify._glyphs import shapes_of
from publish.verify._pdf_faces import pinned_for
from publish.verify._pdf_fonts import Font
from publish.verify._pdf_read import Drawn, read_pdf

APPLIES_TO = ("pdf",)
CODES = (
    "pdf.damaged",
    "pdf.encrypted",
    "pdf.not-tagged",
    "pdf.language",
    "pdf.title",
    "pdf.ua-identifier",
    "pdf.bookmarks",
    "pdf.font",
    "pdf.glyph-missing",
    "pdf.active-content",
    "pdf.attachment",
    "pdf.link",
    "pdf.annotation",
    "pdf.layers",
    "pdf.alt-empty",
    "pdf.table-scope",
    "pdf.page-box",
)

_SAFE_LINK = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_WRITER = "this is the PDF writer's to mend, not the theme's: report it with the leaflet"


def check(artifact: Artifact, document: Document, mandate: Mandate) -> Iterator[Finding | Sighting]:
    """What is unsound about the file's form. Says nothing of a file that cannot be read: pdf_safety tells why."""
    try:
        drawn = read_pdf(artifact.data, artifact.name)
    except Refused:
        return
    place = Place(artifact.name)
    pdf = drawn.pdf
    if warnings := _warnings(pdf):
        yield Finding("pdf.damaged", f"the file's syntax is damaged: {warnings[0]}", place, _WRITER)
    if pdf.is_encrypted:
        yield Finding("pdf.encrypted", "the file is encrypted", place, "deliver it without a password")
    yield from _described(pdf, document, place)
    yield from _bookmarks(pdf, document, place)
    yield from _fonts(drawn, mandate, artifact.name)
    yield from _active(pdf, place)
    yield from _annotations(pdf, artifact.name)
    yield from _structure(drawn, artifact.name)
    yield from _boxes(pdf, drawn, artifact.name)


class _Nowhere(io.BytesIO):
    """Takes whatever is written and keeps none of it."""

    def write(self, data: Any, /) -> int:
        return len(data)


def _warnings(pdf: pikepdf.Pdf) -> list[str]:
    """What was met while the file was read, its pages' contents too, and what is when every stream is unpacked."""
    pdf.save(
        _Nowhere(),
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.all,
        fix_metadata_version=False,
    )
    return [_NO_NAME.sub("", str(warning)) for warning in pdf.get_warnings()]


_NO_NAME = re.compile(r"^stream <[^>]*>:? ")
"""What pikepdf calls a file that is read from memory: a number, another one each time."""


def _described(pdf: pikepdf.Pdf, document: Document, place: Place) -> Iterator[Finding]:
    root = pdf.Root
    marked = _entry(root, "/MarkInfo", "/Marked")
    if not marked or "/StructTreeRoot" not in root:
        yield Finding("pdf.not-tagged", "the file is not tagged, so it cannot be read out", place, _WRITER)
    language = str(root.get("/Lang", ""))
    if language != document.meta.language:
        yield Finding(
            "pdf.language",
            f"the file's language is “{language}”, the leaflet's is “{document.meta.language}”",
            place,
            'let the template\'s <html> element carry lang="{{ language }}"',
        )
    shows = _entry(root, "/ViewerPreferences", "/DisplayDocTitle")
    title = str(pdf.docinfo.get("/Title", ""))
    if title != document.meta.title or not shows:
        yield Finding(
            "pdf.title",
            f"the file's title is “{title}”, the leaflet's is “{document.meta.title}”"
            if title != document.meta.title
            else "the file does not ask viewers to show its title",
            place,
            "let the template's <title> be {{ title }}, and nothing else",
        )
    if "/Metadata" not in root or not re.search(rb"pdfuaid:part\s*(=\s*[\"']1|>\s*1)", root.Metadata.read_bytes()):
        yield Finding("pdf.ua-identifier", "the file does not say that it is PDF/UA-1", place, _WRITER)


def _entry(root: Any, table: str, key: str) -> Any:
    found = root.get(table)
    return None if found is None else found.get(key)


def _bookmarks(pdf: pikepdf.Pdf, document: Document, place: Place) -> Iterator[Finding]:
    """A leaflet with several headings has a bookmark for each section."""
    wanted = [text(block.inlines) for block in blocks_within(document.body) if isinstance(block, Heading)]
    wanted = [" ".join(each.split()) for each in wanted]
    titles: list[str] = []
    waiting = list(pdf.open_outline().root)  # not by `with`, at whose end it is written anew
    while waiting:
        item = waiting.pop(0)
        titles.append(" ".join(item.title.split()))
        waiting += item.children
    missing = [heading for heading in wanted if heading not in titles]
    if missing:
        yield Finding(
            "pdf.bookmarks",
            f"there is no bookmark for “{missing[0]}”" + (f" and {len(missing) - 1} more" if missing[1:] else ""),
            place,
            "let the theme keep headings as headings, with no `bookmark-level: none`",
        )


def _fonts(drawn: Drawn, mandate: Mandate, name: str) -> Iterator[Finding]:
    told: set[str] = set()
    pages: dict[int, tuple[Font, int]] = {}
    for number, run in enumerate(drawn.runs):
        pages.setdefault(id(run.font), (run.font, int(drawn.run_pages[number]) + 1))
    for font, page in pages.values():
        known = font.name.split("+")[-1]
        if known in told:
            continue
        told.add(known)
        if not font.program or not font.plain:
            yield Finding("pdf.font", f"the font {known} is not embedded whole", Place(name, page=page), _WRITER)
        elif pinned_for(font, mandate.fonts) is None:
            yield Finding(
                "pdf.font",
                f"the font {known} is none of the theme's",
                Place(name, page=page),
                "add the font's file to theme.toml, or see that the theme's faces hold all characters of the text",
            )
    yield from _missing_glyphs(drawn, name)


def _missing_glyphs(drawn: Drawn, name: str) -> Iterator[Finding]:
    drawable: dict[int, set[int]] = {}
    for number, run in enumerate(drawn.runs):
        if not run.font.plain:
            continue
        known, shapes = drawable.setdefault(id(run.font), set()), shapes_of(run.font.program)
        lacking = {code for code in set(run.codes) - known if code == 0 or (shapes and shapes.glyph(code) is None)}
        known |= set(run.codes) - lacking
        if lacking:
            glyph = next(glyph for glyph in drawn.glyphs_of(number) if int(drawn.codes[glyph]) in lacking)
            said = drawn.texts[glyph] or "?"
            yield Finding(
                "pdf.glyph-missing",
                f"the font has no shape for “{said}” (U+{ord(said[0]):04X}); an empty box is drawn",
                Place(name, page=int(drawn.page[glyph]) + 1),
                "choose a face that has this character, or write it in another way",
            )
            return


def _active(pdf: pikepdf.Pdf, place: Place) -> Iterator[Finding]:
    root = pdf.Root
    names: Any = root.get("/Names") or {}
    acts = [key for key in ("/OpenAction", "/AA", "/AcroForm", "/XFA", "/Collection") if key in root]
    acts += [key for key in ("/JavaScript",) if key in names]
    acts += ["/AA" for page in pdf.pages if "/AA" in page.obj]
    if acts:
        yield Finding(
            "pdf.active-content",
            f"the file holds something that acts or is filled in ({acts[0].lstrip('/')})",
            place,
            "take forms and scripts out of the theme; a leaflet is only read",
        )
    if "/EmbeddedFiles" in names or "/AF" in root:
        yield Finding(
            "pdf.attachment",
            "the file has other files attached",
            place,
            "take <link rel=attachment> out of the theme",
        )
    if "/OCProperties" in root:
        yield Finding(
            "pdf.layers", "the file has layers that can be switched off", place, "use no layers in what is to be read"
        )


def _annotations(pdf: pikepdf.Pdf, name: str) -> Iterator[Finding]:
    for number, page in enumerate(pdf.pages, 1):
        place = Place(name, page=number)
        for annotation in page.obj.get("/Annots", []):
            kind = str(annotation.get("/Subtype", "")).lstrip("/")
            if kind == "FileAttachment":
                yield Finding("pdf.attachment", "a file is attached to the page", place, "take the attachment away")
            elif kind != "Link":
                yield Finding(
                    "pdf.annotation",
                    f"the page carries an annotation ({kind}); it can cover what is printed",
                    place,
                    "deliver the file as it was built, without comments, stamps and form fields",
                )
            elif "/AP" in annotation or _border(annotation) > 0:
                yield Finding(
                    "pdf.annotation", "a link draws over the page", place, "give links no border of their own"
                )
            else:
                yield from _target(annotation, place)


def _border(annotation: Any) -> float:
    style = annotation.get("/BS")
    if style is not None:
        return float(style.get("/W", 1))
    border = annotation.get("/Border")
    return float(border[2]) if border is not None and len(border) > 2 else 1.0


def _target(annotation: Any, place: Place) -> Iterator[Finding]:
    action = annotation.get("/A")
    if "/AA" in annotation or (action is not None and "/Next" in action):
        yield Finding("pdf.active-content", "a link does more than lead somewhere", place, "use plain links")
    if action is None or action.get("/S") == "/GoTo":
        return
    kind = str(action.get("/S", "")).lstrip("/")
    address = str(action.get("/URI", ""))
    if kind != "URI":
        yield Finding("pdf.active-content", f"a link starts an action ({kind})", place, "use plain links")
    elif not _SAFE_LINK.match(address):
        yield Finding(
            "pdf.link",
            f"a link leads to “{address[:80]}”; only http, https, mailto and tel are let through",
            place,
            "write the whole address in the source or the template, with https://",
        )


def _structure(drawn: Drawn, name: str) -> Iterator[Finding]:
    for element in drawn.tags.elements if drawn.tags else ():
        place = Place(name, page=None if element.page is None else element.page + 1)
        if element.kind == "Figure" and not (element.alt or "").strip():
            yield Finding(
                "pdf.alt-empty",
                "a picture has no words for those who cannot see it",
                place,
                "give each image of the template an alt text; set decoration as a CSS background",
            )
        if element.kind == "TH" and element.scope not in ("Row", "Column", "Both"):
            yield Finding(
                "pdf.table-scope", "a table's header cell does not say which cells it heads (Scope)", place, _WRITER
            )


def _boxes(pdf: pikepdf.Pdf, drawn: Drawn, name: str) -> Iterator[Finding]:
    """Each page has a trim box inside its media box and stands upright (ISO 32000-1, 14.11.2)."""
    for number, (page, sheet) in enumerate(zip(pdf.pages, drawn.sheets, strict=True), 1):
        trim, media = np.array(sheet.trim), np.array([float(each) for each in page.mediabox])
        whole = bool((trim[2:] - trim[:2] > 72).all())
        stated = np.array([float(each) for each in page.trimbox])
        inside = bool((stated[:2] >= media[:2] - 0.01).all() and (stated[2:] <= media[2:] + 0.01).all())
        if not (whole and inside) or sheet.turn:
            yield Finding(
                "pdf.page-box",
                "the page is turned" if sheet.turn else "the page's trim box does not lie within its media box",
                Place(name, page=number),
                _WRITER,
            )
