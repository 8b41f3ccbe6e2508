"""Say whether a drawing was read right: the buttons ``Right`` and ``Wrong``, and which it was."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from mlmusic.app.own_drawings import PAD, TRUTH, asked, has_room, keep


def judge(guess: int | None, strokes: Sequence[Any]) -> None:
    """Draw the buttons ``Right`` and ``Wrong``, and the selectbox ``It was …``.

    Where a digit was asked for, the answer is known, and the other button greyed out.

    Parameters
    ----------
    guess : int, or None
        What the drawing was read as; None where nothing was read.
    strokes : list
        Of the drawing. With its digit it is added to the session's own drawings.
    """
    if not strokes:
        st.session_state[TRUTH] = None  # what was chosen belonged to another drawing
    room = has_room(strokes if guess is not None else ())  # what cannot be read may be anything
    nothing = guess is None or not room
    wanted = asked()
    if wanted is not None and not nothing:
        st.session_state[TRUTH] = None if wanted == guess else wanted
    buttons = st.container(horizontal=True, gap="small")
    buttons.button(
        "Right",
        on_click=_keep_right,
        args=(guess, strokes),
        disabled=nothing or wanted not in (None, guess),
        key=f"{PAD}_right",
        width="stretch",
    )
    truth = st.selectbox(
        "It was …",
        [digit for digit in range(10) if digit != guess],
        index=None,
        placeholder="if wrong: the digit",
        disabled=nothing,
        key=TRUTH,
    )
    pressed = buttons.button(
        "Wrong",
        on_click=_keep_wrong,
        args=(strokes,),
        disabled=nothing or (wanted is not None and wanted == guess),
        key=f"{PAD}_wrong",
        width="stretch",
    )
    if pressed and truth is None and guess is not None:
        st.caption("Choose first which digit it was.")
    if not room:
        st.caption("No more drawings can be kept: download them, then forget them below.")


def _keep_right(guess: int | None, strokes: Sequence[Any]) -> None:
    if guess is not None:
        keep(guess, strokes)


def _keep_wrong(strokes: Sequence[Any]) -> None:
    """Add a drawing as the digit that is chosen now, if one is, however quick the click came."""
    label = st.session_state.get(TRUTH)
    if label is not None:
        keep(label, strokes)
