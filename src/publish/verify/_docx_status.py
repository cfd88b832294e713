"""The leaflet's status on each page: in the header that the page shows, and for drafts as a watermark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.model import Document
from publish.verify._docx_color import page_background
from publish.verify._docx_legible import legibility_faults
from publish.verify._docx_match import squeezed
from publish.verify._docx_sections import stories, told_in
from publish.verify._docx_text import Reading
from publish.wordfile import Element, V, is_on, q

_UNSEEN = re.compile(
    r"visibility\s*:\s*hidden|display\s*:\s*none|(width|height)\s*:\s*0*(\.0*)?(pt|in|mm|cm|px)?\s*(;|$)"
)
_PALE = ("white", "#ffffff", "#fff", "window")
_LEAST_OPACITY = 0.2


def status_faults(reading: Reading, document: Document) -> Iterator[str]:
    """What may keep a page from showing the status, as whole sentences without their stop."""
    meta = document.meta
    status = squeezed(document.labels.get(meta.status, meta.status))
    settings = reading.word.related_tree("settings")
    two_sided = settings is not None and is_on(settings.find(q("evenAndOddHeaders")))
    parts: dict[str, None] = {}
    for section, headers in zip(reading.sections, stories(reading.word, reading.sections, "header"), strict=True):
        kinds = ["default", *(["even"] if two_sided else []), *(["first"] if is_on(section.find(q("titlePg"))) else [])]
        for kind in kinds:
            part = headers.get(kind, "")
            if part not in reading.word.parts:
                yield f"pages with the header of the kind “{kind}” have no header, and so no status"
            else:
                parts[part] = None
    for part in parts:
        yield from _unsaid(reading, part, status)
        if meta.status == "draft" and not any(_is_mark(path, status) for path in _word_art(reading, part)):
            yield f"{part} lacks the watermark “{status}” of a draft"


def _unsaid(reading: Reading, part: str, status: str) -> Iterator[str]:
    main = reading.word.tree(reading.word.main)
    page = page_background(main, reading.word.related_tree("settings"), reading.styles)
    found = [each for each in told_in(reading, part) if _says(each.text, status)]
    if not found:
        yield f"{part} does not say the status “{status}”"
    for paragraph in found:
        faults = [reason for _, reason, _ in legibility_faults(reading, paragraph, page)]
        if not faults:
            return
        yield f"the status “{status}” in {part} is {faults[0]}"


def _says(text: str, status: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(status.casefold())}(?!\w)", text.casefold()) is not None


def _word_art(reading: Reading, part: str) -> Iterator[Element]:
    return reading.word.tree(part).iter(f"{{{V}}}textpath")


def _is_mark(path: Element, status: str) -> bool:
    """Whether word art says the status and is seen: of a size, in a tone that is not the paper's."""
    if squeezed(path.get("string", "")).casefold() != status.casefold():
        return False
    shape = path.getparent()
    if shape is None or _UNSEEN.search(shape.get("style", "")) or shape.get("filled", "t") in ("f", "false", "0"):
        return False
    fill = shape.find(f"{{{V}}}fill")
    opacity = fill.get("opacity", "1") if fill is not None else "1"
    tone = shape.get("fillcolor", "white").split()[0].lower()
    run = next(path.iterancestors(q("r")), None)
    mark = run.find(q("rPr")) if run is not None else None
    hidden = mark is not None and any(is_on(mark.find(q(name))) for name in ("vanish", "webHidden"))
    return tone not in _PALE and _share(opacity) >= _LEAST_OPACITY and not hidden


def _share(words: str) -> float:
    """An opacity: `.6`, `60%` or `39322f` (65536ths)."""
    try:
        if words.endswith("f"):
            return float(words[:-1]) / 65536
        return float(words[:-1]) / 100 if words.endswith("%") else float(words)
    except ValueError:
        return 0.0
