"""Pictures: found inside the leaflet's folder only, of a known kind by their bytes, whole, and fit for all formats."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image, ImageFile, UnidentifiedImageError

from publish import inputs
from publish.diagnostics import Place, did_you_mean
from publish.model import Asset
from publish.reader import vectors
from publish.reader.scope import Scope

PIXELS = 50_000_000
BYTES = 25 << 20
_SUFFIXES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "I", "I;16", "I;16B"}
_ORIENTATION = 0x0112  # Exif tag


class Unfit(Exception):
    """A picture that cannot be used: the finding's code, message and hint."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def path_fault(path: str) -> str:
    """Why a path may not be followed, whether or not there is a file; "" when it may."""
    if not path.strip():
        return "is empty"
    if path.startswith(("//", "\\\\")):
        return "leads to another computer"
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):
        return "has a scheme or drive; nothing is fetched"
    if path.startswith(("/", "\\", "~")):
        return "does not begin in the leaflet's folder"
    if "%" in path or "\\" in path or any(ord(char) < 32 for char in path):
        return "holds an escape, a backslash or a control character"
    if any(part in ("..", ".", "") or part != part.strip() for part in path.split("/")):
        return "leaves the leaflet's folder or goes in circles"
    too_long = any(len(part.encode()) > 200 for part in path.split("/"))  # file systems end at 255 bytes
    return "is too long" if too_long or len(path) > 300 else ""


def tell_path(scope: Scope, path: str, fault: str, place: Place) -> None:
    """State that a path may not be followed."""
    hint = "put the file into the leaflet's folder and name it from there, such as images/knee.png"
    scope.tell("source.image-path", f"the picture's path “{path[:100]}” {fault}", place, hint)


def asset(scope: Scope, path: str, place: Place) -> Asset | None:
    """The picture at `path` in the leaflet's folder, checked and fully decoded; None, told, if it cannot be used."""
    if path in scope.assets:
        return scope.assets[path]
    fault = path_fault(path)
    if fault:
        tell_path(scope, path, fault, place)
        return None
    file = _found(scope, path, place)
    if file is None:
        return None
    suffix = file.suffix.lower()
    if suffix not in _SUFFIXES:
        message = f"the picture “{path}” is no PNG, JPEG or SVG file by its name"
        scope.tell("source.image-kind", message, place, "save it as .png, .jpg or .svg")
        return None
    data = scope.ledger.bytes_of(file, BYTES, "source.image-unreadable", "put a smaller, regular file there")
    if data is None:
        return None
    try:
        picture = _checked(scope, path, data, place)
    except (Unfit, vectors.Unfit) as unfit:
        scope.tell(unfit.code, f"the picture “{path}” {unfit.message}", place, unfit.hint)
        return None
    if picture.media_type != _SUFFIXES[suffix]:
        scope.tell(
            "source.image-type",
            f"the picture “{path}” is named {suffix}, but its content is {picture.media_type}",
            place,
            "name it by what it is; it is used by its content",
        )
    return picture


def _found(scope: Scope, path: str, place: Place) -> Path | None:
    file = scope.folder / path
    step = scope.folder
    for part in path.split("/"):
        step = step / part
        if step.is_symlink():
            message = f"the picture's path “{path}” runs over a symbolic link ({part})"
            scope.tell("source.image-path", message, place, "put the file itself into the leaflet's folder")
            return None
    if not inputs.exists(file):
        near = [
            each.relative_to(scope.folder).as_posix()
            for each in scope.folder.rglob("*")
            if each.suffix.lower() in _SUFFIXES
        ]
        hint = did_you_mean(path, near) if near else "put it into the leaflet's folder"
        scope.tell("source.image-missing", f"the picture “{path}” is not there", place, hint)
        return None
    if scope.folder.resolve() not in file.resolve().parents:
        tell_path(scope, path, "leaves the leaflet's folder", place)
        return None
    return file


