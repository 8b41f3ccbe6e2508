"""The drawings of a session with the digits that were meant: one's own, and loaded ones."""

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from mlmusic.app.sketchpad import drawn_on, replace_drawing
from mlmusic.digits.drawings import MAX_DRAWINGS, MAX_POINTS, Drawing, unpack_drawings
from mlmusic.errors import InputError

Which = Literal["own", "loaded"]
Drawings = tuple[Drawing, ...]

PAD = "sketch"  # the key of the sketch pad whose drawings are judged
# The session's keys.
KEPT: dict[Which, str] = {"own": "own_drawings", "loaded": "loaded_drawings"}
FILE, PROBLEM = "load_drawings", "drawings_problem"
ASKED, SCROLL = "asked_digit", "scroll_to_pad"
JUDGED = "judged_strokes"  # the very list that was judged last
TRUTH = f"{PAD}_truth"  # of the selectbox that says which digit it was


def kept(which: Which) -> Drawings:
    """Return the session's own drawings, or the loaded ones."""
    drawings: Drawings = st.session_state.get(KEPT[which], ())
    return drawings


def keep(label: int, strokes: Sequence[Any]) -> None:
    """Add a drawing to the session's own and clear the pad."""
    if st.session_state.get(JUDGED) is strokes or not has_room(strokes):
        return  # the second click of two
    st.session_state[JUDGED] = strokes
    # As exact as the pad reports it; more digits would only make the file larger.
    rounded = [[[round(x, 1), round(y, 1)] for x, y in stroke] for stroke in strokes]
    st.session_state[KEPT["own"]] = (*kept("own"), Drawing(label, rounded))
    st.session_state[TRUTH] = None
    st.session_state[ASKED] = None
    replace_drawing([], key=PAD, taken=len(strokes))


def has_room(strokes: Sequence[Any]) -> bool:
    """Whether one more drawing can be kept: no more than a file of them may hold."""
    own = kept("own")
    points = sum(one.points for one in own) + sum(map(len, strokes))
    return len(own) < MAX_DRAWINGS and points <= MAX_POINTS


def take_back() -> None:
    """Take the last judgement back; its drawing returns to the pad if that is empty."""
    if not kept("own"):
        return
    *earlier, last = kept("own")
    st.session_state[KEPT["own"]] = tuple(earlier)
    if not drawn_on(PAD):
        replace_drawing(last.strokes, key=PAD)


def forget() -> None:
    """Forget the session's own drawings and the loaded ones."""
    for key in KEPT.values():
        st.session_state[key] = ()


def load() -> None:
    """Take the file that was given, or say what is wrong with it and keep those from before."""
    file = st.session_state[FILE]
    st.session_state[PROBLEM] = ""
    if file is None:
        st.session_state[KEPT["loaded"]] = ()
        return
    try:
        st.session_state[KEPT["loaded"]] = tuple(unpack_drawings(file.getvalue()))
    except InputError as error:
        st.session_state[PROBLEM] = f"These drawings cannot be loaded: {error}."


def ask_for(digit: int) -> None:
    """Ask for a digit to be drawn next, on a clean pad that is scrolled to."""
    st.session_state[ASKED] = digit
    st.session_state[SCROLL] = True
    replace_drawing([], key=PAD)


def asked() -> int | None:
    """Return the digit that was asked for and has not been judged yet."""
    digit: int | None = st.session_state.get(ASKED)
    return digit


def stop_asking() -> None:
    """Let any digit be drawn."""
    st.session_state[ASKED] = None
