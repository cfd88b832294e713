"""Pictures for the press: pixels are converted to the output condition's inks before they are embedded."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image
from weasyprint.urls import URLFetcherResponse

from publish.diagnostics import Finding, Place
from publish.formats._pdf_fetch import ThemeFetcher
from publish.formats._press_inks import ICC_URL, SPOT_URL, Inks, one_ink_profile, to_cmyk
from publish.model import Asset
from publish.theme import Theme

_QUALITY = 95
"""JPEG quality; with every pixel's colour kept (4:4:4) the loss is not to be seen at 240 ppi."""


class PressFetcher(ThemeFetcher):
    """Serves what a ThemeFetcher serves, pictures of pixels in CMYK, and the colour profiles of the press."""

    def __init__(
        self, theme: Theme, pictures: Mapping[str, Asset], inks: Inks, report: Callable[[Finding], None]
    ) -> None:
        super().__init__(theme, pictures)
        self._inks, self._report = inks, report
        self._made: dict[str, tuple[bytes, str]] = {}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The bytes behind an address that is allowed; OutsideTheProject for any other."""
        if url == ICC_URL:
            return URLFetcherResponse(url, self._inks.icc, {"Content-Type": "application/vnd.iccprofile"})
        if url == SPOT_URL:
            return URLFetcherResponse(url, one_ink_profile(), {"Content-Type": "application/vnd.iccprofile"})
        if url not in self._made:
            response = super().fetch(url, headers)
            data, kind = response.read(), str(response.content_type)
            if kind in ("image/png", "image/jpeg"):
                data, kind = in_ink(data, kind, self._inks, self._report, url.rsplit("/", 1)[-1].split(":")[-1])
            self._made[url] = data, kind
        data, kind = self._made[url]
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def in_ink(data: bytes, kind: str, inks: Inks, report: Callable[[Finding], None], name: str) -> tuple[bytes, str]:
    """A picture in the inks of the press, and its type. Grey stays grey, which prints with black; CMYK stays as it is.

    A picture without a profile is taken as sRGB and told; transparent parts are laid on white.
    """
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        source = opened.info.get("icc_profile") or b""
        tagged = bool(source) or "srgb" in opened.info or "gamma" in opened.info
        if opened.mode == "CMYK" or (opened.mode in ("1", "L") and "transparency" not in opened.info):
            return data, kind
        picture = _flat(opened)
    if picture.mode == "L":
        return _jpeg(picture), "image/jpeg"
    if not tagged:
        report(
            Finding(
                "press.image-untagged",
                f"the picture {name} does not say which RGB it is in (no ICC profile); it is printed as sRGB",
                Place(name),
                "save it with its colour profile embedded, so that its colours are not left to chance",
            )
        )
    return _jpeg(to_cmyk(picture, inks.icc, source)), "image/jpeg"


def _flat(picture: Image.Image) -> Image.Image:
    """The picture in RGB or grey, transparent parts laid on white paper."""
    grey = picture.mode in ("LA", "I;16", "I", "F")
    if picture.mode in ("I;16", "I"):
        picture = picture.point(lambda value: value / 257).convert("L")
    if "A" in picture.mode or "transparency" in picture.info:
        with_alpha = picture.convert("RGBA")
        paper = Image.new("RGBA", with_alpha.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(paper, with_alpha).convert("RGB")
    return picture.convert("L" if grey else "RGB")


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY, subsampling=0, optimize=False)
    return written.getvalue()
