"""What a pointer over a picture reads out, small enough to be sent to a browser.

The values and frequencies come from ``rows``, the place of the axes is ``AXES_BOX`` of
``picture``.
"""

import math

import numpy as np
from numpy.typing import NDArray

from mlmusic.folding import FloatArray

STEP = 0.1  # what is read out has one decimal
LARGEST = 2**16 - 1


def quantised(values: FloatArray) -> tuple[NDArray[np.uint16], float, float]:
    """Return values as whole numbers: ``lowest + step * number`` is each, to one decimal.

    Of values that span more than 6553, as no levels nor MFCC do, the step is larger.

    Parameters
    ----------
    values : ndarray, finite

    Returns
    -------
    numbers : ndarray, uint16, of the same shape
    lowest, step : float
        In the unit of the values.
    """
    low, high = float(values.min()), float(values.max())
    step = max(STEP, (high - low) / LARGEST)
    lowest = step * math.floor(low / step)
    numbers = np.rint((np.asarray(values, np.float64) - lowest) / step)
    return numbers.astype(np.uint16), lowest, step
