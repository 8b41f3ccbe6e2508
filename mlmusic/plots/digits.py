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
