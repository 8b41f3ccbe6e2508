"""The frame of a picture of a sound: axes, marks and words, in places that are known.

matplotlib's own axes make five artists for each mark and look for places for words, which took
two fifths of the time of a picture. Here a row of marks is one artist and its labels.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN, TICKLEFT, TICKRIGHT
from matplotlib.transforms import ScaledTranslation, Transform

from mlmusic.plots.marks import Mark
from mlmusic.plots.theme import Brightness, new_figure

Box = tuple[float, float, float, float]  # left, bottom, width, height, as parts of a figure

# Figures are of 96 CSS pixels an inch, where a point of text is as large as the page's own,
# and drawn finer, for screens that show it.

# Points, of 1/72 inch.
SMALL, TITLE = 8.0, 10.5  # text
TICK, PAD = 3.0, 3.0  # a mark's length; from there to its label
X_NAME, Y_NAME = 5.0, 8.5  # baselines, from the lower and the left edge of the figure
ABOVE = 6.0  # from axes to their title


def framed_figure(size: tuple[float, float], dpi: int, brightness: Brightness) -> Figure:
    """Return an empty figure of ``size`` inches, whose axes stay in the boxes they are given."""
    figure = new_figure(*size, brightness=brightness, dpi=dpi)
    figure.set_layout_engine(None)  # "none" keeps one that does nothing, and draws twice
    return figure


def ink_of(figure: Figure) -> str:
    """Return the colour of text: that of the figure's edge, which itself is not seen."""
    return to_hex(figure.get_edgecolor())


def bare_axes(figure: Figure, box: Box) -> Axes:
    """Return axes with nothing around them."""
    axes = figure.add_axes(box)
    axes.set_axis_off()
    return axes


def write_words(figure: Figure, box: Box, *, title: str = "", x: str = "", y: str = "") -> None:
    """Write a title above a box, and what goes from left to right and upwards in it."""
    left, bottom, width, height = box
    middle, centre, top = left + width / 2, bottom + height / 2, bottom + height
    across, down = (inches * 72 for inches in figure.get_size_inches())
    ink = ink_of(figure)
    if title:
        figure.text(middle, top + ABOVE / down, title, fontsize=TITLE, color=ink, ha="center")
    if x:
        figure.text(middle, X_NAME / down, x, fontsize=SMALL, color=ink, ha="center")
    if y:
        figure.text(
            Y_NAME / across,
            centre,
            y,
            fontsize=SMALL,
            color=ink,
            rotation="vertical",
            rotation_mode="anchor",
            ha="center",
        )


def mark_columns(axes: Axes, marks: Sequence[Mark]) -> None:
    """Put marks below axes."""
    beside = axes.get_xaxis_transform()
    _add_ticks(axes, [place for place, _ in marks], [0.0] * len(marks), TICKDOWN, beside)
    shifted = beside + _moved(axes, 0.0, -TICK - PAD)
    for place, label in marks:
        _add_label(axes, place, 0.0, label, shifted, ha="center", va="top")


def mark_rows(axes: Axes, marks: Sequence[Mark], *, right: bool = False) -> None:
    """Put marks to the left of axes, or to the right."""
    beside = axes.get_yaxis_transform()
    x, tick, distance, align = (
        (1.0, TICKRIGHT, TICK + PAD, "left") if right else (0.0, TICKLEFT, -TICK - PAD, "right")
    )
    _add_ticks(axes, [x] * len(marks), [place for place, _ in marks], tick, beside)
    shifted = beside + _moved(axes, distance, 0.0)
    for place, label in marks:
        _add_label(axes, x, place, label, shifted, ha=align, va="center_baseline")


def _add_ticks(
    axes: Axes, x: Sequence[float], y: Sequence[float], tick: Any, transform: Transform
) -> None:
    """Draw a short line at each place."""
    line = Line2D(x, y, linestyle="none", marker=tick, markersize=TICK, markeredgewidth=0.8)
    line.set(color=ink_of(_figure(axes)), transform=transform, clip_on=False)
    axes.add_artist(line)


def _add_label(
    axes: Axes, x: float, y: float, label: str, transform: Transform, **align: Any
) -> None:
    """Write what a mark stands for."""
    ink = ink_of(_figure(axes))
    axes.text(x, y, label, fontsize=SMALL, color=ink, transform=transform, **align)


def _moved(axes: Axes, right: float, up: float) -> ScaledTranslation:
    """Return a move by points."""
    return ScaledTranslation(right / 72, up / 72, _figure(axes).dpi_scale_trans)


def _figure(axes: Axes) -> Figure:
    """Return the figure of axes."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure
