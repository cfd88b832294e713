"""The file for the press: PDF/X-4 in CMYK and spots, its panels imposed on the flat sheet, with bleed and marks."""

from __future__ import annotations

from publish.formats import _weasy_import  # noqa: F401 - before all that imports WeasyPrint

# isort: split
import io
import uuid
from hashlib import sha256

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from publish.diagnostics import Refused, refuse
from publish.formats import Options
from publish.formats._page import page
from publish.formats._panels import flow, leaflet_place, panel_tokens
from publish.formats._pdf_draw import STYLES, Drawing, describe, watched
from publish.formats._pdf_fetch import PICTURES
from publish.formats._pdf_tags import complete_tags
from publish.formats._press_css import check_inks
from publish.formats._press_finish import Finisher
from publish.formats._press_inks import Inks, css_inks, inks_of
from publish.formats._press_pictures import PressFetcher
from publish.formats._press_sheet import Plan, impose, planned
from publish.formats._press_slug import slug_page
from publish.formats._weasy_levers import pull_levers
from publish.formats._xhtml import pictures
from publish.model import Document
from publish.press.codes import standing
from publish.theme import Theme
from publish.theme.markup import parse
from publish.theme.tokens import css_tokens

NAME = "press"
SUFFIX = "-press.pdf"
MEDIA_TYPE = "application/pdf"

_TEMPLATE = "leaflet.html.j2"
_SHEETS = (STYLES, "press.css")
_OPTIONS = {"output_intent": "device-cmyk", "pdf_version": "1.6", "pdf_tags": True, "uncompressed_pdf": True}
"""The pages are taken up again to be imposed, and packed once, at the end."""


def write(document: Document, theme: Theme, options: Options) -> bytes:
    """The finished PDF/X-4 file (ISO 15930-7), a page for each side of the sheet, whose sizes are in the boxes.

    Refused when theme, pictures or text cannot be printed as they are.
    """
    profile = options.press
    if profile is None:
        raise refuse("press.profile", "a press file needs a press profile", leaflet_place(document))
    complete_tags()
    pull_levers()
    root = page(document, theme, _TEMPLATE, "pdf", PICTURES)
    if unfit := tuple(check_inks(theme, root, _SHEETS)):
        raise Refused(*unfit)
    describe(root, document)
    theme = theme.folded() if options.sheet else theme
    inks = inks_of(theme, profile)
    press = document.meta.press
    bleed = press.bleed if press and press.bleed is not None else profile.bleed
    with watched(options, theme):
        fetcher = PressFetcher(theme, pictures(document), inks, options.report, leaflet_place(document))
        tokens = css_tokens(theme, lambda path: path.as_uri()) + css_inks(inks)
        tokens += panel_tokens(theme, options.sheet, bleed)
        drawing = Drawing(root, theme, fetcher, tokens, _SHEETS, options=_OPTIONS)
        laid_out = flow(drawing, document, options, bleed)
        finisher = Finisher(inks)
        pages = drawing.write(laid_out, finisher)
        sizes = [(each.width * 25.4 / 96, each.height * 25.4 / 96) for each in laid_out.pages]
        codes = standing(press.codes if press else (), sizes, profile.safety_margin, leaflet_place(document))
        plan = planned(options.sheet, sizes, bleed, codes)
        slugs = _slugs(document, theme, plan, finisher.plates, inks, drawing)
    return _complete(impose(pages, slugs, plan), document, inks)


def _slugs(document: Document, theme: Theme, plan: Plan, plates: tuple[str, ...], inks: Inks, pages: Drawing) -> bytes:
    html, css = slug_page(document, theme, plan, plates, inks)
    root = parse(html, leaflet_place(document), strict=False)
    drawing = Drawing(root, theme, pages.fetcher, css_inks(inks) + css, (), options=_OPTIONS, fonts=pages.known[0])
    return drawing.write(drawing.lay_out(), Finisher(inks))


def _complete(sheet: pikepdf.Pdf, document: Document, inks: Inks) -> bytes:
    """Output intent, metadata and identifiers; the same bytes for the same input."""
    meta, profile = document.meta, inks.profile
    icc = sheet.make_stream(inks.icc)
    icc.N = 4
    sheet.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFX,
                OutputConditionIdentifier=String(profile.condition or profile.icc.stem),
                Info=String(profile.condition_title or profile.icc.stem),
                RegistryName=String("http://www.color.org"),
                DestOutputProfile=icc,
            )
        ]
    )
    sheet.Root.Lang = String(meta.language)
    sheet.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    when = f"D:{meta.prepared:%Y%m%d}000000Z"
    sheet.docinfo.update({})
    for key, value in (("Title", meta.title), ("Author", document.product.company), ("Creator", "publish")):
        sheet.docinfo[f"/{key}"] = String(value)
    sheet.docinfo["/Producer"] = String("publish (WeasyPrint, pikepdf)")
    sheet.docinfo["/CreationDate"] = sheet.docinfo["/ModDate"] = String(when)
    sheet.docinfo["/Trapped"] = Name("/False")
    xmp = sheet.make_stream(_xmp(document).encode())
    xmp.Type, xmp.Subtype = Name.Metadata, Name.XML
    sheet.Root.Metadata = xmp
    written = io.BytesIO()
    sheet.save(
        written, deterministic_id=True, force_version="1.6", object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True, recompress_flate=False, fix_metadata_version=False,
    )  # fmt: skip
    return written.getvalue()


def _xmp(document: Document) -> str:
    """The metadata that ISO 15930-7 asks for, agreeing with the information dictionary."""
    meta = document.meta
    when = f"{meta.prepared.isoformat()}T00:00:00Z"
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{document.name}/{meta.job_code}")
    version = uuid.uuid5(identity, sha256(f"{document.source_sha256}{meta.version}".encode()).hexdigest())
    title, company = (_escaped(said) for said in (meta.title, document.product.company))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{company}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate><xmp:MetadataDate>{when}</xmp:MetadataDate>
<xmp:CreatorTool>publish</xmp:CreatorTool>
<pdf:Producer>publish (WeasyPrint, pikepdf)</pdf:Producer><pdf:Trapped>False</pdf:Trapped>
<xmpMM:DocumentID>uuid:{identity}</xmpMM:DocumentID><xmpMM:VersionID>{_escaped(meta.version)}</xmpMM:VersionID>
<xmpMM:InstanceID>uuid:{version}</xmpMM:InstanceID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def _escaped(said: str) -> str:
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
