"""What a pointer reads out."""

import numpy as np
import pytest

from mlmusic.plots.readout import quantised


def test_levels_come_back_within_a_fifth_of_a_decibel() -> None:
    levels = np.random.default_rng(0).uniform(-37.3, 42.7, (400, 600)).astype(np.float32)
    numbers, lowest, step = quantised(levels)
    assert numbers.dtype == np.uint8
    assert numbers.shape == (400, 600)
    error = np.abs(lowest + step * numbers.astype(float) - levels)
    assert error.max() < 0.2
    assert error.max() > 0.1  # bytes have no more to give


def test_the_quietest_and_the_loudest_are_the_first_and_the_last_byte() -> None:
    numbers, lowest, step = quantised(np.array([[-80, 0, -40.1]], np.float32))
    assert numbers.tolist() == [[0, 255, 127]]
    assert lowest == -80
    assert step == pytest.approx(80 / 255)


def test_silence_is_one_value() -> None:
    numbers, lowest, step = quantised(np.full((3, 2), -100, np.float32))
    assert not numbers.any()
    assert lowest == -100
    assert step > 0
