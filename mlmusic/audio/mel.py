"""The two matrices of MFCC: mel filters and the cosine transform, in float64.

torchaudio's own are float32: at 96 kHz, where the lowest filters are narrower than a bin of
the FFT, that costs 0.024 dB.
"""

import numpy as np
from numpy.typing import NDArray

Float64Array = NDArray[np.float64]


def hz_to_mel(frequency: Float64Array | float) -> Float64Array:
    """Return mel of Hz: the formula of the HTK Book (section 5.4)."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(frequency) / 700.0))


def mel_to_hz(mel: Float64Array | float) -> Float64Array:
    """Return Hz of mel."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mel) / 2595.0) - 1.0))


def mel_frequencies(n_mels: int, sample_rate: int) -> Float64Array:
    """Return where the filters begin, peak and end, shape (n_mels + 2,), Hz.

    Filter ``i`` begins at frequency ``i``, peaks at ``i + 1`` and ends at ``i + 2``.
    """
    return mel_to_hz(np.linspace(0.0, hz_to_mel(sample_rate / 2), n_mels + 2))


def mel_filters(n_mels: int, n_fft: int, sample_rate: int) -> Float64Array:
    """Return triangles of height 1, shape (n_mels, n_fft // 2 + 1): power in, mel power out."""
    bins = np.fft.rfftfreq(n_fft, 1 / sample_rate)
    corners = mel_frequencies(n_mels, sample_rate)[:, np.newaxis]
    rising = (bins - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins) / (corners[2:] - corners[1:-1])
    filters: Float64Array = np.maximum(0.0, np.minimum(rising, falling))
    return filters


def cosine_transform(n_mfcc: int, n_mels: int) -> Float64Array:
    """Return the orthonormal DCT-II, shape (n_mfcc, n_mels)."""
    order = np.arange(n_mfcc)[:, np.newaxis]
    matrix: Float64Array = np.cos(np.pi / n_mels * order * (np.arange(n_mels) + 0.5)) * np.sqrt(
        2 / n_mels
    )
    matrix[0] /= np.sqrt(2)
    return matrix


def empty_filters(n_mels: int, n_fft: int, sample_rate: int) -> int:
    """Return how many filters fall between two bins of the FFT and so hear nothing."""
    hears = mel_filters(n_mels, n_fft, sample_rate).any(axis=1)
    return n_mels - int(np.count_nonzero(hears))
