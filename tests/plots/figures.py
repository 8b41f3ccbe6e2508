"""Pictures of spectra to be looked at, from their arrays."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mlmusic.plots import spectrograms
from mlmusic.plots.rows import mel_rows, mfcc_rows, stft_rows
from mlmusic.plots.view import View

LEVELS = np.linspace(-40, 40, 1025 * 300, dtype=np.float32).reshape(1025, 300)
# Evenly spread on the HTK mel scale, from 0 Hz to 22,050 Hz.
FREQUENCIES = (700 * (32.5 ** (np.arange(1, 129) / 129) - 1)).astype(np.float32)
NINE_SECONDS = View(duration_s=9.0)


def stft_figure(stft_db: NDArray[np.float32], view: View, *, sample_rate: int) -> Figure:
    rows = stft_rows(stft_db, sample_rate=sample_rate, frequency_axis=view.frequency_axis)
    return spectrograms.stft_figure(rows, view)


def mel_figure(
    mel_db: NDArray[np.float32], view: View, *, frequencies: NDArray[np.float32]
) -> Figure:
    return spectrograms.mel_figure(mel_rows(mel_db, frequencies=frequencies), view)


def mfcc_figure(mfcc: NDArray[np.float32], view: View) -> Figure:
    return spectrograms.mfcc_figure(mfcc_rows(mfcc), view)
