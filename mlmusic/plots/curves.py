"""Curves of a training run → Altair charts, or plain data for whoever draws them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import altair as alt
import pandas as pd

from mlmusic.plots.specification import specification
from mlmusic.plots.theme import THEMES, Brightness

HEIGHT = 300  # px

Points = Sequence[tuple[int, float]]  # (step, value)


@dataclass(frozen=True)
class Series:
    """How a curve of a chart is drawn."""

    name: str
    color: str
    width: float = 2.0  # px
    opacity: float = 1.0
    dash: tuple[int, int] = (1, 0)  # px drawn, px left out
    marks: bool = False  # a dot at each point


@dataclass(frozen=True)
class Look:
    """All of a chart but its points; it stays the same while a run goes on."""

    description: str  # the accessible name
    title: str  # of the vertical axis
    axis_format: str  # d3's
    series: tuple[Series, ...]
    last_step: int  # where the horizontal axis ends
    scale: Literal["loss", "empty", "share"]
    logarithmic: bool
    muted: str  # colour of the epochs' marks


@dataclass(frozen=True)
class Curves:
    """A chart as its look and its points."""

    look: Look
    points: tuple[Points, ...]  # of each series
    epoch_ends: Sequence[int]  # steps

    @property
    def data(self) -> pd.DataFrame:
        """All points in one table, with the columns series, step and value."""
        rows: list[tuple[str, int, float | None]] = [
            (one.name, step, value)
            for one, some in zip(self.look.series, self.points, strict=True)
            for step, value in some
        ]
        rows += [("epoch", step, None) for step in self.epoch_ends]
        return pd.DataFrame(rows, columns=["series", "step", "value"])

    @property
    def specification(self) -> dict[str, Any]:
        """The Vega-Lite specification without data; built and checked once, in 20 ms."""
        return _specification(self.look)

    def to_dict(self) -> dict[str, Any]:
        """Return the look and the points as JSON can hold them."""
        return asdict(self.look) | {"points": self.points, "epoch_ends": self.epoch_ends}


def loss_chart(
    batches: Points,
    smoothed: Points,
    tests: Points,
    *,
    epoch_ends: Sequence[int],
    last_step: int,
    logarithmic: bool = False,
    brightness: Brightness = "light",
) -> Curves:
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
    series = (
        Series("each batch", theme.muted, width=1, opacity=0.55),
        Series("smoothed", theme.accent, width=2.5),
        Series("test images", theme.second, dash=(5, 3), marks=True),
    )
    look = Look(
        description="Loss curve",
        title="Loss",
        axis_format=".3~f",
        series=series,
        last_step=last_step,
        scale="empty" if not batches else "loss",
        logarithmic=logarithmic,
        muted=theme.muted,
    )
    points = (batches, smoothed, tests)
    return Curves(look, _positive(points) if logarithmic else points, epoch_ends)


def accuracy_chart(
    sampled: Points,
    whole: Points,
    *,
    epoch_ends: Sequence[int],
    last_step: int,
    brightness: Brightness = "light",
) -> Curves:
    """Return the chart of the share of test images read right.

    Parameters
    ----------
    sampled, whole : (step, accuracy in [0, 1]) pairs
        On a sample of the test images, and on all of them.
    epoch_ends, last_step : as in `loss_chart`
    """
    theme = THEMES[brightness]
    series = (
        Series("of 1,000", theme.second, marks=True),
        Series("of 10,000", theme.accent, width=0, marks=True),
    )
    look = Look(
        description="Accuracy curve",
        title="Test accuracy",
        axis_format=".0%",
        series=series,
        last_step=last_step,
        scale="share",
        logarithmic=False,
        muted=theme.muted,
    )
    return Curves(look, (sampled, whole), epoch_ends)


def _positive(series: tuple[Points, ...]) -> tuple[Points, ...]:
    """Return points that a logarithmic axis can show: a loss of 0 as the least above it."""
    least = min((value for points in series for _, value in points if value > 0), default=1e-6)
    return tuple([(step, max(value, least)) for step, value in points] for points in series)


def _scale(kind: str, *, logarithmic: bool) -> alt.Scale:
    """Return the vertical scale; without points a fixed one, so that the axis is there at once."""
    if kind == "share":
        return alt.Scale(domain=[0, 1])
    scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(zero=True, nice=True)
    if kind == "empty":
        scale.domain = [0.01 if logarithmic else 0, 2.5]
    return scale


@lru_cache(maxsize=64)
def _specification(look: Look) -> dict[str, Any]:
    """Return lines over the steps, epochs marked, values on hover."""
    x = alt.X(
        "step:Q",
        title="Step (batches)",
        scale=alt.Scale(domain=[0, look.last_step], nice=False),
        axis=alt.Axis(grid=False, format=",d"),
    )
    y = alt.Y(
        "value:Q",
        title=look.title,
        scale=_scale(look.scale, logarithmic=look.logarithmic),
        axis=alt.Axis(format=look.axis_format),
    )
    color = alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=[s.name for s in look.series], range=[s.color for s in look.series]),
        legend=alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=3),
    )
    chart = alt.Chart()
    layers = []
    for one in look.series:
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
        .mark_rule(color=look.muted, strokeDash=[2, 3])
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
                alt.Tooltip(
                    "value:Q", title=look.title, format=look.axis_format.replace(".0%", ".2%")
                ),
            ],
        )
        .add_params(near)
    )
    whole = alt.layer(*layers).properties(height=HEIGHT, description=look.description)
    return specification(whole)
