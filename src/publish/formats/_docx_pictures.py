"""Pictures: inline drawings with alternative text; SVG and QR codes as PNG that is the same each time."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from publish import inputs, model
from publish.formats._docx_copy import Copy, Spot
from publish.formats._docx_xml import EMU_PER_MM, PIC, TWIPS_PER_MM, WP, A, Element, R, W, parse
from publish.model import Asset, anchors
from publish.theme.tokens import css_tokens

_PPI = 300
_MM_PER_INCH = 25.4
_TALLEST_MM = 150.0
_COARSEST_PPI = 150
_QR_MM = 24.0


def figure(copy: Copy, spot: Spot, block: model.Figure, width: int) -> Element:
    """The run that shows a figure, at most `width` twips wide, never coarser than 150 ppi."""
    asset = copy.document.assets[block.asset]
    wide, high = _size_mm(asset, width / TWIPS_PER_MM)
    picture = _as_raster(copy, asset, wide)
    return _inline(copy, spot, picture, wide, high, block.alt, anchors.of_alt(block.id))


def qr_code(copy: Copy, spot: Spot, url: str, alt: str) -> Element:
    """The run that shows an address as QR code (ISO/IEC 18004): level M, quiet zone of four modules."""
    import segno  # only here, for few leaflets have a code

    made = BytesIO()
    segno.make(url, error="m", micro=False).save(made, kind="png", scale=10, border=4)
    return _inline(copy, spot, made.getvalue(), _QR_MM, _QR_MM, alt)


def _size_mm(asset: Asset, widest: float) -> tuple[float, float]:
    """The size shown: as wide as the text, unless the picture is too coarse or too tall for that."""
    finest = widest if asset.media_type == "image/svg+xml" else asset.width / _COARSEST_PPI * _MM_PER_INCH
    wide = min(widest, finest, _TALLEST_MM * asset.width / asset.height)
    return wide, wide * asset.height / asset.width


def _as_raster(copy: Copy, asset: Asset, wide_mm: float) -> bytes:
    """The picture as PNG or JPEG; an SVG is drawn at 300 ppi of its shown size, set in the theme's fonts.

    A drawing that was drawn before, in the same size and with the same fonts, is not drawn anew.
    """
    if asset.media_type != "image/svg+xml":
        return asset.data
    svg = asset.data if isinstance(asset.data, inputs.Contents) else inputs.Contents(asset.data)
    faces = css_tokens(copy.theme, lambda path: path.as_uri())
    fonts = tuple(inputs.read(face.path).sha256 for face in copy.theme.faces)
    return _rasters.of(svg, lambda _: _drawn(copy, asset, wide_mm, faces), (wide_mm, faces, fonts))


_rasters: inputs.ByContent[inputs.Contents] = inputs.ByContent(12)


def _drawn(copy: Copy, asset: Asset, wide_mm: float, faces: str) -> inputs.Contents:
    import pypdfium2
    from weasyprint import HTML

    from publish.formats._pdf_culprit import Sheet
    from publish.formats._pdf_fetch import PICTURES, ThemeFetcher
    from publish.formats._pdf_sheets import of_theme, parsed

    high_mm = wide_mm * asset.height / asset.width
    page = f"@page{{size:{wide_mm:.4f}mm {high_mm:.4f}mm;margin:0}}"
    body = "body{margin:0}img{display:block;width:100%;height:100vh}"
    fetcher, address = ThemeFetcher(copy.theme, {asset.name: asset}), copy.theme.folders[0].as_uri()
    fonts, _ = of_theme(Sheet(address, faces), [], fetcher, {})
    sheet = parsed(Sheet(address, page + body), fonts, fetcher, {})
    html = HTML(string=f'<img src="{PICTURES}{quote(asset.name)}" alt="">', url_fetcher=fetcher)
    pdf = pypdfium2.PdfDocument(html.write_pdf(stylesheets=[sheet], font_config=fonts))
    try:
        drawn = pdf[0].render(scale=_PPI / _MM_PER_INCH * wide_mm / pdf[0].get_width()).to_pil().convert("RGB")
    finally:
        pdf.close()
    made = BytesIO()
    drawn.save(made, "PNG", dpi=(_PPI, _PPI))
    return inputs.Contents(made.getvalue())


def _picture_part(copy: Copy, data: bytes) -> Part:
    """The picture as a part; the same picture is stored once. python-docx does not know every kind of JPEG."""
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    name = f"/word/media/{sha256(data).hexdigest()[:16]}.{kind}"
    if name not in copy.media:
        copy.media[name] = Part(PackURI(name), f"image/{kind}", data, copy.package.part.package)
    return copy.media[name]


def _inline(copy: Copy, spot: Spot, data: bytes, wide_mm: float, high_mm: float, alt: str, name: str = "") -> Element:
    relation = spot.part.relate_to(_picture_part(copy, data), RT.IMAGE)
    number = copy.next("picture")
    size = f'cx="{round(wide_mm * EMU_PER_MM)}" cy="{round(high_mm * EMU_PER_MM)}"'
    named = f'id="{number}" name="{name or f"Picture {number}"}"'
    return parse(
        f'<w:r xmlns:w="{W}" xmlns:wp="{WP}" xmlns:a="{A}" xmlns:pic="{PIC}" xmlns:r="{R}"><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f"<wp:docPr {named} descr={quoteattr(alt)}/>"
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{PIC}"><pic:pic><pic:nvPicPr><pic:cNvPr {named}/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
