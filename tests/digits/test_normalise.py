"""Ink → 28 × 28, compared with MNIST's own pictures."""

import numpy as np
import pytest

from mlmusic.digits.mnist import Mnist
from mlmusic.digits.normalise import BOX_PX, CENTRE_PX, Picture, normalise


def centre(picture: Picture) -> tuple[float, float]:
    """Return row and column of the centre of mass."""
    index = np.arange(len(picture))
    mass = picture.sum()
    return float(index @ picture.sum(axis=1) / mass), float(index @ picture.sum(axis=0) / mass)


def sides(picture: Picture) -> tuple[int, int]:
    """Return height and width of the ink in pixels."""
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_mnist_pictures_have_the_box_and_the_centre_that_we_aim_for(mnist: Mnist) -> None:
    images = mnist.test_images.numpy()[:1000] / np.float32(255)
    assert np.mean([max(sides(image)) == BOX_PX for image in images]) > 0.99
    centres = np.array([centre(image) for image in images])
    assert np.abs(centres - CENTRE_PX).max() < 0.51


def test_mnist_pictures_stay_as_they_are(mnist: Mnist) -> None:
    images = mnist.test_images.numpy()[:1000] / np.float32(255)
    same = [np.allclose(normalise(image), image, atol=1e-6) for image in images]
    assert np.mean(same) > 0.99


@pytest.mark.parametrize("shape", [(200, 200), (200, 30), (31, 333), (5, 7), (3000, 100)])
def test_ink_of_any_shape_fills_the_box_and_is_centred(shape: tuple[int, int]) -> None:
    picture = normalise(np.ones(shape))
    assert picture is not None
    assert picture.shape == (28, 28)
    assert picture.dtype == np.float32
    assert max(sides(picture)) == BOX_PX
    assert centre(picture) == pytest.approx((CENTRE_PX, CENTRE_PX), abs=0.501)


def test_areas_are_averaged() -> None:
    ink = np.zeros((40, 40))
    ink[:, :30] = 1  # 15 pixels wide and all of them whole
    ink[0::2, 30:] = 1  # every second row: half grey
    picture = normalise(ink)
    assert picture is not None
    assert np.unique(picture) == pytest.approx([0, 0.5, 1])
    assert picture.sum() == pytest.approx(20 * 15 + 20 * 5 / 2)


def test_an_empty_margin_does_not_matter() -> None:
    ink = np.random.default_rng(0).random((50, 40)).round()
    np.testing.assert_array_equal(normalise(np.pad(ink, 17)), normalise(ink))


def test_mass_far_from_the_middle_stays_within_the_picture() -> None:
    ink = np.zeros((100, 100))
    ink[:10, :10] = 1
    ink[-1, -1] = 0.01
    picture = normalise(ink)
    assert picture is not None
    assert picture.sum() == pytest.approx(4, abs=0.01)


def test_no_ink_gives_no_picture() -> None:
    assert normalise(np.zeros((28, 28))) is None


@pytest.mark.parametrize("side", [20, 21, 33, 47, 200])
def test_a_symmetrical_drawing_lies_where_rounding_errors_do_not_move_it(side: int) -> None:
    picture = normalise(np.ones((side, side)))
    assert picture is not None
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    assert (rows[0], columns[0]) == (5, 5)  # of 4 and 5, which are as near to the centre
