"""A bench for the proofs of the Word copy: a finished file, spoiled in one place and put together again."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO

from lxml import etree

import documents
from publish import policy
from publish.diagnostics import Finding
from publish.formats import Options, docx
from publish.model import Document
from publish.policy import Sighting
from publish.verify import Artifact, docx_safety, docx_words

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = {"w": W, "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships"}
MAIN = "word/document.xml"
Root = etree._Element
Edit = Callable[[Root], object]


@cache
def finished(status: str = "draft") -> tuple[Document, bytes]:
    """A document that holds every kind, and its Word file."""
    document = documents.everything(status=status)
    return document, docx.write(document, documents.theme(), Options())


def q(name: str) -> str:
    """`p` as `{…}p`."""
    return f"{{{W}}}{name}"


def spoiled(data: bytes, edit: Edit, part: str = MAIN) -> bytes:
    """The file with one part edited as a tree."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in given.namelist():
            content = given.read(name)
            if name == part:
                root = etree.fromstring(content)
                edit(root)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            archive.writestr(name, content)
    return made.getvalue()


def tree(data: bytes, part: str = MAIN) -> Root:
    """A part of the file."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return etree.fromstring(archive.read(part))


def proof(data: bytes, document: Document, profile: str = "us-patient") -> tuple[list[Finding], list[Sighting]]:
    """What the proof of the safety block says."""
    mandate = documents.mandate(document, documents.theme(), profile)
    facts = list(docx_safety.check(Artifact("docx", "x.docx", data), document, mandate))
    return [each for each in facts if isinstance(each, Finding)], [each for each in facts if isinstance(each, Sighting)]


def words(data: bytes, document: Document) -> list[Finding]:
    """What the check of all words says."""
    mandate = documents.mandate(document, documents.theme())
    facts = docx_words.check(Artifact("docx", "x.docx", data), document, mandate)
    return [each for each in facts if isinstance(each, Finding)]


def blocked(findings: list[Finding]) -> set[str]:
    """The codes of the findings that keep an approved leaflet from going out."""
    judged = policy.judge(findings, "approved")
    return {each.code for each in judged if policy.blocks([each])}


# --- where to spoil it ---


def run_with(root: Root, words: str) -> Root:
    """The run whose text begins with some words."""
    found: list[Root] = [
        run for run in root.iter(q("r")) if "".join(text.text or "" for text in run.iter(q("t"))).startswith(words)
    ]
    return found[-1]


def paragraph_with(root: Root, words: str) -> Root:
    """The last paragraph that holds some words."""
    found = [each for each in root.iter(q("p")) if words in "".join(text.text or "" for text in each.iter(q("t")))]
    return found[-1]


def element(xml: str) -> Root:
    """`<w:b/>` as an element."""
    extra = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    extra += ' xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    extra += ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    extra += ' xmlns:v="urn:schemas-microsoft-com:vml"'
    return etree.fromstring(f'<x xmlns:w="{W}" {extra}>{xml}</x>')[0]


def on_run(words: str, *properties: str) -> Edit:
    """Puts properties on the run that begins with some words."""

    def edit(root: Root) -> None:
        run = run_with(root, words)
        own = run.find(q("rPr"))
        if own is None:
            own = etree.Element(q("rPr"))
            run.insert(0, own)
        for each in properties:
            made = element(each)
            for old in own.findall(made.tag):
                own.remove(old)
            own.append(made)

    return edit


def on_paragraph(words: str, *properties: str) -> Edit:
    """Puts properties on the paragraph that holds some words."""

    def edit(root: Root) -> None:
        own = paragraph_with(root, words).find(q("pPr"))
        for each in properties:
            made = element(each)
            for old in own.findall(made.tag):
                own.remove(old)
            own.append(made)

    return edit


def on_style(style: str, kind: str, *properties: str) -> Edit:
    """Puts properties on a style; `kind` is `rPr` or `pPr`. For word/styles.xml."""

    def edit(root: Root) -> None:
        (found,) = root.xpath(f"w:style[@w:styleId='{style}']", namespaces=NAMES)
        holder = found.find(q(kind))
        if holder is None:
            holder = etree.SubElement(found, q(kind))
        for each in properties:
            made = element(each)
            for old in holder.findall(made.tag):
                holder.remove(old)
            holder.append(made)

    return edit


def says(words: str, instead: str) -> Edit:
    """Alters the words of a run."""

    def edit(root: Root) -> None:
        text = run_with(root, words).find(q("t"))
        text.text = text.text.replace(words, instead)

    return edit
