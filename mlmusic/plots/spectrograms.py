"""STFT, Mel and MFCC arrays → matplotlib figures that stand side by side.

Each figure's label is its alternative text.
"""

import math

import numpy as np
from matplotlib.figure import Figure

from mlmusic.plots.frame import mark_rows
from mlmusic.plots.marks import linear_marks, log_marks, mel_marks, note_marks, number_marks
from mlmusic.plots.picture import AXES_BOX, picture
from mlmusic.plots.png import png_bytes
from mlmusic.plots.rows import (
    COLUMNS,
    ROWS,
    FloatArray,
    mel_rows,
    mfcc_rows,
    stft_limits,
    stft_rows,
)
from mlmusic.plots.view import COLOUR_MAPS, LARGEST_RANGE_DB, View

__all__ = [
    "AXES_BOX",
    "COLOUR_MAPS",
    "COLUMNS",
    "ROWS",
    "View",
    "mel_figure",
    "mfcc_figure",
    "png_bytes",
    "stft_figure",
]


def stft_figure(stft_db: FloatArray, view: View, *, sample_rate: int) -> Figure:
    """Return a picture of levels over time and frequency.

    Parameters
    ----------
    stft_db : ndarray, shape (n_fft // 2 + 1, columns)
        Decibels, from 0 Hz to half the sample rate.
    view : View
    sample_rate : int
        Hz.
    """
    log = view.frequency_axis == "log"
    rows = stft_rows(stft_db, sample_rate=sample_rate, frequency_axis=view.frequency_axis)
    low, high = stft_limits(len(stft_db), sample_rate, view.frequency_axis)
    figure, axes = picture(
        rows.values,
        view,
        title="STFT spectrogram",
        rows="Note" if view.note_names else f"Frequency (Hz{', log scale' if log else ''})",
        limits=(low, high),
        colours=_level_colours(rows.values, view),
        unit="dB",
        log=log,
    )

    def place(frequency: float) -> float:
        if log:
            return math.log(frequency / low) / math.log(high / low)
        return frequency / high

    if view.note_names:
        mark_rows(axes, note_marks(low, high, place))
    else:
        mark_rows(axes, log_marks(low, high) if log else linear_marks(low, high))
    figure.set_label(
        f"STFT spectrogram: levels from {low:.3g} to {high:,g} Hz"
        f"{_words(view, 'logarithmic axis' if log else '')}"
    )
    return figure


def mel_figure(mel_db: FloatArray, view: View, *, frequencies: FloatArray) -> Figure:
    """Return a picture of levels over time and mel filters, labelled in Hz.

    Parameters
    ----------
    mel_db : ndarray, shape (n_mels, columns)
        Decibels.
    view : View
    frequencies : ndarray, shape (n_mels,)
        Hz, where the filters peak, rising.
    """
    rows = mel_rows(mel_db, frequencies=frequencies)
    filters = len(frequencies)
    low, high = float(frequencies[0]), float(frequencies[-1])
    figure, axes = picture(
        rows.values,
        view,
        title="Mel spectrogram",
        rows="Note (mel scale)" if view.note_names else "Frequency (Hz, mel scale)",
        limits=(-0.5, filters - 0.5),
        colours=_level_colours(rows.values, view),
        unit="dB",
    )

    def row(frequency: float) -> float:
        return float(np.interp(frequency, frequencies, np.arange(filters)))

    marks = (note_marks if view.note_names else mel_marks)(low, high, lambda f: row(f) / filters)
    mark_rows(axes, [(row(frequency), label) for frequency, label in marks])
    figure.set_label(
        f"Mel spectrogram: levels in {filters} mel bands from {low:,.0f} to "
        f"{high:,.0f} Hz{_words(view)}"
    )
    return figure


def mfcc_figure(mfcc: FloatArray, view: View) -> Figure:
    """Return a picture of MFCC over time.

    Coefficient 0, the loudness, is far from the others: the colours span these, and what is
    beyond has the colour of the end.

    Parameters
    ----------
    mfcc : ndarray, shape (n_mfcc, columns)
    view : View
        Its frequency axis, note names and range of levels are not for coefficients.
    """
    count = len(mfcc)
    values = mfcc_rows(mfcc)
    low, high = (float(end) for end in np.percentile(values[1:] if count > 1 else values, (5, 95)))
    figure, axes = picture(
        values,
        view,
        title="MFCC",
        rows="Coefficient",
        limits=(-0.5, count - 0.5),
        colours=(low, max(high, low + 1)),
        beyond=True,
    )
    mark_rows(axes, number_marks(0, count - 1, most=7, whole=True))
    figure.set_label(f"MFCC: coefficients 0 to {count - 1}{_span(view)}")
    return figure


def _level_colours(levels: FloatArray, view: View) -> tuple[float, float]:
    """Return what the first and the last colour stand for: the view's range, up to the loudest."""
    lowest, loudest = float(levels.min()), float(levels.max())
    # Of silence everything is loudest, but is to look like silence.
    low = lowest if lowest == loudest else loudest - view.range_db
    return low, low + view.range_db


def _words(view: View, axis: str = "") -> str:
    """Return what a picture of levels spans, and what was chosen for it."""
    notes = "note names" if view.note_names else ""
    range_db = f"the loudest {view.range_db:g} dB" if view.range_db < LARGEST_RANGE_DB else ""
    choices = ", ".join(filter(None, (axis, notes, range_db)))
    return f"{_span(view)}{f'; {choices}' if choices else ''}"


def _span(view: View) -> str:
    """Return the time that a picture spans."""
    start = f", from {view.start_s:,.1f} s" if view.start_s else ""
    return f" over {view.duration_s:,.1f} s{start}"
