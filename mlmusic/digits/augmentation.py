"""Training images as other hands might have written them."""

import math

import torch
from torch import Tensor, nn

ROTATION = math.radians(10)  # each way
SHIFT = 0.16  # 8 % of the picture each way; grid_sample counts its width as 2
SCALE = 0.10  # up or down
SHEAR = 0.1  # sideways, as slanted writing is


def affine(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Return the pictures, each turned, shifted, scaled and slanted a little by chance.

    Parameters
    ----------
    pixels : Tensor, shape (N, 1, 28, 28), float32 in [0, 1]
    generator : torch.Generator
        On the CPU, so that every device sees the same pictures.

    Returns
    -------
    Tensor, shape (N, 1, 28, 28), float32 in [0, 1]
    """
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
    grid = nn.functional.affine_grid(matrix, list(pixels.shape), align_corners=False)
    return nn.functional.grid_sample(pixels, grid, align_corners=False)
