"""STFT, Mel and MFCC arrays → matplotlib figures that stand side by side.

Each figure's label is its alternative text.
"""

import io
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from mlmusic.folding import fold_edges, fold_maximum, fold_mean
from mlmusic.plots.theme import THEMES, Brightness, new_figure

FloatArray = NDArray[np.float32]

# Perceptually uniform ones first; "hot" was the original notebook's.
COLOUR_MAPS = ("magma", "viridis", "inferno", "plasma", "cividis", "hot")

# Inches of 96 CSS pixels: a third of a page on a screen of 1280, where a point of text is as
# large as the page's own. Drawn more than three times as fine, for screens that show it.
SIZE = (3.0, 2.75)
DPI = 320

# Left, bottom, width and height as parts of a picture: the same for all three, so that one
# moment is at one place in each.
AXES_BOX = (0.17, 0.16, 0.66, 0.735)
COLOUR_BAR_BOX = (0.85, 0.16, 0.03, 0.735)

# No more than the axes have pixels: what is beyond would be left out, not drawn.
COLUMNS = 600
ROWS = 400

SMALL = 8.0  # points, of all text but the title
TITLE = 10.5

NICE_FREQUENCIES = (100, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000)


@dataclass(frozen=True, kw_only=True)
class View:
    """What the three pictures have in common."""

    duration_s: float  # what the columns span
    start_s: float = 0.0  # where the first one is
    colour_map: str = COLOUR_MAPS[0]
    brightness: Brightness = "light"  # of the page


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
    top = sample_rate / 2
    rows = fold_maximum(stft_db, fold_edges(len(stft_db), ROWS), axis=0)
    figure, axes, image = _picture(_fold_levels(rows), (0, top), view)
    _name(axes, "STFT spectrogram", "Frequency (Hz)")
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(_hertz))
    _colour_bar(figure, image, view, unit="dB")
    figure.set_label(
        f"STFT spectrogram: levels from 0 to {top:,g} Hz over {view.duration_s:,.1f} s"
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
    figure, axes, image = _picture(_fold_levels(mel_db), (-0.5, len(mel_db) - 0.5), view)
    _name(axes, "Mel spectrogram", "Frequency (Hz, mel scale)")
    marked = [f for f in NICE_FREQUENCIES if frequencies[0] <= f <= frequencies[-1]]
    axes.set_yticks(np.interp(marked, frequencies, np.arange(len(frequencies))))
    axes.set_yticklabels([_hertz(f) for f in marked])
    _colour_bar(figure, image, view, unit="dB")
    figure.set_label(
        f"Mel spectrogram: levels in {len(mel_db)} mel bands from {frequencies[0]:,.0f} to "
        f"{frequencies[-1]:,.0f} Hz over {view.duration_s:,.1f} s"
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
    """
    mfcc = fold_mean(mfcc, fold_edges(mfcc.shape[1], COLUMNS))
    figure, axes, image = _picture(mfcc, (-0.5, len(mfcc) - 0.5), view)
    _name(axes, "MFCC", "Coefficient")
    axes.yaxis.set_major_locator(MaxNLocator(7, integer=True))
    low, high = np.percentile(mfcc[1:] if len(mfcc) > 1 else mfcc, (5, 95))
    image.set_clim(low, max(high, low + 1))
    _colour_bar(figure, image, view, extend="both")
    figure.set_label(f"MFCC: coefficients 0 to {len(mfcc) - 1} over {view.duration_s:,.1f} s")
    return figure


def png_bytes(figure: Figure, *, background: str | None = None) -> bytes:
    """Return a figure as a PNG picture that carries its description; clear by default."""
    if background is not None:
        figure.patch.set(facecolor=background, alpha=1.0)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Description": str(figure.get_label())})
    return file.getvalue()


def _picture(
    values: FloatArray, rows: tuple[float, float], view: View
) -> tuple[Figure, Axes, AxesImage]:
    """Return a figure with an image of ``values``, its first row at the bottom."""
    figure = new_figure(*SIZE, brightness=view.brightness, dpi=DPI)
    figure.set_layout_engine("none")  # the boxes above
    axes = figure.add_axes(AXES_BOX)
    end_s = view.start_s + view.duration_s
    image = axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap=view.colour_map,
        extent=(view.start_s, end_s, *rows),
    )
    text = THEMES[view.brightness].text
    if end_s < 60:
        axes.set_xlabel("Time (s)", color=text, fontsize=SMALL)
        axes.xaxis.set_major_locator(MaxNLocator(5))
    else:
        axes.set_xlabel("Time (min:s)", color=text, fontsize=SMALL)
        axes.xaxis.set_major_locator(_minute_locator(view.duration_s))
        axes.xaxis.set_major_formatter(FuncFormatter(_minutes))
    axes.tick_params(colors=text, labelsize=SMALL, length=3)
    axes.title.set_color(text)
    axes.yaxis.label.set_color(text)
    axes.spines[:].set_visible(False)
    return figure, axes, image


def _fold_levels(levels: FloatArray) -> FloatArray:
    """Return no more columns than a picture has pixels, each the maximum of several."""
    return fold_maximum(levels, fold_edges(levels.shape[1], COLUMNS))


def _name(axes: Axes, title: str, rows: str) -> None:
    """Write the title, and what the rows are."""
    axes.set_title(title, fontsize=TITLE)
    axes.set_ylabel(rows, fontsize=SMALL)


def _colour_bar(
    figure: Figure, image: AxesImage, view: View, *, unit: str = "", extend: str = "neither"
) -> None:
    """Add a slim colour bar with its unit above it."""
    bar = figure.colorbar(image, cax=figure.add_axes(COLOUR_BAR_BOX), extend=extend)
    bar.outline.set_visible(False)
    text = THEMES[view.brightness].text
    bar.ax.tick_params(colors=text, labelsize=SMALL, length=3)
    bar.ax.set_title(unit, fontsize=SMALL, color=text)


def _minute_locator(duration_s: float) -> MultipleLocator:
    """Return marks at whole seconds and minutes, six at most."""
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    return MultipleLocator(next((s for s in steps if duration_s / s <= 6), 7200))


def _hertz(frequency: float, _: object = None) -> str:
    """Return a frequency as short as an axis needs: 500, 2k, 12.5k."""
    return f"{frequency / 1000:g}k" if frequency >= 1000 else f"{frequency:g}"


def _minutes(seconds: float, _: object = None) -> str:
    """Return minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
