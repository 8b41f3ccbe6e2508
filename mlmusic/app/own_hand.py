"""Draw a digit by hand, and see what a network makes of it."""

import streamlit as st

from mlmusic.app.garbage import freeze_garbage
from mlmusic.app.inside import show_inside
from mlmusic.app.own_score import judge, show_score
from mlmusic.app.reading import read, reader, show_answer, show_probabilities
from mlmusic.app.sketchpad import drawn_on, sketchpad
from mlmusic.digits.model import AlexNet


@st.fragment
def draw_and_read(network: AlexNet, *, key: str, network_key: str) -> None:
    """Show the sketch pad, the digit, the ten probabilities, the score and what goes on inside.

    A fragment: a stroke draws this part of the page anew, not the whole page.

    Parameters
    ----------
    network : AlexNet
    key : str
        Names the pad.
    network_key : str
        Changes whenever the network's weights do.
    """
    freeze_garbage()  # or the answer waits 0.25 s for Streamlit's collection of garbage
    pad, answer, bars = st.columns([18, 10, 17], gap="medium")
    strokes = drawn_on(key)
    reading = read(strokes, network)
    with pad:
        sketchpad(key=key, announcement=reading.announcement)
    with answer:
        show_answer(reading)
        judge(reading.guess, strokes, key=key)
    with bars:
        show_probabilities(reading, key=f"{key}_probabilities")
    show_score(network, executor=reader())
    inside = st.expander(
        "Look inside: why centring matters, feature maps, saliency and the nearest digits",
        key=f"{key}_inside",
        on_change="rerun",
    )
    if inside.open:  # a closed one costs no time
        with inside:
            show_inside(network, strokes, reading.picture, network_key=network_key)
