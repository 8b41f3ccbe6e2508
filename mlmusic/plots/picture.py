"""Rows → the image of a spectrogram in its frame, with a colour bar."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlmusic.folding import FloatArray
from mlmusic.plots.cells import draw_cells
from mlmusic.plots.frame import (
    SMALL,
    bare_axes,
    framed_figure,
    ink_of,
    mark_columns,
    mark_rows,
    write_words,
)
from mlmusic.plots.marks import Mark, number_marks, time_marks
from mlmusic.plots.rows import COLUMNS, ROWS
from mlmusic.plots.view import View

# Inches of 96 CSS pixels: a third of a page on a screen of 1280. Drawn with three and more
# pixels for each of a phone's, and two for each on a wide screen.
SIZE = (3.0, 2.75)
DPI = 400
WIDTH, HEIGHT = 1200, 1100  # pixels

# Left, bottom, width and height as parts of a picture: the same for all three, so that one
# moment is at one place in each. In whole pixels: none is of two columns or rows.
AXES_BOX = (192 / WIDTH, 176 / HEIGHT, COLUMNS / WIDTH, 2 * ROWS / HEIGHT)
COLOUR_BAR_BOX = (994 / WIDTH, 176 / HEIGHT, 22 / WIDTH, 2 * ROWS / HEIGHT)

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
    colour_marks: Sequence[Mark] | None = None,
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
    colour_marks : sequence of marks, optional
        Of the colour bar; by default round numbers.
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
    figure = framed_figure(SIZE, DPI, view.brightness)
    axes = bare_axes(figure, AXES_BOX)
    if log:
        axes.set_yscale("log")
    end_s = view.start_s + view.duration_s
    axes.set(xlim=(view.start_s, end_s), ylim=limits)
    draw_cells(axes, values, colour_map=view.colour_map, colours=colours)
    name, times = time_marks(view.start_s, end_s)
    mark_columns(axes, times)
    write_words(figure, AXES_BOX, title=title, x=name, y=rows)

    bar = bare_axes(figure, COLOUR_BAR_BOX)
    bar.set(xlim=(0, 1), ylim=colours)
    all_colours = np.linspace(*colours, 256, dtype=np.float32)[:, np.newaxis]
    draw_cells(bar, all_colours, colour_map=view.colour_map, colours=colours)
    mark_rows(bar, colour_marks or number_marks(*colours, most=6), right=True)
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
