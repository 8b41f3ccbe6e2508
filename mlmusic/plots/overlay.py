"""Curves of several runs over one another → an Altair chart."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from mlmusic.plots.theme import Brightness

Chart = alt.LayerChart | alt.FacetChart  # what Altair says of a layered chart
HEIGHT, LEGEND_HEIGHT = 260, 20  # px, of the plot and of a line of the legend
FEW_POINTS = 100
MAX_RUNS = 8  # more lines cannot be told apart

# Colours that people with colour blindness can tell apart (Okabe and Ito, "Color Universal
# Design", 2008), the yellow and the black changed for the page's brightness.
COLORS: dict[Brightness, list[str]] = {
    "light": [
        *("#0072b2", "#d55e00", "#009e73", "#a8518a"),
        *("#56b4e9", "#b07d00", "#31333f", "#8f8200"),
    ],
    "dark": [
        *("#56b4e9", "#ff8a3d", "#2fd3a2", "#e79cc8"),
        *("#5b8ff0", "#e69f00", "#fafafa", "#f0e442"),
    ],
}
# The second sign of a line, beside its colour: px drawn, px left out, ...
DASHES = [[1, 0], [8, 3], [2, 2], [10, 3, 2, 3], [5, 2], [14, 4], [2, 5], [8, 2, 2, 2, 2, 2]]


@dataclass(frozen=True)
class RunCurve:
    """What is drawn of a run."""

    name: str
    points: Sequence[tuple[int, float]]  # (step, value)


def overlay_chart(
    curves: Sequence[RunCurve],
    *,
    description: str,
    title: str,
    axis_format: str = ".3~f",
    zero: bool = True,
    brightness: Brightness = "light",
) -> Chart:
    """Return a chart of the curves, each with a colour and a dash of its own.

    Parameters
    ----------
    curves : at most MAX_RUNS
        With names of their own.
    description : str
        The accessible name; it stays the same, whatever is drawn.
    title : str
        Of the vertical axis, with the unit.
    zero : bool
        Whether the vertical axis begins at 0.
    """
    names = [curve.name for curve in curves]
    rows = [(curve.name, step, value) for curve in curves for step, value in curve.points]
    data = pd.DataFrame(rows, columns=["run", "step", "value"])
    legend = alt.Legend(
        orient="top", columns=1, labelLimit=300, symbolType="stroke", symbolSize=300
    )
    x = alt.X(
        "step:Q",
        title="Step (batches)",
        scale=alt.Scale(domainMin=0, nice=False),
        axis=alt.Axis(grid=False, format=",d"),
    )
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=zero), axis=alt.Axis(format=axis_format))
    color = alt.Color(
        "run:N",
        title=None,
        scale=alt.Scale(domain=names, range=COLORS[brightness][: len(names)]),
        legend=legend,
    )
    dash = alt.StrokeDash(
        "run:N",
        title=None,
        scale=alt.Scale(domain=names, range=DASHES[: len(names)]),
        legend=legend,
    )
    chart = alt.Chart(data)
    # A dot where there are few values: a line of one would not be seen.
    point = {"size": 28, "filled": True} if len(rows) <= FEW_POINTS else False
    lines = chart.mark_line(strokeWidth=2, point=point).encode(x, y, color, dash)
    near = alt.selection_point(
        name="near", on="pointerover", clear="pointerout", nearest=True, empty=False
    )
    dots = (
        chart.mark_point(size=60, filled=True)
        .encode(
            x,
            y,
            color,
            opacity=alt.condition(near, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("step:Q", title="Step", format=",d"),
                alt.Tooltip("value:Q", title=title, format=axis_format.replace(".0%", ".2%")),
            ],
        )
        .add_params(near)
    )
    return alt.layer(lines, dots).properties(
        height=HEIGHT + LEGEND_HEIGHT * len(curves), description=description
    )
