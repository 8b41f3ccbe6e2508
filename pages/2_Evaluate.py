"""Evaluate: how well a network reads digits it has never met, and your own hand."""

import streamlit as st

from mlmusic.app.accuracy import HEIGHT_PX, show_accuracy
from mlmusic.app.menu import open_page
from mlmusic.app.networks import choose_run, evaluation_of, network_of
from mlmusic.app.reading import draw_and_read
from mlmusic.digits.runs import list_runs
from mlmusic.errors import InputError

open_page("Evaluate")

st.title("Evaluate")
runs, problems = list_runs()
for problem in problems:
    st.warning(problem)
if not runs:
    st.info("There is no trained network yet. Train one first; it takes a minute or two.")
    st.page_link("pages/1_Train.py", label="Train a network", icon=":material/show_chart:")
    st.stop()

choice, result = st.columns([28, 17], gap="medium")
with choice:
    run = choose_run(runs)
measured = result.container(height=HEIGHT_PX, border=False)
try:
    network = network_of(run)
except (InputError, OSError) as error:  # weights that may not be read are an OSError
    st.error(f"This network cannot be used: {error}. Choose another one, or train one anew.")
    st.stop()

st.subheader("Can it read your hand?")
draw_and_read(network, key="sketch")
with measured:  # last, so that one can draw while it is measured
    show_accuracy(evaluation_of(run))
