"""The sketch pad: a square of paper to draw on with mouse, finger or pen.

A component of Streamlit's components v2. It sends strokes, not pixels, when the pen
lifts and a few times a second while it draws; coordinates are units of a pad that is 280
units wide, however large it is on the screen.
"""

from collections.abc import Sequence
from functools import partial
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


def sketchpad(*, key: str, announcement: str = "") -> list[Any]:
    """Show the pad and return what is drawn on it.

    Parameters
    ----------
    key : str
        Names the pad; its drawing is kept for the session, also while other pages are
        shown.
    announcement : str
        What a screen reader says once it has changed; not while a line is being drawn.

    Returns
    -------
    list
        Strokes as the browser sent them, ``[[[x, y], ...], ...]``, in units (280 a side),
        y down. Empty while nothing is drawn. `mlmusic.digits.sketch` checks and reads them.
    """
    strokes = drawn_on(key)
    data = {
        "strokes": strokes,
        "replacement": st.session_state.get(_replacements(key), 0),
        "taken": st.session_state.get(_taken(key), 0),
        "announcement": announcement,
    }
    _pad(key=key, data=data, default={"strokes": strokes}, on_strokes_change=partial(_note, key))
    st.session_state[_memory(key)] = strokes
    return strokes


def drawn_on(key: str) -> list[Any]:
    """Return what is drawn on a pad, also before it is shown and while other pages are."""
    pad = st.session_state.get(key)
    # Streamlit forgets a component's own state when its page is left.
    strokes = st.session_state.get(_memory(key)) if pad is None else pad.get("strokes")
    return strokes if isinstance(strokes, list) else []


def replace_drawing(strokes: Sequence[Any], *, key: str, taken: int | None = None) -> None:
    """Put a drawing, or none, in the place of the one on a pad; call it before `sketchpad`.

    Parameters
    ----------
    strokes : list
    key : str
        Names the pad.
    taken : int, optional
        How many of the pad's strokes are replaced, by default all that are known here. What
        was drawn since stays, and a line that is being drawn at that moment goes on.
    """
    known = len(drawn_on(key))
    st.session_state[_taken(key)] = known if taken is None else taken
    st.session_state[key] = {"strokes": list(strokes)}
    st.session_state[_memory(key)] = list(strokes)
    st.session_state[_replacements(key)] = st.session_state.get(_replacements(key), 0) + 1


def _memory(key: str) -> str:
    """Return where the session keeps a pad's drawing."""
    return f"{key}_kept"


def _replacements(key: str) -> str:
    """Return where the session counts how often a pad's drawing was replaced."""
    return f"{key}_replacements"


def _taken(key: str) -> str:
    """Return where the session keeps how many strokes the last replacement took."""
    return f"{key}_taken"


def _note(key: str) -> None:
    """Keep what was drawn at once: the page may be left before it is drawn anew."""
    pad = st.session_state.get(key)
    if pad is not None:
        st.session_state[_memory(key)] = pad.get("strokes") or []
