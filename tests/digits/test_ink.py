"""Brightness → ink."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mlmusic.digits.ink import find_ink
from mlmusic.digits.normalise import normalise

Y, X = np.mgrid[0:400, 0:400]
SHADOWS = [X > 150, X + Y > 500, X + 3 * Y > 700]
ROUND = (X - 400) ** 2 + (Y - 200) ** 2 < 200**2
RING = (X - 200) ** 2 + (Y - 180) ** 2
INK = (RING < 90**2) & (RING > 70**2)


def noisy(levels: NDArray[np.floating], deviation: float = 0.01) -> NDArray[np.float32]:
    grain = np.random.default_rng(0).normal(0, deviation, levels.shape)
    return (levels + grain).clip(0, 1).astype(np.float32)


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("shadow", SHADOWS)
def test_a_line_is_ink_on_both_sides_of_a_shadow_and_its_edge_is_not(
    shadow: NDArray[np.bool_], dark: bool
) -> None:
    paint = np.where(dark == INK, 0.15, 1.0)
    ink = find_ink(noisy(paint * np.where(shadow, 0.4, 1)))
    wanted = INK.reshape(200, 2, 200, 2).mean(axis=(1, 3))
    assert np.median(ink[wanted == 1]) > 0.9
    assert np.mean(ink[wanted == 1] > 0) > 0.9
    assert not ink[wanted == 0].any()


def test_the_round_edge_of_a_shadow_is_no_ink_beside_dark_lines() -> None:
    paint = np.where(INK, 0.15, 1.0)
    ink = find_ink(noisy(paint * np.where(ROUND, 0.5, 1)))
    assert not ink[~INK[::2, ::2] & ~INK[1::2, 1::2]].any()


@pytest.mark.parametrize("shadow", SHADOWS)
def test_a_shadow_alone_is_no_ink(shadow: NDArray[np.bool_]) -> None:
    assert not find_ink(noisy(np.where(shadow, 0.4, 1))).any()


@pytest.mark.parametrize("dark", [True, False])
def test_grain_does_not_hide_a_thin_line(dark: bool) -> None:
    line = (abs(X - 200) < 3) & (abs(Y - 200) < 100)
    rows, columns = np.nonzero(find_ink(noisy(0.5 - 0.3 * (2 * dark - 1) * line, 0.05)))
    assert np.ptp(rows) == pytest.approx(100, abs=4)
    assert np.ptp(columns) < 6


@pytest.mark.parametrize("dark", [True, False])
def test_ink_that_is_too_thick_for_a_line_is_ink_in_even_light(dark: bool) -> None:
    zero = (RING < 170**2) & (RING > 50**2)
    ink = find_ink(noisy(np.where(dark == zero, 0.15, 1.0)))
    assert ink.mean() == pytest.approx(zero.mean(), abs=0.01)


def test_small_ink_is_seen_as_closely_as_large_ink() -> None:
    three = Image.new("L", (3000, 3000), 255)
    brush = ImageDraw.Draw(three)
    for centre in (400, 440):  # two arcs, one above the other
        brush.arc((480, centre - 20, 520, centre + 20), 225, 135, fill=0, width=7)
    whole = np.asarray(three.crop((430, 350, 570, 490)), np.float32) / 255
    small = normalise(find_ink(np.asarray(three, np.float32) / 255))
    large = normalise(find_ink(whole))
    assert small is not None
    assert large is not None
    assert np.abs(small - large).mean() < 0.01


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (2, 3), (28, 28), (900, 2), (301, 199)])
def test_ink_of_anything_is_between_0_and_1(shape: tuple[int, int]) -> None:
    chance = np.random.default_rng(0)
    for _ in range(20):
        ink = find_ink(chance.random(shape, np.float32) ** chance.integers(1, 20))
        assert max(ink.shape) <= 200
        assert ((ink >= 0) & (ink <= 1)).all()
