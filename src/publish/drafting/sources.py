"""A file from outside, as HTML with its pictures: Word by mammoth behind the review door, web pages, plain text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote_to_bytes

from lxml import etree
from lxml import html as lxml_html
from PIL import Image

from publish.diagnostics import Place, refuse
from publish.review.admission import admitted, read_bytes
from publish.review.revisions import revisions
from publish.wordfile import WordFile, q

_LARGEST_TEXT = 5_000_000
_MOST_PIXELS = 40_000_000
_KINDS = {"PNG": "png", "JPEG": "jpg"}
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='title'] => h1.title:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
"""What styles mean, beyond what mammoth knows by itself."""
SUFFIXES = (".docx", ".html", ".htm", ".txt")


def opened(path: Path) -> tuple[etree._Element, tuple[str, ...]]:
    """The file as an HTML tree, and what its converter could not take along. Raises Refused."""
    suffix = path.suffix.lower()
    data = read_bytes(path)
    if suffix == ".docx":
        return _of_word(data, path)
    if len(data) > _LARGEST_TEXT:
        raise refuse("draft.too-large", f"{path.name} is too large to be a leaflet's text", Place(str(path)), "cut it")
    text = _text(data, path)
    return (_tree(text) if suffix != ".txt" else _tree(_of_plain(text))), ()


def _of_word(data: bytes, path: Path) -> tuple[etree._Element, tuple[str, ...]]:
    import mammoth

    word = admitted(data, path.name)
    try:
        result = mammoth.convert_to_html(
            BytesIO(data), style_map=_STYLES, include_embedded_style_map=False, external_file_access=False
        )
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, RecursionError) as error:
        said = f"{path.name} cannot be converted: {type(error).__name__}"
        raise refuse("draft.unreadable", said, Place(str(path)), "save it anew from Word, or as .html") from None
    told = [*_left_out(word), *(_told(message.message) for message in result.messages)]
    return _tree(result.value), tuple(dict.fromkeys(told))


def _left_out(word: WordFile) -> Iterator[str]:
    """What a Word file holds that a draft has no place for."""
    main = word.tree(word.main)
    if any(True for _ in revisions(main)):
        yield "the file holds tracked changes; it was taken as if all of them were accepted"
    if word.related("comments"):
        yield "the file holds comments; they were left out"
    margins = (*word.related("header"), *word.related("footer"))
    if any(word.tree(part).find(f".//{q('t')}") is not None for part in margins):
        yield "what stands in headers and footers was left out"
    if main.find(f".//{q('txbxContent')}") is not None:
        yield "the file holds text boxes; check that their words stand where they belong"
    if main.find(f".//{q('vanish')}") is not None:
        yield "the file holds hidden text, which is to be seen now"


def _told(message: str) -> str:
    style = re.match(r"Unrecognised (?:paragraph|run) style: '?(.*?)'? \(Style ID", message)
    if style:
        return f"the style “{style[1]}” means nothing here; its text is plain text now"
    return f"the converter says: {message}"


def _tree(text: str) -> etree._Element:
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    root = lxml_html.document_fromstring(f"<html><body>{text}</body></html>".encode(), parser=parser)
    body = root.find("body")
    return body if body is not None else root


def _text(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(
        "draft.unreadable", f"{path.name} is no text in a known encoding", Place(str(path)), "save it as UTF-8"
    )


def _of_plain(text: str) -> str:
    """Plain text: paragraphs by empty lines, lists by their marks; nothing else can be known of it."""
    made: list[str] = []
    for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        marks = [re.match(r"(?:[-*•–]|\d+[.)])\s+(.*)", line) for line in lines]
        if lines and all(marks):
            ordered = lines[0][0].isdigit()
            items = "".join(f"<li>{escape(mark[1])}</li>" for mark in marks if mark)
            made.append(f"<ol>{items}</ol>" if ordered else f"<ul>{items}</ul>")
        elif lines:
            made.append(f"<p>{escape(' '.join(lines))}</p>")
    return "".join(made)


# --- pictures ---


def pictures(folder: Path | None, kept: dict[str, bytes]) -> Callable[[etree._Element], str | None]:
    """A function that puts a picture's file into `kept` and gives its name: PNG or JPEG, whatever it was.

    Pictures are taken from inside the file, or from beside it (`folder`); never from elsewhere.
    """

    def store(element: etree._Element) -> str | None:
        data = _bytes(element.get("src", ""), folder)
        made = _sound(data) if data else None
        if made is None:
            return None
        kind, content = made
        known = {sha256(each).digest(): name for name, each in kept.items()}
        name = known.get(sha256(content).digest(), f"images/picture-{len(kept) + 1}.{kind}")
        kept[name] = content
        return name

    return store


def _bytes(source: str, folder: Path | None) -> bytes | None:
    if source.startswith("data:"):
        head, _, body = source[5:].partition(",")
        try:
            return base64.b64decode(body, validate=False) if head.endswith(";base64") else unquote_to_bytes(body)
        except (binascii.Error, ValueError):
            return None
    if folder is None or not source or re.match(r"[A-Za-z][\w+.-]*:|/", source):
        return None
    path = (folder / source.split("?")[0].split("#")[0]).resolve()
    try:
        return read_bytes(path) if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except OSError:
        return None


def _sound(data: bytes) -> tuple[str, bytes] | None:
    """A picture that was read whole, as PNG or JPEG; None when it is none."""
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.load()
            if image.format in _KINDS:
                return _KINDS[image.format], data
            made = BytesIO()
            image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB").save(
                made, "PNG"
            )
            return "png", made.getvalue()
    except Exception:  # whatever a decoder raises on a broken picture, it is no picture
        return None
