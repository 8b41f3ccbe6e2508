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
from dataclasses import dataclass

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
    fitted = _fit(ink)
    if fitted is None:
        return None
    box, top, left = fitted.box, fitted.top, fitted.left
    picture = np.zeros((IMAGE_PX, IMAGE_PX), np.float32)
    picture[top : top + BOX_PX, left : left + BOX_PX] = box.clip(0, 1)
    return picture


@dataclass(frozen=True)
class Placement:
    """What `normalise` found: places as x and y, y down, and lengths, in one unit."""

    corner: tuple[float, float]  # of the ink's bounding box, at the left and top
    size: tuple[float, float]  # of that box, width and height
    centre_of_mass: tuple[float, float]
    frame: tuple[float, float]  # left and top of the square that becomes the picture
    frame_side: float


def placement(ink: NDArray[np.floating] | NDArray[np.bool_]) -> Placement | None:
    """Return where ink lies and which square around it becomes its picture.

    Parameters
    ----------
    ink : array, shape (height, width), in [0, 1]

    Returns
    -------
    Placement or None
        In cells, from the left and upper edge of ``ink``. None where there is no ink.
    """
    fitted = _fit(ink)
    if fitted is None:
        return None
    pixel = fitted.longest / BOX_PX  # in cells
    index = np.arange(BOX_PX)
    # In pixels: where the 20 × 20 box begins in the picture, and the centre within the box.
    start = np.array([fitted.left, fitted.top])
    mass = np.array([fitted.box.sum(axis=0) @ index, fitted.box.sum(axis=1) @ index])
    centre = mass / float(fitted.box.sum()) + 0.5
    size = np.array([fitted.width, fitted.height])
    corner = np.array([fitted.first_column, fitted.first_row])
    box = corner + (size - fitted.longest) // 2
    return Placement(
        _pair(corner),
        _pair(size),
        _pair(box + pixel * centre),
        _pair(box - pixel * start),
        pixel * IMAGE_PX,
    )


@dataclass(frozen=True)
class _Fitted:
    """Ink in its box, and where both begin."""

    box: NDArray[np.floating]  # (20, 20)
    top: int  # of the box in the picture, in pixels
    left: int
    first_row: int  # of the ink, in cells
    first_column: int
    height: int
    width: int

    @property
    def longest(self) -> int:
        return max(self.height, self.width)


def _fit(ink: NDArray[np.floating] | NDArray[np.bool_]) -> _Fitted | None:
    """Return ink fitted into the box; None where there is none."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    cut: Picture = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    height, width = cut.shape
    longest = max(height, width)
    box = _averages(height, longest) @ cut @ _averages(width, longest).T
    top, left = _corner(box.sum(axis=1)), _corner(box.sum(axis=0))
    return _Fitted(box, top, left, int(rows[0]), int(columns[0]), height, width)


def _pair(values: NDArray[np.floating] | NDArray[np.integer]) -> tuple[float, float]:
    return float(values[0]), float(values[1])


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
