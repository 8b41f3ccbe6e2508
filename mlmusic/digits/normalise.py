"""Ink of any size → the 28 × 28 picture, made as MNIST's pictures were.

The digit is fitted into a box of 20 × 20 pixels, keeping its proportions, by averaging
areas; the box is then put where its centre of mass lies in the centre of the picture.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits". Measured on
the 60,000 training pictures: the longer side of the ink is 20 pixels in 99.98 % of them,
and the centre of mass lies evenly between 13.5 and 14.5 in both directions (row and
column indices from 0). So the box was moved by whole pixels, to the nearest one of 14.0.
The shorter side lies in the middle of the box: its outer pixels are half covered on average
on both sides, those of the longer side nearly whole. A picture of MNIST's stays as it is.
"""

import math

import numpy as np
from numpy.typing import NDArray

IMAGE_PX = 28  # height and width of the picture
BOX_PX = 20  # height and width of the box that the ink is fitted into
CENTRE_PX = 14.0  # row and column index of the centre of mass

Picture = NDArray[np.float32]  # (28, 28), in [0, 1], ink bright on black


def normalise(ink: NDArray[np.floating] | NDArray[np.bool_]) -> Picture | None:
    """Return the 28 × 28 picture of some ink.

    Parameters
    ----------
    ink : array, shape (height, width), in [0, 1]
        How much of each cell is covered; its size and the empty margin do not matter.

    Returns
    -------
    array, shape (28, 28), float32 in [0, 1], or None
        None where there is no ink.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    height, width = ink.shape
    longest = max(height, width)
    box = _averages(height, longest) @ ink @ _averages(width, longest).T  # (20, 20)
    top, left = _corner(box.sum(axis=1)), _corner(box.sum(axis=0))
    picture = np.zeros((IMAGE_PX, IMAGE_PX), np.float32)
    picture[top : top + BOX_PX, left : left + BOX_PX] = box.clip(0, 1)
    return picture


def _averages(cells: int, longest: int) -> Picture:
    """Return weights, (20, cells), that average cells over box pixels, centred in the box."""
    pixel = longest / BOX_PX  # in cells
    start = (cells - longest) // 2 + pixel * np.arange(BOX_PX)[:, np.newaxis]
    cell = np.arange(cells)
    overlap = np.minimum(cell + 1, start + pixel) - np.maximum(cell, start)
    return np.asarray(overlap.clip(0) / pixel, np.float32)


def _corner(profile: NDArray[np.float32]) -> int:
    """Return where a box begins so that the mass of its profile, (20,), is centred."""
    mean = float(profile @ np.arange(BOX_PX)) / float(profile.sum())
    # A hair above one half, so that rounding errors do not tip symmetrical digits over.
    corner = math.floor(CENTRE_PX - mean + 0.5001)
    return min(max(corner, 0), IMAGE_PX - BOX_PX)
