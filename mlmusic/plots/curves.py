"""Curves of a training run → Altair charts."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from mlmusic.plots.theme import THEMES, Brightness

HEIGHT = 300  # px

Chart = alt.LayerChart | alt.FacetChart  # what Altair says of a layered chart
Points = Sequence[tuple[int, float]]  # (step, value)


@dataclass(frozen=True)
class Series:
    """A curve of a chart and how it is drawn."""

    name: str
    points: Points
    color: str
    width: float = 2.0  # px
    opacity: float = 1.0
    dash: tuple[int, int] = (1, 0)  # px drawn, px left out
    marks: bool = False  # a dot at each point


def loss_chart(
    batches: Points,
    smoothed: Points,
    tests: Points,
    *,
    epoch_ends: Sequence[int],
    last_step: int,
    logarithmic: bool = False,
    brightness: Brightness = "light",
) -> Chart:
    """Return the chart of the losses.

    Parameters
    ----------
    batches, smoothed, tests : (step, loss in nats) pairs
        Each batch's training loss, the line through it, and the loss on test images.
    epoch_ends : steps
    last_step : int
        Where the axis ends: the last step of the whole run.
    logarithmic : bool
        Draw the losses on a logarithmic axis.
    """
    theme = THEMES[brightness]
    series = [
        Series("each batch", batches, theme.muted, width=1, opacity=0.55),
        Series("smoothed", smoothed, theme.accent, width=2.5),
        Series("test images", tests, theme.second, dash=(5, 3), marks=True),
    ]
    return _chart(
        series,
        description="Loss curve",
        title="Loss",
        axis_format=".3~f",
        epoch_ends=epoch_ends,
        last_step=last_step,
        scale=_loss_scale(bool(batches), logarithmic=logarithmic),
        theme_muted=theme.muted,
    )


def _loss_scale(has_points: bool, *, logarithmic: bool) -> alt.Scale:
    """Return the vertical scale; without points a fixed one, so that the axis is there at once."""
    scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(zero=True, nice=True)
    if not has_points:
        scale.domain = [0.01 if logarithmic else 0, 2.5]
    return scale


def accuracy_chart(
    sampled: Points,
    whole: Points,
    *,
    epoch_ends: Sequence[int],
    last_step: int,
    brightness: Brightness = "light",
) -> Chart:
    """Return the chart of the share of test images read right.

    Parameters
    ----------
    sampled, whole : (step, accuracy in [0, 1]) pairs
        On a sample of the test images, and on all of them.
    epoch_ends, last_step : as in `loss_chart`
    """
    theme = THEMES[brightness]
    series = [
        Series("of 1,000", sampled, theme.second, marks=True),
        Series("of 10,000", whole, theme.accent, width=0, marks=True),
    ]
    return _chart(
        series,
        description="Accuracy curve",
        title="Test accuracy",
        axis_format=".0%",
        epoch_ends=epoch_ends,
        last_step=last_step,
        scale=alt.Scale(domain=[0, 1]),
        theme_muted=theme.muted,
    )


def _chart(
    series: Sequence[Series],
    *,
    description: str,
    title: str,
    axis_format: str,
    epoch_ends: Sequence[int],
    last_step: int,
    scale: alt.Scale,
    theme_muted: str,
) -> Chart:
    """Return a line chart of series over the steps, epochs marked, values on hover.

    All points are in one table, so that only the table changes while a run goes on and
    the browser redraws nothing else.
    """
    rows: list[tuple[str, int, float | None]] = [
        (one.name, step, value) for one in series for step, value in one.points
    ]
    rows += [("epoch", step, None) for step in epoch_ends]
    data = pd.DataFrame(rows, columns=["series", "step", "value"])
    x = alt.X(
        "step:Q",
        title="Step (batches)",
        scale=alt.Scale(domain=[0, last_step], nice=False),
        axis=alt.Axis(grid=False, format=",d"),
    )
    y = alt.Y("value:Q", title=title, scale=scale, axis=alt.Axis(format=axis_format))
    color = alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=[s.name for s in series], range=[s.color for s in series]),
        legend=alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=3),
    )
    chart = alt.Chart(data)
    layers = []
    for one in series:
        part = chart.transform_filter(alt.datum.series == one.name)
        if one.width:
            layers.append(
                part.mark_line(
                    strokeWidth=one.width, opacity=one.opacity, strokeDash=list(one.dash), clip=True
                ).encode(x, y, color)
            )
        if one.marks:
            layers.append(part.mark_point(filled=True, size=28, opacity=1).encode(x, y, color))
    layers.append(
        chart.transform_filter(alt.datum.series == "epoch")
        .mark_rule(color=theme_muted, strokeDash=[2, 3])
        .encode(x)
    )
    near = alt.selection_point(
        name="near",
        on="pointerover",
        clear="pointerout",
        nearest=True,
        fields=["step"],
        empty=False,
    )
    layers.append(
        chart.transform_filter(alt.datum.series != "epoch")
        .mark_point(size=60, filled=True)
        .encode(
            x,
            y,
            color,
            opacity=alt.condition(near, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("series:N", title="Curve"),
                alt.Tooltip("step:Q", title="Step", format=",d"),
                alt.Tooltip("value:Q", title=title, format=axis_format.replace(".0%", ".2%")),
            ],
        )
        .add_params(near)
    )
    return alt.layer(*layers).properties(height=HEIGHT, description=description)
