"""The ten probabilities as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from mlmusic.plots.specification import specification
from mlmusic.plots.theme import THEMES, Brightness

DESCRIPTION = "Probabilities"  # constant: the page would build the chart anew if it changed
HEIGHT = 340  # pixels
SHOWN = 0.001  # smaller probabilities have no number beside the bar


@dataclass(frozen=True)
class Bars:
    """The chart as what changes with each drawing, and what stays."""

    data: pd.DataFrame  # ten rows: digit, probability, winner, percent
    specification: dict[str, Any]  # Vega-Lite, without data; built and checked once


def probabilities_chart(
    probabilities: Sequence[float] | None,
    *,
    brightness: Brightness = "light",
    height: int = HEIGHT,
) -> Bars:
    """Return a bar for each digit, the likeliest in the accent colour.

    Parameters
    ----------
    probabilities : sequence of 10 floats in [0, 1], or None
        None, for an empty pad, keeps the axes without bars.
    brightness : "light" or "dark"
    height : int
        Of the bars, in pixels.
    """
    values = [0.0] * 10 if probabilities is None else list(probabilities)
    highest = max(values)
    data = pd.DataFrame(
        {
            "digit": range(10),
            "probability": values,
            "winner": [value == highest > 0 for value in values],
            "percent": [f"{value:.1%}" if value >= SHOWN else "" for value in values],
        }
    )
    return Bars(data, _specification(brightness, height))


@cache
def _specification(brightness: Brightness, height: int) -> dict[str, Any]:
    """Return the bars without data: to build and check them takes longer than to read a digit."""
    theme = THEMES[brightness]
    base = alt.Chart().encode(
        y=alt.Y("digit:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelFontSize=14)),
        x=alt.X(
            "probability:Q",
            title="Probability",
            scale=alt.Scale(domain=[0, 1.2], nice=False),  # room for the longest label
            axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=True),
        ),
    )
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.7}).encode(
        color=alt.condition("datum.winner", alt.value(theme.accent), alt.value(theme.muted)),
        tooltip=[
            alt.Tooltip("digit:O", title="Digit"),
            alt.Tooltip("probability:Q", title="Probability", format=".2%"),
        ],
    )
    labels = base.mark_text(align="left", baseline="middle", dx=5, fontSize=12).encode(
        text="percent:N", color=alt.value(theme.text)
    )
    chart = alt.layer(bars, labels, height=height, description=DESCRIPTION)
    return specification(chart)
