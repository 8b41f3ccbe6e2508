"""The two matrices of MFCC, mel filters and the cosine transform, in float64.

torchaudio's own are float32: at 96 kHz, where the lowest filters are narrower than a bin of
the FFT, that costs 0.024 dB.
"""

import math

import numpy as np
from numpy.typing import NDArray

from mlmusic.folding import FloatArray

Float64Array = NDArray[np.float64]

# Filters in a product. OpenBLAS shares out what has more than 2^18 multiplications; the blocks
# of spectra have 2^16 values.
TOGETHER = 4


def hz_to_mel(frequency: Float64Array | float) -> Float64Array:
    """Return mel of Hz: the formula of the HTK Book (section 5.4)."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(frequency) / 700.0))


def mel_to_hz(mel: Float64Array | float) -> Float64Array:
    """Return Hz of mel."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mel) / 2595.0) - 1.0))


def mel_frequencies(n_mels: int, lowest_hz: float, highest_hz: float) -> Float64Array:
    """Return where the filters begin, peak and end, shape (n_mels + 2,), Hz.

    Filter ``i`` begins at frequency ``i``, peaks at ``i + 1`` and ends at ``i + 2``.
    """
    return mel_to_hz(np.linspace(hz_to_mel(lowest_hz), hz_to_mel(highest_hz), n_mels + 2))


def mel_filters(frequencies: Float64Array, n_fft: int, sample_rate: int) -> Float64Array:
    """Return triangles of height 1, power in and mel power out.

    Parameters
    ----------
    frequencies : ndarray, shape (n_mels + 2,)
        Hz, from ``mel_frequencies``.
    n_fft : int
    sample_rate : int
        Hz.

    Returns
    -------
    ndarray, shape (n_mels, n_fft // 2 + 1), float64 in [0, 1]
    """
    bins = np.fft.rfftfreq(n_fft, 1 / sample_rate)
    corners = frequencies[:, np.newaxis]
    rising = (bins - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins) / (corners[2:] - corners[1:-1])
    filters: Float64Array = np.maximum(0.0, np.minimum(rising, falling))
    return filters


class MelBands:
    """The product with ``mel_filters``, a few filters at a time: of each, the bins that it hears.

    It takes a third of the time of the whole product, in which most weights are 0, and is too
    small for BLAS to share it out: waiting for a busy processor took a hundred times as long.

    Parameters
    ----------
    filters : ndarray, shape (n_mels, n_fft // 2 + 1)
    """

    def __init__(self, filters: Float64Array) -> None:
        self._groups: list[tuple[slice, FloatArray]] = []
        for first in range(0, len(filters), TOGETHER):
            some = filters[first : first + TOGETHER].astype(np.float32)
            heard = np.flatnonzero(some.any(axis=0))
            bins = slice(heard[0], heard[-1] + 1) if len(heard) else slice(0)
            self._groups.append((bins, np.ascontiguousarray(some[:, bins].T)))

    def __call__(self, power: FloatArray) -> FloatArray:
        """Return what each filter lets through, shape (frames, n_mels), of (frames, bins)."""
        return np.concatenate([power[:, bins] @ some for bins, some in self._groups], axis=1)


def cosine_transform(n_mfcc: int, n_mels: int) -> Float64Array:
    """Return the orthonormal DCT-II, shape (n_mfcc, n_mels)."""
    order = np.arange(n_mfcc)[:, np.newaxis]
    matrix: Float64Array = np.cos(np.pi / n_mels * order * (np.arange(n_mels) + 0.5)) * np.sqrt(
        2 / n_mels
    )
    matrix[0] /= np.sqrt(2)
    return matrix


def empty_filters(frequencies: Float64Array, n_fft: int, sample_rate: int) -> int:
    """Return how many of ``mel_filters`` fall between two bins of the FFT and so hear nothing.

    They are not computed for it: a filter hears the bins that lie within its two ends.
    """
    bins = np.fft.rfftfreq(n_fft, 1 / sample_rate)
    begins = np.searchsorted(bins, frequencies[:-2], side="right")
    ends = np.searchsorted(bins, frequencies[2:], side="left")
    return int(np.count_nonzero(begins >= ends))


def enough_filters(n_fft: int, sample_rate: int, lowest_hz: float, highest_hz: float) -> int:
    """Return a number of filters none of which is empty, nor are any fewer; 0 if there is none.

    In mel all filters have one width. Where it is more than the widest gap between two bins,
    or between a bin and an end, each filter has a bin within it. From 0 Hz up, the widest gap
    is the lowest filter's own, and no more filters are possible.
    """
    bins = np.fft.rfftfreq(n_fft, 1 / sample_rate)
    inside = bins[(lowest_hz < bins) & (bins < highest_hz)]
    marks = hz_to_mel(np.concatenate([[lowest_hz], inside, [highest_hz]]))
    count = math.ceil(2 * float((marks[-1] - marks[0]) / np.diff(marks).max())) - 2
    while count and empty_filters(  # by rounding
        mel_frequencies(count, lowest_hz, highest_hz), n_fft, sample_rate
    ):
        count -= 1
    return count
