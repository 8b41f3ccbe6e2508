import torch

from mlmusic.digits.augmentation import affine
from mlmusic.digits.mnist import Mnist, to_pixels


def test_pictures_stay_pictures(mnist: Mnist) -> None:
    pixels = to_pixels(mnist.train_images[:200])
    changed = affine(pixels, torch.Generator().manual_seed(0))
    assert changed.shape == pixels.shape
    assert changed.min() >= 0
    assert changed.max() <= 1 + 1e-6
    assert (changed - pixels).abs().mean() > 0.01


def test_ink_is_moved_not_lost(mnist: Mnist) -> None:
    pixels = to_pixels(mnist.train_images[:2000])
    changed = affine(pixels, torch.Generator().manual_seed(0))
    ratio = changed.sum() / pixels.sum()
    assert 0.97 < ratio < 1.03


def test_shifts_go_both_ways_and_not_further_than_stated() -> None:
    dots = torch.zeros(500, 1, 28, 28)
    dots[:, :, 13:15, 13:15] = 1
    moved = affine(dots, torch.Generator().manual_seed(0))
    grid = torch.arange(28).float()
    x = (moved.sum((1, 2)) * grid).sum(1) / moved.sum((1, 2, 3))
    assert x.min() > 13.5 - 28 * 0.08 * 1.25
    assert x.max() < 13.5 + 28 * 0.08 * 1.25
    assert abs(x.mean() - 13.5) < 0.3


def test_the_generator_decides(mnist: Mnist) -> None:
    pixels = to_pixels(mnist.train_images[:10])
    one = affine(pixels, torch.Generator().manual_seed(1))
    assert torch.equal(one, affine(pixels, torch.Generator().manual_seed(1)))
    assert not torch.equal(one, affine(pixels, torch.Generator().manual_seed(2)))
