"""Draw a digit by hand, and see what a network makes of it."""

import streamlit as st

from mlmusic.app.garbage import freeze_garbage
from mlmusic.app.inside import show_inside
from mlmusic.app.judging import judge
from mlmusic.app.own_drawings import PAD, SCROLL, asked, stop_asking
from mlmusic.app.own_score import show_score
from mlmusic.app.reading import read, reader, show_answer, show_probabilities
from mlmusic.app.sketchpad import drawn_on, sketchpad
from mlmusic.digits.model import AlexNet


@st.fragment
def draw_and_read(network: AlexNet, *, network_key: str, test_accuracy: float | None) -> None:
    """Show the sketch pad, the digit, the ten probabilities, the score and what goes on inside.

    A fragment: a stroke draws this part of the page anew, not the whole page.

    Parameters
    ----------
    network : AlexNet
    network_key : str
        Changes whenever the network's weights do.
    test_accuracy : float, or None
        Share of the test digits that it reads right, 0 to 1; None while unknown.
    """
    freeze_garbage("drawing")  # or the answer waits 0.25 s for Streamlit's collection of garbage
    _request()
    pad, answer, bars = st.columns([18, 10, 17], gap="medium")
    strokes = drawn_on(PAD)
    reading = read(strokes, network)
    with pad:
        sketchpad(key=PAD, announcement=reading.announcement)
    with answer:
        show_answer(reading)
        judge(reading.guess, strokes)
    with bars:
        show_probabilities(reading, key=f"{PAD}_probabilities")
    show_score(network, test_accuracy=test_accuracy, executor=reader())
    inside = st.expander(
        "Look inside: why centring matters, feature maps, saliency and the nearest digits",
        key=f"{PAD}_inside",
        on_change="rerun",
    )
    if inside.open:  # a closed one costs no time
        with inside:
            picture = None if reading.guess is None else reading.picture
            show_inside(network, strokes, picture, network_key=network_key)


def _request() -> None:
    """Say which digit is asked for, if one is."""
    digit = asked()
    place = st.container(horizontal=True, vertical_alignment="center")  # the pad stays the second
    if digit is None:
        return
    with place:
        st.markdown(f"Draw **{'an' if digit == 8 else 'a'} {digit}**, and see what it is read as.")
        st.button("Draw something else", on_click=stop_asking, type="tertiary")
        if st.session_state.pop(SCROLL, False):
            st.html(_TO_THE_PAD, unsafe_allow_javascript=True)


_TO_THE_PAD = """<script>document.getElementById("draw")?.scrollIntoView();</script>"""
