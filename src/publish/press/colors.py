"""Colours by a press's ICC profile: whether one can be used, and what inks look like printed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

Plate = npt.NDArray[np.uint8]
Cmyk = tuple[float, float, float, float]

PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
"""The four inks of process printing by the names that PDF gives them."""

_SHIPPED_ICC = Path(str(files("publish") / "press" / "icc" / "ISOcoated_v2_300_bas.icc"))


@lru_cache(maxsize=8)
def converts_cmyk(icc: bytes) -> bool:
    """Whether this is an ICC output profile for CMYK (ICC.1:2010, 7.2) that LittleCMS can convert by."""
    if icc[12:20] != b"prtrCMYK" or icc[36:40] != b"acsp" or int.from_bytes(icc[:4], "big") > len(icc):
        return False
    try:
        opened = ImageCms.getOpenProfile(io.BytesIO(icc))
        ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), "CMYK", "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return True


def simulated(
    inks: Mapping[str, Plate], colours: Mapping[str, Cmyk] | None = None, icc: Path | None = None
) -> npt.NDArray[np.uint8]:
    """What the plates look like printed on white paper: height × width × RGB (sRGB, 0 to 255).

    A spot is stood for by its CMYK in `colours` (0 to 1, at full strength), laid over the process inks as translucent
    inks are: what each lets through is multiplied, ink by ink. The sum goes through the press's ICC profile (`icc`; the
    one that ships when None), relative colorimetric with black point compensation. Raises ValueError for a spot without
    a colour: leave it out of `inks`, as one does with the lines for the cutter, or say what it looks like.
    """
    lost = [name for name in inks if name not in PROCESS and name not in (colours or {})]
    if lost:
        raise ValueError(f"no colour is known for {', '.join(lost)}")
    used = {name: plate for name, plate in inks.items() if plate.any()}
    shape = next(iter(inks.values())).shape
    printed = np.zeros(shape, dtype=bool)
    for plate in used.values():
        printed |= plate > 0
    at = np.flatnonzero(printed)
    through = np.ones((len(at) + 1, 4), dtype=np.float32)  # the last is bare paper
    for name, plate in used.items():
        full = tuple(float(each == name) for each in PROCESS) if name in PROCESS else (colours or {})[name]
        for channel, strength in enumerate(full):
            if strength:
                through[:-1, channel] *= 1 - plate.ravel()[at] * np.float32(strength / 255)
    mixed = np.round((1 - through) * 255).astype(np.uint8)
    seen = ImageCms.applyTransform(Image.fromarray(mixed[None], "CMYK"), _to_screen(icc or _SHIPPED_ICC))
    colors = np.asarray(seen, dtype=np.uint8)[0]
    picture = np.empty((*shape, 3), dtype=np.uint8)
    picture[:] = colors[-1]
    picture.reshape(-1, 3)[at] = colors[:-1]
    return picture


@lru_cache(maxsize=4)
def _to_screen(icc: Path) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.getOpenProfile(io.BytesIO(icc.read_bytes())),
        ImageCms.createProfile("sRGB"),
        "CMYK",
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
