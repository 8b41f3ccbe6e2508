"""From sound to MFCC: one column of the pictures, as five small figures that line up.

Each figure's label is its alternative text.
"""

import math

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from mlmusic.folding import FloatArray
from mlmusic.plots.frame import SMALL, mark_columns, mark_rows
from mlmusic.plots.marks import linear_marks, mel_marks, number_marks, symmetric_marks
from mlmusic.plots.step_axes import (
    level_limits,
    line_points,
    split_step_figure,
    step_figure,
    triangle,
)
from mlmusic.plots.theme import THEMES, Brightness

COSINES = 16  # more of them could not be told apart
DIGIT = 0.031  # the width of one, as a part of the axes'
FAINT, THIN, LINE = 0.55, 0.6, 1.2  # opacity; points
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def filter_to_highlight(mel_db: FloatArray) -> int:
    """Return the loudest of the filters in the upper half, which are wide enough to be seen."""
    half = len(mel_db) // 2
    return half + int(np.argmax(mel_db[half:]))


def window_figure(
    samples: FloatArray,
    window: FloatArray,
    times_ms: FloatArray,
    *,
    brightness: Brightness = "light",
) -> Figure:
    """Return the first step: samples, cut out by a window.

    Parameters
    ----------
    samples : ndarray, shape (n_fft,)
        Full scale [-1, 1].
    window : ndarray, shape (n_fft,), in [0, 1]
        What they are multiplied with.
    times_ms : ndarray, shape (n_fft,)
        Milliseconds, rising.
    brightness : "light" or "dark"
    """
    theme = THEMES[brightness]
    peak = float(np.abs(samples).max()) or 1.0  # silence is a line in the middle
    power = math.floor(math.log10(peak))
    unit = 10.0**power if power < -1 else 1.0  # 2 × 10⁻³, not 0.002
    factor = f" (×10{str(power).translate(SUPERSCRIPT)})" if power < -1 else ""
    reach = 1.08 * peak / unit
    figure, axes = step_figure(
        ("1 · Windowed samples", "Time (ms)", f"Sample value{factor}"),
        (float(times_ms[0]), float(times_ms[-1])),
        (-reach, reach),
        brightness,
    )
    axes.plot(*line_points(times_ms, samples / unit), color=theme.muted, lw=THIN, alpha=FAINT)
    axes.plot(*line_points(times_ms, samples * window / unit), color=theme.accent, lw=0.8)
    for side in (-peak / unit, peak / unit):
        axes.plot(*line_points(times_ms, side * window), color=theme.second, lw=LINE)
    mark_columns(axes, number_marks(float(times_ms[0]), float(times_ms[-1]), most=6))
    mark_rows(axes, symmetric_marks(reach))
    duration_ms = float(times_ms[-1] - times_ms[0])
    figure.set_label(
        f"Step 1 of 5, windowed samples: {duration_ms:,.3g} ms of sound, {len(samples):,} "
        "samples, multiplied with the window whose outline is around them"
    )
    return figure


def spectrum_figure(
    frequencies: FloatArray, spectrum_db: FloatArray, *, brightness: Brightness = "light"
) -> Figure:
    """Return the second step: how strong each frequency is.

    Parameters
    ----------
    frequencies : ndarray, shape (bins,)
        Hz, from 0 to half the sample rate.
    spectrum_db : ndarray, shape (bins,)
        Decibels.
    brightness : "light" or "dark"
    """
    theme = THEMES[brightness]
    low, high = level_limits(spectrum_db)
    top = float(frequencies[-1])
    words = "2 · Spectrum", "Frequency (Hz)", "Level (dB)"
    figure, axes = step_figure(words, (0, top), (low, high), brightness)
    x, y = line_points(frequencies, spectrum_db)
    axes.fill_between(x, low, y, color=theme.accent, alpha=0.2, linewidth=0)
    axes.plot(x, y, color=theme.accent, lw=0.8)
    mark_columns(axes, linear_marks(0, top))
    mark_rows(axes, number_marks(low, high, most=5))
    figure.set_label(
        f"Step 2 of 5, spectrum: {len(frequencies):,} levels from 0 to {top:,g} Hz, "
        f"the loudest at {frequencies[np.argmax(spectrum_db)]:,.0f} Hz"
    )
    return figure


