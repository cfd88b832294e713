"""HTML, as a converter or a browser has it, as Markdown of the house's own dialect; what it cannot say is told."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

Element = etree._Element
Image = Callable[[Element], str | None]
"""The file of a picture, stored; None when it cannot be had."""

_WIDTH = 118
_SIGNS = re.compile(r"[\\`*\[\]^~|{}]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
_START = re.compile(r"(?:#{1,6}|[-+>]|:{3,}|:|=+|-+)(?=\s|$|:)|>|\[\^")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_SAFE = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_NOTE = re.compile(r"#(?:foot|end)note-(\w+)")
_NOTE_TEXT = re.compile(r"(?:foot|end)note-(\w+)")
_DROPPED = frozenset("script style head title meta link template noscript iframe object embed form nav svg".split())
_BLOCKS = frozenset(
    "p div section article main header footer aside h1 h2 h3 h4 h5 h6 ul ol table blockquote pre hr figure dl "
    "address details summary body html".split()
)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "sup": "^", "sub": "~"}


@dataclass(slots=True)
class Writer:
    """One document while it is written. `told` are the things that a person must look at, in order."""

    image: Image
    told: list[str] = field(default_factory=list)
    title: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    level: int = 0
    base: int = 0
    _titled: Element | None = None

    def tell(self, what: str) -> None:
        if what not in self.told:
            self.told.append(what)

    def document(self, root: Element) -> str:
        """The whole text without its title: what is marked as one, or the first heading if none other has its level."""
        headings = list(root.iter(*(f"h{level}" for level in range(1, 7))))
        marked = [each for each in headings if each.get("class") == "title"]
        alone = headings[:1] if [each.tag for each in headings].count(headings[0].tag if headings else "") == 1 else []
        for found in (marked or alone)[:1]:
            self.title = " ".join("".join(map(str, found.itertext())).split())
            self.base = 0 if marked else int(str(found.tag)[1])
            self._titled = found
        parts = list(self.blocks(root))
        parts += [f"[^{label}]: {words}" for label, words in self.notes.items()]
        return "\n\n".join(part for part in parts if part.strip()) + "\n"

    # --- blocks ---

    def blocks(self, parent: Element) -> Iterator[str]:
        """The blocks of an element; words that stand between them are paragraphs."""
        loose: list[str] = [plain(parent.text)]
        pictures: list[str] = []
        for child in parent:
            if not isinstance(child.tag, str) or child.tag in _DROPPED:
                loose.append(plain(child.tail))
                continue
            if child.tag in _BLOCKS:
                yield from self._paragraph("".join(loose), pictures)
                loose, pictures = [], []
                yield from self._block(child)
            else:
                loose.append(self.inline(child, pictures))
            loose.append(plain(child.tail))
        yield from self._paragraph("".join(loose), pictures)

    def _paragraph(self, words: str, pictures: list[str]) -> Iterator[str]:
        said = tidy(words)
        if said:
            yield wrapped(said)
        yield from pictures

    def _block(self, element: Element) -> Iterator[str]:
        tag = str(element.tag)
        if tag in ("ul", "ol"):
            yield from self._list(element)
        elif tag == "table":
            yield from self._table(element)
        elif tag == "blockquote":
            inner = "\n\n".join(self.blocks(element))
            yield "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
        elif tag == "pre":
            code = "".join(map(str, element.itertext())).strip("\n")
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", code) or [""]))
            if code.strip():
                yield f"{fence}\n{code}\n{fence}"
        elif tag == "hr":
            yield "---"
        elif re.fullmatch("h[1-6]", tag):
            yield from self._heading(element, int(tag[1]))
        elif tag == "dl":
            yield from self._definitions(element)
        elif tag == "figure":
            yield from self._figure(element)
        else:
            yield from self.blocks(element)

    def _heading(self, element: Element, level: int) -> Iterator[str]:
        pictures: list[str] = []
        words = tidy(self.content(element, pictures)).replace("\\\n", " ")
        if words and element is not self._titled:
            wanted = max(1, level - self.base)
            if wanted > self.level + 1:
                self.tell(f"the heading “{_short(words)}” was moved up a level, since a level above it was skipped")
            self.level = min(wanted, self.level + 1)
            yield f"{'#' * self.level} {words}"
        yield from pictures

    def _list(self, element: Element) -> Iterator[str]:
        items: list[str] = []
        number = int(element.get("start", "1")) if element.get("start", "1").isdigit() else 1
        for child in element:
            if child.tag != "li":
                continue
            note = _NOTE_TEXT.fullmatch(child.get("id", ""))
            if note:
                self._keep_note(note[1], child)
                continue
            mark = f"{number + len(items)}. " if element.tag == "ol" else "- "
            inner = "\n\n".join(self.blocks(child)) or "…"
            items.append(mark + _indented(inner, len(mark)))
        if items:
            loose = any("\n\n" in item for item in items)
            yield ("\n\n" if loose else "\n").join(items)

    def _keep_note(self, label: str, item: Element) -> None:
        for back in [each for each in item.iter("a") if each.get("href", "").startswith("#")]:
            if "-ref-" in back.get("href", ""):
                back.text = ""
        inner = "\n\n".join(self.blocks(item)) or "…"
        self.notes[label] = _indented(inner, 4)

    def _table(self, element: Element) -> Iterator[str]:
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
        rows = [row for row in rows if row]
        if not rows:
            return
        if any(cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for row in rows for cell in row):
            self.tell("a table has merged cells; each word stands once, check that it stands in the right cell")
        pictures: list[str] = []
        said = [[self._cell(cell, pictures) for cell in _spread(row)] for row in rows]
        width = max(len(row) for row in said)
        if width == 1 and len(said) == 1:
            yield wrapped(said[0][0]) if said[0][0] else ""
            return
        lines = [row + [""] * (width - len(row)) for row in said]
        if not any(cell.tag == "th" for cell in rows[0]):
            self.tell(f"the first row of the table that begins “{_short(' '.join(said[0]))}” was taken as its head")
        head, *rest = (f"| {' | '.join(row)} |" for row in lines)
        yield "\n".join([head, "|" + "---|" * width, *rest])
        yield from pictures

    def _cell(self, cell: Element | None, pictures: list[str]) -> str:
        if cell is None:
            return ""
        if any(each.tag in ("ul", "ol", "table", "pre") for each in cell.iter() if each is not cell):
            self.tell("a list or table stood inside a table cell; its words are kept in one line")
        return tidy(self.content(cell, pictures)).replace("\\\n", " ")

    def _definitions(self, element: Element) -> Iterator[str]:
        for child in element:
            said = "\n\n".join(self.blocks(child)) if isinstance(child.tag, str) else ""
            if child.tag == "dt" and said:
                yield said
            elif child.tag == "dd" and said:
                yield ":   " + said.replace("\n", "\n    ")

    def _figure(self, element: Element) -> Iterator[str]:
        caption = element.find(".//figcaption")
        pictures: list[str] = []
        if caption is not None:
            words = tidy(self.content(caption, pictures))
            caption.getparent().remove(caption)  # type: ignore[union-attr]
            images = list(element.iter("img"))
            if len(images) == 1:
                yield self._picture(images[0], words)
                return
            yield from self.blocks(element)
            yield words
        else:
            yield from self.blocks(element)

    # --- inlines ---

    def content(self, element: Element, pictures: list[str]) -> str:
        """What stands in an element, as Markdown; its pictures are set apart, to stand behind it."""
        found = [plain(element.text)]
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _DROPPED:
                space = " " if child.tag in _BLOCKS else ""
                found.append(space + self.inline(child, pictures) + space)
            found.append(plain(child.tail))
        return "".join(found)

    def inline(self, element: Element, pictures: list[str]) -> str:
        tag = str(element.tag)
        if tag == "br":
            return "\\\n"
        if tag == "img":
            pictures.append(self._picture(element, ""))
            return " "
        note = _NOTE.fullmatch(element.get("href", "")) if tag == "a" else None
        if note and not element.get("id", "").startswith("#"):
            return f"[^{note[1]}]"
        inner = self.content(element, pictures)
        if tag == "sup" and inner.strip().startswith("[^"):
            return inner
        if tag in _MARKS:
            return _marked(inner, _MARKS[tag])
        if tag == "code":
            words = "".join(map(str, element.itertext()))
            return f"`{words}`" if words.strip() and "`" not in words else inner
        return self._link(element, inner) if tag == "a" else inner

    def _link(self, element: Element, inner: str) -> str:
        target = element.get("href", "").strip()
        if not target or not inner.strip() or "](" in inner:
            return inner
        if not _SAFE.match(target):
            self.tell(f"the link of “{_short(inner)}” leads to {_short(target)}, which a leaflet cannot link to")
            return inner
        safe = target.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        return f"[{inner.strip()}]({safe})"

    def _picture(self, element: Element, caption: str) -> str:
        file = self.image(element)
        if file is None:
            self.tell("a picture could not be taken over; put it in by hand")
            return wrapped(caption) if caption else ""
        said = " ".join(element.get("alt", "").split())
        if not said:
            said = "TODO: say what the picture shows, for those who cannot see it"
            self.tell(f"the picture {file} is not described")
        words = ["", wrapped(caption)] if caption else []
        return "\n".join([f":::{{figure}} {file}", f":alt: {said}", *words, ":::"])


def _spread(row: list[Element]) -> Iterator[Element | None]:
    for cell in row:
        yield cell
        span = cell.get("colspan", "1")
        yield from (None for _ in range(min(int(span), 60) - 1 if span.isdigit() else 0))


def _indented(inner: str, columns: int) -> str:
    """Lines behind the first set in, empty ones left empty."""
    first, *rest = inner.split("\n")
    return "\n".join([first, *(f"{' ' * columns}{line}" if line else "" for line in rest)])


def plain(words: str | None) -> str:
    """Words as they are, white space squeezed, nothing in them a mark."""
    return _SIGNS.sub(lambda found: f"\\{found[0]}", re.sub(r"[ \t\r\n\f]+", " ", words or ""))


def _marked(inner: str, mark: str) -> str:
    """Words between marks; spaces at the ends stand outside, or the marks would be none."""
    core = inner.strip(" ")
    if not core or core.startswith("\\\n"):
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip(" "))], inner[len(inner.rstrip(" ")) :]
    if mark in "^~":
        core = core.replace(" ", "\\ ")
    return f"{before}{mark}{core}{mark}{after}"


def tidy(words: str) -> str:
    """Inline Markdown without needless spaces or breaks at its ends."""
    joined = re.sub(r" *\\\n *", "\\\\\n", re.sub(r" {2,}", " ", words))
    joined = re.sub(r"\*\*\*\*(?=\S)|(?<=\S)\*\*\*\*", "", joined)
    return re.sub(r"^(?:\\\n|\s)+|(?:\\\n|\s)+$", "", joined)


def wrapped(words: str) -> str:
    """A paragraph in lines of bearable length, none of which begins like a list, a heading or a directive."""
    lines: list[str] = []
    for line in words.split("\n"):
        lines += textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(_guarded(line) for line in lines)


def _guarded(line: str) -> str:
    if _START.match(line) and not line.startswith("[^"):
        return f"\\{line}"
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"
