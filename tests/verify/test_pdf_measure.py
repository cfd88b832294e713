"""Colours measured in pictures: each pixel is one number, whatever the picture's bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from publish.verify._pdf_measure import _colors, _lights, colors_at, luminance

RNG = np.random.default_rng(7)
AT = np.array([0, 3, 8, 11])


def picture(channels: int) -> npt.NDArray[np.uint8]:
    found = np.random.default_rng(3).integers(0, 256, (3, 4, 4), dtype=np.uint8)
    return np.ascontiguousarray(found[..., :channels])


@pytest.mark.parametrize("channels", [3, 4])
def test_colors_are_those_of_the_picture(channels: int) -> None:
    colors = colors_at(picture(channels), AT)

    assert (colors.view(np.uint8).reshape(-1, 4)[:, :3] == picture(3).reshape(-1, 3)[AT]).all()


@pytest.mark.parametrize("ground", [(255, 255, 255), (20, 90, 200), None], ids=["white", "tinted", "patterned"])
@pytest.mark.parametrize("ink", [(0, 0, 0), (120, 10, 60)], ids=["grey", "coloured"])
def test_ink_is_taken_apart_from_any_ground(ink: tuple[int, int, int], ground: tuple[int, int, int] | None) -> None:
    rows = np.zeros((200, 4), dtype=np.uint8)
    rows[:, :3] = ground or RNG.integers(0, 256, (200, 3))
    full = rows.copy()
    full[:, :3] = ink
    coverage = np.full(200, 1.0, dtype=np.float32)
    labels = np.repeat(np.array([1, 2], dtype=np.uint16), 100)
    behind, seen = rows.view(np.uint32).ravel(), full.view(np.uint32).ravel()

    light, under = _lights(seen, behind, coverage)
    text, papers = _colors(seen, behind, coverage, labels, 2)

    assert np.allclose(light, luminance(np.array([ink], dtype=np.uint8)), atol=1e-6)
    assert np.allclose(np.broadcast_to(under, 200), luminance(rows[:, :3]), atol=1e-6)
    assert (np.abs(text.astype(int) - ink) <= 1).all()
    assert (np.abs(papers - rows[:, :3].reshape(2, 100, 3).mean(axis=1)) <= 1).all()
