"""Spectra → the rows and columns of a picture: nothing is left out, nothing is smeared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlmusic.folding import FloatArray, fold_edges, fold_maximum, fold_mean
from mlmusic.plots.view import FrequencyAxis

Float64Array = NDArray[np.float64]

COLUMNS = 792  # as many as the axes have pixels: what is beyond would be left out, not drawn
ROWS = 400  # of two pixels each

LOWEST_HEARD = 20.0  # Hz: where a logarithmic axis begins, which cannot begin at 0


@dataclass(frozen=True)
class Rows:
    """The levels of a picture; the first row is at the bottom, all are of one height."""

    values: FloatArray  # (rows, columns), dB
    frequencies: Float64Array  # (rows,), Hz, in the middle of each row
    low: float  # Hz, where the first row begins; of mel filters, where the first one peaks
    high: float  # Hz, where the last row ends; of mel filters, where the last one peaks
    bands: int  # bins or filters, before they were folded


def stft_rows(
    stft_db: FloatArray, *, sample_rate: int, frequency_axis: FrequencyAxis = "linear"
) -> Rows:
    """Return the rows of an STFT spectrogram.

    A row shows the loudest of the bins in it, so that a thin line is not lost. Where rows
    are narrower than bins, each shows the bin that is nearest.

    Parameters
    ----------
    stft_db : ndarray, shape (n_fft // 2 + 1, columns)
        Decibels, from 0 Hz to half the sample rate.
    sample_rate : int
        Hz.
    frequency_axis : "linear" or "log"

    Returns
    -------
    Rows
        ``ROWS`` rows, ``COLUMNS`` columns at most.
    """
    low, high = stft_limits(len(stft_db), sample_rate, frequency_axis)
    if frequency_axis == "log":
        edges = np.geomspace(low, high, ROWS + 1)
        middles = np.sqrt(edges[:-1] * edges[1:])
    else:
        edges = np.linspace(low, high, ROWS + 1)
        middles = (edges[:-1] + edges[1:]) / 2
    bins = np.linspace(0.0, sample_rate / 2, len(stft_db))
    nearest = np.rint(middles / bins[1]).astype(np.intp)
    values = stft_db[nearest]
    # The bins of a row begin here, and end where the next row's begin. An edge may be a bin but
    # for rounding.
    first = np.searchsorted(bins, edges[:-1] * (1 - 1e-9))
    filled = np.flatnonzero(np.diff(first, append=len(bins)))
    values[filled] = fold_maximum(stft_db, np.append(first[filled], len(bins)), axis=0)
    return Rows(_fold_levels(values), middles, low, high, len(stft_db))


def stft_limits(bins: int, sample_rate: int, frequency_axis: FrequencyAxis) -> tuple[float, float]:
    """Return the lowest and highest frequency that an STFT spectrogram shows, in Hz."""
    top = sample_rate / 2
    if frequency_axis == "linear":
        return 0.0, top
    # The first bin above 0 where the lowest that is heard is below it; two decades at least
    # where the sample rate leaves nothing that is heard.
    return max(top / (bins - 1), min(LOWEST_HEARD, top / 100)), top


def mel_rows(mel_db: FloatArray, *, frequencies: FloatArray) -> Rows:
    """Return the rows of a mel spectrogram: its filters, folded where they are too many.

    Parameters
    ----------
    mel_db : ndarray, shape (n_mels, columns)
        Decibels.
    frequencies : ndarray, shape (n_mels,)
        Hz, where the filters peak, rising.
    """
    edges = fold_edges(len(mel_db), ROWS)
    middles = (edges[:-1] + edges[1:] - 1) / 2
    return Rows(
        _fold_levels(fold_maximum(mel_db, edges, axis=0)),
        np.interp(middles, np.arange(len(frequencies)), frequencies),
        float(frequencies[0]),
        float(frequencies[-1]),
        len(frequencies),
    )


def mfcc_rows(mfcc: FloatArray) -> FloatArray:
    """Return the values of an MFCC picture: a row for each coefficient, columns of their mean."""
    return fold_mean(mfcc, fold_edges(mfcc.shape[1], COLUMNS))


def _fold_levels(levels: FloatArray) -> FloatArray:
    """Return no more columns than a picture has pixels, each the maximum of several."""
    return fold_maximum(levels, fold_edges(levels.shape[1], COLUMNS))
