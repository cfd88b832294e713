"""What WeasyPrint may read while it draws: the document's pictures, from memory, and files of the theme."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from publish import inputs
from publish.model import Asset
from publish.theme import Theme

PICTURES = "picture:"
"""The scheme under which the document's pictures are found."""

_LARGEST_FILE = 20_000_000
_LARGEST_DATA = 200_000
_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}


class OutsideTheProject(FatalURLFetchingError):  # type: ignore[misc]
    """An address that a leaflet or theme must not reach."""


class ThemeFetcher(URLFetcher):  # type: ignore[misc]
    """Serves `picture:` names and regular files inside the theme's folders; refuses every other address."""

    def __init__(self, theme: Theme, pictures: Mapping[str, Asset]) -> None:
        super().__init__(allowed_protocols={"file", "data", "picture"}, allow_redirects=False, fail_on_errors=True)
        self.roots = tuple(os.path.realpath(folder) for folder in theme.folders)
        self._pictures = pictures
        self.lent = 0
        """How often something was served that is no theme's, but the leaflet's or the press's."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The bytes behind an address that is allowed; OutsideTheProject for any other."""
        if url.startswith(PICTURES):
            asset = self._pictures.get(unquote(url.removeprefix(PICTURES)))
            if asset is None:
                raise OutsideTheProject(f"there is no picture “{url.removeprefix(PICTURES)}”")
            self.lent += 1
            return URLFetcherResponse(url, asset.data, {"Content-Type": asset.media_type})
        parts = urlsplit(url)
        if parts.scheme == "data" and len(url) <= _LARGEST_DATA and parts.path.startswith("image/"):
            return super().fetch(url, headers)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            raise OutsideTheProject(f"the address {url[:120]} is outside the theme")
        return URLFetcherResponse(url, *self._read(unquote(parts.path)))

    def _read(self, path: str) -> tuple[bytes, dict[str, str]]:
        """A file by the name that the theme gives it, when what that leads to is allowed: links may be turned."""
        named = os.path.normpath(path)
        real = os.path.realpath(named)
        if "\0" in path or not any(os.path.commonpath([real, root]) == root for root in self.roots):
            raise OutsideTheProject(f"the file {path[:120]} is outside the theme's folders")
        media_type = _TYPES.get(Path(real).suffix.lower())
        if media_type is None:
            raise OutsideTheProject(f"the file {Path(path).name} is of no type that a theme may use")
        try:
            status = Path(real).stat()
            if not stat.S_ISREG(status.st_mode) or not 0 < status.st_size <= _LARGEST_FILE:
                raise OutsideTheProject(f"the file {Path(path).name} is empty, too large or no regular file")
            return inputs.read(Path(named)), {"Content-Type": media_type}
        except OSError as error:
            inputs.exists(Path(named))  # noted: if it comes, the page can be drawn
            raise OutsideTheProject(f"the file {Path(path).name} cannot be read: {error.strerror}") from None
