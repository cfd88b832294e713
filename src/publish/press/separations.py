"""The plates that a press would print from: each ink of a page as a picture, by Ghostscript's `tiffsep`.

What a screen shows says little of a press: a cover of white may knock out the letters below it or leave them, and a
spot colour is ink of its own. Here overprint is done as a plate setter does it: what is on a plate is printed.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

import numpy as np
import pikepdf
from PIL import Image

from publish.diagnostics import Finding, Place, Refused
from publish.press.colors import PROCESS, Plate, converts_cmyk
from publish.press.steps import switch_steps
from publish.programs import GHOSTSCRIPT, require

Box = tuple[float, float, float, float]
BoxName = Literal["media", "bleed", "trim"]

MOST_SPOTS = 60
"""Spot inks a page may have: Ghostscript has 64 plates. What goes beyond is converted, and complained of."""

MOST_PAGES = 64
MOST_PIXELS = 60_000_000
"""What one call may draw, all its pages together: two letter pages at 300 ppi are 17 million pixels a plate."""

SECONDS = 60.0
"""How long Ghostscript may take; two leaflet pages take about 1 s."""

_COMPLAINTS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Plates:
    """One page's plates. `inks` by the names in the PDF: the four process inks first, then the spots by name.

    A plate is `height` × `width` of bytes, 0 where no ink is and 255 where it is full, the top row first. `box` (left,
    bottom, right, top in pt of the page's own space, unturned) is what is drawn: its left edge is the left edge of the
    plate, its bottom the bottom. `complaints` is what Ghostscript found wrong in the file while it drew.
    """

    page: int
    ppi: float
    box: Box
    width: int
    height: int
    inks: Mapping[str, Plate]
    complaints: tuple[str, ...] = ()

    def window(self, box: Box) -> tuple[slice, slice]:
        """Rows and columns of the plates that a box in pt covers, cut to the plate; may be empty."""
        scale = self.ppi / 72
        left, right = ((edge - self.box[0]) * scale for edge in (box[0], box[2]))
        top, bottom = (self.height - (edge - self.box[1]) * scale for edge in (box[3], box[1]))
        return _cut(top, bottom, self.height), _cut(left, right, self.width)


def plates(
    data: bytes,
    ppi: float,
    pages: Sequence[int] | None = None,
    box: BoxName = "media",
    smooth: int = 1,
    steps: bool | None = None,
    seconds: float = SECONDS,
) -> list[Plates]:
    """The plates of `pages` (from 1, in page order; all when None), what `box` frames of each, at `ppi` pixels an inch.

    Layers are as the file's own default shows them; processing steps (ISO 19593-1) too, or all shown or all hidden
    where `steps` says so. Overprint is honoured; colours by the output intent's profile go to their plates unchanged.
    `smooth` (1 to 8) draws so many times finer and takes the mean, so that thin lines are not fattened to a whole
    pixel. Raises ComponentMissing without Ghostscript; Refused (`press.separations`) when the file cannot be drawn, or
    is larger than MOST_PAGES, MOST_PIXELS and `seconds` allow.
    """
    require(GHOSTSCRIPT)
    prepared, chosen, boxes = _prepared(data, ppi, pages, box, steps)
    with tempfile.TemporaryDirectory(prefix="plates-") as name:
        folder = Path(name)
        (folder / "in.pdf").write_bytes(prepared)
        complaints = _separate(folder, ppi, smooth, seconds)
        return [
            _plates(folder, at, page, ppi, frame, complaints)
            for at, (page, frame) in enumerate(zip(chosen, boxes, strict=True), 1)
        ]


# --- the file as Ghostscript gets it ---


def _prepared(
    data: bytes, ppi: float, pages: Sequence[int] | None, box: BoxName, steps: bool | None
) -> tuple[bytes, tuple[int, ...], tuple[Box, ...]]:
    """The file with only the pages wanted, each framed by its box and not turned; their numbers and boxes.

    What is drawn is the frame, so that no reader's idea of a page's box comes between pixels and points.
    """
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            count = len(pdf.pages)
            chosen = tuple(range(1, count + 1) if pages is None else sorted(set(pages)))
            if len(chosen) > MOST_PAGES:
                raise _refused(f"{len(chosen)} pages are too many to draw at once", f"at most {MOST_PAGES} are")
            if not chosen or not 1 <= chosen[0] <= chosen[-1] <= count:
                raise _refused(f"the pages asked for, {chosen}, are not among its {count} pages", "ask for others")
            boxes = tuple(_frame(pdf.pages[page - 1], box, page) for page in chosen)
            _refuse_too_large(boxes, ppi)
            for number, frame in zip(chosen, boxes, strict=True):
                page = pdf.pages[number - 1]
                for key in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/UserUnit"):
                    if key in page.obj:
                        del page.obj[key]
                page.obj["/MediaBox"] = pikepdf.Array([round(edge, 4) for edge in frame])
                page.obj["/CropBox"] = page.obj["/MediaBox"]
                page.obj["/Rotate"] = 0
            for number in range(count, 0, -1):
                if number not in chosen:
                    del pdf.pages[number - 1]
            if steps is not None:
                switch_steps(pdf, steps)
            if "/OutputIntents" in pdf.Root and not _press_profile(pdf):
                del pdf.Root["/OutputIntents"]  # Ghostscript would draw by a profile that is none of a press
            buffer = io.BytesIO()
            as_it_is = pikepdf.StreamDecodeLevel.none
            pdf.save(buffer, compress_streams=False, stream_decode_level=as_it_is, fix_metadata_version=False)
            return buffer.getvalue(), chosen, boxes
    except (pikepdf.PdfError, RuntimeError, TypeError, KeyError, ValueError, AttributeError, ArithmeticError) as broken:
        raise _refused(f"the file cannot be read as a PDF: {broken}", "make it again") from broken


def _press_profile(pdf: pikepdf.Pdf) -> bool:
    """Whether the PDF/X output intent has a colour profile for CMYK that colours can be converted by."""
    intents = pdf.Root["/OutputIntents"]
    said = [each for each in intents if each.get("/S") == "/GTS_PDFX"] if isinstance(intents, pikepdf.Array) else []
    profile = said[0].get("/DestOutputProfile") if len(said) == 1 else None
    return isinstance(profile, pikepdf.Stream) and profile.get("/N") == 4 and converts_cmyk(profile.read_bytes())


def _frame(page: pikepdf.Page, box: BoxName, number: int) -> Box:
    """A page's box (ISO 32000-2, 14.11.2): bleed and trim are the crop box where they are not said, that the media."""
    names = {"media": ("/MediaBox",), "bleed": ("/BleedBox",), "trim": ("/TrimBox",)}[box]
    said: Any = next((found for name in (*names, "/CropBox", "/MediaBox") if (found := _inherited(page, name))), None)
    x0, y0, x1, y1 = (float(edge) for edge in said or (0, 0, 0, 0))
    frame = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    if not all(np.isfinite(frame)) or frame[2] - frame[0] < 1 or frame[3] - frame[1] < 1:
        raise _refused(f"page {number} has no size: its {box} box is {[x0, y0, x1, y1]}", "give it its boxes")
    return frame


def _inherited(page: pikepdf.Page, name: str) -> Any:
    node: Any = page.obj
    for _ in range(32):
        if name in node:
            return node[name]
        if name not in ("/MediaBox", "/CropBox") or "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _refuse_too_large(boxes: Sequence[Box], ppi: float) -> None:
    scale = ppi / 72
    if sum((box[2] - box[0]) * (box[3] - box[1]) * scale * scale for box in boxes) <= MOST_PIXELS:
        return
    width, height = max((box[2] - box[0], box[3] - box[1]) for box in boxes)
    raise _refused(
        f"{len(boxes)} page{'s' * (len(boxes) != 1)} of up to {width / 72 * 25.4:.0f} × {height / 72 * 25.4:.0f} mm "
        f"are too large to draw at {ppi:g} ppi",
        "draw fewer pages at once, or at a lower resolution",
    )


# --- Ghostscript ---


def _separate(folder: Path, ppi: float, smooth: int, seconds: float) -> tuple[str, ...]:
    """Let Ghostscript write page 1's plates as `1(Cyan).tif` … into the folder; what it complained of."""
    program = GHOSTSCRIPT.probe()
    command = [
        str(program.path if program else "gs"),
        *("-dSAFER", "-dBATCH", "-dNOPAUSE", "-sstdout=%stderr"),  # not -q: it would keep faults for itself
        *("-sDEVICE=tiffsep", f"-r{ppi * smooth:g}", f"-dDownScaleFactor={smooth}", f"-dMaxSpots={MOST_SPOTS}"),
        *("-dUsePDFX3Profile", "-sCompression=none", f"-sOutputFile={folder}/%d.tif", str(folder / "in.pdf")),
    ]
    environment = {key: value for key, value in os.environ.items() if key in ("PATH", "DYLD_FALLBACK_LIBRARY_PATH")}
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment | {"TMPDIR": str(folder), "LC_ALL": "C"},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused(f"Ghostscript did not finish drawing the file in {seconds:g} s", "simplify its pages") from None
    said = _complaints(ran.stderr.decode("utf-8", "replace"))
    if ran.returncode != 0:
        raise _refused(f"Ghostscript could not draw the file: {'; '.join(said) or f'exit code {ran.returncode}'}")
    return said


_CHATTER = re.compile(
    r"GPL Ghostscript|Copyright|This software is supplied|see the file COPYING|Processing pages|Page \d+$|Loading |"
    r"Querying |The following (errors|warnings) were|This file had |Please notify the author|file that it does not|"
    r"specification\."
)
"""What Ghostscript says of itself and of each file, and the frame around what it says of this one."""


def _complaints(told: str) -> tuple[str, ...]:
    """What Ghostscript found wrong, without its decoration, each once."""
    lines = (re.sub(r"^[\s*]+", "", line).strip() for line in told.splitlines())
    return tuple(dict.fromkeys(line[:200] for line in lines if line and not _CHATTER.match(line)))[:_COMPLAINTS]


def _plates(folder: Path, at: int, page: int, ppi: float, box: Box, complaints: tuple[str, ...]) -> Plates:
    found: dict[str, Plate] = {}
    for path in folder.glob(f"{at}(*).tif"):
        found[_ink(path.name[len(f"{at}(") : -len(").tif")])] = 255 - _picture(path.read_bytes())
        path.unlink()
    if not set(PROCESS) <= set(found):
        raise _refused(f"Ghostscript drew no plates of page {page}: {'; '.join(complaints) or 'it gave no reason'}")
    height, width = found["Black"].shape
    inks = {name: found[name] for name in (*PROCESS, *sorted(found.keys() - set(PROCESS)))}
    return Plates(page, ppi, box, width, height, inks, complaints)


def _picture(tiff: bytes) -> Plate:
    """A grey picture. Ghostscript writes its rows one behind the other, so that they need not be taken one by one."""
    with Image.open(io.BytesIO(tiff)) as picture:
        strips = [(each.offset, each.extents or (0, 0, 0, 0), each.codec_name) for each in picture.tile]
        rows_before = all(offset == strips[0][0] + box[1] * picture.width for offset, box, _ in strips)
        if picture.mode == "L" and rows_before and all(codec == "raw" for *_, codec in strips):
            flat = np.frombuffer(tiff, dtype=np.uint8, count=picture.width * picture.height, offset=strips[0][0])
            return flat.reshape(picture.height, picture.width)
        return np.asarray(picture, dtype=np.uint8)


def _ink(written: str) -> str:
    """An ink's name from its file's: Ghostscript writes the bytes that a file's name may not hold as %XX."""
    raw = unquote_to_bytes(written)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _cut(start: float, stop: float, most: int) -> slice:
    first = min(max(int(np.floor(start + 1e-6)), 0), most)
    return slice(first, min(max(int(np.ceil(stop - 1e-6)), first), most))


def _refused(message: str, hint: str = "make it again, or see what another program says of it") -> Refused:
    return Refused(Finding("press.separations", message, Place("the file for the press"), hint))
