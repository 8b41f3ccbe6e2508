import pytest
import torch

from mlmusic.digits import augmentation
from mlmusic.digits.augmentation import KNOTS, PULL, augmented
from mlmusic.digits.mnist import Mnist, to_pixels
from mlmusic.digits.recipe import Augmentation

KINDS = pytest.mark.parametrize("kind", ["affine", "elastic"])


@KINDS
def test_pictures_stay_pictures(mnist: Mnist, kind: Augmentation) -> None:
    pixels = to_pixels(mnist.train_images[:200])
    changed = augmented(pixels, kind, torch.Generator().manual_seed(0))
    assert changed.shape == pixels.shape
    assert changed.min() >= 0
    assert changed.max() <= 1 + 1e-6
    assert (changed - pixels).abs().mean() > 0.01


@KINDS
def test_ink_is_moved_not_lost(mnist: Mnist, kind: Augmentation) -> None:
    pixels = to_pixels(mnist.train_images[:2000])
    changed = augmented(pixels, kind, torch.Generator().manual_seed(0))
    ratio = changed.sum() / pixels.sum()
    assert 0.97 < ratio < 1.03


def test_shifts_go_both_ways_and_not_further_than_stated() -> None:
    dots = torch.zeros(500, 1, 28, 28)
    dots[:, :, 13:15, 13:15] = 1
    moved = augmented(dots, "affine", torch.Generator().manual_seed(0))
    grid = torch.arange(28).float()
    x = (moved.sum((1, 2)) * grid).sum(1) / moved.sum((1, 2, 3))
    assert x.min() > 13.5 - 28 * 0.08 * 1.25
    assert x.max() < 13.5 + 28 * 0.08 * 1.25
    assert abs(x.mean() - 13.5) < 0.3


@KINDS
def test_the_generator_decides(mnist: Mnist, kind: Augmentation) -> None:
    pixels = to_pixels(mnist.train_images[:10])

    def by(seed: int) -> torch.Tensor:
        return augmented(pixels, kind, torch.Generator().manual_seed(seed))

    assert torch.equal(by(1), by(1))
    assert not torch.equal(by(1), by(2))


def test_without_augmentation_nothing_changes(mnist: Mnist) -> None:
    pixels = to_pixels(mnist.train_images[:10])
    assert augmented(pixels, "none", torch.Generator()) is pixels


def test_elastic_pictures_are_affine_ones_that_are_warped(mnist: Mnist) -> None:
    pixels = to_pixels(mnist.train_images[:500])
    affine, elastic = (
        augmented(pixels, kind, torch.Generator().manual_seed(0)) for kind in ("affine", "elastic")
    )
    difference = (elastic - affine).abs().mean(), (affine - pixels).abs().mean()
    assert 0.1 < difference[0] / difference[1] < 0.8


def test_the_warp_is_smooth_and_as_large_as_stated() -> None:
    blank = torch.zeros(500, 1, 28, 28)
    warp = augmentation._warp(blank, torch.Generator().manual_seed(0))
    assert warp.shape == (500, 28, 28, 2)
    assert warp[:, [0, 0, -1], [0, -1, 0]].std() == pytest.approx(PULL, rel=0.1)  # at knots
    steps = warp.diff(dim=1).abs().mean()
    assert steps < PULL / KNOTS
