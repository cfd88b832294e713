"""Pictures for made-up leaflets, of a seed: a photograph-like JPEG of about 170 kB, a flat PNG, a drawing as SVG."""

from __future__ import annotations

from io import BytesIO

import numpy
from PIL import Image, ImageDraw

JPEG_SIZE = (1500, 500)
_GRAIN = 6.1
"""What makes the JPEG as large as a photograph's: the spread of its noise, in steps of 255."""


def photograph(seed: int) -> bytes:
    """A JPEG of soft discs before a field of colours, with the grain of a photograph."""
    random = numpy.random.default_rng(seed)
    width, height = JPEG_SIZE
    field = Image.fromarray(random.integers(40, 230, (4, 9, 3), dtype=numpy.uint8), "RGB")
    drawing = field.resize((width // 2, height // 2), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(drawing)
    for _ in range(60):
        x, y, r = random.integers(0, width // 2), random.integers(0, height // 2), random.integers(3, 45)
        fill = tuple(int(part) for part in random.integers(30, 250, 3))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)
    smooth = numpy.asarray(drawing.resize(JPEG_SIZE, Image.Resampling.BILINEAR), dtype=numpy.float32)
    grain = random.normal(0, _GRAIN, (height, width, 1)).astype(numpy.float32)
    made = Image.fromarray((smooth + grain).clip(0, 255).astype(numpy.uint8), "RGB")
    out = BytesIO()
    made.save(out, "JPEG", quality=85, dpi=(400, 400))
    return out.getvalue()


def scheme(seed: int) -> bytes:
    """A PNG of boxes in a row, some of them filled."""
    random = numpy.random.default_rng(seed)
    made = Image.new("RGB", (900, 150), "white")
    pen = ImageDraw.Draw(made)
    boxes = int(random.integers(3, 10))
    side = 880 // boxes
    for number in range(boxes):
        left = 10 + number * side
        fill = tuple(int(part) for part in random.integers(60, 200, 3)) if random.random() < 0.5 else "white"
        pen.rounded_rectangle((left, 20, left + side - 20, 130), 18, fill=fill, outline=(11, 85, 99), width=5)
    out = BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def drawing(seed: int) -> str:
    """An SVG of a curve with dots on it."""
    random = numpy.random.default_rng(seed)
    heights = [int(each) for each in random.integers(8, 52, 8)]
    points = [(20 + 40 * number, height) for number, height in enumerate(heights)]
    line = " ".join(f"{x},{y}" for x, y in points)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="4" fill="#b0402a"/>' for x, y in points)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 60" width="320" height="60">'
        f'<polyline points="{line}" fill="none" stroke="#0b5563" stroke-width="2"/>{dots}</svg>\n'
    )
