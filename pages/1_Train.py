"""Train: watch a network learn to read digits."""

import streamlit as st

from mlmusic.app.explanation import explanation
from mlmusic.app.live_curves import live_curves
from mlmusic.app.live_drawing import live_drawing
from mlmusic.app.live_run import live_run
from mlmusic.app.menu import open_page
from mlmusic.app.recipe_form import recipe_form

open_page("Train")

st.title("Train")
st.markdown(
    "A small AlexNet starts out guessing and learns to read handwritten digits from 60,000 "
    "examples. Its **loss** says how surprised it is by the right answer: 2.30 is pure guessing, "
    "0 is certainty."
)
recipe_form()
live_run()

curves, drawing = st.columns([3, 1], gap="medium")
with curves:
    live_curves()
with drawing:
    live_drawing()

explanation()
