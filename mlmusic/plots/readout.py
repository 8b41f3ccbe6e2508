"""What a pointer over a picture reads out, small enough to be sent to a browser.

The values and frequencies come from ``rows``, the place of the axes is ``AXES_BOX`` of
``spectrogram_axes``, and the notes are named by ``notes``.
"""

import numpy as np
from numpy.typing import NDArray

from mlmusic.plots.rows import FloatArray

LARGEST = 255  # of a byte


def quantised(values: FloatArray) -> tuple[NDArray[np.uint8], float, float]:
    """Return values as bytes: ``lowest + step * byte`` is within half a step of each.

    Of 80 dB, a step is 0.31 dB.

    Parameters
    ----------
    values : ndarray, finite

    Returns
    -------
    bytes : ndarray, uint8, of the same shape
    lowest, step : float
        In the unit of the values.
    """
    lowest = float(values.min())
    step = (float(values.max()) - lowest) / LARGEST or 1.0  # all the same: any step will do
    # In float64: lowest is subtracted as exactly as it is added again.
    numbers = np.rint((np.asarray(values, np.float64) - lowest) / step)
    return numbers.astype(np.uint8), lowest, step
