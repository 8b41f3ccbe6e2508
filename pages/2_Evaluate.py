"""Evaluate: how well a network reads digits it has never met, and your own hand."""

import streamlit as st

from mlmusic.app.accuracy import HEIGHT_PX, show_accuracy
from mlmusic.app.kept_runs import kept_runs
from mlmusic.app.markdown import escape
from mlmusic.app.menu import open_page
from mlmusic.app.networks import choices, choose_network, evaluations
from mlmusic.app.own_hand import draw_and_read
from mlmusic.app.picture_upload import upload_and_read
from mlmusic.app.scores import show_scores
from mlmusic.errors import InputError

open_page("Evaluate")

st.title("Evaluate")
runs, problems = kept_runs()
for problem in problems:
    st.warning(escape(problem), icon=":material/warning:")

choice, result = st.columns([28, 17], gap="medium")
with choice:
    known = choices(runs)
    chosen = choose_network(known, runs)
accuracy = result.container(height=HEIGHT_PX, border=False)
try:
    network, evaluation = chosen.network(), chosen.evaluation()
except (InputError, OSError) as error:  # weights that may not be read are an OSError
    st.error(f"This network cannot be used: {escape(str(error))}. Choose another one.")
    st.stop()

measured = evaluation.so_far if evaluation.finished else None  # others may finish it, too

st.subheader("Can it read your hand?", anchor="draw")
draw_and_read(
    network,
    network_key=chosen.key,
    test_accuracy=measured.accuracy if measured else None,
)
with st.expander("Read a photo or a scan"):
    upload_and_read(network)

st.subheader("How good is it?")
if measured:
    show_scores(measured, name=chosen.name, others=evaluations(known, but=chosen))
else:
    st.caption("As soon as all 10,000 test digits have been read, their story stands here.")
with accuracy:  # last, so that one can draw while it is measured
    show_accuracy(evaluation, measuring=measured is None)
