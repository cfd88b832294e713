"""The mandate on a theme's review.docx: the controls for body and safety block stand there once, in plain sight.

How its styles and settings show the text is proved on the finished file. The template's own words are furniture by
design: nothing here judges their sense, so a sentence before the block that calls it void would pass.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from publish import inputs
from publish.diagnostics import Finding, Place

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NEEDED = ("body", "safety-block")
_LARGEST_PART = 40_000_000
_TITLE = "title"
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, etree.XMLSyntaxError, RuntimeError)
_HIDING = {
    "del": "deleted text",
    "moveFrom": "text that was moved away",
    "txbxContent": "a text box",
    "p": "a paragraph; use a content control around whole paragraphs",
    "tbl": "a table",
    "hdr": "a header",
    "sdt": "another content control",
    "AlternateContent": "alternate content",
    "pict": "a drawing",
    "drawing": "a drawing",
}
STYLES = (
    "BodyText Title Subtitle Heading1 Heading2 Heading3 Heading4 Heading5 Heading6 LabelHeading ListParagraph Quote "
    "Figure Caption CodeBlock ThematicBreak Spacer DefinitionTerm DefinitionText Reference TableHead TableText "
    "CalloutTitle CalloutText StoryTitle StoryText SafetyLabel SafetyTitle SafetyHeading SafetyText SafetyList Remarks "
    "Header Footer FactName Fact FootnoteText CommentText FootnoteReference CommentReference Hyperlink Term Claim "
    "Citation CodeText LeafletTable FactsTable"
).split()
"""The ids of the named styles that the review copy is set in."""

_PARTS = ("styles", "settings", "numbering", "footnotes", "fontTable", "theme/theme1")


def slots(body: etree._Element) -> dict[str, etree._Element]:
    """The content controls for title, body and safety block, by tag, in the order in which they stand."""
    return {tag: control for tag, control in _controls(body) if tag in (*_NEEDED, _TITLE)}


def check_template(path: Path) -> Iterator[Finding]:
    """What keeps a review.docx from carrying every leaflet and its safety block."""
    place = Place(f"{path.parent.name}/{path.name}")
    try:
        with zipfile.ZipFile(io.BytesIO(inputs.read(path))) as archive:
            document = _part(archive, "word/document.xml")
            styles = _part(archive, "word/styles.xml")
            names = set(archive.namelist())
    except _UNREADABLE as error:
        yield Finding(
            "theme.docx-unreadable",
            f"this is no Word file that can be read: {error}",
            place,
            "save it from Word as .docx, or take the base theme's file",
        )
        return
    yield from _slots_stand_once(document, place)
    sheet = document.find(f"{{{_W}}}body/{{{_W}}}sectPr")
    if sheet is None or any(sheet.find(f"{{{_W}}}{name}") is None for name in ("pgSz", "pgMar")):
        yield Finding(
            "theme.docx-part-missing",
            "the template does not say on which sheet it is set",
            place,
            "open it in Word, set the page size and margins, and save it",
        )
    known = {style.get(f"{{{_W}}}styleId") for style in styles.iter(f"{{{_W}}}style")}
    for style in STYLES:
        if style not in known:
            yield Finding(
                "theme.docx-style-missing",
                f"the template has no style with the id “{style}”",
                place,
                "start from the base theme's review.docx and restyle what is there",
            )
    for part in _PARTS:
        if f"word/{part}.xml" not in names:
            yield Finding(
                "theme.docx-part-missing",
                f"the template has no part word/{part}.xml",
                place,
                "start from the base theme's review.docx and restyle what is there",
            )


def own_words(path: Path) -> Iterator[str]:
    """The texts that the template itself sets: in headers, footers, and around its content controls."""
    try:
        template = inputs.read(path)
    except OSError:
        return  # the writer that uses this template reports it
    yield from _own.of(template, lambda data: tuple(_own_words(data)))


_own: inputs.ByContent[tuple[str, ...]] = inputs.ByContent(20)


def _own_words(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in sorted(archive.namelist()):
                if name == "word/document.xml" or name.startswith(("word/header", "word/footer")):
                    yield from _words_of(_part(archive, name))
    except _UNREADABLE:
        return


def _words_of(root: etree._Element) -> Iterator[str]:
    for control in slots(root).values():
        parent = control.getparent()
        if parent is not None:
            parent.remove(control)
    for paragraph in root.iter(f"{{{_W}}}p"):
        yield "".join(str(text) for text in paragraph.itertext(f"{{{_W}}}t"))


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    if archive.getinfo(name).file_size > _LARGEST_PART:
        raise ValueError(f"{name} is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(archive.read(name), parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError(f"{name} has a DOCTYPE")
    return root


def _controls(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for control in root.iter(f"{{{_W}}}sdt"):
        tag = control.find(f"{{{_W}}}sdtPr/{{{_W}}}tag")
        if tag is not None:
            yield tag.get(f"{{{_W}}}val", ""), control


def _slots_stand_once(document: etree._Element, place: Place) -> Iterator[Finding]:
    found: dict[str, list[etree._Element]] = {tag: [] for tag in (*_NEEDED, _TITLE)}
    for tag, control in _controls(document):
        if tag in found:
            found[tag].append(control)
    for tag, controls in found.items():
        if not controls and tag in _NEEDED:
            yield Finding(
                "theme.docx-slot-missing",
                f"the template has no content control tagged “{tag}”",
                place,
                f"in Word: Developer, Rich Text Content Control, Properties, Tag: {tag}",
            )
        if len(controls) > 1:
            yield Finding(
                "theme.docx-slot-twice",
                f"the template has {len(controls)} content controls tagged “{tag}”",
                place,
                "keep one of them",
            )
        for control in controls:
            if reason := _hidden(control):
                yield Finding(
                    "theme.docx-slot-hidden",
                    f"the content control tagged “{tag}” stands where readers would not see it: {reason}",
                    place,
                    "move it into the plain text of the document",
                )


def _hidden(control: etree._Element) -> str:
    """Why what is put into a control would not be seen, or nothing."""
    for ancestor in control.iterancestors():
        name = etree.QName(ancestor).localname
        if name in _HIDING:
            return f"it is inside {_HIDING[name]}"
    if control.find(f"{{{_W}}}sdtContent") is None or control.find(f"{{{_W}}}sdtPr/{{{_W}}}id") is None:
        return "it has no content or no id"
    if any(etree.QName(each).localname == "dataBinding" for each in control.iterfind(f"{{{_W}}}sdtPr/{{*}}*")):
        return "it is bound to data that replace its content"
    for name in ("vanish", "webHidden", "specVanish"):
        for mark in control.iter(f"{{{_W}}}{name}"):
            if mark.get(f"{{{_W}}}val", "true") not in ("0", "false", "off"):
                return "it is formatted as hidden text"
    return ""
