"""Train: watch a network learn to read digits."""

import streamlit as st

from mlmusic.app.explanation import explanation
from mlmusic.app.live_run import live_run
from mlmusic.app.menu import open_page
from mlmusic.app.recipe_form import recipe_form
from mlmusic.app.saved_runs import saved_runs

open_page("Train")

st.title("Train")
st.markdown(
    "A small AlexNet starts out guessing and learns to read handwritten digits from 60,000 "
    "examples. Its **loss** says how surprised it is by the right answer: 2.30 is pure guessing, "
    "0 is certainty."
)
# Each part has its place before any is filled. A part that draws itself anew then finds it, also
# after a connection that was lost while the page was drawn.
recipe, controls, run, runs = (st.container() for _ in range(4))
with recipe:
    recipe_form()
live_run(controls, run)
with runs:
    saved_runs()
explanation()
