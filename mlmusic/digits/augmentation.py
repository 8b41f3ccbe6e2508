"""Training images as other hands might have written them.

Sources: Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied
to Visual Document Analysis", 2003.
"""

import math
from functools import cache

import torch
from torch import Tensor, nn

from mlmusic.digits.normalise import IMAGE_PX
from mlmusic.digits.recipe import Augmentation

ROTATION = math.radians(10)  # each way
SHIFT = 0.16  # 8 % of the picture each way; grid_sample counts its width as 2
SCALE = 0.10  # up or down
SHEAR = 0.1  # sideways, as slanted writing is
KNOTS = 5  # of an elastic sheet, a side
PULL = 0.06  # at each knot, one standard deviation: 0.84 pixels


def augmented(pixels: Tensor, kind: Augmentation, generator: torch.Generator) -> Tensor:
    """Return the pictures, each changed a little by chance.

    Parameters
    ----------
    pixels : Tensor, shape (N, 1, 28, 28), float32 in [0, 1]
    kind : "none", "affine" or "elastic"
        ``affine`` turns, shifts, scales and slants; ``elastic`` also warps, as if the picture
        were on a sheet of rubber.
    generator : torch.Generator
        On the CPU, so that every device sees the same pictures.

    Returns
    -------
    Tensor, shape (N, 1, 28, 28), float32 in [0, 1]
    """
    if kind == "none":
        return pixels
    grid = _affine_grid(pixels, generator)
    if kind == "elastic":
        grid = grid + _warp(pixels, generator)
    return nn.functional.grid_sample(pixels, grid, align_corners=False)


def _affine_grid(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Return where each pixel comes from, (N, 28, 28, 2), after an affine map."""
    chance = torch.rand(len(pixels), 5, generator=generator) * 2 - 1  # (N, 5) in [-1, 1]
    angle = chance[:, 0] * ROTATION
    scale = 1 + chance[:, 1] * SCALE
    shear = chance[:, 2] * SHEAR
    cosine, sine = torch.cos(angle) / scale, torch.sin(angle) / scale
    matrix = torch.stack(
        [
            torch.stack([cosine, cosine * shear - sine, chance[:, 3] * SHIFT], 1),
            torch.stack([sine, sine * shear + cosine, chance[:, 4] * SHIFT], 1),
        ],
        1,
    ).to(pixels.device)  # (N, 2, 3)
    return nn.functional.affine_grid(matrix, list(pixels.shape), align_corners=False)


def _warp(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Return how far from there it comes, (N, 28, 28, 2), smoothly varying over the picture."""
    pulls = torch.randn(len(pixels), 2, KNOTS, KNOTS, generator=generator) * PULL
    spread = _spread().to(pixels.device)
    smooth = spread @ pulls.to(pixels.device) @ spread.T  # (N, 2, 28, 28)
    return smooth.permute(0, 2, 3, 1)


@cache
def _spread() -> Tensor:
    """Return the weights, (28, KNOTS), with which knots pull pixels: bicubic interpolation."""
    knots = torch.eye(KNOTS)[None, None]
    return nn.functional.interpolate(knots, [IMAGE_PX, KNOTS], mode="bicubic", align_corners=True)[
        0, 0
    ]