def filters_figure(
    frequencies: FloatArray,
    spectrum_db: FloatArray,
    filters: FloatArray,
    centres_hz: FloatArray,
    *,
    highlighted: int,
    brightness: Brightness = "light",
) -> Figure:
    """Return the third step: the mel filters, over the spectrum that they weigh.

    Parameters
    ----------
    frequencies, spectrum_db : ndarray, shape (bins,)
        As in the second step.
    filters : ndarray, shape (n_mels, bins), in [0, 1]
    centres_hz : ndarray, shape (n_mels,)
        Where they peak.
    highlighted : int
        The filter in another colour, here and in the fourth step.
    brightness : "light" or "dark"
    """
    theme = THEMES[brightness]
    low, high = level_limits(spectrum_db)
    top = float(frequencies[-1])
    words = "3 · Mel filters", "Frequency (Hz)", "Weight"
    figure, axes = step_figure(words, (0, top), (0, 1.08), brightness)
    x, y = line_points(frequencies, (spectrum_db - low) / (high - low))
    axes.fill_between(x, 0, y, color=theme.accent, alpha=0.2, linewidth=0)
    triangles = [triangle(frequencies, weights) for weights in filters]
    axes.add_collection(
        LineCollection(triangles, colors=theme.muted, linewidths=0.4, alpha=FAINT),
        autolim=False,
    )
    axes.fill(*triangles[highlighted].T, color=theme.second, linewidth=LINE)
    axes.plot(x, y, color=theme.accent, lw=0.8)
    mark_columns(axes, linear_marks(0, top))
    mark_rows(axes, number_marks(0, 1, most=2))
    figure.set_label(
        f"Step 3 of 5, mel filters: {len(filters)} triangles over the spectrum, wider the higher; "
        f"highlighted is the one around {centres_hz[highlighted]:,.0f} Hz"
    )
    return figure


def energies_figure(
    mel_db: FloatArray,
    centres_hz: FloatArray,
    *,
    highlighted: int,
    brightness: Brightness = "light",
) -> Figure:
    """Return the fourth step: the level that each filter lets through.

    Parameters
    ----------
    mel_db : ndarray, shape (n_mels,)
        Decibels.
    centres_hz : ndarray, shape (n_mels,)
        Where the filters peak.
    highlighted : int
        As in the third step.
    brightness : "light" or "dark"
    """
    theme = THEMES[brightness]
    count = len(mel_db)
    low, high = level_limits(mel_db)
    words = "4 · Log energies", "Frequency (Hz, mel scale)", "Level (dB)"
    figure, axes = step_figure(words, (-0.5, count - 0.5), (low, high), brightness)
    edges = np.arange(count + 1) - 0.5
    axes.stairs(mel_db, edges, baseline=low, fill=True, color=theme.accent)
    one, two = slice(highlighted, highlighted + 1), slice(highlighted, highlighted + 2)
    axes.stairs(mel_db[one], edges[two], baseline=low, fill=True, color=theme.second)

    def bar(frequency: float) -> float:
        return float(np.interp(frequency, centres_hz, np.arange(count)))

    low_hz, high_hz = float(centres_hz[0]), float(centres_hz[-1])
    marks = mel_marks(low_hz, high_hz, lambda f: bar(f) / count, digit=DIGIT)
    mark_columns(axes, [(bar(frequency), label) for frequency, label in marks])
    mark_rows(axes, number_marks(low, high, most=5))
    figure.set_label(
        f"Step 4 of 5, log energies: the level in each of {count} mel bands; "
        f"{mel_db[highlighted]:.0f} dB in the highlighted one, "
        f"around {centres_hz[highlighted]:,.0f} Hz"
    )
    return figure


def coefficients_figure(
    basis: FloatArray, mfcc: FloatArray, *, brightness: Brightness = "light"
) -> Figure:
    """Return the fifth step: cosines, and how much of each there is in the log energies.

    Coefficient 0, the loudness, is far from the others: the axis spans these, and its bar,
    where it goes beyond, has its value beside it.

    Parameters
    ----------
    basis : ndarray, shape (n_mfcc, n_mels)
    mfcc : ndarray, shape (n_mfcc,)
    brightness : "light" or "dark"
    """
    theme = THEMES[brightness]
    count, n_mels = basis.shape
    reach = 1.1 * max(float(np.abs(mfcc[1:] if count > 1 else mfcc).max()), 1.0)
    figure, cosines, bars = split_step_figure(
        ("5 · Cosine transform → MFCC", "Coefficient"),
        ("Mel filter", (-0.5, n_mels - 0.5)),
        ("MFCC", (-reach, reach)),
        (-0.7, count - 0.3),
        brightness,
    )
    every = -(-count // COSINES)
    for order in range(0, count, every):
        wave = basis[order] / np.abs(basis[order]).max()
        cosines.plot(order + 0.42 * every * wave, color=theme.second, lw=0.8)
    mark_columns(cosines, [(end - 1, str(end)) for end in sorted({1, n_mels})])
    mark_rows(cosines, number_marks(0, count - 1, most=5, whole=True))
    bars.barh(np.arange(count), mfcc, height=0.7, color=theme.accent)
    bars.axvline(0, color=theme.muted, lw=THIN)
    mark_columns(bars, symmetric_marks(reach))
    if abs(mfcc[0]) > reach:
        beyond = math.copysign(reach, mfcc[0])
        text = f"{mfcc[0]:.0f}".replace("-", "−")
        align = "left" if beyond < 0 else "right"
        bars.text(-0.06 * beyond, 0, text, fontsize=SMALL, color=theme.text, ha=align, va="center")
    figure.set_label(
        f"Step 5 of 5, cosine transform: {count} cosines, and beside each the coefficient that "
        f"says how much of it is in the log energies; coefficient 0 is {mfcc[0]:.0f}"
    )
    return figure
