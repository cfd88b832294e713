"""The import's door under a fuzzer: whatever bytes come, it answers or refuses, and never fails in another way.

    .venv/bin/pip install atheris
    .venv/bin/python tests/fuzz/review_import.py -max_total_time=60

Not part of the test run. Parts of a real copy are mutated inside of a sound archive, so that the fuzzer gets past the
door; whole files are mutated too.
"""

# ruff: noqa: E501

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
import zipfile
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import atheris
from lxml import etree

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["publish.review", "publish.wordfile"]):
    from publish.diagnostics import Failure
    from publish.review.importing import Choice, examine

from review import made

PROJECT, COPY = made.base()
PARTS = {name: zipfile.ZipFile(BytesIO(COPY)).read(name) for name in zipfile.ZipFile(BytesIO(COPY)).namelist()}
TARGETS = ("word/document.xml", "word/comments.xml", "word/footnotes.xml", "word/numbering.xml", "word/styles.xml",
           "word/_rels/document.xml.rels", "[Content_Types].xml", "docProps/custom.xml")  # fmt: skip
SNIPPETS = (
    "<w:ins w:author='a'/>", "<w:del/>", "<w:moveFrom/>", "<w:p><w:r><w:t>x</w:t></w:r></w:p>", "<w:tbl/>", "<w:tr/>",
    "<w:tc><w:p/></w:tc>", "<w:sdt/>", "<w:sdtContent/>", "<w:bookmarkStart w:id='3' w:name='blk_b0001'/>",
    "<w:bookmarkEnd w:id='3'/>", "<w:r><w:footnoteReference w:id='9'/></w:r>", "<w:r><w:footnoteReference w:id='1'/></w:r>",
    "<w:numPr><w:ilvl w:val='-7'/><w:numId w:val='1'/></w:numPr>", "<w:r><w:fldChar w:fldCharType='begin'/></w:r>",
    "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<w:pPrChange><w:pPr/></w:pPrChange>", "<w:t>\u2029\ufffc*_[</w:t>", "<w:br/>",
    "<w:hyperlink w:anchor='blk_g0001'/>", "<w:trPr><w:del/></w:trPr>", "<w:commentReference w:id='1'/>", "<w:drawing/>",
    "<w:pStyle w:val='Heading1'/>", "<w:rPr><w:b/><w:vertAlign w:val='superscript'/></w:rPr>", "<w:gridSpan w:val='x'/>",
)  # fmt: skip
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def mutated(provider: atheris.FuzzedDataProvider) -> bytes:
    """The copy with elements of one part taken out, doubled, put elsewhere, wrapped or renamed."""
    name = TARGETS[provider.ConsumeIntInRange(0, len(TARGETS) - 1)]
    root = etree.fromstring(PARTS[name])
    for _ in range(provider.ConsumeIntInRange(1, 12)):
        elements = [each for each in root.iter() if each.getparent() is not None]
        if not elements:
            break
        one = elements[provider.ConsumeIntInRange(0, len(elements) - 1)]
        other = elements[provider.ConsumeIntInRange(0, len(elements) - 1)]
        _change(provider, one, other, provider.ConsumeIntInRange(0, 6))
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, content in PARTS.items():
            archive.writestr(each, etree.tostring(root) if each == name else content)
    return out.getvalue()


def _change(provider: atheris.FuzzedDataProvider, one: Any, other: Any, way: int) -> None:
    if way == 0:
        one.getparent().remove(one)
    elif way == 1:
        one.addnext(deepcopy(one))
    elif way == 2:
        if other not in list(one.iter()):
            other.append(one)
    elif way == 3:
        snippet = SNIPPETS[provider.ConsumeIntInRange(0, len(SNIPPETS) - 1)]
        one.append(etree.fromstring(f"<x xmlns:w='{WORD}'>{snippet}</x>")[0])
    elif way == 4 and len(one.attrib):
        key = sorted(one.attrib)[0]
        one.set(key, ("", "0", "-1", "99999999999", "x", "blk_b0002", "true")[provider.ConsumeIntInRange(0, 6)])
    elif way == 5:
        one.tag = (
            f"{{{WORD}}}" + ("ins", "del", "p", "r", "t", "tc", "tr", "moveTo", "sdt")[provider.ConsumeIntInRange(0, 8)]
        )
    elif way == 6:
        one.text = ("", " ", "*", "\n", "\u200b", "1. x", "{{ a }}", ":::", "|")[provider.ConsumeIntInRange(0, 8)]


def once(data: bytes) -> None:
    """One file at the door."""
    provider = atheris.FuzzedDataProvider(data)
    file = provider.ConsumeBytes(sys.maxsize) if provider.ConsumeIntInRange(0, 9) == 0 else mutated(provider)
    with contextlib.suppress(Failure):  # told in a sentence
        examine(lambda stage: None, PROJECT, {"copy.docx": file}, Choice())


def seeds() -> str:
    """A folder of inputs long enough to say many mutations."""
    folder = tempfile.mkdtemp(prefix="publish-fuzz-")
    dice = random.Random(1)
    for number in range(200):
        Path(folder, str(number)).write_bytes(dice.randbytes(400))
    return folder


if __name__ == "__main__":
    atheris.Setup([*sys.argv, "-len_control=0", "-max_len=2000", seeds()], once)
    atheris.Fuzz()
