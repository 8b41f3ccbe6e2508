"""Curves that move: a light drawing of them, for as long as a run goes on.

Vega takes a tenth of a processor core for a chart that changes twice a second, and a
training step waits for whatever takes a core from it. This component of Streamlit's
components v2 draws the same `Curves` on a canvas, for little more than a line of text costs.
"""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from mlmusic.plots.curves import Curves

_folder = Path(__file__).parent
_component = st.components.v2.component(
    "mlmusic_canvas_curves",
    html='<div class="charts"></div>',
    css=(_folder / "canvas_curves.css").read_text(encoding="utf-8"),
    js=(_folder / "canvas_curves.js").read_text(encoding="utf-8"),
)


def canvas_curves(charts: Sequence[Curves], *, key: str) -> None:
    """Draw charts side by side, the first the widest; where there is less room, stacked."""
    _component(key=key, data={"charts": [chart.to_dict() for chart in charts]})
