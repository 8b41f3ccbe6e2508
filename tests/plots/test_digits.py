"""The enlarged picture of a digit."""

import numpy as np

from mlmusic.plots.digits import enlarged


def test_each_pixel_becomes_a_square() -> None:
    picture = np.array([[0.0, 1.0], [0.5, 2.0]], np.float32)
    large = enlarged(picture, times=3)
    assert large.shape == (6, 6)
    assert large.dtype == np.uint8
    np.testing.assert_array_equal(large[::3, ::3], [[0, 255], [128, 255]])
    assert (large[:3, 3:] == 255).all()
