"""What the five steps have in common: their frame, their lines, their range of levels."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlmusic.folding import FloatArray, fold_edges, fold_maximum
from mlmusic.plots.frame import Box, bare_axes, framed_figure, write_words
from mlmusic.plots.rows import Float64Array
from mlmusic.plots.theme import THEMES, Brightness

Limits = tuple[float, float]

SIZE = (3.0, 2.0)  # inches of 96 CSS pixels
DPI = 280  # 840 pixels wide: three for each of the page's
AXES_BOX: Box = (0.18, 0.22, 0.77, 0.63)  # left, bottom, width, height, as parts of a figure
LEFT_BOX: Box = (0.18, 0.22, 0.35, 0.63)  # where a step has two axes
RIGHT_BOX: Box = (0.62, 0.22, 0.33, 0.63)

POINTS = 700  # of a line: as many as the axes have pixels
SHOWN_DB = 80.0  # under the loudest, as in the spectrograms
LEAST_DB = 20.0  # so that a level line is not drawn as mountains


def step_figure(
    words: tuple[str, str, str], x: Limits, y: Limits, brightness: Brightness
) -> tuple[Figure, Axes]:
    """Return a figure with empty axes; its words are the title and the axes' names."""
    figure = framed_figure(SIZE, DPI, brightness)
    title, across, up = words
    write_words(figure, AXES_BOX, title=title, x=across, y=up)
    axes = bare_axes(figure, AXES_BOX)
    axes.set(xlim=x, ylim=y)
    ground = THEMES[brightness].muted
    axes.plot((0, 1), (0, 0), color=ground, lw=0.6, transform=axes.transAxes, clip_on=False)
    return figure, axes


def split_step_figure(
    words: tuple[str, str],
    left: tuple[str, Limits],
    right: tuple[str, Limits],
    y: Limits,
    brightness: Brightness,
) -> tuple[Figure, Axes, Axes]:
    """Return a figure with two empty axes side by side, of the same rows."""
    figure = framed_figure(SIZE, DPI, brightness)
    title, up = words
    write_words(figure, AXES_BOX, title=title, y=up)

    def half(box: Box, across: str, x: Limits) -> Axes:
        write_words(figure, box, x=across)
        axes = bare_axes(figure, box)
        axes.set(xlim=x, ylim=y)
        return axes

    return figure, half(LEFT_BOX, *left), half(RIGHT_BOX, *right)


def level_limits(levels: FloatArray) -> Limits:
    """Return where an axis of levels begins and ends, in dB."""
    loudest = float(levels.max())
    low = max(float(levels.min()), loudest - SHOWN_DB)
    return low, max(loudest + 0.04 * (loudest - low), low + LEAST_DB)


def line_points(x: FloatArray, y: FloatArray) -> tuple[Float64Array, Float64Array]:
    """Return the points of a line, folded to its lowest and highest where they are too many."""
    edges = fold_edges(len(x), POINTS)
    if len(edges) > len(x):
        return np.asarray(x, np.float64), np.asarray(y, np.float64)
    extremes = np.stack((-fold_maximum(-y, edges), fold_maximum(y, edges)), axis=1)
    return np.repeat(x[edges[:-1]], 2).astype(np.float64), extremes.ravel().astype(np.float64)


def triangle(frequencies: FloatArray, weights: FloatArray) -> Float64Array:
    """Return the corners of a filter, shape (corners, 2): none where it hears nothing."""
    heard = np.flatnonzero(weights)
    if not len(heard):
        return np.empty((0, 2))
    # With the bin at either side, where it is 0; it is 0 beyond the spectrum, too.
    bins = np.arange(heard[0] - 1, heard[-1] + 2)
    spacing = float(frequencies[1] - frequencies[0])
    padded = np.pad(np.asarray(weights, np.float64), 1)
    return np.stack((bins * spacing, padded[bins + 1]), axis=1)
