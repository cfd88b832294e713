"""The sheet of the review copy: its size, line numbers, header and footer, and the watermark of drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias
from xml.sax.saxutils import quoteattr

from docx.document import Document as Package

from publish.formats._docx_copy import Copy
from publish.formats._docx_xml import TWIPS_PER_MM, Element, W, field, paragraph, parse, q, run, w
from publish.theme import Page

Written: TypeAlias = Callable[[Copy], Iterable[Element]]
"""A part of the writer: what it makes of a document."""
Told: TypeAlias = Callable[[Written], list[Element]]
"""What comes into the file of it: the same, or that with tracked changes since another document."""

_A4 = (11906, 16838)
_LETTER = (12240, 15840)
_BEFORE_LINE_NUMBERS = ("headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar")
_SEPARATOR = "   ·   "


def set_sheet(package: Package, page: Page) -> int:
    """The sheet on which reviewers print: Letter if the leaflet's own sheet has its width, else A4.

    Margins are the template's; notes get the marks of `model.note_mark`. Returns the width of the text in twips.
    """
    wide, high = _LETTER if abs(page.width * TWIPS_PER_MM - _LETTER[0]) < 20 else _A4
    for section in package.element.body.iter(q("sectPr")):
        size, margins = section.find(q("pgSz")), section.find(q("pgMar"))
        size.set(q("w"), str(wide))
        size.set(q("h"), str(high))
        if section.find(q("footnotePr")) is None:
            size.addprevious(w("footnotePr", w("numFmt", val="chicago")))
        if section.find(q("lnNumType")) is None:
            names = {q(name) for name in (*_BEFORE_LINE_NUMBERS, "paperSrc", "pgBorders")}
            after = [child for child in section if child.tag in names][-1]
            after.addnext(w("lnNumType", countBy=1, restart="continuous"))
    return wide - int(margins.get(q("left"))) - int(margins.get(q("right")))


def set_header(copy: Copy, told: Told) -> None:
    """Title, job code, version and status in the header; behind the template's own, as is the footer.

    The footer says for whom, where and until when, by which label, and “page X of Y”.
    """
    for header in _stories(copy.package, "header"):
        line = told(lambda each: (_header(each),))
        if copy.document.meta.status == "draft":
            line[-1].append(_watermark(copy, copy.label("draft")))
        _put(header, line)
    for footer in _stories(copy.package, "footer"):
        _put(footer, told(lambda each: (_footer(each),)))


def _header(copy: Copy) -> Element:
    meta = copy.document.meta
    facts = (meta.job_code, f"{copy.label('version')} {meta.version}", copy.label(meta.status))
    right = w("tabs", w("tab", val="right", pos=copy.width))
    shown = (run(meta.title), run("\t"), run(_SEPARATOR.join(fact for fact in facts if fact)))
    return paragraph("Header", shown, right)


def _footer(copy: Copy) -> Element:
    count = (*field("PAGE", "1"), run(f" {copy.label('of')} "), *field("NUMPAGES", "1"))
    right = w("tabs", w("tab", val="right", pos=copy.width))
    scope = (run(_SEPARATOR.join(_scope(copy))), run("\t"))
    return paragraph("Footer", (*scope, run(f"{copy.label('page')} "), *count), right, w("jc", val="left"))


def _scope(copy: Copy) -> Iterator[str]:
    meta = copy.document.meta
    yield f"{copy.label('label-version')} {copy.document.safety.label_version}"
    yield f"{meta.market.upper()}, {copy.label(meta.audience)}"
    if meta.expires:
        yield f"{copy.label('expires')} {meta.expires.isoformat()}"


def _stories(package: Package, kind: str) -> Iterator[Element]:
    """Every header or footer that a page may show, once: later sections often go on with those of the first.

    One that is shown and stands nowhere would be an empty one, so it is made.
    """
    seen: list[Element] = []
    for section in package.sections:
        shown = [getattr(section, kind)]
        if section.different_first_page_header_footer:
            shown.append(getattr(section, f"first_page_{kind}"))
        if package.settings.odd_and_even_pages_header_footer:
            shown.append(getattr(section, f"even_page_{kind}"))
        for story in shown:
            if story._element not in seen:
                seen.append(story._element)
                yield story._element


def _put(story: Element, made: list[Element]) -> None:
    """Behind what the template's header or footer holds, or instead of its one empty paragraph."""
    paragraphs = story.findall(q("p"))
    if len(story) == 1 and paragraphs and not paragraphs[0].findall(f".//{q('t')}") and len(paragraphs[0]) <= 1:
        story.remove(paragraphs[0])
    story.extend(made)


def _watermark(copy: Copy, word: str) -> Element:
    """The word behind the text of each page, as Word itself writes it. Pale, so that all stays legible."""
    formulas = "".join(
        f'<v:f eqn="{equation}"/>'
        for equation in (
            "sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0",
            "if @0 21600 @1", "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7",
            "sum @6 0 @5",
        )
    )  # fmt: skip
    placed = (
        "position:absolute;margin-left:0;margin-top:0;width:380pt;height:95pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    word = word.upper()
    family = copy.theme.families["text"].replace("'", "")
    return parse(
        f'<w:r xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<w:rPr><w:noProof/></w:rPr><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" '
        f'adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>{formulas}</v:formulas><v:path textpathok="t" '
        'o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
        f'<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype><v:shape id="Watermark" o:spid="_x0000_s2049" '
        f'type="#_x0000_t136" alt={quoteattr(word)} style="{placed}" o:allowincell="f" fillcolor="#e4e4e4" stroked="f">'
        f'<v:fill opacity=".6"/><v:textpath style="font-family:&quot;{family}&quot;;font-size:1pt" '
        f"string={quoteattr(word)}/></v:shape></w:pict></w:r>"
    )
