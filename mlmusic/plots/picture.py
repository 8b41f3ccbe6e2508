"""Rows → the image of a spectrogram in its frame, with a colour bar."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlmusic.plots.frame import (
    SMALL,
    bare_axes,
    framed_figure,
    ink_of,
    mark_columns,
    mark_rows,
    write_words,
)
from mlmusic.plots.marks import number_marks, time_marks
from mlmusic.plots.rows import FloatArray
from mlmusic.plots.view import View

SIZE = (3.0, 2.75)  # inches of 96 CSS pixels: a third of a page on a screen of 1280

# Left, bottom, width and height as parts of a picture: the same for all three, so that one
# moment is at one place in each.
AXES_BOX = (0.17, 0.16, 0.66, 0.735)
COLOUR_BAR_BOX = (0.84, 0.16, 0.025, 0.735)

UNIT = 0.03  # above the colour bar, as a part of the figure
ARROW = 0.035  # of the colour bar's height: there is more than the bar shows


def picture(
    values: FloatArray,
    view: View,
    *,
    title: str,
    rows: str,
    limits: tuple[float, float],
    colours: tuple[float, float],
    unit: str = "",
    beyond: bool = False,
    log: bool = False,
) -> tuple[Figure, Axes]:
    """Return a figure with an image of ``values``, its first row at the bottom.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
    view : View
    title, rows : str
        What the picture and its rows are.
    limits : pair of floats
        Where the first row begins and the last one ends, on the axis of rows.
    colours : pair of floats
        What the first and the last colour stand for.
    unit : str
        Of the values, above the colour bar.
    beyond : bool
        Whether there are values beyond the colours, which have the colour of the end.
    log : bool
        Whether the axis of rows is logarithmic; the rows are of one height all the same.

    Returns
    -------
    figure : Figure
    axes : Axes
        Of the image; its rows have no marks yet.
    """
    figure = framed_figure(SIZE, view.brightness)
    axes = bare_axes(figure, AXES_BOX)
    if log:
        axes.set_yscale("log")
    end_s = view.start_s + view.duration_s
    axes.set(xlim=(view.start_s, end_s), ylim=limits)
    _draw(axes, values, view, colours)
    name, times = time_marks(view.start_s, end_s)
    mark_columns(axes, times)
    write_words(figure, AXES_BOX, title=title, x=name, y=rows)

    bar = bare_axes(figure, COLOUR_BAR_BOX)
    bar.set(xlim=(0, 1), ylim=colours)
    _draw(bar, np.linspace(*colours, 256, dtype=np.float32)[:, np.newaxis], view, colours)
    mark_rows(bar, number_marks(*colours, most=6), right=True)
    left, bottom, width, height = COLOUR_BAR_BOX
    middle, above = left + width / 2, bottom + height + UNIT
    figure.text(middle, above, unit, fontsize=SMALL, color=ink_of(figure), ha="center")
    if beyond:
        for end, tip, colour in ((0.0, -ARROW, 0.0), (1.0, 1 + ARROW, 1.0)):
            bar.fill(
                (0, 0.5, 1),
                (end, tip, end),
                color=colormaps[view.colour_map](colour),
                linewidth=0,
                transform=bar.transAxes,
                clip_on=False,
            )
    return figure, axes


def _draw(axes: Axes, values: FloatArray, view: View, colours: tuple[float, float]) -> None:
    """Fill axes with an image."""
    axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap=view.colour_map,
        vmin=colours[0],
        vmax=colours[1],
        # All of the axes, whatever their scale: of rows that are resampled for a logarithmic
        # axis, matplotlib would take the logarithm once more.
        extent=(0, 1, 0, 1),
        transform=axes.transAxes,
    )
