"""The cover: the PDF's first page as a picture, or a typographic one in the theme's colours and faces."""

from __future__ import annotations

import textwrap
from html import escape
from io import BytesIO

import pypdfium2
from PIL import Image, ImageColor, ImageDraw, ImageFont

from publish.formats._epub_package import Part
from publish.formats._epub_xml import NAMESPACES, parse, serialize
from publish.model import Document
from publish.theme import Face, Theme

_WIDTH_PX = 1200
_JPEG_QUALITY = 90


def picture(document: Document, theme: Theme, pdf: bytes | None) -> Part:
    """The cover's picture, 1200 px wide: a page as JPEG, for its letters and pictures would be dear to pack as PNG."""
    written = BytesIO()
    if pdf:
        _first_page(pdf).save(written, "JPEG", quality=_JPEG_QUALITY, subsampling=0, optimize=True)
        return Part("images/cover.jpg", "image/jpeg", written.getvalue())
    _typographic(document, theme).save(written, "PNG", optimize=True)
    return Part("images/cover.png", "image/png", written.getvalue())


def document_of(document: Document, image: Part) -> Part:
    """The cover's own document, which holds nothing but the picture."""
    meta = document.meta
    said = f"{document.labels['cover']}: {meta.title}"
    if meta.status != "approved":
        said += f" ({document.labels[meta.status]})"
    root = parse(
        f'<html {NAMESPACES} lang="{escape(meta.language)}" xml:lang="{escape(meta.language)}"><head>'
        f'<meta charset="utf-8"/><title>{escape(document.labels["cover"])}</title>'
        '<link rel="stylesheet" type="text/css" href="styles/cover.css"/></head>'
        f'<body epub:type="cover"><section epub:type="cover" aria-label="{escape(document.labels["cover"])}">'
        f'<img role="doc-cover" src="{image.name}" alt="{escape(said)}"/></section></body></html>'
    )
    return Part("cover.xhtml", "application/xhtml+xml", serialize(root))


STYLE = (
    "html, body, section { margin: 0; padding: 0; }\n"
    "section { text-align: center; break-inside: avoid; }\n"
    "img { max-width: 100%; max-height: 98vh; object-fit: contain; }\n"
)
"""The cover's style sheet: the picture as large as the screen."""


def _first_page(pdf: bytes) -> Image.Image:
    opened = pypdfium2.PdfDocument(pdf)
    try:
        page = opened[0]
        drawn = page.render(scale=_WIDTH_PX / page.get_width(), rev_byteorder=True, may_draw_forms=False)
        image: Image.Image = drawn.to_pil()  # red, green, blue
        return image
    finally:
        opened.close()


# --- a cover set from nothing but words ---


def _typographic(document: Document, theme: Theme) -> Image.Image:
    """Title, product and status on the brand's colour, on a sheet of the theme's proportions."""
    meta = document.meta
    height = round(_WIDTH_PX * theme.page.height / theme.page.width)
    paper, brand, ink = (_rgb(theme, name) for name in ("paper", "brand", "ink"))
    image = Image.new("RGB", (_WIDTH_PX, height), paper)
    draw = ImageDraw.Draw(image)
    edge, fold = 90, round(height * 0.62)
    draw.rectangle((0, 0, _WIDTH_PX, fold), fill=brand)
    draw.text((edge, edge), document.product.name, fill=paper, font=_font(theme, "text", 40, 600))
    y = fold - edge
    for line in reversed(_lines(draw, meta.title, _font(theme, "heading", 104, 600), _WIDTH_PX - 2 * edge)):
        y -= 122
        draw.text((edge, y), line, fill=paper, font=_font(theme, "heading", 104, 600))
    y = fold + edge
    for line in _lines(draw, meta.subtitle, _font(theme, "text", 46, 400), _WIDTH_PX - 2 * edge):
        draw.text((edge, y), line, fill=ink, font=_font(theme, "text", 46, 400))
        y += 62
    small = _font(theme, "text", 34, 400)
    foot = " · ".join(part for part in (document.product.company, meta.job_code) if part)
    draw.text((edge, height - edge - 40), foot, fill=ink, font=small)
    if meta.status != "approved":
        draw.text(
            (_WIDTH_PX - edge, edge), document.labels[meta.status].upper(), fill=paper, anchor="ra",
            font=_font(theme, "text", 40, 700),
        )  # fmt: skip
    return image


def _rgb(theme: Theme, name: str) -> tuple[int, ...]:
    return ImageColor.getrgb(theme.colors[name].rgb)


def _font(theme: Theme, role: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    family = theme.families[role]
    faces = [face for face in theme.faces if face.family == family and not face.italic]

    def distance(face: Face) -> tuple[int, str]:
        return abs(face.weight - weight), face.name

    return ImageFont.truetype(str(min(faces, key=distance).path), size, layout_engine=ImageFont.Layout.BASIC)


def _lines(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines no wider than `width` px."""
    for letters in range(60, 5, -1):
        lines = textwrap.wrap(text, letters)
        if all(draw.textlength(line, font=font) <= width for line in lines):
            return lines
    return textwrap.wrap(text, 6)
