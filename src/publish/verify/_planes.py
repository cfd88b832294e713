"""Memory for pictures, used again: each proof draws some as large as a page, and lets them go a moment later.

To ask the system for such memory costs as much as to draw in it. So a few planes are kept for all pictures of a file,
one a purpose and thread.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from publish.verify._once import forgetting

_MOST = 48 * 2**20
"""Bytes that are kept for one purpose: an A4 page at 300 pixels an inch, four bytes a pixel. More is let go."""

_kept = threading.local()
forgetting.append(lambda: vars(_kept).clear())


def plane(purpose: str, shape: tuple[int, ...], dtype: npt.DTypeLike, fill: int) -> npt.NDArray[Any]:
    """An array of this shape, filled. It is overwritten when the next one for the same purpose is asked for."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory: npt.NDArray[np.uint8] | None = getattr(_kept, purpose, None)
    if memory is None or len(memory) < size:
        memory = np.empty(size, dtype=np.uint8)
        if size <= _MOST:
            setattr(_kept, purpose, memory)
    array = memory[:size].view(dtype).reshape(shape)
    array.fill(fill)
    return array
