"""The calibration curve: is a network right as often as it is sure?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import altair as alt
import pandas as pd

from mlmusic.plots.theme import THEMES, Brightness

DESCRIPTION = "Calibration curve"  # constant: the page would build the chart anew if it changed
HEIGHT = 320  # px


@dataclass(frozen=True)
class CalibrationPoint:
    """Guesses of about the same confidence; shares are 0 to 1."""

    confidence: float  # mean
    accuracy: float  # share read right
    low: float  # bounds of the interval around it
    high: float
    count: int  # of guesses


def calibration_chart(
    points: Sequence[CalibrationPoint], *, brightness: Brightness = "light"
) -> alt.LayerChart:
    """Return the share read right over the confidence, and the line where both are the same."""
    theme = THEMES[brightness]
    axis = alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("confidence:Q", title="Confidence of the guess", scale=scale, axis=axis)
    y = alt.Y("accuracy:Q", title="Share read right", scale=scale, axis=axis)
    even = alt.Chart(pd.DataFrame({"confidence": [0, 1], "accuracy": [0, 1]}))
    diagonal = even.mark_line(color=theme.muted, strokeDash=[5, 4], aria=False).encode(x, y)
    rows = pd.DataFrame(
        [asdict(point) for point in points],
        columns=["confidence", "accuracy", "low", "high", "count"],
    )
    base = alt.Chart(rows).encode(
        x,
        tooltip=[
            alt.Tooltip("confidence:Q", title="Mean confidence", format=".1%"),
            alt.Tooltip("accuracy:Q", title="Read right", format=".1%"),
            alt.Tooltip("count:Q", title="Images", format=",d"),
        ],
    )
    bars = base.mark_rule(color=theme.accent, strokeWidth=2, opacity=0.6, aria=False).encode(
        alt.Y("low:Q", scale=scale), alt.Y2("high:Q")
    )
    line = base.mark_line(color=theme.accent, strokeWidth=2, aria=False).encode(y)
    dots = base.mark_point(color=theme.accent, size=60, filled=True, opacity=1).encode(y)
    chart = alt.layer(diagonal, bars, line, dots, height=HEIGHT, description=DESCRIPTION)
    assert isinstance(chart, alt.LayerChart)
    return chart
