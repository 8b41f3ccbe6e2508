"""The enlarged picture of a digit."""

import numpy as np

from mlmusic.plots.digits import enlarged, filter_grid


def test_each_pixel_becomes_a_square() -> None:
    picture = np.array([[0.0, 1.0], [0.5, 2.0]], np.float32)
    large = enlarged(picture, times=3)
    assert large.shape == (6, 6)
    assert large.dtype == np.uint8
    np.testing.assert_array_equal(large[::3, ::3], [[0, 255], [128, 255]])
    assert (large[:3, 3:] == 255).all()


def test_filters_stand_side_by_side_with_gaps_between() -> None:
    filters = np.zeros((32, 5, 5), np.float32)
    filters[0, 0, 0], filters[31, 4, 4] = 2.0, -2.0
    grid = filter_grid(filters, columns=16, times=1)
    assert grid.shape == (12, 96, 4)
    assert grid[0, 0].tolist() == [255, 255, 255, 255]
    assert grid[10, 94].tolist() == [0, 0, 0, 255]
    assert grid[2, 2].tolist() == [128, 128, 128, 255]
    assert grid[5, 5].tolist() == [0, 0, 0, 0]


def test_filters_of_a_broken_network_are_still_a_picture() -> None:
    filters = np.full((32, 5, 5), np.nan, np.float32)
    assert filter_grid(filters, columns=16, times=2).shape == (24, 192, 4)
