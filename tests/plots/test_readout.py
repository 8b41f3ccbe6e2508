"""What a pointer reads out."""

import numpy as np
import pytest

from mlmusic.plots.readout import quantised


@pytest.mark.parametrize(("low", "high"), [(-37.3, 42.7), (-1131.4, 812.6), (0.0, 0.04)])
def test_values_come_back_to_one_decimal(low: float, high: float) -> None:
    values = np.random.default_rng(0).uniform(low, high, (400, 600)).astype(np.float32)
    values[0, :2] = low, high
    numbers, lowest, step = quantised(values)
    assert numbers.dtype == np.uint16
    assert numbers.shape == (400, 600)
    read = lowest + step * numbers.astype(float)
    assert np.abs(read - values).max() <= 0.05 + 1e-9
    np.testing.assert_allclose(read, read.round(1), atol=1e-9)  # no digits beyond it


def test_a_span_that_is_too_large_for_that_has_a_larger_step() -> None:
    numbers, lowest, step = quantised(np.array([[-1e6, 0, 3e6]], np.float32))
    np.testing.assert_allclose(lowest + step * numbers.astype(float), [[-1e6, 0, 3e6]], atol=62)


def test_silence_is_one_value() -> None:
    numbers, lowest, step = quantised(np.full((3, 2), -100, np.float32))
    assert not numbers.any()
    assert lowest == -100
    assert step > 0
