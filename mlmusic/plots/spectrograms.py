"""STFT, Mel and MFCC arrays → matplotlib figures that stand side by side.

Each figure's label is its alternative text.
"""

import math

import numpy as np
from matplotlib.figure import Figure

from mlmusic.folding import FloatArray
from mlmusic.plots.frame import mark_rows
from mlmusic.plots.marks import (
    linear_marks,
    log_marks,
    mel_marks,
    note_marks,
    number_marks,
    root_marks,
    signed_root,
)
from mlmusic.plots.picture import picture
from mlmusic.plots.rows import Rows
from mlmusic.plots.view import LARGEST_RANGE_DB, View


def stft_figure(rows: Rows, view: View) -> Figure:
    """Return a picture of levels over time and frequency.

    Parameters
    ----------
    rows : Rows
        From ``stft_rows``, for the view's frequency axis.
    view : View
    """
    log = view.frequency_axis == "log"
    low, high = rows.low, rows.high
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


def mel_figure(rows: Rows, view: View) -> Figure:
    """Return a picture of levels over time and mel filters, labelled in Hz.

    Parameters
    ----------
    rows : Rows
        From ``mel_rows``.
    view : View
    """
    count = len(rows.frequencies)
    figure, axes = picture(
        rows.values,
        view,
        title="Mel spectrogram",
        rows="Note (mel scale)" if view.note_names else "Frequency (Hz, mel scale)",
        limits=(-0.5, count - 0.5),
        colours=_level_colours(rows.values, view),
        unit="dB",
    )

    def row(frequency: float) -> float:
        return float(np.interp(frequency, rows.frequencies, np.arange(count)))

    marks = note_marks if view.note_names else mel_marks
    found = marks(rows.low, rows.high, lambda frequency: row(frequency) / count)
    mark_rows(axes, [(row(frequency), label) for frequency, label in found])
    figure.set_label(
        f"Mel spectrogram: levels in {rows.bands} mel bands from {rows.low:,.0f} to "
        f"{rows.high:,.0f} Hz{_words(view)}"
    )
    return figure


def mfcc_figure(values: FloatArray, view: View) -> Figure:
    """Return a picture of MFCC over time.

    The colours go with the square root: the first coefficients are ten times as large as the
    others, in which the patterns are. Coefficient 0, the loudness, is farther still: what is
    beyond the others has the colour of the end.

    Parameters
    ----------
    values : ndarray, shape (n_mfcc, columns)
        From ``mfcc_rows``.
    view : View
        Its frequency axis, note names and range of levels are not for coefficients.
    """
    count = len(values)
    low, high = _mfcc_limits(values)
    figure, axes = picture(
        signed_root(values),
        view,
        title="MFCC",
        rows="Coefficient",
        limits=(-0.5, count - 0.5),
        colours=(signed_root(low), signed_root(high)),
        colour_marks=root_marks(low, high),
        beyond=count > 1,
    )
    mark_rows(axes, number_marks(0, count - 1, most=7, whole=True))
    figure.set_label(f"MFCC: coefficients 0 to {count - 1}{_span(view)}; colours by square root")
    return figure


def _mfcc_limits(values: FloatArray) -> tuple[float, float]:
    """Return what the first and the last colour of MFCC stand for."""
    shown = values[1:] if len(values) > 1 else values
    low, high = float(shown.min()), float(shown.max())
    if len(values) > 1:  # 0 is what they swing about: in the middle third of the colours
        low, high = min(low, -high / 4), max(high, -low / 4)
    return low, max(high, low + 1)


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
