"""How well a network reads your own hand: drawings that you say were read right or wrong."""

import weakref
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import streamlit as st

from mlmusic.app.sketchpad import replace_drawing
from mlmusic.digits.drawings import (
    MAX_BYTES,
    MAX_DRAWINGS,
    Drawing,
    Score,
    pack_drawings,
    score_drawings,
    unpack_drawings,
)
from mlmusic.digits.model import AlexNet
from mlmusic.errors import InputError

OWN, LOADED, PROBLEM = "own_drawings", "loaded_drawings", "drawings_problem"
Drawings = tuple[Drawing, ...]


def judge(guess: int | None, strokes: Sequence[Any], *, key: str) -> None:
    """Draw the buttons ``Right`` and ``Wrong``, and the selectbox ``It was …``.

    Parameters
    ----------
    guess : int, or None
        What the drawing was read as; None where nothing was read.
    strokes : list
        Of the drawing. With its digit it is added to the session's own drawings.
    key : str
        Names the sketch pad, which is cleared then.
    """
    full = len(_drawings(OWN)) >= MAX_DRAWINGS
    nothing = guess is None or full
    others = [digit for digit in range(10) if digit != guess]
    buttons = st.container(horizontal=True, gap="small")
    buttons.button(
        "Right",
        on_click=_keep,
        args=(guess, strokes, key),
        disabled=nothing,
        key=f"{key}_right",
        width="stretch",
    )
    truth = st.selectbox(
        "It was …",
        others,
        index=None,
        placeholder="if wrong: the digit",
        disabled=nothing,
        key=_truth(key),
    )
    pressed = buttons.button(
        "Wrong",
        on_click=_keep_wrong,
        args=(strokes, key),
        disabled=nothing,
        key=f"{key}_wrong",
        width="stretch",
    )
    if pressed and truth is None and guess is not None:
        st.caption("Choose first which digit it was.")
    if full:
        st.caption(f"{MAX_DRAWINGS:,} drawings are kept; download them.")


def show_score(network: AlexNet, *, executor: Executor) -> None:
    """Show how many drawings a network reads right; let them be downloaded and loaded.

    Parameters
    ----------
    network : AlexNet
        Reads all drawings anew when another one is chosen.
    executor : Executor
        Where it computes.
    """
    own, loaded = _score(OWN, network, executor), _score(LOADED, network, executor)
    lines = []
    if own.total:
        lines.append(f"Your hand: {own.correct:,} of {own.total:,} read right, {own.share:.0%}")
    if loaded.total:
        plural = "drawing" if loaded.total == 1 else "drawings"
        lines.append(
            f"Loaded: {loaded.total:,} {plural}: {loaded.correct:,} read right, {loaded.share:.0%}"
        )
    st.markdown("  \n".join(lines) or "Your hand: say **Right** or **Wrong** after each guess.")
    with st.expander("Keep and compare drawings"):
        st.caption(
            "Drawings with their digits, as strokes. Load them again, or those of others, and "
            "choose another network above to see how many it reads right."
        )
        st.download_button(
            "Download drawings",
            partial(pack_drawings, _drawings(OWN)),  # called later, outside the session
            file_name="drawings.json",
            mime="application/json",
            disabled=not own.total,
            on_click="ignore",
            icon=":material/download:",
        )
        st.file_uploader(
            "Load drawings",
            type="json",
            max_upload_size=MAX_BYTES // 1_000_000,
            key="load_drawings",
            on_change=_load,
        )
        if problem := st.session_state.get(PROBLEM):
            st.error(problem)


def _keep_wrong(strokes: Sequence[Any], key: str) -> None:
    """Add a drawing as the digit that is chosen now, if one is, however quick the click came."""
    label = st.session_state.get(_truth(key))
    if label is not None:
        _keep(label, strokes, key)


def _keep(label: int, strokes: Sequence[Any], key: str) -> None:
    """Add a drawing to the session's own and clear the pad."""
    own = _drawings(OWN)
    if own and own[-1].strokes is strokes:  # the second click of two
        return
    st.session_state[OWN] = (*own, Drawing(label, strokes))
    st.session_state[_truth(key)] = None
    replace_drawing([], key=key)


def _load() -> None:
    """Take the file that was given, or say what is wrong with it and keep those from before."""
    file = st.session_state["load_drawings"]
    st.session_state[PROBLEM] = ""
    if file is None:
        st.session_state[LOADED] = ()
        return
    try:
        st.session_state[LOADED] = tuple(unpack_drawings(file.getvalue()))
    except InputError as error:
        st.session_state[PROBLEM] = f"These drawings cannot be loaded: {error}."


def _drawings(which: str) -> Drawings:
    """Return the session's own drawings, or the loaded ones."""
    drawings: Drawings = st.session_state.get(which, ())
    return drawings


def _score(which: str, network: AlexNet, executor: Executor) -> Score:
    """Return the score of drawings; computed anew only for others or for another network."""
    drawings = _drawings(which)
    if not drawings:
        return Score(0, 0)
    memory = f"{which}_score"
    reader, read, score = st.session_state.get(memory, (None, None, Score(0, 0)))
    if reader is None or reader() is not network or read is not drawings:
        score = executor.submit(score_drawings, drawings, network).result()
        st.session_state[memory] = (weakref.ref(network), drawings, score)
    assert isinstance(score, Score)
    return score


def _truth(key: str) -> str:
    """Return the key of the selectbox that says which digit it was."""
    return f"{key}_truth"
