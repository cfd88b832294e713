"""Pictures for the press: pixels are converted to the output condition's inks before they are embedded."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import numpy as np
from PIL import Image
from weasyprint.urls import URLFetcherResponse

from publish.diagnostics import Finding, Place
from publish.formats._pdf_fetch import PICTURES, ThemeFetcher
from publish.formats._press_inks import ICC_URL, SPOT_URL, Inks, converts_rgb, one_ink_profile, to_cmyk, to_srgb
from publish.model import Asset
from publish.theme import Theme

_QUALITY = 95
"""JPEG quality; with every pixel's colour kept (4:4:4) the loss is not to be seen at 240 ppi."""


class PressFetcher(ThemeFetcher):
    """Serves what a ThemeFetcher serves, pictures of pixels in CMYK, and the colour profiles of the press.

    What is found in a picture of the leaflet's own is told at `leaflet`: many leaflets may have one of the same name.
    """

    def __init__(
        self,
        theme: Theme,
        pictures: Mapping[str, Asset],
        inks: Inks,
        report: Callable[[Finding], None],
        leaflet: Place,
    ) -> None:
        super().__init__(theme, pictures)
        self._inks, self._report, self._leaflet = inks, report, leaflet
        self._made: dict[str, tuple[bytes, str]] = {}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The bytes behind an address that is allowed; OutsideTheProject for any other."""
        self.lent += url in (ICC_URL, SPOT_URL)
        if url == ICC_URL:
            return URLFetcherResponse(url, self._inks.icc, {"Content-Type": "application/vnd.iccprofile"})
        if url == SPOT_URL:
            return URLFetcherResponse(url, one_ink_profile(), {"Content-Type": "application/vnd.iccprofile"})
        if url not in self._made:
            response = super().fetch(url, headers)
            data, kind = response.read(), str(response.content_type)
            if kind in ("image/png", "image/jpeg"):
                data, kind = in_ink(data, kind, self._inks, self._report, _named(url), self._place(url))
            self._made[url] = data, kind
        data, kind = self._made[url]
        return URLFetcherResponse(url, data, {"Content-Type": kind})

    def _place(self, url: str) -> Place:
        return self._leaflet if url.startswith(PICTURES) else Place(_named(url))


def _named(url: str) -> str:
    """A picture's name as its author knows it."""
    return "inside a drawing" if url.startswith("data:") else unquote(url.rsplit("/", 1)[-1].split(":")[-1])


def in_ink(
    data: bytes, kind: str, inks: Inks, report: Callable[[Finding], None], name: str, place: Place
) -> tuple[bytes, str]:
    """A picture in the inks of the press, and its type. Grey stays grey, which prints with black; CMYK stays as it is.

    A picture without a profile is taken as sRGB and told. One that is partly transparent stays so: it comes in sRGB,
    and the Finisher converts it in the file, where its mask is of its own.
    """
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        source = opened.info.get("icc_profile") or b""
        tagged = bool(source) or "srgb" in opened.info or "gamma" in opened.info
        if opened.mode == "CMYK" or (opened.mode in ("1", "L") and "transparency" not in opened.info):
            return data, kind
        picture = _plain(opened)
    if picture.mode == "L":
        return _jpeg(picture), "image/jpeg"
    if picture.mode == "LA":
        return _png(picture), "image/png"
    if source and not converts_rgb(source):
        report(_untagged(name, place, "has a colour profile that is none for RGB, or is broken"))
        source = b""
    elif not tagged:
        report(_untagged(name, place, "does not say which RGB it is in (no ICC profile)"))
    if picture.mode == "RGBA":
        return _png(to_srgb(picture, source)), "image/png"
    return _jpeg(to_cmyk(picture, inks.icc, source)), "image/jpeg"


def _untagged(name: str, place: Place, said: str) -> Finding:
    return Finding(
        "press.image-untagged",
        f"the picture {name} {said}; it is printed as sRGB",
        place,
        "save it with its colour profile embedded, so that its colours are not left to chance",
    )


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in RGB or grey of 8 bits, with a mask (`A`) where some of it is transparent."""
    grey = picture.mode in ("1", "L", "LA", "I;16", "I", "F")
    if picture.mode in ("I;16", "I"):
        picture = picture.point(lambda value: value / 257).convert("L")
    if "A" in picture.mode or "transparency" in picture.info:
        with_alpha = picture.convert("RGBA")
        if np.asarray(with_alpha.getchannel("A")).min() < 255:
            return with_alpha.convert("LA") if grey else with_alpha
    return picture.convert("L" if grey else "RGB")


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY, subsampling=0, optimize=False)
    return written.getvalue()
