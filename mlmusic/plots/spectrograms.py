"""STFT, Mel and MFCC arrays → matplotlib figures that stand side by side."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from mlmusic.folding import fold_edges, fold_maximum
from mlmusic.plots.theme import THEMES, Brightness, new_figure

FloatArray = NDArray[np.float32]

# Perceptually uniform ones first; "hot" was the original notebook's.
COLOUR_MAPS = ("magma", "viridis", "inferno", "plasma", "cividis", "hot")

# A third of a page, in inches of 96 CSS pixels, drawn three times as fine.
SIZE = (3.3, 3.0)
DPI = 288

# Left, bottom, width and height as parts of a picture: the same for all three, so that one
# moment is at one place in each.
AXES_BOX = (0.155, 0.145, 0.685, 0.765)
COLOUR_BAR_BOX = (0.86, 0.145, 0.03, 0.765)

# What the axes of such a picture have room for, in its pixels: more columns or rows than
# these would be left out, not drawn.
COLUMNS = 600
ROWS = 400

NICE_FREQUENCIES = (100, 250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000)


def stft_figure(
    stft_db: FloatArray,
    *,
    sample_rate: int,
    duration_s: float,
    start_s: float = 0.0,
    colour_map: str = COLOUR_MAPS[0],
    brightness: Brightness = "light",
) -> Figure:
    """Return a picture of levels over time and frequency.

    Parameters
    ----------
    stft_db : ndarray, shape (n_fft // 2 + 1, columns)
        Decibels, from 0 Hz to half the sample rate.
    sample_rate : int
        Hz.
    duration_s, start_s : float
        What the columns span.
    """
    rows = fold_maximum(stft_db, fold_edges(len(stft_db), ROWS), axis=0)
    top = sample_rate / 2
    figure, axes, image = _picture(rows, (0, top), duration_s, start_s, colour_map, brightness)
    axes.set_title("STFT spectrogram")
    axes.set_ylabel("Frequency (Hz)")
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(_hertz))
    _colour_bar(figure, axes, image, "dB")
    return figure


def mel_figure(
    mel_db: FloatArray,
    *,
    frequencies: FloatArray,
    duration_s: float,
    start_s: float = 0.0,
    colour_map: str = COLOUR_MAPS[0],
    brightness: Brightness = "light",
) -> Figure:
    """Return a picture of levels over time and mel filters, labelled in Hz.

    Parameters
    ----------
    mel_db : ndarray, shape (n_mels, columns)
        Decibels.
    frequencies : ndarray, shape (n_mels,)
        Hz, where the filters peak, rising.
    duration_s, start_s : float
        What the columns span.
    """
    extent = (-0.5, len(mel_db) - 0.5)
    figure, axes, image = _picture(mel_db, extent, duration_s, start_s, colour_map, brightness)
    axes.set_title("Mel spectrogram")
    axes.set_ylabel("Frequency (Hz, mel scale)")
    marked = [f for f in NICE_FREQUENCIES if frequencies[0] <= f <= frequencies[-1]]
    axes.set_yticks(np.interp(marked, frequencies, np.arange(len(frequencies))))
    axes.set_yticklabels([_hertz(f) for f in marked])
    _colour_bar(figure, axes, image, "dB")
    return figure


def mfcc_figure(
    mfcc: FloatArray,
    *,
    duration_s: float,
    start_s: float = 0.0,
    colour_map: str = COLOUR_MAPS[0],
    brightness: Brightness = "light",
) -> Figure:
    """Return a picture of MFCC over time.

    Coefficient 0, the loudness, is far from the others: the colours span these, and what is
    beyond has the colour of the end.

    Parameters
    ----------
    mfcc : ndarray, shape (n_mfcc, columns)
    duration_s, start_s : float
        What the columns span.
    """
    extent = (-0.5, len(mfcc) - 0.5)
    figure, axes, image = _picture(mfcc, extent, duration_s, start_s, colour_map, brightness)
    low, high = np.percentile(mfcc[1:] if len(mfcc) > 1 else mfcc, (5, 95))
    image.set_clim(low, max(high, low + 1))
    axes.set_title("MFCC")
    axes.set_ylabel("Coefficient")
    axes.yaxis.set_major_locator(MaxNLocator(7, integer=True))
    _colour_bar(figure, axes, image, "", extend="both")
    return figure


def png_bytes(figure: Figure, *, background: str = "none") -> bytes:
    """Return a figure as a PNG picture."""
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor=background)
    return file.getvalue()


def _picture(
    values: FloatArray,
    extent: tuple[float, float],
    duration_s: float,
    start_s: float,
    colour_map: str,
    brightness: Brightness,
) -> tuple[Figure, Axes, AxesImage]:
    """Return a figure with an image of ``values``, its first row at the bottom."""
    figure = new_figure(*SIZE, brightness=brightness, dpi=DPI)
    figure.set_layout_engine("none")  # the boxes above
    axes = figure.add_axes(AXES_BOX)
    image = axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap=colour_map,
        extent=(start_s, start_s + duration_s, *extent),
    )
    long = start_s + duration_s >= 60
    axes.set_xlabel("Time (min:s)" if long else "Time (s)")
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 3, 5, 6, 10] if long else None))
    if long:
        axes.xaxis.set_major_formatter(FuncFormatter(_minutes))
    text = THEMES[brightness].text
    axes.tick_params(colors=text, labelsize=7.5, length=3)
    for label, size in ((axes.title, 10), (axes.xaxis.label, 8), (axes.yaxis.label, 8)):
        label.set(color=text, fontsize=size)
    axes.spines[:].set_visible(False)
    return figure, axes, image


def _colour_bar(
    figure: Figure, axes: Axes, image: AxesImage, unit: str, *, extend: str = "neither"
) -> None:
    """Add a slim colour bar with its unit above it."""
    bar = figure.colorbar(image, cax=figure.add_axes(COLOUR_BAR_BOX), extend=extend)
    bar.outline.set_visible(False)
    text = axes.title.get_color()
    bar.ax.tick_params(colors=text, labelsize=7.5, length=3)
    bar.ax.set_title(unit, fontsize=7.5, color=text)


def _hertz(frequency: float, _: object = None) -> str:
    """Return a frequency as short as an axis needs: 500, 2k, 12.5k."""
    return f"{frequency / 1000:g}k" if frequency >= 1000 else f"{frequency:g}"


def _minutes(seconds: float, _: object = None) -> str:
    """Return minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