def _checked(scope: Scope, path: str, data: inputs.Contents, place: Place) -> Asset:
    kind = _kind(data)
    if kind == "image/svg+xml":
        drawing = _drawings.of(data, vectors.checked)
        for remark in drawing.remarks:
            hint = "turn the letters into paths, or write them in the caption"
            scope.tell("source.svg-text", f"the picture “{path}” {remark}", place, hint)
        return Asset(path, kind, data, drawing.width, drawing.height)
    return _raster(path, data, kind)


def _kind(data: bytes) -> Literal["image/png", "image/jpeg", "image/svg+xml"]:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE|svg\b|[\w-]+:svg\b)", data[:500]):
        return "image/svg+xml"
    raise Unfit("source.image-kind", "is no PNG, JPEG or SVG by its content", "save it anew as one of these")


def _raster(path: str, data: inputs.Contents, kind: Literal["image/png", "image/jpeg"]) -> Asset:
    width, height, deep = _sound.of(data, lambda _: _decoded(data, kind))
    if deep:
        return Asset(path, kind, _eight_bits(Image.open(io.BytesIO(data))), width, height)
    return Asset(path, kind, data, width, height)


_sound: inputs.ByContent[tuple[int, int, bool]] = inputs.ByContent(400)
_drawings: inputs.ByContent[vectors.Drawing] = inputs.ByContent(200)


def _decoded(data: bytes, kind: Literal["image/png", "image/jpeg"]) -> tuple[int, int, bool]:
    """Width and height of a picture that is whole, and whether it has 16 bits a pixel. Raises Unfit."""
    code, hint = "source.image-corrupt", "export it anew from where it was made"
    format_name = "PNG" if kind == "image/png" else "JPEG"
    try:
        with warnings.catch_warnings(), _whole_pictures_only():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=(format_name,))
            width, height = image.size
            if width * height > PIXELS:
                raise _too_large(f"has {width:,} × {height:,} pixels")
            image.load()
            if kind == "image/png":  # loading stops at the last row; this reads every chunk against its check sum
                Image.open(io.BytesIO(data), formats=(format_name,)).verify()
    except Unfit:
        raise
    except Image.DecompressionBombError:
        raise _too_large("has far too many pixels") from None
    except UnidentifiedImageError:
        raise Unfit(code, f"says it is {format_name}, but its header is damaged", hint) from None
    except Exception as error:  # decoders raise whatever they meet: OSError, SyntaxError, struct.error, MemoryError …
        reason = str(error).replace("\n", " ")[:100] or type(error).__name__
        raise Unfit(code, f"cannot be decoded: {reason}", hint) from None
    _tell_unfit(image, kind)
    return width, height, image.mode.startswith("I")


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Importing WeasyPrint makes Pillow take truncated pictures, in the whole process; here they are refused."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _too_large(what: str) -> Unfit:
    most = f"at most {PIXELS // 1_000_000} million pixels are read"
    return Unfit("source.image-size", f"{what}; {most}", "scale it down; 300 ppi at the printed size is enough")


def _tell_unfit(image: Image.Image, kind: str) -> None:
    if image.mode not in _MODES:
        raise Unfit(
            "source.image-colors",
            f"has the colour mode {image.mode}, which e-readers and browsers show wrongly or not at all",
            "save it as RGB (sRGB)",
        )
    if getattr(image, "n_frames", 1) > 1:
        raise Unfit("source.image-frames", "holds several pictures; paper shows one", "save the one that is meant")
    if kind == "image/jpeg" and image.getexif().get(_ORIENTATION, 1) not in (0, 1):
        hint = "turn it in an image editor and save it upright"
        raise Unfit("source.image-turned", "lies on its side and says so only in its Exif data", hint)


def _eight_bits(image: Image.Image) -> bytes:
    """A grey picture of 16 bits as 8, which every format takes; the high byte is what is seen."""
    grey = image.convert("I").point(lambda value: value / 256).convert("L")
    out = io.BytesIO()
    grey.save(out, "PNG")
    return out.getvalue()
