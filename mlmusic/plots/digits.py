"""Pictures of digits, enlarged so that each pixel is seen."""

import numpy as np
from numpy.typing import NDArray

ENLARGEMENT = 12


def enlarged(picture: NDArray[np.float32], *, times: int = ENLARGEMENT) -> NDArray[np.uint8]:
    """Return a picture with each pixel as a square.

    Parameters
    ----------
    picture : array, shape (height, width), in [0, 1]
    times : int > 0
        Side of a square, in pixels.

    Returns
    -------
    array, shape (height * times, width * times), uint8
    """
    levels: NDArray[np.uint8] = np.rint(picture.clip(0, 1) * 255).astype(np.uint8)
    return levels.repeat(times, axis=0).repeat(times, axis=1)


def filter_grid(
    filters: NDArray[np.float32], *, columns: int = 16, times: int = 16
) -> NDArray[np.uint8]:
    """Return filters side by side, grey for 0, brighter for positive weights.

    Parameters
    ----------
    filters : array, shape (count, height, width)
    columns : int > 0
        Filters a row; ``count`` is a multiple of it.
    times : int > 0
        Side of a weight's square, in pixels.

    Returns
    -------
    array, shape (rows * (height + 1) * times, columns * (width + 1) * times, 4), uint8
        RGBA: between the filters the page shows through.
    """
    count, height, width = filters.shape
    largest = max(float(np.abs(np.nan_to_num(filters)).max()), 1e-9)
    cells = np.zeros((count, height + 1, width + 1, 4), np.uint8)
    levels = np.nan_to_num(filters / largest).clip(-1, 1)
    cells[:, :height, :width, :3] = np.rint(127.5 + 127.5 * levels)[..., None]
    cells[:, :height, :width, 3] = 255
    rows = cells.reshape(count // columns, columns, height + 1, width + 1, 4)
    grid = rows.transpose(0, 2, 1, 3, 4).reshape(-1, columns * (width + 1), 4)
    return grid.repeat(times, axis=0).repeat(times, axis=1)
