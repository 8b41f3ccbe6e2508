"""The sketch pad: a square of paper to draw on with mouse, finger or pen.

A component of Streamlit's components v2. It sends strokes, not pixels, when the pen
lifts and a few times a second while it draws; coordinates are units of a pad that is 280
units wide, however large it is on the screen.
"""

from pathlib import Path
from typing import Any

import streamlit as st

SIDE = 280  # units; as in sketchpad.js

_folder = Path(__file__).parent
_pad = st.components.v2.component(
    "mlmusic_sketchpad",
    html=(_folder / "sketchpad.html").read_text(encoding="utf-8"),
    css=(_folder / "sketchpad.css").read_text(encoding="utf-8"),
    js=(_folder / "sketchpad.js").read_text(encoding="utf-8"),
)


def sketchpad(*, key: str) -> list[Any]:
    """Show the pad and return what is drawn on it.

    Parameters
    ----------
    key : str
        Names the pad; its drawing is kept for the session, also while other pages are
        shown.

    Returns
    -------
    list
        Strokes as the browser sent them, ``[[[x, y], ...], ...]``, in units (280 a side),
        y down. Empty while nothing is drawn. `mlmusic.digits.sketch` checks and reads them.
    """
    # Streamlit forgets a component's own state when its page is left.
    memory = f"{key}_kept"
    kept = st.session_state.get(memory, [])
    result = _pad(
        key=key, data={"strokes": kept}, default={"strokes": kept}, on_strokes_change=_noted
    )
    strokes: list[Any] = result.strokes or []
    st.session_state[memory] = strokes
    return strokes


def _noted() -> None:
    """Do nothing: the rerun that follows reads the strokes."""
