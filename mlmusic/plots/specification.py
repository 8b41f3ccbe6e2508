"""Altair charts without data → Vega-Lite specifications for many data."""

from typing import Any

import altair as alt


def specification(chart: alt.LayerChart | alt.FacetChart) -> dict[str, Any]:
    """Return what a chart is but for its data, which are given each time it is shown.

    Altair puts an empty table of its own into a chart without data; it is taken out again.
    """
    whole: dict[str, Any] = chart.to_dict()
    for part in (whole, *whole["layer"]):
        part.pop("datasets", None)
        part.pop("data", None)
    return whole
